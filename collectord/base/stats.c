/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/stats.h"

#include <assert.h>
#include <stdatomic.h>

static _Atomic int64_t cells[STATS_N];

static const struct {
	const char *name, *help;
	enum stats_kind kind;
} TABLE[STATS_N] = {
#define X(id, name, kind, help) [STATS_##id] = { name, help, STATS_##kind },
	STATS_TABLE(X)
#undef X
};

void
stats_add(enum stats_id id, int64_t n)
{
	atomic_fetch_add_explicit(&cells[id], n, memory_order_relaxed);
}

void
stats_set(enum stats_id id, int64_t value)
{
	atomic_store_explicit(&cells[id], value, memory_order_relaxed);
}

int64_t
stats_get(enum stats_id id)
{
	return atomic_load_explicit(&cells[id], memory_order_relaxed);
}

const char *
stats_name(enum stats_id id)
{
	return TABLE[id].name;
}

const char *
stats_help(enum stats_id id)
{
	return TABLE[id].help;
}

enum stats_kind
stats_kind(enum stats_id id)
{
	return TABLE[id].kind;
}

/* Upper bound of a cell in us: 100 us * 2^(i/2), the half step as 181/128. */
static uint64_t
cell_limit(unsigned i)
{
	uint64_t whole = UINT64_C(100) << (i / 2);

	return i % 2 == 0 ? whole : whole * 181 / 128;
}

void
stats_observe(struct stats_histogram *h, int64_t us)
{
	uint64_t value = us > 0 ? (uint64_t)us : 0, max;
	unsigned i = 0;

	while (i < 63 && value >= cell_limit(i)) {
		i++;
	}
	atomic_fetch_add_explicit(&h->cells[i], 1, memory_order_relaxed);
	max = atomic_load_explicit(&h->max_us, memory_order_relaxed);
	while (value > max && !atomic_compare_exchange_weak(&h->max_us, &max, value)) {
	}
}

double
stats_quantile(const struct stats_histogram *h, double p)
{
	uint64_t total = 0, seen = 0, cells_now[64];
	uint64_t max = atomic_load_explicit(&h->max_us, memory_order_relaxed);
	unsigned i;

	assert(p >= 0 && p <= 1);
	for (i = 0; i < 64; i++) {
		cells_now[i] = atomic_load_explicit(&h->cells[i], memory_order_relaxed);
		total += cells_now[i];
	}
	if (total == 0) {
		return 0;
	}
	for (i = 0; i < 63; i++) {
		seen += cells_now[i];
		if ((double)seen >= p * (double)total) {
			break;
		}
	}
	return (double)(cell_limit(i) < max ? cell_limit(i) : max) / 1000;
}

uint64_t
stats_cell(const struct stats_histogram *h, unsigned i, uint64_t *ret_us)
{
	assert(i < 64);
	*ret_us = cell_limit(i);
	return atomic_load_explicit(&h->cells[i], memory_order_relaxed);
}
