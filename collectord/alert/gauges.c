/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two passes per rule: over its column for values beyond the fire limit, which
 * are few; then over the conditions that the rule has in the table and the
 * first pass did not step, for those may clear or lose their data.
 */
#include <config.h>

#include "alert/gauges.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

struct column_rule {
	uint32_t number;
	enum level level;
	enum gauge gauge;
	bool quick;             /* quiet values need no more than a comparison */
	bool keeps;             /* every known value must be seen: it has windows */
	double low, high;       /* of quiet values */
	uint32_t n;             /* cells of the column: things, times phases */
	unsigned phases;        /* cells of a thing */
	uint64_t *selected;     /* a bit per cell */
};

struct gauges {
	struct column_rule *rules;
	size_t n_rules;
	struct board_want want;
};

struct gauges *
gauges_new(void)
{
	return calloc(1, sizeof(struct gauges));
}

static void
clear(struct gauges *gauges)
{
	for (size_t i = 0; i < gauges->n_rules; i++) {
		free(gauges->rules[i].selected);
	}
	free(gauges->rules);
	memset(gauges, 0, sizeof(*gauges));
}

void
gauges_free(struct gauges *gauges)
{
	if (gauges != NULL) {
		clear(gauges);
		free(gauges);
	}
}

/* Made by alert from polls, never on a board. */
static bool
is_on_board(const struct rule *rule)
{
	return rule->is_gauge && rule->level != LEVEL_SENSOR &&
	    rule->gauge != GAUGE_SILENT_S && rule->gauge != GAUGE_SUPPLY_LOST &&
	    rule->gauge != GAUGE_RECEIVER_SILENT_S && rule->level != LEVEL_DEVICE;
}

static uint32_t
things_at(const struct engine *engine, enum level level)
{
	const struct inventory *inventory = engine->config->inventory;

	switch (level) {
	case LEVEL_PROVINCE:
	case LEVEL_AREA:
	case LEVEL_SITE:
	case LEVEL_HALL:
	case LEVEL_ROW:
		return inventory->n_places[level];
	case LEVEL_RACK:
		return inventory->n_racks;
	case LEVEL_FEED:
		return engine->feeds[inventory->n_racks];
	case LEVEL_NODE:
		return inventory->n_power;
	case LEVEL_TARGET:
		return (uint32_t)engine->config->settings.n_targets;
	case LEVEL_COLLECTOR:
		return 1;
	case LEVEL_DEVICE:
	case LEVEL_SENSOR:
	case LEVEL_N:
		break;
	}
	return 0;
}

/* The part of a cell: a phase where a feed has more than one. */
static uint32_t
part_of(const struct engine *engine, const struct column_rule *of, uint32_t cell)
{
	const struct rack *rack;
	unsigned feed;

	if (of->phases == 1 || !thing_feed(engine->config->inventory, engine->feeds,
	    cell / of->phases, &rack, &feed) || rack->feeds[feed].phases == 1) {
		return 0;
	}
	return 1 + cell % of->phases;
}

static bool
exists(const struct inventory *inventory, struct thing thing)
{
	if (thing.level <= LEVEL_ROW) {
		return inventory->places[thing.level][thing.index] != NULL;
	}
	return thing.level != LEVEL_RACK || inventory->racks[thing.index] != NULL;
}

static int
choose(const struct engine *engine, const struct rule *rule, struct column_rule *of)
{
	uint32_t n_words = of->n / 64 + 1;

	of->selected = calloc(n_words, sizeof(of->selected[0]));
	if (of->selected == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t cell = 0; cell < of->n; cell++) {
		struct thing thing = { of->level, cell / of->phases };
		const char *instance = instances_text(engine->instances,
		    part_of(engine, of, cell));

		if (exists(engine->config->inventory, thing) &&
		    engine_selects(engine, rule, thing, instance)) {
			of->selected[cell / 64] |= UINT64_C(1) << cell % 64;
		}
	}
	return 0;
}

int
gauges_config(struct gauges *gauges, const struct engine *engine)
{
	const struct alerting *alerting = &engine->config->alerting;

	clear(gauges);
	gauges->rules = calloc(alerting->n_rules + 1, sizeof(gauges->rules[0]));
	if (gauges->rules == NULL) {
		return COL_ENOMEM;
	}
	for (size_t r = 0; r < alerting->n_rules; r++) {
		const struct rule *rule = &alerting->rules[r];
		struct column_rule *of = &gauges->rules[gauges->n_rules];

		if (!is_on_board(rule)) {
			continue;
		}
		of->number = (uint32_t)r;
		of->level = rule->level;
		of->gauge = rule->gauge;
		of->phases = gauge_has_phases(rule->gauge, rule->level) ?
		    LEVEL_PHASES : 1;
		of->n = things_at(engine, rule->level) * of->phases;
		of->keeps = take_wanted(rule);
		of->quick = !of->keeps && judge_quiet(&rule->fire, &of->low, &of->high);
		gauges->n_rules++;
		if (choose(engine, rule, of) != 0) {
			return COL_ENOMEM;
		}
		gauges->want.gauges[rule->level] |= UINT64_C(1) << rule->gauge;
	}
	return 0;
}

const struct board_want *
gauges_want(const struct gauges *gauges)
{
	return &gauges->want;
}

static void
look(struct engine *engine, const struct column_rule *of, uint32_t cell, double number,
    struct wall at)
{
	struct look look = { of->number, cell / of->phases, part_of(engine, of, cell),
	    judge_number(number), at };

	engine_look(engine, &look);
}

static bool
is_selected(const struct column_rule *of, uint32_t cell)
{
	return (of->selected[cell / 64] >> cell % 64 & 1) != 0;
}

static void
pass_values(struct engine *engine, const struct column_rule *of, const double *values,
    uint32_t n, struct wall at)
{
	for (uint32_t cell = 0; of->quick && cell < n; cell++) {
		/* of an unknown value neither is true */
		if ((values[cell] > of->high || values[cell] < of->low) &&
		    is_selected(of, cell)) {
			look(engine, of, cell, values[cell], at);
		}
	}
	for (uint32_t cell = 0; !of->quick && cell < n; cell++) {
		if (is_selected(of, cell)) {
			look(engine, of, cell, values[cell], at);
		}
	}
}

/* What the rule has in the table and was not stepped in this round. */
static void
pass_conditions(struct engine *engine, const struct column_rule *of,
    const double *values, uint32_t n, struct wall at)
{
	struct conditions_item *item, *next;

	for (item = engine->conditions.rules[of->number]; item != NULL; item = next) {
		uint32_t phase = of->phases > 1 && item->key.part > 0 ?
		    item->key.part - 1 : 0;
		uint32_t cell = item->key.index * of->phases + phase;
		struct look look = { of->number, item->key.index, item->key.part,
		    judge_number(cell < n ? values[cell] : NAN), at };

		next = item->next;
		if (item->round != engine->round) {
			engine_look_at(engine, item, &look);
		}
	}
}

void
gauges_board(const struct gauges *gauges, struct engine *engine, const struct board *board)
{
	struct wall at = board->slot.ns != 0 ? board->slot : board->as_of;

	engine->round++;
	for (size_t i = 0; i < gauges->n_rules; i++) {
		const struct column_rule *of = &gauges->rules[i];
		const double *values = board->columns[of->level][of->gauge];
		uint32_t n = board->n[of->level] * of->phases;

		if (values == NULL) {
			continue;
		}
		n = n < of->n ? n : of->n;
		engine->n_evaluated += n;
		pass_values(engine, of, values, n, at);
		pass_conditions(engine, of, values, n, at);
	}
}
