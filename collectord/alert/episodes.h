/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * episodes: what is open, from its firing until it is resolved, with ids and
 * texts; every change goes to the outbox.
 *
 * Route: engine and folding begin, change and end them; publish reads them.
 * Thread: FLOW.
 */
#ifndef ALERT_EPISODES_H
#define ALERT_EPISODES_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "alert/conditions.h"
#include "alert/outbox.h"
#include "alert/thing.h"
#include "model/alert.h"

/* Open at a time; what would fire beyond waits. */
#define EPISODES_MAX 50000

struct episode {
	struct alert alert;
	struct thing thing;
	struct thing_where where;
	uint32_t rule;                  /* number, or UINT32_MAX while none is in force */
	struct conditions_item *item;   /* that it is of; NULL: of a common cause */
	UT_hash_handle hh;              /* by alert.id */
};

struct episodes {
	struct episode *open;
	int64_t next_id;
	struct outbox *outbox;          /* borrowed */
	uint64_t n_changes;             /* so far: what is published is older or not */
};

/* Same rule, entity and instance: same fingerprint. */
uint64_t episodes_fingerprint(const char *rule, const char *entity, const char *instance);

void episodes_init(struct episodes *episodes, int64_t next_id, struct outbox *outbox);
void episodes_done(struct episodes *episodes);
bool episodes_have_room(const struct episodes *episodes);
/*
 * Adds one with all but the id filled; its CHANGE_FIRED is put.
 * Errors: NULL when memory is out.
 */
struct episode *episodes_begin(struct episodes *episodes, const struct alert *alert);
/* Adds one of a run before this. */
struct episode *episodes_load(struct episodes *episodes, const struct alert *alert);
struct episode *episodes_find(const struct episodes *episodes, int64_t id);
/* The alert has been changed: keeps that. */
void episodes_change(struct episodes *episodes, struct episode *episode,
    enum alert_change_kind kind, struct wall at);
/* Resolves and frees. */
void episodes_end(struct episodes *episodes, struct episode *episode, enum alert_end end,
    struct wall at);

#endif
