/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known cells by GETBULK: whole polls of a SNMPv3 device, as its rows change. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "capture.h"
#include "reader_work.h"
#include "snapshot.h"

#define PROFILE "kind: pdu\nsummary: {en: x}\nmatch: [{sysobjectid: 1.3.6.1.4.1.9}]\n" \
	"scalars: [{metric: frequency_hz, oid: 1.3.6.1.4.1.9.9.0, scale: 0.1}]\n" \
	"tables:\n  - index: [row]\n    metrics:\n" \
	"      - {metric: power_w, column: 1.3.6.1.4.1.9.1, instance: 'outlet {row}'}\n" \
	"      - {metric: voltage_v, column: 1.3.6.1.4.1.9.2, instance: 'outlet {row}'}\n" \
	"      - {metric: current_a, column: 1.3.6.1.4.1.9.3, instance: 'outlet {row}'}\n"
#define SYSTEM "1.3.6.1.2.1.1.1.0|4|Test\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9.7\n" \
	"1.3.6.1.2.1.1.3.0|67|100000\n1.3.6.1.4.1.9.9.0|2|500\n"
#define ROWS 6

/* An agent, and the only session to it. */
struct agent {
	struct snapshot *snapshot;
	const struct credential *credential;
	struct engine_request request;
	bool busy, open;
	bool short_bulk;             /* answers to GETBULK lack their last cell */
	bool mute_bulk;              /* GETBULK is not answered */
	unsigned n_gets, n_bulks;    /* of the last poll */
	size_t n_names;              /* of its last request */
};

static int
agent_open(void *engine, const struct engine_target *target,
    void **ret_session, struct col_error *error)
{
	struct agent *agent = engine;

	(void)error;
	agent->credential = target->credential;
	agent->open = true;
	*ret_session = agent;
	return 0;
}

static void
agent_close(void *arg)
{
	if (arg != NULL) {
		((struct agent *)arg)->open = false;
	}
}

static int
agent_send(void *arg, const struct engine_request *request)
{
	struct agent *agent = arg;

	assert_false(agent->busy);
	agent->request = *request;
	agent->busy = true;
	return 0;
}

static void
agent_cancel(void *arg)
{
	((struct agent *)arg)->busy = false;
}

static const struct engine_ops agent_ops = {.name = "agent",
    .open = agent_open, .close = agent_close, .send = agent_send,
    .cancel = agent_cancel};

static struct varbind
next_of(const struct agent *agent, struct objref name)
{
	const struct varbind *vb = snapshot_next(agent->snapshot, name);

	return vb != NULL ? *vb : (struct varbind){.name = name,
	    .type = VARBIND_END};
}

/* Source: RFC 3416 s.4.2.3. */
static size_t
answer_bulk(const struct agent *agent, struct varbind *out)
{
	const struct engine_request *request = &agent->request;
	size_t n = 0, width = request->n_names - request->n_once;

	for (size_t i = 0; i < request->n_once; i++) {
		out[n++] = next_of(agent, request->names[i]);
	}
	for (unsigned turn = 0; turn < request->n_repeat; turn++) {
		for (size_t i = 0; i < width; i++, n++) {
			out[n] = next_of(agent, turn == 0 ?
			    request->names[request->n_once + i] :
			    out[n - width].name);
		}
	}
	return n;
}

static void
serve(struct agent *agent)
{
	struct engine_request request = agent->request;
	struct engine_reply reply = {.outcome = ENGINE_ANSWER};
	struct varbind out[256];

	agent->busy = false;
	agent->n_names = request.n_names;
	reply.varbinds = out;
	if (request.verb == ENGINE_GETBULK) {
		agent->n_bulks++;
		reply.n_varbinds = answer_bulk(agent, out) - agent->short_bulk;
		/* While it is learned GETBULK works as it should. */
		if (agent->mute_bulk && request.n_expected > 0) {
			reply = (struct engine_reply){
			    .outcome = ENGINE_TIMEOUT, .detail = "no answer"};
		}
	} else {
		agent->n_gets++;
		for (size_t i = 0; i < request.n_names; i++) {
			const struct varbind *vb = snapshot_get(
			    agent->snapshot, request.names[i]);
			out[i] = vb != NULL ? *vb : (struct varbind){
			    .name = request.names[i],
			    .type = VARBIND_NO_INSTANCE};
		}
		reply.n_varbinds = request.n_names;
	}
	request.fn(request.arg, &reply);
}

/* ---- one bench per test ------------------------------------------------------ */

struct bench {
	struct fakehost fake;
	struct reader_shared shared;
	struct profile *profile;
	struct reader reader;
	struct col_node *node;
	struct col_credential credential;
	struct agent agent;
	struct col_poll poll;
};

/* Rows first to last of three columns: 1000 * column + 10 * row. */
static void
show(struct bench *bench, unsigned first, unsigned last, unsigned without)
{
	struct col_error error;
	struct capture capture;
	char text[4096];
	size_t n = (size_t)snprintf(text, sizeof(text), "%s", SYSTEM);

	for (unsigned column = 1; column <= 3; column++) {
		for (unsigned row = first; row <= last; row++) {
			if (row != without) {
				n += (size_t)snprintf(text + n, sizeof(text) - n,
				    "1.3.6.1.4.1.9.%u.%u|2|%u\n", column, row,
				    1000 * column + 10 * row);
			}
		}
	}
	snapshot_free(bench->agent.snapshot);
	assert_int_equal(capture_parse(text, n, &capture, &error), 0);
	bench->agent.snapshot = capture.snapshot;
}

static void
set_up(struct bench *bench, const char *credential)
{
	struct col_device device = {.size = sizeof(device), .id = "d",
	    .address = "127.0.0.1", .profile = "auto",
	    .credentials = &bench->credential, .n_credentials = 1};
	struct col_node *node = yamltree_parse(PROFILE, "p");
	struct col_profile from = {"p", node};
	struct col_error error;

	memset(bench, 0, sizeof(*bench));
	fakehost_init(&bench->fake);
	bench->shared.host = &bench->fake.host;
	bench->shared.plans.host = &bench->fake.host;
	assert_int_equal(profile_parse(&bench->fake.host, &from,
	    &bench->profile), 0);
	yamltree_free(node);
	bench->shared.profiles = (struct profile_set){&bench->profile, 1};
	bench->shared.credentials = credential_set_new(&bench->fake.host,
	    sizeof(struct credential), credential_load);
	bench->node = yamltree_parse(credential, "c.yaml");
	bench->credential = (struct col_credential){"c", bench->node};
	assert_int_equal(reader_init(&bench->reader, &bench->shared, &device,
	    &error), 0);
	reader_use(&bench->reader, &agent_ops, &bench->agent);
	show(bench, 1, ROWS, 0);
}

static void
tear_down(struct bench *bench)
{
	reader_done(&bench->reader);
	assert_false(bench->agent.open);
	profile_unref(bench->profile);
	credential_set_free(bench->shared.credentials);
	snapshot_free(bench->agent.snapshot);
	yamltree_free(bench->node);
	fakehost_poll_clear(&bench->poll);
	fakehost_done(&bench->fake);
}

static enum col_status
poll_once(struct bench *bench)
{
	fakehost_poll_clear(&bench->poll);
	bench->agent.n_gets = bench->agent.n_bulks = 0;
	reader_poll(&bench->reader, bench->fake.now_ns + 5000000000,
	    &bench->poll);
	for (int i = 0; i < 1000 && !bench->poll.done; i++) {
		assert_true(bench->agent.busy);
		serve(&bench->agent);
	}
	assert_int_equal(bench->poll.n_done, 1);
	bench->fake.now_ns += 10000000000;
	return bench->poll.status;
}

static void
expect_rows(const struct bench *bench, unsigned first, unsigned last)
{
	static const char *const metrics[] = {"power_w", "voltage_v",
	    "current_a"};
	char instance[32];

	for (unsigned column = 1; column <= 3; column++) {
		for (unsigned row = first; row <= last; row++) {
			(void)snprintf(instance, sizeof(instance), "outlet %u",
			    row);
			int i = fakehost_slot(&bench->poll,
			    metrics[column - 1], instance);
			assert_true(i >= 0);
			assert_int_equal(bench->poll.values[i].quality,
			    COL_GOOD);
			assert_true(bench->poll.values[i].number ==
			    1000 * column + 10 * row);
		}
	}
	assert_int_equal(bench->poll.uptime_ms, 1000000);
	assert_true(bench->poll.values[fakehost_slot(&bench->poll,
	    "frequency_hz", "")].number == 50);
}

#define V3 "{version: 3, user: u}"

/* ---- tests ---------------------------------------------------------------------- */

static void
test_columns_go_by_bulk_with_v3(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, V3);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		expect_rows(&bench, 1, ROWS);
		assert_int_equal(bench.agent.n_bulks, 1);
		assert_int_equal(bench.agent.n_gets, 0);
		/* sysUpTime, a scalar, three columns; 19 cells and sysUpTime. */
		assert_int_equal(bench.agent.n_names, 5);
	}
	tear_down(&bench);
}

static void
test_v2c_goes_by_get(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, "{version: 2c, community: {credential: x}}");
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	expect_rows(&bench, 1, ROWS);
	assert_int_equal(bench.agent.n_bulks, 0);
	assert_int_equal(bench.agent.n_names, 3 * ROWS + 2);
	tear_down(&bench);
}

static void
test_a_row_that_came_between_costs_one_more_request(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, V3);
	show(&bench, 1, ROWS + 1, 3);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	show(&bench, 1, ROWS + 1, 0);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	expect_rows(&bench, 4, ROWS + 1);
	assert_int_equal(bench.agent.n_bulks, 1);
	assert_int_equal(bench.agent.n_gets, 1);
	/* From then on it is GET, until the rows are looked at again. */
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(bench.agent.n_bulks, 0);
	bench.fake.now_ns += INT64_C(2) * 3600 * 1000000000;
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	expect_rows(&bench, 1, ROWS + 1);
	assert_int_equal(bench.agent.n_bulks, 1);
	assert_int_equal(bench.agent.n_gets, 0);
	tear_down(&bench);
}

static void
test_a_lost_row_is_told_by_get(void **state)
{
	struct bench bench;
	int i;

	(void)state;
	set_up(&bench, V3);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	show(&bench, 1, ROWS, 2);
	assert_int_equal(poll_once(&bench), COL_POLL_PARTIAL);
	expect_rows(&bench, 3, ROWS);
	i = fakehost_slot(&bench.poll, "power_w", "outlet 2");
	assert_int_equal(bench.poll.values[i].quality, COL_ERROR);
	tear_down(&bench);
}

static void
test_three_failures_settle_it(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, V3);
	bench.agent.short_bulk = true;
	for (int i = 0; i < 8; i++) {
		/* Shortened answers are legal: RFC 3416 s.4.2.3. */
		bool tries = i >= 1 && i % 2 == 1 && i < 6;
		assert_int_equal(poll_once(&bench), COL_POLL_OK);
		if (tries) {
			assert_int_equal(bench.agent.n_bulks, 1);
			assert_int_equal(bench.agent.n_gets, 1);
			expect_rows(&bench, 1, ROWS);
		}
		if (i % 2 == 1) {
			bench.fake.now_ns += INT64_C(2) * 3600 * 1000000000;
		}
	}
	assert_int_equal(bench.agent.n_bulks, 0);
	expect_rows(&bench, 1, ROWS);
	tear_down(&bench);
}

static void
test_silence_is_met_by_get(void **state)
{
	struct bench bench;

	(void)state;
	set_up(&bench, V3);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	bench.agent.mute_bulk = true;
	assert_int_equal(poll_once(&bench), COL_POLL_TIMEOUT);
	assert_int_equal(poll_once(&bench), COL_POLL_OK);
	expect_rows(&bench, 1, ROWS);
	tear_down(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_go_by_bulk_with_v3),
		cmocka_unit_test(test_v2c_goes_by_get),
		cmocka_unit_test(
		    test_a_row_that_came_between_costs_one_more_request),
		cmocka_unit_test(test_a_lost_row_is_told_by_get),
		cmocka_unit_test(test_three_failures_settle_it),
		cmocka_unit_test(test_silence_is_met_by_get),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
