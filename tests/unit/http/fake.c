/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fake.h. */
#include <config.h>

#include "http/fake.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/arena.h"
#include "base/str.h"
#include "flow/latest.h"
#include "http/fake_alerts.h"
#include "http/fake_assets.h"
#include "model/metric.h"
#include "poll/poll.h"
#include "state/state.h"

#define N_AREAS 18u
#define RACKS_PER_ROW 24u
#define ROWS_PER_HALL 10u
#define HALLS_PER_SITE 4u
#define NOW_S FAKE_NOW_S

/* ---- config and inventory -------------------------------------------------------- */

static struct inventory *inventory;
static struct config config;
static struct target target;
static struct view *view;          /* published; under lock */
static uint64_t n_views;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rack_view *rack_views;
static struct rack_slot *rack_slots;
static struct place_view *place_views[ENTITY_PLACE_N];
static struct part_sum *place_sums[ENTITY_PLACE_N];
static struct place_view operator_views[1];
static struct operator operators[1] = {{"op", {"Operator", "运营商"}}};
static const struct figures *figures;
static struct target_view target_view;
static struct rollup rollup;

const struct config *
config_ref(const struct config *c)
{
	return c;
}

void
config_unref(const struct config *c)
{
	(void)c;
}

static const struct place *
add_place(struct arena *arena, enum entity_kind kind, uint32_t index, uint32_t parent,
    const char *id)
{
	struct place *place = arena_alloc(arena, sizeof(*place));

	place->kind = kind;
	place->index = index;
	place->parent = parent;
	place->id = arena_copy(arena, id);
	place->name = (struct name){arena_format(arena, "%s en", id),
	    arena_format(arena, "%s 市", id)};
	place->operator_name = kind == ENTITY_SITE ? "op" : NULL;
	place->operator = kind == ENTITY_SITE ? operators : NULL;
	return place;
}

static uint32_t
div_up(uint32_t a, uint32_t b)
{
	return (a + b - 1) / b;
}

static void
add_places(struct arena *arena, uint32_t n_racks)
{
	uint32_t n[ENTITY_PLACE_N] = {1, N_AREAS};
	const struct place **places[ENTITY_PLACE_N];
	char id[64];

	n[ENTITY_ROW] = div_up(n_racks, RACKS_PER_ROW);
	n[ENTITY_HALL] = div_up(n[ENTITY_ROW], ROWS_PER_HALL);
	n[ENTITY_SITE] = div_up(n[ENTITY_HALL], HALLS_PER_SITE);
	for (enum entity_kind kind = 0; kind < ENTITY_PLACE_N; kind++) {
		places[kind] = arena_alloc(arena, n[kind] * sizeof(**places));
		inventory->places[kind] = (const struct place *const *)places[kind];
		inventory->n_places[kind] = n[kind];
	}
	places[ENTITY_PROVINCE][0] = add_place(arena, ENTITY_PROVINCE, 0, INVENTORY_NONE,
	    "henan");
	for (uint32_t i = 0; i < n[ENTITY_AREA]; i++) {
		(void)str_format(id, sizeof(id), "%u", 410100 + 100 * i);
		places[ENTITY_AREA][i] = add_place(arena, ENTITY_AREA, i, 0, id);
	}
	for (uint32_t i = 0; i < n[ENTITY_SITE]; i++) {
		(void)str_format(id, sizeof(id), "s%u", i);
		places[ENTITY_SITE][i] = add_place(arena, ENTITY_SITE, i, i % N_AREAS, id);
	}
	for (uint32_t i = 0; i < n[ENTITY_HALL]; i++) {
		(void)str_format(id, sizeof(id), "s%u-h%u", i / HALLS_PER_SITE,
		    i % HALLS_PER_SITE);
		places[ENTITY_HALL][i] = add_place(arena, ENTITY_HALL, i,
		    i / HALLS_PER_SITE, id);
	}
	for (uint32_t i = 0; i < n[ENTITY_ROW]; i++) {
		(void)str_format(id, sizeof(id), "%s-r%u",
		    places[ENTITY_HALL][i / ROWS_PER_HALL]->id, i % ROWS_PER_HALL);
		places[ENTITY_ROW][i] = add_place(arena, ENTITY_ROW, i,
		    i / ROWS_PER_HALL, id);
	}
}

static void
add_device(struct arena *arena, const struct rack *rack, uint32_t index, int feed,
    const struct device **ret_device)
{
	struct device *device = arena_alloc(arena, sizeof(*device));

	device->index = index;
	device->role = feed == 0 ? "pdu-a" : "pdu-b";
	device->id = arena_format(arena, "%s-%s", rack->id, device->role);
	device->kind = "pdu";
	device->rack = rack->index;
	device->feed = feed;
	device->plugin = "snmp";
	device->address = arena_format(arena, "127.1.%u.%u", index >> 8 & 255, index & 255);
	device->profile = "auto";
	*ret_device = device;
}

static void
add_racks(struct arena *arena, uint32_t n_racks)
{
	const struct rack **racks = arena_alloc(arena, n_racks * sizeof(*racks));
	const struct device **devices = arena_alloc(arena, 2 * n_racks * sizeof(*devices));

	for (uint32_t i = 0; i < n_racks; i++) {
		struct rack *rack = arena_alloc(arena, sizeof(*rack));
		uint32_t *ids = arena_alloc(arena, 2 * sizeof(*ids));
		const struct place *row = inventory->places[ENTITY_ROW][i / RACKS_PER_ROW];

		rack->index = i;
		rack->label = arena_format(arena, "A%02u", i % RACKS_PER_ROW + 1);
		rack->id = arena_format(arena, "%s-a%02u", row->id, i % RACKS_PER_ROW + 1);
		rack->row = row->index;
		rack->state = i % 50 == 49 ? RACK_PLANNED :
		    i == 78 ? RACK_INSTALLED : RACK_IN_SERVICE;
		rack->since.ns = NOW_S * NS_PER_S / 2;
		rack->design_w = 6000;
		rack->units = 42;
		rack->n_feeds = 2;
		rack->feeds[0] = (struct feed){.id = "A", .breaker_a = 32,
		    .volts = 220, .phases = 1, .power = INVENTORY_NONE};
		rack->feeds[1] = (struct feed){.id = "B", .breaker_a = 32,
		    .volts = 220, .phases = 1, .power = INVENTORY_NONE};
		rack->life.reserved_for = i == 77 ? "shop" : NULL;
		rack->n_devices = 2;
		ids[0] = 2 * i;
		ids[1] = 2 * i + 1;
		rack->devices = ids;
		racks[i] = rack;
		add_device(arena, rack, 2 * i, 0, &devices[2 * i]);
		add_device(arena, rack, 2 * i + 1, 1, &devices[2 * i + 1]);
	}
	inventory->racks = (const struct rack *const *)racks;
	inventory->devices = (const struct device *const *)devices;
	inventory->n_racks = n_racks;
	inventory->n_devices = 2 * n_racks;
}

static void
add_settings(void)
{
	target = (struct target){.id = "plan-2023", .name = {"Plan", "计划"},
	    .racks = 90000, .by_day = 19722, .source = {"plan", "方案"}};
	config.file = "/etc/collectord/collectord.yaml";
	config.inventory = inventory;
	config.version = 1;
	config.alerting = fake_alerting();
	fake_alerts_reset();
	config.loaded.ns = NOW_S * NS_PER_S;
	config.settings = (struct settings){
		.province_id = "henan", .province_name = {"Henan", "河南省"},
		.timezone = "Asia/Shanghai", .standard_rack_w = 2500, .demo = true,
		.window_ns = 86400 * NS_PER_S, .min_live_ns = 1800 * NS_PER_S,
		.min_power_w = 100, .targets = &target, .n_targets = 1,
		.interval_ns = 60 * NS_PER_S, .listen_host = "127.0.0.1",
	};
}

static void
add_views(uint32_t n_racks)
{
	rack_views = calloc(n_racks, sizeof(*rack_views));
	rack_slots = calloc(n_racks, sizeof(*rack_slots));
	assert(rack_views != NULL && rack_slots != NULL);
	for (uint32_t i = 0; i < n_racks; i++) {
		struct rack_view *rv = &rack_views[i];

		rv->evidence = inventory->racks[i]->state == RACK_PLANNED ? EVIDENCE_NONE :
		    i % 10 == 0 ? EVIDENCE_STALE : EVIDENCE_VERIFIED;
		rv->reason = rv->evidence == EVIDENCE_NONE ? REASON_NOT_DECLARED :
		    rv->evidence == EVIDENCE_STALE ? REASON_NO_GOOD_SAMPLE :
		    REASON_POWER_SEEN;
		rv->power_s = rv->good_s = rv->reason_s = 3600;
		rv->live = rv->evidence == EVIDENCE_VERIFIED;
		rv->slot.sum.n_power_expected = rv->slot.sum.n_devices_expected = 2;
		if (rv->live) {
			rv->last_good.ns = (NOW_S - 60 - i % 7) * NS_PER_S;
			rv->slot.sum.n_power = rv->slot.sum.n_devices = 2;
			rv->slot.sum.power_w = 1000 + i % 977;
			rv->slot.source = POWER_SOURCE_PDU;
			rv->slot.by_source[POWER_SOURCE_PDU] = (struct source_sum){
			    rv->slot.sum.power_w, 2, 2};
			rv->slot.by_source[POWER_SOURCE_IPMI] = (struct source_sum){
			    rv->slot.sum.power_w - 100, 3, 3};
			rv->slot.feed_mask = 3;
			rv->slot.feed_power_w[0] = rv->slot.sum.power_w / 2;
			rv->slot.feed_power_w[1] = rv->slot.sum.power_w / 2;
		}
	}
	for (enum entity_kind kind = 0; kind < ENTITY_PLACE_N; kind++) {
		place_views[kind] = calloc(inventory->n_places[kind],
		    sizeof(struct place_view));
		place_sums[kind] = calloc(inventory->n_places[kind], sizeof(struct part_sum));
		for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
			struct place_view *p = &place_views[kind][i];

			p->n_declared = n_racks / inventory->n_places[kind];
			p->n_evidence[EVIDENCE_VERIFIED] = p->n_declared;
			p->n_monitored = p->n_live = p->n_declared;
			p->design_w = 6000.0 * p->n_declared;
			p->standard_declared = p->design_w / 2500;
			p->n_occupied = p->n_available = p->n_declared;
			p->sum.power_w = 1234.5 * p->n_declared;
			p->sum.n_power = p->sum.n_devices = p->n_declared;
			p->sum.n_power_expected = p->n_declared * 2;
			p->sum.n_devices_expected = p->n_declared * 2;
			p->occupancy_power = p->sum.power_w / p->design_w;
			p->oldest_good.ns = (NOW_S - 120) * NS_PER_S;
		}
	}
	target_view = (struct target_view){.target = &target, .count = n_racks,
	    .verified = n_racks / 2, .progress = n_racks / 90000.0,
	    .status = TARGET_OVERDUE, .days_left = -1000, .has_pace = true,
	    .pace_per_day = 3.5, .forecast_k = 26, .day = 21000, .earliest = 20900,
	    .latest = INT32_MAX};
	rollup = (struct rollup){.slot = {(NOW_S - 60) * NS_PER_S},
	    .interval_ns = 60 * NS_PER_S, .inventory = inventory, .racks = rack_slots};
}

void
fake_setup(uint32_t n_racks)
{
	struct arena *arena;

	inventory = inventory_new();
	arena = inventory_arena(inventory);
	inventory->version = 1;
	inventory->province_id = "henan";
	inventory->timezone = "Asia/Shanghai";
	add_places(arena, n_racks);
	add_racks(arena, n_racks);
	fake_assets(inventory);
	inventory_seal(inventory);
	inventory->operators = operators;
	inventory->n_operators = 1;
	add_settings();
	add_views(n_racks);
	operator_views[0] = place_views[ENTITY_PROVINCE][0];
	figures = fake_figures(inventory);
	n_views = 0;
	fake_answer(FAKE_NOW);
	fake_code(0);
}

/* ---- views ------------------------------------------------------------------------ */

struct fake_view { struct view view; _Atomic unsigned n_refs; };

const struct view *
view_ref(const struct view *v)
{
	atomic_fetch_add(&((struct fake_view *)(uintptr_t)v)->n_refs, 1);
	return v;
}

void
view_unref(const struct view *v)
{
	struct fake_view *f = (struct fake_view *)(uintptr_t)v;

	if (f != NULL && atomic_fetch_sub(&f->n_refs, 1) == 1) {
		free(f);
	}
}

const struct view *
fake_publish(void)
{
	struct fake_view *f = calloc(1, sizeof(*f));
	const struct view *old;

	assert(f != NULL);
	f->n_refs = 1;
	f->view.number = ++n_views;
	f->view.as_of.ns = NOW_S * NS_PER_S;
	rollup.slot.ns = (NOW_S - 60 + (int64_t)n_views) * NS_PER_S;
	f->view.config = &config;
	f->view.rollup = &rollup;
	f->view.racks = rack_views;
	f->view.stock = fake_stock(inventory);
	f->view.targets = &target_view;
	f->view.operators = operator_views;
	f->view.figures = figures;
	f->view.outlook = fake_outlook(&config);
	f->view.past = fake_past(config.inventory);
	for (enum entity_kind kind = 0; kind < ENTITY_PLACE_N; kind++) {
		f->view.places[kind] = place_views[kind];
	}
	pthread_mutex_lock(&lock);
	old = view;
	view = &f->view;
	pthread_mutex_unlock(&lock);
	view_unref(old);
	return &f->view;
}

void
fake_unpublish(void)
{
	const struct view *old;

	pthread_mutex_lock(&lock);
	old = view;
	view = NULL;
	pthread_mutex_unlock(&lock);
	view_unref(old);
}

const struct view *
capacity_view(struct capacity *capacity)
{
	const struct view *v;

	(void)capacity;
	pthread_mutex_lock(&lock);
	v = view != NULL ? view_ref(view) : NULL;
	pthread_mutex_unlock(&lock);
	return v;
}

void
fake_done(void)
{
	fake_unpublish();
	fake_answer(FAKE_NOW);
	fake_figures_done();
	fake_stock_done();
	inventory_unref(inventory);
	inventory = NULL;
	free(rack_views);
	free(rack_slots);
	for (enum entity_kind kind = 0; kind < ENTITY_PLACE_N; kind++) {
		free(place_views[kind]);
		free(place_sums[kind]);
	}
}

const struct config *
fake_config(void)
{
	return &config;
}

const char *
evidence_text(enum evidence evidence)
{
	static const char *const texts[] = {"none", "verified", "contradicted", "stale",
	    "unmonitored"};

	return texts[evidence];
}

const char *
reason_code(enum reason reason)
{
	static const char *const texts[] = {"not_declared", "no_device", "no_good_sample",
	    "power_seen", "below_min_power", "energised_empty", "too_little"};

	return texts[reason];
}

const char *
forecast_reason_code(enum forecast_reason reason)
{
	static const char *const texts[] = {NULL, "not_enough_history",
	    "not_at_current_rate", "reached"};

	return texts[reason];
}

const char *
target_status_text(enum target_status status)
{
	static const char *const texts[] = {"behind", "on_track", "overdue", "reached"};

	return texts[status];
}
