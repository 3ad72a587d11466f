/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "agenda.h"

#define MS INT64_C(1000000)

static void
test_order(void **state)
{
	struct agenda agenda;
	struct agenda_item near = {.list = 0}, far = {.list = 0};

	(void)state;
	agenda_init(&agenda, 1000 * MS);
	agenda_set(&agenda, &far, 1000 * MS + 90000 * MS); /* beyond the ring */
	agenda_set(&agenda, &near, 1005 * MS);
	assert_null(agenda_due(&agenda, 1004 * MS));
	assert_null(agenda_due(&agenda, 1005 * MS)); /* 10 ms: rounded up */
	assert_ptr_equal(agenda_due(&agenda, 1010 * MS), &near);
	assert_null(agenda_due(&agenda, 1010 * MS));
	for (int64_t ms = 1020; ms < 91000; ms += 10) {
		assert_null(agenda_due(&agenda, ms * MS));
	}
	assert_ptr_equal(agenda_due(&agenda, 91000 * MS), &far);
	assert_int_equal(far.list, 0);
}

static void
test_drop(void **state)
{
	struct agenda agenda;
	struct agenda_item a = {.list = 0}, b = {.list = 0};

	(void)state;
	agenda_init(&agenda, 0);
	agenda_set(&agenda, &a, 20 * MS);
	agenda_set(&agenda, &b, 20 * MS);
	agenda_drop(&agenda, &a);
	agenda_drop(&agenda, &a); /* not set: nothing happens */
	agenda_set(&agenda, &b, 50 * MS); /* moved */
	assert_null(agenda_due(&agenda, 40 * MS));
	assert_ptr_equal(agenda_due(&agenda, 60 * MS), &b);
}

/* After a long pause all that was due comes, once. */
static void
test_pause(void **state)
{
	static struct agenda_item items[3000];
	struct agenda agenda;
	unsigned n = 0;

	(void)state;
	agenda_init(&agenda, 0);
	for (unsigned i = 0; i < 3000; i++) {
		agenda_set(&agenda, &items[i], (int64_t)i * 7 * MS);
	}
	while (agenda_due(&agenda, 100000 * MS) != NULL) {
		n++;
	}
	assert_int_equal(n, 3000);
}

/* What is set while a list is worked off does not come in the same moment. */
static void
test_again(void **state)
{
	struct agenda agenda;
	struct agenda_item a = {.list = 0};

	(void)state;
	agenda_init(&agenda, 0);
	agenda_set(&agenda, &a, 0);
	assert_ptr_equal(agenda_due(&agenda, 10 * MS), &a);
	agenda_set(&agenda, &a, 0);
	assert_null(agenda_due(&agenda, 10 * MS));
	assert_ptr_equal(agenda_due(&agenda, 20 * MS), &a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_drop),
	    cmocka_unit_test(test_pause),
	    cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
