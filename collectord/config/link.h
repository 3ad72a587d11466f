/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drafts joined into an inventory: templates, rows and racks laid over each
 * other, addresses written out, feeds found, numbers given.
 *
 * Route: drafts -> here -> struct inventory.  Thread: the loader's.
 */
#ifndef CONFIG_LINK_H
#define CONFIG_LINK_H

#include "config/draft.h"

/*
 * Makes the models of all drafts in the inventory's arena; reports.
 * Numbers are not given yet, so that a refused file uses none.
 */
void link_models(struct load *load, struct inventory *inventory);
/* Gives dense ids and fills the arrays; only after a load without errors. */
void link_numbers(struct load *load, struct inventory *inventory,
    struct ids *ids);

/* What is not polled (link_assets.c): before the racks; of each rack; when
 * places have their numbers. */
void link_assets(struct load *load, struct inventory *inventory);
void link_rack_assets(struct load *load, struct inventory *inventory,
    struct draft_rack *draft);
void link_assets_numbers(struct load *load, struct inventory *inventory);
/* Reports names of devices for which find says no. */
typedef bool link_find_fn(void *arg, const char *device);
void link_assets_devices(struct load *load, link_find_fn *find, void *arg);
/* The same of the devices that devices are reached through (link_through.c);
 * reports circles. */
void link_through(struct load *load, link_find_fn *find, void *arg);

#endif
