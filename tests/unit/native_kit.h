/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The native engine and an agent in this process: real datagrams on loopback,
 * a clock that the test moves.
 *
 * Route: tests/unit/test_snmp_native*.c.  Thread: one, kept on one CPU.
 */
#ifndef TESTS_NATIVE_KIT_H
#define TESTS_NATIVE_KIT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "../plugin/snmp_host.h"
#include "native.h"

#define MS INT64_C(1000000)
#define DEVICES 40

extern const struct objid uptime, power;

/* Sends that the system shall have no room for. */
extern unsigned n_full;

/* One request that the agent has got. */
struct got {
	struct sockaddr_storage from;
	socklen_t from_len;
	uint8_t bytes[2048];
	size_t len;
	uint32_t id;
};

/* What the reply function was told. */
struct verdict {
	unsigned n;
	enum engine_outcome outcome;
	unsigned error_status, error_index;
	size_t n_varbinds;
	struct varbind first;
	bool names_taken_over;
	char detail[160];
	const struct engine_request *request;
};

struct bench {
	struct fakehost fake;
	struct native *native;
	int agent, stranger;
	struct sockaddr_in at;
	struct objref names[2];
	struct engine_request requests[DEVICES];
	struct verdict told[DEVICES];
	void *sessions[DEVICES];
	struct got got;
};

void bench_open(struct bench *bench, uint32_t window);
/* The same, asking from that port on. */
void bench_open_at(struct bench *bench, uint32_t window, uint16_t source_port);
void bench_close(struct bench *bench);

/* Opens session i: one agent for all. */
void add_device(struct bench *bench, int i, bool any_source);
/* Sends request i: power and uptime, within a minute. */
void ask(struct bench *bench, int i);
/* Moves the clock and ticks the engine, which has got all that was sent. */
void pass(struct bench *bench, int64_t ms);

/* Takes one request that the engine has sent; false when there is none. */
bool get_request(struct bench *bench);
unsigned count_requests(struct bench *bench);

/* Sends the varbinds written as the answer to id. */
void send_answer(struct bench *bench, int fd, struct ber_writer *writer,
    uint32_t id, const char *community);
/* An answer to id: one integer each, names in the order given. */
void answer_from(struct bench *bench, int fd, uint32_t id,
    const char *community, const struct objref *names);
void answer(struct bench *bench, uint32_t id);

#endif
