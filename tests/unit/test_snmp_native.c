/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The native engine against an agent in this process: real datagrams on
 * loopback, a clock that the test moves.
 */
#include <config.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"
#include "native.h"

#define MS INT64_C(1000000)
#define DEVICES 40

static const struct objid uptime = {9, {1, 3, 6, 1, 2, 1, 1, 3, 0}};
static const struct objid power = {10, {1, 3, 6, 1, 4, 1, 318, 1, 26, 5}};
static const struct credential open_door = {.id = "c",
    .version = CREDENTIAL_V2C, .community = "public", .community_len = 6,
    .timeout_ns = 1000 * MS, .retries = 2};

/* Sends that the system has no room for; it stands before the library's. */
static unsigned n_full;

int
sendmmsg(int fd, struct mmsghdr *messages, unsigned int n, int flags)
{
	if (n_full > 0) {
		n_full--;
		errno = EAGAIN;
		return -1;
	}
	return (int)syscall(SYS_sendmmsg, fd, messages, n, flags);
}

/* One request that the agent has got. */
struct got {
	struct sockaddr_storage from;
	socklen_t from_len;
	uint8_t bytes[2048];
	size_t len;
	uint32_t id;
};

/* What the reply function was told. */
struct told {
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
	struct told told[DEVICES];
	void *sessions[DEVICES];
	struct got got;
};

static int
open_socket(struct sockaddr_in *ret_at)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*ret_at = at;
	return fd;
}

static void
on_reply(void *arg, const struct engine_reply *reply)
{
	struct told *told = arg;

	told->n++;
	told->outcome = reply->outcome;
	told->error_status = reply->error_status;
	told->error_index = reply->error_index;
	told->n_varbinds = reply->n_varbinds;
	if (reply->n_varbinds > 0) {
		told->first = reply->varbinds[0];
		told->names_taken_over = reply->varbinds[0].name.sub ==
		    told->request->names[0].sub;
	}
	(void)snprintf(told->detail, sizeof(told->detail), "%s",
	    reply->detail == NULL ? "" : reply->detail);
}

static void
bench_open_at(struct bench *bench, uint32_t window, uint16_t source_port)
{
	struct engine_setup setup = {.receive_buffer = 1 << 20,
	    .window = window, .source_port = source_port};
	struct sockaddr_in other;
	struct col_error error;
	void *engine;

	memset(bench, 0, sizeof(*bench));
	fakehost_init(&bench->fake);
	bench->fake.now_ns = INT64_C(86400000000000);
	setup.host = &bench->fake.host;
	bench->agent = open_socket(&bench->at);
	bench->stranger = open_socket(&other);
	bench->names[0] = objid_ref(&power);
	bench->names[1] = objid_ref(&uptime);
	assert_int_equal(engine_native.start(&setup, &engine, &error), 0);
	bench->native = engine;
}

static void
bench_open(struct bench *bench, uint32_t window)
{
	bench_open_at(bench, window, 0);
}

static void
bench_close(struct bench *bench)
{
	for (int i = 0; i < DEVICES; i++) {
		engine_native.close(bench->sessions[i]);
	}
	assert_int_equal(bench->native->n_flying, 0);
	assert_int_equal(bench->native->n_suspects, 0);
	assert_int_equal(bench->native->n_waiting, 0);
	engine_native.stop(bench->native);
	(void)close(bench->agent);
	(void)close(bench->stranger);
	fakehost_done(&bench->fake);
}

static void
add_device(struct bench *bench, int i, bool any_source)
{
	struct engine_target target = {.device = "d", .address = "loopback",
	    .to_len = sizeof(bench->at), .credential = &open_door,
	    .any_source = any_source};
	struct col_error error;

	memcpy(&target.to, &bench->at, sizeof(bench->at));
	assert_int_equal(engine_native.open(bench->native, &target,
	    &bench->sessions[i], &error), 0);
	bench->requests[i] = (struct engine_request){.verb = ENGINE_GET,
	    .list = 7, .names = bench->names, .n_names = 2, .fn = on_reply,
	    .arg = &bench->told[i]};
	bench->told[i].request = &bench->requests[i];
}

static void
ask(struct bench *bench, int i)
{
	bench->requests[i].deadline_ns = bench->fake.now_ns + 60000 * MS;
	assert_int_equal(engine_native.send(bench->sessions[i],
	    &bench->requests[i]), 0);
}

static void
pass(struct bench *bench, int64_t ms)
{
	bench->fake.now_ns += ms * MS;
	engine_native.tick(bench->native);
}

/* Takes one request that the engine has sent; false when there is none. */
static bool
get_request(struct bench *bench)
{
	struct got *got = &bench->got;
	struct ber_reader reader, message, community;
	struct pdu pdu;
	int64_t version;
	ssize_t n;

	got->from_len = sizeof(got->from);
	n = recvfrom(bench->agent, got->bytes, sizeof(got->bytes), 0,
	    (struct sockaddr *)&got->from, &got->from_len);
	if (n < 0) {
		return false;
	}
	got->len = (size_t)n;
	reader = ber_reader(got->bytes, got->len);
	assert_int_equal(ber_take(&reader, BER_SEQUENCE, &message), 0);
	assert_int_equal(ber_left(&reader), 0);
	assert_int_equal(ber_take_integer(&message, &version), 0);
	assert_int_equal(version, 1);
	assert_int_equal(ber_take(&message, BER_OCTETS, &community), 0);
	assert_int_equal(pdu_take(&message, &pdu), 0);
	got->id = pdu.id;
	return true;
}

static unsigned
count_requests(struct bench *bench)
{
	unsigned n = 0;

	while (get_request(bench)) {
		n++;
	}
	return n;
}

/* Sends the varbinds written as the answer to id. */
static void
send_answer(struct bench *bench, int fd, struct ber_writer *writer,
    uint32_t id, const char *community)
{
	ber_put_header_since(writer, BER_SEQUENCE, 0);
	ber_put_integer(writer, BER_INTEGER, 0);
	ber_put_integer(writer, BER_INTEGER, 0);
	pdu_put_head(writer, PDU_RESPONSE, id, ber_written(writer));
	ber_put_octets(writer, BER_OCTETS, (const uint8_t *)community,
	    strlen(community));
	ber_put_integer(writer, BER_INTEGER, 1);
	ber_put_header_since(writer, BER_SEQUENCE, 0);
	assert_false(writer->full);
	assert_true(sendto(fd, writer->at, ber_written(writer), 0,
	    (struct sockaddr *)&bench->got.from, bench->got.from_len) > 0);
}

/* An answer to id: one integer each, names in the order given. */
static void
answer_from(struct bench *bench, int fd, uint32_t id, const char *community,
    const struct objref *names)
{
	uint8_t buffer[512];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));

	for (int i = 2; i > 0; i--) {
		size_t mark = ber_written(&writer);
		ber_put_integer(&writer, BER_INTEGER, 400 + i);
		ber_put_objid(&writer, names[i - 1]);
		ber_put_header_since(&writer, BER_SEQUENCE, mark);
	}
	send_answer(bench, fd, &writer, id, community);
}

static void
answer(struct bench *bench, uint32_t id)
{
	answer_from(bench, bench->agent, id, "public", bench->names);
}

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

/* ---- many requests ------------------------------------------------------------------- */

static void
test_window(void **state)
{
	struct bench bench;
	unsigned n;

	(void)state;
	bench_open(&bench, 16);
	for (int i = 0; i < DEVICES; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	for (unsigned all = 0; all < DEVICES; all += n) {
		unsigned expected = DEVICES - all < 16 ? DEVICES - all : 16;
		pass(&bench, 10);
		for (n = 0; get_request(&bench); n++) {
			answer(&bench, bench.got.id);
		}
		assert_int_equal(n, expected);
	}
	pass(&bench, 10);
	for (int i = 0; i < DEVICES; i++) {
		assert_int_equal(bench.told[i].n, 1);
	}
	/* All of one kind: encoded once. */
	assert_int_equal(bench.native->bodies.n_made, 1);
	bench_close(&bench);
}

/* The silent ones get a quarter of the window, the others the rest. */
static void
test_silent_agents_wait(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	for (int i = 0; i < 16; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 16);
	pass(&bench, 1000);
	assert_int_equal(count_requests(&bench), 4);
	assert_int_equal(bench.native->n_suspects, 4);
	for (int i = 16; i < 36; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 12);
	/* Those that wait for a retry are still listened to. */
	bench.fake.now_ns += 60000 * MS;
	for (int i = 0; i < 100; i++) {
		engine_native.tick(bench.native);
	}
	for (int i = 0; i < 16; i++) {
		assert_int_equal(bench.told[i].n, 1);
		assert_int_equal(bench.told[i].outcome, ENGINE_TIMEOUT);
	}
	bench_close(&bench);
}

/* What waits too long for the window ends in time; the agent is not to blame. */
static void
test_waiting_ends_in_time(void **state)
{
	struct bench bench;
	struct native_session *waiting;

	(void)state;
	bench_open(&bench, 1);
	add_device(&bench, 0, false);
	add_device(&bench, 1, false);
	ask(&bench, 0);
	ask(&bench, 1);
	bench.requests[1].deadline_ns = bench.fake.now_ns + 300 * MS;
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 1);
	pass(&bench, 280);
	assert_int_equal(bench.told[1].n, 0);
	pass(&bench, 10);
	assert_int_equal(bench.told[1].n, 1);
	assert_int_equal(bench.told[1].outcome, ENGINE_FAULT);
	assert_string_equal(bench.told[1].detail,
	    "the request waited too long to be sent");
	waiting = bench.sessions[1];
	assert_int_equal(waiting->n_failed, 0);
	assert_int_equal(bench.native->counters.refused, 0);
	assert_int_equal(bench.native->counters.timeouts, 1);
	bench_close(&bench);
}

/* Who has just been heard goes on talking, however many are silent. */
static void
test_talk_goes_on_beside_silence(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	for (int i = 0; i < 16; i++) {
		add_device(&bench, i, false);
		ask(&bench, i);
	}
	pass(&bench, 10);
	pass(&bench, 1000);
	assert_int_equal(bench.native->n_suspects, 4);
	(void)count_requests(&bench);
	add_device(&bench, 16, false);
	ask(&bench, 16);
	pass(&bench, 10);
	assert_int_equal(count_requests(&bench), 1);
	/* As after the discovery of a v3 engine. */
	native_flight_again(bench.sessions[16]);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[16].outcome, ENGINE_ANSWER);
	bench_close(&bench);
}

/* Down for three requests: one try only, until it answers again. */
static void
test_down_agent(void **state)
{
	static const unsigned tries[] = {3, 3, 3, 1, 1};
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		unsigned n = 0;
		ask(&bench, 0);
		while (bench.told[0].n == i) {
			pass(&bench, 50);
			n += count_requests(&bench);
		}
		assert_int_equal(n, tries[i]);
	}
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
	ask(&bench, 0);
	for (int i = 0; i < 120; i++) {
		pass(&bench, 50);
	}
	assert_int_equal(count_requests(&bench), 3);
	bench_close(&bench);
}

/* Slower than its first timeout, and down: one try, but as long as it needs. */
static void
test_slow_agent_comes_back(void **state)
{
	struct bench bench;
	unsigned n;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	for (n = 0; n < 3; n++) {
		ask(&bench, 0);
		pass(&bench, 10);
		assert_true(get_request(&bench));
		pass(&bench, 3000);
		answer(&bench, bench.got.id);
		pass(&bench, 10);
		assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
		(void)count_requests(&bench);
	}
	for (; n < 6; n++) {
		ask(&bench, 0);
		while (bench.told[0].n == n) {
			pass(&bench, 50);
		}
		assert_int_equal(bench.told[0].outcome, ENGINE_TIMEOUT);
		(void)count_requests(&bench);
	}
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	pass(&bench, 3000);
	answer(&bench, bench.got.id);
	pass(&bench, 10);
	assert_int_equal(bench.told[0].outcome, ENGINE_ANSWER);
	bench_close(&bench);
}

/* Quick agents are asked again after 250 ms. */
static void
test_timeout_adapts(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 16);
	add_device(&bench, 0, false);
	for (int i = 0; i < 5; i++) {
		ask(&bench, 0);
		pass(&bench, 10);
		assert_true(get_request(&bench));
		answer(&bench, bench.got.id);
		pass(&bench, 20);
	}
	assert_int_equal(bench.native->counters.trips[0], 0);
	assert_int_equal(bench.native->counters.trips[1], 5);
	assert_int_equal(bench.native->counters.trips[9], 5);
	ask(&bench, 0);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	pass(&bench, 240);
	assert_false(get_request(&bench));
	pass(&bench, 10);
	assert_true(get_request(&bench));
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

/* ---- parts ------------------------------------------------------------------------- */

static void
test_session_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct native_session) <= 104);
}

static void
test_rto(void **state)
{
	struct rto rto = {0};

	(void)state;
	assert_int_equal(rto_first(&rto, 700 * MS), 700 * MS);
	assert_int_equal(rto_first(&rto, 9000 * MS), 5000 * MS);
	rto_learn(&rto, 400 * MS);
	/* 400 + 4 x 200 */
	assert_int_equal(rto_first(&rto, 700 * MS), 1200 * MS);
	for (int i = 0; i < 100; i++) {
		rto_learn(&rto, 2 * MS);
	}
	assert_int_equal(rto_first(&rto, 700 * MS), 250 * MS);
	rto_learn(&rto, -5);
	rto_learn(&rto, INT64_MAX);
	assert_int_equal(rto_first(&rto, 700 * MS), 5000 * MS);
	assert_int_equal(rto_next(2000 * MS), 4000 * MS);
	assert_int_equal(rto_next(3000 * MS), 5000 * MS);
}

/* Ids of a slot: those of this request count, older ones are late. */
static void
test_slot_ids(void **state)
{
	struct fakehost fake;
	struct native_slots *slots;
	struct native_session owner;
	struct native_slot *slot;
	unsigned age;
	bool late;

	(void)state;
	fakehost_init(&fake);
	slots = native_slots_new(&fake.host, 300, 0);
	slot = native_slots_take(slots, &owner);
	/* Round the whole circle of generations. */
	for (int i = 0; i < 40000; i++) {
		uint32_t a = native_slots_new_id(slots, slot), b;
		assert_true(a >= 0x800000 && a <= 0x7fffffff);
		b = native_slots_new_id(slots, slot);
		assert_ptr_equal(native_slots_find(slots, a, &age, &late), slot);
		assert_int_equal(age, 1);
		assert_ptr_equal(native_slots_find(slots, b, &age, &late), slot);
		assert_int_equal(age, 0);
		native_slots_drop_ids(slot);
		assert_null(native_slots_find(slots, b, &age, &late));
		assert_true(late);
	}
	assert_null(native_slots_find(slots, 0x00800000 + 65535, &age, &late));
	assert_false(late);
	for (int i = 1; i < 300; i++) {
		assert_non_null(native_slots_take(slots, &owner));
	}
	assert_null(native_slots_take(slots, &owner));
	native_slots_give(slots, native_slots_at(slots, 17));
	assert_int_equal(native_slots_number(slots, native_slots_take(slots,
	    &owner)), 17);
	native_slots_free(slots);
	fakehost_done(&fake);
}

/* Never early, never more than one step late, whatever the order. */
static void
test_slot_timers(void **state)
{
	struct fakehost fake;
	struct native_slots *slots;
	struct native_session owner;
	struct native_slot *slot;
	int64_t now_ns = 123456789;
	int n_left = 200;

	(void)state;
	fakehost_init(&fake);
	slots = native_slots_new(&fake.host, 300, now_ns);
	for (int i = 0; i < n_left; i++) {
		slot = native_slots_take(slots, &owner);
		native_slots_arm(slots, slot, now_ns + (int64_t)
		    (fake.host.random(&fake.host) % 12000) * MS);
	}
	native_slots_give(slots, native_slots_at(slots, 5));
	n_left--;
	while (n_left > 0) {
		now_ns += 7 * MS;
		while ((slot = native_slots_due(slots, now_ns)) != NULL) {
			assert_true(slot->due_ns <= now_ns);
			assert_true(slot->due_ns > now_ns - 20 * MS);
			native_slots_give(slots, slot);
			n_left--;
		}
	}
	/* A clock that leaps fires all at once. */
	slot = native_slots_take(slots, &owner);
	native_slots_arm(slots, slot, now_ns + 3000 * MS);
	now_ns += INT64_C(86400000000000);
	assert_ptr_equal(native_slots_due(slots, now_ns), slot);
	assert_null(native_slots_due(slots, now_ns));
	native_slots_free(slots);
	fakehost_done(&fake);
}

/* What nobody has asked for ten minutes is forgotten. */
static void
test_bodies(void **state)
{
	struct native_bodies bodies = {.n_made = 0};
	struct objref names[2] = {objid_ref(&power), objid_ref(&uptime)};
	struct engine_request request = {.names = names, .n_names = 2,
	    .list = 5};
	struct native_body *a, *b;
	int64_t now_ns = 0;

	(void)state;
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &a), 0);
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &b), 0);
	assert_ptr_equal(a, b);
	request.verb = ENGINE_GETNEXT;
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &b), 0);
	assert_ptr_not_equal(a, b);
	native_bodies_put(&bodies, b);
	now_ns += 660 * 1000 * MS;
	native_bodies_sweep(&bodies, now_ns);
	assert_int_equal(HASH_COUNT(bodies.shared), 1);
	native_bodies_put(&bodies, a);
	native_bodies_put(&bodies, a);
	request.list = 0;
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &b), 0);
	assert_int_equal(HASH_COUNT(bodies.shared), 1);
	native_bodies_put(&bodies, b);
	native_bodies_done(&bodies);
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
	    cmocka_unit_test(test_window),
	    cmocka_unit_test(test_silent_agents_wait),
	    cmocka_unit_test(test_waiting_ends_in_time),
	    cmocka_unit_test(test_talk_goes_on_beside_silence),
	    cmocka_unit_test(test_down_agent),
	    cmocka_unit_test(test_slow_agent_comes_back),
	    cmocka_unit_test(test_timeout_adapts),
	    cmocka_unit_test(test_no_way),
	    cmocka_unit_test(test_no_room),
	    cmocka_unit_test(test_source_port),
	    cmocka_unit_test(test_bad_requests),
	    cmocka_unit_test(test_session_is_small),
	    cmocka_unit_test(test_rto),
	    cmocka_unit_test(test_slot_ids),
	    cmocka_unit_test(test_slot_timers),
	    cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
