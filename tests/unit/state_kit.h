/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of the state database share: a clock and an open database.
 *
 * Route: tests/unit/test_state_*.c.  Thread: the test's.
 */
#ifndef TESTS_UNIT_STATE_KIT_H
#define TESTS_UNIT_STATE_KIT_H

#include "base/clock.h"
#include "state/state.h"

#define KIT_DAY (86400 * NS_PER_S)
#define KIT_NOW (20000 * KIT_DAY)

/* At KIT_NOW when a test begins. */
extern struct clock *kit_clock;

/* Set-up and tear-down of each test. */
int kit_up(void **unused);
int kit_down(void **unused);
#define KIT(test) cmocka_unit_test_setup_teardown(test, kit_up, kit_down)

/* Opens or creates path, or fails the test.  Owns: state_free frees it. */
struct state *kit_open(const char *path);

#endif
