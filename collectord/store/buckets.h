/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Buckets: rows of an archive put together to the points of an answer.
 *
 * Route: reads.  Thread: any.
 */
#ifndef STORE_BUCKETS_H
#define STORE_BUCKETS_H

#include <stdint.h>

#include "store/store.h"

struct buckets;

/*
 * n buckets of bucket_s seconds, for rows of row_s, from t0_s on; aborts when
 * memory is out.
 */
struct buckets *buckets_new(int64_t t0_s, int64_t bucket_s, int64_t row_s, uint32_t n);
void buckets_free(struct buckets *buckets);
/* Rows that follow are of row_s; they count by their length. */
void buckets_step(struct buckets *buckets, int64_t row_s);
/* How many rows have found a bucket. */
uint64_t buckets_count(const struct buckets *buckets);
/* One known row. */
struct buckets_row {
	int64_t start_s;
	double average, max;   /* of its slots */
	double share;          /* of its time that is known, 0..1 */
};
void buckets_add(struct buckets *buckets, const struct buckets_row *row);
/*
 * Makes points of them and frees buckets.  A bucket without rows is unknown;
 * average is the mean of its rows, min and max are their extremes.
 */
void buckets_end(struct buckets *buckets, struct store_series *ret_series);

/* Slots folded to rows of an archive of step_s; slots come in order. */
struct buckets_fold {
	struct buckets *buckets;
	uint32_t step_s, base_s;
	int64_t start_s;
	uint32_t n;
	double sum, max;
};
void buckets_fold(struct buckets_fold *fold, int64_t slot_s, double value);
void buckets_fold_end(struct buckets_fold *fold);

#endif
