/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fold_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/hash.h"
#include "fixture.h"

static void
write_tree(struct buf *text, const struct fold_kit_shape *shape)
{
	buf_printf(text, "feed_tree:\n- {id: grid, site: z, kind: utility}\n");
	for (char c = 'a'; c <= 'b'; c++) {
		buf_printf(text, "- {id: ups-%c, kind: ups, from: grid}\n", c);
		for (unsigned h = 1; h <= shape->n_halls; h++) {
			buf_printf(text, "- {id: h%u-%c, kind: distribution, from: ups-%c}\n",
			    h, c, c);
			for (unsigned r = 1; r <= shape->n_rows; r++) {
				buf_printf(text, "- {id: h%u-r%u-%c, kind: breaker, "
				    "from: h%u-%c}\n", h, r, c, h, c);
			}
		}
	}
}

static void
write_row(struct buf *text, const struct fold_kit_shape *shape, unsigned h, unsigned r)
{
	buf_printf(text, "- {id: h%u-r%u, hall: h%u, template: two, racks: [A1..A%u]", h,
	    r, h, shape->n_racks);
	if (shape->tree) {
		buf_printf(text, ", feeds_from: {A: h%u-r%u-a, B: h%u-r%u-b}", h, r, h, r);
	}
	buf_printf(text, ",\n   devices: {pdu-a: {plugin: snmp, address: h, feed: A");
	if (shape->switches) {
		buf_printf(text, ", through: sw-h%u", h);
	}
	buf_printf(text, "}, pdu-b: {plugin: snmp, address: h, feed: B");
	if (shape->switches) {
		buf_printf(text, ", through: sw-h%u-r%u", h, r);
	}
	buf_printf(text, "}}}\n");
}

static void
write_switches(struct buf *text, const struct fold_kit_shape *shape)
{
	buf_printf(text, "devices:\n");
	for (unsigned h = 1; h <= shape->n_halls; h++) {
		buf_printf(text, "- {id: sw-h%u, hall: h%u, kind: switch, plugin: snmp, "
		    "address: h}\n", h, h);
		for (unsigned r = 1; r <= shape->n_rows; r++) {
			buf_printf(text, "- {id: sw-h%u-r%u, row: h%u-r%u, kind: switch, "
			    "plugin: snmp, address: h}\n", h, r, h, r);
		}
	}
}

char *
fold_kit_yaml(const struct fold_kit_shape *shape)
{
	struct buf text;
	char *copy;

	buf_init(&text, 0);
	buf_printf(&text, "province: {id: p, timezone: UTC}\nareas: [{id: '410100'}]\n"
	    "sites: [{id: z, area: '410100'}]\nhalls:\n");
	for (unsigned h = 1; h <= shape->n_halls; h++) {
		buf_printf(&text, "- {id: h%u, site: z}\n", h);
	}
	if (shape->tree) {
		write_tree(&text, shape);
	}
	buf_printf(&text, "templates: {two: {units: 42, feeds: {A: {}, B: {}}}}\nrows:\n");
	for (unsigned h = 1; h <= shape->n_halls; h++) {
		for (unsigned r = 1; r <= shape->n_rows; r++) {
			write_row(&text, shape, h, r);
		}
	}
	if (shape->switches) {
		write_switches(&text, shape);
	}
	copy = strdup(text.data);
	assert_non_null(copy);
	buf_done(&text);
	return copy;
}

/* ---- the world ------------------------------------------------------------------- */

static void
note(void *arg, const struct fold_verdict *verdict)
{
	struct fold_kit *kit = arg;

	assert_true(kit->n_log < FOLD_KIT_LOG_MAX);
	if (verdict->kind == FOLD_NODE_LOST && kit->decided_at == 0) {
		kit->decided_at = kit->n_lost_reports;
	}
	kit->log_at_ns[kit->n_log] = kit->now_ns;
	kit->log[kit->n_log++] = *verdict;
}

static int
compare_due(const void *a, const void *b)
{
	const struct fold_kit_due *x = a, *y = b;

	return x->phase_ns != y->phase_ns ? (x->phase_ns > y->phase_ns ? 1 : -1) :
	    (x->rack > y->rack) - (x->rack < y->rack);
}

static void
make_agenda(struct fold_kit *kit)
{
	kit->n_racks = 0;
	kit->agenda = calloc(kit->inventory->count_racks + 1, sizeof(*kit->agenda));
	assert_non_null(kit->agenda);
	for (uint32_t r = 0; r < kit->inventory->n_racks; r++) {
		const struct rack *rack = kit->inventory->racks[r];

		if (rack != NULL) {
			kit->agenda[kit->n_racks++] = (struct fold_kit_due){
			    (int64_t)(hash64_text(rack->id) % FOLD_KIT_INTERVAL), r };
		}
	}
	qsort(kit->agenda, kit->n_racks, sizeof(*kit->agenda), compare_due);
	for (unsigned by = 0; by < FOLD_N; by++) {
		const struct topology_graph *graph = &fold_topology(kit->fold)->graphs[by];

		kit->cut[by] = calloc(graph->n_nodes + 1, sizeof(bool));
		kit->cut_leaf[by] = calloc(graph->n_leaves + 1, sizeof(bool));
		assert_non_null(kit->cut[by]);
		assert_non_null(kit->cut_leaf[by]);
	}
}

static void
drop_agenda(struct fold_kit *kit)
{
	free(kit->agenda);
	for (unsigned by = 0; by < FOLD_N; by++) {
		free(kit->cut[by]);
		free(kit->cut_leaf[by]);
	}
}

static void
load(struct fold_kit *kit, const char *yaml)
{
	struct topology *topology;

	kit->config = fixture_config(yaml, kit->ids, 1);
	kit->inventory = kit->config->inventory;
	topology = topology_new(kit->inventory);
	assert_non_null(topology);
	assert_int_equal(fold_apply(kit->fold, topology, FOLD_KIT_INTERVAL,
	    (struct mono){ kit->now_ns }), COL_OK);
	make_agenda(kit);
}

void
fold_kit_init(struct fold_kit *kit, const struct fold_kit_shape *shape)
{
	char *yaml = fold_kit_yaml(shape);

	memset(kit, 0, sizeof(*kit));
	kit->now_ns = 1000 * FOLD_KIT_INTERVAL;
	kit->ids = ids_new();
	kit->fold = fold_new(note, kit);
	assert_non_null(kit->fold);
	load(kit, yaml);
	free(yaml);
}

void
fold_kit_reload(struct fold_kit *kit, const char *yaml)
{
	const struct config *old = kit->config;

	drop_agenda(kit);
	load(kit, yaml);
	config_unref(old);
}

void
fold_kit_done(struct fold_kit *kit)
{
	drop_agenda(kit);
	fold_free(kit->fold);
	config_unref(kit->config);
	ids_free(kit->ids);
}

uint32_t
fold_kit_node(const struct fold_kit *kit, enum fold_by by, const char *entity,
    const char *instance)
{
	uint32_t node = topology_find(fold_topology(kit->fold), by, entity, instance);

	if (node == TOPOLOGY_NONE) {
		fail_msg("no node %s %s", entity, instance);
	}
	return node;
}

uint32_t
fold_kit_feed(const struct fold_kit *kit, const char *rack, unsigned feed)
{
	const struct rack *of = inventory_rack(kit->inventory, rack);

	assert_non_null(of);
	return fold_topology(kit->fold)->first_feed[of->index] + feed;
}

uint32_t
fold_kit_device(const struct fold_kit *kit, const char *id)
{
	const struct device *device = inventory_device(kit->inventory, id);

	assert_non_null(device);
	return device->index;
}

void
fold_kit_cut(struct fold_kit *kit, enum fold_by by, const char *entity,
    const char *instance, bool cut)
{
	kit->cut[by][fold_kit_node(kit, by, entity, instance)] = cut;
}

bool
fold_kit_is_cut(const struct fold_kit *kit, enum fold_by by, uint32_t leaf)
{
	const struct topology_graph *graph = &fold_topology(kit->fold)->graphs[by];

	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		for (uint32_t n = graph->up[leaf][way]; n != TOPOLOGY_NONE;
		    n = graph->nodes[n].parent) {
			if (kit->cut[by][n]) {
				return true;
			}
		}
	}
	return kit->cut_leaf[by][leaf];
}

void
fold_kit_report(struct fold_kit *kit, enum fold_by by, uint32_t leaf,
    enum fold_word word, int64_t started_ns)
{
	struct fold_report report = { by, leaf, word, { started_ns }, { started_ns -
	    started_ns % FOLD_KIT_INTERVAL } };

	kit->n_lost_reports += word == FOLD_LOST;
	fold_report(kit->fold, &report, (struct mono){ kit->now_ns });
	(void)fold_step(kit->fold, (struct mono){ kit->now_ns });
}

/* As the switches are: the devices of a rack together, others by themselves. */
static void
poll_rack(struct fold_kit *kit, enum fold_by by, uint32_t r)
{
	const struct rack *rack = kit->inventory->racks[r];
	uint32_t n = by == FOLD_SUPPLY ? rack->n_feeds : rack->n_devices;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t leaf = by == FOLD_REACH ? rack->devices[i] :
		    fold_topology(kit->fold)->first_feed[r] + i;

		fold_kit_report(kit, by, leaf, fold_kit_is_cut(kit, by, leaf) ? FOLD_LOST :
		    FOLD_GOOD, kit->now_ns);
	}
}

void
fold_kit_slot(struct fold_kit *kit, enum fold_by by, int64_t from_ns)
{
	int64_t slot_ns = kit->now_ns - kit->now_ns % FOLD_KIT_INTERVAL;

	for (uint32_t i = 0; i < kit->n_racks; i++) {
		if (kit->agenda[i].phase_ns >= from_ns) {
			kit->now_ns = slot_ns + kit->agenda[i].phase_ns;
			poll_rack(kit, by, kit->agenda[i].rack);
		}
	}
	kit->now_ns = slot_ns + FOLD_KIT_INTERVAL;
	(void)fold_step(kit->fold, (struct mono){ kit->now_ns });
}

void
fold_kit_wait(struct fold_kit *kit, int64_t ns)
{
	kit->now_ns += ns;
	(void)fold_step(kit->fold, (struct mono){ kit->now_ns });
}

void
fold_kit_forget(struct fold_kit *kit)
{
	kit->n_log = kit->n_lost_reports = kit->decided_at = 0;
}

uint32_t
fold_kit_count(const struct fold_kit *kit, enum fold_verdict_kind kind, uint32_t node)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < kit->n_log; i++) {
		n += kit->log[i].kind == kind && (node == TOPOLOGY_NONE ||
		    kit->log[i].node == node);
	}
	return n;
}

int64_t
fold_kit_when(const struct fold_kit *kit, enum fold_verdict_kind kind, uint32_t node)
{
	for (uint32_t i = 0; i < kit->n_log; i++) {
		if (kit->log[i].kind == kind && (node == TOPOLOGY_NONE ||
		    kit->log[i].node == node)) {
			return kit->log_at_ns[i];
		}
	}
	return -1;
}
