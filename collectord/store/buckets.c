/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/buckets.h"

#include <assert.h>
#include <stdlib.h>

struct bucket {
	double weight;          /* of its rows; 0: none */
	double sum, min, max, share_s;
};

struct buckets {
	int64_t t0_s, bucket_s, row_s;
	double weight;          /* of a row: its length in rows of the first kind */
	int64_t first_row_s;
	uint64_t count;
	uint32_t n;
	struct bucket items[];
};

struct buckets *
buckets_new(int64_t t0_s, int64_t bucket_s, int64_t row_s, uint32_t n)
{
	struct buckets *buckets = calloc(1, sizeof(*buckets) + n * sizeof(struct bucket));

	assert(buckets != NULL && bucket_s > 0 && row_s > 0);
	buckets->t0_s = t0_s;
	buckets->bucket_s = bucket_s;
	buckets->row_s = buckets->first_row_s = row_s;
	buckets->weight = 1;
	buckets->n = n;
	return buckets;
}

void
buckets_free(struct buckets *buckets)
{
	free(buckets);
}

void
buckets_step(struct buckets *buckets, int64_t row_s)
{
	buckets->row_s = row_s;
	buckets->weight = (double)row_s / (double)buckets->first_row_s;
}

uint64_t
buckets_count(const struct buckets *buckets)
{
	return buckets->count;
}

void
buckets_add(struct buckets *buckets, const struct buckets_row *row)
{
	int64_t at = (row->start_s - buckets->t0_s) / buckets->bucket_s;
	struct bucket *bucket;

	if (row->start_s < buckets->t0_s || at >= buckets->n) {
		return;
	}
	bucket = &buckets->items[at];
	bucket->sum += row->average * buckets->weight;
	bucket->min = bucket->weight <= 0 || row->average < bucket->min ?
	    row->average : bucket->min;
	bucket->max = bucket->weight <= 0 || row->max > bucket->max ? row->max : bucket->max;
	bucket->share_s += row->share * (double)buckets->row_s;
	bucket->weight += buckets->weight;
	buckets->count++;
}

/* Rows that overlap, of an archive and of the ring, are no more than all. */
static float
share_of(const struct buckets *buckets, const struct bucket *bucket)
{
	double share = bucket->share_s / (double)buckets->bucket_s;

	return (float)(share < 1.0 ? share : 1.0);
}

void
buckets_end(struct buckets *buckets, struct store_series *ret_series)
{
	struct store_series series = { .step_s = buckets->bucket_s,
	    .basis_s = ret_series->basis_s, .n = buckets->n };

	series.t = calloc(series.n, sizeof(series.t[0]));
	series.avg = calloc(series.n, sizeof(double));
	series.min = calloc(series.n, sizeof(double));
	series.max = calloc(series.n, sizeof(double));
	series.known = calloc(series.n, 1);
	series.share = calloc(series.n, sizeof(float));
	assert(series.t != NULL && series.avg != NULL && series.min != NULL &&
	    series.max != NULL && series.known != NULL && series.share != NULL);
	for (uint32_t i = 0; i < series.n; i++) {
		const struct bucket *bucket = &buckets->items[i];

		series.t[i] = buckets->t0_s + (int64_t)i * buckets->bucket_s;
		if (bucket->weight > 0) {
			series.avg[i] = bucket->sum / bucket->weight;
			series.min[i] = bucket->min;
			series.max[i] = bucket->max;
			series.known[i] = 3;
			series.share[i] = share_of(buckets, bucket);
		}
	}
	free(buckets);
	*ret_series = series;
}

void
store_series_done(struct store_series *series)
{
	free(series->t);
	free(series->avg);
	free(series->min);
	free(series->max);
	free(series->known);
	free(series->share);
	*series = (struct store_series){ 0 };
}

void
buckets_fold_end(struct buckets_fold *fold)
{
	if (fold->n > 0) {
		const struct buckets_row row = { fold->start_s, fold->sum / fold->n,
		    fold->max, (double)fold->n * fold->base_s / fold->step_s };

		buckets_add(fold->buckets, &row);
	}
	fold->n = 0;
	fold->sum = 0;
}

void
buckets_fold(struct buckets_fold *fold, int64_t slot_s, double value)
{
	int64_t step_s = fold->step_s, start_s = slot_s;

	if (fold->step_s > fold->base_s) {
		/* the row that ends at the first multiple of its step from slot on */
		start_s = (slot_s + step_s - 1) / step_s * step_s - step_s;
	}
	if (fold->n > 0 && start_s != fold->start_s) {
		buckets_fold_end(fold);
	}
	fold->start_s = start_s;
	fold->max = fold->n == 0 || value > fold->max ? value : fold->max;
	fold->sum += value;
	fold->n++;
}
