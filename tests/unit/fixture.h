/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small province for tests of flow and capacity: row i stands in hall i of
 * site i of area i, so every place has a chain of its own up to the province.
 *
 * Thread: the test's.
 */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "config/config.h"
#include "model/ids.h"
#include "model/inventory.h"

struct fixture_rack {
	uint32_t row;
	enum rack_state state;
	const char *devices;   /* one letter each: A or B: its feed, -: none, i: a BMC */
	double design_w;
	unsigned phases;       /* of its feeds; 0: one */
	double volts, breaker_a;
};

/* Owns: one reference; devices are numbered in the order of the racks. */
struct inventory *fixture_inventory(const struct fixture_rack *racks,
    uint32_t n_racks, uint32_t n_rows);

/*
 * Loads a configuration from text; prints its errors and fails the test when
 * there are some.  Owns: one reference.
 */
const struct config *fixture_config(const char *yaml, struct ids *ids,
    uint64_t version);

#endif
