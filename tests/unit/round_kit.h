/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One round over a BMC made of tables, with the shipped profiles, on the test's
 * own clock.
 *
 * Route: tests/unit/test_ipmi_round*.c.  Thread: one.
 */
#ifndef TESTS_ROUND_KIT_H
#define TESTS_ROUND_KIT_H

#include <stdbool.h>
#include <stdint.h>

#include "../plugin/ipmi_fake.h"
#include "../plugin/ipmi_profiles.h"
#include "round_work.h"

#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)

struct bench {
	struct fakehost fake;
	struct fakebmc bmc;
	struct link link;
	struct kit_profiles kit;
	struct readings *readings;
	struct round *round;
	struct col_poll poll;
	char folder[64];
	unsigned n_ends;
	enum col_status status;
	char detail[256];
};

/* A BMC without a sensor, and readings; with on_disk there is a cache. */
struct bench *bench_start(bool on_disk);
/* Fails when something of a device stays behind; removes the cache. */
void bench_stop(struct bench *bench);
/* The device with its profile, or "auto". */
void bench_round(struct bench *bench, const char *profile);
/* The same BMC, nothing in memory. */
void bench_restart(struct bench *bench);

/* One poll to its end, which must come; a minute passes. */
void bench_poll(struct bench *bench);
/* A round_done_fn that notes the end in a bench. */
void bench_end(void *arg, enum col_status status, const char *detail);

/* What the last poll brought; all fail the test when it is not there. */
struct col_value bench_value(const struct bench *bench, const char *metric,
    const char *instance);
void bench_assert_value(const struct bench *bench, const char *metric,
    const char *instance, double expected);
void bench_assert_source(const struct bench *bench, const char *metric,
    const char *instance, const char *source);
/* "" when there is none. */
const char *bench_info(const struct bench *bench, const char *metric);

extern const struct kit_sensor bench_inlet, bench_total, bench_supply, bench_fan;
void bench_add_four(struct bench *bench);

#endif
