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

/* Returns DIGEST_MARK_N for a slot that says nothing of the whole device. */
static enum digest_mark
mark_of(const struct slot *slot)
{
	const char *instance = slot->instance;

	/* Which of these three counts is decided per poll, see reading.c. */
	if (slot->metric == METRIC_POWER_W) {
		if (instance[0] == '\0') {
			return DIGEST_POWER_TOTAL;
		}
		if (is_inlet(instance)) {
			return DIGEST_POWER_INLET;
		}
		return is_phase(instance) ? DIGEST_POWER_PHASE : DIGEST_MARK_N;
	}
	/* Outlets and banks may be switched off; that is no lost feed. */
	if (slot->metric == METRIC_VOLTAGE_V && (instance[0] == '\0' ||
	    is_phase(instance) || is_inlet(instance))) {
		return DIGEST_VOLTAGE;
	}
	if (slot->metric == METRIC_TEMPERATURE_C) {
		return strcmp(instance, "inlet") == 0 || is_inlet(instance) ?
		    DIGEST_INLET : DIGEST_TEMPERATURE;
	}
	return DIGEST_MARK_N;
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
			digest->entries[digest->n_entries].slot = i;
			digest->entries[digest->n_entries].mark = mark;
			digest->n_entries++;
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
