/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See native_kit.h. */
#include <config.h>

#include "native_kit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "loopback.h"

const struct objid uptime = {9, {1, 3, 6, 1, 2, 1, 1, 3, 0}};
const struct objid power = {10, {1, 3, 6, 1, 4, 1, 318, 1, 26, 5}};
static const struct credential open_door = {.id = "c",
    .version = CREDENTIAL_V2C, .community = "public", .community_len = 6,
    .timeout_ns = 1000 * MS, .retries = 2};

unsigned n_full;

/* It stands before the library's. */
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
	struct verdict *told = arg;

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

void
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
	loopback_settle();
	bench->names[0] = objid_ref(&power);
	bench->names[1] = objid_ref(&uptime);
	assert_int_equal(engine_native.start(&setup, &engine, &error), 0);
	bench->native = engine;
}

void
bench_open(struct bench *bench, uint32_t window)
{
	bench_open_at(bench, window, 0);
}

void
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

void
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

void
ask(struct bench *bench, int i)
{
	bench->requests[i].deadline_ns = bench->fake.now_ns + 60000 * MS;
	assert_int_equal(engine_native.send(bench->sessions[i],
	    &bench->requests[i]), 0);
}

void
pass(struct bench *bench, int64_t ms)
{
	bench->fake.now_ns += ms * MS;
	loopback_settle();
	engine_native.tick(bench->native);
}

bool
get_request(struct bench *bench)
{
	struct got *got = &bench->got;
	struct ber_reader reader, message, community;
	struct pdu pdu;
	int64_t version;
	ssize_t n;

	loopback_settle();
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

unsigned
count_requests(struct bench *bench)
{
	unsigned n = 0;

	while (get_request(bench)) {
		n++;
	}
	return n;
}

void
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

void
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

void
answer(struct bench *bench, uint32_t id)
{
	answer_from(bench, bench->agent, id, "public", bench->names);
}
