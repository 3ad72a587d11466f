/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "readings.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "round_work.h"

static int64_t
wall_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

int
readings_new(const struct col_host *host, struct readings **ret_readings,
    struct col_error *error)
{
	struct readings *readings = calloc(1, sizeof(*readings));
	char folder[CACHE_PATH_SIZE] = "";

	if (readings == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	readings->host = host;
	readings->plans.host = host;
	readings->wall_s = wall_s;
	if (host->folder == NULL ||
	    host->folder(host, folder, sizeof(folder)) != 0) {
		folder[0] = '\0';
	}
	/* Threads write beside each other under names of their own. */
	cache_init(&readings->cache, folder, host->random == NULL ? 0 :
	    (uint32_t)host->random(host));
	keeper_init(&readings->keeper, &readings->cache);
	*ret_readings = readings;
	return 0;
}

static void
drop_profiles(struct readings *readings)
{
	for (size_t i = 0; i < readings->profiles.n; i++) {
		profile_unref(readings->profiles.profiles[i]);
	}
	free(readings->profiles.profiles);
	readings->profiles = (struct profile_set){NULL, 0};
}

void
readings_free(struct readings *readings)
{
	if (readings != NULL) {
		keeper_done(&readings->keeper);
		drop_profiles(readings);
		free(readings);
	}
}

int
readings_profiles(struct readings *readings,
    const struct col_profile *profiles, size_t n_profiles,
    struct col_error *error)
{
	struct profile_set set = {calloc(n_profiles + 1,
	    sizeof(struct profile *)), 0};
	int rc = 0;

	if (set.profiles == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	for (size_t i = 0; i < n_profiles; i++) {
		if (profile_read(readings->host, &profiles[i],
		    &set.profiles[set.n]) == 0) {
			set.n++;
		} else {
			/* The good ones serve; this one has been reported. */
			rc = error->code = COL_ECONFIG;
			(void)snprintf(error->text, sizeof(error->text),
			    "profile %s is not usable", profiles[i].id);
		}
	}
	drop_profiles(readings);
	readings->profiles = set;
	readings->profiles_version++;
	return rc;
}

int
readings_check(const struct col_host *host, const struct col_profile *from)
{
	struct profile *profile = NULL;
	int rc = profile_read(host, from, &profile);

	profile_unref(profile);
	return rc;
}
