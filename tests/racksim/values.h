/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a device would measure if it had no scale of its own: the believable
 * physics of racks, feeds, air and UPSes as a pure function of the seed, the
 * place and the time.
 *
 * Route:  province + faults -> values -> the device kinds (which quantise).
 * Thread: one per struct values_world (it keeps one cached sum per hall).
 * Source: load over the day and feed sharing are ours; 220/380 V is GB/T 156;
 *         UPS-MIB needs are RFC 1628.
 */
#ifndef RACKSIM_VALUES_H
#define RACKSIM_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "faults.h"
#include "province.h"

#define VALUES_PHASES 3
#define VALUES_OUTLETS 24
/* Outlets per bank of a one-phase PDU (two banks). */
#define VALUES_BANKS_MAX 6
/* W per VA that a UPS is rated for. */
#define VALUES_UPS_PF 0.9

/* Places of the temperature probes of a rack. */
enum values_probe {
	VALUES_TOP,
	VALUES_MIDDLE,
	VALUES_BOTTOM,
	VALUES_EXHAUST,
	VALUES_PROBE_N
};

/* One hall's feed sums at one time. */
struct values_hall {
	int64_t t;		/* 0 = empty */
	double feed_w[2];
};

struct values_world {
	const struct province *province;	/* borrowed */
	const struct faults *faults;		/* borrowed */
	struct values_hall *halls;		/* one per hall */
};

/* All a rack PDU can see, before any scale. Absent feeds are plain zero. */
struct values_pdu {
	uint32_t n_phases;		/* 1 or 3 */
	uint32_t n_banks;		/* 2 or 6, the same number per phase */
	uint32_t breaker_a;		/* rating of the feed */
	double power_w, apparent_va;
	double power_factor;		/* ratio, 0 without load */
	double energy_wh;		/* since it was mounted, grows */
	double volt[VALUES_PHASES];	/* phase to neutral */
	double amp[VALUES_PHASES];
	double phase_w[VALUES_PHASES];
	double frequency_hz;
	double share[VALUES_OUTLETS];	/* of the power, sums to 1 */
	double temperature_c[VALUES_PROBE_N];
	double humidity_pct;		/* at the top inlet */
	int64_t uptime_s;
};

/* All a UPS can see. */
struct values_ups {
	bool lost;			/* its output is dead */
	double rated_w, rated_va;
	double in_volt[VALUES_PHASES], in_amp[VALUES_PHASES];
	double in_w[VALUES_PHASES];
	double out_volt[VALUES_PHASES], out_amp[VALUES_PHASES];
	double out_w[VALUES_PHASES];
	double load_pct[VALUES_PHASES];
	double frequency_hz;
	double charge_pct, battery_v, battery_c, runtime_s;
	int64_t uptime_s;
};

/*
 * Prepares the caches.
 * Owns:   borrows province and faults until values_done.
 * Errors: -1 out of memory.
 */
int values_init(struct values_world *world, const struct province *province,
    const struct faults *faults);

/* Frees the caches. */
void values_done(struct values_world *world);

/* Forgets cached sums; needed after the faults changed. */
void values_forget(struct values_world *world);

/* Returns the time whose values hold at `t`: the last multiple of the step. */
int64_t values_time(const struct province *province, int64_t t);

/* Units:  returns W drawn by both feeds of a rack together. */
double values_rack_power(const struct values_world *world,
    struct province_rack rack, int64_t t);

/*
 * Returns one feed's part of a rack's load at a time, feed losses included.
 * Units:  ratio 0..1; feed 0 = A, 1 = B.
 */
double values_feed_share(const struct values_world *world,
    struct province_rack rack, int feed, int64_t t);

/* Units:  returns V at a phase of a hall's feed, 0 where it is lost. */
double values_feed_voltage(const struct values_world *world,
    struct province_rack rack, int feed, uint32_t phase, int64_t t);

/* Units:  C at the places of a rack. Shape: VALUES_PROBE_N temperatures. */
void values_air(const struct values_world *world, struct province_rack rack,
    int64_t t, double *ret_temperature_c);

/* Units:  returns W that a rack draws on the average of all times. */
double values_mean_power(const struct province *province,
    struct province_rack rack);

/* Units:  returns W that each of a hall's two UPSes is rated for. */
double values_ups_rated_w(const struct province *province, uint32_t hall);

/* Units:  returns a rack's design power in kW. */
double values_design_kw(const struct province *province,
    struct province_rack rack);

/*
 * Tells how long a device has been up at `t` (any second, not a multiple of the
 * step) and how often it has started.
 * Units:  returns seconds; ret_boots counts from 1 and may be NULL.
 */
int64_t values_uptime(const struct values_world *world,
    const struct province_device *device, int64_t t, uint32_t *ret_boots);

/* Measures at a rack PDU; t must come from values_time. */
void values_pdu(const struct values_world *world,
    const struct province_device *device, int64_t t, struct values_pdu *ret);

/* Measures at a UPS; t must come from values_time. */
void values_ups(struct values_world *world,
    const struct province_device *device, int64_t t, struct values_ups *ret);

#endif
