/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/view.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/figures.h"
#include "capacity/past.h"
#include "capacity/outlook.h"
#include "capacity/stock.h"

/* The object and what it owns; callers see only its first member. */
struct view_box {
	struct view view;          /* first: what the callers see */
	_Atomic uint32_t n_refs;
	struct view_draft draft;   /* the arrays, to free them */
};

static const char *const EVIDENCE_TEXTS[EVIDENCE_N] = {
	[EVIDENCE_NONE] = "none",
	[EVIDENCE_VERIFIED] = "verified",
	[EVIDENCE_CONTRADICTED] = "contradicted",
	[EVIDENCE_STALE] = "stale",
	[EVIDENCE_UNMONITORED] = "unmonitored",
};

static const char *const REASON_CODES[REASON_N] = {
	[REASON_NOT_DECLARED] = "not_declared",
	[REASON_NO_DEVICE] = "no_device",
	[REASON_NO_GOOD_SAMPLE] = "no_good_sample",
	[REASON_POWER_SEEN] = "power_seen",
	[REASON_BELOW_MIN_POWER] = "below_min_power",
	[REASON_ENERGISED_EMPTY] = "energised_empty",
	[REASON_TOO_LITTLE] = "too_little",
};

static const char *const FAILOVER_TEXTS[FAILOVER_N] = {
	[FAILOVER_UNKNOWN] = "unknown",
	[FAILOVER_OK] = "ok",
	[FAILOVER_AT_RISK] = "at_risk",
	[FAILOVER_NO_REDUNDANCY] = "no_redundancy",
	[FAILOVER_SINGLE] = "single",
};

const char *
evidence_text(enum evidence evidence)
{
	return EVIDENCE_TEXTS[evidence];
}

int
evidence_find(const char *text, enum evidence *ret_evidence)
{
	/* "none" is no evidence one can ask for. */
	for (int e = EVIDENCE_VERIFIED; e < EVIDENCE_N; e++) {
		if (strcmp(text, EVIDENCE_TEXTS[e]) == 0) {
			*ret_evidence = (enum evidence)e;
			return 0;
		}
	}
	return COL_ENOENT;
}

const char *
reason_code(enum reason reason)
{
	return REASON_CODES[reason];
}

const char *
failover_text(enum failover failover)
{
	return FAILOVER_TEXTS[failover];
}

const char *
target_status_text(enum target_status status)
{
	switch (status) {
	case TARGET_BEHIND:
		return "behind";
	case TARGET_ON_TRACK:
		return "on_track";
	case TARGET_OVERDUE:
		return "overdue";
	case TARGET_REACHED:
		break;
	}
	return "reached";
}

const char *
forecast_reason_code(enum forecast_reason reason)
{
	switch (reason) {
	case FORECAST_NOT_ENOUGH:
		return "not_enough_history";
	case FORECAST_NOT_AT_RATE:
		return "not_at_current_rate";
	case FORECAST_REACHED:
		return "reached";
	case FORECAST_OK:
		break;
	}
	return NULL;
}

const struct view *
view_ref(const struct view *view)
{
	struct view_box *box = (struct view_box *)(uintptr_t)view;

	if (box != NULL) {
		atomic_fetch_add_explicit(&box->n_refs, 1, memory_order_relaxed);
	}
	return view;
}

static void
box_free(struct view_box *box)
{
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(box->draft.places[k]);
	}
	free(box->draft.racks);
	free(box->draft.targets);
	free(box->draft.operators);
	figures_unref(box->view.figures);
	rollup_unref(box->view.rollup);
	outlook_unref(box->view.outlook);
	config_unref(box->view.config);
	past_unref(box->view.past);
	stock_unref(box->view.stock);
	free(box);
}

void
view_unref(const struct view *view)
{
	struct view_box *box = (struct view_box *)(uintptr_t)view;

	/* Release what this thread read, acquire what the others did. */
	if (box != NULL && atomic_fetch_sub_explicit(&box->n_refs, 1,
	    memory_order_acq_rel) == 1) {
		box_free(box);
	}
}

int
view_new(const struct config *config, const struct rollup *rollup,
    struct view_draft *ret_draft)
{
	const struct inventory *inventory = config->inventory;
	struct view_box *box = calloc(1, sizeof(*box));
	struct view_draft *draft;
	bool ok;

	if (box == NULL) {
		return COL_ENOMEM;
	}
	draft = &box->draft;
	box->n_refs = 1;
	box->view.config = config_ref(config);
	box->view.rollup = rollup_ref(rollup);
	draft->view = &box->view;
	draft->racks = calloc((size_t)inventory->n_racks + 1, sizeof(*draft->racks));
	draft->targets = calloc(config->settings.n_targets + 1,
	    sizeof(*draft->targets));
	/* calloc: what nobody fills in is unknown, 0 of 0. */
	draft->operators = calloc((size_t)inventory->n_operators + 1,
	    sizeof(*draft->operators));
	ok = draft->racks != NULL && draft->targets != NULL &&
	    draft->operators != NULL;
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		draft->places[k] = calloc((size_t)inventory->n_places[k] + 1,
		    sizeof(*draft->places[k]));
		box->view.places[k] = draft->places[k];
		ok = ok && draft->places[k] != NULL;
	}
	if (!ok) {
		box_free(box);
		return COL_ENOMEM;
	}
	box->view.racks = draft->racks;
	box->view.targets = draft->targets;
	box->view.operators = draft->operators;
	*ret_draft = *draft;
	return 0;
}
