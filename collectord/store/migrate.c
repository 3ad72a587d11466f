/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * After the archive class was changed in the configuration: files get the new
 * archives one by one, beside everything else.  Each is changed as a whole, by
 * rename; its class is in the dictionary, so that a restart goes on where this
 * run ended.
 */
#include <config.h>

#include "store/inner.h"

#include <assert.h>
#include <stdlib.h>

#include "base/log.h"

/* One syncfs for so many: some minutes for 10,000 files, an hour for 90,000. */
#define BATCH 24
#define EVERY_NS (500 * NS_PER_MS)
/* What could not be changed is tried again. */
#define AGAIN_NS (60 * NS_PER_S)

static enum archive_class
wanted(const struct store *store, const struct series_file *file)
{
	return archive_class_of(file->entity->kind, store->class);
}

static void
find(void *arg, struct series_file *file)
{
	struct store *store = arg;

	if (file->class == wanted(store, file)) {
		return;
	}
	if (!file->exists) {
		/* only the journal knows it yet: it is made with the right ones */
		series_set_class(store->series, file, wanted(store, file));
		return;
	}
	if (store->n_moving % 256 == 0) {
		store->moving = realloc(store->moving,
		    (store->n_moving + 256) * sizeof(store->moving[0]));
		assert(store->moving != NULL);
	}
	store->moving[store->n_moving++] = file;
}

void
migrate_find(struct store *store)
{
	series_each(store->series, find, store);
	store->move_next = store->n_moving;
	if (store->n_moving > 0) {
		LOG_INFO("store", "dir", store->rrd_dir, "archives: %u files are to be given "
		    "those of class '%s'", store->n_moving,
		    archive_class_text(archive_class_of(ENTITY_RACK, store->class)));
	}
}

/* The list holds what is left, in any order. */
static void
forget(struct store *store, const struct series_file *file)
{
	for (uint32_t i = 0; i < store->n_moving; i++) {
		if (store->moving[i] == file) {
			store->moving[i] = store->moving[--store->n_moving];
			store->n_moved++;
			return;
		}
	}
}

void
migrate_done(struct store *store, struct series_file *file, enum archive_class class)
{
	if (file->class == class) {
		return;
	}
	series_set_class(store->series, file, class);
	forget(store, file);
	if (store->n_moving == 0) {
		LOG_INFO("store", "dir", store->rrd_dir, "archives: all %u files have the new ones",
		    store->n_moved);
	}
}

void
migrate_step(struct store *store, struct mono now)
{
	uint32_t n = 0;

	if (store->n_moving == 0 || now.ns < store->move_at.ns || store->n_requests > BATCH) {
		return;
	}
	store->move_at.ns = now.ns + EVERY_NS;
	/* downwards: what forget() puts in a hole has had its turn */
	while (n < BATCH && store->move_next > 0) {
		struct series_file *file = store->moving[store->move_next - 1];

		/* one request at a time: two of one file would be done as one group */
		if (file->busy || file->due) {
			return;
		}
		store->move_next--;
		flush_ensure(store, file, wanted(store, file));
		n++;
	}
	if (n == 0 && store->n_requests == 0) {
		store->move_next = store->n_moving;
		store->move_at.ns = now.ns + AGAIN_NS;
	}
}
