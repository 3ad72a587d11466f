/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every failure has words, names where it happened, and quirks that exist.
 */
#include <config.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fault.h"
#include "quirk.h"
#include "rakp.h"

#include <collectord/err.h>

static const struct fault_about about = {.account = "bmc-a", .user = "mon",
    .privilege = 4};

static const char *
words(struct fault fault, int64_t hold_s)
{
	static char text[512];
	struct fault_about who = about;

	who.hold_s = hold_s;
	fault_text(&fault, &who, text, sizeof(text));
	return text;
}

static void
test_all(void **state)
{
	(void)state;
	for (unsigned code = FAULT_NONE + 1; code < FAULT_CODE_N; code++) {
		for (unsigned stage = STAGE_PING; stage < STAGE_N; stage++) {
			struct fault fault = {.code = (uint8_t)code,
			    .stage = (uint8_t)stage, .error = ENETUNREACH};
			const char *text = words(fault, 0);
			assert_true(strlen(text) > 8);
			assert_true(text[strlen(text) - 1] == ')' ||
			    code == FAULT_NO_ACCOUNT ||
			    code == FAULT_NO_ADDRESS);
			assert_true(fault_result(&fault) < 0);
		}
	}
	assert_string_equal(words((struct fault){.code = FAULT_NONE}, 5), "");
}

static void
test_status(void **state)
{
	static const struct { uint8_t status; int result; const char *word; }
	table[] = {
	    {RAKP_NO_ROOM, COL_EBUSY, "no room for another session"},
	    {RAKP_NO_ROOM_FOR_ROLE, COL_EBUSY, "no room"},
	    {RAKP_NAME_REFUSED, COL_EAUTH, "wrong user: 'mon' (credential bmc-a)"},
	    {RAKP_ROLE_REFUSED, COL_EAUTH, "privilege refused"},
	    {RAKP_NO_SUITE, COL_EAUTH, "no suite 17 and 3"},
	    {RAKP_BAD_CHECK_VALUE, COL_EAUTH, "wrong password"},
	    {RAKP_BAD_SESSION, COL_EPROTO, "invalid session id"},
	    {0x77, COL_EAUTH, "status 77h"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct fault fault = {.code = FAULT_STATUS,
		    .stage = STAGE_RAKP_1, .status = table[i].status,
		    .suites = 1u << SEAL_17 | 1u << SEAL_3};
		assert_int_equal(fault_result(&fault), table[i].result);
		if (strstr(words(fault, 0), table[i].word) == NULL) {
			fail_msg("'%s' lacks '%s'", words(fault, 0),
			    table[i].word);
		}
		assert_non_null(strstr(words(fault, 61), "for 61 s"));
	}
}

static void
test_place(void **state)
{
	struct fault fault = {.code = FAULT_COMPLETION,
	    .stage = STAGE_PRIVILEGE, .status = 0x81};

	(void)state;
	assert_non_null(strstr(words(fault, 0),
	    "(Set Session Privilege Level: completion code 81h)"));
	assert_non_null(strstr(words(fault, 0), "'administrator'"));
	assert_int_equal(fault_result(&fault), COL_EAUTH);
	fault = (struct fault){.code = FAULT_UNSENT, .stage = STAGE_OPEN,
	    .error = ENETUNREACH};
	assert_non_null(strstr(words(fault, 0), "Network is unreachable"));
	assert_int_equal(fault_result(&fault), COL_EIO);
}

/* Whatever is said fits, also into little room. */
static void
test_little_room(void **state)
{
	(void)state;
	for (unsigned code = FAULT_NONE; code < FAULT_CODE_N; code++) {
		struct fault fault = {.code = (uint8_t)code,
		    .stage = STAGE_RAKP_3, .status = RAKP_NAME_REFUSED};
		struct fault_about who = about;
		char text[64];

		who.hold_s = 90;
		for (size_t size = 1; size < sizeof(text); size++) {
			memset(text, 'x', sizeof(text));
			fault_text(&fault, &who, text, size);
			assert_true(strnlen(text, sizeof(text)) < size);
			assert_int_equal(text[size], 'x');
		}
	}
}

/* The words name quirks; each of them is in the table. */
static void
test_quirks(void **state)
{
	size_t n;
	const struct quirk_row *rows = quirk_table(&n);
	unsigned n_named = 0;

	(void)state;
	for (unsigned code = 1; code < FAULT_CODE_N; code++) {
		for (unsigned stage = 1; stage < STAGE_N; stage++) {
			struct fault fault = {.code = (uint8_t)code,
			    .stage = (uint8_t)stage};
			char word[32];
			const char *at = strstr(words(fault, 0), "quirk ");
			if (at != NULL && sscanf(at, "quirk %31[a-z0-9]",
			    word) == 1) {
				assert_int_not_equal(quirk_find(word), 0);
				n_named++;
			}
		}
	}
	assert_true(n_named > 10);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(quirk_find(rows[i].name), rows[i].bit);
		assert_string_equal(quirk_name(rows[i].bit), rows[i].name);
		assert_true(strlen(rows[i].help) > 20);
		assert_int_equal(rows[i].bit & (rows[i].bit - 1), 0);
	}
	assert_int_equal(quirk_find("no-such"), 0);
	assert_string_equal(quirk_name(0), "");
}

/* The page for people has the same table. */
static void
test_page(void **state)
{
	const char *top = getenv("top_srcdir");
	static char page[32768];
	char path[1024];
	size_t n, n_read;
	const struct quirk_row *rows = quirk_table(&n);
	FILE *file;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/plugins/ipmi/README.md",
	    top != NULL ? top : ".");
	file = fopen(path, "r");
	assert_non_null(file);
	n_read = fread(page, 1, sizeof(page) - 1, file);
	page[n_read] = '\0';
	(void)fclose(file);
	for (size_t i = 0; i < n; i++) {
		char line[256];
		(void)snprintf(line, sizeof(line), "| `%s` | %s |\n",
		    rows[i].name, rows[i].help);
		if (strstr(page, line) == NULL) {
			fail_msg("%s lacks: %s", path, line);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_place),
	    cmocka_unit_test(test_little_room),
	    cmocka_unit_test(test_quirks),
	    cmocka_unit_test(test_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
