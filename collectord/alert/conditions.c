/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/conditions.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include <collectord/err.h>

void
conditions_init(struct conditions *conditions)
{
	memset(conditions, 0, sizeof(*conditions));
}

struct conditions_item *
conditions_take_all(struct conditions *conditions)
{
	struct conditions_item *item, *next, *all = NULL;

	HASH_ITER(hh, conditions->table, item, next) {
		HASH_DEL(conditions->table, item);
		item->next = all;
		all = item;
	}
	for (uint32_t r = 0; r < conditions->n_rules; r++) {
		conditions->rules[r] = NULL;
	}
	if (conditions->n_devices > 0) {
		memset(conditions->on_device, 0,
		    conditions->n_devices * sizeof(conditions->on_device[0]));
	}
	conditions->n = 0;
	return all;
}

void
conditions_done(struct conditions *conditions)
{
	struct conditions_item *item = conditions_take_all(conditions), *next;

	for (; item != NULL; item = next) {
		next = item->next;
		free(item);
	}
	free(conditions->rules);
	free(conditions->on_device);
	conditions_init(conditions);
}

int
conditions_resize(struct conditions *conditions, uint32_t n_rules, uint32_t n_devices)
{
	struct conditions_item **rules = calloc(n_rules + 1, sizeof(rules[0]));
	uint32_t *on_device = calloc((size_t)n_devices + 1, sizeof(on_device[0]));

	assert(conditions->n == 0);
	if (rules == NULL || on_device == NULL) {
		free(rules);
		free(on_device);
		return COL_ENOMEM;
	}
	free(conditions->rules);
	free(conditions->on_device);
	conditions->rules = rules;
	conditions->n_rules = n_rules;
	conditions->on_device = on_device;
	conditions->n_devices = n_devices;
	return 0;
}

struct conditions_item *
conditions_find(const struct conditions *conditions, struct conditions_key key)
{
	struct conditions_item *item;

	HASH_FIND(hh, conditions->table, &key, sizeof(key), item);
	return item;
}

struct conditions_item *
conditions_add(struct conditions *conditions, struct conditions_key key, uint32_t device)
{
	struct conditions_item *item;

	if (conditions->n >= CONDITIONS_MAX || key.rule >= conditions->n_rules) {
		return NULL;
	}
	item = calloc(1, sizeof(*item));
	if (item == NULL) {
		return NULL;
	}
	item->key = key;
	HASH_ADD(hh, conditions->table, key, sizeof(item->key), item);
	DL_APPEND(conditions->rules[key.rule], item);
	conditions->n++;
	if (device < conditions->n_devices) {
		conditions->on_device[device]++;
	}
	return item;
}

void
conditions_remove(struct conditions *conditions, struct conditions_item *item,
    uint32_t device)
{
	HASH_DEL(conditions->table, item);
	DL_DELETE(conditions->rules[item->key.rule], item);
	conditions->n--;
	if (device < conditions->n_devices) {
		conditions->on_device[device]--;
	}
	free(item);
}
