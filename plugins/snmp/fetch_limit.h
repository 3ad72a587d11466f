/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much one agent carries at a time: found out by what it answers.
 *
 * Route: fetch.  Thread: that of the device.
 * Source: engine.md section 9 ("varbinds per request").
 */
#ifndef SNMP_FETCH_LIMIT_H
#define SNMP_FETCH_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A size falls to the last one that was answered, or to half, when the agent
 * says tooBig, cuts an answer short, or is silent about it.  A few answers to
 * requests as large as allowed let it double, but not up to one that is known
 * to be too large: that one is forgotten, for it may have been one bad day,
 * after 100 good polls, or after 400 such answers, since polls that would need
 * larger requests are not good ones.  Each time that it proves right again it
 * is believed twice as long.
 */
struct fetch_limit {
	uint8_t max;             /* of the next request, >= 1 */
	uint8_t answered;        /* the largest since max was changed, or 0 */
	uint8_t failed;          /* too large, 0: none is known */
	uint8_t n_full;          /* answers of size max in a row */
	uint8_t doubt;           /* how often failed proved right again, log2 */
	uint8_t before;          /* failed, before it was forgotten */
	uint16_t n_polls;        /* good ones since failed was set */
	uint16_t n_answers;      /* full ones since failed was set */
};

void fetch_limit_init(struct fetch_limit *limit, unsigned ceiling);
/* An answer to a request of that size has come. */
void fetch_limit_answered(struct fetch_limit *limit, unsigned size,
    unsigned ceiling);
/* Asks for less than size; false: it is 1 already. */
bool fetch_limit_shrink(struct fetch_limit *limit, unsigned size);
/* So large is too much for the agent, that is sure. */
void fetch_limit_failed(struct fetch_limit *limit, unsigned size);
/* A poll brought all that was asked. */
void fetch_limit_good_poll(struct fetch_limit *limit);
/* Never more than this. */
void fetch_limit_bound(struct fetch_limit *limit, unsigned ceiling);

#endif
