/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config_fake.h"

#include <assert.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "config/load.h"

static const struct col_option options[] = {
	{ "window", COL_OPT_INTEGER, "64", 2, 1024, NULL, "Requests in flight." },
	{ "size", COL_OPT_SIZE, "1MiB", 0, 0, NULL, "Buffer." },
	{ "level", COL_OPT_CHOICE, "low", 0, 0, "low|high", "How much." },
	{ "key", COL_OPT_SECRET, NULL, 0, 0, NULL, "A secret." },
	{ .name = NULL },
};

static const struct col_option device_options[] = {
	{ "port", COL_OPT_INTEGER, "161", 1, 65535, NULL, "UDP port." },
	{ "timeout", COL_OPT_DURATION, "1s", 0.1, 60, NULL, "For one answer." },
	{ "engine", COL_OPT_CHOICE, "native", 0, 0, "native|netsnmp", "Engine." },
	{ "key", COL_OPT_SECRET, NULL, 0, 0, NULL, "A secret." },
	{ .name = NULL },
};

static int
check_profile(const struct col_host *host, const struct col_profile *profile)
{
	const struct col_node *bad = col_node_get(profile->node, "bad");

	if (bad != NULL) {
		host->report(host, bad, "profile %s: bad is %s", profile->id,
		    bad->text);
		return COL_ECONFIG;
	}
	return COL_OK;
}

static int
check_credential(const struct col_host *host, const struct col_node *node)
{
	const struct col_node *version = col_node_get(node, "version");

	if (version == NULL || strcmp(version->text, "9") == 0) {
		host->report(host, version != NULL ? version : node,
		    "version must be 1, 2c or 3");
		return COL_ECONFIG;
	}
	return COL_OK;
}

static const struct col_input input = {
	.profile_check = check_profile, .credential_check = check_credential,
};
static const struct col_output output = { .start = NULL };

static const struct col_plugin snmp = {
	.size = sizeof(snmp), .abi_major = COL_ABI_MAJOR, .name = "snmp",
	.summary = "Polls by SNMP.", .options = options,
	.device_options = device_options, .input = &input,
};
static const struct col_plugin jsonl = {
	.size = sizeof(jsonl), .abi_major = COL_ABI_MAJOR, .name = "jsonl",
	.summary = "Writes lines.", .output = &output,
};

static struct plugin_entry entries[] = {
	{ .name = "broken", .file = "broken.so", .reason = "ABI 9.0, wanted 1.0" },
	{ .name = "jsonl", .file = "jsonl.so", .plugin = &jsonl },
	{ .name = "snmp", .file = "snmp.so", .plugin = &snmp },
};

const struct plugins config_fake_plugins = { entries, 3 };

static void
take(struct config_fake *fake, struct config_errors *errors, int rc,
    const struct config *config)
{
	buf_init(&fake->text, 0);
	config_errors_print(errors, &fake->text);
	fake->n_errors = errors->n_total;
	fake->config = rc == COL_OK ? config : NULL;
	assert((rc == COL_OK) == (errors->n_total == 0));
	if (fake->text.data == NULL) {
		buf_puts(&fake->text, "");
	}
	config_errors_done(errors);
}

static void
load(struct config_fake *fake, const char *yaml)
{
	struct config_errors errors;
	const struct config *config = NULL;
	struct load_request request = { .file = "t.yaml", .ids = fake->ids,
	    .plugins = &config_fake_plugins, .version = 1, .no_files = true,
	    .errors = &errors };
	int rc;

	config_errors_init(&errors);
	rc = load_text(yaml, strlen(yaml), &request, &config);
	take(fake, &errors, rc, config);
}

void
config_fake_text(struct config_fake *fake, const char *yaml)
{
	fake->ids = ids_new();
	load(fake, yaml);
}

void
config_fake_again(struct config_fake *fake, const char *yaml)
{
	config_unref(fake->config);
	buf_done(&fake->text);
	load(fake, yaml);
}

void
config_fake_file(struct config_fake *fake, const char *file)
{
	struct config_errors errors;
	const struct config *config = NULL;
	int rc;

	fake->ids = ids_new();
	config_errors_init(&errors);
	rc = config_load(file, &config_fake_plugins, fake->ids, 7,
	    (struct wall){ 5 }, &errors, &config);
	take(fake, &errors, rc, config);
}

void
config_fake_done(struct config_fake *fake)
{
	config_unref(fake->config);
	buf_done(&fake->text);
	ids_free(fake->ids);
}

const char *
config_fake_folder(void)
{
	static char folder[256];
	const char *tmp = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/test-config-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(folder) == NULL) {
		abort();
	}
	return folder;
}

void
config_fake_write(const char *folder, const char *name, const char *text)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 ||
	    chmod(path, 0600) != 0) {
		abort();
	}
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
config_fake_remove(const char *folder)
{
	(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
