/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of rules and receivers, both ways; every enum has all of them.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/receiver.h"
#include "model/rule.h"

static void
words_lead_back(void **state)
{
	enum severity severity = SEVERITY_N;
	enum receiver_type type = RECEIVER_TYPE_N;

	(void)state;
	for (unsigned i = 0; i < SEVERITY_N; i++) {
		const char *text = severity_text((enum severity)i);

		assert_int_equal(severity_find(text, &severity), COL_OK);
		assert_int_equal(severity, i);
	}
	for (unsigned i = 0; i < RECEIVER_TYPE_N; i++) {
		const char *text = receiver_type_text((enum receiver_type)i);

		assert_int_equal(receiver_type_find(text, &type), COL_OK);
		assert_int_equal(type, i);
	}
	assert_string_equal(receiver_type_text(RECEIVER_ALERTMANAGER_WEBHOOK),
	    "alertmanager-webhook");
}

static void
other_words_are_refused(void **state)
{
	enum severity severity = SEVERITY_INFO;
	enum receiver_type type = RECEIVER_FEISHU;

	(void)state;
	assert_int_equal(severity_find("", &severity), COL_ENOENT);
	assert_int_equal(severity_find("Critical", &severity), COL_ENOENT);
	assert_int_equal(severity, SEVERITY_INFO);
	assert_int_equal(receiver_type_find("alertmanager-", &type), COL_ENOENT);
	assert_int_equal(type, RECEIVER_FEISHU);
}

/* A row that was forgotten would be NULL. */
static void
every_word_is_there_once(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RULE_TEST_N; i++) {
		for (unsigned k = 0; k < i; k++) {
			assert_string_not_equal(rule_test_text((enum rule_test)i),
			    rule_test_text((enum rule_test)k));
		}
	}
	for (unsigned i = 0; i < RULE_TAKE_N; i++) {
		for (unsigned k = 0; k < i; k++) {
			assert_string_not_equal(rule_take_text((enum rule_take)i),
			    rule_take_text((enum rule_take)k));
		}
	}
	for (unsigned i = 0; i < GROUP_PART_N; i++) {
		for (unsigned k = 0; k < i; k++) {
			assert_string_not_equal(group_part_text((enum group_part)i),
			    group_part_text((enum group_part)k));
		}
	}
	assert_string_equal(receiver_lang_text(RECEIVER_ZH), "zh");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_lead_back),
		cmocka_unit_test(other_words_are_refused),
		cmocka_unit_test(every_word_is_there_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
