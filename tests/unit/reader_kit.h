/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reader over a scripted engine: an agent that misbehaves as told, and polls
 * to their end.
 *
 * Route: tests/unit/test_snmp_reader*.c.  Thread: one.
 */
#ifndef TESTS_READER_KIT_H
#define TESTS_READER_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../plugin/snmp_host.h"
#include "reader_work.h"
#include "snapshot.h"

#define PROFILE "kind: pdu\nsummary: {en: x}\nmatch: [{sysobjectid: 1.3.6.1.4.1.9}]\n" \
	"info: {info_model: {column: 1.3.6.1.4.1.9.5}}\n" \
	"scalars: [{metric: frequency_hz, oid: 1.3.6.1.4.1.9.9.0, scale: 0.1}]\n" \
	"tables:\n  - index: [row]\n    metrics:\n" \
	"      - {metric: power_w, column: 1.3.6.1.4.1.9.1, sentinels: [-1]," \
	" instance: 'outlet {row}', total: ''}\n" \
	"      - {metric: current_a, column: 1.3.6.1.4.1.9.2, scale: 0.1," \
	" instance: 'outlet {row}', available: {column: 1.3.6.1.4.1.9.3, not: [2]}}\n"

#define ROW(column, row, value) \
	"1.3.6.1.4.1.9." #column "." #row "|2|" #value "\n"
#define SYSTEM "1.3.6.1.2.1.1.1.0|4|Test\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.7\n" \
	"1.3.6.1.2.1.1.3.0|67|100000\n"

#define PLAIN SYSTEM ROW(1, 1, 100) ROW(1, 2, -1) ROW(1, 3, 50) \
	ROW(2, 1, 15) ROW(2, 3, 7) ROW(3, 3, 2) \
	"1.3.6.1.4.1.9.5.1|4|\n1.3.6.1.4.1.9.5.2|4|M1\n" ROW(9, 0, 500)

/* An agent that misbehaves as told. */
struct agent {
	struct snapshot *snapshot;
	const char *answers_to;      /* credential id, NULL: anybody */
	size_t too_big;              /* more names than this: tooBig */
	bool v1;                     /* missing objects are noSuchName */
	bool repeats;                /* GETBULK names never ascend */
	bool empty;                  /* answers without varbinds */
	bool refuses;                /* authentication fails */
	size_t silent_over;          /* answers of more varbinds are dropped */
	bool dead;                   /* nothing is answered */
	int64_t lasts_ns;            /* what an answer takes */
	int64_t patience_ns;         /* of a poll, 0: 5 s */
	struct fakehost *fake;
	unsigned n_bulk;
	unsigned n_requests, n_biggest, n_most; /* n_most: of GETBULK */
};

struct session {
	struct agent *agent;
	const struct credential *credential;
	struct engine_request request;
	bool busy;
	struct session *next;
};

/* All that are open, the latest first. */
extern struct session *open_sessions;

extern const struct engine_ops agent_ops;

/* Answers a session's request, or has it time out. */
void agent_serve(struct session *session);

struct bench {
	struct fakehost fake;
	struct reader_shared shared;
	struct profile *list[2];
	size_t n_profiles;
	struct reader reader;
	struct col_node *nodes[2];
	struct col_credential credentials[2];
	struct agent agent;
	struct col_poll poll;
};

/* The agent has these lines of a capture from now on. */
void show(struct bench *bench, const char *text);
void add_profile(struct bench *bench, const char *id, const char *text);
/* One or two profiles (second may be NULL), and what the agent has. */
void set_up_with(struct bench *bench, const char *first, const char *second,
    const char *text);
/* The same with PROFILE. */
void set_up(struct bench *bench, const char *text);
void tear_down(struct bench *bench);

/* One whole poll; ten seconds pass behind it. */
enum col_status poll_once(struct bench *bench);
/* A good value of the last poll; fails when there is none. */
double value_of(const struct bench *bench, const char *metric,
    const char *instance);
enum col_quality quality_of(const struct bench *bench, const char *metric,
    const char *instance);

#endif
