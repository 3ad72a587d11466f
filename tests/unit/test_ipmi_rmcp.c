/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams whose bytes are written out here by hand from the specification.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rmcp.h"

#include <collectord/err.h>

static void
test_ping(void **state)
{
	/* Source: DSP0136 s.3.2.4.2 (presence ping). */
	static const uint8_t wanted[RMCP_PING_SIZE] = {0x06, 0x00, 0xff, 0x06,
	    0x00, 0x00, 0x11, 0xbe, 0x80, 0x2a, 0x00, 0x00};
	uint8_t buffer[RMCP_PING_SIZE];

	(void)state;
	assert_int_equal(rmcp_ping(buffer, 0x2a), sizeof(wanted));
	assert_memory_equal(buffer, wanted, sizeof(wanted));
}

static void
test_pong(void **state)
{
	uint8_t pong[28] = {0x06, 0x00, 0xff, 0x06, 0x00, 0x00, 0x11, 0xbe,
	    0x40, 0x2a, 0x00, 0x10, 0x00, 0x00, 0x11, 0xbe, 0, 0, 0, 0, 0x81};
	struct rmcp_view view;

	(void)state;
	assert_int_equal(rmcp_parse(pong, sizeof(pong), &view), 0);
	assert_int_equal(view.kind, RMCP_PONG);
	assert_int_equal(view.tag, 0x2a);
	assert_true(view.has_ipmi);
	pong[20] = 0x01;
	assert_int_equal(rmcp_parse(pong, sizeof(pong), &view), 0);
	assert_false(view.has_ipmi);
	assert_int_equal(rmcp_parse(pong, sizeof(pong) - 1, &view), COL_EPROTO);
	pong[8] = 0x80;
	assert_int_equal(rmcp_parse(pong, sizeof(pong), &view), COL_EPROTO);
}

static void
test_v15(void **state)
{
	/* Header, no authentication, sequence 0, id 0, length 2, "ab", pad. */
	uint8_t bytes[] = {0x06, 0x00, 0xff, 0x07, 0x00, 1, 0, 0, 0, 2, 0, 0,
	    0, 2, 'a', 'b', 0};
	uint8_t head[RMCP_V15_HEADER];
	struct rmcp_view view;

	(void)state;
	assert_int_equal(rmcp_parse(bytes, sizeof(bytes), &view), 0);
	assert_int_equal(view.kind, RMCP_V15);
	assert_int_equal(view.sequence, 1);
	assert_int_equal(view.session, 2);
	assert_int_equal(view.n_body, 2);
	assert_memory_equal(view.body, "ab", 2);
	bytes[13] = 4;
	assert_int_equal(rmcp_parse(bytes, sizeof(bytes), &view), COL_EPROTO);
	bytes[4] = 0x02; /* MD5: needs a code that we never agree to */
	bytes[13] = 2;
	assert_int_equal(rmcp_parse(bytes, sizeof(bytes), &view), COL_EPROTO);
	rmcp_head_v15(head, 9);
	assert_int_equal(head[3], 0x07);
	assert_int_equal(head[4], 0x00);
	assert_int_equal(head[13], 9);
}

static void
test_v20(void **state)
{
	uint8_t bytes[RMCP_V20_HEADER + 6] = {0};
	struct rmcp_head head = {.payload = RMCP_RAKP_2,
	    .is_encrypted = true, .is_authenticated = true,
	    .session = 0x05000007, .sequence = 0x01020304};
	static const uint8_t wanted[RMCP_V20_HEADER] = {0x06, 0x00, 0xff, 0x07,
	    0x06, 0xd3, 0x07, 0x00, 0x00, 0x05, 0x04, 0x03, 0x02, 0x01, 0x04,
	    0x00};
	struct rmcp_view view;

	(void)state;
	rmcp_head_v20(bytes, &head, 4);
	assert_memory_equal(bytes, wanted, sizeof(wanted));
	assert_int_equal(rmcp_parse(bytes, sizeof(bytes), &view), 0);
	assert_int_equal(view.kind, RMCP_V20);
	assert_int_equal(view.payload, RMCP_RAKP_2);
	assert_true(view.is_encrypted && view.is_authenticated);
	assert_int_equal(view.session, 0x05000007);
	assert_int_equal(view.sequence, 0x01020304);
	assert_int_equal(view.n_body, 4);
	assert_int_equal(view.n_trailer, 2);
	assert_ptr_equal(view.trailer, bytes + RMCP_V20_HEADER + 4);
	bytes[14] = 7; /* longer than what came */
	assert_int_equal(rmcp_parse(bytes, sizeof(bytes), &view), COL_EPROTO);
	bytes[14] = 4;
	bytes[5] = 0x02; /* OEM explicit: another header */
	assert_int_equal(rmcp_parse(bytes, sizeof(bytes), &view), COL_EPROTO);
}

static void
test_cut(void **state)
{
	uint8_t bytes[RMCP_V20_HEADER + 4] = {0};
	struct rmcp_head head = {.payload = RMCP_IPMI};
	struct rmcp_view view = {.sequence = 77};

	(void)state;
	rmcp_head_v20(bytes, &head, 4);
	for (size_t n = 0; n < sizeof(bytes); n++) {
		assert_int_equal(rmcp_parse(bytes, n, &view), COL_EPROTO);
	}
	assert_int_equal(view.sequence, 77); /* untouched by failures */
	bytes[0] = 0x07;
	assert_int_equal(rmcp_parse(bytes, sizeof(bytes), &view), COL_EPROTO);
}

static void
test_numbers(void **state)
{
	uint8_t bytes[4];

	(void)state;
	rmcp_put32(bytes, 0x89abcdef);
	assert_int_equal(bytes[0], 0xef);
	assert_int_equal(bytes[3], 0x89);
	assert_int_equal(rmcp_get32(bytes), 0x89abcdef);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_ping),
	    cmocka_unit_test(test_pong),
	    cmocka_unit_test(test_v15),
	    cmocka_unit_test(test_v20),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
