/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collectorctl store verify: reads every byte of the store; store rewind: asks
 * the daemon to take rows of the future out of it.
 */
#include <config.h>

#include <stdio.h>

#include "base/json.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "ctl/setup.h"
#include "state/state.h"
#include "store/ahead.h"
#include "store/verify.h"

struct verify {
	bool json;
	struct json out;
	unsigned bad;
};

static void
tell(void *arg, enum verify_finding finding, const char *path, const char *why)
{
	static const char *const TEXTS[] = { [VERIFY_BAD] = "bad",
	    [VERIFY_ASIDE] = "aside", [VERIFY_UNFINISHED] = "unfinished",
	    [VERIFY_AHEAD] = "ahead" };
	struct verify *verify = arg;

	verify->bad += finding == VERIFY_BAD;
	if (!verify->json) {
		(void)printf("%s: %s: %s\n", TEXTS[finding], path, why);
		return;
	}
	json_map(&verify->out, NULL);
	json_text(&verify->out, "finding", TEXTS[finding]);
	json_text(&verify->out, "path", path);
	json_text(&verify->out, "why", why);
	json_map_end(&verify->out);
}

static void
conclude(struct verify *verify, const struct verify_files *files,
    const struct verify_journal *journal)
{
	struct json *json = &verify->out;

	json_list_end(json);
	json_int(json, "files", (int64_t)files->files);
	json_int(json, "file_bytes", (int64_t)files->bytes);
	json_int(json, "segments", (int64_t)journal->segments);
	json_int(json, "rows", (int64_t)journal->rows);
	json_int(json, "torn_bytes", (int64_t)journal->torn_bytes);
	json_int(json, "bad", verify->bad);
	json_map_end(json);
	if (!verify->json) {
		(void)printf("%llu RRD files (%.1f MB), %llu rows in %llu journal segments, "
		    "%u bad\n", (unsigned long long)files->files,
		    (double)files->bytes / 1e6, (unsigned long long)journal->rows,
		    (unsigned long long)journal->segments, verify->bad);
	}
}

int
ctl_store_verify(const struct ctl_args *args)
{
	struct verify verify = { .json = args->json };
	struct verify_journal journal;
	struct verify_files files;
	const struct config *config;
	struct col_error error;
	struct buf out;
	char path[4096];
	const char *dir;
	int status = ctl_config(args, &config);

	if (status != CTL_OK) {
		return status;
	}
	dir = config->settings.store_dir;
	buf_init(&out, 0);
	json_init(&verify.out, &out);
	json_map(&verify.out, NULL);
	json_list(&verify.out, "findings");
	str_format(path, sizeof(path), "%s/state.db", dir);
	if (state_verify(path, &error) != 0) {
		tell(&verify, VERIFY_BAD, path, error.text);
	}
	if (verify_journal(dir, tell, &verify, &journal, &error) != 0 ||
	    verify_files(dir, true, tell, &verify, &files, &error) != 0) {
		status = ctl_fail("%s", error.text);
	} else {
		conclude(&verify, &files, &journal);
		if (args->json) {
			(void)puts(out.data);
		}
		status = verify.bad > 0 ? CTL_FAILED : CTL_OK;
	}
	buf_done(&out);
	config_unref(config);
	return status;
}

int
ctl_store_rewind(const struct ctl_args *args)
{
	const struct config *config;
	struct col_error error;
	int status = ctl_config(args, &config);

	if (status != CTL_OK) {
		return status;
	}
	if (ahead_ask(config->settings.store_dir, &error) != 0) {
		status = ctl_fail("%s", error.text);
	} else {
		(void)printf("%s: asked for; a daemon that runs does it within 30 s, and else "
		    "when it starts\n", config->settings.store_dir);
	}
	config_unref(config);
	return status;
}
