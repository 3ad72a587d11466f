/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/problem.h"

#include <string.h>

#include "base/str.h"

static const struct { const char *code; bool is_condition; } CODES[PROBLEM_N] = {
#define X(id, code, is_condition) [PROBLEM_##id] = { code, is_condition },
	PROBLEM_TABLE(X)
#undef X
};

void
problems_init(struct problems *problems)
{
	memset(problems->items, 0, sizeof(problems->items));
	pthread_mutex_init(&problems->lock, NULL);
}

void
problems_done(struct problems *problems)
{
	pthread_mutex_destroy(&problems->lock);
}

bool
problems_note(struct problems *problems, enum problem_code code, struct wall now,
    int64_t n, const char *subject, const char *detail)
{
	struct problem *problem = &problems->items[code];
	bool begins;

	pthread_mutex_lock(&problems->lock);
	begins = CODES[code].is_condition && !problem->active;
	if (begins || problem->count == 0) {
		problem->since = now;
	}
	problem->code = code;
	problem->name = CODES[code].code;
	problem->active = CODES[code].is_condition;
	problem->last = now;
	problem->count++;
	problem->n = n;
	str_clean(problem->subject, sizeof(problem->subject), subject, strlen(subject));
	str_clean(problem->detail, sizeof(problem->detail), detail, strlen(detail));
	pthread_mutex_unlock(&problems->lock);
	return begins;
}

bool
problems_end(struct problems *problems, enum problem_code code, struct wall now)
{
	struct problem *problem = &problems->items[code];
	bool ends;

	pthread_mutex_lock(&problems->lock);
	ends = problem->active;
	if (ends) {
		problem->active = false;
		problem->last = now;
	}
	pthread_mutex_unlock(&problems->lock);
	return ends;
}

uint32_t
problems_copy(const struct problems *problems, struct problem to[PROBLEM_N])
{
	struct problems *p = (struct problems *)problems; /* the lock is not const */
	uint32_t n = 0;

	pthread_mutex_lock(&p->lock);
	for (int active = 1; active >= 0; active--) {
		for (int i = 0; i < PROBLEM_N; i++) {
			const struct problem *problem = &p->items[i];

			if (problem->count > 0 && problem->active == (active == 1)) {
				to[n++] = *problem;
			}
		}
	}
	pthread_mutex_unlock(&p->lock);
	return n;
}
