/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sketch of a profile: where tables begin, and what words and ranges tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "capture.h"
#include "sketch_work.h"

#define CELLS_MAX 64

struct cells {
	struct capture capture;
	const struct varbind *at[CELLS_MAX];
	size_t n;
};

static void
read_cells(struct cells *cells, const char *text)
{
	static const uint32_t none;
	struct objref name = {.sub = &none, .n = 0};
	const struct varbind *cell;
	struct col_error error;

	assert_int_equal(capture_parse(text, strlen(text), &cells->capture, &error), 0);
	cells->n = 0;
	while ((cell = snapshot_next(cells->capture.snapshot, name)) != NULL) {
		assert_true(cells->n < CELLS_MAX);
		cells->at[cells->n++] = cell;
		name = cell->name;
	}
}

/* ---- spans --------------------------------------------------------------------------- */

static const struct {
	const char *what, *text;
	unsigned entry, n_parts;       /* of the first span */
	size_t n;
	bool is_text;
} SPANS[] = {
    {"a scalar", "1.3.6.1.4.1.9999.1.1.0|2|5\n1.3.6.1.4.1.9999.1.2.0|2|6\n", 0, 0, 1, false},
    {"two columns, two rows", "1.3.6.1.4.1.9999.3.1.2.1|2|5\n1.3.6.1.4.1.9999.3.1.2.2|2|6\n"
	"1.3.6.1.4.1.9999.3.1.3.1|4|a\n1.3.6.1.4.1.9999.3.1.3.2|4|b\n", 9, 1, 4, false},
    {"an index that begins with 1", "1.3.6.1.4.1.9999.3.1.4.1.1.3|2|5\n"
	"1.3.6.1.4.1.9999.3.1.4.1.1.5|2|6\n1.3.6.1.4.1.9999.3.1.6.1.1.3|2|5\n"
	"1.3.6.1.4.1.9999.3.1.6.1.1.5|2|5\n", 9, 3, 4, false},
    {"a 1 in front of the table", "1.3.6.1.4.1.9999.1.2.1.2.1|2|1\n"
	"1.3.6.1.4.1.9999.1.2.1.2.2|2|2\n1.3.6.1.4.1.9999.1.2.1.4.1|2|1\n"
	"1.3.6.1.4.1.9999.1.2.1.4.2|2|2\n", 10, 1, 4, false},
    {"the only cell of a table", "1.3.6.1.4.1.9999.2.1.1.4.1|4|x\n", 10, 1, 1, false},
    {"texts as index", "1.3.6.1.4.1.9999.3.1.2.1.65|2|5\n1.3.6.1.4.1.9999.3.1.2.2.65.66|2|6\n"
	"1.3.6.1.4.1.9999.3.1.3.1.65|2|5\n1.3.6.1.4.1.9999.3.1.3.2.65.66|2|6\n", 9, 0, 4, true},
    {"another table behind it", "1.3.6.1.4.1.9999.3.1.2.1|2|5\n1.3.6.1.4.1.9999.3.1.3.1|2|6\n"
	"1.3.6.1.4.1.9999.4.1.2.1|2|5\n", 9, 1, 2, false},
};

static void
test_spans(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(SPANS) / sizeof(SPANS[0]); i++) {
		struct cells cells;
		struct sketch_span span;

		read_cells(&cells, SPANS[i].text);
		span = sketch_span_next(cells.at, cells.n);
		if (span.entry != SPANS[i].entry || span.n != SPANS[i].n ||
		    span.n_parts != SPANS[i].n_parts || span.is_text != SPANS[i].is_text) {
			fail_msg("%s: entry %u, %u parts, %zu cells", SPANS[i].what,
			    span.entry, span.n_parts, span.n);
		}
		snapshot_free(cells.capture.snapshot);
	}
}

/* ---- guesses -------------------------------------------------------------------------- */

static const struct {
	const char *label, *units, *hint;
	double min, max;
	const char *metric, *unit;
	double scale;
} GUESSES[] = {
    {"acmeOutletPower", "hundredths of kW", NULL, 3, 90, "power_w", "kW", 0.01},
    {"acmeInputVoltage", "0.1 Volts", NULL, 2290, 2310, "voltage_v", "V", 0.1},
    {"acmeInputVoltage", "", NULL, 2290, 2310, "voltage_v", NULL, 0.1},
    {"acmeBatteryVoltage", "RMS Volts", NULL, 54, 54, "voltage_v", "V", 1},
    {"acmePhaseCurrent", "milliamps", NULL, 400, 9000, "current_a", "mA", 1},
    {"acmeCurrentThreshold", "milliamps", NULL, 16000, 16000, NULL, NULL, 1},
    {"acmeRuntimeRemaining", "minutes", NULL, 14, 14, "runtime_s", "min", 1},
    {"acmeProbe", "degrees Fahrenheit", NULL, 70, 75, "temperature_c", "F", 1},
    {"acmePowerFactor", "", NULL, 82, 98, "power_factor", NULL, 0.01},
    {"acmeLoad", "percent", NULL, 20, 30, NULL, NULL, 1},
    {"", "", "Rack top temperature", 231, 264, "temperature_c", NULL, 0.1},
    {"", "", "Phase L1.Voltage.SetPtHighAlarm", 250, 250, NULL, NULL, 1},
    {"", "", NULL, 228, 231, "voltage_v", NULL, 1},
    {"", "", NULL, 4998, 5002, "frequency_hz", NULL, 0.01},
    {"", "", NULL, 17, 400, NULL, NULL, 1},
};

static void
test_guesses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(GUESSES) / sizeof(GUESSES[0]); i++) {
		struct sketch_object object = {.n = 0};
		struct sketch_numbers numbers = {.n = 2, .min = GUESSES[i].min,
		    .max = GUESSES[i].max};
		struct sketch_guess guess;

		(void)snprintf(object.label, sizeof(object.label), "%s", GUESSES[i].label);
		(void)snprintf(object.units, sizeof(object.units), "%s", GUESSES[i].units);
		guess = sketch_guess(&object, GUESSES[i].hint, &numbers);
		if ((guess.metric == NULL) != (GUESSES[i].metric == NULL)) {
			fail_msg("row %zu: %s", i, guess.metric != NULL ? guess.metric : guess.why);
		}
		if (guess.metric == NULL) {
			continue;
		}
		assert_string_equal(guess.metric, GUESSES[i].metric);
		assert_true((guess.unit == NULL) == (GUESSES[i].unit == NULL));
		if (guess.unit != NULL) {
			assert_string_equal(guess.unit, GUESSES[i].unit);
		}
		assert_float_equal(guess.scale, GUESSES[i].scale, 1e-9);
	}
}

static void
test_numbers(void **state)
{
	struct cells cells;
	struct sketch_numbers numbers;

	(void)state;
	read_cells(&cells, "1.3.6.1.4.1.9999.3.1.2.1|2|-1\n1.3.6.1.4.1.9999.3.1.2.2|4|12.5\n"
	    "1.3.6.1.4.1.9999.3.1.2.3|66|4294967295\n1.3.6.1.4.1.9999.3.1.2.4|2|0\n"
	    "1.3.6.1.4.1.9999.3.1.2.5|4|on\n");
	sketch_numbers_of(cells.at, cells.n, &numbers);
	assert_int_equal(numbers.n, 2);
	assert_int_equal(numbers.n_odd, 1);
	assert_int_equal(numbers.sentinels, 1 | 1 << 3);
	assert_float_equal(numbers.min, 12.5, 1e-9);
	assert_float_equal(numbers.max, 12.5, 1e-9);
	assert_false(numbers.is_index);
	snapshot_free(cells.capture.snapshot);
}

static void
test_kinds(void **state)
{
	(void)state;
	assert_string_equal(sketch_guess_kind("APC Smart-UPS 1500"), "ups");
	assert_string_equal(sketch_guess_kind("Metered PDU"), "pdu");
	assert_null(sketch_guess_kind("Acme 7"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_guesses),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
