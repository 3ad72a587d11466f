/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "flow/derived.h"

#include "base/err.h"

/*
 * Derived series are ordinary slots of ordinary layouts, so the archive and
 * the outputs need no second way in.
 */
enum { POWER, TEMPERATURE, KNOWN, EXPECTED, DERIVED_N };
#define RACK_N (TEMPERATURE + 1)

static const struct col_slot SLOTS[DERIVED_N] = {
	[POWER] = { "power_w", "", "W", "", COL_SLOT_ARCHIVE, 0, 0 },
	[TEMPERATURE] = { "temperature_c", "", "C", "", COL_SLOT_ARCHIVE, 0, 0 },
	[KNOWN] = { "known", "", "", "", COL_SLOT_ARCHIVE, 0, 0 },
	[EXPECTED] = { "expected", "", "", "", COL_SLOT_ARCHIVE, 0, 0 },
};

int
derived_init(struct derived *derived, struct col_error *error)
{
	const struct col_layout *rack = layout_intern(SLOTS, RACK_N, error);
	const struct col_layout *place = layout_intern(SLOTS, DERIVED_N, error);

	if (rack == NULL || place == NULL) {
		return err_prefix(error, "derived series");
	}
	derived->rack = rack;
	derived->place = place;
	return 0;
}

/* Unknown is a quality, never a 0: the archive writes a hole for it. */
static struct sample
sample_of(bool known, double number)
{
	return (struct sample){ known ? number : 0.0,
	    known ? COL_GOOD : COL_UNAVAILABLE };
}

static void
fill(struct sample *samples, const struct part_sum *sum, bool power_known)
{
	samples[POWER] = sample_of(power_known, sum->power_w);
	samples[TEMPERATURE] = sample_of(sum->n_temperature > 0,
	    sum->temperature_max_c);
}

static void
send(const struct record *record, const struct record_sink *sinks, size_t n_sinks)
{
	for (size_t i = 0; i < n_sinks; i++) {
		if (sinks[i].fn != NULL) {
			sinks[i].fn(sinks[i].arg, record);
		}
	}
}

/* A partial rack is no sum: its power is unknown, its temperature is not. */
static void
send_racks(const struct derived *derived, const struct rollup *rollup,
    const struct record_sink *sinks, size_t n_sinks)
{
	struct sample samples[RACK_N];
	struct record record = { .inventory = rollup->inventory,
	    .entity.kind = ENTITY_RACK, .device = INVENTORY_NONE, .role = "",
	    .slot = rollup->slot, .layout = derived->rack, .samples = samples };

	for (uint32_t r = 0; r < rollup->inventory->n_racks; r++) {
		const struct part_sum *sum = &rollup->racks[r].sum;

		if (sum->n_devices_expected > 0) {
			fill(samples, sum, rollup->racks[r].power_whole);
			record.entity.index = r;
			send(&record, sinks, n_sinks);
		}
	}
}

/* Above the rack the sum of the known parts travels with their counts. */
static void
send_places(const struct derived *derived, const struct rollup *rollup,
    enum entity_kind kind, const struct record_sink *sinks, size_t n_sinks)
{
	struct sample samples[DERIVED_N];
	struct record record = { .inventory = rollup->inventory,
	    .entity.kind = kind, .device = INVENTORY_NONE, .role = "",
	    .slot = rollup->slot, .layout = derived->place, .samples = samples,
	    .ended = kind == ENTITY_PROVINCE };

	for (uint32_t i = 0; i < rollup->inventory->n_places[kind]; i++) {
		const struct part_sum *sum = &rollup->places[kind][i];

		if (rollup->inventory->places[kind][i] == NULL ||
		    (sum->n_devices_expected == 0 && !record.ended)) {
			continue;
		}
		fill(samples, sum, sum->n_power > 0);
		samples[KNOWN] = sample_of(true, sum->n_power);
		samples[EXPECTED] = sample_of(true, sum->n_power_expected);
		record.entity.index = i;
		send(&record, sinks, n_sinks);
	}
}

void
derived_send(const struct derived *derived, const struct rollup *rollup,
    const struct record_sink *sinks, size_t n_sinks)
{
	send_racks(derived, rollup, sinks, n_sinks);
	for (int kind = ENTITY_ROW; kind >= ENTITY_PROVINCE; kind--) {
		send_places(derived, rollup, (enum entity_kind)kind, sinks, n_sinks);
	}
}
