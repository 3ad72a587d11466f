/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "line.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const QUALITY[COL_QUALITY_N] = { [COL_GOOD] = "good",
	[COL_STALE] = "stale", [COL_IMPLAUSIBLE] = "implausible",
	[COL_UNAVAILABLE] = "unavailable", [COL_ERROR] = "error" };

static void
put(struct line *line, const char *data, size_t size)
{
	if (line->failed || line->size + size > LINE_SIZE_MAX) {
		line->failed = true;
		return;
	}
	if (line->size + size > line->room) {
		size_t room = line->room > 0 ? line->room : 1024;
		while (room < line->size + size) {
			room *= 2;
		}
		char *grown = realloc(line->data, room);
		if (grown == NULL) {
			line->failed = true;
			return;
		}
		line->data = grown;
		line->room = room;
	}
	memcpy(line->data + line->size, data, size);
	line->size += size;
}

static void
puts_raw(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

/* The host's texts are valid UTF-8; quotes and controls are escaped here. */
static void
put_text(struct line *line, const char *text)
{
	puts_raw(line, "\"");
	for (const char *at = text != NULL ? text : ""; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;
		char escape[8];
		if (c == '"' || c == '\\') {
			snprintf(escape, sizeof(escape), "\\%c", c);
			puts_raw(line, escape);
		} else if (c < 0x20 || c == 0x7f) {
			snprintf(escape, sizeof(escape), "\\u%04x", c);
			puts_raw(line, escape);
		} else {
			put(line, at, 1);
		}
	}
	puts_raw(line, "\"");
}

static void
put_member(struct line *line, const char *key, const char *text)
{
	puts_raw(line, ",\"");
	puts_raw(line, key);
	puts_raw(line, "\":");
	put_text(line, text);
}

static void
put_number(struct line *line, double value)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value) {
			break;
		}
	}
	/* A locale may have put a comma. */
	for (char *at = text; *at != '\0'; at++) {
		*at = *at == ',' ? '.' : *at;
	}
	puts_raw(line, text);
}

static void
put_time(struct line *line, int64_t ns)
{
	char text[40];
	time_t s = (time_t)(ns / 1000000000);
	struct tm tm;

	if (gmtime_r(&s, &tm) == NULL ||
	    strftime(text, sizeof(text), "\"%Y-%m-%dT%H:%M:%SZ\"", &tm) == 0) {
		puts_raw(line, "null");
		return;
	}
	puts_raw(line, text);
}

static void
put_sample(struct line *line, const struct col_sample *sample)
{
	bool good = sample->quality == COL_GOOD && isfinite(sample->value);

	puts_raw(line, "{\"metric\":");
	put_text(line, sample->metric);
	put_member(line, "instance", sample->instance);
	put_member(line, "unit", sample->unit);
	puts_raw(line, ",\"value\":");
	if (good) {
		put_number(line, sample->value);
	} else {
		puts_raw(line, "null");
	}
	put_member(line, "quality", (unsigned)sample->quality < COL_QUALITY_N
	    ? QUALITY[sample->quality] : "error");
	puts_raw(line, "}");
}

bool
line_write(struct line *line, const struct col_batch *batch)
{
	line->size = 0;
	line->failed = false;
	puts_raw(line, "{\"slot\":");
	put_time(line, batch->slot_ns);
	put_member(line, "entity", batch->entity);
	put_member(line, "device", batch->device);
	put_member(line, "role", batch->n_samples > 0 ? batch->samples[0].role : "");
	puts_raw(line, ",\"samples\":[");
	for (size_t i = 0; i < batch->n_samples; i++) {
		if (i > 0) {
			puts_raw(line, ",");
		}
		put_sample(line, &batch->samples[i]);
	}
	puts_raw(line, "]}\n");
	return !line->failed;
}

void
line_done(struct line *line)
{
	free(line->data);
	*line = (struct line){ .data = NULL };
}
