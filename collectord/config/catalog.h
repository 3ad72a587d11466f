/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Profiles and credentials: their envelopes, checked here, and what is inside,
 * checked by the plugins that they are for.
 *
 * Route: settings -> here -> struct config; drafts refer to them.
 * Thread: the loader's.  Source: DESIGN.md 4.3, 4.4.
 */
#ifndef CONFIG_CATALOG_H
#define CONFIG_CATALOG_H

#include "config/load.h"

/* The envelope of a profile file. */
extern const struct schema_field catalog_profile_fields[];
/* The kinds of devices, "pdu|ups|…". */
extern const char catalog_kinds[];

void catalog_read_profiles(struct load *load);
void catalog_read_credentials(struct load *load);

/*
 * Check what a device names; report at the node.  plugin is its plugin's name.
 */
void catalog_check_profile(struct load *load, const struct col_node *at,
    const char *id, const char *plugin);
void catalog_check_credential(struct load *load, const struct col_node *at,
    const char *id, const char *plugin);

#endif
