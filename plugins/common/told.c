/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "told.h"

#include <assert.h>
#include <string.h>

void
told_init(struct told *told, const struct col_host *host,
    const struct told_row *rows, size_t n)
{
	assert(n <= TOLD_MAX);
	memset(told, 0, sizeof(*told));
	told->host = host;
	told->rows = rows;
	told->n = n;
	if (host->size < offsetof(struct col_host, count) +
	    sizeof(host->count) || host->counter == NULL) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		told->counters[i] = host->counter(host, rows[i].name,
		    rows[i].is_gauge, rows[i].help);
	}
}

static void
tell(struct told *told, size_t i, uint64_t is)
{
	if (is != told->last[i] && told->counters[i] != NULL) {
		/* Modulo 2^64, so that a gauge may fall. */
		told->host->count(told->counters[i],
		    (int64_t)(is - told->last[i]));
	}
	told->last[i] = is;
}

void
told_update(struct told *told, const uint64_t *now)
{
	for (size_t i = 0; i < told->n; i++) {
		tell(told, i, now[told->rows[i].at]);
	}
}

void
told_done(struct told *told)
{
	for (size_t i = 0; i < told->n; i++) {
		if (told->rows[i].is_gauge) {
			tell(told, i, 0);
		}
	}
}
