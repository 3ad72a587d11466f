/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operators, and what is mounted in racks, as written.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/draft.h"

/* Far more than fits, but no list without an end. */
#define EQUIPMENT_MAX 512

void
draft_operator_entry(struct load *load, const struct col_node *node)
{
	struct draft_operator *operator = arena_alloc(load->scratch.arena,
	    sizeof(*operator));
	struct draft_operator *old;

	operator->node = node;
	(void)schema_read(&load->scratch, "an operator", draft_operator_fields, node,
	    operator);
	if (operator->id == NULL) {
		return;
	}
	HASH_FIND(hh, load->drafts->operators, operator->id, strlen(operator->id),
	    old);
	if (old != NULL) {
		config_errors_add(load->kept.errors, node, "operator '%s' is named "
		    "twice; it is there already at %s:%u", operator->id,
		    old->node->file, old->node->line);
		return;
	}
	HASH_ADD_KEYPTR(hh, load->drafts->operators, operator->id,
	    strlen(operator->id), operator);
}

static void
report_rack(struct load *load, const struct draft_equipment *equipment)
{
	struct draft_rack *rack, *next;
	struct errors_guess guess;

	errors_guess_init(&guess, equipment->rack);
	HASH_ITER(hh, load->drafts->racks, rack, next) {
		if (load->n_guesses == 0) {
			break;
		}
		load->n_guesses--;
		errors_guess_try(&guess, rack->id);
	}
	load_unknown(load, col_node_get(equipment->node, "rack"), "rack", &guess);
}

void
draft_equipment_entry(struct load *load, const struct col_node *node)
{
	struct draft_equipment *equipment = arena_alloc(load->scratch.arena,
	    sizeof(*equipment));
	struct draft_equipment *old;
	struct draft_rack *rack;

	equipment->node = node;
	if (schema_read(&load->scratch, "equipment", draft_equipment_fields, node,
	    equipment) != COL_OK) {
		return;
	}
	HASH_FIND(hh, load->drafts->equipment, equipment->model.id,
	    strlen(equipment->model.id), old);
	if (old != NULL) {
		config_errors_add(load->kept.errors, node, "equipment '%s' is named "
		    "twice; it is there already at %s:%u", old->model.id,
		    old->node->file, old->node->line);
		return;
	}
	rack = draft_rack_find(load, equipment->rack);
	if (rack == NULL) {
		report_rack(load, equipment);
		return;
	}
	if (rack->n_equipment == EQUIPMENT_MAX) {
		config_errors_add(load->kept.errors, node, "rack '%s' has more than "
		    "%d pieces of equipment", rack->id, EQUIPMENT_MAX);
		return;
	}
	HASH_ADD_KEYPTR(hh, load->drafts->equipment, equipment->model.id,
	    strlen(equipment->model.id), equipment);
	rack->n_equipment++;
	equipment->next = rack->equipment;
	rack->equipment = equipment;
}
