/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "happened.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define EVENTS_MAX 10000
#define NS_PER_S INT64_C(1000000000)

struct entry {
	int64_t at_ns;
	struct col_event event;
};

struct happened {
	size_t n;
	struct entry entries[];
};

static const char *const SEVERITY[COL_SEVERITY_N] = { [COL_SEVERITY_NONE] = "none",
	[COL_SEVERITY_OK] = "ok", [COL_SEVERITY_INFO] = "info",
	[COL_SEVERITY_WARNING] = "warning", [COL_SEVERITY_CRITICAL] = "critical" };

static const char *
text_at(const struct col_node *map, const char *key)
{
	const struct col_node *node = col_node_get(map, key);

	return node != NULL && node->kind == COL_NODE_SCALAR ? node->text : NULL;
}

static bool
read_severity(const char *text, enum col_severity *severity)
{
	for (int i = 0; text != NULL && i < COL_SEVERITY_N; i++) {
		if (strcmp(SEVERITY[i], text) == 0) {
			*severity = (enum col_severity)i;
			return true;
		}
	}
	return text == NULL;
}

/* Returns the key that is wrong, NULL when all are right. */
static const char *
read_entry(const struct col_node *map, struct entry *entry)
{
	struct col_event *event = &entry->event;
	const char *at = text_at(map, "at"), *id = text_at(map, "id");
	const char *time = text_at(map, "time"), *skew = text_at(map, "skew");
	const char *cleared = text_at(map, "cleared");
	uint64_t seconds = 0;

	*event = (struct col_event){ .size = sizeof(*event),
		.time_ns = COL_TIME_UNKNOWN, .skew_ns = COL_TIME_UNKNOWN,
		.severity = COL_SEVERITY_WARNING, .code = text_at(map, "code"),
		.sensor = text_at(map, "sensor"),
		.instance = text_at(map, "instance"), .text = text_at(map, "text"),
		.source = text_at(map, "source") };
	if (time != NULL) {
		if (!text_unsigned(time, &seconds) || seconds > INT32_MAX) {
			return "time";
		}
		event->time_ns = (int64_t)seconds * NS_PER_S;
	}
	if (at != NULL && !text_duration(at, &entry->at_ns)) {
		return "at";
	}
	if (id != NULL && !text_unsigned(id, &event->id)) {
		return "id";
	}
	if (skew != NULL && !text_duration(skew, &event->skew_ns)) {
		return "skew";
	}
	if (cleared != NULL && !text_bool(cleared, &event->cleared)) {
		return "cleared";
	}
	if (!read_severity(text_at(map, "severity"), &event->severity)) {
		return "severity";
	}
	return event->code == NULL || event->text == NULL ? "code and text" : NULL;
}

static bool
check_keys(const struct col_host *host, const struct col_node *map)
{
	static const char KEYS[] = " at id time skew severity cleared code sensor "
	    "instance text source ";
	unsigned n_faults = 0;

	for (size_t i = 0; i < map->n_items; i++) {
		const char *key = map->items[i]->key;
		const char *found = key == NULL ? NULL : strstr(KEYS, key);
		size_t len = key == NULL ? 0 : strlen(key);

		if (found == NULL || found[-1] != ' ' || found[len] != ' ') {
			host->report(host, map->items[i], "unknown key '%s'",
			    key == NULL ? "" : key);
			n_faults++;
		}
	}
	return n_faults == 0;
}

int
happened_new(const struct col_host *host, const struct col_node *list,
    struct happened **ret_happened)
{
	size_t n = list == NULL ? 0 : list->n_items;
	struct happened *happened;
	bool ok = true;

	if (list != NULL && (list->kind != COL_NODE_LIST || n > EVENTS_MAX)) {
		host->report(host, list, "events: a list of at most %d is wanted",
		    EVENTS_MAX);
		return COL_ECONFIG;
	}
	happened = calloc(1, sizeof(*happened) + n * sizeof(happened->entries[0]));
	if (happened == NULL) {
		return COL_ENOMEM;
	}
	happened->n = n;
	for (size_t i = 0; i < n; i++) {
		const struct col_node *map = list->items[i];
		const char *wrong = map->kind != COL_NODE_MAP ? "a map" :
		    read_entry(map, &happened->entries[i]);

		if (wrong != NULL) {
			host->report(host, map, "events: %s is wanted", wrong);
			ok = false;
		} else {
			ok = check_keys(host, map) && ok;
		}
	}
	if (!ok) {
		happened_free(happened);
		return COL_ECONFIG;
	}
	*ret_happened = happened;
	return 0;
}

void
happened_free(struct happened *happened)
{
	free(happened);
}

void
happened_tell(const struct happened *happened, const struct col_host *host,
    const char *device, int64_t at_ns)
{
	for (size_t i = 0; happened != NULL && i < happened->n; i++) {
		if (happened->entries[i].at_ns <= at_ns) {
			/* what is refused now is told again by the next poll */
			(void)host->event(host, device, &happened->entries[i].event);
		}
	}
}
