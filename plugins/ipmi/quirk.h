/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Known deviations of BMCs from the specification, by name: written in
 * profiles and device options, applied by link (session) and round (values).
 *
 * Route: below everything in this plugin.  Thread: any.
 * Source: ipmi(8), section "workarounds" of FreeIPMI's manual pages, whose
 * names are kept; engine.md section 7.
 */
#ifndef PLUGIN_IPMI_QUIRK_H
#define PLUGIN_IPMI_QUIRK_H

#include <stddef.h>
#include <stdint.h>

enum quirk {
	/* session */
	QUIRK_AUTHCAP = 1u << 0,
	QUIRK_IDZERO = 1u << 1,
	QUIRK_NOCHECKSUMCHECK = 1u << 2,
	QUIRK_INTEL20 = 1u << 3,
	QUIRK_SUPERMICRO20 = 1u << 4,
	QUIRK_SUN20 = 1u << 5,
	QUIRK_OPENSESSPRIV = 1u << 6,
	QUIRK_INTEGRITYCHECKVALUE = 1u << 7,
	/* readings */
	QUIRK_DISCRETEREADING = 1u << 8,
	QUIRK_IGNORESCANNINGDISABLED = 1u << 9,
	QUIRK_ASSUMEBMCOWNER = 1u << 10,
	QUIRK_IGNOREAUTHCODE = 1u << 11,
	QUIRK_ZEROWATTS = 1u << 12,
};

/* One row of the table. */
struct quirk_row {
	const char *name;
	uint32_t bit;          /* enum quirk */
	const char *help;      /* one sentence, for people */
};

/* The table.  Shape: *ret_n rows, in the order of the bits. */
const struct quirk_row *quirk_table(size_t *ret_n);
/* The bit of a name; 0: there is none. */
uint32_t quirk_find(const char *name);
/* The name of the lowest bit in bits; "" for 0. */
const char *quirk_name(uint32_t bits);

#endif
