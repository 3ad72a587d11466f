/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan in the making: slots found by walking a profile over a snapshot.
 *
 * Route: draft_add (draft.c, rows in draft_row.c) -> plan.c.
 * Thread: one POLL thread.
 */
#ifndef SNMP_DRAFT_H
#define SNMP_DRAFT_H

#include <uthash.h>

#include "plan.h"

#define DRAFT_UNIT_SIZE 16

struct draft_slot {
	char key[96 + PLAN_INSTANCE_SIZE]; /* metric, newline, instance */
	const struct profile_metric *metric;
	char instance[PLAN_INSTANCE_SIZE];
	char unit[DRAFT_UNIT_SIZE];
	struct objid oid;
	struct objid available;  /* n 0: none */
	struct objid high;       /* upper half of the value, n 0: none */
	enum plan_op op;
	double factor;
	enum col_quality quality;
	bool wide;               /* Counter64 */
	uint16_t states;         /* the host's number of their words */
	uint32_t *members;       /* of a sum */
	size_t n_members;
	UT_hash_handle hh;
};

struct draft {
	const struct snapshot *snapshot;
	const struct col_host *host;
	const struct plan *before; /* the device's plan so far, or NULL */
	struct draft_slot **slots;
	size_t n, room;
	struct draft_slot *by_key;
	bool no_memory;
};

/*
 * Adds what a profile finds in the snapshot to a draft that begins empty; of
 * several the first comes first.  Look at no_memory afterwards.
 */
void draft_add(struct draft *draft, const struct profile *profile);
void draft_done(struct draft *draft);

/* ---- inside: draft.c ---- */

/* Slot of a metric and instance, or NULL; writes its key. */
struct draft_slot *draft_find(struct draft *draft, const char *metric,
    const char *instance, char *ret_key, size_t size);
/* Copies from into the draft; returns its slot, NULL when another stays. */
struct draft_slot *draft_place(struct draft *draft,
    const struct draft_slot *from);

/* ---- draft_total.c ---- */

/* The sum of a metric's rows, unless the device gives one itself. */
void draft_total(struct draft *draft, const struct profile_metric *metric);
/* Loads from ratings, where the device gives none. */
void draft_percent(struct draft *draft, const struct profile_percent *percent);

/* ---- rows: draft_row.c, draft_name.c, draft_unit.c, draft_states.c ---- */

/* One row of a table as a metric sees it. */
struct draft_row {
	const struct profile_table *table;
	const struct varbind *value;
	struct objref index;
	unsigned at[PROFILE_PARTS_MAX], len[PROFILE_PARTS_MAX];
	enum profile_part kinds[PROFILE_PARTS_MAX];
};

/* Takes the index of a cell apart; false when it is not of the table. */
bool row_split(const struct profile_table *table, struct objref column,
    const struct varbind *value, struct draft_row *ret_row);
/* Resolves a reference at a row (NULL for scalars); NULL when absent. */
const struct varbind *row_lookup(const struct draft *draft,
    const struct profile_ref *ref, const struct draft_row *row,
    struct objid *ret_oid);
bool row_passes(const struct draft *draft, const struct profile_filter *filters,
    size_t n, const struct draft_row *row);
void row_label(const struct draft *draft, const struct profile_label *label,
    const struct draft_row *row, char *buffer, size_t size);
/* Fills {labels} in; blanks are folded.  table NULL: no labels. */
void row_render(const struct draft *draft, const struct profile_table *table,
    const struct draft_row *row, const char *template, char *ret_text);

/* True when the row is one of the metric's. */
bool draft_wants(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row);
/* True when the metric's rows differ in the label that is counted. */
bool draft_many(const struct draft *draft, const struct profile_metric *metric,
    struct objref column);
/* What the cell is called, so that no two rows of a metric are called alike. */
void draft_name(struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row, bool many, char *ret_instance);

/* Unit of a cell; false when the metric cannot have it. */
bool unit_resolve(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row, char *ret_unit);
/* What a scale column that says n multiplies with; 0: nonsense. */
double unit_multiplier(enum profile_scale_kind kind, double n);

/* The host's number for the words of a cell's states; 0: they have none. */
uint16_t row_states(const struct draft *draft, const struct profile_metric *metric,
    const struct draft_row *row);

/* One condition on one value; vb may be NULL. */
bool filter_holds(const struct profile_filter *filter,
    const struct varbind *vb);

#endif
