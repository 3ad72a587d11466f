/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "capacity/frames.h"

#define FIRST (INT64_C(1800000000) / FRAMES_STEP_S)
#define INLET 23.45

/* A slot so many seconds into a frame. */
static struct wall
slot_of(int64_t frame, int64_t seconds)
{
	return (struct wall){ (frame * FRAMES_STEP_S + seconds) * NS_PER_S };
}

static void
put(struct frames *frames, uint32_t rack, struct wall slot, double power_w)
{
	struct frames_sample sample = { .known = 1u << FRAMES_POWER,
	    .values = { [FRAMES_POWER] = power_w } };

	frames_put(frames, rack, slot, &sample);
}

/* Negative: it is not known. */
static double
power_at(struct frames *frames, uint32_t rack, int64_t frame)
{
	uint16_t cell;
	double value = -1;

	frames_read(frames, FRAMES_POWER, frame, 1, &rack, 1, &cell);
	return frames_value(FRAMES_POWER, cell, &value) ? value : -1;
}

static struct frames *
make(uint32_t n_racks)
{
	struct frames *frames = frames_new();

	assert_non_null(frames);
	assert_int_equal(frames_reserve(frames, n_racks), 0);
	return frames;
}

static void
a_start_is_empty(void **state)
{
	struct frames *frames = make(4);

	(void)state;
	assert_int_equal(frames_newest(frames), 0);
	for (uint32_t r = 0; r < 6; r++) {
		assert_true(power_at(frames, r, FIRST) < 0);
	}
	frames_free(frames);
	frames_free(NULL);
}

static void
a_frame_is_the_mean_of_its_slots(void **state)
{
	struct frames *frames = make(2);

	(void)state;
	put(frames, 0, slot_of(FIRST, 0), 1000);
	assert_true(fabs(power_at(frames, 0, FIRST) - 1000) < 1e-9);
	put(frames, 0, slot_of(FIRST, 60), 2000);
	put(frames, 0, slot_of(FIRST, 899), 3000);
	put(frames, 0, slot_of(FIRST + 1, 0), 500);
	assert_true(fabs(power_at(frames, 0, FIRST) - 2000) < 1e-9);
	assert_true(fabs(power_at(frames, 0, FIRST + 1) - 500) < 1e-9);
	assert_int_equal(frames_newest(frames), FIRST + 1);
	/* what is not known is no 0 */
	assert_true(power_at(frames, 1, FIRST) < 0);
	assert_true(power_at(frames, 0, FIRST - 1) < 0);
	assert_true(power_at(frames, 0, FIRST + 2) < 0);
	frames_free(frames);
}

static void
silence_is_a_hole(void **state)
{
	struct frames *frames = make(2);
	struct frames_sample nothing = { 0 };

	(void)state;
	put(frames, 0, slot_of(FIRST, 0), 1000);
	put(frames, 1, slot_of(FIRST, 0), 1000);
	for (int64_t f = 1; f < 5; f++) {
		put(frames, 1, slot_of(FIRST + f, 0), 1000);
		frames_put(frames, 0, slot_of(FIRST + f, 0), &nothing);
	}
	put(frames, 0, slot_of(FIRST + 5, 0), 1005);
	assert_true(power_at(frames, 0, FIRST) > 0);
	for (int64_t f = 1; f < 5; f++) {
		assert_true(power_at(frames, 0, FIRST + f) < 0);
		assert_true(power_at(frames, 1, FIRST + f) > 0);
	}
	assert_true(fabs(power_at(frames, 0, FIRST + 5) - 1005) < 1e-9);
	frames_free(frames);
}

static void
a_day_later_it_is_forgotten(void **state)
{
	struct frames *frames = make(2);

	(void)state;
	put(frames, 0, slot_of(FIRST, 0), 1000);
	for (int64_t f = 0; f < FRAMES_N; f++) {
		put(frames, 1, slot_of(FIRST + f, 0), 100 + (double)f);
	}
	assert_true(power_at(frames, 1, FIRST) > 0);
	put(frames, 1, slot_of(FIRST + FRAMES_N, 0), 7);
	assert_true(power_at(frames, 1, FIRST) < 0);
	assert_true(fabs(power_at(frames, 1, FIRST + 1) - 101) < 1e-9);
	assert_true(fabs(power_at(frames, 1, FIRST + FRAMES_N) - 7) < 1e-9);
	/* a rack that was silent for a day has nothing but the new */
	put(frames, 0, slot_of(FIRST + 3 * FRAMES_N, 0), 8);
	for (int64_t f = FIRST; f < FIRST + 3 * FRAMES_N; f++) {
		assert_true(power_at(frames, 0, f) < 0);
	}
	frames_free(frames);
}

static void
a_clock_set_back_has_no_future(void **state)
{
	struct frames *frames = make(2);

	(void)state;
	for (int64_t f = 0; f < 8; f++) {
		put(frames, 0, slot_of(FIRST + f, 0), 100 + (double)f);
		put(frames, 1, slot_of(FIRST + f, 0), 100 + (double)f);
	}
	put(frames, 0, slot_of(FIRST + 3, 60), 50);
	assert_int_equal(frames_newest(frames), FIRST + 3);
	assert_true(fabs(power_at(frames, 0, FIRST + 2) - 102) < 1e-9);
	assert_true(fabs(power_at(frames, 0, FIRST + 3) - 50) < 1e-9);
	/* nor that of racks which have not spoken since */
	for (int64_t f = 4; f < 8; f++) {
		assert_true(power_at(frames, 0, FIRST + f) < 0);
		assert_true(power_at(frames, 1, FIRST + f) < 0);
	}
	put(frames, 0, slot_of(FIRST + 4, 0), 60);
	assert_true(fabs(power_at(frames, 0, FIRST + 4) - 60) < 1e-9);
	/* not even when its time has come */
	put(frames, 0, slot_of(FIRST + 7, 0), 70);
	assert_true(power_at(frames, 1, FIRST + 7) < 0);
	assert_true(power_at(frames, 1, FIRST + 2) > 0);
	frames_free(frames);
}

/* Two bytes: how far each layer is from what was put in. */
static void
cells_keep_what_a_page_shows(void **state)
{
	static const struct { enum frames_layer layer; double value, off; } ROWS[] = {
		{ FRAMES_POWER, 0, 0 }, { FRAMES_POWER, 1234, 0 }, { FRAMES_POWER, 8190, 0 },
		{ FRAMES_POWER, 16383, 2 }, { FRAMES_POWER, 132000, 132000 * 0.0002 },
		{ FRAMES_POWER, 900000, 900000 * 0.0002 },
		{ FRAMES_FAILOVER, 0.9, 0 }, { FRAMES_FAILOVER, 1.2345, 0.00005 },
		{ FRAMES_INLET, INLET, 0.005 }, { FRAMES_INLET, -12.5, 0 },
		{ FRAMES_DELTA_T, 11.25, 0.005 }, { FRAMES_DELTA_T, -0.5, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct frames *frames = make(1);
		struct frames_sample sample = { .known = 1u << ROWS[i].layer };
		uint32_t rack = 0;
		uint16_t cell;
		double value = NAN;

		sample.values[ROWS[i].layer] = ROWS[i].value;
		frames_put(frames, 0, slot_of(FIRST, 0), &sample);
		frames_read(frames, ROWS[i].layer, FIRST, 1, &rack, 1, &cell);
		assert_true(frames_value(ROWS[i].layer, cell, &value));
		if (!(fabs(value - ROWS[i].value) <= ROWS[i].off + 1e-4)) {
			fail_msg("%s %g became %g", frames_layer_text(ROWS[i].layer),
			    ROWS[i].value, value);
		}
		frames_free(frames);
	}
}

/* Aim: 80 MB for 90,000 racks; those that were never heard take a pointer. */
static void
a_province_fits(void **state)
{
	struct frames *frames = make(90000);
	size_t empty = frames_bytes(frames);

	(void)state;
	assert_true(empty < 1000000);
	for (uint32_t r = 0; r < 900; r++) {
		put(frames, r, slot_of(FIRST, 0), 1000);
	}
	assert_true((frames_bytes(frames) - empty) / 900 * 90000 + empty < 80000000);
	frames_free(frames);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_start_is_empty),
		cmocka_unit_test(a_frame_is_the_mean_of_its_slots),
		cmocka_unit_test(silence_is_a_hole),
		cmocka_unit_test(a_day_later_it_is_forgotten),
		cmocka_unit_test(a_clock_set_back_has_no_future),
		cmocka_unit_test(cells_keep_what_a_page_shows),
		cmocka_unit_test(a_province_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
