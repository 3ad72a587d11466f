/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a device is: texts such as model and serial number, found in what it
 * showed.
 *
 * Route: snapshot -> profile_match (conditions) and reader_learn (host's
 * info).  Thread: the POLL thread of the device.
 */
#ifndef SNMP_INFO_H
#define SNMP_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "profile.h"
#include "snapshot.h"

/* First text that the device has for one info; false: none. */
bool info_find(const struct snapshot *snapshot, const struct profile_info *info,
    char *text, size_t size);

#define INFO_NAME_SIZE 48
#define INFO_UNITS_MAX 32    /* behind one address */

struct info_teller {
	void (*tell)(void *arg, const char *metric, const char *text);
	void *arg;
};

/* Tells it, if the device has it; with `each` also that of each further unit. */
void info_tell(const struct snapshot *snapshot, const struct profile_info *info,
    const struct info_teller *teller);

#endif
