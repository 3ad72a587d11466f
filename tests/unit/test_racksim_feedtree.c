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

#include "feedtree.h"
#include "racksim_kit.h"

/* Both feeds of a row hang on something that is there, which hangs on the mains. */
static void
every_row_hangs_on_the_mains(void **state)
{
	struct kit *f = *state;
	const struct province *p = &f->province;
	static char text[262144];
	FILE *file = tmpfile();
	char id[PROVINCE_ID_MAX], want[256];
	size_t n;

	assert_non_null(file);
	feedtree_write(p, &p->sites[0], file);
	rewind(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	(void)fclose(file);
	text[n] = '\0';
	for (uint32_t row = 0; p->halls[p->rows[row].hall].site == 0; row++) {
		char hall[PROVINCE_ID_MAX];

		province_row_id(p, row, id);
		province_hall_id(p, p->rows[row].hall, hall);
		for (char feed = 'a'; feed <= 'b'; feed++) {
			(void)snprintf(want, sizeof(want), "{id: %.60s-bus-%c, "
			    "kind: busway, from: %.60s-dist-%c, rated_a: ", id,
			    feed, hall, feed);
			assert_non_null(strstr(text, want));
			(void)snprintf(want, sizeof(want), "{id: %.60s-dist-%c, "
			    "kind: distribution, from: %.60s-ups-%c, ", hall,
			    feed, hall, feed);
			assert_non_null(strstr(text, want));
		}
	}
	assert_non_null(strstr(text, "-mains-b, kind: utility, site: "));
}

static void
a_row_names_both_busways(void **state)
{
	struct kit *f = *state;
	char id[PROVINCE_ID_MAX], line[256] = "", want[256];
	FILE *file = tmpfile();

	assert_non_null(file);
	feedtree_write_row(&f->province, 1, file);
	rewind(file);
	assert_non_null(fgets(line, sizeof(line), file));
	(void)fclose(file);
	province_row_id(&f->province, 1, id);
	(void)snprintf(want, sizeof(want), "feeds_from: {A: %.60s-bus-a, "
	    "B: %.60s-bus-b}", id, id);
	assert_string_equal(line, want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_hangs_on_the_mains),
		cmocka_unit_test(a_row_names_both_busways),
	};

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
