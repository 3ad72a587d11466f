/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See whose.h. */
#include <config.h>

#include "http/whose.h"

#include <string.h>

#include "base/str.h"
#include "capacity/view.h"
#include "http/problem.h"

static const char OPERATOR[] = "operator:";

static const struct operator *
find_operator(const struct inventory *inventory, const char *id)
{
	for (uint32_t i = 0; i < inventory->n_operators; i++) {
		if (strcmp(inventory->operators[i].id, id) == 0) {
			return &inventory->operators[i];
		}
	}
	return NULL;
}

static bool
find(struct request *request, struct whose *whose)
{
	const struct inventory *inventory = request->view->config->inventory;
	bool operator = whose->kind == ENTITY_KIND_N;

	if (operator) {
		whose->operator = find_operator(inventory, whose->id);
	} else {
		whose->place = inventory_place(inventory, whose->kind, whose->id);
	}
	if (whose->operator == NULL && whose->place == NULL) {
		(void)problem_no_such(request, operator ? "operator" :
		    entity_kind_text(whose->kind), whose->id);
		return false;
	}
	return true;
}

bool
whose_read(struct request *request, enum entity_kind deepest, struct whose *ret_whose)
{
	const char *text = request_value(request, "place");

	memset(ret_whose, 0, sizeof(*ret_whose));
	ret_whose->kind = ENTITY_PROVINCE;
	if (text == NULL) {
		return true;
	}
	if (str_starts(text, OPERATOR) && str_is_id(text + strlen(OPERATOR))) {
		ret_whose->kind = ENTITY_KIND_N;
		(void)str_copy(ret_whose->id, sizeof(ret_whose->id),
		    text + strlen(OPERATOR));
		return find(request, ret_whose);
	}
	if (query_entity(text, &ret_whose->kind, ret_whose->id) != 0 ||
	    ret_whose->kind > deepest) {
		(void)problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "place"},
		    "place is a kind of place and its id, no deeper than %s:ID, or "
		    "operator:ID", entity_kind_text(deepest));
		return false;
	}
	return find(request, ret_whose);
}

bool
whose_has(const struct whose *whose, const struct inventory *inventory,
    const struct rack *rack)
{
	const struct place *site;

	if (whose->operator != NULL) {
		site = inventory_above(inventory, rack, ENTITY_SITE);
		return site != NULL && site->operator == whose->operator;
	}
	return whose->place == NULL ||
	    inventory_above(inventory, rack, whose->kind) == whose->place;
}
