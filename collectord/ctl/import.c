/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nothing is half-applied: all files are written beside their places and synced
 * before the first is renamed, after the whole has passed every check.
 */
#include <config.h>

#include "ctl/import.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "config/encoding.h"

#define CSV_SIZE_MAX (64u << 20)

/* ---- options ------------------------------------------------------------------- */

int
import_options(const struct ctl_args *args, struct import_options *ret_options)
{
	struct import_options options = { .into = NULL };
	const struct { const char *name, **to; } named[] = {
		{ "--into", &options.into }, { "--token-file", &options.token_file },
		{ "--area", &options.area }, { "--name", &options.name },
		{ "--credential", &options.credential },
	};

	for (int i = 0; i < args->argc; i++) {
		const char *word = args->argv[i];
		size_t o = 0;

		while (o < sizeof(named) / sizeof(named[0]) &&
		    strcmp(named[o].name, word) != 0) {
			o++;
		}
		if (strcmp(word, "--dry-run") == 0) {
			options.dry_run = true;
		} else if (o < sizeof(named) / sizeof(named[0])) {
			if (i + 1 == args->argc) {
				(void)ctl_fail("%s wants a value", word);
				return CTL_USAGE;
			}
			*named[o].to = args->argv[++i];
		} else if (strncmp(word, "--", 2) == 0 ||
		    options.n_words == IMPORT_FILES_MAX) {
			(void)ctl_fail("'%s' is no option of import", word);
			return CTL_USAGE;
		} else {
			options.words[options.n_words++] = word;
		}
	}
	*ret_options = options;
	return CTL_OK;
}

/* ---- writing ------------------------------------------------------------------- */

struct spot { char path[PATH_MAX], partial[PATH_MAX]; };

static int
write_partial(const struct spot *target, const struct import_file *file)
{
	int fd = open(target->partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool ok = fd >= 0 && file_write(fd, file->text, file->size) == 0 &&
	    fsync(fd) == 0;

	if (fd >= 0 && close(fd) != 0) {
		ok = false;
	}
	return ok ? CTL_OK : ctl_fail("cannot write %s: %s; nothing was changed",
	    target->path, strerror(errno));
}

static int
write_all(const struct spot *targets, const struct import_file *files, size_t n)
{
	int status = CTL_OK;
	size_t i;

	for (i = 0; i < n && status == CTL_OK; i++) {
		status = write_partial(&targets[i], &files[i]);
	}
	for (size_t k = 0; k < n && status == CTL_OK; k++) {
		if (rename(targets[k].partial, targets[k].path) != 0) {
			status = ctl_fail("cannot rename %s: %s; %zu of %zu files are "
			    "in place", targets[k].partial, strerror(errno), k, n);
		}
	}
	for (size_t k = 0; k < n && status != CTL_OK; k++) {
		(void)unlink(targets[k].partial);
	}
	return status;
}

/* The folder, absolute; it need not exist yet. */
static int
find_folder(const struct ctl_args *args, const struct import_options *options,
    char folder[PATH_MAX])
{
	char *main_file = realpath(args->config, NULL);
	char *slash = main_file != NULL ? strrchr(main_file, '/') : NULL;
	const char *into = options->into != NULL ? options->into : "inventory";
	char here[PATH_MAX];
	size_t len = 0;

	if (into[0] == '/') {
		len = str_format(folder, PATH_MAX, "%s", into);
	} else if (options->into != NULL && getcwd(here, sizeof(here)) != NULL) {
		len = str_format(folder, PATH_MAX, "%s/%s", here, into);
	} else if (slash != NULL) {
		len = str_format(folder, PATH_MAX, "%.*s/%s",
		    (int)(slash - main_file), main_file, into);
	}
	free(main_file);
	if (len == 0 || len >= PATH_MAX - 256) {
		return ctl_fail("no folder for the import; give --into DIR");
	}
	while (len > 1 && folder[len - 1] == '/') {
		folder[--len] = '\0';
	}
	return CTL_OK;
}

static int
find_targets(const struct ctl_args *args, const struct import_options *options,
    const struct import_file *files, size_t n, struct spot *targets)
{
	char folder[PATH_MAX];
	int status = find_folder(args, options, folder);

	for (size_t i = 0; i < n && status == CTL_OK; i++) {
		size_t len = str_format(targets[i].path, PATH_MAX, "%s/%s", folder,
		    files[i].base);

		(void)str_format(targets[i].partial, PATH_MAX, "%s/.%s.partial", folder,
		    files[i].base);
		if (len >= PATH_MAX - 16) {
			status = ctl_fail("the path of %s is too long", files[i].base);
		}
		for (size_t k = 0; k < i; k++) {
			if (strcmp(targets[k].path, targets[i].path) == 0) {
				status = ctl_fail("%s and %s have the same name",
				    files[k].name, files[i].name);
			}
		}
	}
	return status;
}

static int
make_folder(const char *path)
{
	struct col_error error;
	char folder[PATH_MAX];

	(void)str_copy(folder, sizeof(folder), path);
	*strrchr(folder, '/') = '\0';
	return file_make_folders(folder, &error) == 0 ? CTL_OK :
	    ctl_fail("%s", error.text);
}

/* ---- the trial ------------------------------------------------------------------ */

static int
try_files(const struct ctl_args *args, const struct loaded *loaded,
    const struct import_file *files, const struct spot *targets, size_t n,
    const struct config **ret_config)
{
	struct config_overlay overlays[IMPORT_FILES_MAX];
	struct config_trial trial = { .file = args->config,
	    .plugins = poll_plugins(loaded->poll), .ids = ids_new(),
	    .overlays = overlays, .n_overlays = n };
	struct config_errors errors;
	struct buf out;
	int status = CTL_OK;

	for (size_t i = 0; i < n; i++) {
		overlays[i] = (struct config_overlay){ targets[i].path, files[i].name,
		    files[i].text, files[i].size };
	}
	config_errors_init(&errors);
	if (config_try(&trial, clock_wall(clock_real()), &errors, ret_config) != 0) {
		buf_init(&out, 0);
		config_errors_print(&errors, &out);
		(void)fputs(out.data != NULL ? out.data : "", stderr);
		buf_done(&out);
		status = ctl_fail("%zu error(s): nothing was written", errors.n_total);
	}
	config_errors_done(&errors);
	ids_free(trial.ids);
	return status;
}

static void
report(const struct ctl_args *args, const struct loaded *loaded,
    const struct config *after, bool dry_run)
{
	json_t *diff = import_diff(loaded->config->inventory, after->inventory);
	json_t *found = import_reconcile(args->url, after->inventory), *all;

	if (args->json) {
		all = json_pack("{s:b,s:O,s:O}", "dry_run", dry_run, "diff", diff,
		    "reconcile", found);
		(void)json_dumpf(all, stdout, JSON_INDENT(2));
		(void)fputs("\n", stdout);
		json_decref(all);
	} else {
		import_diff_print(diff);
		import_reconcile_print(found);
	}
	json_decref(diff);
	json_decref(found);
}

int
import_files(const struct ctl_args *args, const struct import_options *options,
    const struct loaded *loaded, const struct import_file *files, size_t n_files)
{
	struct spot *targets = calloc(n_files, sizeof(*targets));
	const struct config *after = NULL;
	int status = targets != NULL ? CTL_OK : ctl_fail("out of memory");

	if (status == CTL_OK) {
		status = find_targets(args, options, files, n_files, targets);
	}
	if (status == CTL_OK) {
		status = try_files(args, loaded, files, targets, n_files, &after);
	}
	if (status == CTL_OK) {
		report(args, loaded, after, options->dry_run);
	}
	if (status == CTL_OK && !options->dry_run) {
		status = make_folder(targets[0].path);
		status = status != CTL_OK ? status : write_all(targets, files, n_files);
	}
	if (status == CTL_OK && !args->json) {
		(void)printf(options->dry_run ? "dry run: nothing was written\n" :
		    "written; reload the daemon to take it over (systemctl reload "
		    "collectord)\n");
	}
	config_unref(after);
	free(targets);
	return status;
}

/* ---- import csv ------------------------------------------------------------------ */

static int
read_csv(const char *path, struct import_file *file)
{
	FILE *stream = fopen(path, "re");
	const char *slash = strrchr(path, '/'), *ending = strrchr(path, '.');
	char *raw = malloc(CSV_SIZE_MAX + 1);
	size_t size = 0, bad = 0;

	file->name = path;
	file->base = slash != NULL ? slash + 1 : path;
	if (stream != NULL && raw != NULL) {
		size = fread(raw, 1, CSV_SIZE_MAX + 1, stream);
	}
	if (stream != NULL && raw != NULL && ferror(stream) == 0 &&
	    size <= CSV_SIZE_MAX && ending != NULL && strcmp(ending, ".csv") == 0) {
		file->text = encoding_to_utf8(raw, size, &file->size, &bad);
		free(raw);
		(void)fclose(stream);
		return file->text != NULL ? CTL_OK : ctl_fail("%s: neither UTF-8 nor "
		    "GBK (at byte %zu); save the file as UTF-8", path, bad);
	}
	(void)ctl_fail(stream == NULL ? "%s: cannot be read: %s" : size > CSV_SIZE_MAX ?
	    "%s: is larger than 64 MiB (%s)" : "%s: the name must end in .csv (%s)",
	    path, strerror(stream == NULL ? errno : 0));
	free(raw);
	if (stream != NULL) {
		(void)fclose(stream);
	}
	return CTL_FAILED;
}

int
ctl_import_csv(const struct ctl_args *args)
{
	struct import_file files[IMPORT_FILES_MAX] = { { .text = NULL } };
	struct import_options options;
	struct loaded loaded;
	int status = import_options(args, &options);

	if (status != CTL_OK || options.n_words == 0) {
		return CTL_USAGE;
	}
	for (size_t i = 0; i < options.n_words && status == CTL_OK; i++) {
		status = read_csv(options.words[i], &files[i]);
	}
	if (status == CTL_OK) {
		status = loaded_file(args, &loaded);
		if (status == CTL_OK) {
			status = import_files(args, &options, &loaded, files,
			    options.n_words);
			loaded_done(&loaded);
		}
	}
	for (size_t i = 0; i < options.n_words; i++) {
		free(files[i].text);
	}
	return status;
}
