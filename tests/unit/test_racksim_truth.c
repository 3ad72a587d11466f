/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The printed form; what it means is tested with the kinds. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "racksim_kit.h"
#include "truth.h"

/* Runs `racksim values` over a text, with stdin and stdout in files. */
static int
ask(const struct kit *f, const char *faults, const char *queries,
    char *ret_answers, size_t size)
{
	struct options options = {.faults = faults};
	int in = dup(STDIN_FILENO), out = dup(STDOUT_FILENO), status;
	FILE *from = tmpfile(), *to = tmpfile();
	size_t n;

	assert_true(in >= 0 && out >= 0 && from != NULL && to != NULL);
	assert_int_equal(fwrite(queries, 1, strlen(queries), from),
	    strlen(queries));
	assert_int_equal(fflush(from), 0);
	assert_int_equal(lseek(fileno(from), 0, SEEK_SET), 0);
	(void)fflush(stdout);
	assert_true(dup2(fileno(from), STDIN_FILENO) >= 0);
	assert_true(dup2(fileno(to), STDOUT_FILENO) >= 0);
	clearerr(stdin);
	status = truth_values(&options, &f->province);
	(void)fflush(stdout);
	assert_true(dup2(in, STDIN_FILENO) >= 0);
	assert_true(dup2(out, STDOUT_FILENO) >= 0);
	(void)close(in);
	(void)close(out);
	rewind(to);
	n = fread(ret_answers, 1, size - 1, to);
	ret_answers[n] = '\0';
	(void)fclose(from);
	(void)fclose(to);
	return status;
}

/* One line for many times says what a line for each says. */
static void
a_range_is_its_times(void **state)
{
	struct kit *f = *state;
	char one[256], each[256], *newline;

	assert_int_equal(ask(f, NULL, "zz1-h1-ups-a power_w L1 "
	    "1790000000/60/4\n", one, sizeof(one)), 0);
	assert_int_equal(ask(f, NULL, "zz1-h1-ups-a power_w L1 1790000000\n"
	    "zz1-h1-ups-a power_w L1 1790000060\n"
	    "zz1-h1-ups-a power_w L1 2026-09-21T14:15:20Z\n"
	    "zz1-h1-ups-a power_w L1 1790000180\n", each, sizeof(each)), 0);
	while ((newline = strchr(each, '\n')) != NULL && newline[1] != '\0') {
		*newline = ' ';
	}
	assert_string_equal(one, each);
	assert_true(strlen(one) > 15);
}

static void
silence_is_none_where_it_lasts(void **state)
{
	struct kit *f = *state;
	char text[256];

	assert_int_equal(ask(f, "silence device=zz1-h1-ups-a from=1790000060 "
	    "to=1790000120", "zz1-h1-ups-a charge_pct - 1790000000/60/3\n"
	    "zz1-h1-ups-b charge_pct - 1790000060\n", text, sizeof(text)), 0);
	assert_string_equal(text, "100 none 100\n100\n");
}

static void
errors_are_lines_of_their_own(void **state)
{
	static const struct { const char *query, *answer; } bad[] = {
		{"nobody power_w - 1790000000",
		    "error: no such device\n"},
		{"zz1-h1-ups-a nonsense - 1790000000/10/2",
		    "error: no such metric or instance on this device\n"},
		{"zz1-h1-ups-a charge_pct - 1790000000/0/2",
		    "error: not a time\n"},
		{"zz1-h1-ups-a charge_pct - 1790000000/10/4097",
		    "error: not a time\n"},
		{"zz1-h1-ups-a charge_pct - 1790000000/10",
		    "error: not a time\n"},
		{"zz1-h1-ups-a charge_pct -",
		    "error: takes DEVICE METRIC INSTANCE TIME\n"},
	};
	struct kit *f = *state;
	char text[256];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(ask(f, NULL, bad[i].query, text,
		    sizeof(text)), 1);
		assert_string_equal(text, bad[i].answer);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_is_its_times),
		cmocka_unit_test(silence_is_none_where_it_lasts),
		cmocka_unit_test(errors_are_lines_of_their_own),
	};

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
