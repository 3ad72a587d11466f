/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A rack's power is its mean times one plus a handful of sine waves: the day,
 * the week, and quicker ones with periods of its own. Waves have a closed
 * integral, so the energy counter agrees with the power at any time without
 * any state.
 */
#include <config.h>

#include "values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

#define DAY_S 86400.0
/* The province lives in UTC+8 and is busiest in mid-afternoon. */
#define PEAK_S (15 * 3600.0 - 8 * 3600.0)
/* 2025-01-01T00:00:00Z: energy meters start from here, each at its own count. */
#define METER_EPOCH 1735689600
/* Source: GB/T 156: 220 V phase to neutral, 50 Hz. */
#define NOMINAL_V 220.0
#define NOMINAL_HZ 50.0
#define BREAKER_A 32
#define WAVES 5
/* A tight rack hardly moves, so that it stays on its side of the limits. */
#define CALM 0.1

enum {
	SALT_MEAN = 201,
	SALT_WAVE,
	SALT_SHARE,
	SALT_PHASE,
	SALT_VOLT,
	SALT_AIR,
	SALT_OUTLET,
	SALT_METER,
	SALT_BOOT,
	SALT_UPS
};

/* One sine wave around 1. */
struct wave {
	double period_s, amplitude, phase;
};

int
values_init(struct values_world *world, const struct province *province,
    const struct faults *faults)
{
	world->province = province;
	world->faults = faults;
	world->halls = calloc(province->n_halls, sizeof(*world->halls));
	return world->halls == NULL ? -1 : 0;
}

void
values_done(struct values_world *world)
{
	free(world->halls);
	world->halls = NULL;
}

void
values_forget(struct values_world *world)
{
	memset(world->halls, 0,
	    world->province->n_halls * sizeof(*world->halls));
}

int64_t
values_time(const struct province *province, int64_t t)
{
	return t - t % province->step_s;
}

double
values_design_kw(const struct province *province, struct province_rack rack)
{
	const struct province_row *row = &province->rows[rack.row];

	if (province_part(province, rack) == PROVINCE_TIGHT) {
		return 7.0;
	}
	return province->halls[row->hall].three_phase ? 12.0 : 6.0;
}

static double
power_factor(uint64_t rack_hash)
{
	return hash_range(hash_mix(rack_hash, SALT_PHASE), 9, 0.94, 0.985);
}

/* Units:  returns W that load both feeds of a tight rack as its name says. */
static double
tight_power(uint64_t rack_hash)
{
	return 2 * 0.45 * BREAKER_A * 223.5 * power_factor(rack_hash);
}

/* Units:  returns W, the mean over time. */
static double
mean_power(const struct province *p, struct province_rack rack)
{
	bool full = p->rows[rack.row].hall == p->full_hall;
	uint64_t hash = hash_mix(province_rack_hash(p, rack), SALT_MEAN);
	enum province_flaw flaw = province_flaw(p, rack);

	switch (province_state(p, rack)) {
	case PROVINCE_IN_SERVICE:
		if (flaw == PROVINCE_IDLE) {
			return hash_range(hash, 1, 36, 44);
		}
		if (province_part(p, rack) == PROVINCE_TIGHT) {
			return tight_power(province_rack_hash(p, rack));
		}
		return values_design_kw(p, rack) * 1000 * (full ?
		    hash_range(hash, 2, 0.66, 0.82) :
		    hash_range(hash, 2, 0.28, 0.72));
	case PROVINCE_DECOMMISSIONING:
		return hash_range(hash, 3, 180, 450);
	case PROVINCE_PLANNED:
	case PROVINCE_INSTALLED:
	case PROVINCE_ENERGIZED:
	case PROVINCE_STATE_N:
		break;
	}
	return 0;
}

static void
make_waves(const struct province *p, struct province_rack rack,
    struct wave *waves)
{
	static const struct { double period_s, amplitude; } kinds[WAVES] = {
		{DAY_S, 0.12}, {7 * DAY_S, 0.02}, {14400, 0.02}, {1740, 0.018},
		{263, 0.012}
	};
	uint64_t hash = hash_mix(province_rack_hash(p, rack), SALT_WAVE);
	double part = province_part(p, rack) == PROVINCE_TIGHT ? CALM : 1;

	for (uint64_t i = 0; i < WAVES; i++) {
		waves[i].amplitude = part * kinds[i].amplitude *
		    hash_range(hash, i, 0.5, 1.4);
		/* The calendar is everyone's; the quick waves are not. */
		if (i == 0) {
			waves[i].period_s = kinds[i].period_s;
			waves[i].phase = M_PI / 2 - 2 * M_PI / DAY_S *
			    (PEAK_S + hash_range(hash, 10, -5400, 5400));
		} else {
			waves[i].period_s = kinds[i].period_s *
			    (i == 1 ? 1 : hash_range(hash, 20 + i, 0.8, 1.25));
			waves[i].phase = hash_range(hash, 30 + i, 0, 2 * M_PI);
		}
	}
}

/* Returns the factor by which the load differs from its mean at t. */
static double
waves_at(const struct wave *waves, double t)
{
	double sum = 1;

	for (int i = 0; i < WAVES; i++) {
		sum += waves[i].amplitude *
		    sin(2 * M_PI / waves[i].period_s * t + waves[i].phase);
	}
	return sum;
}

/* Returns the antiderivative of waves_at, in seconds. */
static double
waves_integral(const struct wave *waves, double t)
{
	double sum = t;

	for (int i = 0; i < WAVES; i++) {
		double omega = 2 * M_PI / waves[i].period_s;

		sum -= waves[i].amplitude / omega *
		    cos(omega * t + waves[i].phase);
	}
	return sum;
}

/* Returns feed A's part of the load while both feeds stand. */
static double
share_a(const struct province *p, struct province_rack rack, uint64_t rack_hash)
{
	return province_part(p, rack) == PROVINCE_TIGHT ? 0.5 :
	    hash_range(hash_mix(rack_hash, SALT_SHARE), 1, 0.44, 0.56);
}

/* Returns one feed's part of the load at a time, feed losses included. */
static double
feed_share(const struct values_world *world, struct province_rack rack,
    uint64_t rack_hash, int feed, int64_t t)
{
	double share = share_a(world->province, rack, rack_hash);

	if (world->faults->n > 0) {
		if (faults_feed_lost(world->faults, rack, feed, t)) {
			return 0;
		}
		if (faults_feed_lost(world->faults, rack, 1 - feed, t)) {
			return 1;
		}
	}
	return feed == 0 ? share : 1 - share;
}

double
values_feed_share(const struct values_world *world, struct province_rack rack,
    int feed, int64_t t)
{
	return feed_share(world, rack,
	    province_rack_hash(world->province, rack), feed, t);
}

double
values_mean_power(const struct province *province, struct province_rack rack)
{
	return mean_power(province, rack);
}

double
values_rack_power(const struct values_world *world, struct province_rack rack,
    int64_t t)
{
	struct wave waves[WAVES];

	make_waves(world->province, rack, waves);
	return mean_power(world->province, rack) * waves_at(waves, (double)t);
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/*
 * Integrates one feed's power from the meter's epoch to t. Between two edges
 * of feed losses the share is constant, so the closed form holds.
 */
static double
feed_energy(const struct values_world *world, struct province_rack rack,
    int feed, int64_t t, const struct wave *waves)
{
	uint64_t hash = province_rack_hash(world->province, rack);
	int64_t edges[FAULTS_EDGES_MAX + 1];
	size_t n = faults_feed_edges(world->faults, rack, edges);
	int64_t from = METER_EPOCH;
	double seconds = 0;

	edges[n++] = t;
	qsort(edges, n, sizeof(*edges), by_time);
	for (size_t i = 0; i < n && from < t; i++) {
		int64_t to = edges[i] < t ? edges[i] : t;

		if (to <= from) {
			continue;
		}
		seconds += feed_share(world, rack, hash, feed, from) *
		    (waves_integral(waves, (double)to) -
		    waves_integral(waves, (double)from));
		from = to;
	}
	return mean_power(world->province, rack) * seconds / 3600;
}

/* Shape:  a part per phase, together 1. */
static void
share_phases(const struct province *p, struct province_rack rack, double *part)
{
	uint64_t hash = province_rack_hash(p, rack);
	uint64_t phase = hash_mix(hash, SALT_PHASE);
	/* Some were filled without a thought of phases. */
	bool uneven = hash % 40 == 7;

	if (province_part(p, rack) == PROVINCE_LOPSIDED) {
		part[0] = 0.48;
		part[1] = 0.29;
	} else {
		part[0] = uneven ? 0.42 : hash_range(phase, 0, 0.29, 0.37);
		part[1] = hash_range(phase, 1, 0.29, uneven ? 0.31 : 0.37);
	}
	part[2] = 1 - part[0] - part[1];
}

/* Splits the load over outlets so that each phase gets its part. */
static void
share_outlets(const struct province *p, const struct province_device *device,
    struct values_pdu *v)
{
	uint32_t per_bank = VALUES_OUTLETS / v->n_banks;
	uint32_t banks_per_phase = v->n_banks / v->n_phases;
	double part[VALUES_PHASES] = {1, 0, 0}, sum[VALUES_PHASES] = {0};
	uint64_t hash = hash_mix(province_device_hash(p, device), SALT_OUTLET);

	if (v->n_phases == 3) {
		share_phases(p, device->rack, part);
	}
	for (uint32_t i = 0; i < VALUES_OUTLETS; i++) {
		double weight = hash_range(hash, i, 0.4, 1.4);
		bool used = i % per_bank == 0 ||
		    hash_unit(hash, 100 + i) < 0.6;

		v->share[i] = used ? weight : 0;
		sum[i / per_bank / banks_per_phase] += v->share[i];
	}
	for (uint32_t i = 0; i < VALUES_OUTLETS; i++) {
		uint32_t phase = i / per_bank / banks_per_phase;

		v->share[i] *= part[phase] / sum[phase];
	}
	for (uint32_t i = 0; i < VALUES_PHASES; i++) {
		v->phase_w[i] = v->power_w * part[i];
	}
}

/* Units:  returns V at a feed's phase; `place` tells halls and feeds apart. */
static double
line_voltage(uint64_t place, uint32_t phase, int64_t t)
{
	uint64_t hash = hash_mix(place, SALT_VOLT + 16 * (uint64_t)phase);
	double slow = sin(2 * M_PI * (double)t / hash_range(hash, 1, 2400, 5200)
	    + hash_range(hash, 2, 0, 6));
	double quick = sin(2 * M_PI * (double)t / hash_range(hash, 3, 90, 240)
	    + hash_range(hash, 4, 0, 6));

	return NOMINAL_V + hash_range(hash, 5, 1, 6) + 1.4 * slow + 0.8 * quick;
}

/* Air at a rack: supply temperature of its hall, and what its load adds. */
static void
measure_air(const struct values_world *world, struct province_rack rack,
    int64_t t, double load, struct values_pdu *v)
{
	const struct province *p = world->province;
	uint64_t hall = hash_mix(hash_mix(p->seed, SALT_AIR),
	    p->rows[rack.row].hall);
	uint64_t own = hash_mix(province_rack_hash(p, rack), SALT_AIR);
	double supply = hash_range(hall, 1, 19.5, 22.5) +
	    0.4 * sin(2 * M_PI * (double)t / hash_range(hall, 2, 900, 1500)) +
	    0.3 * sin(2 * M_PI * ((double)t - PEAK_S) / DAY_S);
	double bias = hash_range(own, 3, -0.5, 0.5);

	if (rack.row == p->hot_row) {
		supply += 10.5;
	}
	if (world->faults->n > 0) {
		supply += faults_heat(world->faults, rack.row, t);
	}
	v->temperature_c[VALUES_BOTTOM] = supply + bias + 0.3 + 0.6 * load;
	v->temperature_c[VALUES_MIDDLE] = supply + bias + 0.8 + 1.8 * load;
	v->temperature_c[VALUES_TOP] = supply + bias + 1.2 + 3.4 * load;
	v->temperature_c[VALUES_EXHAUST] = supply + bias + 4 + 15 * load;
	v->humidity_pct = hash_range(hall, 4, 42, 52) -
	    1.6 * (v->temperature_c[VALUES_TOP] - 24) +
	    1.5 * sin(2 * M_PI * (double)t / hash_range(hall, 5, 3000, 6000));
	v->humidity_pct = fmin(fmax(v->humidity_pct, 12), 88);
}

double
values_feed_voltage(const struct values_world *world,
    struct province_rack rack, int feed, uint32_t phase, int64_t t)
{
	const struct province *p = world->province;
	uint64_t place = hash_mix(p->seed, p->rows[rack.row].hall * 2 +
	    (uint64_t)feed);

	return world->faults->n > 0 &&
	    faults_feed_lost(world->faults, rack, feed, t) ? 0 :
	    line_voltage(place, phase, t);
}

void
values_air(const struct values_world *world, struct province_rack rack,
    int64_t t, double *ret_temperature_c)
{
	struct values_pdu v;

	measure_air(world, rack, t, values_rack_power(world, rack, t) /
	    (values_design_kw(world->province, rack) * 1000), &v);
	memcpy(ret_temperature_c, v.temperature_c, sizeof(v.temperature_c));
}

/* Management cards restart about twice a year for updates. */
#define RESTART_S (180 * 86400)

int64_t
values_uptime(const struct values_world *world,
    const struct province_device *device, int64_t t, uint32_t *ret_boots)
{
	uint64_t hash = province_device_hash(world->province, device);
	int64_t boot = METER_EPOCH - (int64_t)(hash_mix(hash, SALT_BOOT) %
	    (90 * 86400));
	int64_t ordered = faults_boot(world->faults, device, t);
	int64_t restarts = (t - boot) / RESTART_S;
	struct faults_engine engine;

	if (ret_boots != NULL) {
		faults_engine(world->faults, device, t, &engine);
		*ret_boots = 1 + (uint32_t)restarts + engine.n_boots;
	}
	boot += restarts * RESTART_S;
	return t - (ordered > boot ? ordered : boot);
}

void
values_pdu(const struct values_world *world,
    const struct province_device *device, int64_t t, struct values_pdu *ret)
{
	const struct province *p = world->province;
	uint64_t rack_hash = province_rack_hash(p, device->rack);
	uint64_t hash = province_device_hash(p, device);
	uint64_t place = hash_mix(p->seed, device->hall * 2 + device->role);
	int feed = device->role == PROVINCE_PDU_A ? 0 : 1;
	bool three = p->halls[device->hall].three_phase;
	struct wave waves[WAVES];
	double whole;

	make_waves(p, device->rack, waves);
	whole = mean_power(p, device->rack) * waves_at(waves, (double)t);
	ret->n_phases = three ? 3 : 1;
	ret->n_banks = three ? 6 : 2;
	ret->breaker_a = BREAKER_A;
	ret->power_w = whole *
	    feed_share(world, device->rack, rack_hash, feed, t);
	ret->power_factor = ret->power_w > 0 ?
	    power_factor(rack_hash) : 0;
	ret->apparent_va = ret->power_w > 0 ?
	    ret->power_w / ret->power_factor : 0;
	ret->energy_wh = hash_range(hash_mix(hash, SALT_METER), 1, 1e5, 9e6) +
	    feed_energy(world, device->rack, feed, t, waves);
	ret->frequency_hz = NOMINAL_HZ +
	    0.03 * sin(2 * M_PI * (double)t / 310);
	share_outlets(p, device, ret);
	for (uint32_t i = 0; i < VALUES_PHASES; i++) {
		ret->volt[i] = i < ret->n_phases ? line_voltage(place, i, t) : 0;
		ret->amp[i] = i < ret->n_phases && ret->power_w > 0 ?
		    ret->phase_w[i] / ret->power_factor / ret->volt[i] : 0;
	}
	if (world->faults->n > 0 &&
	    faults_feed_lost(world->faults, device->rack, feed, t)) {
		memset(ret->volt, 0, sizeof(ret->volt));
		ret->frequency_hz = 0;
	}
	measure_air(world, device->rack, t,
	    whole / (values_design_kw(p, device->rack) * 1000), ret);
	ret->uptime_s = values_uptime(world, device, t, NULL);
}

/* Sums what a hall's racks draw from each feed. */
static const struct values_hall *
sum_hall(struct values_world *world, uint32_t index, int64_t t)
{
	const struct province *p = world->province;
	const struct province_hall *hall = &p->halls[index];
	struct values_hall *sums = &world->halls[index];
	struct province_rack rack;

	if (sums->t == t) {
		return sums;
	}
	sums->t = t;
	sums->feed_w[0] = sums->feed_w[1] = 0;
	for (uint32_t i = 0; i < hall->n_rows; i++) {
		rack.row = hall->first_row + i;
		for (rack.n = 1; rack.n <= p->rows[rack.row].n_racks; rack.n++) {
			uint64_t hash = province_rack_hash(p, rack);
			double w = values_rack_power(world, rack, t);

			sums->feed_w[0] += w * feed_share(world, rack, hash, 0, t);
			sums->feed_w[1] += w * feed_share(world, rack, hash, 1, t);
		}
	}
	return sums;
}

double
values_ups_rated_w(const struct province *p, uint32_t hall)
{
	struct province_rack first = {.row = p->halls[hall].first_row, .n = 1};
	double design_w = 1000 * p->halls[hall].n_racks *
	    values_design_kw(p, first);

	/* Each of the two carries the hall alone, in steps of 50 kW. */
	return ceil(design_w * 0.8 / 50000) * 50000;
}

static void
measure_battery(uint64_t hash, int64_t t, double load, struct values_ups *v)
{
	v->charge_pct = 100;
	v->battery_v = 540 + hash_range(hash, 11, -4, 4) +
	    1.5 * sin(2 * M_PI * (double)t / 1900);
	v->battery_c = hash_range(hash, 12, 22, 25) +
	    0.8 * sin(2 * M_PI * ((double)t - PEAK_S) / DAY_S);
	/* Ten minutes at full load, more than in proportion below it. */
	v->runtime_s = fmin(600 / pow(fmax(load, 0.02), 1.2), 4 * 3600);
}

void
values_ups(struct values_world *world, const struct province_device *device,
    int64_t t, struct values_ups *ret)
{
	const struct province *p = world->province;
	const struct province_hall *hall = &p->halls[device->hall];
	const struct values_hall *sums = sum_hall(world, device->hall, t);
	uint64_t hash = hash_mix(province_device_hash(p, device), SALT_UPS);
	int feed = device->role == PROVINCE_UPS_A ? 0 : 1;
	struct province_rack first = {.row = hall->first_row, .n = 1};
	double out = sums->feed_w[feed];

	ret->lost = world->faults->n > 0 &&
	    faults_feed_lost(world->faults, first, feed, t);
	ret->rated_w = values_ups_rated_w(p, device->hall);
	ret->rated_va = ret->rated_w / VALUES_UPS_PF;
	ret->frequency_hz = NOMINAL_HZ + 0.03 * sin(2 * M_PI * (double)t / 310);
	for (uint32_t i = 0; i < VALUES_PHASES; i++) {
		double part = i < 2 ? hash_range(hash, 20 + i, 0.32, 0.345) :
		    1 - hash_range(hash, 20, 0.32, 0.345) -
		    hash_range(hash, 21, 0.32, 0.345);

		ret->out_volt[i] = ret->lost ? 0 :
		    NOMINAL_V + 0.6 * sin(2 * M_PI * (double)t / (170 + 11 * i));
		ret->out_w[i] = out * part;
		ret->out_amp[i] = ret->lost ? 0 :
		    ret->out_w[i] / 0.97 / ret->out_volt[i];
		ret->load_pct[i] = 300 * ret->out_w[i] / ret->rated_w;
		ret->in_volt[i] = line_voltage(hash, i, t);
		ret->in_w[i] = ret->out_w[i] / 0.955;
		ret->in_amp[i] = ret->in_w[i] / 0.99 / ret->in_volt[i];
	}
	measure_battery(hash, t, out / ret->rated_w, ret);
	ret->uptime_s = values_uptime(world, device, t, NULL);
}
