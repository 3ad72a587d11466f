/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "place=site:zz1": whose numbers are asked for, a place's or an operator's.
 *
 * Route: query -> handlers.  Thread: HTTP.
 */
#ifndef HTTP_WHOSE_H
#define HTTP_WHOSE_H

#include <stdbool.h>

#include "http/request.h"

struct whose {
	enum entity_kind kind;         /* ENTITY_KIND_N: an operator */
	char id[QUERY_ID_SIZE];
	const struct place *place;     /* NULL: an operator, or nobody was named */
	const struct operator *operator; /* NULL: a place */
};

/*
 * Reads parameter "place": a place down to deepest, or an operator; without it
 * the province.  False: the problem is the answer.
 */
bool whose_read(struct request *request, enum entity_kind deepest,
    struct whose *ret_whose);
/* True when the rack stands there, or on a site of that operator. */
bool whose_has(const struct whose *whose, const struct inventory *inventory,
    const struct rack *rack);

#endif
