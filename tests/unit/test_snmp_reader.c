/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole polls over a scripted engine: sizes, walks, errors, credentials. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "capture.h"
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

static struct session *open_sessions;

static int
agent_open(void *engine, const struct engine_target *target,
    void **ret_session, struct col_error *error)
{
	struct session *session = calloc(1, sizeof(*session));

	(void)error;
	session->agent = engine;
	session->credential = target->credential;
	session->next = open_sessions;
	open_sessions = session;
	*ret_session = session;
	return 0;
}

static void
agent_close(void *arg)
{
	struct session **at = &open_sessions;

	while (*at != arg) {
		at = &(*at)->next;
	}
	*at = (*at)->next;
	free(arg);
}

static int
agent_send(void *arg, const struct engine_request *request)
{
	struct session *session = arg;

	assert_false(session->busy);
	assert_true(request->n_names > 0 && request->n_names <= 62);
	session->request = *request;
	session->busy = true;
	return 0;
}

static void
agent_cancel(void *arg)
{
	((struct session *)arg)->busy = false;
}

static size_t
answer_bulk(struct agent *agent, const struct engine_request *request,
    struct varbind *out)
{
	size_t n = 0, width = request->n_names - request->n_once;

	for (size_t i = 0; i < request->n_once; i++) {
		const struct varbind *vb = snapshot_next(agent->snapshot,
		    request->names[i]);
		out[n++] = vb != NULL ? *vb : (struct varbind){
		    .name = request->names[i], .type = VARBIND_END};
	}
	for (unsigned turn = 0; turn < request->n_repeat && n + width < 128;
	    turn++) {
		for (size_t i = 0; i < width; i++) {
			struct objref after = turn == 0 || agent->repeats ?
			    request->names[request->n_once + i] :
			    out[n - width].name;
			const struct varbind *vb = snapshot_next(
			    agent->snapshot, after);
			out[n++] = vb != NULL ? *vb : (struct varbind){
			    .name = after, .type = VARBIND_END};
		}
	}
	return n;
}

static size_t
answer_names(struct agent *agent, const struct engine_request *request,
    struct varbind *out, struct engine_reply *reply)
{
	for (size_t i = 0; i < request->n_names; i++) {
		const struct varbind *vb = request->verb == ENGINE_GET ?
		    snapshot_get(agent->snapshot, request->names[i]) :
		    snapshot_next(agent->snapshot, request->names[i]);
		if (vb == NULL && agent->v1) {
			reply->error_status = ENGINE_NO_SUCH_NAME;
			reply->error_index = (unsigned)i + 1;
			return 0;
		}
		out[i] = vb != NULL ? *vb : (struct varbind){
		    .name = request->names[i], .type = VARBIND_NO_INSTANCE};
	}
	return request->n_names;
}

static void
agent_serve(struct session *session)
{
	struct agent *agent = session->agent;
	struct engine_request request = session->request;
	struct engine_reply reply = {.outcome = ENGINE_ANSWER};
	struct varbind out[128];
	size_t n_wanted = request.n_names;

	session->busy = false;
	if (agent->fake->now_ns + agent->lasts_ns > request.deadline_ns) {
		agent->fake->now_ns = request.deadline_ns;
		reply.outcome = ENGINE_TIMEOUT;
		reply.detail = "no answer";
		request.fn(request.arg, &reply);
		return;
	}
	agent->fake->now_ns += agent->lasts_ns;
	agent->n_requests++;
	agent->n_bulk += request.verb == ENGINE_GETBULK;
	if (request.n_names > agent->n_biggest) {
		agent->n_biggest = (unsigned)request.n_names;
	}
	if (request.verb == ENGINE_GETBULK) {
		n_wanted = request.n_once + (size_t)request.n_repeat *
		    (request.n_names - request.n_once);
		if (n_wanted > agent->n_most) {
			agent->n_most = (unsigned)n_wanted;
		}
	}
	reply.varbinds = out;
	if (agent->dead || (agent->silent_over > 0 &&
	    n_wanted > agent->silent_over)) {
		reply.outcome = ENGINE_TIMEOUT;
		reply.detail = "no answer";
		request.fn(request.arg, &reply);
		return;
	}
	if (agent->answers_to != NULL && strcmp(agent->answers_to,
	    session->credential->id) != 0) {
		reply.outcome = agent->refuses ? ENGINE_AUTH : ENGINE_TIMEOUT;
		reply.detail = agent->refuses ? "refused" : "no answer";
	} else if (agent->too_big > 0 && request.n_names > agent->too_big) {
		reply.error_status = ENGINE_TOO_BIG;
	} else if (!agent->empty) {
		reply.n_varbinds = request.verb == ENGINE_GETBULK ?
		    answer_bulk(agent, &request, out) :
		    answer_names(agent, &request, out, &reply);
	}
	request.fn(request.arg, &reply);
}

static const struct engine_ops agent_ops = {.name = "agent",
    .open = agent_open, .close = agent_close, .send = agent_send,
    .cancel = agent_cancel};

/* ---- one bench per test ------------------------------------------------------ */

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

#define ROW(column, row, value) \
	"1.3.6.1.4.1.9." #column "." #row "|2|" #value "\n"
#define SYSTEM "1.3.6.1.2.1.1.1.0|4|Test\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.7\n" \
	"1.3.6.1.2.1.1.3.0|67|100000\n"

static void
show(struct bench *bench, const char *text)
{
	struct col_error error;
	struct capture capture;

	snapshot_free(bench->agent.snapshot);
	assert_int_equal(capture_parse(text, strlen(text), &capture, &error),
	    0);
	bench->agent.snapshot = capture.snapshot;
}

static void
add_profile(struct bench *bench, const char *id, const char *text)
{
	struct col_node *node = yamltree_parse(text, id);
	struct col_profile from = {id, node};

	if (profile_parse(&bench->fake.host, &from,
	    &bench->list[bench->n_profiles]) != 0) {
		fail_msg("%s", bench->fake.reports);
	}
	yamltree_free(node);
	bench->shared.profiles = (struct profile_set){bench->list,
	    ++bench->n_profiles};
}

static void
set_up_with(struct bench *bench, const char *first, const char *second,
    const char *text)
{
	struct col_device device = {.size = sizeof(device), .id = "d",
	    .address = "127.0.0.1", .profile = "auto",
	    .credentials = bench->credentials, .n_credentials = 2};
	struct col_error error;

	memset(bench, 0, sizeof(*bench));
	fakehost_init(&bench->fake);
	bench->agent.fake = &bench->fake;
	bench->shared.host = &bench->fake.host;
	bench->shared.plans.host = &bench->fake.host;
	add_profile(bench, "p", first);
	if (second != NULL) {
		add_profile(bench, "q", second);
	}
	bench->shared.credentials = credential_set_new(&bench->fake.host);
	for (size_t i = 0; i < 2; i++) {
		bench->nodes[i] = yamltree_parse(
		    "{version: 2c, community: {credential: x}}", "c.yaml");
		bench->credentials[i].node = bench->nodes[i];
		bench->credentials[i].id = i == 0 ? "first" : "second";
	}
	assert_int_equal(reader_init(&bench->reader, &bench->shared, &device,
	    &error), 0);
	reader_use(&bench->reader, &agent_ops, &bench->agent);
	show(bench, text);
}

static void
set_up(struct bench *bench, const char *text)
{
	set_up_with(bench, PROFILE, NULL, text);
}

static void
tear_down(struct bench *bench)
{
	reader_done(&bench->reader);
	assert_null(open_sessions);
	assert_int_equal(bench->shared.plans.n, 0);
	for (size_t i = 0; i < bench->n_profiles; i++) {
		profile_unref(bench->list[i]);
	}
	credential_set_free(bench->shared.credentials);
	snapshot_free(bench->agent.snapshot);
	yamltree_free(bench->nodes[0]);
	yamltree_free(bench->nodes[1]);
	fakehost_poll_clear(&bench->poll);
	fakehost_done(&bench->fake);
}

static enum col_status
poll_once(struct bench *bench)
{
	fakehost_poll_clear(&bench->poll);
	bench->agent.n_requests = 0;
	bench->agent.n_biggest = 0;
	bench->agent.n_most = 0;
	reader_poll(&bench->reader, bench->fake.now_ns +
	    (bench->agent.patience_ns > 0 ? bench->agent.patience_ns :
	    5000000000), &bench->poll);
	for (int i = 0; i < 100000 && !bench->poll.done; i++) {
		bool any = false;
		for (struct session *s = open_sessions; s != NULL && !any;
		    s = s->next) {
			if (s->busy) {
				any = true;
				agent_serve(s);
				break;
			}
		}
		assert_true(any);
	}
	assert_int_equal(bench->poll.n_done, 1);
	bench->fake.now_ns += 10000000000;
	return bench->poll.status;
}

static double
value_of(const struct bench *bench, const char *metric, const char *instance)
{
	int i = fakehost_slot(&bench->poll, metric, instance);

	assert_true(i >= 0);
	assert_int_equal(bench->poll.values[i].quality, COL_GOOD);
	return bench->poll.values[i].number;
}

static enum col_quality
quality_of(const struct bench *bench, const char *metric,
    const char *instance)
{
	int i = fakehost_slot(&bench->poll, metric, instance);

	assert_true(i >= 0);
	return bench->poll.values[i].quality;
}

/* ---- tests ---------------------------------------------------------------------- */

#define PLAIN SYSTEM ROW(1, 1, 100) ROW(1, 2, -1) ROW(1, 3, 50) \
	ROW(2, 1, 15) ROW(2, 3, 7) ROW(3, 3, 2) \
	"1.3.6.1.4.1.9.5.1|4|\n1.3.6.1.4.1.9.5.2|4|M1\n" ROW(9, 0, 500)

static void
test_learns_then_reads(void **state)
{
	struct bench bench;
	const struct col_layout *layout;

	(void)state;
	set_up(&bench, PLAIN);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		assert_true(value_of(&bench, "power_w", "outlet 1") == 100);
		assert_true(value_of(&bench, "power_w", "") == 150);
		assert_true(value_of(&bench, "current_a", "outlet 1") == 1.5);
		assert_true(value_of(&bench, "frequency_hz", "") == 50);
		assert_int_equal(quality_of(&bench, "power_w", "outlet 2"),
		    COL_UNAVAILABLE);
		assert_int_equal(quality_of(&bench, "current_a", "outlet 3"),
		    COL_UNAVAILABLE);
		assert_int_equal(bench.poll.uptime_ms, 1000000);
		if (i == 0) {
			layout = bench.poll.layout;
			assert_string_equal(bench.poll.profile, "p");
			assert_string_equal(bench.poll.infos[0].text, "M1");
		}
		assert_ptr_equal(bench.poll.layout, layout);
	}
	/* A learned device costs one request. */
	assert_int_equal(bench.agent.n_requests, 1);
	tear_down(&bench);
}

static void
test_too_big_halves_and_is_remembered(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.too_big = 4;
	/* Half is not enough, so it goes on from both sides. */
	for (int i = 0; i < 10; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		assert_true(value_of(&bench, "power_w", "") == 150);
	}
	/* sysUpTime goes with them. */
	assert_true(bench.agent.n_biggest <= 4);
	tear_down(&bench);
}

/* Source: snmp_exporter issue 756: too many repetitions, no answer at all. */
static void
test_silence_about_large_walks(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.silent_over = 20;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "") == 150);
	bench.reader.must_learn = true;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(bench.agent.n_most > 0 && bench.agent.n_most <= 20);
	/* Requests may stay large: only answers to walks were. */
	assert_int_equal(bench.reader.limits.names.max, FETCH_VARBINDS_MAX);
	tear_down(&bench);
}

/*
 * An agent that drops large requests without a word looks dead: after a silent
 * poll a small request goes first, and silence after its answer means less.
 */
static void
test_silence_about_large_requests(void **state)
{
	struct bench bench;
	int n_silent = 0;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.agent.silent_over = 4;
	while (poll_once(&bench) != COL_POLL_OK) {
		assert_true(bench.poll.status == COL_POLL_TIMEOUT ||
		    bench.poll.status == COL_POLL_PARTIAL);
		assert_true(++n_silent < 4);
	}
	assert_true(value_of(&bench, "power_w", "") == 150);
	assert_true(bench.reader.limits.names.max <= 4);
	/* A hundred good polls later it is tried with a few more. */
	bench.agent.silent_over = 0;
	for (int i = 0; i < 400; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
	}
	assert_true(bench.reader.limits.names.max > 4);
	tear_down(&bench);
}

/* What bad luck took comes back while polls are not even good. */
static void
test_small_requests_grow_again(void **state)
{
	struct bench bench;
	char many[32768] = SYSTEM;
	size_t len = strlen(many);

	(void)state;
	for (int row = 1; row <= 300; row++) {
		len += (size_t)snprintf(many + len, sizeof(many) - len,
		    "1.3.6.1.4.1.9.1.%d|2|5\n", row);
	}
	set_up(&bench, many);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.reader.limits.names = (struct fetch_limit){.max = 1};
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.reader.limits.names.max, FETCH_VARBINDS_MAX);
	/* A size that has failed is kept to, though not for good. */
	bench.reader.limits.names = (struct fetch_limit){.max = 1, .failed = 3};
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.reader.limits.names.max, 2);
	/* A poll that would need more never ends well: its answers count. */
	bench.agent.lasts_ns = 10000000;
	bench.agent.patience_ns = 300000000;
	for (int i = 0; i < 40 && poll_once(&bench) != COL_POLL_OK; i++) {
		assert_int_equal(bench.poll.status, COL_POLL_PARTIAL);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_true(bench.reader.limits.names.max > 10);
	tear_down(&bench);
}

/* The deadline cut the wait: that is not the silence of the agent. */
static void
test_the_deadline_says_nothing_of_sizes(void **state)
{
	struct bench bench;
	char many[32768] = SYSTEM;
	size_t len = strlen(many);

	(void)state;
	for (int row = 1; row <= 300; row++) {
		len += (size_t)snprintf(many + len, sizeof(many) - len,
		    "1.3.6.1.4.1.9.1.%d|2|5\n", row);
	}
	set_up(&bench, many);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.agent.lasts_ns = 100000000;
	bench.agent.patience_ns = 350000000;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
		assert_int_equal(bench.reader.limits.names.max,
		    FETCH_VARBINDS_MAX);
	}
	bench.agent.patience_ns = 0;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	tear_down(&bench);
}

/* A table that takes longer than a poll is walked over several. */
static void
test_learning_goes_on_in_the_next_poll(void **state)
{
	struct bench bench;
	int n_polls = 0;

	(void)state;
	set_up(&bench, PLAIN);
	bench.reader.limits.bulk = (struct fetch_limit){.max = 1, .failed = 2};
	bench.agent.lasts_ns = 250000000;
	bench.agent.patience_ns = 1000000000;
	while (poll_once(&bench) == COL_POLL_PARTIAL && ++n_polls < 20) {
		if (n_polls == 1) {
			assert_string_equal(bench.poll.detail,
			    "still learning: 0 of 4 columns");
		}
		assert_int_equal(bench.poll.n_emits, 0);
		assert_true(bench.agent.n_requests <= 4);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_true(n_polls > 3);
	assert_true(value_of(&bench, "power_w", "") == 150);
	assert_string_equal(bench.reader.group.profiles[0]->id, "p");
	/* Now that it is known no poll is without values. */
	bench.agent.lasts_ns = 150000000;
	bench.reader.must_learn = true;
	for (n_polls = 0; bench.reader.must_learn; n_polls++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		assert_true(value_of(&bench, "power_w", "") == 150);
		assert_int_equal(bench.poll.n_emits, 1);
		assert_true(n_polls < 20);
	}
	assert_true(n_polls > 1);
	tear_down(&bench);
}

static void
test_half_learned_is_not_kept_for_good(void **state)
{
	struct bench bench;
	struct reader_work *parked;

	(void)state;
	set_up(&bench, PLAIN);
	bench.reader.limits.bulk = (struct fetch_limit){.max = 1, .failed = 2};
	bench.agent.lasts_ns = 250000000;
	bench.agent.patience_ns = 1000000000;
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	parked = bench.reader.parked;
	assert_non_null(parked);
	/* Silence keeps it for a few polls. */
	bench.agent.dead = true;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_TIMEOUT);
		assert_ptr_equal(bench.reader.parked, i < 2 ? parked : NULL);
	}
	bench.agent.dead = false;
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	assert_non_null(bench.reader.parked);
	/* A device that has started anew may have other rows. */
	bench.reader.parked->uptime_ms = 2000000;
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	assert_null(bench.reader.parked);
	/* What the host cuts off is parked too, and freed with the device. */
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	fakehost_poll_clear(&bench.poll);
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	reader_cancel(&bench.reader);
	assert_non_null(bench.reader.parked);
	assert_int_equal(bench.poll.n_done, 0);
	tear_down(&bench);
}

/* While others learn, who is known gives values and who is not waits. */
static void
test_learning_is_paced(void **state)
{
	struct bench bench;
	struct reader_turns *turns;

	(void)state;
	set_up(&bench, PLAIN);
	turns = &bench.shared.turns;
	turns->begun = true;
	turns->requests = -1000000;
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	agent_serve(open_sessions);
	assert_false(open_sessions->busy);
	assert_int_equal(turns->n_waiting, 1);
	bench.fake.now_ns += 4980000000;
	reader_tick(&bench.shared);
	assert_int_equal(bench.poll.status, COL_POLL_PARTIAL);
	assert_string_equal(bench.poll.detail, "it answers, and waits for its"
	    " turn to be learned, as 0 more do");
	/* A poll that is cut off waits no longer. */
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	agent_serve(open_sessions);
	reader_cancel(&bench.reader);
	assert_int_equal(turns->n_waiting, 0);
	/* Its turn comes. */
	fakehost_poll_clear(&bench.poll);
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000, &bench.poll);
	agent_serve(open_sessions);
	assert_int_equal(turns->n_learning, 0);
	turns->requests = 10;
	reader_tick(&bench.shared);
	assert_int_equal(turns->n_learning, 1);
	while (!bench.poll.done) {
		agent_serve(open_sessions);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_int_equal(turns->n_learning, 0);
	assert_true(turns->requests < 10);
	/* Known by now, it gives its values instead of waiting. */
	bench.reader.must_learn = true;
	turns->requests = -1000000;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "") == 150);
	assert_int_equal(bench.agent.n_requests, 1);
	assert_true(bench.reader.must_learn);
	turns->requests = 1;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_false(bench.reader.must_learn);
	tear_down(&bench);
}

/* A dead agent is asked one small thing, and nothing is learned from it. */
static void
test_dead_agent_keeps_its_limits(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.agent.dead = true;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_TIMEOUT);
		assert_true(i == 0 || bench.agent.n_biggest == 1);
	}
	bench.agent.dead = false;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.reader.limits.names.max, FETCH_VARBINDS_MAX);
	assert_int_equal(bench.reader.limits.bulk.max, FETCH_VARBINDS_MAX);
	tear_down(&bench);
}

static void
test_v1_misses_are_left_out(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, SYSTEM ROW(1, 1, 100) ROW(2, 1, 15));
	bench.agent.v1 = true;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(fakehost_slot(&bench.poll, "frequency_hz", ""), -1);
	assert_true(value_of(&bench, "power_w", "outlet 1") == 100);
	tear_down(&bench);
}

static void
test_a_lost_row_is_an_error_then_learned(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	show(&bench, SYSTEM ROW(1, 1, 90) ROW(1, 4, 10) ROW(9, 0, 499));
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	assert_int_equal(quality_of(&bench, "power_w", "outlet 3"), COL_ERROR);
	/* A sum with a hole is no sum. */
	assert_int_equal(quality_of(&bench, "power_w", ""), COL_ERROR);
	assert_true(value_of(&bench, "power_w", "outlet 1") == 90);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "") == 100);
	assert_int_equal(fakehost_slot(&bench.poll, "power_w", "outlet 3"), -1);
	tear_down(&bench);
}

static void
test_a_reboot_is_learned_anew(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	show(&bench, "1.3.6.1.2.1.1.1.0|4|Test\n1.3.6.1.2.1.1.2.0|6|"
	    "1.3.6.1.4.1.9.7\n1.3.6.1.2.1.1.3.0|67|500\n" ROW(1, 1, 1)
	    ROW(1, 2, 2) ROW(1, 3, 3) ROW(2, 1, 1) ROW(2, 3, 1) ROW(9, 0, 500)
	    ROW(1, 8, 8));
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(fakehost_slot(&bench.poll, "power_w", "outlet 8"), -1);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "power_w", "outlet 8") == 8);
	tear_down(&bench);
}

static void
test_endless_walks_end(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.repeats = true;
	(void)poll_once(&bench);
	assert_true(bench.agent.n_requests < 100);
	bench.agent.repeats = false;
	bench.agent.empty = true;
	(void)poll_once(&bench);
	assert_true(bench.agent.n_requests < 100);
	tear_down(&bench);
}

/* What cannot be loaded is passed over; alone it says why. */
static void
test_unusable_credentials(void **state)
{
	struct bench bench;
	struct col_device device = {.size = sizeof(device), .id = "d",
	    .address = "127.0.0.1", .profile = "auto"};
	struct col_node *bad = yamltree_parse(
	    "{version: 2c, community: {file: /nonexistent/x}}", "c.yaml");
	struct col_credential credentials[2] = {{.id = "bad", .node = bad}};
	struct col_error error;

	(void)state;
	set_up(&bench, PLAIN);
	reader_done(&bench.reader);
	credentials[1] = bench.credentials[0];
	device.credentials = credentials;
	device.n_credentials = 2;
	assert_int_equal(reader_init(&bench.reader, &bench.shared, &device,
	    &error), 0);
	reader_use(&bench.reader, &agent_ops, &bench.agent);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.credential, "first");
	reader_done(&bench.reader);
	device.n_credentials = 1;
	assert_int_equal(reader_init(&bench.reader, &bench.shared, &device,
	    &error), 0);
	reader_use(&bench.reader, &agent_ops, &bench.agent);
	assert_int_equal(poll_once(&bench), COL_POLL_AUTH);
	assert_string_equal(bench.poll.detail, "cannot read the secret");
	tear_down(&bench);
	yamltree_free(bad);
}

/* There are as many as devices. */
static void
test_reader_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct reader) <= 1024);
}

/* However much an agent tells, what is kept of it is bounded. */
static void
test_what_is_kept_is_bounded(void **state)
{
	static const uint8_t text[16000] = {'x'};
	struct reader_work work = {.snapshot = snapshot_new()};
	struct objid name = {8, {1, 3, 6, 1, 4, 1, 9, 0}};
	struct varbind vb = {.type = VARBIND_OCTETS, .bytes = text,
	    .len = sizeof(text)};

	(void)state;
	assert_non_null(work.snapshot);
	for (name.sub[7] = 0; name.sub[7] < FETCH_TOTAL_MAX; name.sub[7]++) {
		vb.name = objid_ref(&name);
		learn_keep(&work, &vb);
	}
	assert_true(work.too_much);
	name.sub[7] = FETCH_TOTAL_MAX - 1;
	assert_null(snapshot_get(work.snapshot, vb.name));
	name.sub[7] = 0;
	assert_int_equal(snapshot_get(work.snapshot, objid_ref(&name))->len,
	    LEARN_OCTETS_MAX);
	snapshot_free(work.snapshot);
	/* As many numbers as a walk may bring do fit. */
	work = (struct reader_work){.snapshot = snapshot_new()};
	vb = (struct varbind){.type = VARBIND_INTEGER};
	for (name.sub[7] = 0; name.sub[7] < FETCH_TOTAL_MAX; name.sub[7]++) {
		vb.name = objid_ref(&name);
		learn_keep(&work, &vb);
	}
	assert_false(work.too_much);
	name.sub[7] = FETCH_TOTAL_MAX - 1;
	assert_non_null(snapshot_get(work.snapshot, vb.name));
	snapshot_free(work.snapshot);
}

static void
test_the_credential_that_works_is_kept(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	bench.agent.answers_to = "second";
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.credential, "second");
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.agent.n_requests, 1);
	/* Rotation: the other one again, told at once. */
	bench.agent.answers_to = "first";
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.credential, "first");
	bench.agent.answers_to = "nobody";
	assert_int_equal(poll_once(&bench), COL_POLL_TIMEOUT);
	assert_string_equal(bench.poll.detail, "no answer");
	assert_int_equal(bench.poll.n_emits, 0);
	bench.agent.refuses = true;
	assert_int_equal(poll_once(&bench), COL_POLL_AUTH);
	tear_down(&bench);
}

static void
test_no_profile_says_what_it_is(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, "1.3.6.1.2.1.1.1.0|4|Toaster\x1b[2J\n"
	    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8\n");
	assert_int_equal(poll_once(&bench), COL_POLL_PROFILE);
	assert_non_null(strstr(bench.poll.detail, "1.3.6.1.4.1.8"));
	assert_non_null(strstr(bench.poll.detail, "'Toaster [2J'"));
	show(&bench, SYSTEM);
	assert_int_equal(poll_once(&bench), COL_POLL_PROFILE);
	assert_non_null(strstr(bench.poll.detail, "none of the profile's"));
	tear_down(&bench);
}

#define LIMITED "kind: pdu\nsummary: {en: x}\nmatch: [{sysobjectid: 1.3.6.1.4.1.9}]\n" \
	"limits: {varbinds: 2, bulk: false, learn: 10m}\ntables:\n" \
	"  - {index: [row], metrics: [{metric: power_w, column:" \
	" 1.3.6.1.4.1.9.1, instance: '{row}'}]}\n"

static void
test_a_profile_may_ask_for_patience(void **state)
{
	struct bench bench;

	(void)state;
	set_up_with(&bench, LIMITED, NULL, SYSTEM ROW(1, 1, 5) ROW(1, 2, 6)
	    ROW(1, 3, 7) ROW(1, 4, 8) ROW(1, 5, 9));
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.agent.n_bulk, 0);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	/* two at a time, sysUpTime beside them */
	assert_int_equal(bench.agent.n_requests, 3);
	assert_true(bench.agent.n_biggest <= 3);
	assert_true(value_of(&bench, "power_w", "5") == 9);
	assert_true(bench.reader.learn_again_ns < bench.fake.now_ns +
	    INT64_C(720000000000));
	tear_down(&bench);
}

#define CHAIN "kind: pdu\nsummary: {en: x}\nmatch: [{sysobjectid: 1.3.6.1.4.1.9}]\n" \
	"info: {info_model: [{column: 1.3.6.1.4.1.9.4, each: true}]," \
	" info_serial: {column: 1.3.6.1.4.1.9.5}}\ntables:\n" \
	"  - {index: [row], metrics: [{metric: power_w, column:" \
	" 1.3.6.1.4.1.9.1, instance: '{row}'}]}\n"

static void
assert_info(const struct bench *bench, const char *metric, const char *text)
{
	for (size_t i = 0; i < bench->poll.n_infos; i++) {
		if (strcmp(bench->poll.infos[i].metric, metric) == 0) {
			assert_string_equal(bench->poll.infos[i].text, text);
			return;
		}
	}
	fail_msg("no %s", metric);
}

static void
test_each_unit_says_what_it_is(void **state)
{
	struct bench bench;

	(void)state;
	set_up_with(&bench, CHAIN, NULL, SYSTEM ROW(1, 1, 5)
	    "1.3.6.1.4.1.9.4.1|4|M1\n1.3.6.1.4.1.9.4.2|4|\n"
	    "1.3.6.1.4.1.9.4.3.1|4|M3\n1.3.6.1.4.1.9.5.1|4|S1\n"
	    "1.3.6.1.4.1.9.5.2|4|S2\n");
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.poll.n_infos, 3);
	assert_info(&bench, "info_model", "M1");
	assert_info(&bench, "info_model_3_1", "M3");
	assert_info(&bench, "info_serial", "S1");
	tear_down(&bench);
}

#define ADDED "kind: switch\nsummary: {en: x}\nmatch: [{probe: 1.3.6.1.4.1.9.2," \
	" adds: [ups, pdu]}]\ninfo: {info_serial: {column: 1.3.6.1.4.1.9.5}," \
	" info_firmware: {column: 1.3.6.1.4.1.9.6}}\ntables:\n" \
	"  - index: [row]\n    instance: 'x{row}'\n    metrics:\n" \
	"      - {metric: power_w, column: 1.3.6.1.4.1.9.2}\n" \
	"      - {metric: current_a, column: 1.3.6.1.4.1.9.2}\n"

static void
test_profiles_add_themselves(void **state)
{
	struct bench bench;

	(void)state;
	set_up_with(&bench, CHAIN, ADDED, SYSTEM ROW(1, 1, 5) ROW(2, 1, 7)
	    "1.3.6.1.4.1.9.5.1|4|S1\n1.3.6.1.4.1.9.6.1|4|F1\n");
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_string_equal(bench.poll.profile, "p");
	assert_int_equal(bench.poll.layout->n, 2);
	assert_true(value_of(&bench, "power_w", "1") == 5);
	assert_true(value_of(&bench, "current_a", "x1") == 7);
	assert_info(&bench, "info_serial", "S1");
	assert_info(&bench, "info_firmware", "F1");
	assert_int_equal(bench.poll.n_infos, 2);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_true(value_of(&bench, "current_a", "x1") == 7);
	/* without its object it stays away */
	show(&bench, SYSTEM ROW(1, 1, 5));
	(void)poll_once(&bench);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.poll.layout->n, 1);
	tear_down(&bench);
}

/* A reload in the middle of learning: what is looked for stays till the end. */
static void
test_profiles_change_while_learning(void **state)
{
	struct bench bench;
	struct profile *before[2];

	(void)state;
	set_up_with(&bench, CHAIN, ADDED, SYSTEM ROW(1, 1, 5) ROW(2, 1, 7)
	    "1.3.6.1.4.1.9.5.1|4|S1\n1.3.6.1.4.1.9.6.1|4|F1\n");
	memcpy(before, bench.list, sizeof(before));
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000,
	    &bench.poll);
	agent_serve(open_sessions);
	assert_true(open_sessions->busy);
	/* It is being asked whether ADDED's object is there. */
	assert_true(before[1]->n_refs > 1);
	bench.n_profiles = 0;
	add_profile(&bench, "p", CHAIN);
	add_profile(&bench, "q", ADDED);
	bench.shared.profiles_version++;
	profile_unref(before[0]);
	profile_unref(before[1]);
	while (!bench.poll.done) {
		assert_true(open_sessions->busy);
		agent_serve(open_sessions);
	}
	assert_int_equal(bench.poll.status, COL_POLL_OK);
	assert_int_equal(bench.poll.layout->n, 2);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_ptr_equal(bench.reader.group.profiles[0], bench.list[0]);
	tear_down(&bench);
}

static void
test_cancel_is_silent(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, PLAIN);
	reader_poll(&bench.reader, bench.fake.now_ns + 5000000000,
	    &bench.poll);
	reader_cancel(&bench.reader);
	assert_false(open_sessions->busy);
	assert_int_equal(bench.poll.n_done, 0);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	tear_down(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_learns_then_reads),
	    cmocka_unit_test(test_too_big_halves_and_is_remembered),
	    cmocka_unit_test(test_silence_about_large_walks),
	    cmocka_unit_test(test_silence_about_large_requests),
	    cmocka_unit_test(test_dead_agent_keeps_its_limits),
	    cmocka_unit_test(test_small_requests_grow_again),
	    cmocka_unit_test(test_learning_is_paced),
	    cmocka_unit_test(test_learning_goes_on_in_the_next_poll),
	    cmocka_unit_test(test_half_learned_is_not_kept_for_good),
	    cmocka_unit_test(test_the_deadline_says_nothing_of_sizes),
	    cmocka_unit_test(test_v1_misses_are_left_out),
	    cmocka_unit_test(test_a_lost_row_is_an_error_then_learned),
	    cmocka_unit_test(test_a_reboot_is_learned_anew),
	    cmocka_unit_test(test_endless_walks_end),
	    cmocka_unit_test(test_unusable_credentials),
	    cmocka_unit_test(test_reader_is_small),
	    cmocka_unit_test(test_what_is_kept_is_bounded),
	    cmocka_unit_test(test_the_credential_that_works_is_kept),
	    cmocka_unit_test(test_no_profile_says_what_it_is),
	    cmocka_unit_test(test_a_profile_may_ask_for_patience),
	    cmocka_unit_test(test_each_unit_says_what_it_is),
	    cmocka_unit_test(test_profiles_add_themselves),
	    cmocka_unit_test(test_profiles_change_while_learning),
	    cmocka_unit_test(test_cancel_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
