/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The built-in province: Henan's 18 units with their codes and names, and
 * invented sites in them whose names show that they are a demonstration.
 *
 * Route:  read by province and inventory; --plan replaces the sites.
 * Thread: immutable, any.
 * Source: GB/T 2260 codes of Henan's units.
 */
#ifndef RACKSIM_SITES_H
#define RACKSIM_SITES_H

#include <stddef.h>

/* Makers of rack PDUs; a site buys all from one. */
enum site_vendor {
	SITE_APC,
	SITE_RARITAN,
	SITE_VENDOR_N
};

struct site_unit {
	const char *code;	/* GB/T 2260 */
	const char *en, *zh;
};

struct site_def {
	const char *id;		/* lower-case, also the prefix of all ids in it */
	const char *area;	/* code of its unit */
	unsigned int weight;	/* share of the province's racks, in parts */
	enum site_vendor vendor;
	const char *en, *zh;
	const char *operator;
};

#define SITES_UNITS_N 18

extern const struct site_unit sites_units[SITES_UNITS_N];
extern const struct site_def sites_builtin[];
extern const size_t sites_builtin_n;

#endif
