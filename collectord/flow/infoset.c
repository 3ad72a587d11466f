/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "flow/infoset.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

struct infoset {
	uint32_t n;
	size_t size;
	char texts[];              /* metric, text, metric, text …: each with NUL */
};

static const char *
next_text(const char *text)
{
	return text + strlen(text) + 1;
}

/* True when the set has that text; known tells whether it has the metric. */
static bool
has(const struct infoset *set, const char *metric, const char *text, bool *ret_known)
{
	const char *at = set == NULL ? NULL : set->texts;

	*ret_known = false;
	for (uint32_t i = 0; set != NULL && i < set->n; i++) {
		const char *value = next_text(at);

		if (strcmp(at, metric) == 0) {
			*ret_known = true;
			return strcmp(value, text) == 0;
		}
		at = next_text(value);
	}
	return false;
}

static void
append(struct infoset *set, const char *metric, const char *text)
{
	size_t metric_size = strlen(metric) + 1, text_size = strlen(text) + 1;

	memcpy(set->texts + set->size, metric, metric_size);
	memcpy(set->texts + set->size + metric_size, text, text_size);
	set->size += metric_size + text_size;
	set->n++;
}

struct infoset *
infoset_with(const struct infoset *old, const char *metric, const char *text)
{
	size_t old_size = old == NULL ? 0 : old->size;
	struct infoset *set;
	const char *at;
	bool known;

	/* Plugins send all texts with every poll; a device may send any. */
	if (has(old, metric, text, &known) ||
	    (!known && old != NULL && old->n >= LATEST_INFO_MAX)) {
		return NULL;
	}
	set = malloc(sizeof(*set) + old_size + strlen(metric) + strlen(text) + 2);
	if (set == NULL) {
		return NULL;
	}
	set->n = 0;
	set->size = 0;
	at = old == NULL ? NULL : old->texts;
	for (uint32_t i = 0; old != NULL && i < old->n; i++) {
		const char *value = next_text(at);

		append(set, at, strcmp(at, metric) == 0 ? text : value);
		at = next_text(value);
	}
	if (!known) {
		append(set, metric, text);
	}
	return set;
}

int
infoset_copy(const struct infoset *set, struct latest_info **ret_info,
    uint32_t *ret_n)
{
	struct latest_info *info = calloc((size_t)set->n + 1, sizeof(*info));
	const char *at = set->texts;

	if (info == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < set->n; i++) {
		const char *value = next_text(at);

		(void)str_copy(info[i].metric, sizeof(info[i].metric), at);
		(void)str_copy(info[i].text, sizeof(info[i].text), value);
		at = next_text(value);
	}
	*ret_info = info;
	*ret_n = set->n;
	return 0;
}
