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

#include "floor.h"
#include "racksim_kit.h"

static void
line_of(const struct kit *f, uint32_t row, char *line, int size)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	floor_write_row(&f->province, row, file);
	rewind(file);
	assert_non_null(fgets(line, size, file));
	(void)fclose(file);
}

/* Two rows look at each other over a cold aisle; the third turns its back. */
static void
fronts_face_fronts(void **state)
{
	struct kit *f = *state;
	char line[256];
	uint32_t row = 0;

	while (f->province.rows[row].number != 1 ||
	    f->province.halls[f->province.rows[row].hall].n_rows < 3) {
		row++;
	}
	line_of(f, row, line, sizeof(line));
	assert_string_equal(line, "x_m: 1.5, y_m: 1.2, run: east, front: south, "
	    "cold_aisle: cold-1, hot_aisle: hot-1");
	line_of(f, row + 1, line, sizeof(line));
	assert_string_equal(line, "x_m: 1.5, y_m: 4.2, run: east, front: north, "
	    "cold_aisle: cold-1, hot_aisle: hot-2");
	line_of(f, row + 2, line, sizeof(line));
	assert_string_equal(line, "x_m: 1.5, y_m: 6.6, run: east, front: south, "
	    "cold_aisle: cold-2, hot_aisle: hot-2");
}

static void
a_hall_holds_its_aisles(void **state)
{
	struct kit *f = *state;
	static char text[8192];
	double width = 0, depth = 0;

	for (uint32_t hall = 0; hall < f->province.n_halls; hall++) {
		unsigned int aisles = 0;
		FILE *file = tmpfile();
		size_t n;

		assert_non_null(file);
		floor_write_hall(&f->province, hall, file);
		rewind(file);
		n = fread(text, 1, sizeof(text) - 1, file);
		(void)fclose(file);
		text[n] = '\0';
		assert_int_equal(sscanf(text, ", width_m: %lf, depth_m: %lf",
		    &width, &depth), 2);
		for (const char *at = text; (at = strstr(at, "x_m: ")) != NULL;
		    at++) {
			double x, y, w, d;

			assert_int_equal(sscanf(at, "x_m: %lf, y_m: %lf, "
			    "width_m: %lf, depth_m: %lf", &x, &y, &w, &d), 4);
			assert_true(x + w <= width + 0.001);
			assert_true(y + d <= depth + 0.001);
			aisles++;
		}
		assert_int_equal(aisles, f->province.halls[hall].n_rows + 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fronts_face_fronts),
		cmocka_unit_test(a_hall_holds_its_aisles),
	};

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
