/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Receivers of a story: webhooks that accept, or are not there; and what they have
 * accepted.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <collectord/err.h>

#include "base/buf.h"
#include "base/str.h"
#include "compare.h"
#include "run.h"
#include "told.h"

struct told_flight {
	struct told_flight *next;
	transport_done_fn *done;
	void *arg;
};

/* "firing feed:ups-a +2 (repeat)": type, the first thing, how many more. */
static void
write_down(struct told *told, const struct receiver *receiver,
    const struct outgoing *outgoing)
{
	json_t *body = json_loadb(outgoing->body, outgoing->body_size, 0, NULL);
	json_t *data = json_object_get(body, "data");
	json_t *list = json_object_get(data, "alerts");
	const char *type = json_string_value(json_object_get(body, "type"));
	const char *dot = type != NULL ? strrchr(type, '.') : NULL;
	size_t n = json_array_size(list);
	struct buf *log = &told->log;

	buf_printf(log, "%s: %s", receiver->name, dot != NULL ? dot + 1 : "?");
	if (n > 0) {
		buf_printf(log, " %s", json_string_value(json_object_get(
		    json_array_get(list, 0), "entity")));
	}
	if (n > 1) {
		buf_printf(log, " +%zu", n - 1);
	}
	buf_printf(log, "%s\n", json_is_true(json_object_get(data, "repeat")) ?
	    " (repeat)" : "");
	json_decref(body);
}

static int
send_it(void *self, const struct receiver *receiver, const struct outgoing *outgoing,
    transport_done_fn *done, void *arg)
{
	struct told *told = self;
	struct told_flight *flight = calloc(1, sizeof(*flight));

	if (flight == NULL) {
		return COL_ENOMEM;
	}
	if (!told->down) {
		write_down(told, receiver, outgoing);
	}
	flight->done = done;
	flight->arg = arg;
	flight->next = told->flights;
	told->flights = flight;
	return COL_OK;
}

void
told_open(struct told *told)
{
	told->transport = (struct transport){ told, send_it };
	buf_init(&told->log, 0);
}

bool
told_land(struct told *told)
{
	struct told_flight *flight = told->flights;
	struct answer answer = { .end = told->down ? TRANSPORT_REFUSED : TRANSPORT_ANSWERED,
	    .status = told->down ? 0 : 200, .retry_after_s = -1,
	    .error = "connection refused" };

	if (flight == NULL) {
		return false;
	}
	told->flights = flight->next;
	flight->done(flight->arg, &answer);
	free(flight);
	return true;
}

void
told_drop(struct told *told)
{
	while (told->flights != NULL) {
		struct told_flight *flight = told->flights;

		told->flights = flight->next;
		free(flight);
	}
}

void
told_close(struct told *told)
{
	told_drop(told);
	buf_done(&told->log);
}

bool
act_receivers(struct run *run, const struct col_node *step)
{
	const char *how = step->kind == COL_NODE_SCALAR ? step->text : "";

	if (strcmp(how, "down") != 0 && strcmp(how, "up") != 0) {
		run_fail(run, step, "receivers are up or down");
		return false;
	}
	run->told->down = strcmp(how, "down") == 0;
	return true;
}

/* What one receiver accepted since the beginning, in order, with commas. */
bool
expect_told(struct run *run, const struct col_node *map)
{
	const char *receiver = compare_text_of(run, map, "receiver", NULL);
	struct buf got;

	if (receiver == NULL || !compare_keys(run, map, "receiver messages")) {
		return true;
	}
	buf_init(&got, 0);
	for (const char *line = run->told->log.data; line != NULL && *line != '\0';) {
		size_t size = strcspn(line, "\n"), name = strlen(receiver);

		if (strncmp(line, receiver, name) == 0 && line[name] == ':') {
			buf_printf(&got, "%s%.*s", got.size > 0 ? ", " : "",
			    (int)(size - name - 2), line + name + 2);
		}
		line += size + (line[size] == '\n');
	}
	compare_text(run, map, "messages", got.size > 0 ? got.data : "");
	buf_done(&got);
	return true;
}
