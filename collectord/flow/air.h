/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The air of a device or a rack in one slot: what its probes say at the inlets
 * and at the outlet, in hundredths, small enough to keep for every rack.
 *
 * Which probe stands where is read from its instance.
 *
 * Route: reading fills it per device, rollup merges it per rack, capacity makes
 * KPIs of it.  Thread: any, no state.
 * Source: domain.md 1.5 (limits apply at the inlet; GB 50462-2015: bottom,
 * middle, top), 2.3 formulas 13-16.
 */
#ifndef FLOW_AIR_H
#define FLOW_AIR_H

#include <stdbool.h>
#include <stdint.h>

enum air_place {
	AIR_NONE = 0,          /* no air of a rack: battery, internal, cpu */
	AIR_BOTTOM, AIR_MIDDLE, AIR_TOP,
	AIR_INLET,             /* at the inlet, nobody says how high */
	AIR_OUTLET,
	AIR_PLAIN,             /* its name says nothing: an inlet where probes are
				* what the device has them for */
	AIR_N
};

/* Where a temperature or humidity of that instance is measured. */
enum air_place air_place_of(const char *instance);
/* True for "inlet", "inlet 2", "outlet", "exhaust": said by every device alike. */
bool air_is_strict(const char *instance);

/* Inlets kept one by one: bottom, middle, top, then three others. */
#define AIR_INLETS 6
#define AIR_HEIGHTS 3

enum air_flags {
	AIR_HAS_HUMIDITY = 1u << 0,
	AIR_HAS_DEW_POINT = 1u << 1,
};

struct air {
	int16_t inlets[AIR_INLETS];  /* 0.01 degC; valid by inlet_mask */
	uint8_t inlet_mask;          /* bit 0: bottom */
	uint8_t n_inlets;            /* known, those that were not kept included */
	uint8_t n_expected;          /* inlets that are known to exist */
	uint8_t n_outlets;
	int16_t outlet;              /* mean, 0.01 degC; valid if n_outlets */
	int16_t beside;              /* 0.01 degC, where humidity was measured */
	uint16_t humidity;           /* 0.01 %, valid by flags as what follows */
	int16_t dew_point;           /* 0.01 degC, as a device says it */
	uint8_t flags;               /* enum air_flags */
};

/* Hundredths; what does not fit is cut.  Units: degC or %. */
int16_t air_hundredths(double value);
static inline double
air_value(int hundredths)
{
	return hundredths / 100.0;
}

/*
 * Takes one inlet that is known.  Of two at one height the hotter stays; of
 * more than three others the hottest.
 */
void air_inlet(struct air *air, enum air_place place, int16_t hundredths);
void air_outlet(struct air *air, int16_t hundredths);
/* Adds what another device of the rack says. */
void air_merge(struct air *to, const struct air *from);

/* Mean of the inlets that are kept.  Units: degC; false: none is known. */
bool air_inlet_mean(const struct air *air, double *ret_c);
/* The hottest inlet. */
bool air_inlet_max(const struct air *air, double *ret_c);

#endif
