/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A store on a clock of the test's own and a folder under $TMPDIR, with a real
 * store process: the test program, executed again.
 *
 * Thread: the test's.
 */
#ifndef TESTS_UNIT_STORE_KIT_H
#define TESTS_UNIT_STORE_KIT_H

#include "base/clock.h"
#include "config/config.h"
#include "model/batch.h"
#include "store/store.h"

#define KIT_RACKS 3
/* A slot on the grid of 8 h, so that every archive has a row there. */
#define KIT_T0 INT64_C(1763712000)

struct kit {
	char dir[64];
	struct clock *clock;
	struct config config;
	struct inventory *inventory;
	const struct col_layout *pdu, *derived;
	struct store *store;
};

/* Makes folder, clock (at KIT_T0 + 1 s) and inventory; opens no store. */
void kit_init(struct kit *kit);
/* The same in a folder that is there, at a wall time. */
void kit_init_at(struct kit *kit, const char *dir, int64_t wall_s);
/* Opens the store.  Returns what store_new does. */
int kit_open(struct kit *kit);
void kit_close(struct kit *kit);
/* Removes the folder too. */
void kit_done(struct kit *kit);

/* For cmocka: a kit with its store open in *state, and its end. */
int kit_set_up(void **state);
int kit_tear_down(void **state);

/* Puts one poll of a rack's PDU: slots power, L1, L2, outlet; NAN: not good. */
#define KIT_SLOTS 4
void kit_put(struct kit *kit, uint32_t rack, const char *role, int64_t slot_s,
    const double values[KIT_SLOTS]);
/* Puts the derived record of a rack or, with ended, of the province. */
void kit_put_derived(struct kit *kit, enum entity_kind kind, int64_t slot_s,
    double power_w, bool ended);
/* What a PDU's slot i holds at a slot: a value that tells them all apart. */
double kit_value(uint32_t rack, unsigned i, int64_t slot_s);
/* Start of the slot that the clock stands in. */
int64_t kit_slot(const struct kit *kit);
void kit_put_all(struct kit *kit, int64_t slot_s);

/* Steps until done(arg) is true; fails the test after three minutes. */
void kit_until(struct kit *kit, bool (*done)(void *arg), void *arg);
/* Moves the clock to a wall time in steps of a second, stepping the store. */
void kit_move(struct kit *kit, int64_t wall_s);
/* Steps until nothing of what is closed waits for RRD. */
void kit_flush(struct kit *kit);
/* Steps until what was put is synced. */
void kit_accept(struct kit *kit);
uint64_t kit_waiting(struct kit *kit);

struct kit_answer { bool done; int code; struct store_series series; };
/* Reads and waits; the answer's arrays are copies, free with store_series_done. */
struct kit_answer kit_read(struct kit *kit, const struct store_query *query);
struct store_query kit_query(uint32_t rack, const char *role, const char *metric,
    const char *instance, int64_t from_s, int64_t to_s);

/* Path of a rack's RRD file; fails the test when there is none. */
void kit_path(struct kit *kit, uint32_t rack, char path[256]);
struct kit_row { int64_t t; unsigned n; double values[64]; bool known[64]; };
/* Runs `rrdtool fetch`; returns the number of rows; names in columns. */
unsigned kit_rrdtool(const char *path, const char *cf, int64_t from_s, int64_t to_s,
    unsigned step_s, char names[64][20], struct kit_row *rows, unsigned room);

/* For main(): runs as store process when asked, else returns -1. */
int kit_main(int argc, char **argv);

#endif
