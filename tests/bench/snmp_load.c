/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "snmp_load.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agents.h"
#include "meter.h"
#include "snmp_agents.h"
#include "snmp_floor.h"

/* Coprime to all numbers of devices: neighbours in memory are none in time. */
#define STRIDE 7919u

struct load {
	const struct snmp_case *of;
	const struct snmp_kind *kind;  /* at hand */
	const struct engine_ops *ops;
	char name[64];
	void *engine;
	void **sessions;
	struct engine_request *requests;
	uint32_t n_devices, next;
	unsigned n_sent, n_back, n_bad;
	uint64_t sum;
};

static void
on_reply(void *arg, const struct engine_reply *reply)
{
	struct load *load = arg;

	load->n_back++;
	if (reply->outcome != ENGINE_ANSWER ||
	    reply->n_varbinds != load->kind->n_values) {
		load->n_bad++;
		return;
	}
	for (size_t i = 0; i < reply->n_varbinds; i++) {
		load->sum += reply->varbinds[i].counter;
	}
}

static void
use_kind(struct load *load, const struct snmp_kind *kind)
{
	load->kind = kind;
	load->n_bad = 0;
	(void)snprintf(load->name, sizeof(load->name), "%s_%s", kind->name,
	    load->ops->name);
}

/* Prints how far it came when not all can be opened. */
static bool
open_all(struct load *load)
{
	struct col_error error = {.code = 0};
	char text[COL_ERROR_TEXT_SIZE + 64];

	for (uint32_t i = 0; i < load->n_devices; i++) {
		struct sockaddr_in to = agents_address(i,
		    load->of->port);
		struct engine_target target = {.device = "d", .address = "d",
		    .to_len = sizeof(to), .credential = load->kind->credential};
		memcpy(&target.to, &to, sizeof(to));
		if (load->ops->open(load->engine, &target, &load->sessions[i],
		    &error) != 0) {
			(void)snprintf(text, sizeof(text), "not measured: %u of"
			    " %u could be opened: %s", (unsigned)i,
			    (unsigned)load->n_devices, error.text);
			meter_note(load->name, load->n_devices, text);
			return false;
		}
	}
	return true;
}

static bool
load_open(struct load *load, const struct snmp_case *of)
{
	struct engine_setup setup = {.host = of->host,
	    .receive_buffer = 32 << 20};
	struct col_error error;
	size_t before;
	double cpu_us;

	memset(load, 0, sizeof(*load));
	load->of = of;
	load->ops = of->ops;
	use_kind(load, &of->kinds[0]);
	load->n_devices = of->n_devices;
	load->sessions = calloc(of->n_devices, sizeof(*load->sessions));
	load->requests = calloc(of->n_devices, sizeof(*load->requests));
	if (load->sessions == NULL || load->requests == NULL ||
	    of->ops->start(&setup, &load->engine, &error) != 0) {
		abort();
	}
	before = mallinfo2().uordblks;
	cpu_us = meter_cpu_us();
	if (!open_all(load)) {
		return false;
	}
	meter_print(load->name, "open", of->n_devices,
	    (meter_cpu_us() - cpu_us) / of->n_devices, "us");
	meter_print(load->name, "session", of->n_devices,
	    (double)(mallinfo2().uordblks - before) / of->n_devices, "bytes");
	return true;
}

static void
load_close(struct load *load)
{
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
	int64_t deadline_ns = meter_now_ns() + INT64_C(30000000000);

	for (; n > 0; n--) {
		uint32_t i = (uint32_t)((uint64_t)load->next++ * STRIDE %
		    load->n_devices);
		load->requests[i] = load->kind->request;
		load->requests[i].fn = on_reply;
		load->requests[i].arg = load;
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
	unsigned window = load->n_devices < SNMP_WINDOW ? load->n_devices : SNMP_WINDOW;
	double before = meter_cpu_us();

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
			meter_pause_until(meter_now_ns() + SNMP_IDLE_NS);
		}
	}
	return (meter_cpu_us() - before) / n_requests;
}

static double
load_paced(struct load *load)
{
	int64_t at_ns = meter_now_ns();
	double before = meter_cpu_us();

	load->n_sent = load->n_back = 0;
	for (int i = 0; i < SNMP_PACED_TICKS; i++) {
		load_send(load, SNMP_PACE);
		load->ops->tick(load->engine);
		meter_pause_until(at_ns += SNMP_TICK_NS);
	}
	load->ops->tick(load->engine);
	return (meter_cpu_us() - before) / load->n_back;
}

/* True when it gets on with these agents at all. */
static bool
is_answered(struct load *load)
{
	(void)load_flat(load, load->n_devices < 100 ? load->n_devices : 100);
	if (load->n_bad < load->n_back) {
		return true;
	}
	meter_note(load->name, load->n_devices, "not measured: it gets no"
	    " answer from these agents");
	load->n_bad = 0;
	return false;
}

/* Warm, and with SNMPv3: every engine discovered. */
static void
warm(struct load *load)
{
	unsigned n = load->of->n_requests / 10 + 1;

	if (load->kind->credential->version == CREDENTIAL_V3) {
		n = load->n_devices > n ? load->n_devices : n;
	}
	(void)load_flat(load, n);
}

static void
measure_kind(struct load *load)
{
	double rounds[METER_ROUNDS];

	for (int i = 0; i < METER_ROUNDS; i++) {
		rounds[i] = load_flat(load, load->of->n_requests /
		    METER_ROUNDS + 1);
	}
	meter_print(load->name, "flat", load->n_devices,
	    meter_median(rounds, METER_ROUNDS), "us");
	for (int i = 0; i < METER_ROUNDS; i++) {
		rounds[i] = load_paced(load);
	}
	meter_print(load->name, "paced", load->n_devices,
	    meter_median(rounds, METER_ROUNDS), "us");
	if (load->n_bad > 0) {
		(void)fprintf(stderr, "bench_snmp: %s: %u failed\n",
		    load->name, load->n_bad);
	}
}

void
snmp_load_measure(const struct snmp_case *of)
{
	struct load load;

	if (load_open(&load, of) && is_answered(&load)) {
		warm(&load);
		for (unsigned i = 0; i < of->n_kinds; i++) {
			use_kind(&load, &of->kinds[i]);
			measure_kind(&load);
		}
	}
	load_close(&load);
}
