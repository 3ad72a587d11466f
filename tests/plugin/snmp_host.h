/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A host for one plugin state in a test: keeps what a poll brings, interns
 * layouts, collects reports; the test owns the clock.
 *
 * Route: tests of plugins/snmp.  Thread: one.
 */
#ifndef TESTS_SNMP_HOST_H
#define TESTS_SNMP_HOST_H

#include <stdbool.h>
#include <stdio.h>

#include <collectord/plugin.h>

#define HOST_TEXT_SIZE 256
#define HOST_STATES_MAX 32

struct col_layout {
	struct col_slot *slots;
	size_t n;
	struct col_layout *next;
};

/* The poll in flight and what it brought last. */
struct col_poll {
	struct fakehost *fake;
	bool done;
	unsigned n_done, n_emits;
	enum col_status status;
	char detail[HOST_TEXT_SIZE];
	char profile[HOST_TEXT_SIZE], credential[HOST_TEXT_SIZE];
	struct { char metric[64], text[HOST_TEXT_SIZE]; } infos[16];
	size_t n_infos;
	const struct col_layout *layout;
	struct col_value *values;
	uint64_t uptime_ms;
};

struct col_discovery {
	unsigned n_found, n_ended;
	char profile[HOST_TEXT_SIZE], credential[HOST_TEXT_SIZE];
	char kind[32], description[HOST_TEXT_SIZE];
};

struct fakehost {
	struct col_host host;      /* first */
	bool real_clock;
	int64_t now_ns;            /* when not real_clock */
	uint64_t seed;
	struct col_layout *layouts;
	size_t n_layouts;
	char reports[8192];        /* "file:line:column: message\n"… */
	unsigned n_reports;
	char states[HOST_STATES_MAX][HOST_TEXT_SIZE]; /* "1=on/0,2=off/0" */
	unsigned n_states;
	FILE *log;                 /* NULL: silent */
	char folder[HOST_TEXT_SIZE]; /* for folder(), ""; there is none */
	char events[32][HOST_TEXT_SIZE]; /* "device id severity code sensor text" */
	unsigned n_events;         /* all that were told */
	col_timer_fn *timer_fn;    /* the one timer that snmp arms */
	void *timer_arg;
	int64_t timer_due_ns;
};

void fakehost_init(struct fakehost *fake);
void fakehost_done(struct fakehost *fake);
void fakehost_poll_clear(struct col_poll *poll);
/* Index of a slot in the last emit, -1: none. */
int fakehost_slot(const struct col_poll *poll, const char *metric,
    const char *instance);

#endif
