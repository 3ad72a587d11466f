/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "state/state.h"
#include "store/calculator.h"
#include "store/lock.h"
#include "store/verify.h"

static const char *
dir_of(const struct doctor *doctor)
{
	return doctor->config->settings.store_dir;
}

/* A check of what a first start will make has nothing to say before it. */
static bool
is_made(const struct doctor *doctor)
{
	return access(dir_of(doctor), F_OK) == 0;
}

void
doctor_store(struct doctor *doctor)
{
	const char *dir = dir_of(doctor);
	struct stat st;

	if (!is_made(doctor)) {
		doctor_say(doctor, DOCTOR_OK, NULL, "%s will be made at the first start",
		    dir);
	} else if (stat(dir, &st) != 0 || access(dir, R_OK | X_OK) != 0) {
		doctor_say(doctor, DOCTOR_FAIL, "run it as the daemon's user, or as root",
		    "%s: %s", dir, strerror(errno));
	} else if ((st.st_mode & 022) != 0) {
		doctor_say(doctor, DOCTOR_WARN, "chmod go-w", "%s can be written by others",
		    dir);
	} else {
		doctor_say(doctor, DOCTOR_OK, NULL, "%s, %s", dir, lock_is_held(dir)
		    ? "a daemon runs on it" : "no daemon runs on it");
	}
}

void
doctor_space(struct doctor *doctor)
{
	struct calculation calculation;
	struct col_error error;

	if (calculator_survey(doctor->config, dir_of(doctor), &calculation, &error) != 0) {
		doctor_say(doctor, DOCTOR_FAIL, NULL, "%s", error.text);
		return;
	}
	if (calculator_verdict(&calculation, dir_of(doctor), &error) != 0) {
		doctor_say(doctor, DOCTOR_FAIL, NULL, "%s", error.text);
		return;
	}
	doctor_say(doctor, DOCTOR_OK, NULL, "the files will take %.1f GB, there is room for "
	    "%.1f GB", (double)calculation.need_bytes[calculation.chosen] / 1e9,
	    (double)calculation.room_bytes / 1e9);
}

static void
tell_finding(void *arg, enum verify_finding finding, const char *path, const char *why)
{
	if (finding == VERIFY_BAD) {
		doctor_say(arg, DOCTOR_FAIL, "collectord sets it aside by itself; a backup "
		    "has an older one", "%s: %s", path, why);
	} else if (finding == VERIFY_AHEAD) {
		doctor_say(arg, DOCTOR_WARN, "if this machine's clock is right now: "
		    "collectorctl store rewind", "%s: %s", path, why);
	} else {
		doctor_say(arg, DOCTOR_WARN, "look at it, then remove it", "%s: %s", path,
		    why);
	}
}

void
doctor_journal(struct doctor *doctor)
{
	struct verify_journal count;
	struct col_error error;

	if (!is_made(doctor)) {
		return;
	}
	if (verify_journal(dir_of(doctor), tell_finding, doctor, &count, &error) != 0) {
		doctor_say(doctor, DOCTOR_FAIL, NULL, "%s", error.text);
		return;
	}
	doctor_say(doctor, DOCTOR_OK, NULL, "%llu rows in %llu segments, %.1f MB",
	    (unsigned long long)count.rows, (unsigned long long)count.segments,
	    (double)count.bytes / 1e6);
}

void
doctor_files(struct doctor *doctor)
{
	struct verify_files count;
	struct col_error error;

	if (!is_made(doctor)) {
		return;
	}
	if (verify_files(dir_of(doctor), false, tell_finding, doctor, &count, &error) != 0) {
		doctor_say(doctor, DOCTOR_FAIL, NULL, "%s", error.text);
		return;
	}
	doctor_say(doctor, DOCTOR_OK, NULL, "%llu RRD files, %.1f MB; their heads are "
	    "right but for %llu; %llu end in the future", (unsigned long long)count.files,
	    (double)count.bytes / 1e6, (unsigned long long)count.bad,
	    (unsigned long long)count.ahead);
}

void
doctor_state(struct doctor *doctor)
{
	struct col_error error;
	char path[4096];

	if (!is_made(doctor)) {
		return;
	}
	str_format(path, sizeof(path), "%s/state.db", dir_of(doctor));
	if (state_verify(path, &error) != 0) {
		doctor_say(doctor, DOCTOR_FAIL, "put a backup back: collectorctl restore",
		    "%s: %s", path, error.text);
		return;
	}
	doctor_say(doctor, DOCTOR_OK, NULL, "%s is whole", path);
}
