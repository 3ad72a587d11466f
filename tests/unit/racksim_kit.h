/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small province with everything that hangs on it, for racksim's unit tests.
 *
 * Route:  test_racksim_*.c -> racksim_kit -> province, faults, values, kind.
 * Thread: MAIN.
 */
#ifndef RACKSIM_KIT_H
#define RACKSIM_KIT_H

#include "faults.h"
#include "kind.h"
#include "province.h"
#include "values.h"

/* The time at which the tests ask. */
#define T0 1790000000

struct kit {
	struct province province;
	struct faults faults;
	struct values_world world;
	struct kinds kinds;
};

/* Group set-ups for cmocka: 900 racks, or 40,000, of seed 3; and the end. */
int kit_setup(void **state);
int kit_setup_large(void **state);
int kit_teardown(void **state);

/* Puts faults in force, "" for none. */
void kit_order(struct kit *kit, const char *text);

/* Finds a device, which must exist. */
struct province_device kit_device(const struct kit *kit, const char *id);

#endif
