/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request of the native engine: its answer, its retries, who may answer. */
#include <config.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "native_kit.h"

/* ---- one request --------------------------------------------------------------- */

static void
test_answer(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	assert_int_equal(engine_native.send(bench.sessions[0],
	    &bench.requests[0]), COL_EBUSY);
	assert_false(get_request(&bench));
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 1);
	assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
	assert_int_equal(bench.told[0].n_varbinds, 2);
	assert_true(bench.told[0].names_taken_over);
	assert_int_equal(bench.told[0].first.integer, 401);
	assert_int_equal(bench.native->counters.started, 1);
	assert_int_equal(bench.native->counters.ok, 1);
	bench_close(&bench);
}

/* Source: spine's change log, bug 1541: some agents reorder. */
static void
test_reordered_answer(void **state)
{
	struct bench bench;
	struct objref swapped[2] = {objid_ref(&uptime), objid_ref(&power)};

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer_from(&bench, bench.agent, bench.got.id, "public", swapped);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n_varbinds, 2);
	assert_false(bench.told[0].names_taken_over);
	bench_close(&bench);
}

static void
test_retries_then_timeout(void **state)
{
	struct bench bench;
	uint32_t ids[3];

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	ids[0] = bench.got.id;
	pass(&bench, 990);
	assert_false(get_request(&bench));
	pass(&bench, 10);
	assert_true(get_request(&bench));
	ids[1] = bench.got.id;
	pass(&bench, 1990);
	assert_false(get_request(&bench));
	pass(&bench, 10);
	assert_true(get_request(&bench));
	ids[2] = bench.got.id;
	assert_true(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
	pass(&bench, 3990);
	assert_int_equal(bench.told[0].n, 0);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 1);
	assert_int_equal(bench.told[0].outcome, ENGINE_TIMEOUT);
	assert_string_equal(bench.told[0].detail,
	    "no answer: unreachable, or wrong community");
	assert_int_equal(bench.native->counters.retries, 2);
	assert_int_equal(bench.native->counters.timeouts, 1);
	/* Too late now. */
	answer(&bench, ids[2]);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 1);
	assert_int_equal(bench.native->counters.late, 1);
	bench_close(&bench);
}

/* The answer to the first try counts after the second; both count once. */
static void
test_late_answer_counts(void **state)
{
	struct bench bench;
	uint32_t first;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	first = bench.got.id;
	pass(&bench, 1000);
	assert_true(get_request(&bench));
	answer(&bench, first);
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 1);
	assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
	assert_int_equal(bench.native->counters.late, 1);
	/* It was measured from the first try: the next wait is no shorter. */
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	pass(&bench, 1000);
	assert_false(get_request(&bench));
	bench_close(&bench);
}

static void
test_deadline(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	bench.requests[0].deadline_ns = bench.fake.now_ns + 300 * MS;
	pass(&bench, 10);
	pass(&bench, 280);
	assert_int_equal(bench.told[0].n, 0);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 1);
	assert_int_equal(bench.told[0].outcome, ENGINE_TIMEOUT);
	bench_close(&bench);
}

static void
test_cancel(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	engine_native.cancel(bench.sessions[0]);
	pass(&bench, 10);
	assert_false(get_request(&bench));
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	engine_native.cancel(bench.sessions[0]);
	answer(&bench, bench.got.id);
	pass(&bench, 5000);
	assert_int_equal(bench.told[0].n, 0);
	assert_false(get_request(&bench));
	bench_close(&bench);
}

/* ---- who may answer ---------------------------------------------------------------- */

static void
test_strangers(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer_from(&bench, bench.stranger, bench.got.id, "public",
	    bench.names);
	answer_from(&bench, bench.agent, bench.got.id, "private", bench.names);
	answer_from(&bench, bench.agent, bench.got.id + 0x10000, "public",
	    bench.names);
	answer_from(&bench, bench.agent, bench.got.id + 1, "public",
	    bench.names);
	answer_from(&bench, bench.agent, 5, "public", bench.names);
	assert_true(sendto(bench.agent, "0\x82", 2, 0,
	    (struct sockaddr *)&bench.got.from, bench.got.from_len) > 0);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 0);
	assert_int_equal(bench.native->counters.wrong_source, 1);
	assert_int_equal(bench.native->counters.wrong_secret, 1);
	assert_int_equal(bench.native->counters.late, 2);
	assert_int_equal(bench.native->counters.unknown_id, 1);
	assert_int_equal(bench.native->counters.malformed, 1);
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 1);
	bench_close(&bench);
}

static void
test_any_source(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, true);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer_from(&bench, bench.stranger, bench.got.id, "wrong", bench.names);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 0);
	answer_from(&bench, bench.stranger, bench.got.id, "public",
	    bench.names);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].n, 1);
	bench_close(&bench);
}

/* An answer cut at any byte is no answer; the whole one still is. */
static void
test_cut_answers(void **state)
{
	struct bench bench;
	uint8_t whole[512];
	size_t len;
	struct sockaddr_in engine_at;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	/* The request itself, as a response: NULL values. */
	len = bench.got.len;
	memcpy(whole, bench.got.bytes, len);
	assert_int_equal(whole[13], PDU_GET);
	whole[13] = PDU_RESPONSE;
	memcpy(&engine_at, &bench.got.from, sizeof(engine_at));
	for (size_t n = 1; n <= len; n++) {
		assert_int_equal(bench.told[0].n, 0);
		assert_true(sendto(bench.agent, whole, n, 0,
		    (struct sockaddr *)&engine_at, sizeof(engine_at)) ==
		    (ssize_t)n);
		pass(&bench, 0);
	}
	assert_int_equal(bench.told[0].n, 1);
	assert_int_equal(bench.told[0].first.type, VARBIND_NULL);
	assert_int_equal(bench.native->counters.malformed, len - 1);
	bench_close(&bench);
}

/* Who answers nonsense under our id and community is there, and is told so. */
static void
test_answers_that_make_no_sense(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	for (int i = 0; i < 200 && bench.told[0].n == 0; i++) {
		pass(&bench, 50);
		while (get_request(&bench)) {
			uint8_t buffer[128];
			struct ber_writer writer = ber_writer(buffer,
			    sizeof(buffer));
			ber_put_null(&writer, BER_NULL);
			send_answer(&bench, bench.agent, &writer, bench.got.id,
			    "public");
		}
	}
	assert_int_equal(bench.native->counters.malformed, 3);
	assert_int_equal(bench.told[0].outcome, ENGINE_BROKEN);
	assert_string_equal(bench.told[0].detail,
	    "the agent's answers cannot be decoded");
	bench_close(&bench);
}

/* ---- what cannot be sent ----------------------------------------------------------- */

static void
test_no_way(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	/* A broadcast address without leave to broadcast: EACCES. */
	bench.at.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	for (int i = 0; i < 200 && bench.told[0].n == 0; i++) {
		pass(&bench, 50);
	}
	assert_int_equal(bench.told[0].outcome, ENGINE_UNREACHABLE);
	assert_non_null(strstr(bench.told[0].detail, "cannot send: "));
	bench_close(&bench);
}

/* A full send buffer costs the request neither a try nor patience. */
static void
test_no_room(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	ask(&bench, 0);
	n_full = 1;
	pass(&bench, 10);
	assert_false(get_request(&bench));
	pass(&bench, 20);
	assert_true(get_request(&bench));
	assert_int_equal(bench.native->counters.started, 1);
	assert_int_equal(bench.native->counters.retries, 0);
	n_full = 2;
	pass(&bench, 1000);
	pass(&bench, 20);
	assert_false(get_request(&bench));
	pass(&bench, 20);
	assert_true(get_request(&bench));
	assert_int_equal(bench.native->counters.retries, 1);
	pass(&bench, 1990);
	assert_false(get_request(&bench));
	pass(&bench, 10);
	assert_true(get_request(&bench));
	assert_int_equal(bench.native->counters.unsent, 0);
	bench_close(&bench);
}

static uint16_t
port_of_request(struct bench *bench)
{
	struct sockaddr_in from;

	add_device(bench, 0, false);
	ask(bench, 0);
	pass(bench, 10);
	assert_true(get_request(bench));
	memcpy(&from, &bench->got.from, sizeof(from));
	return ntohs(from.sin_port);
}

/* A port that is taken gives way to the next one. */
static void
test_source_port(void **state)
{
	struct bench first, second;
	uint16_t port;

	(void)state;
	bench_open(&first, 16);
	port = port_of_request(&first);
	bench_open_at(&second, 16, port);
	assert_in_range(port_of_request(&second), port + 1,
	    port + UDP_SOURCE_PORTS);
	bench_close(&second);
	bench_close(&first);
}

static void
test_bad_requests(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	bench.requests[0].n_names = 0;
	assert_int_equal(engine_native.send(bench.sessions[0],
	    &bench.requests[0]), COL_EINVAL);
	bench.requests[0].n_names = PDU_NAMES_MAX + 1;
	assert_int_equal(engine_native.send(bench.sessions[0],
	    &bench.requests[0]), COL_EINVAL);
	engine_native.cancel(bench.sessions[0]);
	bench_close(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answer),
	    cmocka_unit_test(test_reordered_answer),
	    cmocka_unit_test(test_retries_then_timeout),
	    cmocka_unit_test(test_late_answer_counts),
	    cmocka_unit_test(test_deadline),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_strangers),
	    cmocka_unit_test(test_any_source),
	    cmocka_unit_test(test_cut_answers),
	    cmocka_unit_test(test_answers_that_make_no_sense),
	    cmocka_unit_test(test_no_way),
	    cmocka_unit_test(test_no_room),
	    cmocka_unit_test(test_source_port),
	    cmocka_unit_test(test_bad_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
