/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Event streams (SSE): tells pages what changed, never the bodies.
 *
 * A stream with nothing to say is suspended; it is resumed by a new event, by
 * the watchdog at least every 15 s (a comment line: the only way to notice a
 * dead client), and at the end: stopping the server with a suspended
 * connection would abort the process.
 *
 * Route: capacity, main -> events -> browsers.  Thread: publish any, streams
 * HTTP, tick the watchdog's; one lock inside.
 * Source: WHATWG HTML, server-sent events; DESIGN.md 4.5.
 */
#ifndef HTTP_EVENTS_H
#define HTTP_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define EVENTS_RING 256         /* events kept for Last-Event-ID */
#define EVENTS_STREAMS_MAX 256

enum event_kind { EVENT_SLOT = 0, EVENT_INVENTORY, EVENT_DEVICE, EVENT_CONFIG,
	EVENT_ALERT, EVENT_N };

struct events;
struct request;

/* first: number of the first event, above those of former runs. */
struct events *events_new(const struct clock *clock, uint64_t first);
void events_free(struct events *events);   /* no stream is left */
/* Adds an event about at most one entity id (NULL: about all). */
void events_publish(struct events *events, enum event_kind kind, const char *id,
    struct wall as_of);
/* Gives streams that were silent for 10 s a comment to send. */
void events_tick(struct events *events, struct mono now);
/* Ends all streams; later ones are refused. */
void events_stop(struct events *events);
const char *event_kind_text(enum event_kind kind);

#endif
