/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "flow/normalise.h"
#include "flow/reading.h"
#include "model/layout.h"

#define SLOT ((struct wall){ 1800000000 * NS_PER_S })

struct row {
	struct col_slot slot;
	struct col_value value;
	enum col_quality quality;
	double number;
};

static const struct row ROWS[] = {
	{ { "power_w", "", "kW", "", 0, 0, 0 }, { { 1.5 }, COL_GOOD }, COL_GOOD, 1500 },
	{ { "temperature_c", "", "F", "", 0, 0, 0 }, { { 212 }, COL_GOOD }, COL_GOOD, 100 },
	{ { "temperature_c", "", "C", "", 0, 0, 0 }, { { 200 }, COL_GOOD },
	    COL_IMPLAUSIBLE, 200 },
	{ { "temperature_c", "", "C", "", 0, 0, 0 }, { { -61 }, COL_GOOD },
	    COL_IMPLAUSIBLE, -61 },
	{ { "current_a", "L1", "mA", "", 0, 0, 32000 }, { { 33000 }, COL_GOOD },
	    COL_IMPLAUSIBLE, 33 },
	{ { "current_a", "L1", "mA", "", 0, 0, 32000 }, { { 31000 }, COL_GOOD },
	    COL_GOOD, 31 },
	{ { "power_w", "", "W", "", 0, 0, 0 }, { { NAN }, COL_GOOD }, COL_ERROR, 0 },
	{ { "power_w", "", "W", "", 0, 0, 0 }, { { INFINITY }, COL_GOOD }, COL_ERROR, 0 },
	{ { "power_w", "", "W", "", 0, 0, 0 }, { { 5 }, COL_UNAVAILABLE },
	    COL_UNAVAILABLE, 0 },
	{ { "power_w", "", "W", "", 0, 0, 0 }, { { 5 }, (enum col_quality)7 },
	    COL_ERROR, 0 },
	{ { "energy_wh", "", "kWh", "", 0, 0, 0 }, { { 12 }, COL_GOOD }, COL_GOOD, 12000 },
	{ { "octets_in", "p1", "octets", "", COL_SLOT_WIDE, 0, 0 },
	    { .counter = 5, .quality = COL_GOOD }, COL_UNAVAILABLE, 0 },
};
#define N_ROWS (sizeof(ROWS) / sizeof(ROWS[0]))

static void
values_become_samples(void **state)
{
	struct col_slot slots[N_ROWS];
	struct col_value values[N_ROWS];
	struct sample samples[N_ROWS];
	struct normalise_time when = { SLOT, 60 * NS_PER_S };
	struct counter_set *sets = NULL;
	struct batch_part part = { .values = values, .uptime_ms = COL_UPTIME_UNKNOWN };
	struct digests digests;
	struct col_error error;

	(void)state;
	for (size_t i = 0; i < N_ROWS; i++) {
		slots[i] = ROWS[i].slot;
		values[i] = ROWS[i].value;
	}
	part.layout = layout_intern(slots, N_ROWS, &error);
	assert_non_null(part.layout);
	digests_init(&digests);
	assert_int_equal(normalise_part(&part, digests_get(&digests, part.layout),
	    &when, &sets, samples), 3);
	for (size_t i = 0; i < N_ROWS; i++) {
		if (samples[i].quality != ROWS[i].quality ||
		    fabs(samples[i].number - ROWS[i].number) > 1e-6) {
			fail_msg("row %zu: quality %d, %g", i, samples[i].quality,
			    samples[i].number);
		}
	}
	counter_free(sets);
	digests_done(&digests);
}

/* ---- what the samples say of the device ------------------------------------ */

struct device_row {
	const char *name;
	struct { const char *metric, *instance; double number; enum col_quality q; } s[6];
	unsigned phases;
	bool complete;
	uint8_t known;           /* power marks learned before */
	uint32_t flags;          /* without ENDED */
	double power_w;
	float voltage_v;
};

#define P "power_w"
#define V "voltage_v"
#define G COL_GOOD
#define E COL_ERROR

static const struct device_row DEVICES[] = {
	{ "total wins", { { P, "", 500, G }, { P, "L1", 1, G }, { P, "inlet 1", 2, G } }, 1,
	    true, 0, READING_GOOD | READING_POWER, 500, 0 },
	{ "a bad total is not filled in", { { P, "", 500, E }, { P, "L1", 100, G } }, 1,
	    true, 0, READING_GOOD, 0, 0 },
	{ "inlets before phases", { { P, "inlet 1", 100, G }, { P, "inlet 2", 50, G },
	    { P, "L1", 7, G }, { P, "inlet 1 L1", 9, G } }, 1, true, 0,
	    READING_GOOD | READING_POWER, 150, 0 },
	{ "phases", { { P, "L1", 100, G }, { P, "L2", 50, G }, { P, "L3", 5, G } }, 3, true,
	    0, READING_GOOD | READING_POWER, 155, 0 },
	{ "one bad phase", { { P, "L1", 100, G }, { P, "L2", 50, E } }, 3, true, 0,
	    READING_GOOD, 0, 0 },
	{ "outlets are no total", { { P, "outlet 1", 100, G } }, 1, true, 0,
	    READING_GOOD | READING_NO_POWER, 0, 0 },
	{ "nothing good", { { P, "", 100, E } }, 1, true, 0, 0, 0, 0 },
	{ "half a poll does not unlearn", { { "temperature_c", "top", 30, G } }, 1, false, 0,
	    READING_GOOD | READING_TEMPERATURE | READING_PROBE, 0, 0 },
	{ "an inlet is a temperature, too", { { "temperature_c", "inlet", 24, G } }, 1, true,
	    0, READING_GOOD | READING_NO_POWER | READING_TEMPERATURE | READING_INLET |
	    READING_PROBE, 0, 0 },
	{ "a silent probe is still one", { { P, "", 100, E } }, 1, false,
	    1u << DIGEST_TEMPERATURE, READING_PROBE, 0, 0 },
	{ "half a poll of a known total", { { P, "L1", 100, G } }, 1, false,
	    1u << DIGEST_POWER_TOTAL, READING_GOOD, 0, 0 },
	{ "one phase: the best voltage", { { V, "L1", 221, G }, { V, "L2", 0, G } }, 1, true,
	    0, READING_GOOD | READING_NO_POWER | READING_VOLTAGE, 0, 221 },
	{ "three phases: the lowest", { { V, "L1", 221, G }, { V, "L2", 3, G } }, 3, true, 0,
	    READING_GOOD | READING_NO_POWER | READING_VOLTAGE, 0, 3 },
	{ "three phases, one unknown", { { V, "L1", 221, G }, { V, "L2", 3, E } }, 3, true,
	    0, READING_GOOD | READING_NO_POWER, 0, 0 },
	{ "a switched-off outlet", { { V, "outlet 1", 0, G }, { V, "", 219, G } }, 1, true, 0,
	    READING_GOOD | READING_NO_POWER | READING_VOLTAGE, 0, 219 },
};

static struct reading
read_device(const struct device_row *row, struct digests *digests)
{
	struct reading_gather gather = { 0 };
	struct col_slot slots[6];
	struct sample samples[6];
	const struct col_layout *layout;
	struct col_error error;
	struct reading_known known = { .marks = row->known };
	size_t n = 0;

	for (; n < 6 && row->s[n].metric != NULL; n++) {
		slots[n] = (struct col_slot){ row->s[n].metric, row->s[n].instance,
		    strcmp(row->s[n].metric, P) == 0 ? "W" :
		    strcmp(row->s[n].metric, V) == 0 ? "V" : "C", "", 0, 0, 0 };
		samples[n] = (struct sample){ row->s[n].number, row->s[n].q };
	}
	layout = layout_intern(slots, n, &error);
	assert_non_null(layout);
	reading_add(&gather, digests_get(digests, layout), samples);
	return reading_finish(&gather, row->complete, row->phases, &known);
}

static void
a_poll_speaks_for_its_device(void **state)
{
	struct digests digests;

	(void)state;
	digests_init(&digests);
	for (size_t i = 0; i < sizeof(DEVICES) / sizeof(DEVICES[0]); i++) {
		const struct device_row *row = &DEVICES[i];
		struct reading reading = read_device(row, &digests);

		if (reading.flags != (row->flags | READING_ENDED) ||
		    fabs(reading.power_w - row->power_w) > 1e-9 ||
		    fabsf(reading.voltage_v - row->voltage_v) > 1e-3f) {
			fail_msg("%s: flags %x, %g W, %g V", row->name, reading.flags,
			    reading.power_w, (double)reading.voltage_v);
		}
	}
	digests_done(&digests);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_become_samples),
		cmocka_unit_test(a_poll_speaks_for_its_device),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	layout_reset();
	return failed;
}
