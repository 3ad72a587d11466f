/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/history.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

static int
compare(const void *a, const void *b)
{
	int32_t left = ((const struct daily *)a)->day;
	int32_t right = ((const struct daily *)b)->day;

	return (left > right) - (left < right);
}

int
history_set(struct history *history, const struct daily *days, size_t n)
{
	struct daily *copy = malloc((n + 1) * sizeof(copy[0]));
	size_t kept = 0;

	if (copy == NULL) {
		return COL_ENOMEM;
	}
	if (n > 0) {
		memcpy(copy, days, n * sizeof(copy[0]));
		qsort(copy, n, sizeof(copy[0]), compare);
	}
	for (size_t i = 0; i < n; i++) {
		/* Of two rows of a day either will do; the sort is not stable. */
		if (kept > 0 && copy[kept - 1].day == copy[i].day) {
			kept--;
		}
		copy[kept++] = copy[i];
	}
	free(history->days);
	history->days = copy;
	history->n = kept;
	history->version++;
	return 0;
}

void
history_done(struct history *history)
{
	free(history->days);
	history->days = NULL;
	history->n = 0;
}

/* Index of the first day at or after day; n when there is none. */
static size_t
find(const struct history *history, int32_t day)
{
	size_t low = 0, high = history->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (history->days[middle].day < day) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

int
history_put(struct history *history, const struct daily *day)
{
	size_t at = find(history, day->day);
	struct daily *days;

	history->version++;
	if (at < history->n && history->days[at].day == day->day) {
		history->days[at] = *day;
		return 0;
	}
	days = realloc(history->days, (history->n + 1) * sizeof(days[0]));
	if (days == NULL) {
		return COL_ENOMEM;
	}
	memmove(days + at + 1, days + at, (history->n - at) * sizeof(days[0]));
	days[at] = *day;
	history->days = days;
	history->n++;
	return 0;
}

static double
count_of(const struct daily *day, enum history_column column)
{
	switch (column) {
	case HISTORY_VERIFIED:
		return (double)day->verified;
	case HISTORY_STANDARD:
		return (double)day->standard;
	case HISTORY_DECLARED:
		break;
	}
	return (double)day->declared;
}

bool
history_newest(const struct history *history, int32_t today, int32_t *ret_day)
{
	size_t at = find(history, today);

	if (at < history->n && history->days[at].day == today) {
		*ret_day = today;
		return true;
	}
	if (at > 0) {
		*ret_day = history->days[at - 1].day;
	}
	return at > 0;
}

bool
history_count(const struct history *history, enum target_basis basis,
    int32_t day, double *ret_count)
{
	return history_column(history, basis == TARGET_STANDARD ? HISTORY_STANDARD :
	    HISTORY_DECLARED, day, ret_count);
}

bool
history_column(const struct history *history, enum history_column column,
    int32_t day, double *ret_count)
{
	size_t at = find(history, day);
	const struct daily *before, *after;
	double share;

	/* Nothing is extrapolated: a count after the last day is not known. */
	if (at == history->n) {
		return false;
	}
	after = &history->days[at];
	if (after->day == day) {
		*ret_count = count_of(after, column);
		return true;
	}
	if (at == 0) {
		return false;
	}
	before = &history->days[at - 1];
	/* Across a longer hole the counts in between are anyone's guess. */
	if (after->day - before->day > HISTORY_GAP_DAYS) {
		return false;
	}
	share = (double)(day - before->day) / (double)(after->day - before->day);
	*ret_count = count_of(before, column) +
	    share * (count_of(after, column) - count_of(before, column));
	return true;
}
