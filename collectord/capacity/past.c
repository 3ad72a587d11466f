/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/past.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

/* The object and what it owns; callers see only its first member. */
struct past_box {
	struct past past;          /* first: what the callers see */
	_Atomic uint32_t n_refs;
	struct past_draft draft;   /* the arrays, to free them */
};

const struct past *
past_ref(const struct past *past)
{
	struct past_box *box = (struct past_box *)(uintptr_t)past;

	if (box != NULL) {
		atomic_fetch_add_explicit(&box->n_refs, 1, memory_order_relaxed);
	}
	return past;
}

static void
box_free(struct past_box *box)
{
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(box->draft.places[k]);
	}
	free(box->draft.racks);
	free(box->draft.devices);
	free((void *)(uintptr_t)box->past.parts);
	free((void *)(uintptr_t)box->past.operators);
	free(box);
}

void
past_unref(const struct past *past)
{
	struct past_box *box = (struct past_box *)(uintptr_t)past;

	/* Release what this thread read, acquire what the others did. */
	if (box != NULL && atomic_fetch_sub_explicit(&box->n_refs, 1,
	    memory_order_acq_rel) == 1) {
		box_free(box);
	}
}

int
past_new(const uint32_t n_places[ENTITY_PLACE_N], uint32_t n_racks,
    uint32_t n_devices, struct past_draft *ret_draft)
{
	struct past_box *box = calloc(1, sizeof(*box));
	struct past_draft *draft;
	bool ok;

	if (box == NULL) {
		return COL_ENOMEM;
	}
	draft = &box->draft;
	box->n_refs = 1;
	draft->past = &box->past;
	draft->racks = calloc((size_t)n_racks + 1, sizeof(*draft->racks));
	draft->devices = calloc((size_t)n_devices + 1, sizeof(*draft->devices));
	ok = draft->racks != NULL && draft->devices != NULL;
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		draft->places[k] = calloc((size_t)n_places[k] + 1,
		    sizeof(*draft->places[k]));
		ok = ok && draft->places[k] != NULL;
		box->past.places[k] = draft->places[k];
		box->past.n_places[k] = n_places[k];
	}
	if (!ok) {
		box_free(box);
		return COL_ENOMEM;
	}
	box->past.racks = draft->racks;
	box->past.n_racks = n_racks;
	box->past.devices = draft->devices;
	box->past.n_devices = n_devices;
	*ret_draft = *draft;
	return 0;
}

const struct past_place *
past_place(const struct past *past, enum entity_kind kind, uint32_t index)
{
	static const struct past_place nothing;

	return past != NULL && kind < ENTITY_PLACE_N && index < past->n_places[kind] ?
	    &past->places[kind][index] : &nothing;
}

const struct past_rack *
past_rack(const struct past *past, uint32_t index)
{
	static const struct past_rack nothing;

	return past != NULL && index < past->n_racks ? &past->racks[index] : &nothing;
}

static int
compare(const void *key, const void *item)
{
	uint32_t device = *(const uint32_t *)key;
	const struct past_device *at = item;

	return (device > at->device) - (device < at->device);
}

const struct past_power *
past_device(const struct past *past, uint32_t device)
{
	static const struct past_power nothing;
	const struct past_device *found = past == NULL ? NULL : bsearch(&device,
	    past->devices, past->n_devices, sizeof(past->devices[0]), compare);

	return found != NULL ? &found->power : &nothing;
}

void
past_set_parts(struct past_draft *draft, struct past_part *parts, uint32_t n_parts)
{
	draft->past->parts = draft->parts = parts;
	draft->past->n_parts = n_parts;
}

const struct past_part *
past_parts(const struct past *past, uint32_t rack, uint32_t *ret_n)
{
	uint32_t low = 0, high = past != NULL ? past->n_parts : 0, n = 0;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (past->parts[middle].rack < rack) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	while (past != NULL && low + n < past->n_parts && past->parts[low + n].rack == rack) {
		n++;
	}
	*ret_n = n;
	return n > 0 ? &past->parts[low] : NULL;
}

void
past_set_operators(struct past_draft *draft, struct past_operator *operators,
    uint32_t n_operators)
{
	draft->past->operators = operators;
	draft->past->n_operators = n_operators;
}

const struct past_operator *
past_operator(const struct past *past, const char *id)
{
	static const struct past_operator nothing;

	for (uint32_t i = 0; past != NULL && i < past->n_operators; i++) {
		if (strcmp(past->operators[i].id, id) == 0) {
			return &past->operators[i];
		}
	}
	return &nothing;
}
