/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shipped profiles of the IPMI plugin, laid over each other and compiled,
 * for tests that run without the daemon's config room.
 *
 * Route: tests of plugins/ipmi.  Thread: one.
 */
#ifndef TESTS_IPMI_PROFILES_H
#define TESTS_IPMI_PROFILES_H

#include <stdbool.h>

#include "base/arena.h"
#include "profile.h"
#include "snmp_host.h"

#define KIT_PROFILES_MAX 32

struct kit_profiles {
	struct profile_set set;
	size_t n;
	struct col_profile files[KIT_PROFILES_MAX];   /* as read */
	struct col_profile laid[KIT_PROFILES_MAX];    /* with their bases */
	struct arena *arena;
};

/* All ipmi*.yaml of dir; false: a fault, in fake->reports. */
bool kit_profiles_load(struct kit_profiles *kit, const char *dir,
    struct fakehost *fake);
/* Only reads and lays them over each other: nothing is compiled. */
bool kit_profiles_read(struct kit_profiles *kit, const char *dir);
void kit_profiles_free(struct kit_profiles *kit);

#endif
