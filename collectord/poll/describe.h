/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a plugin is told about its devices and profiles: copies that outlive
 * the configuration they were made from, because an untouched device keeps
 * them over any number of reloads.
 *
 * All but id and address is shared between the devices that look alike.
 *
 * Route: config -> describe -> device_add, device_change, profiles_set.
 * Thread: a describer and all made by it belong to one POLL thread.
 * Source: plugin.h (life of struct col_device and of struct col_node).
 */
#ifndef POLL_DESCRIBE_H
#define POLL_DESCRIBE_H

#include <collectord/plugin.h>

#include "config/config.h"

struct describer;

/* One device as its plugin sees it; owns col's texts. */
struct description {
	struct col_device col;
	struct describe_shared *shared;
	uint64_t hash;           /* over all that the plugin sees */
	char text[];
};

struct describer *describer_new(void);
void describer_free(struct describer *describer); /* after all descriptions */

/*
 * Describes a device of config for plugin; interval_ns as the scheduler has it.
 * Owns: free *ret_description with describe_free.
 * Errors: COL_ECONFIG (an option), COL_ENOMEM.
 */
int describe_device(struct describer *describer, const struct config *config,
    const struct device *device, const struct col_plugin *plugin,
    struct description **ret_description, struct col_error *error);
void describe_free(struct describer *describer, struct description *description);

/* The profiles of one plugin, in the order that plugin.h says. */
struct describe_profiles {
	uint64_t hash;           /* over ids and content */
	size_t n_items;
	struct col_profile items[];
};
/* Owns: free() it.  Errors: NULL when memory is out. */
struct describe_profiles *describe_profiles(const struct config *config,
    const char *plugin);

/*
 * The credentials of config that have a part for plugin, all of them.
 * Shape: *ret_n of them.  Owns: borrows config; free() the array.
 */
struct col_credential *describe_credentials(const struct config *config,
    const char *plugin, size_t *ret_n);

/* Reads a plugin's own options (settings.plugins); they live in arena. */
int describe_options(const struct config *config, const struct col_option *table,
    const char *plugin, struct arena *arena,
    const struct col_option_value **ret_values, struct col_error *error);

#endif
