/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of a rack: when each of its states began, and that no state goes
 * back without a reason.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/draft.h"

#define DATE(word, state) \
	{ .key = word, .type = SCHEMA_TIME, .offset = (state) * sizeof(struct wall), \
	  .size = sizeof(struct wall), .help = "" }

static const struct schema_field date_fields[] = {
	DATE("planned", RACK_PLANNED),
	DATE("installed", RACK_INSTALLED),
	DATE("energized", RACK_ENERGIZED),
	DATE("in_service", RACK_IN_SERVICE),
	DATE("decommissioning", RACK_DECOMMISSIONING),
	DATE("decommissioned", RACK_DECOMMISSIONED),
	SCHEMA_END
};

/* Dates must rise in the order of the states, up to the one that holds. */
static void
check_dates(struct load *load, const struct wall *dates, int state,
    const struct col_node *node)
{
	int last = -1;

	for (int s = 0; s < RACK_STATE_N; s++) {
		const char *word = rack_state_text((enum rack_state)s);
		const struct col_node *at = col_node_get(node, word);

		if (dates[s].ns == 0) {
			continue;
		}
		if (s > state) {
			config_errors_add(load->kept.errors, at, "dates.%s is given, but "
			    "the rack is %s; a day to come is written as due:", word,
			    rack_state_text((enum rack_state)state));
		} else if (last >= 0 && dates[s].ns < dates[last].ns) {
			config_errors_add(load->kept.errors, at, "dates.%s lies before "
			    "dates.%s: states do not go backwards", word,
			    rack_state_text((enum rack_state)last));
		}
		last = s;
	}
}

void
draft_life(struct load *load, struct draft_life *life, int state,
    struct wall *since, const struct col_node *node)
{
	struct wall *dates;

	if (state < 0) {
		state = RACK_IN_SERVICE;
	}
	if (life->reserved_until.ns != 0 && life->reserved_for == NULL) {
		config_errors_add(load->kept.errors, col_node_get(node,
		    "reserved_until"), "reserved_until needs reserved_for, which says "
		    "for whom");
	}
	if (life->dates_node == NULL) {
		return;
	}
	dates = arena_alloc(load->kept.arena, RACK_STATE_N * sizeof(*dates));
	if (schema_read(&load->scratch, "dates", date_fields, life->dates_node,
	    dates) != COL_OK) {
		return;
	}
	check_dates(load, dates, state, life->dates_node);
	if (since->ns != 0 && dates[state].ns != 0 && since->ns != dates[state].ns) {
		config_errors_add(load->kept.errors, col_node_get(node, "since"),
		    "since and dates.%s differ; remove one of them",
		    rack_state_text((enum rack_state)state));
	} else if (since->ns == 0) {
		*since = dates[state];
	}
	life->dates = dates;
}

static const struct col_node *
place_of_state(const struct draft_rack *rack)
{
	const struct col_node *node = rack->entry != NULL && rack->state >= 0 ?
	    rack->entry : rack->ranged && rack->row->state >= 0 ?
	    rack->row->node : rack->node;
	const struct col_node *at = col_node_get(node, "state");

	return at != NULL ? at : node;
}

void
draft_life_forward(struct load *load, const struct inventory *running)
{
	struct draft_rack *rack, *next;

	HASH_ITER(hh, load->drafts->racks, rack, next) {
		const struct rack *now = rack->rack, *before;

		if (now == NULL) {
			continue;
		}
		before = inventory_rack(running, now->was != NULL &&
		    inventory_rack(running, now->id) == NULL ? now->was : now->id);
		if (before == NULL || now->state >= before->state ||
		    now->life.reason != NULL) {
			continue;
		}
		config_errors_add(load->kept.errors, place_of_state(rack), "rack '%s' "
		    "goes backwards, from %s to %s; if that is right, add reason: to "
		    "say why", now->id, rack_state_text(before->state),
		    rack_state_text(now->state));
	}
}
