/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the BMCs of one POLL thread share: profiles, sensor sets of equal
 * models, the cache on disk, turns to load a repository.
 *
 * Route: plugin.c makes one per thread; every round borrows it.
 * Thread: the POLL thread that made it.
 */
#ifndef IPMI_READINGS_H
#define IPMI_READINGS_H

#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

struct readings;

/*
 * Owns: free with readings_free after the last round.
 * Errors: COL_ENOMEM.  A host without a folder means: no cache on disk.
 */
int readings_new(const struct col_host *host, struct readings **ret_readings,
    struct col_error *error);
void readings_free(struct readings *readings); /* accepts NULL */

/*
 * Replaces the profiles; rounds choose anew at their next poll.
 * Errors: COL_ECONFIG (reported one by one; the good ones serve), COL_ENOMEM.
 */
int readings_profiles(struct readings *readings,
    const struct col_profile *profiles, size_t n_profiles,
    struct col_error *error);

/* Checks one profile, all its faults go to host->report.  For the plugin's
 * profile_check.  Errors: COL_ECONFIG, COL_ENOMEM.  Thread: any. */
int readings_check(const struct col_host *host,
    const struct col_profile *profile);

#endif
