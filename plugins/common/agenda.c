/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A ring of 512 lists, 5 s long; what is due later goes round.  The list of
 * the moment is moved to one of its own before it is worked off, so that who is
 * called may set and drop items as it likes.
 */
#include "agenda.h"

#include <stddef.h>
#include <string.h>

#include <utlist.h>

#define STEP_NS INT64_C(10000000)
#define LIST_DUE AGENDA_RING

void
agenda_init(struct agenda *agenda, int64_t now_ns)
{
	memset(agenda, 0, sizeof(*agenda));
	agenda->step = now_ns / STEP_NS;
}

static void
enter(struct agenda *agenda, struct agenda_item *item, int64_t list)
{
	item->list = (uint16_t)(list + 1);
	DL_APPEND(agenda->lists[list], item);
}

void
agenda_drop(struct agenda *agenda, struct agenda_item *item)
{
	if (item->list != 0) {
		DL_DELETE(agenda->lists[item->list - 1], item);
		item->list = 0;
	}
}

void
agenda_set(struct agenda *agenda, struct agenda_item *item, int64_t due_ns)
{
	int64_t step = due_ns / STEP_NS + (due_ns % STEP_NS != 0);

	if (step <= agenda->step) {
		step = agenda->step + 1;
	} else if (step >= agenda->step + AGENDA_RING) {
		step = agenda->step + AGENDA_RING - 1;
	}
	agenda_drop(agenda, item);
	item->due_ns = due_ns;
	enter(agenda, item, step % AGENDA_RING);
}

/* Moves the next list whose time has come to the due ones. */
static void
advance(struct agenda *agenda, int64_t now_step)
{
	struct agenda_item *item;

	if (now_step - agenda->step > AGENDA_RING) {
		agenda->step = now_step - AGENDA_RING;
	}
	while (agenda->lists[LIST_DUE] == NULL && agenda->step < now_step) {
		int64_t list = ++agenda->step % AGENDA_RING;
		while ((item = agenda->lists[list]) != NULL) {
			DL_DELETE(agenda->lists[list], item);
			enter(agenda, item, LIST_DUE);
		}
	}
}

struct agenda_item *
agenda_due(struct agenda *agenda, int64_t now_ns)
{
	struct agenda_item *item;

	for (;;) {
		advance(agenda, now_ns / STEP_NS);
		item = agenda->lists[LIST_DUE];
		if (item == NULL) {
			return NULL;
		}
		agenda_drop(agenda, item);
		if (item->due_ns <= now_ns) {
			return item;
		}
		agenda_set(agenda, item, item->due_ns);
	}
}
