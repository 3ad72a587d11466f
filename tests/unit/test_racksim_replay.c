/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "replay.h"

static int
load(struct replay *replay, const char *text)
{
	char error[REPLAY_ERROR_MAX];
	FILE *file = tmpfile();
	int status;

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	rewind(file);
	status = replay_load(replay, file, error);
	(void)fclose(file);
	return status;
}

static void
all_types_are_read(void **state)
{
	static const uint8_t hex[] = {0x00, 0xc0, 0xb7};
	static const uint8_t address[] = {10, 0, 0, 1};
	struct replay replay;
	struct cell cell;

	(void)state;
	/* Out of order on purpose, with a carriage return and a pipe. */
	assert_int_equal(load(&replay,
	    "1.3.6.1.9.9.0|70|18446744073709551615\r\n"
	    "1.3.6.1.9.1.0|2|-5\n"
	    "1.3.6.1.9.2.0|4|a|b\n"
	    "1.3.6.1.9.3.0|4x|00C0b7\n"
	    "1.3.6.1.9.4.0|6|1.3.6.1\n"
	    "1.3.6.1.9.5.0|64|10.0.0.1\n"
	    "1.3.6.1.9.6.0|64x|0a000001\n"
	    "1.3.6.1.9.7.0|67|4294967295\n"
	    "1.3.6.1.9.8.0|5|\n"), 0);
	assert_int_equal(replay.mib.n_entries, 9);
	replay_cell(&replay, &replay.mib.entries[0], &cell);
	assert_int_equal(cell.number, -5);
	replay_cell(&replay, &replay.mib.entries[1], &cell);
	assert_int_equal(cell.len, 3);
	assert_memory_equal(cell.bytes, "a|b", 3);
	replay_cell(&replay, &replay.mib.entries[2], &cell);
	assert_int_equal(cell.len, 3);
	assert_memory_equal(cell.bytes, hex, 3);
	replay_cell(&replay, &replay.mib.entries[3], &cell);
	assert_int_equal(cell.tag, BER_OID);
	assert_int_equal(cell.len, 3);
	for (int i = 4; i < 6; i++) {
		replay_cell(&replay, &replay.mib.entries[i], &cell);
		assert_int_equal(cell.len, 4);
		assert_memory_equal(cell.bytes, address, 4);
	}
	replay_cell(&replay, &replay.mib.entries[8], &cell);
	assert_int_equal((uint64_t)cell.number, UINT64_MAX);
	replay_done(&replay);
}

static void
bad_lines_are_refused(void **state)
{
	static const char *const bad[] = {
		"1.3.6.1", "1.3.6.1|4", "x|4|a", "1.3.6.1.1|99|a",
		"1.3.6.1.1|2|five", "1.3.6.1.1|66|-1", "1.3.6.1.1|4x|abc",
		"1.3.6.1.1|4x|zz", "1.3.6.1.1|6|enterprises",
		"1.3.6.1.1|64|1.2.3", "1.3.6.1.1|2|1\n1.3.6.1.1|2|2"
	};
	struct replay replay;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(load(&replay, bad[i]), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_types_are_read),
		cmocka_unit_test(bad_lines_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
