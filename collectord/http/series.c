/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See series.h. */
#include <config.h>

#include "http/series.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#define KNOWN_AVG 1u
#define KNOWN_BOTH 3u

void
series_copy_free(void *arg)
{
	struct store_series *series = arg;

	if (series != NULL) {
		store_series_done(series);
		free(series);
	}
}

static void *
copy_array(const void *from, size_t n, size_t size)
{
	void *to = malloc(n * size + 1);

	if (to != NULL && n > 0) {
		memcpy(to, from, n * size);
	}
	return to;
}

struct store_series *
series_copy_of(const struct store_series *from)
{
	struct store_series *to = malloc(sizeof(*to));

	if (to == NULL) {
		return NULL;
	}
	*to = *from;
	to->t = copy_array(from->t, from->n, sizeof(*to->t));
	to->avg = copy_array(from->avg, from->n, sizeof(*to->avg));
	to->min = copy_array(from->min, from->n, sizeof(*to->min));
	to->max = copy_array(from->max, from->n, sizeof(*to->max));
	to->known = copy_array(from->known, from->n, sizeof(*to->known));
	to->share = copy_array(from->share, from->n, sizeof(*to->share));
	if (to->t == NULL || to->avg == NULL || to->min == NULL || to->max == NULL ||
	    to->known == NULL || to->share == NULL) {
		series_copy_free(to);
		return NULL;
	}
	return to;
}

/* What a callback hands on: a copy, or the reason why there is none. */
static struct store_series *
take(int *code, const struct store_series *series)
{
	struct store_series *copy = NULL;

	if (*code == 0 && series != NULL) {
		copy = series_copy_of(series);
		*code = copy != NULL ? 0 : COL_ENOMEM;
	}
	return copy;
}

void
series_to_ticket(void *ticket, int code, const struct store_series *series)
{
	struct store_series *copy = take(&code, series);

	pending_fill(ticket, code, copy, series_copy_free);
}

void
series_to_part(void *part, int code, const struct store_series *series)
{
	struct store_series *copy = take(&code, series);

	gather_fill(part, code, copy, series_copy_free);
}

int
series_add(struct store_series *sum, const struct store_series *other)
{
	bool one_row = sum->step_s == sum->basis_s;

	if (sum->n != other->n || sum->step_s != other->step_s ||
	    sum->basis_s != other->basis_s ||
	    (sum->n > 0 && sum->t[0] != other->t[0])) {
		return COL_EBUSY;
	}
	for (uint32_t i = 0; i < sum->n; i++) {
		sum->known[i] &= other->known[i];
		sum->avg[i] += other->avg[i];
		sum->share[i] = sum->share[i] < other->share[i] ?
		    sum->share[i] : other->share[i];
		if (one_row && sum->known[i] == KNOWN_BOTH) {
			sum->min[i] = sum->max[i] = sum->avg[i];
		} else {
			sum->known[i] &= KNOWN_AVG;
		}
	}
	return 0;
}
