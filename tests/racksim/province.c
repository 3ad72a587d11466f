/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layout: racks are shared out over the sites by weight, then cut into halls of
 * hall_racks and rows of 12 to 24. Flaws and states follow a pattern of 100
 * consecutive racks, so their shares hold for small provinces too.
 */
#include <config.h>

#include "province.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

#define ROW_MIN 12
#define ROW_MAX 24
#define SITE_MIN 12
/* Rows of a hall are lettered A to Z. */
#define ROWS_PER_HALL_MAX 26

enum {
	SALT_HALL = 1,
	SALT_ROW,
	SALT_RACK,
	SALT_DEVICE,
	SALT_AGE,
	SALT_PATTERN,
	SALT_HOT,
	SALT_FULL,
	SALT_PART
};

static void *
grow(void *items, size_t n, size_t *size, size_t item)
{
	size_t want = *size ? *size * 2 : 64;
	void *grown;

	if (n < *size) {
		return items;
	}
	grown = realloc(items, want * item);
	if (grown != NULL) {
		*size = want;
	}
	return grown;
}

static int
add_row(struct province *p, uint32_t hall, uint32_t n_racks, bool planned,
    uint32_t *rack_at)
{
	struct province_row *row;
	void *grown = grow(p->rows, p->n_rows, &p->rows_size, sizeof(*p->rows));
	uint64_t hash;
	double age;

	if (grown == NULL) {
		return -1;
	}
	p->rows = grown;
	row = &p->rows[p->n_rows];
	hash = hash_mix(hash_mix(p->seed, SALT_AGE), p->n_rows);
	/* Half as many young rows as old ones: growth slows down. */
	age = 20 + 2000 * hash_unit(hash, 1) * (0.35 + 0.65 * hash_unit(hash, 2));
	row->hall = hall;
	row->number = ++p->halls[hall].n_rows;
	row->first_rack = *rack_at;
	row->n_racks = (uint16_t)n_racks;
	row->n_polled = planned ? 0 : (uint16_t)n_racks;
	row->age_days = (uint16_t)age;
	row->planned = planned;
	/* At most one rack in fifty has no devices, the last of some rows. */
	if (!planned && hash % 6 == 0 && (p->n_unpolled + 1) * 50 <= p->n_racks &&
	    (p->n_unpolled + 1) * 50 <= *rack_at + n_racks) {
		row->n_polled--;
		p->n_unpolled++;
	}
	/* The first row has some, so that the smallest province does. */
	row->has_bmcs = !planned && (p->bmc == PROVINCE_BMC_ONLY ||
	    (p->bmc == PROVINCE_BMC_SOME && p->n_standing % 3 == 0));
	p->n_bmcs += row->has_bmcs ? 2U * row->n_polled : 0;
	p->n_standing += !planned;
	*rack_at += n_racks;
	p->n_rows++;
	return 0;
}

/* Cuts a hall's racks into rows of even length. */
static int
add_rows(struct province *p, uint32_t hall, uint32_t n_racks, uint32_t *rack_at)
{
	uint64_t hash = hash_mix(hash_mix(p->seed, SALT_ROW), hall);
	uint32_t length = ROW_MIN + (uint32_t)(hash % (ROW_MAX - ROW_MIN + 1));
	uint32_t n = (n_racks + length / 2) / length;
	uint32_t least = (n_racks + ROW_MAX - 1) / ROW_MAX;

	if (n > n_racks / ROW_MIN) {
		n = n_racks / ROW_MIN;
	}
	n = n < least ? least : n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t share = n_racks / n + (i < n_racks % n);

		if (add_row(p, hall, share, false, rack_at) != 0) {
			return -1;
		}
	}
	return 0;
}

/*
 * Adds one hall. Planned racks come as a whole row whenever `owed` has
 * gathered enough for one, a tenth of the declared ones in the long run.
 */
static int
add_hall(struct province *p, uint32_t site, uint32_t n_racks, uint32_t *rack_at,
    double *owed)
{
	struct province_hall *hall;
	void *grown = grow(p->halls, p->n_halls, &p->halls_size,
	    sizeof(*p->halls));
	uint32_t index = (uint32_t)p->n_halls;
	uint64_t hash;

	if (grown == NULL) {
		return -1;
	}
	p->halls = grown;
	hall = &p->halls[p->n_halls++];
	hash = hash_mix(hash_mix(p->seed, SALT_HALL), index);
	*hall = (struct province_hall){
		.site = site,
		.number = ++p->sites[site].n_halls,
		.first_row = (uint32_t)p->n_rows,
		.n_racks = n_racks,
		.three_phase = hash % 4 == 0,
		.sparse_probes = (hash >> 8) % 5 == 0,
	};
	if (add_rows(p, index, n_racks, rack_at) != 0) {
		return -1;
	}
	*owed += 0.1 * n_racks;
	while (*owed >= ROW_MIN && p->halls[index].n_rows < ROWS_PER_HALL_MAX) {
		uint32_t n = *owed > ROW_MAX ? ROW_MAX : (uint32_t)*owed;

		if (add_row(p, index, n, true, rack_at) != 0) {
			return -1;
		}
		p->n_planned += n;
		*owed -= n;
	}
	return 0;
}

/* Gives each site its racks: an equal floor, the rest by weight. */
static void
share_out(struct province *p)
{
	uint64_t weights = 0, seen = 0, given = 0;
	uint64_t least = p->n_racks / p->n_sites;
	uint64_t rest;

	least = least > SITE_MIN ? SITE_MIN : least;
	rest = p->n_racks - least * p->n_sites;
	for (size_t i = 0; i < p->n_sites; i++) {
		weights += p->sites[i].def->weight;
	}
	for (size_t i = 0; i < p->n_sites; i++) {
		uint64_t upto;

		seen += p->sites[i].def->weight;
		upto = weights ? rest * seen / weights : rest;
		p->sites[i].n_racks = (uint32_t)(least + upto - given);
		given = upto;
	}
}

static int
add_site(struct province *p, uint32_t site, uint32_t *rack_at, double *owed)
{
	struct province_site *s = &p->sites[site];
	uint32_t target = p->hall_racks, n = (s->n_racks + target / 2) / target;

	n = n == 0 ? 1 : n;
	s->first_hall = (uint32_t)p->n_halls;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t share = s->n_racks / n + (i < s->n_racks % n);

		if (share > 0 && add_hall(p, site, share, rack_at, owed) != 0) {
			return -1;
		}
	}
	return 0;
}

/* Puts the rest of the planned racks into the last hall. */
static int
add_leftover(struct province *p, uint32_t *rack_at, double owed)
{
	uint32_t hall = (uint32_t)p->n_halls - 1;
	uint32_t n = (uint32_t)(owed + 0.5);

	if (n == 0 || p->halls[hall].n_rows >= ROWS_PER_HALL_MAX) {
		return 0;
	}
	p->n_planned += n;
	return add_row(p, hall, n, true, rack_at);
}

/* One phase per feed, so that a lost feed is felt there. */
static uint32_t
find_full_hall(const struct province *p)
{
	uint32_t n = (uint32_t)p->n_halls;
	uint32_t at = (uint32_t)(hash_mix(p->seed, SALT_FULL) % n);

	for (uint32_t i = 0; i < n && p->halls[at].three_phase; i++) {
		at = (at + 1) % n;
	}
	return at;
}

/* Finds a sound rack of a row without servers that are measured alone. */
static struct province_rack
find_part(const struct province *p, enum province_part part)
{
	uint32_t n = (uint32_t)p->n_rows;
	uint32_t from = (uint32_t)(hash_mix(p->seed, SALT_PART + part) % n);
	struct province_rack rack = {0};

	for (uint32_t i = 0; i < n; i++) {
		const struct province_row *row = &p->rows[(from + i) % n];

		if (row->has_bmcs || row->hall == p->full_hall ||
		    p->halls[row->hall].three_phase !=
		    (part == PROVINCE_LOPSIDED)) {
			continue;
		}
		rack.row = (from + i) % n;
		for (rack.n = 2; rack.n <= row->n_polled; rack.n++) {
			if (province_state(p, rack) == PROVINCE_IN_SERVICE &&
			    province_flaw(p, rack) == PROVINCE_SOUND) {
				return rack;
			}
		}
	}
	return (struct province_rack){0};
}

static void
cast_parts(struct province *p)
{
	p->flaw_phase = (uint32_t)(hash_mix(p->seed, SALT_PATTERN) % 100);
	p->hot_row = (uint32_t)(hash_mix(p->seed, SALT_HOT) % p->n_rows);
	while (p->rows[p->hot_row].planned) {
		p->hot_row = (p->hot_row + 1) % (uint32_t)p->n_rows;
	}
	p->full_hall = find_full_hall(p);
	for (int i = PROVINCE_PLAIN + 1; i < PROVINCE_PART_N; i++) {
		p->parts[i] = find_part(p, (enum province_part)i);
	}
}

int
province_init(struct province *p, const struct province_options *options)
{
	const struct site_def *defs = options->sites;
	size_t n = options->n_sites;
	uint32_t rack_at = 0;
	uint64_t blocks;
	double owed = 0;

	memset(p, 0, sizeof(*p));
	p->seed = options->seed;
	p->step_s = options->step_s;
	p->base = options->base;
	p->n_racks = options->n_racks;
	p->bmc = options->bmc;
	p->hall_racks = options->hall_racks == 0 ? PROVINCE_HALL_RACKS : options->hall_racks;
	if (defs == NULL) {
		defs = sites_builtin;
		n = sites_builtin_n;
	}
	/* A small province has fewer sites rather than tiny ones. */
	if (n > options->n_racks / SITE_MIN) {
		n = options->n_racks / SITE_MIN;
	}
	p->n_sites = n == 0 ? 1 : n;
	p->sites = calloc(p->n_sites, sizeof(*p->sites));
	if (p->sites == NULL) {
		return -1;
	}
	for (size_t i = 0; i < p->n_sites; i++) {
		p->sites[i].def = &defs[i];
	}
	share_out(p);
	for (uint32_t i = 0; i < p->n_sites; i++) {
		if (add_site(p, i, &rack_at, &owed) != 0) {
			return -1;
		}
	}
	if (add_leftover(p, &rack_at, owed) != 0) {
		return -1;
	}
	cast_parts(p);
	blocks = (uint64_t)p->n_rows * PROVINCE_BLOCKS_PER_ROW + p->n_halls;
	return p->base + blocks * 256 <= 0x7fffff00U ? 0 : -1;
}

void
province_done(struct province *p)
{
	free(p->sites);
	free(p->halls);
	free(p->rows);
	memset(p, 0, sizeof(*p));
}

bool
province_in_rack(enum province_role role)
{
	return role <= PROVINCE_BMC_2;
}

bool
province_is_bmc(enum province_role role)
{
	return role == PROVINCE_BMC_1 || role == PROVINCE_BMC_2;
}

uint64_t
province_devices(const struct province *p)
{
	return p->bmc == PROVINCE_BMC_ONLY ? p->n_bmcs : p->n_bmcs +
	    2 * ((uint64_t)p->n_racks - p->n_unpolled) +
	    2 * (uint64_t)p->n_halls;
}

/*
 * Places a rack in a pattern of 100; 61 is coprime to 100 and spreads equal
 * classes 41 racks apart.
 */
static uint32_t
pattern(const struct province *p, struct province_rack rack)
{
	uint64_t at = p->rows[rack.row].first_rack + rack.n - 1;

	return (uint32_t)((at * 61 + p->flaw_phase) % 100);
}

static const char *const state_words[PROVINCE_STATE_N] = {
	[PROVINCE_PLANNED] = "planned",
	[PROVINCE_INSTALLED] = "installed",
	[PROVINCE_ENERGIZED] = "energized",
	[PROVINCE_IN_SERVICE] = "in_service",
	[PROVINCE_DECOMMISSIONING] = "decommissioning",
};

const char *
province_state_name(enum province_state state)
{
	return state_words[state];
}

enum province_state
province_state(const struct province *p, struct province_rack rack)
{
	uint32_t at = pattern(p, rack);

	if (p->rows[rack.row].planned) {
		return PROVINCE_PLANNED;
	}
	if (at >= 10 && at < 13) {
		return PROVINCE_ENERGIZED;
	}
	if (at >= 13 && at < 15) {
		return PROVINCE_INSTALLED;
	}
	if (at >= 15 && at < 17) {
		return PROVINCE_DECOMMISSIONING;
	}
	return PROVINCE_IN_SERVICE;
}

enum province_flaw
province_flaw(const struct province *p, struct province_rack rack)
{
	uint32_t at = pattern(p, rack);
	uint64_t hash = province_rack_hash(p, rack);

	if (at < 3) {
		return PROVINCE_SILENT;
	}
	if (at == 3) {
		return hash & 1 ? PROVINCE_LOST_A : PROVINCE_LOST_B;
	}
	return at == 4 ? PROVINCE_IDLE : PROVINCE_SOUND;
}

enum province_part
province_part(const struct province *p, struct province_rack rack)
{
	for (int i = PROVINCE_PLAIN + 1; i < PROVINCE_PART_N; i++) {
		if (p->parts[i].row == rack.row && p->parts[i].n == rack.n) {
			return (enum province_part)i;
		}
	}
	return PROVINCE_PLAIN;
}

bool
province_has_probes(const struct province *p, struct province_rack rack)
{
	return !p->halls[p->rows[rack.row].hall].sparse_probes ||
	    rack.n % 3 == 2;
}

uint64_t
province_rack_hash(const struct province *p, struct province_rack rack)
{
	return hash_mix(hash_mix(p->seed, SALT_RACK),
	    (uint64_t)rack.row << 32 | rack.n);
}

uint64_t
province_device_hash(const struct province *p,
    const struct province_device *device)
{
	return hash_mix(hash_mix(p->seed, SALT_DEVICE),
	    province_address(p, device));
}

/* Blocks of addresses are in the order of the roles. */
static bool
has_role(const struct province *p, uint32_t row, enum province_role role)
{
	return province_is_bmc(role) ? p->rows[row].has_bmcs :
	    p->bmc != PROVINCE_BMC_ONLY;
}

int
province_at(const struct province *p, uint32_t address,
    struct province_device *ret_device)
{
	uint64_t block;
	uint32_t octet = address & 0xff;

	if (address < p->base) {
		return -1;
	}
	block = (address - p->base) >> 8;
	if (block < (uint64_t)p->n_rows * PROVINCE_BLOCKS_PER_ROW) {
		uint32_t row = (uint32_t)(block / PROVINCE_BLOCKS_PER_ROW);
		uint32_t role = (uint32_t)(block % PROVINCE_BLOCKS_PER_ROW);

		if (octet < 1 || octet > p->rows[row].n_polled ||
		    !has_role(p, row, (enum province_role)role)) {
			return -1;
		}
		ret_device->role = (enum province_role)role;
		ret_device->rack.row = row;
		ret_device->rack.n = octet;
		ret_device->hall = p->rows[row].hall;
		return 0;
	}
	block -= (uint64_t)p->n_rows * PROVINCE_BLOCKS_PER_ROW;
	if (block >= p->n_halls || octet < 1 || octet > 2 ||
	    p->bmc == PROVINCE_BMC_ONLY) {
		return -1;
	}
	memset(ret_device, 0, sizeof(*ret_device));
	ret_device->role = octet == 1 ? PROVINCE_UPS_A : PROVINCE_UPS_B;
	ret_device->hall = (uint32_t)block;
	return 0;
}

uint32_t
province_address(const struct province *p, const struct province_device *device)
{
	uint64_t block;

	if (province_in_rack(device->role)) {
		block = (uint64_t)device->rack.row * PROVINCE_BLOCKS_PER_ROW +
		    device->role;
		return p->base + (uint32_t)(block << 8) + device->rack.n;
	}
	block = (uint64_t)p->n_rows * PROVINCE_BLOCKS_PER_ROW + device->hall;
	return p->base + (uint32_t)(block << 8) +
	    (device->role == PROVINCE_UPS_A ? 1 : 2);
}
