/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * killt: a store under load that is killed at random instants, again and again.
 * The parent starts a driver (this program again: the daemon's half of the
 * store, which starts the store process), kills either or both by SIGKILL, and
 * compares every row of every archive with what its slot must hold.
 *
 * Thread: one per process.
 */
#ifndef KILLT_H
#define KILLT_H

#include <stdbool.h>
#include <stdint.h>

/* The virtual clock: slots of STEP seconds from T0 on, on the grid of 8 h. */
#define KILLT_STEP 10
#define KILLT_T0 INT64_C(1763712000)
#define KILLT_RACKS_MAX 32
/* Sources of a rack's device; the rack's own series is one more. */
#define KILLT_DS 10
#define KILLT_SLOTS_MAX 400000

/* A second device of a rack joins at that slot: its file grows. */
#define KILLT_JOINED (KILLT_DS + 1)
#define KILLT_JOINS(rack) (20 + 25 * (int64_t)(rack))

/* What source ds (KILLT_DS: the rack's own power, then KILLT_JOINED) of a rack holds at a slot: a
 * number that tells them all apart and is exact in binary and in text. */
double killt_value(unsigned rack, unsigned ds, int64_t slot);

/* What a driver tells, on descriptor KILLT_FD. */
enum killt_what { KILLT_BEGUN = 1, KILLT_ACCEPTED, KILLT_SETTLED };
struct killt_told { int32_t what, slot; };
#define KILLT_FD 5

/*
 * drive.c: the driver; argv: --drive DIR FIRST RACKS (load|settle) LIFE.  LIFE 0:
 * all as ever; else in every second life racks have the other archives, and a
 * third of them another name.
 */
#define KILLT_DRIVE "--drive"
#define KILLT_OTHER(life) ((life) % 2 == 1)
int drive_main(int argc, char **argv);

/* rows.c: what is known of each slot, and the comparison. */
struct rows;
struct rows *rows_new(unsigned n_racks);
void rows_free(struct rows *rows);
/* Whether that process is rows' own rrdtool. */
bool rows_own(const struct rows *rows, int pid);
void rows_begun(struct rows *rows, int32_t slot);
void rows_accepted(struct rows *rows, int32_t slot);
/* From now on racks' files must have so many archives; 0: any. */
void rows_archives(struct rows *rows, unsigned n);
struct rows_result {
	uint64_t n_rows, n_values;   /* compared */
	uint64_t n_lost;             /* accepted, and not in the archive */
	uint64_t n_wrong;            /* known, and not what the slot must hold */
	uint64_t n_files, n_spoiled; /* files with any of these */
};
/* Compares all archives of all files under dir, and adds to result. */
bool rows_check(struct rows *rows, const char *dir, struct rows_result *result);

/* power.c: from now on the shim sees what is synced below root. */
bool power_on(const char *root, const char *durable);
/* Makes root what a power cut may leave of it; nobody may use it any more. */
bool power_cut(const char *root, const char *durable);

#endif
