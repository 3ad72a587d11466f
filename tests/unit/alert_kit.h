/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of rules share: a small province, the alerts of it on a clock of
 * the test's, a database in memory, and what is told of them as one line.
 *
 * Route: tests/unit/test_alert_*.c.  Thread: the test's.
 */
#ifndef TESTS_UNIT_ALERT_KIT_H
#define TESTS_UNIT_ALERT_KIT_H

#include "alert/alert.h"
#include "base/clock.h"
#include "model/ids.h"

#define KIT_INTERVAL (60 * NS_PER_S)
/* 2026-11-22 15:00:00 UTC */
#define KIT_START (INT64_C(1795359600) * NS_PER_S)

struct alert_kit {
	struct clock *clock;
	struct ids *ids;
	const struct config *config;
	struct state *state;
	struct alerts *alerts;
	struct board *board;            /* of this slot, until it is looked at */
	char told[4096];                /* "1 fired rack:r-a01 L2, 1 resolved …" */
	size_t n_told;
	struct alert last;              /* of the newest change */
	uint32_t n_published;
};

/* The province: area a1, site s1, hall h1, row r1 with racks A01..A04 of two
 * feeds with a PDU each; rules: the list under `alerts: {rules:`. */
void alert_kit_up(struct alert_kit *kit, const char *rules);
void alert_kit_down(struct alert_kit *kit);
/* Another configuration of the same province; racks: "A01..A04". */
void alert_kit_config(struct alert_kit *kit, const char *racks, const char *rules);
/* Ends the alerts and begins them again, as a restart does; lost: what is not on
 * the disk yet is lost, as when it is killed. */
void alert_kit_restart(struct alert_kit *kit, bool lost);

/* A value of the board of this slot. */
void alert_kit_set(struct alert_kit *kit, enum level level, enum gauge gauge,
    uint32_t cell, double value);
/* Looks at the board, keeps and tells, then lets an interval pass. */
void alert_kit_slot(struct alert_kit *kit);
/* Lets all threads do what is due. */
void alert_kit_step(struct alert_kit *kit);
/* Lets time pass without values, step by step. */
void alert_kit_pass(struct alert_kit *kit, int64_t ns);
uint32_t alert_kit_rack(const struct alert_kit *kit, const char *id);
uint32_t alert_kit_device(const struct alert_kit *kit, const char *id);
/* The end of a poll: samples of layout by slot; NULL layout: it failed. */
void alert_kit_poll(struct alert_kit *kit, uint32_t device,
    const struct col_layout *layout, const double *values);

/* Compares what was told since the last call. */
#define TOLD(kit, text) do {						\
	assert_string_equal((kit)->told, text);				\
	(kit)->told[0] = '\0';						\
} while (0)

#endif
