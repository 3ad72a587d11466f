/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one IPMI poll costs: ten sensors and the DCMI power reading, with the
 * session kept and with one for each poll, in cipher suites 3 and 17, against as
 * many raw UDP datagrams (presence pings) in the same run; and what a BMC takes
 * of memory.
 *
 *   bench_ipmi [POLLS [BMCS]]
 *
 * Beside it FreeIPMI's library and tool, where they are: see ipmi_peers.h.
 * CPU time of this process, user and system; the BMCs are another one.
 * Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 */
#include <config.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "../plugin/snmp_host.h"
#include "../racksim/bmc_model.h"
#include "agents.h"
#include "bmc_agents.h"
#include "ipmi_peers.h"
#include "lanmsg.h"
#include "link_life.h"

#define SENSORS 10
#define WINDOW 512             /* polls at once, flat out */
#define IDLE_NS 200000         /* nothing has come: let the BMCs work */
#define SECOND_NS INT64_C(1000000000)
#define CMD_READING 0x2d
#define CMD_POWER 0x02

static struct fakehost fake;
static uint16_t port;

struct load;

/* One BMC's poll. */
struct poll_of {
	struct load *load;
	struct link *link;
	unsigned n_commands;
};

struct load {
	struct engine *engine;
	struct account account;
	const struct account *accounts[1];
	struct poll_of *polls;
	uint32_t n, next;
	size_t heap;
	unsigned n_sent, n_back, n_bad;
	bool keeps;
};

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
print(const char *name, double value, const char *unit)
{
	(void)printf("bench\tipmi_%s\t%.2f\t%s\n", name, value, unit);
	(void)fflush(stdout);
}

/* ---- our engine ------------------------------------------------------------------- */

/* The numbers of the first sensors of the model. */
static uint8_t
sensor_number(unsigned i)
{
	const struct bmc_model *model = &bmc_models[0];
	unsigned n = 0;

	for (size_t j = 0; j < model->n_sensors; j++) {
		if (model->sensors[j].record == 1 && n++ == i) {
			return model->sensors[j].number;
		}
	}
	return 0;
}

static void ask(struct poll_of *poll);

static void
on_answer(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct poll_of *poll = arg;
	struct load *load = poll->load;

	(void)data;
	(void)n;
	load->n_bad += status != 0 || completion != 0;
	if (status == 0 && ++poll->n_commands <= SENSORS) {
		ask(poll);
		return;
	}
	load->n_back++;
	if (!load->keeps) {
		link_rest(poll->link);
	}
}

static void
ask(struct poll_of *poll)
{
	static const uint8_t power[] = {0xdc, 0x01, 0x00, 0x00};
	uint8_t number = sensor_number(poll->n_commands);
	struct link_request request = {.netfn = LANMSG_SENSOR,
	    .command = CMD_READING, .data = &number, .n = 1,
	    .deadline_ns = now_ns() + 30 * SECOND_NS, .fn = on_answer,
	    .arg = poll};

	if (poll->n_commands == SENSORS) {
		request.netfn = LANMSG_GROUP;
		request.command = CMD_POWER;
		request.data = power;
		request.n = sizeof(power);
	}
	if (link_ask(poll->link, &request) != 0) {
		abort();
	}
}

static void
load_open(struct load *load, uint32_t n, int suite)
{
	struct engine_setup setup = {.host = &fake.host,
	    .receive_buffer = 32 << 20, .session_rate = 100000};
	struct col_error error;

	memset(load, 0, sizeof(*load));
	load->account = (struct account){.id = "bench",
	    .privilege = ACCOUNT_USER, .timeout_ns = SECOND_NS, .retries = 2};
	load->account.identity.n_user = sizeof(BMC_AGENTS_USER) - 1;
	memcpy(load->account.identity.user, BMC_AGENTS_USER,
	    sizeof(BMC_AGENTS_USER) - 1);
	memcpy(load->account.identity.password, BMC_AGENTS_PASSWORD,
	    sizeof(BMC_AGENTS_PASSWORD) - 1);
	load->accounts[0] = &load->account;
	load->n = n;
	load->polls = calloc(n, sizeof(*load->polls));
	if (engine_new(&setup, &load->engine, &error) != 0) {
		abort();
	}
	load->heap = mallinfo2().uordblks;
	for (uint32_t i = 0; i < n; i++) {
		struct link_setup of_link = {.engine = load->engine,
		    .accounts = load->accounts, .n_accounts = 1,
		    .suite = suite};
		union udp_address to = {.in = agents_address(i, port)};
		load->polls[i].load = load;
		if (link_new(&of_link, &load->polls[i].link) != 0) {
			abort();
		}
		link_address(load->polls[i].link, &to);
	}
}

static void
load_close(struct load *load, const char *what)
{
	if (load->n_bad > 0) {
		(void)fprintf(stderr, "bench_ipmi: %s: %u commands failed: %s\n",
		    what, load->n_bad, link_fault(load->polls[0].link));
	}
	for (uint32_t i = 0; i < load->n; i++) {
		link_free(load->polls[i].link);
	}
	engine_free(load->engine);
	free(load->polls);
}

/* CPU of one poll. */
static double
flat(struct load *load, unsigned n_polls, bool keeps)
{
	unsigned window = load->n < WINDOW ? load->n : WINDOW;
	double before = cpu_us();

	load->keeps = keeps;
	load->n_sent = load->n_back = 0;
	while (load->n_back < n_polls) {
		unsigned n_before = load->n_back;
		while (load->n_sent < n_polls &&
		    load->n_sent - load->n_back < window) {
			struct poll_of *poll =
			    &load->polls[load->next++ % load->n];
			poll->n_commands = 0;
			ask(poll);
			load->n_sent++;
		}
		engine_tick(load->engine);
		if (load->n_back == n_before) {
			struct timespec pause = {.tv_nsec = IDLE_NS};
			(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		}
	}
	return (cpu_us() - before) / n_polls;
}

static void
measure(uint32_t n, int suite, unsigned n_polls)
{
	unsigned id = seal_facts(suite)->id;
	struct load load;
	char name[64];

	load_open(&load, n, suite);
	(void)flat(&load, n, true);       /* opens all sessions */
	(void)snprintf(name, sizeof(name), "suite%u_session", id);
	/* Keys lie in the vault, not on the heap. */
	print(name, (double)(mallinfo2().uordblks - load.heap) / n +
	    (double)(sizeof(struct seal_keys) + 15) / 16 * 16, "bytes");
	(void)snprintf(name, sizeof(name), "suite%u_kept_flat", id);
	print(name, flat(&load, n_polls, true), "us");
	(void)flat(&load, n, false);
	(void)snprintf(name, sizeof(name), "suite%u_each_flat", id);
	print(name, flat(&load, n_polls, false), "us");
	load_close(&load, name);
}

/* ---- the floor: raw UDP -------------------------------------------------------------- */

static void
on_unsent(void *arg, uint32_t tag, int error)
{
	(void)arg;
	(void)tag;
	(void)error;
}

static void
on_pong(void *arg, uint8_t *bytes, size_t len, const union udp_address *from)
{
	(void)arg;
	(void)bytes;
	(void)len;
	(void)from;
}

/* Presence pings to all BMCs and their answers, eleven for a poll. */
static double
floor_of(uint32_t n, unsigned n_polls)
{
	struct udp_setup of_socket = {.plugin = "bench", .host = &fake.host,
	    .receive_buffer = 32 << 20};
	struct udp_outbox *outbox = udp_outbox_new();
	struct udp_inbox *inbox = udp_inbox_new();
	struct udp_socket sock = {.fd = -1};
	union udp_address to[UDP_BATCH];
	unsigned n_all = n_polls * (SENSORS + 1), n_sent = 0, n_back = 0;
	double before;

	if (udp_socket_open(&sock, AF_INET, &of_socket) != 0) {
		abort();
	}
	before = cpu_us();
	while (n_back < n_all) {
		size_t n_now;
		while (n_sent < n_all && n_sent - n_back < WINDOW) {
			for (unsigned i = 0; i < UDP_BATCH; i++) {
				struct udp_packet packet;
				to[i].in = agents_address(n_sent++ % n,
				    port);
				packet = (struct udp_packet){
				    .head = udp_outbox_buffer(outbox)};
				packet.head_len = rmcp_ping((uint8_t *)
				    (uintptr_t)packet.head, 1);
				udp_outbox_add(outbox, &to[i], &packet, 0);
			}
			udp_outbox_flush(outbox, sock.fd, on_unsent, NULL);
		}
		n_now = udp_inbox_receive(inbox, &sock, WINDOW, on_pong, NULL);
		n_back += (unsigned)n_now;
		if (n_now == 0) {
			struct timespec pause = {.tv_nsec = IDLE_NS};
			(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		}
	}
	before = cpu_us() - before;
	udp_socket_close(&sock);
	udp_outbox_free(outbox);
	udp_inbox_free(inbox);
	return before / n_polls;
}

int
main(int argc, char **argv)
{
	unsigned n_polls = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) :
	    20000;
	uint32_t n = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 2000;
	int pid = bmc_agents_start(n, &port);

	fakehost_init(&fake);
	fake.real_clock = true;
	print("floor_flat", floor_of(n, n_polls), "us");
	measure(n, SEAL_3, n_polls);
	measure(n, SEAL_17, n_polls);
	ipmi_peers_measure(port);
	fakehost_done(&fake);
	agents_stop(pid);
	return 0;
}
