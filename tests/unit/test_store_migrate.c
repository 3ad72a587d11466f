/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of another archive class: no row is lost that the new archives can hold. */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store_kit.h"

#define MINUTE 60
#define HOUR 3600
#define HOURS 30
#define ROWS_MAX 4096

static int
set_up(void **state)
{
	struct kit *kit = malloc(sizeof(*kit));

	assert_non_null(kit);
	kit_init(kit);
	*state = kit;
	return 0;
}

/* Minutes first..last - 1; none between 05:00 and 05:40 of the first day. */
static bool
is_put(int64_t minute)
{
	return minute < 300 || minute >= 340;
}

static void
put_minutes(struct kit *kit, int64_t first, int64_t last)
{
	for (int64_t i = first; i < last; i++) {
		int64_t slot_s = KIT_T0 + i * MINUTE;
		int64_t ahead = (slot_s + 1) * NS_PER_S - clock_wall(kit->clock).ns;

		clock_test_advance(kit->clock, ahead > 0 ? ahead : 0);
		if (is_put(i)) {
			kit_put_all(kit, slot_s);
		}
		kit_accept(kit);
	}
	kit_flush(kit);
}

static bool
all_moved(void *arg)
{
	struct kit *kit = arg;
	struct store_health health;

	clock_test_advance(kit->clock, 100 * NS_PER_MS);
	store_health(kit->store, &health);
	return health.files_to_move == 0 && health.files_moved >= KIT_RACKS;
}

static void
move(struct kit *kit, enum store_class class)
{
	kit_close(kit);
	kit->config.settings.store_class = class;
	assert_int_equal(kit_open(kit), 0);
	kit_until(kit, all_moved, kit);
}

/* The mean of the known minutes in (end - step, end]; NAN: less than half. */
static double
mean(int64_t end_s, int64_t step_s, int64_t n_minutes, unsigned *ret_known)
{
	double sum = 0;

	*ret_known = 0;
	for (int64_t t = end_s - step_s + MINUTE; t <= end_s; t += MINUTE) {
		int64_t i = (t - KIT_T0) / MINUTE;

		if (i >= 0 && i < n_minutes && is_put(i)) {
			sum += kit_value(1, 2, t);
			(*ret_known)++;
		}
	}
	return *ret_known * MINUTE * 2 >= (unsigned)step_s ? sum / *ret_known : (double)NAN;
}

struct span { int64_t from_s, to_s; };

/* Rows of an archive in that span are the means of their minutes; where only
 * basis_s long rows were kept, of the row that a minute lies in. */
static unsigned
compare(struct kit *kit, struct span span, unsigned step_s, unsigned basis_s,
    int64_t n_minutes)
{
	static struct kit_row rows[ROWS_MAX];
	char names[64][20] = { "" }, path[256];
	unsigned n, c = 0, n_known = 0, known;

	kit_path(kit, 1, path);
	n = kit_rrdtool(path, "AVERAGE", span.from_s, span.to_s - step_s, step_s, names, rows,
	    ROWS_MAX);
	while (strcmp(names[c], "d0_current_a_L2") != 0) {
		assert_true(++c < 64);
	}
	for (unsigned r = 0; r < n; r++) {
		int64_t t = rows[r].t;
		int64_t end_s = basis_s > step_s ? (t + basis_s - 1) / basis_s * basis_s : t;
		double want = mean(end_s, basis_s > step_s ? basis_s : step_s, n_minutes,
		    &known);

		assert_int_equal(rows[r].known[c], !isnan(want));
		if (!isnan(want)) {
			n_known++;
			if (fabs(rows[r].values[c] - want) >= 1e-6) {
				fail_msg("row %lld (%lld min) of %u s: %.6f, not %.6f", (long long)t,
				    (long long)(t - KIT_T0) / 60, step_s, rows[r].values[c], want);
			}
		}
	}
	return n_known;
}

/* Lean for 30 h, then standard, then lean again; rows in the making go on. */
static void
rows_move_between_classes(void **state)
{
	struct kit *kit = *state;
	const int64_t n = HOURS * 60, end_s = KIT_T0 + (n - 1) * MINUTE;
	const struct span last_6h = { end_s - 6 * HOUR + MINUTE, end_s };
	/* whole quarters of an hour before that */
	const struct span before = { KIT_T0 + 7 * HOUR, end_s / 900 * 900 - 7 * HOUR };
	const struct span all = { KIT_T0, end_s };
	unsigned n_hours;

	assert_int_equal(kit_open(kit), 0);
	put_minutes(kit, 0, n);
	assert_in_range(compare(kit, last_6h, MINUTE, 0, n), 350, 360);
	n_hours = compare(kit, all, HOUR, 0, n);
	assert_in_range(n_hours, 26, HOURS);

	move(kit, STORE_STANDARD);
	assert_in_range(compare(kit, last_6h, MINUTE, 0, n), 350, 360);
	/* whole five minutes of it */
	assert_in_range(compare(kit, (struct span){ last_6h.from_s + 300, end_s }, 300, 0, n),
	    69, 72);
	assert_true(compare(kit, before, MINUTE, 900, n) > 900);
	assert_true(compare(kit, before, 300, 900, n) > 180);
	assert_int_equal(compare(kit, all, HOUR, 0, n), n_hours);
	assert_in_range(compare(kit, all, 8 * HOUR, 0, n), 3, 4);

	/* the rows that were in the making when it moved */
	put_minutes(kit, n, n + 480);
	assert_in_range(compare(kit, (struct span){ end_s, end_s + 480 * MINUTE }, MINUTE, 0,
	    n + 480), 470, 480);
	assert_int_equal(compare(kit, (struct span){ KIT_T0, end_s + 420 * MINUTE }, HOUR, 0,
	    n + 480), n_hours + 7);
	assert_int_equal(compare(kit, (struct span){ KIT_T0, KIT_T0 + 32 * HOUR }, 8 * HOUR, 0,
	    n + 480), 4);

	move(kit, STORE_LEAN);
	assert_in_range(compare(kit, (struct span){ end_s + 130 * MINUTE,
	    end_s + 480 * MINUTE }, MINUTE, 0, n + 480), 345, 360);
	/* but for the quarter of an hour in which minutes had begun to be kept */
	assert_in_range(compare(kit, (struct span){ KIT_T0, KIT_T0 + 1425 * MINUTE }, 900, 0,
	    n + 480), 90, 95);
	assert_in_range(compare(kit, (struct span){ KIT_T0 + 1455 * MINUTE, end_s }, 900, 0,
	    n + 480), 22, 24);
	assert_int_equal(compare(kit, (struct span){ KIT_T0, end_s + 420 * MINUTE }, HOUR, 0,
	    n + 480), n_hours + 7);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(rows_move_between_classes, set_up, kit_tear_down),
	};
	int rc = kit_main(argc, argv);

	return rc >= 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
