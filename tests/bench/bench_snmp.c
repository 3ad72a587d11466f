/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one SNMP request costs: 60 objects by GET over v2c, and by GET and
 * GETBULK over SNMPv3 with SHA-256 and AES-128, for each engine and number of
 * devices, against raw UDP datagrams of the same size in the same run; flat
 * out, and paced at 3,000 a second on the 10 ms tick.
 *
 *   bench_snmp [REQUESTS] [ENGINE]
 *
 * CPU time of this process, user and system; the agents are another one.
 * Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 */
#include <config.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../plugin/snmp_host.h"
#include "../unit/usm_kit.h"
#include "engine.h"
#include "pdu.h"
#include "snmp_agents.h"

#define NAMES 60
#define WINDOW 512             /* in flight, flat out */
#define PACE 30                /* requests per tick: 3,000/s */
#define PACED_TICKS 300
#define TICK_NS INT64_C(10000000)
#define IDLE_NS 300000         /* nothing has come: let the agents work */
#define RAW_BATCH 64

static struct fakehost fake;
static uint16_t port;
static struct objid names_memory[NAMES];
static struct objref names[NAMES];
static uint8_t answer_memory[4096];
static struct credential user;      /* of SNMPv3 */

/* ---- what is asked and answered --------------------------------------------------- */

/* Objects as a PDU has them: 13 bytes each. */
static struct snmp_agents
make_agents(void)
{
	struct ber_writer writer = ber_writer(answer_memory,
	    sizeof(answer_memory));

	for (uint32_t i = 0; i < NAMES; i++) {
		names_memory[i] = (struct objid){14, {1, 3, 6, 1, 4, 1, 318, 1,
		    1, 26, 6, 3, 1, i + 1}};
		names[i] = objid_ref(&names_memory[i]);
	}
	for (int i = NAMES; i > 0; i--) {
		size_t mark = ber_written(&writer);
		ber_put_unsigned(&writer, BER_UNSIGNED32, 2000u + (unsigned)i);
		ber_put_objid(&writer, names[i - 1]);
		ber_put_header_since(&writer, BER_SEQUENCE, mark);
	}
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	return (struct snmp_agents){writer.at, ber_written(&writer), &user};
}

static size_t
make_request(uint8_t *buffer, size_t size, uint8_t **ret_at)
{
	struct engine_request request = {.names = names, .n_names = NAMES};
	struct ber_writer writer = ber_writer(buffer, size);

	if (pdu_put_body(&writer, &request, NULL) != 0) {
		abort();
	}
	pdu_put_head(&writer, PDU_GET, 0x1000000, ber_written(&writer));
	ber_put_octets(&writer, BER_OCTETS, (const uint8_t *)"public", 6);
	ber_put_integer(&writer, BER_INTEGER, 1);
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	*ret_at = writer.at;
	return ber_written(&writer);
}

/* ---- measuring -------------------------------------------------------------------- */

static double
cpu_us(void)
{
	struct rusage use;

	(void)getrusage(RUSAGE_SELF, &use);
	return (double)use.ru_utime.tv_sec * 1e6 + (double)use.ru_utime.tv_usec
	    + (double)use.ru_stime.tv_sec * 1e6 + (double)use.ru_stime.tv_usec;
}

static int64_t
now_ns(void)
{
	return fake.host.now(&fake.host);
}

static void
pause_until(int64_t at_ns)
{
	struct timespec ts = {.tv_sec = at_ns / 1000000000,
	    .tv_nsec = at_ns % 1000000000};

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static void
print(const char *who, const char *how, unsigned n_devices, double value,
    const char *unit)
{
	(void)printf("bench\tsnmp_%s_%s_%u\t%.2f\t%s\n", who, how, n_devices,
	    value, unit);
	(void)fflush(stdout);
}

/* ---- the floor: raw UDP ------------------------------------------------------------- */

struct raw {
	int fd;
	uint32_t n_devices, next;
	struct mmsghdr out[RAW_BATCH], in[RAW_BATCH];
	struct iovec out_piece, in_pieces[RAW_BATCH];
	struct sockaddr_in to[RAW_BATCH], from[RAW_BATCH];
	uint8_t request[2048], answers[RAW_BATCH][2048 + 64];
};

static void
raw_open(struct raw *raw, uint32_t n_devices)
{
	uint8_t *at;
	size_t len = make_request(raw->request, sizeof(raw->request), &at);
	int size = 32 << 20;

	raw->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	(void)setsockopt(raw->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
	    sizeof(size));
	raw->n_devices = n_devices;
	raw->out_piece = (struct iovec){at, len};
	for (int i = 0; i < RAW_BATCH; i++) {
		raw->in_pieces[i] = (struct iovec){raw->answers[i], 2048};
		raw->in[i].msg_hdr = (struct msghdr){
		    .msg_name = &raw->from[i], .msg_iov = &raw->in_pieces[i],
		    .msg_iovlen = 1};
		raw->out[i].msg_hdr = (struct msghdr){.msg_name = &raw->to[i],
		    .msg_namelen = sizeof(raw->to[i]),
		    .msg_iov = &raw->out_piece, .msg_iovlen = 1};
	}
}

static void
raw_send(struct raw *raw, unsigned n)
{
	while (n > 0) {
		unsigned k = n < RAW_BATCH ? n : RAW_BATCH;
		for (unsigned i = 0; i < k; i++) {
			raw->to[i] = snmp_agents_address(raw->next++ %
			    raw->n_devices, port);
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

static double
raw_flat(uint32_t n_devices, unsigned n_requests)
{
	struct raw *raw = calloc(1, sizeof(*raw));
	unsigned n_sent = 0, n_back = 0;
	double before;

	raw_open(raw, n_devices);
	before = cpu_us();
	while (n_back < n_requests) {
		unsigned n = WINDOW - (n_sent - n_back);
		if (n > n_requests - n_sent) {
			n = n_requests - n_sent;
		}
		raw_send(raw, n);
		n_sent += n;
		n = raw_receive(raw);
		n_back += n;
		if (n == 0) {
			pause_until(now_ns() + IDLE_NS);
		}
	}
	before = cpu_us() - before;
	(void)close(raw->fd);
	free(raw);
	return before / n_requests;
}

static double
raw_paced(uint32_t n_devices)
{
	struct raw *raw = calloc(1, sizeof(*raw));
	unsigned n_back = 0;
	int64_t at_ns = now_ns();
	double before;

	raw_open(raw, n_devices);
	before = cpu_us();
	for (int i = 0; i < PACED_TICKS; i++) {
		raw_send(raw, PACE);
		pause_until(at_ns += TICK_NS);
		n_back += raw_receive(raw);
	}
	before = cpu_us() - before;
	if (n_back < PACED_TICKS * PACE * 9 / 10) {
		(void)fprintf(stderr, "bench_snmp: answers were lost\n");
	}
	(void)close(raw->fd);
	free(raw);
	return before / n_back;
}

/* ---- engines ------------------------------------------------------------------------ */

/* What is asked, and how it is protected. */
struct kind {
	const char *name;
	const struct credential *credential;
	enum engine_verb verb;
	size_t n_names;
	unsigned n_repeat;
};

struct load {
	const struct engine_ops *ops;
	char name[64];
	void *engine;
	void **sessions;
	struct engine_request *requests;
	uint32_t n_devices, next;
	unsigned n_sent, n_back, n_bad;
	uint64_t sum;
};

static const struct credential community = {.id = "c",
    .version = CREDENTIAL_V2C, .community = "public", .community_len = 6,
    .timeout_ns = 1000000000, .retries = 2};

static const struct kind kinds[] = {
    {"v2c_get60", &community, ENGINE_GET, NAMES, 0},
    {"v3_get60", &user, ENGINE_GET, NAMES, 0},
    {"v3_bulk4x15", &user, ENGINE_GETBULK, 4, NAMES / 4},
};

static void
on_reply(void *arg, const struct engine_reply *reply)
{
	struct load *load = arg;

	load->n_back++;
	if (reply->outcome != ENGINE_ANSWER || reply->n_varbinds != NAMES) {
		load->n_bad++;
		return;
	}
	for (size_t i = 0; i < reply->n_varbinds; i++) {
		load->sum += reply->varbinds[i].counter;
	}
}

static void
load_open(struct load *load, const struct engine_ops *ops,
    const struct kind *kind, uint32_t n_devices)
{
	struct engine_setup setup = {.host = &fake.host,
	    .receive_buffer = 32 << 20};
	struct col_error error;
	size_t before;

	memset(load, 0, sizeof(*load));
	load->ops = ops;
	(void)snprintf(load->name, sizeof(load->name), "%s_%s", kind->name,
	    ops->name);
	load->n_devices = n_devices;
	load->sessions = calloc(n_devices, sizeof(*load->sessions));
	load->requests = calloc(n_devices, sizeof(*load->requests));
	if (ops->start(&setup, &load->engine, &error) != 0) {
		abort();
	}
	before = mallinfo2().uordblks;
	for (uint32_t i = 0; i < n_devices; i++) {
		struct sockaddr_in to = snmp_agents_address(i, port);
		struct engine_target target = {.device = "d", .address = "d",
		    .to_len = sizeof(to), .credential = kind->credential};
		memcpy(&target.to, &to, sizeof(to));
		load->requests[i] = (struct engine_request){.list = 1,
		    .verb = kind->verb, .names = names,
		    .n_names = kind->n_names, .n_repeat = kind->n_repeat,
		    .fn = on_reply, .arg = load};
		if (ops->open(load->engine, &target, &load->sessions[i],
		    &error) != 0) {
			abort();
		}
	}
	print(load->name, "session", n_devices,
	    (double)(mallinfo2().uordblks - before) / n_devices, "bytes");
}

static void
load_close(struct load *load)
{
	if (load->n_bad > 0) {
		(void)fprintf(stderr, "bench_snmp: %s: %u of %u failed\n",
		    load->name, load->n_bad, load->n_back);
	}
	for (uint32_t i = 0; i < load->n_devices; i++) {
		load->ops->close(load->sessions[i]);
	}
	load->ops->stop(load->engine);
	free(load->sessions);
	free(load->requests);
}

static void
load_send(struct load *load, unsigned n)
{
	int64_t deadline_ns = now_ns() + INT64_C(30000000000);

	for (; n > 0; n--) {
		uint32_t i = load->next++ % load->n_devices;
		load->requests[i].deadline_ns = deadline_ns;
		/* Busy only when there are fewer devices than the window. */
		if (load->ops->send(load->sessions[i],
		    &load->requests[i]) != 0) {
			break;
		}
		load->n_sent++;
	}
}

static double
load_flat(struct load *load, unsigned n_requests)
{
	unsigned window = load->n_devices < WINDOW ? load->n_devices : WINDOW;
	double before = cpu_us();

	load->n_sent = load->n_back = 0;
	while (load->n_back < n_requests) {
		unsigned n = window - (load->n_sent - load->n_back);
		unsigned n_before = load->n_back;
		if (n > n_requests - load->n_sent) {
			n = n_requests - load->n_sent;
		}
		load_send(load, n);
		load->ops->tick(load->engine);
		if (load->n_back == n_before) {
			pause_until(now_ns() + IDLE_NS);
		}
	}
	return (cpu_us() - before) / n_requests;
}

static double
load_paced(struct load *load)
{
	int64_t at_ns = now_ns();
	double before = cpu_us();

	load->n_sent = load->n_back = 0;
	for (int i = 0; i < PACED_TICKS; i++) {
		load_send(load, PACE);
		load->ops->tick(load->engine);
		pause_until(at_ns += TICK_NS);
	}
	load->ops->tick(load->engine);
	return (cpu_us() - before) / load->n_back;
}

static void
measure(const struct engine_ops *ops, const struct kind *kind,
    uint32_t n_devices, unsigned n_requests)
{
	struct load load;

	load_open(&load, ops, kind, n_devices);
	/* One round tells whether it gets on with these agents at all. */
	(void)load_flat(&load, n_devices < 100 ? n_devices : 100);
	if (load.n_bad == load.n_back) {
		(void)fprintf(stderr, "bench_snmp: %s is not measured: it gets"
		    " no answer from these agents\n", load.name);
		load.n_bad = 0;
		load_close(&load);
		return;
	}
	/* Warm, and with SNMPv3: every engine discovered. */
	(void)load_flat(&load, kind->credential == &user &&
	    n_devices > n_requests ? n_devices : n_requests / 10 + 1);
	print(load.name, "flat", n_devices, load_flat(&load, n_requests),
	    "us");
	print(load.name, "paced", n_devices, load_paced(&load), "us");
	load_close(&load);
}

/* The slow engine need not run as long, nor prove what is known. */
static void
measure_kinds(const struct engine_ops *ops, uint32_t n_devices,
    unsigned n_requests)
{
	if (ops == &engine_native) {
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			measure(ops, &kinds[i], n_devices, n_requests);
		}
		return;
	}
	measure(ops, &kinds[0], n_devices, n_requests / 5);
	if (n_devices <= 100) {
		measure(ops, &kinds[1], n_devices, n_requests / 20);
	}
}

int
main(int argc, char **argv)
{
	static const uint32_t sizes[] = {100, 10000, 180000};
	static const struct engine_ops *const engines[] = {&engine_native,
	    &engine_netsnmp};
	struct snmp_agents agents = make_agents();
	long n_requests = argc > 1 ? strtol(argv[1], NULL, 10) : 200000;
	int pid;

	if (n_requests < 1000 || n_requests > 100000000 || argc > 3) {
		(void)fprintf(stderr, "usage: bench_snmp [REQUESTS] [ENGINE]\n");
		return EXIT_FAILURE;
	}
	fakehost_init(&fake);
	fake.real_clock = true;
	fake.log = getenv("VERBOSE") != NULL ? stderr : NULL;
	kit_credential(&user, CREDENTIAL_SHA256, CREDENTIAL_AES128, "bench");
	pid = snmp_agents_start(&agents, &port);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		print("v2c_get60_floor", "flat", sizes[i], raw_flat(sizes[i],
		    (unsigned)n_requests), "us");
		print("v2c_get60_floor", "paced", sizes[i], raw_paced(sizes[i]), "us");
		for (size_t k = 0; k < 2; k++) {
			if (argc == 3 && strcmp(engines[k]->name, argv[2]) != 0) {
				continue;
			}
			measure_kinds(engines[k], sizes[i],
			    (unsigned)n_requests);
		}
	}
	snmp_agents_stop(pid);
	fakehost_done(&fake);
	return EXIT_SUCCESS;
}
