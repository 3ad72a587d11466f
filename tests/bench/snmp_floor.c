/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "snmp_floor.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agents.h"
#include "meter.h"
#include "snmp_agents.h"

#define RAW_BATCH 64

struct raw {
	int fd;
	const struct snmp_floor *floor;
	uint32_t next;
	struct mmsghdr out[RAW_BATCH], in[RAW_BATCH];
	struct iovec out_piece, in_pieces[RAW_BATCH];
	struct sockaddr_in to[RAW_BATCH], from[RAW_BATCH];
	uint8_t answers[RAW_BATCH][2048 + 64];
};

static struct raw *
raw_open(const struct snmp_floor *floor)
{
	struct raw *raw = calloc(1, sizeof(*raw));
	int size = 32 << 20;

	if (raw == NULL) {
		abort();
	}
	raw->floor = floor;
	raw->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	(void)setsockopt(raw->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
	    sizeof(size));
	raw->out_piece = (struct iovec){(void *)(uintptr_t)floor->request,
	    floor->len};
	for (int i = 0; i < RAW_BATCH; i++) {
		raw->in_pieces[i] = (struct iovec){raw->answers[i], 2048};
		raw->in[i].msg_hdr = (struct msghdr){
		    .msg_name = &raw->from[i], .msg_iov = &raw->in_pieces[i],
		    .msg_iovlen = 1};
		raw->out[i].msg_hdr = (struct msghdr){.msg_name = &raw->to[i],
		    .msg_namelen = sizeof(raw->to[i]),
		    .msg_iov = &raw->out_piece, .msg_iovlen = 1};
	}
	return raw;
}

static void
raw_close(struct raw *raw)
{
	(void)close(raw->fd);
	free(raw);
}

static void
raw_send(struct raw *raw, unsigned n)
{
	while (n > 0) {
		unsigned k = n < RAW_BATCH ? n : RAW_BATCH;
		for (unsigned i = 0; i < k; i++) {
			raw->to[i] = agents_address(raw->next++ %
			    raw->floor->n_devices, raw->floor->port);
		}
		(void)sendmmsg(raw->fd, raw->out, k, 0);
		n -= k;
	}
}

static unsigned
raw_receive(struct raw *raw)
{
	unsigned n_all = 0;
	int n;

	do {
		for (int i = 0; i < RAW_BATCH; i++) {
			raw->in[i].msg_hdr.msg_namelen = sizeof(raw->from[i]);
		}
		n = recvmmsg(raw->fd, raw->in, RAW_BATCH, MSG_DONTWAIT, NULL);
		n_all += n > 0 ? (unsigned)n : 0;
	} while (n == RAW_BATCH);
	return n_all;
}

/* One round, flat out.  Returns us per request. */
static double
flat(struct raw *raw, unsigned n_requests)
{
	unsigned n_sent = 0, n_back = 0, n;
	double before = meter_cpu_us();

	while (n_back < n_requests) {
		n = SNMP_WINDOW - (n_sent - n_back);
		if (n > n_requests - n_sent) {
			n = n_requests - n_sent;
		}
		raw_send(raw, n);
		n_sent += n;
		n = raw_receive(raw);
		n_back += n;
		if (n == 0) {
			meter_pause_until(meter_now_ns() + SNMP_IDLE_NS);
		}
	}
	return (meter_cpu_us() - before) / n_requests;
}

static double
paced(struct raw *raw)
{
	unsigned n_back = 0;
	int64_t at_ns = meter_now_ns();
	double before = meter_cpu_us();

	for (int i = 0; i < SNMP_PACED_TICKS; i++) {
		raw_send(raw, SNMP_PACE);
		meter_pause_until(at_ns += SNMP_TICK_NS);
		n_back += raw_receive(raw);
	}
	before = meter_cpu_us() - before;
	if (n_back < SNMP_PACED_TICKS * SNMP_PACE * 9 / 10) {
		(void)fprintf(stderr, "bench_snmp: answers were lost\n");
	}
	return before / n_back;
}

void
snmp_floor_measure(const struct snmp_floor *floor, unsigned n_requests)
{
	struct raw *raw = raw_open(floor);
	double rounds[METER_ROUNDS];

	for (int i = 0; i < METER_ROUNDS; i++) {
		rounds[i] = flat(raw, n_requests / METER_ROUNDS);
	}
	meter_print("v2c_get60_floor", "flat", floor->n_devices,
	    meter_median(rounds, METER_ROUNDS), "us");
	for (int i = 0; i < METER_ROUNDS; i++) {
		rounds[i] = paced(raw);
	}
	meter_print("v2c_get60_floor", "paced", floor->n_devices,
	    meter_median(rounds, METER_ROUNDS), "us");
	raw_close(raw);
}
