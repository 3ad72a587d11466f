/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages whose checksums were added up by hand.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lanmsg.h"

#include <collectord/err.h>

static void
test_build(void **state)
{
	/* Get Channel Authentication Capabilities, sequence 1. */
	static const uint8_t data[] = {0x8e, 0x02};
	static const uint8_t wanted[] = {0x20, 0x18, 0xc8, 0x81, 0x04, 0x38,
	    0x8e, 0x02, 0xb3};
	struct lanmsg_request request = {.netfn = LANMSG_APP, .command = 0x38,
	    .seq = 1, .data = data, .n = sizeof(data)};
	uint8_t buffer[16];

	(void)state;
	assert_int_equal(lanmsg_build(buffer, &request), sizeof(wanted));
	assert_memory_equal(buffer, wanted, sizeof(wanted));
	request = (struct lanmsg_request){.netfn = LANMSG_SENSOR, .lun = 3,
	    .seq = 63, .command = 0x2d};
	assert_int_equal(lanmsg_build(buffer, &request), LANMSG_OVERHEAD);
	assert_int_equal(buffer[1], 0x13);
	assert_int_equal(buffer[4], 0xfc);
}

static void
test_parse(void **state)
{
	uint8_t bytes[] = {0x81, 0x1c, 0x63, 0x20, 0x14, 0x01, 0x00, 0x20,
	    0x81, 0x2a};
	struct lanmsg_answer answer;

	(void)state;
	assert_int_equal(lanmsg_parse(bytes, sizeof(bytes), true, &answer), 0);
	assert_int_equal(answer.netfn, LANMSG_APP);
	assert_int_equal(answer.command, 0x01);
	assert_int_equal(answer.seq, 5);
	assert_int_equal(answer.completion, 0);
	assert_int_equal(answer.n, 2);
	assert_int_equal(answer.data[1], 0x81);
	bytes[9]++;
	assert_int_equal(lanmsg_parse(bytes, sizeof(bytes), true, &answer),
	    COL_ERANGE);
	assert_int_equal(lanmsg_parse(bytes, sizeof(bytes), false, &answer), 0);
	bytes[9]--;
	bytes[2]++;
	assert_int_equal(lanmsg_parse(bytes, sizeof(bytes), true, &answer),
	    COL_ERANGE);
	bytes[2]--;
	bytes[1] = 0x18; /* a request, not an answer */
	assert_int_equal(lanmsg_parse(bytes, sizeof(bytes), false, &answer),
	    COL_EPROTO);
	bytes[1] = 0x1c;
	bytes[0] = 0x20; /* to somebody else */
	assert_int_equal(lanmsg_parse(bytes, sizeof(bytes), false, &answer),
	    COL_EPROTO);
}

static void
test_short(void **state)
{
	/* The shortest one: a completion code and nothing behind it. */
	static const uint8_t bytes[] = {0x81, 0x1c, 0x63, 0x20, 0x14, 0x01,
	    0xc1, 0x0a};
	struct lanmsg_answer answer = {.seq = 9};

	(void)state;
	for (size_t n = 0; n < sizeof(bytes); n++) {
		assert_int_equal(lanmsg_parse(bytes, n, false, &answer),
		    COL_EPROTO);
	}
	assert_int_equal(answer.seq, 9);
	assert_int_equal(lanmsg_parse(bytes, sizeof(bytes), true, &answer), 0);
	assert_int_equal(answer.completion, 0xc1);
	assert_int_equal(answer.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_build),
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
