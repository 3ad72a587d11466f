/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What every engine that speaks over a network must do: the same tests for
 * each, over IPv4 and IPv6, against an agent in this process.
 */
#include <config.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"
#include "engine.h"
#include "loopback.h"
#include "pdu.h"

#define MS INT64_C(1000000)

static const struct engine_ops *const engines[] = {&engine_native,
    &engine_netsnmp};

static const struct objid power = {10, {1, 3, 6, 1, 4, 1, 318, 1, 26, 5}};
static const struct objid uptime = {9, {1, 3, 6, 1, 2, 1, 1, 3, 0}};

struct told {
	unsigned n;
	enum engine_outcome outcome;
	unsigned error_status, error_index;
	size_t n_varbinds;
	struct objid names[8];
	enum varbind_type types[8];
	int64_t integer;
};

struct bench {
	struct fakehost fake;
	const struct engine_ops *ops;
	void *engine, *session;
	struct credential credential;
	struct objref names[2];
	struct engine_request request;
	struct told told;
	int agent, stranger;
	union {
		struct sockaddr sa;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} at, from;
	socklen_t at_len, from_len;
	uint8_t got[4096];
	size_t got_len;
	struct pdu pdu;          /* of the request got */
};

static void
on_reply(void *arg, const struct engine_reply *reply)
{
	struct told *told = arg;

	told->n++;
	told->outcome = reply->outcome;
	told->error_status = reply->error_status;
	told->error_index = reply->error_index;
	told->n_varbinds = reply->n_varbinds;
	for (size_t i = 0; i < reply->n_varbinds && i < 8; i++) {
		objid_copy(&told->names[i], reply->varbinds[i].name);
		told->types[i] = reply->varbinds[i].type;
	}
	if (reply->n_varbinds > 0) {
		told->integer = reply->varbinds[0].integer;
	}
}

static int
open_socket(struct bench *bench, int family)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	memset(&bench->at, 0, sizeof(bench->at));
	if (family == AF_INET6) {
		bench->at.in6 = (struct sockaddr_in6){.sin6_family = AF_INET6,
		    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
		bench->at_len = sizeof(bench->at.in6);
	} else {
		bench->at.in = (struct sockaddr_in){.sin_family = AF_INET,
		    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
		bench->at_len = sizeof(bench->at.in);
	}
	if (bind(fd, &bench->at.sa, bench->at_len) != 0 ||
	    getsockname(fd, &bench->at.sa, &bench->at_len) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

/* False when this machine has no such addresses. */
static bool
bench_open(struct bench *bench, const struct engine_ops *ops, int family,
    enum credential_version version)
{
	struct engine_setup setup = {.receive_buffer = 1 << 20};
	struct engine_target target = {.device = "d", .address = "loopback"};
	struct col_error error;

	memset(bench, 0, sizeof(*bench));
	bench->stranger = open_socket(bench, family);
	bench->agent = open_socket(bench, family);
	if (bench->agent < 0) {
		return false;
	}
	loopback_settle();
	fakehost_init(&bench->fake);
	bench->ops = ops;
	bench->credential = (struct credential){.id = "c",
	    .version = version, .community = "public", .community_len = 6,
	    .timeout_ns = 1000 * MS, .retries = 2};
	setup.host = &bench->fake.host;
	assert_int_equal(ops->start(&setup, &bench->engine, &error), 0);
	memcpy(&target.to, &bench->at, bench->at_len);
	target.to_len = bench->at_len;
	target.credential = &bench->credential;
	assert_int_equal(ops->open(bench->engine, &target, &bench->session,
	    &error), 0);
	bench->names[0] = objid_ref(&power);
	bench->names[1] = objid_ref(&uptime);
	bench->request = (struct engine_request){.verb = ENGINE_GET,
	    .names = bench->names, .n_names = 2, .fn = on_reply,
	    .arg = &bench->told};
	return true;
}

static void
bench_close(struct bench *bench)
{
	bench->ops->close(bench->session);
	bench->ops->stop(bench->engine);
	(void)close(bench->agent);
	(void)close(bench->stranger);
	fakehost_done(&bench->fake);
}

static void
ask(struct bench *bench, int64_t patience_ms)
{
	bench->request.deadline_ns = bench->fake.now_ns + patience_ms * MS;
	assert_int_equal(bench->ops->send(bench->session, &bench->request), 0);
}

static void
pass(struct bench *bench, int64_t ms)
{
	for (int64_t i = 0; i < ms; i += 10) {
		bench->fake.now_ns += 10 * MS;
		loopback_settle();
		bench->ops->tick(bench->engine);
	}
}

static bool
get_request(struct bench *bench)
{
	struct ber_reader reader, message, community;
	int64_t version;
	ssize_t n;

	loopback_settle();
	bench->from_len = sizeof(bench->from);
	n = recvfrom(bench->agent, bench->got, sizeof(bench->got), 0,
	    &bench->from.sa, &bench->from_len);
	if (n < 0) {
		return false;
	}
	reader = ber_reader(bench->got, (size_t)n);
	assert_int_equal(ber_take(&reader, BER_SEQUENCE, &message), 0);
	assert_int_equal(ber_take_integer(&message, &version), 0);
	assert_int_equal(version, bench->credential.version);
	assert_int_equal(ber_take(&message, BER_OCTETS, &community), 0);
	assert_int_equal(pdu_take(&message, &bench->pdu), 0);
	return true;
}

/* How an answer differs from a good one. */
struct lie {
	const char *community;
	uint32_t id_off;
	int64_t version_off;
	bool from_stranger;
	enum pdu_tag tag;
	int64_t status, index;
	bool swapped;
};

static void
answer(struct bench *bench, const struct lie *lie)
{
	uint8_t buffer[512];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
	const char *community = lie->community != NULL ? lie->community :
	    "public";

	for (int i = 2; i > 0; i--) {
		size_t mark = ber_written(&writer);
		ber_put_integer(&writer, BER_INTEGER, 400 + i);
		ber_put_objid(&writer, bench->names[lie->swapped ? 2 - i :
		    i - 1]);
		ber_put_header_since(&writer, BER_SEQUENCE, mark);
	}
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	ber_put_integer(&writer, BER_INTEGER, lie->index);
	ber_put_integer(&writer, BER_INTEGER, lie->status);
	pdu_put_head(&writer, lie->tag != 0 ? lie->tag : PDU_RESPONSE,
	    bench->pdu.id + lie->id_off, ber_written(&writer));
	ber_put_octets(&writer, BER_OCTETS, (const uint8_t *)community,
	    strlen(community));
	ber_put_integer(&writer, BER_INTEGER,
	    bench->credential.version + lie->version_off);
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	assert_true(sendto(lie->from_stranger ? bench->stranger : bench->agent,
	    writer.at, ber_written(&writer), 0, &bench->from.sa,
	    bench->from_len) > 0);
}

static const struct lie no_lie;

/* ---- tests over all engines ----------------------------------------------------------- */

static void
check_answer(const struct engine_ops *ops, int family,
    enum credential_version version)
{
	struct bench bench;

	if (!bench_open(&bench, ops, family, version)) {
		return;
	}
	ask(&bench, 5000);
	assert_int_equal(ops->send(bench.session, &bench.request), COL_EBUSY);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	assert_int_equal(bench.pdu.tag, PDU_GET);
	answer(&bench, &no_lie);
	pass(&bench, 10);
	assert_int_equal(bench.told.n, 1);
	assert_int_equal(bench.told.outcome, ENGINE_ANSWER);
	assert_int_equal(bench.told.n_varbinds, 2);
	assert_int_equal(bench.told.integer, 401);
	assert_int_equal(objid_compare(objid_ref(&bench.told.names[0]),
	    bench.names[0]), 0);
	bench_close(&bench);
}

static void
test_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		check_answer(engines[i], AF_INET, CREDENTIAL_V1);
		check_answer(engines[i], AF_INET, CREDENTIAL_V2C);
		check_answer(engines[i], AF_INET6, CREDENTIAL_V2C);
	}
}

/* Each of these is not the answer; then the answer comes. */
static void
check_lies(const struct engine_ops *ops)
{
	static const struct lie lies[] = {{.community = "private"},
	    {.community = ""}, {.community = "publicc"}, {.id_off = 1},
	    {.id_off = 0x10000}, {.version_off = -1}, {.version_off = 2},
	    {.from_stranger = true}, {.tag = PDU_GET}, {.tag = PDU_REPORT},
	    {.tag = PDU_SET}};
	struct bench bench;

	assert_true(bench_open(&bench, ops, AF_INET, CREDENTIAL_V2C));
	ask(&bench, 5000);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		answer(&bench, &lies[i]);
		pass(&bench, 10);
		assert_int_equal(bench.told.n, 0);
	}
	answer(&bench, &no_lie);
	pass(&bench, 10);
	assert_int_equal(bench.told.n, 1);
	assert_int_equal(bench.told.outcome, ENGINE_ANSWER);
	bench_close(&bench);
}

static void
test_lies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		check_lies(engines[i]);
	}
}

static void
check_errors(const struct engine_ops *ops)
{
	static const struct lie too_big = {.status = ENGINE_TOO_BIG,
	    .index = 0};
	static const struct lie no_such = {.status = ENGINE_NO_SUCH_NAME,
	    .index = 2, .swapped = true};
	struct bench bench;

	assert_true(bench_open(&bench, ops, AF_INET, CREDENTIAL_V2C));
	ask(&bench, 5000);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer(&bench, &too_big);
	pass(&bench, 10);
	assert_int_equal(bench.told.outcome, ENGINE_ANSWER);
	assert_int_equal(bench.told.error_status, ENGINE_TOO_BIG);
	assert_int_equal(bench.told.error_index, 0);
	ask(&bench, 5000);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	answer(&bench, &no_such);
	pass(&bench, 10);
	assert_int_equal(bench.told.n, 2);
	assert_int_equal(bench.told.error_status, ENGINE_NO_SUCH_NAME);
	assert_int_equal(bench.told.error_index, 2);
	assert_int_equal(objid_compare(objid_ref(&bench.told.names[0]),
	    bench.names[1]), 0);
	bench_close(&bench);
}

static void
test_errors_and_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		check_errors(engines[i]);
	}
}

/* Tries, then silence; never a reply after the deadline, never two. */
static void
check_silence(const struct engine_ops *ops)
{
	struct bench bench;
	unsigned n = 0;

	assert_true(bench_open(&bench, ops, AF_INET, CREDENTIAL_V2C));
	ask(&bench, 30000);
	for (int i = 0; i < 200; i++) {
		pass(&bench, 50);
		n += get_request(&bench);
	}
	assert_int_equal(n, 3);
	assert_int_equal(bench.told.n, 1);
	assert_int_equal(bench.told.outcome, ENGINE_TIMEOUT);
	answer(&bench, &no_lie);
	pass(&bench, 50);
	assert_int_equal(bench.told.n, 1);
	ask(&bench, 400);
	pass(&bench, 390);
	assert_int_equal(bench.told.n, 1);
	pass(&bench, 20);
	assert_int_equal(bench.told.n, 2);
	assert_int_equal(bench.told.outcome, ENGINE_TIMEOUT);
	bench_close(&bench);
}

static void
test_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		check_silence(engines[i]);
	}
}

static void
check_cancel(const struct engine_ops *ops)
{
	struct bench bench;

	assert_true(bench_open(&bench, ops, AF_INET, CREDENTIAL_V2C));
	ops->cancel(bench.session);
	ask(&bench, 5000);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	ops->cancel(bench.session);
	answer(&bench, &no_lie);
	pass(&bench, 6000);
	assert_int_equal(bench.told.n, 0);
	/* And closed in flight. */
	ask(&bench, 5000);
	pass(&bench, 10);
	bench_close(&bench);
}

static void
test_cancel(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		check_cancel(engines[i]);
	}
}

static void
check_verbs(const struct engine_ops *ops)
{
	struct bench bench;

	assert_true(bench_open(&bench, ops, AF_INET, CREDENTIAL_V2C));
	bench.request.verb = ENGINE_GETNEXT;
	ask(&bench, 5000);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	assert_int_equal(bench.pdu.tag, PDU_GETNEXT);
	answer(&bench, &no_lie);
	pass(&bench, 10);
	assert_int_equal(bench.told.n, 1);
	bench.request.verb = ENGINE_GETBULK;
	bench.request.n_once = 1;
	bench.request.n_repeat = 25;
	ask(&bench, 5000);
	pass(&bench, 10);
	assert_true(get_request(&bench));
	assert_int_equal(bench.pdu.tag, PDU_GETBULK);
	assert_int_equal(bench.pdu.error_status, 1);
	assert_int_equal(bench.pdu.error_index, 25);
	answer(&bench, &no_lie);
	pass(&bench, 10);
	assert_int_equal(bench.told.n, 2);
	bench_close(&bench);
}

static void
test_verbs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
		check_verbs(engines[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_lies),
	    cmocka_unit_test(test_errors_and_order),
	    cmocka_unit_test(test_silence),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_verbs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
