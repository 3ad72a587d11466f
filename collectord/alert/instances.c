/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/instances.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

struct instance {
	uint32_t number;
	UT_hash_handle hh;
	char text[];
};

struct instances {
	struct instance *by_text;
	struct instance **by_number;    /* [n] */
	uint32_t n, room;
};

struct instances *
instances_new(void)
{
	static const char *const first[] = { "", "L1", "L2", "L3" };
	struct instances *instances = calloc(1, sizeof(*instances));

	for (uint32_t i = 0; instances != NULL && i < 4; i++) {
		if (instances_number(instances, first[i]) != i) {
			instances_free(instances);
			return NULL;
		}
	}
	return instances;
}

void
instances_free(struct instances *instances)
{
	struct instance *item, *next;

	if (instances == NULL) {
		return;
	}
	HASH_ITER(hh, instances->by_text, item, next) {
		HASH_DEL(instances->by_text, item);
		free(item);
	}
	free(instances->by_number);
	free(instances);
}

static int
grow(struct instances *instances)
{
	uint32_t room = instances->room > 0 ? 2 * instances->room : 64;
	struct instance **by_number = realloc(instances->by_number,
	    room * sizeof(by_number[0]));

	if (by_number == NULL) {
		return -1;
	}
	instances->by_number = by_number;
	instances->room = room;
	return 0;
}

uint32_t
instances_number(struct instances *instances, const char *text)
{
	size_t len = strlen(text);
	struct instance *item;

	HASH_FIND(hh, instances->by_text, text, len, item);
	if (item != NULL) {
		return item->number;
	}
	if (instances->n >= INSTANCES_MAX ||
	    (instances->n == instances->room && grow(instances) != 0)) {
		return 0;
	}
	item = malloc(sizeof(*item) + len + 1);
	if (item == NULL) {
		return 0;
	}
	item->number = instances->n;
	memcpy(item->text, text, len + 1);
	HASH_ADD(hh, instances->by_text, text[0], len, item);
	instances->by_number[instances->n++] = item;
	return item->number;
}

const char *
instances_text(const struct instances *instances, uint32_t number)
{
	return number < instances->n ? instances->by_number[number]->text : "";
}
