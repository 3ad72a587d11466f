/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `racksim replay`: serves one capture of a real device, as it was.
 *
 * Route:  .snmprec file -> replay -> agent -> loop.
 * Thread: MAIN.
 * Source: the .snmprec format: OID|TAG|VALUE, TAG decimal with an x behind it
 *         when VALUE is hexadecimal.
 */
#ifndef RACKSIM_REPLAY_H
#define RACKSIM_REPLAY_H

#include <stddef.h>
#include <stdio.h>

#include "agent.h"
#include "options.h"

/* Room for the message of a failed load. */
#define REPLAY_ERROR_MAX 256

/* One recorded value. */
struct replay_value {
	uint8_t tag;		/* BER_* */
	int64_t number;		/* numeric tags */
	size_t at, len;		/* the others: contents in the pool */
};

struct replay {
	struct mib mib;			/* entry.what and index[0] number values */
	struct replay_value *values;
	size_t n_values, values_size;
	uint8_t *pool;
	size_t pool_len, pool_size;
};

/*
 * Reads a capture. Of two lines with one OID the first counts.
 * Owns:   free with replay_done.
 * Errors: -1 with "line: message" in error; nothing is left to free then.
 */
int replay_load(struct replay *replay, FILE *file, char *error);

/* Frees what replay_load made. */
void replay_done(struct replay *replay);

/* Reads one recorded cell; an agent_cell_fn, `arg` is a struct replay. */
void replay_cell(void *arg, const struct mib_entry *entry,
    struct cell *ret_cell);

/* Serves options->snmprec at options->listen. Returns the exit status. */
int replay_run(const struct options *options);

#endif
