/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The settings: every key of collectord.yaml that is not inventory.
 *
 * Route: main file -> here -> struct settings.  Thread: the loader's.
 * Source: DESIGN.md 4.3.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include "config/load.h"

/* The whole main file, and one entry of its list of targets. */
extern const struct schema_field settings_fields[];
extern const struct schema_field settings_target_fields[];
/* The sections of an inventory file (struct inventory_nodes). */
extern const struct schema_field settings_inventory_fields[];

/* Reads the main file's tree into load->file. */
void settings_read(struct load *load, const struct col_node *root);
/*
 * Gives settings back the running values of what only a restart can change;
 * texts are copied to arena.  Returns how many had another value, and their
 * full names in arena.
 */
size_t settings_keep(struct settings *settings, const struct settings *running,
    struct arena *arena, const char *const **ret_names);

#endif
