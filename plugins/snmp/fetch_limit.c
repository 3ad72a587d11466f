/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fetch_limit.h"

/* Full answers in a row until more is tried. */
#define GROW_AFTER 4
/* What it takes to doubt a size that failed.  Source: engine.md s.9. */
#define DOUBT_POLLS 100
#define DOUBT_ANSWERS 400
#define DOUBT_MAX 6          /* 64 times as many */

void
fetch_limit_init(struct fetch_limit *limit, unsigned ceiling)
{
	*limit = (struct fetch_limit){.max = (uint8_t)ceiling};
}

void
fetch_limit_bound(struct fetch_limit *limit, unsigned ceiling)
{
	if (limit->max > ceiling) {
		limit->max = (uint8_t)ceiling;
	}
}

/* Half of the way to the size that failed, unless that is hardly more. */
static void
grow(struct fetch_limit *limit, unsigned ceiling)
{
	unsigned max = limit->max, next = max * 2;

	limit->n_full = 0;
	if (limit->failed > 0 && next >= limit->failed) {
		next = (max + limit->failed) / 2;
		if (limit->failed <= max || limit->failed - max <= max / 4) {
			return;
		}
	}
	if (limit->before > max && next > limit->before) {
		next = limit->before;
	}
	next = next > ceiling ? ceiling : next;
	if (next > max) {
		limit->max = (uint8_t)next;
	}
}

static void
forget_failed(struct fetch_limit *limit)
{
	limit->before = limit->failed;
	limit->failed = 0;
	limit->n_polls = 0;
	limit->n_answers = 0;
}

void
fetch_limit_answered(struct fetch_limit *limit, unsigned size,
    unsigned ceiling)
{
	if (size > limit->answered && size <= UINT8_MAX) {
		limit->answered = (uint8_t)size;
	}
	if (limit->before > 0 && size >= limit->before) {
		/* It was a bad day. */
		limit->before = 0;
		limit->doubt = 0;
	}
	if (size < limit->max || limit->max >= ceiling) {
		return;
	}
	if (limit->failed > 0 && ++limit->n_answers >=
	    DOUBT_ANSWERS << limit->doubt) {
		forget_failed(limit);
	}
	if (++limit->n_full >= GROW_AFTER) {
		grow(limit, ceiling);
	}
}

bool
fetch_limit_shrink(struct fetch_limit *limit, unsigned size)
{
	limit->n_full = 0;
	if (limit->max <= 1) {
		return false;
	}
	if (size > 1 && size < limit->max) {
		limit->max = (uint8_t)size;
	}
	limit->max = limit->answered > 0 && limit->answered < limit->max ?
	    limit->answered : limit->max / 2;
	limit->answered = 0;
	return true;
}

void
fetch_limit_failed(struct fetch_limit *limit, unsigned size)
{
	if (size > UINT8_MAX) {
		return;
	}
	if (limit->before > 0 && size <= limit->before) {
		limit->doubt += limit->doubt < DOUBT_MAX;
	}
	limit->before = 0;
	limit->failed = (uint8_t)size;
	limit->n_polls = 0;
	limit->n_answers = 0;
}

void
fetch_limit_good_poll(struct fetch_limit *limit)
{
	if (limit->failed > 0 &&
	    ++limit->n_polls >= DOUBT_POLLS << limit->doubt) {
		forget_failed(limit);
	}
}
