/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands about device profiles: list them, run one over a recorded agent,
 * compare what all of a folder's recordings give with what they should.
 */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ctl/ctl.h"
#include "ctl/loaded.h"
#include "ctl/print.h"

#define PATH_SIZE 4096
#define FIXTURES_MAX 1000
#define DIFFERENCES_MAX 40      /* lines shown of one fixture */

int
ctl_profile_run(const struct ctl_args *args)
{
	const char *file = ctl_option(args, "--snmprec");
	const char *profile = ctl_option(args, "--profile");
	char address[PATH_SIZE + 16], full[PATH_SIZE];
	const char *addresses[] = { address };
	struct loaded loaded;
	int status;

	if (file == NULL || (profile != NULL && !str_is_id(profile))) {
		(void)ctl_fail("profile run --snmprec FILE [--profile ID]");
		return CTL_USAGE;
	}
	if (realpath(file, full) == NULL) {
		return ctl_fail("%s: no such file", file);
	}
	(void)str_format(address, sizeof(address), "snmprec:%s", full);
	status = loaded_profiles(args, addresses, 1, profile != NULL ? profile : "auto",
	    &loaded);
	if (status != CTL_OK) {
		return status;
	}
	status = loaded_poll(args, &loaded, inventory_device(
	    loaded.config->inventory, "r0-device"), LOADED_TIMEOUT_NS);
	loaded_done(&loaded);
	return status;
}

int
ctl_profile_list(const struct ctl_args *args)
{
	struct loaded loaded;
	int status = loaded_profiles(args, NULL, 0, NULL, &loaded);

	if (status != CTL_OK) {
		return status;
	}
	(args->json ? print_profiles_json : print_profiles)(loaded.config);
	loaded_done(&loaded);
	return CTL_OK;
}

/* ---- profile test ----------------------------------------------------------------- */

/* The recordings of a folder, sorted by name. */
struct fixtures {
	size_t n;
	char *stems[FIXTURES_MAX];      /* path without the ending */
	char *addresses[FIXTURES_MAX];
};

static int
is_recording(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && dot != entry->d_name &&
	    (strcmp(dot, ".walk") == 0 || strcmp(dot, ".snmprec") == 0);
}

static int
find_fixtures(const char *dir, struct fixtures *fixtures)
{
	char full[PATH_SIZE], path[2 * PATH_SIZE];
	struct dirent **names = NULL;
	int n;

	fixtures->n = 0;
	if (realpath(dir, full) == NULL ||
	    (n = scandir(full, &names, is_recording, alphasort)) < 0) {
		return ctl_fail("%s: %s", dir, strerror(errno));
	}
	for (int i = 0; i < n; i++) {
		char *name = names[i]->d_name;

		if (fixtures->n < FIXTURES_MAX) {
			(void)str_format(path, sizeof(path), "snmprec:%s/%s", full, name);
			fixtures->addresses[fixtures->n] = strdup(path);
			*strrchr(name, '.') = '\0';
			(void)str_format(path, sizeof(path), "%s/%s", full, name);
			fixtures->stems[fixtures->n++] = strdup(path);
		}
		free(names[i]);
	}
	free(names);
	return fixtures->n > 0 ? CTL_OK
	    : ctl_fail("%s: no file NAME.walk or NAME.snmprec", dir);
}

static void
free_fixtures(struct fixtures *fixtures)
{
	for (size_t i = 0; i < fixtures->n; i++) {
		free(fixtures->stems[i]);
		free(fixtures->addresses[i]);
	}
}

static bool
read_golden(const char *path, struct buf *ret_text)
{
	FILE *file = fopen(path, "re");
	char chunk[8192];
	size_t n;

	if (file == NULL) {
		return false;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		buf_put(ret_text, chunk, n);
	}
	(void)fclose(file);
	return true;
}

static int
write_golden(const char *path, const struct buf *text)
{
	FILE *file = fopen(path, "we");
	size_t n = file == NULL ? 0 : fwrite(text->data, 1, text->size, file);

	if (file == NULL || fclose(file) != 0 || n != text->size) {
		return ctl_fail("%s: %s", path, strerror(errno));
	}
	return CTL_OK;
}

/* Prints lines of a that b lacks.  Both are short enough for a plain search. */
static unsigned
print_lacking(const char *a, const char *b, char sign)
{
	unsigned n = 0;

	while (*a != '\0') {
		size_t len = strcspn(a, "\n");
		const char *at = b;

		while (*at != '\0' && (strncmp(at, a, len) != 0 ||
		    (at[len] != '\n' && at[len] != '\0'))) {
			at += strcspn(at, "\n");
			at += *at == '\n';
		}
		if (*at == '\0' && len > 0 && ++n <= DIFFERENCES_MAX) {
			(void)printf("# %c %.*s\n", sign, (int)len, a);
		}
		a += len + (a[len] == '\n');
	}
	if (n > DIFFERENCES_MAX) {
		(void)printf("# %c and %u more\n", sign, n - DIFFERENCES_MAX);
	}
	return n;
}

/* Polls one recording; its golden text, or why there is none. */
static void
poll_golden(const struct loaded *loaded, size_t i, struct buf *out)
{
	struct batch *batch = NULL;
	struct col_error error;
	char id[32];

	(void)str_format(id, sizeof(id), "r%zu-device", i);
	if (oneshot_poll(poll_plugins(loaded->poll), loaded->config, inventory_device(
	    loaded->config->inventory, id), LOADED_TIMEOUT_NS, &batch, &error) != 0) {
		buf_printf(out, "error\t%s\n", error.text);
		return;
	}
	if (batch->status == COL_POLL_OK || batch->status == COL_POLL_PARTIAL) {
		print_batch_golden(batch, out);
	} else {
		buf_printf(out, "error\t%s: %s\n", poll_status_code(batch->status),
		    batch->detail);
	}
	batch_free(batch);
}

/* One TAP line; 0 when the golden file is as it should be (or has become so). */
static int
test_one(const struct loaded *loaded, const char *stem, size_t i, bool update)
{
	const char *name = strrchr(stem, '/') + 1;
	char path[2 * PATH_SIZE];
	struct buf got, want;
	bool known, same;

	(void)str_format(path, sizeof(path), "%s.golden", stem);
	buf_init(&got, 0);
	buf_init(&want, 0);
	poll_golden(loaded, i, &got);
	known = read_golden(path, &want);
	same = known && got.size == want.size &&
	    memcmp(got.data, want.data, got.size) == 0;
	if (!same && update) {
		same = write_golden(path, &got) == CTL_OK;
		(void)printf("# %s written\n", path);
	} else if (!same && !known) {
		(void)printf("# there is no %s: --update writes it\n", path);
	} else if (!same && print_lacking(want.data, got.data, '-') +
	    print_lacking(got.data, want.data, '+') == 0) {
		(void)printf("# the same lines in another order or number\n");
	}
	(void)printf("%s %zu - %s\n", same ? "ok" : "not ok", i + 1, name);
	buf_done(&got);
	buf_done(&want);
	return same ? 0 : 1;
}

int
ctl_profile_test(const struct ctl_args *args)
{
	const char *dir = NULL, *asked = getenv("UPDATE");
	bool update = asked != NULL && strcmp(asked, "1") == 0;
	struct fixtures *fixtures = calloc(1, sizeof(*fixtures));
	struct loaded loaded;
	int status, n_bad = 0;

	for (int i = 0; i < args->argc; i++) {
		if (strcmp(args->argv[i], "--update") == 0) {
			update = true;
		} else {
			dir = args->argv[i];
		}
	}
	if (dir == NULL || fixtures == NULL) {
		free(fixtures);
		return CTL_USAGE;
	}
	status = find_fixtures(dir, fixtures);
	if (status == CTL_OK) {
		status = loaded_profiles(args, (const char *const *)fixtures->addresses,
		    fixtures->n, "auto", &loaded);
	}
	if (status == CTL_OK) {
		for (size_t i = 0; i < fixtures->n; i++) {
			n_bad += test_one(&loaded, fixtures->stems[i], i, update);
		}
		(void)printf("1..%zu\n", fixtures->n);
		status = n_bad > 0 ? CTL_FAILED : CTL_OK;
		loaded_done(&loaded);
	}
	free_fixtures(fixtures);
	free(fixtures);
	return status;
}
