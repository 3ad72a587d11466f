/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See events.h. */
#include <config.h>

#include "http/events.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/stats.h"
#include "base/str.h"
#include "http/api.h"
#include "http/problem.h"
#include "http/reply.h"
#include "http/server.h"

/* Well within the 15 s that are promised. */
#define SILENCE_NS (10 * NS_PER_S)
#define BLOCK_SIZE 4096
#define DATA_SIZE 256
#define HELLO "retry: 5000\n\n"
#define COMMENT ":\n\n"

struct event {
	enum event_kind kind;
	char data[DATA_SIZE];     /* one line of JSON */
};

struct stream {
	struct stream *next, **link;
	struct events *events;
	struct MHD_Connection *connection;
	unsigned topics;          /* bits of enum event_kind */
	uint64_t at;              /* number of the next event to send */
	bool hello, resync, comment;  /* to be sent before events */
	bool suspended;
	struct mono sent;         /* when it last sent something */
};

struct events {
	const struct clock *clock;
	pthread_mutex_t lock;     /* guards all below */
	bool stopping;
	uint64_t first, next;     /* numbers: of this run, of the next event */
	struct event ring[EVENTS_RING];
	struct stream *streams;
	unsigned n_streams;
	struct wall as_of;        /* of the newest event */
};

const struct param api_events_params[] = {
	{"topics", PARAM_SET, false, 0, 0, "slot|inventory|device|config|alert",
	    "kinds of events, separated by commas; all when not given"},
	{"live", PARAM_INT, false, 0, 1, NULL, "accepted for pages; has no effect"},
	{0},
};

const char *
event_kind_text(enum event_kind kind)
{
	static const char *const texts[EVENT_N] = {
		"slot", "inventory", "device", "config", "alert",
	};

	return texts[kind];
}

struct events *
events_new(const struct clock *clock, uint64_t first)
{
	struct events *events = calloc(1, sizeof(*events));

	if (events != NULL) {
		events->clock = clock;
		events->first = events->next = first;
		pthread_mutex_init(&events->lock, NULL);
	}
	return events;
}

void
events_free(struct events *events)
{
	if (events != NULL) {
		pthread_mutex_destroy(&events->lock);
		free(events);
	}
}

static void
write_data(char data[DATA_SIZE], enum event_kind kind, const char *id, struct wall as_of)
{
	struct buf buf;
	struct json json;

	buf_init(&buf, DATA_SIZE - 1);
	json_init(&json, &buf);
	json_map(&json, NULL);
	json_text(&json, "kind", event_kind_text(kind));
	json_list(&json, "ids");
	if (id != NULL) {
		json_text(&json, NULL, id);
	}
	json_list_end(&json);
	json_wall(&json, "as_of", as_of);
	json_map_end(&json);
	(void)str_copy(data, DATA_SIZE, buf.failed ? "{}" : buf.data);
	buf_done(&buf);
}

/* The caller holds the lock. */
static void
wake(struct stream *stream)
{
	if (stream->suspended) {
		stream->suspended = false;
		MHD_resume_connection(stream->connection);
	}
}

void
events_publish(struct events *events, enum event_kind kind, const char *id,
    struct wall as_of)
{
	char data[DATA_SIZE];
	struct event *event;

	write_data(data, kind, id, as_of);
	pthread_mutex_lock(&events->lock);
	event = &events->ring[events->next++ % EVENTS_RING];
	event->kind = kind;
	memcpy(event->data, data, sizeof(data));
	events->as_of = as_of;
	for (struct stream *s = events->streams; s != NULL; s = s->next) {
		if ((s->topics & 1u << kind) != 0) {
			wake(s);
		}
	}
	pthread_mutex_unlock(&events->lock);
}

void
events_tick(struct events *events, struct mono now)
{
	pthread_mutex_lock(&events->lock);
	for (struct stream *s = events->streams; s != NULL; s = s->next) {
		if (s->suspended && now.ns - s->sent.ns >= SILENCE_NS) {
			s->comment = true;
			wake(s);
		}
	}
	pthread_mutex_unlock(&events->lock);
}

void
events_stop(struct events *events)
{
	pthread_mutex_lock(&events->lock);
	events->stopping = true;
	for (struct stream *s = events->streams; s != NULL; s = s->next) {
		wake(s);
	}
	pthread_mutex_unlock(&events->lock);
}

/* Adds one event; false when it does not fit any more. */
static bool
add_event(struct buf *out, uint64_t number, const char *data)
{
	size_t before = out->size;

	buf_printf(out, "id: %llu\nevent: change\ndata: %s\n\n",
	    (unsigned long long)number, data);
	if (out->size > BLOCK_SIZE) {
		out->size = before;
		return false;
	}
	return true;
}

/* Collects what the stream has to say.  The caller holds the lock. */
static void
collect(struct events *events, struct stream *stream, struct buf *out)
{
	char data[DATA_SIZE];
	uint64_t oldest = events->next - events->first > EVENTS_RING ?
	    events->next - EVENTS_RING : events->first;

	if (stream->hello) {
		buf_puts(out, HELLO);
		stream->hello = false;
	}
	if (stream->comment) {
		buf_puts(out, COMMENT);
		stream->comment = false;
	}
	if (stream->at < oldest) {
		stream->at = events->next;
		stream->resync = true;
	}
	if (stream->resync) {
		/* what was missed is not known any more: ask for everything */
		write_data(data, EVENT_INVENTORY, NULL, events->as_of);
		(void)add_event(out, events->next - 1, data);
		stream->resync = false;
	}
	for (; stream->at < events->next; stream->at++) {
		const struct event *event = &events->ring[stream->at % EVENTS_RING];

		if ((stream->topics & 1u << event->kind) != 0 &&
		    !add_event(out, stream->at, event->data)) {
			break;
		}
	}
}

/* MHD_ContentReaderCallback */
static ssize_t
read_stream(void *arg, uint64_t pos, char *to, size_t max)
{
	struct stream *stream = arg;
	struct events *events = stream->events;
	struct buf out;
	ssize_t n = 0;

	(void)pos;
	buf_init(&out, (size_t)2 * BLOCK_SIZE);
	pthread_mutex_lock(&events->lock);
	if (events->stopping) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else if (max >= BLOCK_SIZE) {
		collect(events, stream, &out);
		memcpy(to, out.data != NULL ? out.data : "", out.size);
		n = (ssize_t)out.size;
		if (n > 0) {
			stream->sent = clock_mono(events->clock);
		}
	}
	if (n == 0) {
		MHD_suspend_connection(stream->connection);
		stream->suspended = true;
	}
	pthread_mutex_unlock(&events->lock);
	buf_done(&out);
	return n;
}

/* MHD_ContentReaderFreeCallback */
static void
free_stream(void *arg)
{
	struct stream *stream = arg;
	struct events *events = stream->events;

	pthread_mutex_lock(&events->lock);
	if (stream->next != NULL) {
		stream->next->link = stream->link;
	}
	*stream->link = stream->next;
	events->n_streams--;
	stats_set(STATS_HTTP_STREAMS, events->n_streams);
	pthread_mutex_unlock(&events->lock);
	free(stream);
}

/* Where a stream starts: behind what its client has seen. */
static void
place_stream(struct events *events, struct stream *stream, const char *last_id)
{
	uint64_t last;

	stream->at = events->next;
	if (last_id == NULL || str_to_uint(last_id, 0, UINT64_MAX - 1, &last) != 0) {
		return;
	}
	if (last + 1 < events->first || last >= events->next) {
		/* of another run: nobody knows what happened since */
		stream->resync = last + 1 != events->next;
		return;
	}
	stream->at = last + 1;
}

static struct stream *
add_stream(struct events *events, struct request *request)
{
	const char *topics = request_value(request, "topics");
	struct stream *stream = calloc(1, sizeof(*stream));

	if (stream == NULL) {
		return NULL;
	}
	stream->events = events;
	stream->connection = request->connection;
	stream->hello = true;
	for (enum event_kind kind = 0; kind < EVENT_N; kind++) {
		if (query_in_set(topics, event_kind_text(kind))) {
			stream->topics |= 1u << kind;
		}
	}
	pthread_mutex_lock(&events->lock);
	if (events->stopping || events->n_streams >= EVENTS_STREAMS_MAX) {
		pthread_mutex_unlock(&events->lock);
		free(stream);
		return NULL;
	}
	place_stream(events, stream, reply_header(request, "Last-Event-ID"));
	stream->sent = clock_mono(events->clock);
	stream->next = events->streams;
	stream->link = &events->streams;
	if (stream->next != NULL) {
		stream->next->link = &stream->next;
	}
	events->streams = stream;
	events->n_streams++;
	stats_set(STATS_HTTP_STREAMS, events->n_streams);
	pthread_mutex_unlock(&events->lock);
	return stream;
}

enum request_next
api_events(struct request *request)
{
	struct stream *stream;
	struct MHD_Response *response;
	enum MHD_Result result;

	request->type = "text/event-stream; charset=utf-8";
	if (request->head) {
		return REQUEST_REPLY;
	}
	stream = add_stream(request->http->events, request);
	if (stream == NULL) {
		request->retry_after_s = 30;
		return problem_reply(request, 503, "too_many_streams",
		    (struct problem_param){0}, "no more than %d event streams at a time",
		    EVENTS_STREAMS_MAX);
	}
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE,
	    read_stream, stream, free_stream);
	if (response == NULL) {
		free_stream(stream);
		return REQUEST_BROKEN;
	}
	reply_secure(response);
	(void)MHD_add_response_header(response, "Content-Type", request->type);
	(void)MHD_add_response_header(response, "Cache-Control", "no-store");
	stats_add(STATS_HTTP_REQUESTS, 1);
	result = MHD_queue_response(request->connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result == MHD_YES ? REQUEST_SENT : REQUEST_BROKEN;
}
