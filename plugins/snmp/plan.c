/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "draft.h"


/* Layouts are interned by the host: the pointer tells them apart. */
static struct plan **
bucket_of(struct plan_set *set, const struct col_layout *layout)
{
	return &set->buckets[((uintptr_t)layout >> 4) % PLAN_BUCKETS];
}

void
plan_unref(struct plan *plan)
{
	struct plan **bucket;


	if (plan == NULL || --plan->n_refs > 0) {
		return;
	}
	bucket = bucket_of(plan->set, plan->layout);
	LL_DELETE(*bucket, plan);
	plan->set->n--;
	profile_group_done(&plan->group);
	free(plan->slots);
	free(plan->requests);
	free(plan->oids);
	free(plan->sizes);
	free(plan->befores);
	free(plan->follows);
	free(plan->members);
	free(plan->subs);
	free(plan);
}

/* ---- layout ---------------------------------------------------------------------- */

/* Source text of a slot: its OID, or the OIDs of its members with "+". */
static char *
source_of(const struct draft *draft, const struct draft_slot *slot)
{
	char oid[OBJID_TEXT_SIZE], high[OBJID_TEXT_SIZE], *text;
	size_t used = 0, size = 1;

	if (slot->high.n > 0) {
		return asprintf(&text, "%s+%s", objid_format(objid_ref(
		    &slot->high), high, sizeof(high)), objid_format(objid_ref(
		    &slot->oid), oid, sizeof(oid))) < 0 ? NULL : text;
	}
	if (slot->n_members == 0) {
		return strdup(objid_format(objid_ref(&slot->oid), oid,
		    sizeof(oid)));
	}
	for (size_t i = 0; i < slot->n_members; i++) {
		size += draft->slots[slot->members[i]]->oid.n * 11 + 1;
	}
	text = malloc(size);
	for (size_t i = 0; text != NULL && i < slot->n_members; i++) {
		int n = snprintf(text + used, size - used, "%s%s",
		    i == 0 ? "" : "+", objid_format(objid_ref(
		    &draft->slots[slot->members[i]]->oid), oid, sizeof(oid)));
		used += n > 0 ? (size_t)n : 0;
	}
	return text;
}

static const struct col_layout *
make_layout(const struct plan_set *set, const struct draft *draft,
    struct col_error *error)
{
	struct col_slot *slots = calloc(draft->n, sizeof(*slots));
	const struct col_layout *layout = NULL;
	bool good = slots != NULL;

	for (size_t i = 0; good && i < draft->n; i++) {
		const struct draft_slot *from = draft->slots[i];
		slots[i].metric = from->metric->metric;
		slots[i].instance = from->instance;
		slots[i].unit = from->unit;
		slots[i].source = source_of(draft, from);
		slots[i].min = from->metric->min;
		slots[i].max = from->metric->max;
		slots[i].flags = from->metric->archive == 1 ?
		    COL_SLOT_ARCHIVE : from->metric->archive == 0 ?
		    COL_SLOT_NO_ARCHIVE : 0;
		if (from->wide) {
			slots[i].flags |= COL_SLOT_WIDE;
		}
		slots[i].flags |= COL_SLOT_STATES(from->states);
		good = slots[i].source != NULL;
	}
	if (good) {
		layout = set->host->layout(set->host, slots, draft->n, error);
	} else {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
	}
	for (size_t i = 0; slots != NULL && i < draft->n; i++) {
		free((char *)(uintptr_t)slots[i].source);
	}
	free(slots);
	return layout;
}

/* ---- plans ------------------------------------------------------------------------- */

static void
add_request(struct plan *plan, uint32_t **subs, const struct objid *oid,
    uint32_t slot, enum plan_role role)
{
	memcpy(*subs, oid->sub, oid->n * sizeof(**subs));
	plan->oids[plan->n_requests] = (struct objref){*subs, oid->n};
	plan->sizes[plan->n_requests] =
	    (uint16_t)objid_encoded(plan->oids[plan->n_requests]);
	plan->requests[plan->n_requests].slot = slot;
	plan->requests[plan->n_requests++].role = role;
	plan->n_highs += role == PLAN_HIGH;
	*subs += oid->n;
}

struct sorted {
	struct objref oid;
	struct plan_request request;
};

static int
by_object(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int order = objid_compare(x->oid, y->oid);

	/* One object may serve several slots. */
	return order != 0 ? order :
	    (x->request.slot > y->request.slot) -
	    (x->request.slot < y->request.slot);
}

/* Columns stand together then, so that GETBULK can read them. */
static bool
sort_requests(struct plan *plan)
{
	struct sorted *all = calloc(plan->n_requests + 1, sizeof(*all));

	if (all == NULL) {
		return false;
	}
	for (size_t i = 0; i < plan->n_requests; i++) {
		all[i] = (struct sorted){plan->oids[i], plan->requests[i]};
	}
	qsort(all, plan->n_requests, sizeof(*all), by_object);
	for (size_t i = 0; i < plan->n_requests; i++) {
		plan->oids[i] = all[i].oid;
		plan->requests[i] = all[i].request;
		plan->sizes[i] = (uint16_t)objid_encoded(all[i].oid);
	}
	free(all);
	return true;
}

/*
 * The name that GETNEXT is asked for to get oid: the last sub-identifier less
 * one, or without it when it is 0.
 */
static struct objref
name_before(struct objref oid, uint32_t **subs)
{
	uint32_t *to = *subs;

	if (oid.sub[oid.n - 1] == 0) {
		return (struct objref){oid.sub, oid.n - 1};
	}
	memcpy(to, oid.sub, oid.n * sizeof(*to));
	to[oid.n - 1]--;
	*subs += oid.n;
	return (struct objref){to, oid.n};
}

static bool
is_next_row(struct objref before, struct objref oid)
{
	unsigned n = oid.n;

	return before.n == n && oid.sub[n - 1] > before.sub[n - 1] &&
	    memcmp(before.sub, oid.sub, (n - 1) * sizeof(*oid.sub)) == 0;
}

/* Rows by rows; a value in two halves should come in one answer. */
static bool
find_columns(struct plan *plan, uint32_t *subs)
{
	if (plan->n_highs > 0) {
		return true;
	}
	plan->befores = calloc(plan->n_requests + 1, sizeof(*plan->befores));
	plan->follows = calloc(plan->n_requests + 1, sizeof(*plan->follows));
	if (plan->befores == NULL || plan->follows == NULL ||
	    !sort_requests(plan)) {
		return false;
	}
	for (size_t i = 0; i < plan->n_requests; i++) {
		plan->befores[i] = name_before(plan->oids[i], &subs);
		plan->follows[i] = i > 0 &&
		    is_next_row(plan->oids[i - 1], plan->oids[i]);
	}
	return true;
}

static bool
allocate(struct plan *plan, const struct draft *draft)
{
	size_t n_subs = 0, n_requests = 0, n_members = 0;

	for (size_t i = 0; i < draft->n; i++) {
		const struct draft_slot *slot = draft->slots[i];
		n_members += slot->n_members;
		if (slot->n_members == 0) {
			n_subs += slot->oid.n + slot->available.n +
			    slot->high.n;
			n_requests += 1 + (slot->available.n > 0) +
			    (slot->high.n > 0);
		}
	}
	plan->slots = calloc(draft->n, sizeof(*plan->slots));
	plan->requests = calloc(n_requests + 1, sizeof(*plan->requests));
	plan->oids = calloc(n_requests + 1, sizeof(*plan->oids));
	plan->sizes = calloc(n_requests + 1, sizeof(*plan->sizes));
	plan->subs = calloc(2 * n_subs + 1, sizeof(*plan->subs));
	plan->members = calloc(n_members + 1, sizeof(*plan->members));
	return plan->slots != NULL && plan->requests != NULL &&
	    plan->oids != NULL && plan->sizes != NULL &&
	    plan->subs != NULL && plan->members != NULL;
}

static bool
fill(struct plan *plan, const struct draft *draft)
{
	uint32_t *subs = plan->subs;

	plan->n_slots = draft->n;
	for (size_t i = 0; i < draft->n; i++) {
		const struct draft_slot *from = draft->slots[i];
		struct plan_slot *slot = &plan->slots[i];
		slot->metric = from->metric;
		slot->op = from->op;
		slot->factor = from->factor;
		slot->first_member = (uint32_t)plan->n_members;
		slot->n_members = (uint32_t)from->n_members;
		if (from->n_members > 0) {
			memcpy(plan->members + plan->n_members, from->members,
			    from->n_members * sizeof(*plan->members));
			plan->n_members += from->n_members;
			continue;
		}
		add_request(plan, &subs, &from->oid, (uint32_t)i, PLAN_VALUE);
		if (from->high.n > 0) {
			add_request(plan, &subs, &from->high, (uint32_t)i,
			    PLAN_HIGH);
		}
		if (from->available.n > 0) {
			add_request(plan, &subs, &from->available,
			    (uint32_t)i, PLAN_AVAILABLE);
		}
	}
	return find_columns(plan, subs);
}

/* The layout pins metrics, instances, units and OIDs; the rest is here. */
static bool
same_plan(const struct plan *a, const struct plan *b)
{
	if (a->layout != b->layout || !profile_group_same(&a->group, &b->group) ||
	    a->n_requests != b->n_requests || a->n_members != b->n_members ||
	    memcmp(a->members, b->members,
	    a->n_members * sizeof(*a->members)) != 0) {
		return false;
	}
	for (size_t i = 0; i < a->n_slots; i++) {
		if (a->slots[i].metric != b->slots[i].metric ||
		    a->slots[i].factor != b->slots[i].factor ||
		    a->slots[i].op != b->slots[i].op ||
		    a->slots[i].n_members != b->slots[i].n_members) {
			return false;
		}
	}
	for (size_t i = 0; i < a->n_requests; i++) {
		if (a->requests[i].slot != b->requests[i].slot ||
		    a->requests[i].role != b->requests[i].role ||
		    objid_compare(a->oids[i], b->oids[i]) != 0) {
			return false;
		}
	}
	return true;
}

static void
add_plan(struct plan_set *set, struct plan *plan)
{
	struct plan **bucket = bucket_of(set, plan->layout);

	LL_PREPEND(*bucket, plan);
	set->n++;
}

/* Adds plan to the set, or drops it for its twin. */
static struct plan *
intern(struct plan_set *set, struct plan *plan)
{
	struct plan *twin;

	add_plan(set, plan);
	for (twin = plan->next; twin != NULL; twin = twin->next) {
		if (same_plan(plan, twin)) {
			twin->n_refs++;
			plan_unref(plan);
			return twin;
		}
	}
	return plan;
}

static int
fail(struct col_error *error, int code, const char *text)
{
	error->code = code;
	(void)snprintf(error->text, sizeof(error->text), "%s", text);
	return code;
}

int
plan_get(struct plan_set *set, const struct profile_group *group,
    const struct plan_look *look, struct plan **ret_plan,
    struct col_error *error)
{
	struct draft draft = {.snapshot = look->snapshot, .host = set->host,
	    .before = look->before};
	const struct col_layout *layout;
	struct plan *plan;
	int rc = 0;

	for (unsigned i = 0; i < group->n; i++) {
		draft_add(&draft, group->profiles[i]);
	}
	if (draft.no_memory) {
		rc = fail(error, COL_ENOMEM, "out of memory");
	} else if (draft.n == 0) {
		rc = fail(error, COL_ENOENT,
		    "the agent has none of the profile's objects");
	} else if ((layout = make_layout(set, &draft, error)) == NULL) {
		rc = COL_ECONFIG;
	} else if ((plan = calloc(1, sizeof(*plan))) == NULL) {
		rc = fail(error, COL_ENOMEM, "out of memory");
	} else {
		plan->n_refs = 1;
		plan->number = ++set->n_made;
		plan->set = set;
		plan->layout = layout;
		for (unsigned i = 0; i < group->n; i++) {
			(void)profile_group_add(&plan->group,
			    group->profiles[i]);
		}
		if (allocate(plan, &draft) && fill(plan, &draft)) {
			*ret_plan = intern(set, plan);
		} else {
			rc = fail(error, COL_ENOMEM, "out of memory");
			add_plan(set, plan);
			plan_unref(plan);
		}
	}
	draft_done(&draft);
	return rc;
}
