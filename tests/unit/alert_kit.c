/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert_kit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

#define PROVINCE \
    "province: {id: henan, timezone: Asia/Shanghai}\n" \
    "poll: {interval: 60s}\n" \
    "store: {dir: /tmp/none}\n" \
    "targets: [{id: t1, racks: 9, reach: above, basis: physical}]\n" \
    "areas: [{id: a1, name: {en: Zhengzhou, zh: 郑州市}}]\n" \
    "sites: [{id: s1, area: a1, name: {en: Site 1, zh: 一号楼}}]\n" \
    "halls: [{id: h1, site: s1, name: {en: Hall 1, zh: 一号机房}}]\n" \
    "templates:\n" \
    "  std: {design_kw: 6, feeds: {A: {breaker_a: 32, phases: 3}, B: {breaker_a: 32}}}\n" \
    "rows:\n" \
    "  - {id: r1, hall: h1, template: std, state: in_service, racks: [%s],\n" \
    "     devices: {pdu-a: {feed: A, plugin: snmp, address: 192.0.2.{n}},\n" \
    "               pdu-b: {feed: B, plugin: snmp, address: 198.51.100.{n}}}}\n" \
    "alerts:\n" \
    "  flapping: {changes: 3, within: 1h}\n" \
    "  rules:\n%s"

static void
changed(void *arg, const struct alert_change *changes, size_t n_changes)
{
	struct alert_kit *kit = arg;

	for (size_t i = 0; i < n_changes; i++) {
		const struct alert *alert = &changes[i].alert;
		size_t len = strlen(kit->told);

		(void)snprintf(kit->told + len, sizeof(kit->told) - len, "%s%lld %s %s%s%s",
		    len > 0 ? ", " : "", (long long)alert->id,
		    alert_change_text(changes[i].kind), alert->entity,
		    alert->instance[0] != '\0' ? " " : "", alert->instance);
		kit->last = *alert;
		kit->n_told++;
	}
}

static void
published(void *arg, const struct alert_list *list)
{
	struct alert_kit *kit = arg;

	assert_non_null(list->inventory);
	kit->n_published++;
}

static void
begin(struct alert_kit *kit)
{
	struct alert_setup setup = { .clock = kit->clock, .state = kit->state,
	    .published = published, .changed = changed, .arg = kit };
	struct alerts_loaded loaded;

	assert_int_equal(alerts_load(kit->state, &loaded), 0);
	kit->alerts = alert_new(&setup, &loaded);
	assert_non_null(kit->alerts);
	alerts_loaded_done(&loaded);
	if (kit->config != NULL) {
		alert_config(kit->alerts, kit->config);
	}
}

void
alert_kit_config(struct alert_kit *kit, const char *racks, const char *rules)
{
	char yaml[32768];
	const struct config *old = kit->config;

	assert_true(snprintf(yaml, sizeof(yaml), PROVINCE, racks, rules) <
	    (int)sizeof(yaml));
	kit->config = fixture_config(yaml, kit->ids, old != NULL ? old->version + 1 : 1);
	alert_config(kit->alerts, kit->config);
	if (old != NULL) {
		config_unref(old);
	}
}

void
alert_kit_up(struct alert_kit *kit, const char *rules)
{
	struct state_setup setup = { .path = ":memory:" };
	struct col_error error;

	memset(kit, 0, sizeof(*kit));
	kit->clock = clock_test_new((struct wall){ KIT_START },
	    (struct mono){ 1000 * NS_PER_S });
	kit->ids = ids_new();
	setup.clock = kit->clock;
	assert_int_equal(state_new(&setup, &kit->state, &error), 0);
	begin(kit);
	alert_kit_config(kit, "A01..A04", rules);
}

void
alert_kit_down(struct alert_kit *kit)
{
	board_free(kit->board);
	alert_free(kit->alerts);
	(void)state_step(kit->state);
	state_free(kit->state);
	config_unref(kit->config);
	ids_free(kit->ids);
	clock_free(kit->clock);
}

void
alert_kit_restart(struct alert_kit *kit, bool lost)
{
	board_free(kit->board);
	kit->board = NULL;
	if (!lost) {
		alert_free(kit->alerts);
		(void)state_step(kit->state);
		begin(kit);
		return;
	}
	/* the old one still has what it did not post: it is let go when the new
	 * one has read the disk */
	struct alerts *old = kit->alerts;

	begin(kit);
	alert_free(old);
}

void
alert_kit_set(struct alert_kit *kit, enum level level, enum gauge gauge,
    uint32_t cell, double value)
{
	const struct inventory *inventory = kit->config->inventory;
	uint32_t n[LEVEL_N] = { [LEVEL_RACK] = inventory->n_racks,
	    [LEVEL_FEED] = 2 * inventory->n_racks, [LEVEL_NODE] = inventory->n_power,
	    [LEVEL_TARGET] = 1, [LEVEL_COLLECTOR] = 1 };

	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		n[k] = inventory->n_places[k];
	}
	if (kit->board == NULL) {
		kit->board = board_new(inventory, alert_want(kit->alerts), n);
		assert_non_null(kit->board);
		kit->board->slot.ns = clock_wall(kit->clock).ns / KIT_INTERVAL *
		    KIT_INTERVAL;
		kit->board->as_of = clock_wall(kit->clock);
	}
	assert_non_null(kit->board->columns[level][gauge]);
	kit->board->columns[level][gauge][cell] = value;
}

void
alert_kit_step(struct alert_kit *kit)
{
	(void)alert_step(kit->alerts);
	(void)state_step(kit->state);
	(void)alert_step(kit->alerts);
}

void
alert_kit_slot(struct alert_kit *kit)
{
	alert_board(kit->alerts, kit->board);
	kit->board = NULL;
	alert_kit_step(kit);
	alert_kit_pass(kit, KIT_INTERVAL);
}

void
alert_kit_pass(struct alert_kit *kit, int64_t ns)
{
	for (int64_t passed = 0; passed < ns; passed += KIT_INTERVAL / 4) {
		clock_test_advance(kit->clock, KIT_INTERVAL / 4);
		alert_kit_step(kit);
	}
}

uint32_t
alert_kit_rack(const struct alert_kit *kit, const char *id)
{
	const struct rack *rack = inventory_rack(kit->config->inventory, id);

	assert_non_null(rack);
	return rack->index;
}

uint32_t
alert_kit_device(const struct alert_kit *kit, const char *id)
{
	const struct device *device = inventory_device(kit->config->inventory, id);

	assert_non_null(device);
	return device->index;
}

void
alert_kit_poll(struct alert_kit *kit, uint32_t index,
    const struct col_layout *layout, const double *values)
{
	const struct device *device = kit->config->inventory->devices[index];
	struct wall slot = { clock_wall(kit->clock).ns / KIT_INTERVAL * KIT_INTERVAL };
	struct batch *batch = batch_new(index, slot, clock_mono(kit->clock));
	struct reading reading = { .flags = READING_ENDED, .power_w = 100 };
	struct sample samples[16];

	batch->status = layout != NULL ? COL_POLL_OK : COL_POLL_TIMEOUT;
	(void)snprintf(batch->profile, sizeof(batch->profile), "apc-pdu");
	for (uint32_t s = 0; layout != NULL && s < layout->n_slots; s++) {
		samples[s].number = values[s];
		samples[s].quality = isnan(values[s]) ? COL_UNAVAILABLE : COL_GOOD;
		reading.flags |= isnan(values[s]) ? 0 : READING_GOOD | READING_POWER;
	}
	if (layout != NULL) {
		struct col_value raw[16];
		struct record record = { .inventory = kit->config->inventory,
		    .entity = { ENTITY_RACK, device->rack }, .device = index,
		    .role = device->role, .slot = slot, .layout = layout,
		    .samples = samples };

		memset(raw, 0, sizeof(raw));
		assert_int_equal(batch_add(batch, layout, raw, COL_UPTIME_UNKNOWN), 0);
		alert_record(kit->alerts, &record);
	}
	alert_polled(kit->alerts, batch, &reading);
	batch_free(batch);
}
