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

#include <math.h>

#include "gear.h"
#include "racksim_kit.h"

/* Writes a site's pieces and gives the file from its start. */
static FILE *
pieces(const struct kit *f, uint32_t site)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	gear_write(&f->province, &f->province.sites[site], file);
	rewind(file);
	return file;
}

/* Pieces come rack by rack, from the bottom up, and one never overlaps another. */
static void
pieces_fit_between_each_other(void **state)
{
	struct kit *f = *state;
	FILE *file = pieces(f, 0);
	char line[256], id[80], last[80] = "";
	unsigned int taken = 0, u, height, n = 0;

	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file) != NULL) {
		assert_int_equal(sscanf(line, "%*[^,],%79[^,],%*[^,],%*[^,],"
		    "%*[^,],%u,%u,", id, &u, &height), 3);
		if (strcmp(id, last) != 0) {
			taken = 0;
			(void)snprintf(last, sizeof(last), "%s", id);
		}
		/* The switch on top comes before a firewall below it. */
		if (strstr(line, "Firewall") == NULL) {
			assert_true(u > taken);
			taken = u + height - 1;
		} else {
			assert_true(u == taken - 1);
		}
		assert_true(taken <= 47);
		n++;
	}
	assert_true(n > 100);
	(void)fclose(file);
}

/* What is on the plates is more than what is drawn, and not absurdly so. */
static void
nameplates_fit_the_load(void **state)
{
	struct kit *f = *state;
	FILE *file = pieces(f, 1);
	char line[256], id[80];
	double plates = 0, mean = 0, watts;
	struct province_rack rack;
	uint32_t seen = UINT32_MAX, n_seen = 0;

	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file) != NULL) {
		assert_int_equal(sscanf(line, "%*[^,],%79[^,],%*[^,],%*[^,],"
		    "%*[^,],%*u,%*u,%lf,", id, &watts), 2);
		assert_int_equal(province_find_rack(&f->province, id, &rack), 0);
		if (rack.row != seen || rack.n != n_seen) {
			mean += values_mean_power(&f->province, rack);
			seen = rack.row;
			n_seen = rack.n;
		}
		plates += watts;
	}
	assert_true(plates > 1.5 * mean && plates < 2.6 * mean);
	(void)fclose(file);
}

/* A file of 90,000 racks shall be read in seconds. */
static void
a_large_province_lists_some_halls(void **state)
{
	struct province p = {.n_racks = 90000};
	unsigned int covered = 0;

	(void)state;
	for (uint32_t hall = 0; hall < 900; hall++) {
		covered += gear_covers(&p, hall);
	}
	assert_int_equal(covered, 100);
	p.n_racks = GEAR_RACKS;
	assert_true(gear_covers(&p, 0) && gear_covers(&p, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_fit_between_each_other),
		cmocka_unit_test(nameplates_fit_the_load),
		cmocka_unit_test(a_large_province_lists_some_halls),
	};

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
