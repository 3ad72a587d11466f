/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/event.h"

#include <stddef.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

/* 2200-01-01: what lies beyond is a clock that was never set. */
#define TIME_MAX_NS (INT64_C(7258118400) * NS_PER_S)

static void
take_text(char *to, size_t size, const char *from)
{
	to[0] = '\0';
	if (from != NULL) {
		str_clean(to, size, from, strnlen(from, 4 * size));
	}
}

/* Codes are words of programs: nothing is repaired in them. */
static bool
is_code(const char *text, size_t size)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && n < size && text[n] == '\0';
}

int
event_take(struct device_event *event, const char *device,
    const struct col_event *from, struct wall seen)
{
	/* source is the last field of the first version */
	if (from == NULL || device == NULL || from->size <
	    offsetof(struct col_event, source) + sizeof(from->source) ||
	    !str_is_id(device) || from->code == NULL ||
	    !is_code(from->code, sizeof(event->code)) ||
	    (unsigned)from->severity >= COL_SEVERITY_N) {
		return COL_EINVAL;
	}
	*event = (struct device_event){ .id = from->id, .time_ns = from->time_ns,
		.skew_ns = from->skew_ns, .seen = seen,
		.severity = from->severity, .cleared = from->cleared };
	if (event->time_ns < 0 || event->time_ns > TIME_MAX_NS) {
		event->time_ns = COL_TIME_UNKNOWN;
	}
	(void)str_copy(event->device, sizeof(event->device), device);
	(void)str_copy(event->code, sizeof(event->code), from->code);
	take_text(event->sensor, sizeof(event->sensor), from->sensor);
	take_text(event->instance, sizeof(event->instance), from->instance);
	take_text(event->text, sizeof(event->text), from->text);
	take_text(event->source, sizeof(event->source), from->source);
	return 0;
}
