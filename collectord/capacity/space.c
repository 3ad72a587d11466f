/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/space.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* Sums of decimal kilowatts: 1.9999999 of 0.5 is four. */
#define FLOOR_SLACK 1e-9

const struct space_need space_reference = {
	.height = 2,
	.need = { [SPACE_U] = 2, [SPACE_POWER] = 500, [SPACE_OUTLETS_A] = 1,
	    [SPACE_OUTLETS_B] = 1, [SPACE_WEIGHT] = 25, [SPACE_PORTS] = 2,
	    [SPACE_COOLING] = 500 },
};

static const char *const KINDS[SPACE_KIND_N] = {
	[SPACE_U] = "units", [SPACE_POWER] = "power",
	[SPACE_OUTLETS_A] = "outlets_a", [SPACE_OUTLETS_B] = "outlets_b",
	[SPACE_WEIGHT] = "weight", [SPACE_PORTS] = "ports",
	[SPACE_COOLING] = "cooling",
};

const char *
space_kind_text(enum space_kind kind)
{
	return KINDS[kind];
}

/* Marks units 1..units that equipment takes. */
static void
mark(const struct rack *rack, unsigned units, bool *taken)
{
	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		const struct equipment *e = &rack->equipment[i];

		for (unsigned u = e->u; e->u != 0 && u < e->u + (unsigned)e->height &&
		    u <= units; u++) {
			taken[u] = true;
		}
	}
}

bool
space_listed(const struct rack *rack)
{
	return rack->n_equipment > 0 || (rack->state != RACK_IN_SERVICE &&
	    rack->state != RACK_DECOMMISSIONING);
}

bool
space_known(const struct rack *rack)
{
	return rack->units > 0 && space_listed(rack);
}

struct space
space_of(const struct rack *rack, unsigned reserved_units)
{
	bool taken[SPACE_UNITS_MAX + 2] = { false };
	struct space space = { .units = rack->units };
	unsigned gap = 0;

	if (space.units > SPACE_UNITS_MAX) {
		space.units = SPACE_UNITS_MAX;
	}
	mark(rack, space.units, taken);
	for (unsigned u = 1; u <= space.units; u++) {
		space.occupied += taken[u];
	}
	for (unsigned u = space.units; u >= 1 && space.reserved < reserved_units; u--) {
		if (!taken[u]) {
			taken[u] = true;
			space.reserved++;
		}
	}
	taken[space.units + 1] = true;
	for (unsigned u = 1; u <= space.units + 1; u++) {
		if (!taken[u]) {
			gap++;
			continue;
		}
		if (gap > 0) {
			space.gap_u[space.n_gaps] = u - gap;
			space.gaps[space.n_gaps++] = gap;
		}
		space.largest_gap = gap > space.largest_gap ? gap : space.largest_gap;
		gap = 0;
	}
	return space;
}

bool
space_ratio(const struct space *space, double *ret_ratio)
{
	if (space->units == 0) {
		return false;
	}
	*ret_ratio = (double)(space->occupied + space->reserved) / space->units;
	return true;
}

unsigned
space_take(struct space *space, unsigned height, unsigned n, unsigned *ret_u)
{
	unsigned taken = 0, kept = 0;

	space->largest_gap = 0;
	for (unsigned i = 0; i < space->n_gaps; i++) {
		unsigned u = space->gap_u[i], gap = space->gaps[i];

		for (; height > 0 && taken < n && gap >= height; gap -= height) {
			if (ret_u != NULL) {
				ret_u[taken] = u;
			}
			u += height;
			taken++;
		}
		if (gap > 0) {
			space->gap_u[kept] = u;
			space->gaps[kept++] = gap;
			space->largest_gap = gap > space->largest_gap ? gap :
			    space->largest_gap;
		}
	}
	space->n_gaps = kept;
	space->occupied += taken * height;
	return taken;
}

double
space_weight_kg(const struct rack *rack)
{
	double kg = 0.0;

	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		kg += rack->equipment[i].kg;
	}
	return kg;
}

unsigned
space_outlets(const struct rack *rack, unsigned feed)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		if ((rack->equipment[i].feeds & 1u << feed) != 0) {
			n += rack->equipment[i].outlets;
		}
	}
	return n;
}

unsigned
space_ports(const struct rack *rack)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		n += rack->equipment[i].ports;
	}
	return n;
}

static unsigned
free_units(const struct space *space)
{
	return space->units - space->occupied - space->reserved;
}

/* How many fit by one kind; UINT_MAX: it does not bind. */
static unsigned
fit_by(enum space_kind kind, const struct space *space,
    const struct space_stock *stock, const struct space_need *need)
{
	unsigned n = 0;

	if (kind == SPACE_U) {
		for (unsigned i = 0; i < space->n_gaps && need->height > 0; i++) {
			n += space->gaps[i] / need->height;
		}
		return space->units > 0 && need->height > 0 ? n : UINT_MAX;
	}
	if (!stock[kind].known || !(need->need[kind] > 0.0)) {
		return UINT_MAX;
	}
	return stock[kind].available <= 0.0 ? 0 : (unsigned)fmin(1e6,
	    floor(stock[kind].available / need->need[kind] + FLOOR_SLACK));
}

struct space_fit
space_fit(const struct space *space, const struct space_stock *stock,
    const struct space_need *need)
{
	struct space_fit fit = { .n = UINT_MAX, .binding = SPACE_KIND_N };

	for (unsigned k = 0; k < SPACE_KIND_N; k++) {
		unsigned n = fit_by((enum space_kind)k, space, stock, need);

		if (n < fit.n) {
			fit.n = n;
			fit.binding = (enum space_kind)k;
		}
	}
	if (fit.binding == SPACE_KIND_N) {
		fit.n = 0;
		return fit;
	}
	if (space->units > 0) {
		fit.stranded[SPACE_U] = free_units(space) - (double)fit.n * need->height;
	}
	for (unsigned k = SPACE_U + 1; k < SPACE_KIND_N; k++) {
		if (stock[k].known) {
			fit.stranded[k] = stock[k].available - fit.n * need->need[k];
		}
	}
	return fit;
}
