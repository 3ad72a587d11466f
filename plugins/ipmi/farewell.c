/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The same bytes each time: a BMC that has taken them does not know the session
 * any more, one that has not takes their sequence number as new.
 */
#include "farewell.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "link_work.h"

#define PER_TICK 200
#define AT_ONCE 60             /* at the end, in PAUSE_MS: 20,000 a second */
#define PAUSE_MS 3             /* a pace that switches and BMCs can take */
/* 20,000 take a second; on a busy machine a pause is longer than it should be. */
#define END_NS INT64_C(1500000000)
#define TRIES 3
#define WAIT_NS INT64_C(500000000)
#define WAIT_STEPS 100         /* at the end: 0.3 s */

void
farewell_say(const struct link *link, const uint8_t *bytes, size_t n,
    uint32_t console_id)
{
	struct farewell *farewell = malloc(sizeof(*farewell));

	/* Without memory the session ends by its own timeout. */
	if (farewell == NULL || n > sizeof(farewell->bytes)) {
		free(farewell);
		return;
	}
	farewell->to = link->to;
	farewell->n = n;
	farewell->console_id = console_id;
	farewell->n_left = console_id == 0 ? 1 : TRIES;
	memcpy(farewell->bytes, bytes, n);
	DL_APPEND(link->engine->farewells, farewell);
}

bool
farewell_answered(struct engine *engine, uint32_t console_id,
    const union udp_address *from)
{
	struct farewell *farewell;

	/* Answers come in the order of questions, mostly. */
	DL_FOREACH(engine->parted, farewell) {
		if (farewell->console_id == console_id &&
		    udp_address_equal(&farewell->to, from)) {
			DL_DELETE(engine->parted, farewell);
			free(farewell);
			return true;
		}
	}
	return false;
}

static void
on_unsent(void *arg, uint32_t number, int error)
{
	/* It is said again, or the session ends by itself. */
	(void)arg;
	(void)number;
	(void)error;
}

static void
send_some(struct engine *engine, unsigned n)
{
	struct farewell *farewell, *next, *sent = NULL;
	int fd = -1, family = 0;

	for (farewell = engine->farewells; farewell != NULL && n > 0;
	    farewell = next, n--) {
		struct udp_packet packet = {.head_len = farewell->n};
		uint8_t *buffer = engine_buffer(engine,
		    farewell->to.sa.sa_family, &fd, &family, on_unsent);
		next = farewell->next;
		memcpy(buffer, farewell->bytes, farewell->n);
		packet.head = buffer;
		udp_outbox_add(engine->outbox, &farewell->to, &packet, 0);
		DL_DELETE(engine->farewells, farewell);
		DL_APPEND(sent, farewell);
	}
	udp_outbox_flush(engine->outbox, fd, on_unsent, engine);
	DL_FOREACH_SAFE(sent, farewell, next) {
		DL_DELETE(sent, farewell);
		farewell->due_ns = engine->now_ns + WAIT_NS;
		if (--farewell->n_left > 0) {
			DL_APPEND(engine->parted, farewell);
		} else {
			free(farewell);
		}
	}
}

void
farewell_tick(struct engine *engine)
{
	struct farewell *farewell;

	while ((farewell = engine->parted) != NULL &&
	    farewell->due_ns <= engine->now_ns) {
		DL_DELETE(engine->parted, farewell);
		DL_APPEND(engine->farewells, farewell);
	}
	if (engine->farewells != NULL) {
		send_some(engine, PER_TICK);
	}
}

/* ---- at the end ------------------------------------------------------------------- */

/* Nothing but answers to farewells is of use any more. */
static void
take(void *arg, uint8_t *bytes, size_t len, const union udp_address *from)
{
	struct rmcp_view view;

	if (rmcp_parse(bytes, len, &view) == 0 && view.kind == RMCP_V20) {
		(void)farewell_answered(arg, view.session, from);
	}
}

/* Waits a little and takes what came; the sockets must not fill either. */
static void
pause_and_take(struct engine *engine)
{
	struct pollfd none = {.fd = -1};

	(void)poll(&none, 1, PAUSE_MS);
	for (int i = 0; i < FAMILY_N; i++) {
		(void)udp_inbox_receive(engine->inbox, &engine->sockets[i],
		    4 * AT_ONCE, take, engine);
	}
}

/* All are said once, whatever it takes; repeating them has an end. */
void
farewell_all(struct engine *engine)
{
	const struct col_host *host = engine->setup.host;
	int64_t end_ns = host->now(host) + END_NS;
	bool first = true;

	while (engine->farewells != NULL || engine->parted != NULL) {
		while (engine->farewells != NULL &&
		    (first || host->now(host) < end_ns)) {
			send_some(engine, AT_ONCE);
			pause_and_take(engine);
		}
		for (unsigned i = 0; i < WAIT_STEPS && engine->parted != NULL &&
		    host->now(host) < end_ns; i++) {
			pause_and_take(engine);
		}
		if (host->now(host) >= end_ns) {
			break;
		}
		DL_CONCAT(engine->farewells, engine->parted);
		engine->parted = NULL;
		first = false;
	}
	DL_CONCAT(engine->farewells, engine->parted);
	while (engine->farewells != NULL) {
		struct farewell *farewell = engine->farewells;
		DL_DELETE(engine->farewells, farewell);
		free(farewell);
	}
}
