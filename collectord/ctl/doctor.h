/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checks of collectorctl doctor, in one table of doctor.c.
 *
 * Route: beside it; reads files, /proc and the API.  Thread: MAIN.
 */
#ifndef CTL_DOCTOR_H
#define CTL_DOCTOR_H

#include "base/json.h"
#include "config/config.h"
#include "ctl/ctl.h"

enum doctor_status { DOCTOR_OK = 0, DOCTOR_WARN, DOCTOR_FAIL, DOCTOR_STATUS_N };

struct doctor {
	const struct ctl_args *args;
	const struct config *config;   /* checked; never NULL in a check */
	const char *check;             /* which one speaks */
	struct json json;
	unsigned counts[DOCTOR_STATUS_N];
};

/* One finding of the check at work; advice (may be NULL): what to do. */
void doctor_say(struct doctor *doctor, enum doctor_status status, const char *advice,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* doctor_store.c: what lies in the store folder */
void doctor_store(struct doctor *doctor);
void doctor_space(struct doctor *doctor);
void doctor_journal(struct doctor *doctor);
void doctor_files(struct doctor *doctor);
void doctor_state(struct doctor *doctor);

/* doctor_system.c: what the machine gives, and the daemon itself */
void doctor_clock(struct doctor *doctor);
void doctor_receive_buffer(struct doctor *doctor);
void doctor_neighbours(struct doctor *doctor);
void doctor_descriptors(struct doctor *doctor);
void doctor_daemon(struct doctor *doctor);

#endif
