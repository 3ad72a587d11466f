/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A child process that answers on every address of 127/8: what agents of all
 * protocols share.  An answer comes from the address that was asked.
 *
 * Route: bench -> loopback -> here -> bmc_agents, snmp_agents.
 * Thread: a process of its own.
 */
#ifndef BENCH_AGENTS_H
#define BENCH_AGENTS_H

#include <netinet/in.h>
#include <sys/uio.h>

#include <stddef.h>
#include <stdint.h>

#define AGENTS_BATCH 64
#define AGENTS_REQUEST_MAX 2048
#define AGENTS_PIECES 2

/* One datagram that came. */
struct agents_request {
	const uint8_t *bytes;  /* there is room for 64 more behind them */
	size_t len;
	uint32_t number;       /* of the device, as in agents_address */
	uint32_t address;      /* it was sent to, in host order */
	unsigned slot;         /* 0..AGENTS_BATCH - 1: of this answer's bytes */
};

/*
 * Answers: fills pieces, which must stay until the batch has been sent.
 * Returns how many pieces, at most AGENTS_PIECES; 0: silence.
 */
typedef unsigned agents_answer_fn(void *arg,
    const struct agents_request *request, struct iovec *pieces);

struct agents {
	/* In the child: makes what answer is given as arg. */
	void *(*make)(const void *setup);
	const void *setup;     /* of make; borrowed until the child has it */
	agents_answer_fn *answer;
};

/* Starts the child; returns its pid and the port.  Exits on failure. */
int agents_start(const struct agents *agents, uint16_t *ret_port);
/* Ends the child and waits for it. */
void agents_stop(int pid);
/* Device i of many: 127.1.0.1 and on. */
struct sockaddr_in agents_address(uint32_t i, uint16_t port);

#endif
