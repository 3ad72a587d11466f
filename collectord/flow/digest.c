/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "flow/digest.h"

#include <stdlib.h>
#include <string.h>

#include "model/metric.h"

void
digests_init(struct digests *digests)
{
	digests->items = NULL;
	digests->n_items = 0;
}

void
digests_done(struct digests *digests)
{
	for (uint32_t i = 0; i < digests->n_items; i++) {
		free(digests->items[i]);
	}
	free(digests->items);
	digests_init(digests);
}

static bool
is_phase(const char *instance)
{
	return instance[0] == 'L' && instance[1] >= '1' && instance[1] <= '3' &&
	    instance[2] == '\0';
}

/* "inlet 1", not "inlet 1 L1": the parts of an inlet would count twice. */
static bool
is_inlet(const char *instance)
{
	if (strncmp(instance, "inlet ", 6) != 0 || instance[6] == '\0') {
		return false;
	}
	return strspn(instance + 6, "0123456789") == strlen(instance + 6);
}

/* The device itself, its inlets, its phases: which counts is decided per poll,
 * see reading.c. */
static enum digest_mark
power_mark(const char *instance)
{
	if (instance[0] == '\0') {
		return DIGEST_POWER_TOTAL;
	}
	if (is_inlet(instance)) {
		return DIGEST_POWER_INLET;
	}
	return is_phase(instance) ? DIGEST_POWER_PHASE : DIGEST_MARK_N;
}

static enum digest_mark
current_mark(const char *instance)
{
	if (is_phase(instance)) {
		return (enum digest_mark)(DIGEST_CURRENT_L1 + instance[1] - '1');
	}
	if (instance[0] == '\0') {
		return DIGEST_CURRENT_TOTAL;
	}
	return is_inlet(instance) ? DIGEST_CURRENT_INLET : DIGEST_MARK_N;
}

static enum digest_mark
apparent_mark(const char *instance)
{
	enum digest_mark mark = power_mark(instance);

	return mark == DIGEST_MARK_N ? mark :
	    (enum digest_mark)(DIGEST_APPARENT_TOTAL + (mark - DIGEST_POWER_TOTAL));
}

static enum digest_mark
of_itself(const char *instance, enum digest_mark mark)
{
	return instance[0] == '\0' ? mark : DIGEST_MARK_N;
}

/* Of the air that leaves, and of a device's inside, nobody asks the moisture. */
static enum digest_mark
moisture(const char *instance, enum digest_mark mark)
{
	enum air_place place = air_place_of(instance);

	return place == AIR_OUTLET || place == AIR_NONE ? DIGEST_MARK_N : mark;
}

/* Returns DIGEST_MARK_N for a slot that says nothing of the whole device. */
static enum digest_mark
mark_of(const struct slot *slot)
{
	const char *instance = slot->instance;

	switch (slot->metric) {
	case METRIC_POWER_W:
		return power_mark(instance);
	case METRIC_CURRENT_A:
		return current_mark(instance);
	case METRIC_APPARENT_VA:
		return apparent_mark(instance);
	case METRIC_POWER_FACTOR:
		return of_itself(instance, DIGEST_FACTOR);
	case METRIC_RATED_CURRENT_A:
		return of_itself(instance, DIGEST_RATED);
	case METRIC_VOLTAGE_V:
		/* Outlets and banks may be switched off; that is no lost feed. */
		return instance[0] == '\0' || is_phase(instance) ||
		    is_inlet(instance) ? DIGEST_VOLTAGE : DIGEST_MARK_N;
	case METRIC_TEMPERATURE_C:
		return strcmp(instance, "inlet") == 0 || is_inlet(instance) ?
		    DIGEST_INLET : DIGEST_TEMPERATURE;
	case METRIC_HUMIDITY_PCT:
		return moisture(instance, DIGEST_HUMIDITY);
	case METRIC_DEW_POINT_C:
		return moisture(instance, DIGEST_DEW_POINT);
	default:
		return DIGEST_MARK_N;
	}
}

/* The temperature that is measured where a humidity is. */
static uint32_t
beside(const struct col_layout *layout, uint32_t slot)
{
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		if (layout->slots[i].metric == METRIC_TEMPERATURE_C &&
		    strcmp(layout->slots[i].instance, layout->slots[slot].instance) == 0) {
			return i;
		}
	}
	return UINT32_MAX;
}

static struct digest_entry
entry_of(const struct col_layout *layout, uint32_t slot, enum digest_mark mark)
{
	const char *instance = layout->slots[slot].instance;
	struct digest_entry entry = { .slot = slot, .mark = mark, .beside = UINT32_MAX };

	if (mark == DIGEST_TEMPERATURE || mark == DIGEST_INLET) {
		entry.air = air_place_of(instance);
		entry.strict = air_is_strict(instance);
	} else if (mark == DIGEST_HUMIDITY) {
		entry.beside = beside(layout, slot);
	}
	return entry;
}

static struct digest *
make(const struct col_layout *layout)
{
	struct digest *digest;

	digest = malloc(sizeof(*digest) +
	    layout->n_slots * sizeof(digest->entries[0]));
	if (digest == NULL) {
		return NULL;
	}
	digest->layout = layout;
	digest->n_counters = 0;
	digest->n_entries = 0;
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		enum digest_mark mark = mark_of(&layout->slots[i]);

		if (layout->slots[i].kind == COL_COUNTER) {
			digest->n_counters++;
		}
		if (mark != DIGEST_MARK_N) {
			digest->entries[digest->n_entries++] = entry_of(layout, i,
			    mark);
		}
	}
	return digest;
}

/* Layouts are numbered densely and never freed: an array is enough. */
static int
grow(struct digests *digests, uint32_t n_wanted)
{
	struct digest **items;
	uint32_t n = digests->n_items == 0 ? 64 : digests->n_items;

	while (n < n_wanted) {
		n *= 2;
	}
	items = realloc(digests->items, n * sizeof(items[0]));
	if (items == NULL) {
		return COL_ENOMEM;
	}
	memset(items + digests->n_items, 0,
	    (n - digests->n_items) * sizeof(items[0]));
	digests->items = items;
	digests->n_items = n;
	return 0;
}

const struct digest *
digests_get(struct digests *digests, const struct col_layout *layout)
{
	uint32_t id = layout->id;

	if (id >= digests->n_items && grow(digests, id + 1) < 0) {
		return NULL;
	}
	if (digests->items[id] == NULL) {
		digests->items[id] = make(layout);
	}
	return digests->items[id];
}
