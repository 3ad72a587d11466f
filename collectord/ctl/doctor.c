/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collectorctl doctor: looks at everything that a working installation needs
 * and says of each thing how it is and what to do about it.  It changes
 * nothing, with a daemon or without one.
 */
#include <config.h>

#include "ctl/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "ctl/setup.h"

static const char *const STATUSES[DOCTOR_STATUS_N] = { "ok", "warn", "fail" };

/* In the order in which one thing hangs on another. */
static const struct doctor_check {
	const char *id;
	void (*fn)(struct doctor *doctor);
} CHECKS[] = {
	{ "store", doctor_store },
	{ "space", doctor_space },
	{ "journal", doctor_journal },
	{ "files", doctor_files },
	{ "state", doctor_state },
	{ "clock", doctor_clock },
	{ "receive_buffer", doctor_receive_buffer },
	{ "neighbours", doctor_neighbours },
	{ "descriptors", doctor_descriptors },
	{ "daemon", doctor_daemon },
};

void
doctor_say(struct doctor *doctor, enum doctor_status status, const char *advice,
    const char *format, ...)
{
	char detail[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	doctor->counts[status]++;
	if (!doctor->args->json) {
		(void)printf("%-4s  %-15s %s\n", STATUSES[status], doctor->check, detail);
		if (advice != NULL) {
			(void)printf("%22s-> %s\n", "", advice);
		}
		return;
	}
	json_map(&doctor->json, NULL);
	json_text(&doctor->json, "check", doctor->check);
	json_text(&doctor->json, "status", STATUSES[status]);
	json_text(&doctor->json, "detail", detail);
	json_text(&doctor->json, "advice", advice);
	json_map_end(&doctor->json);
}

static void
load(struct doctor *doctor)
{
	doctor->check = "config";
	if (ctl_config(doctor->args, &doctor->config) != CTL_OK) {
		doctor->config = NULL;
		doctor_say(doctor, DOCTOR_FAIL, "correct the lines named above; what runs "
		    "keeps running", "%s cannot be used", doctor->args->config);
		return;
	}
	doctor_say(doctor, DOCTOR_OK, NULL, "%s: %u racks, %u devices",
	    doctor->config->file, doctor->config->inventory->count_racks,
	    doctor->config->inventory->count_devices);
}

int
ctl_doctor(const struct ctl_args *args)
{
	struct doctor doctor = { .args = args };
	struct buf out;

	buf_init(&out, 0);
	json_init(&doctor.json, &out);
	json_map(&doctor.json, NULL);
	json_list(&doctor.json, "checks");
	load(&doctor);
	for (size_t i = 0; doctor.config != NULL && i < sizeof(CHECKS) / sizeof(CHECKS[0]);
	    i++) {
		doctor.check = CHECKS[i].id;
		CHECKS[i].fn(&doctor);
	}
	json_list_end(&doctor.json);
	for (int status = 0; status < DOCTOR_STATUS_N; status++) {
		json_int(&doctor.json, STATUSES[status], doctor.counts[status]);
	}
	json_map_end(&doctor.json);
	if (args->json) {
		(void)puts(out.data);
	} else {
		(void)printf("\n%u ok, %u to look at, %u wrong\n",
		    doctor.counts[DOCTOR_OK], doctor.counts[DOCTOR_WARN],
		    doctor.counts[DOCTOR_FAIL]);
	}
	buf_done(&out);
	config_unref(doctor.config);
	return doctor.counts[DOCTOR_FAIL] > 0 ? CTL_FAILED : CTL_OK;
}
