/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams are matched from the outside in: headers, session, source, and only
 * then keys.  What does not fit is counted by reason and costs the command
 * nothing.
 */
#include <string.h>

#include "link_work.h"

#define RECEIVE_PER_TICK 4096   /* datagrams; the rest waits 10 ms */

/* Before there is a session, only address and tag lead to the link. */
static void
take_opening(struct engine *engine, const struct rmcp_view *view,
    const union udp_address *from)
{
	struct link *link = NULL;
	bool is_known = false;

	while ((link = engine_find_address(engine, link, from)) != NULL) {
		is_known = true;
		if (link->stage < STAGE_PRIVILEGE && hello_take(link, view)) {
			return;
		}
		link_note_late(link);
	}
	engine->counters.late += is_known;
	engine->counters.wrong_source += !is_known;
}

/* With session id 0 in an answer: a quirk, or its diagnosis. */
static struct link *
find_id_zero(struct engine *engine, const union udp_address *from)
{
	struct link *link = NULL;

	while ((link = engine_find_address(engine, link, from)) != NULL) {
		if (link->session.keys == NULL || !link->flying) {
			continue;
		}
		if ((link_quirks(link) & QUIRK_IDZERO) != 0) {
			return link;
		}
		link->odd = FAULT_ID_ZERO;
	}
	return NULL;
}

static void
take_message(struct engine *engine, uint8_t *bytes,
    const struct rmcp_view *view, const union udp_address *from)
{
	struct link *link = view->session == 0 ? find_id_zero(engine, from) :
	    engine_find_id(engine, view->session);

	if (link == NULL || link->session.keys == NULL) {
		if (farewell_answered(engine, view->session, from)) {
			return;
		}
	}
	if (link == NULL) {
		engine->counters.unknown++;
	} else if (!udp_address_equal(&link->to, from)) {
		engine->counters.wrong_source++;
	} else if (link->session.keys == NULL) {
		engine->counters.late++; /* closed since */
		link_note_late(link);
	} else {
		link_take(link, bytes, view);
	}
}

static void
take_datagram(void *arg, uint8_t *bytes, size_t len,
    const union udp_address *from)
{
	struct engine *engine = arg;
	struct rmcp_view view;

	if (rmcp_parse(bytes, len, &view) != 0) {
		struct link *link = engine_find_address(engine, NULL, from);
		engine->counters.malformed++;
		if (link != NULL) {
			link->odd = FAULT_SHAPE;
		}
		return;
	}
	if (view.kind == RMCP_V20 && view.payload == RMCP_IPMI) {
		take_message(engine, bytes, &view, from);
	} else {
		take_opening(engine, &view, from);
	}
}

void
engine_receive(struct engine *engine)
{
	for (int i = 0; i < FAMILY_N; i++) {
		struct udp_socket *sock = &engine->sockets[i];
		uint32_t before = sock->overflow;
		(void)udp_inbox_receive(engine->inbox, sock,
		    RECEIVE_PER_TICK, take_datagram, engine);
		/* A difference of 32 bits: the kernel's count wraps. */
		engine->counters.overflow += sock->overflow - before;
	}
}

void
engine_expire(struct engine *engine)
{
	struct agenda_item *item;

	while ((item = agenda_due(&engine->agenda, engine->now_ns)) != NULL) {
		struct link *link = (struct link *)(void *)((char *)item -
		    offsetof(struct link, timer));
		link_expired(link);
	}
}
