/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conditions that are not plain OK: pending, firing, stale, or lately so;
 * a sparse table by rule, thing and part.
 *
 * What is OK is not here: it costs the comparison of its value and no memory.
 *
 * Route: engine steps them.  Thread: FLOW.
 */
#ifndef ALERT_CONDITIONS_H
#define ALERT_CONDITIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "alert/machine.h"

/* More than these at a time are not begun: what is wrong then is one thing. */
#define CONDITIONS_MAX 200000

struct episode;

struct conditions_key {
	uint32_t rule;          /* index in the configuration in force */
	uint32_t index;         /* of the thing at the rule's level */
	uint32_t part;          /* number of its instance (alert/instances.h), 0: "" */
};

struct conditions_item {
	struct conditions_key key;
	struct condition condition;
	struct episode *episode;        /* open, or NULL */
	uint32_t round;                 /* of the pass that stepped it last */
	struct conditions_item *next, *prev; /* of the same rule */
	UT_hash_handle hh;
};

struct conditions {
	struct conditions_item *table;
	struct conditions_item **rules; /* [n_rules], lists */
	uint32_t n_rules, n;
	uint32_t *on_device;            /* [n_devices]: how many; those that are said to
					 * be on one */
	uint32_t n_devices;
};

void conditions_init(struct conditions *conditions);
void conditions_done(struct conditions *conditions);
/* Makes room for lists of rules and for devices; the table must be empty.
 * Errors: COL_ENOMEM. */
int conditions_resize(struct conditions *conditions, uint32_t n_rules, uint32_t n_devices);
struct conditions_item *conditions_find(const struct conditions *conditions,
    struct conditions_key key);
/* device: dense id of the device that it counts on, or UINT32_MAX.
 * Errors: NULL when there are too many or memory is out. */
struct conditions_item *conditions_add(struct conditions *conditions,
    struct conditions_key key, uint32_t device);
void conditions_remove(struct conditions *conditions, struct conditions_item *item,
    uint32_t device);
/* Takes all out into a list by next; the caller frees the items. */
struct conditions_item *conditions_take_all(struct conditions *conditions);

static inline bool
conditions_any_on(const struct conditions *conditions, uint32_t device)
{
	return device < conditions->n_devices && conditions->on_device[device] > 0;
}

#endif
