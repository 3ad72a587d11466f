/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define INFO_MAX 32

struct batch *
batch_new(uint32_t device, struct wall slot, struct mono started)
{
	struct batch *batch = calloc(1, sizeof(*batch));

	assert(batch != NULL);
	batch->device = device;
	batch->slot = slot;
	batch->started = started;
	return batch;
}

int
batch_add(struct batch *batch, const struct col_layout *layout,
    const struct col_value *values, uint64_t uptime_ms)
{
	struct batch_part *part = &batch->parts[batch->n_parts];
	size_t size = layout->n_slots * sizeof(*values);

	if (batch->n_parts == BATCH_PARTS_MAX) {
		return COL_EFULL;
	}
	part->values = malloc(size);
	if (part->values == NULL) {
		return COL_ENOMEM;
	}
	memcpy(part->values, values, size);
	part->layout = layout;
	part->uptime_ms = uptime_ms;
	batch->n_parts++;
	return 0;
}

int
batch_add_info(struct batch *batch, const char *metric, const char *text)
{
	struct batch_info *info, **end = &batch->info;
	unsigned n = 0;

	for (; *end != NULL && strcmp((*end)->metric, metric) != 0;
	    end = &(*end)->next) {
		n++;
	}
	info = *end;
	if (info == NULL) {
		if (n == INFO_MAX) {
			return COL_EFULL;
		}
		info = calloc(1, sizeof(*info));
		if (info == NULL) {
			return COL_ENOMEM;
		}
		(void)str_copy(info->metric, sizeof(info->metric), metric);
		*end = info;
	}
	str_clean(info->text, sizeof(info->text), text, strlen(text));
	return 0;
}

void
batch_free(struct batch *batch)
{
	struct batch_info *next;

	if (batch == NULL) {
		return;
	}
	for (uint32_t i = 0; i < batch->n_parts; i++) {
		free(batch->parts[i].values);
	}
	for (struct batch_info *i = batch->info; i != NULL; i = next) {
		next = i->next;
		free(i);
	}
	free(batch);
}
