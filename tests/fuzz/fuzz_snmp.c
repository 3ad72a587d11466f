/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes from agents, two ways, by the first byte:
 *  even  the rest is a capture; a device with that content is polled twice with
 *        a profile that uses every part of the language, and the answers are
 *        cut, repeated, reordered and renamed as the second byte says;
 *  odd   the rest is a datagram for the message reader.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "capture.h"
#include "peek.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define STEPS_MAX 20000

static const char language[] =
    "kind: pdu\nsummary: {en: x}\n"
    "match: [{sysobjectid: 1.3.6.1, when: {info_model: a}}, {sysdescr: 'x',"
    " absent: 1.3.77}, {probe: 1.3}]\n"
    "info: {info_model: [{column: 1.3.5, extract: '([a-z]+)', each: true},"
    " {scalar: 1.3.9.0}]}\n"
    "enums: {s: {1: on, 2: {state: off, severity: ok}, up: {state: up, value: 9}}}\n"
    "scalars:\n"
    "  - {metric: frequency_hz, oid: [1.3.9.0, 1.3.9.1], scale: 0.1}\n"
    "  - {metric: octets_in, oid: [{high: 1.3.9.1, low: 1.3.9.2}, 1.3.9.2]}\n"
    "  - {metric: energy_wh, oid: {high: 1.3.9.1, low: 1.3.9.0}, scale: 0.1}\n"
    "tables:\n"
    "  - index: [a, {text: b}]\n"
    "    labels: {n: {column: 1.3.5, at: [a], extract: '([A-Z]+)', map: {A: B}}}\n"
    "    rows: [{column: 1.3.6, not: [1]}, {part: b, matches: '.*'}]\n"
    "    metrics:\n"
    "      - {metric: temperature_c, column: [1.3.1, 1.3.2], sentinels: [-1, N/A],\n"
    "         scale: {digits: 1.3.4}, unit: {column: 1.3.7, map: {1: C, 2: F}},\n"
    "         instance: {position: n, else: '{a} {b} {n}'}}\n"
    "      - {metric: power_w, column: 1.3.1, extract: '([0-9.]+)', total: '',\n"
    "         available: {column: 1.3.6, is: [1]},\n"
    "         instance: {each: n, one: '{a}', many: '{n} {a}'}}\n"
    "  - index: [a]\n"
    "    metrics:\n"
    "      - {metric: state_x, column: 1.3.1, map: {1: 2}, instance: '{a}'}\n"
    "      - {metric: current_a, column: 1.3.2, scale: {divisor: 1.3.4},\n"
    "         instance: {one: '', many: '{a}'}, total: all}\n"
    "      - {metric: state_y, column: 1.3.1, states: s, instance: 'y{a}'}\n"
    "      - {metric: state_z, column: 1.3.1, instance: 'z{a}',\n"
    "         states: {legend: 1.3.5, words: {A: ok}}}\n"
    "  - index: [{oid: o}, {rest: r}]\n"
    "    labels: {v: 1.3.7, w: {column: 1.3.5, at: [v, 3]},\n"
    "      x: {column: 1.3.5, find: {column: 1.3.7, is: v}}, y: {column: 1.3.6, at: [r]}}\n"
    "    rows: [{any: [{label: v, above: 0}, {all: [{column: 1.3.6, present: true},\n"
    "      {seen: [{label: w, below: 5}]}]}]}]\n"
    "    metrics:\n"
    "      - {metric: fan_rpm, column: 1.3.1, instance: '{o} {r} {w} {x} {y}',\n"
    "         scale: {si: 1.3.4, precision: 1.3.6, signed: 1.3.7}}\n"
    "  - index: [{address: i}, {implied: t}]\n"
    "    metrics: [{metric: rated_current_a, column: 1.3.2, instance: '{i} {t}',\n"
    "      unit: {column: 1.3.5}}]\n"
    "percents: [{metric: load_pct, of: current_a, rated: rated_current_a,"
    " shared: true}]\n";

/* The agent: a capture and a way of bending its answers. */
struct agent {
	struct snapshot *snapshot;
	uint8_t bend;
	struct engine_request request;
	bool busy;
	unsigned n;
};

static int
agent_open(void *engine, const struct engine_target *target,
    void **ret_session, struct col_error *error)
{
	(void)target;
	(void)error;
	*ret_session = engine;
	return 0;
}

static void
agent_close(void *arg)
{
	((struct agent *)arg)->busy = false;
}

static int
agent_send(void *arg, const struct engine_request *request)
{
	struct agent *agent = arg;

	agent->request = *request;
	agent->busy = true;
	return 0;
}

static struct varbind
answer_one(const struct agent *agent, struct objref name, bool next)
{
	const struct varbind *vb = next ?
	    snapshot_next(agent->snapshot, name) :
	    snapshot_get(agent->snapshot, name);

	return vb != NULL ? *vb : (struct varbind){.name = name,
	    .type = next ? VARBIND_END : VARBIND_NO_INSTANCE};
}

static size_t
answer_all(const struct agent *agent, struct varbind *out)
{
	const struct engine_request *request = &agent->request;
	size_t n = 0, width = request->n_names - request->n_once;

	for (size_t i = 0; i < request->n_names; i++) {
		out[n++] = answer_one(agent, request->names[i],
		    request->verb != ENGINE_GET);
	}
	for (unsigned turn = 1; request->verb == ENGINE_GETBULK &&
	    turn < request->n_repeat && n + width <= 128; turn++) {
		for (size_t i = 0; i < width; i++, n++) {
			out[n] = answer_one(agent, out[n - width].name, true);
		}
	}
	return n;
}

static void
agent_serve(struct agent *agent)
{
	struct engine_request request = agent->request;
	struct engine_reply reply = {.outcome = ENGINE_ANSWER};
	struct varbind out[128];
	bool now = (++agent->n & 3) == 0;

	reply.n_varbinds = answer_all(agent, out);
	reply.varbinds = out;
	agent->busy = false;
	if ((agent->bend & 1) && now) {
		reply.n_varbinds /= 2;
	}
	if ((agent->bend & 2) && reply.n_varbinds > 1) {
		struct varbind swap = out[0];
		out[0] = out[reply.n_varbinds - 1];
		out[reply.n_varbinds - 1] = swap;
	}
	if (agent->bend & 4) {
		for (size_t i = 0; i < reply.n_varbinds; i++) {
			out[i].name = request.names[0];
		}
	}
	if ((agent->bend & 8) && now) {
		reply.error_status = agent->bend >> 4;
		reply.error_index = agent->n % 7;
	}
	if ((agent->bend & 16) && now) {
		reply.n_varbinds = 0;
	}
	if ((agent->bend & 32) && (agent->n & 15) == 15) {
		reply.outcome = ENGINE_TIMEOUT;
	}
	request.fn(request.arg, &reply);
}

static const struct engine_ops agent_ops = {.name = "agent",
    .open = agent_open, .close = agent_close, .send = agent_send,
    .cancel = agent_close};

static void
poll_agent(struct fakehost *fake, struct reader_shared *shared,
    struct agent *agent)
{
	struct col_device device = {.size = sizeof(device), .id = "d",
	    .address = "snmprec:x", .profile = "auto"};
	struct col_error error;
	struct reader reader;
	struct col_poll poll = {.fake = fake};

	if (reader_init(&reader, shared, &device, &error) != 0) {
		abort();
	}
	reader_use(&reader, &agent_ops, agent);
	for (int i = 0; i < 3; i++) {
		fakehost_poll_clear(&poll);
		reader_poll(&reader, fake->now_ns + 1000000000, &poll);
		for (int k = 0; k < STEPS_MAX && !poll.done; k++) {
			if (!agent->busy) {
				abort();
			}
			agent_serve(agent);
		}
		if (!poll.done || poll.n_done != 1) {
			abort();
		}
		fake->now_ns += INT64_C(10000000000);
	}
	fakehost_poll_clear(&poll);
	reader_done(&reader);
}

static void
fuzz_agent(const uint8_t *bytes, size_t size, uint8_t bend)
{
	static struct profile *profile;
	struct fakehost fake;
	struct reader_shared shared = {.host = &fake.host};
	struct col_error error;
	struct capture capture;
	struct agent agent = {.bend = bend};

	fakehost_init(&fake);
	if (profile == NULL) {
		struct col_node *node = yamltree_parse(language, "p");
		struct col_profile from = {"p", node};
		if (node == NULL ||
		    profile_parse(&fake.host, &from, &profile) != 0) {
			abort();
		}
		yamltree_free(node);
	}
	if (capture_parse((const char *)bytes, size, &capture, &error) == 0) {
		agent.snapshot = capture.snapshot;
		shared.plans.host = &fake.host;
		shared.profiles = (struct profile_set){&profile, 1};
		poll_agent(&fake, &shared, &agent);
		snapshot_free(capture.snapshot);
	}
	fakehost_done(&fake);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct peek peek;

	if (size < 2) {
		return 0;
	}
	if (bytes[0] & 1) {
		(void)peek_message(bytes + 1, size - 1, &peek);
	} else {
		fuzz_agent(bytes + 2, size - 2, bytes[1]);
	}
	return 0;
}
