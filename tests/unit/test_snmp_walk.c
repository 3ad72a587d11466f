/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capture.h"
#include "convert.h"
#include "walk.h"

/* Reads one record as a whole file; the value as text, "-" without one. */
static void
read_record(const char *record, char *text, enum varbind_type *ret_type)
{
	struct col_error error = {.code = 0};
	struct capture capture;
	uint32_t zero = 0;
	const struct varbind *vb;

	memcpy(text, "-", 2);
	*ret_type = VARBIND_TYPE_N;
	if (capture_parse(record, strlen(record), &capture, &error) != 0) {
		assert_int_equal(error.code, COL_EPROTO);
		return;
	}
	vb = snapshot_next(capture.snapshot, (struct objref){&zero, 1});
	assert_non_null(vb);
	*ret_type = vb->type;
	(void)convert_text(vb, text, CONVERT_TEXT_SIZE);
	snapshot_free(capture.snapshot);
}

static void
test_types(void **state)
{
	static const struct {
		const char *record;
		enum varbind_type type;
		const char *text;
	} cases[] = {
	    {".1.3.1 = INTEGER: -5", VARBIND_INTEGER, "-5"},
	    {".1.3.1 = INTEGER: up(1)", VARBIND_INTEGER, "1"},
	    {".1.3.1 = INTEGER: 2300 0.1 Volt (RMS)", VARBIND_INTEGER, "2300"},
	    {".1.3.1 = INTEGER: 22.7", VARBIND_TYPE_N, "-"},
	    {"iso.3.1 = Gauge32: 12", VARBIND_UNSIGNED, "12"},
	    {"1.3.1 = Counter32: 4294967295", VARBIND_COUNTER32, "4294967295"},
	    {".1.3.1 = Counter64: 18446744073709551615", VARBIND_COUNTER64,
	        "18446744073709551615"},
	    {".1.3.1 = Timeticks: (4711) 0:00:47.11", VARBIND_TICKS, "4711"},
	    {".1.3.1 = Timeticks: 4711", VARBIND_TICKS, "4711"},
	    {".1.3.1 = STRING: \"a \\\"b\\\" \\\\ c\"", VARBIND_OCTETS,
	        "a \"b\" \\ c"},
	    {".1.3.1 = STRING: bare text ", VARBIND_OCTETS, "bare text"},
	    {".1.3.1 = STRING: \"two\nlines\"\n", VARBIND_OCTETS, "two lines"},
	    {".1.3.1 = STRING: ", VARBIND_OCTETS, ""},
	    {".1.3.1 = \"\"", VARBIND_OCTETS, ""},
	    {".1.3.1 = STRING: \"open", VARBIND_TYPE_N, "-"},
	    {".1.3.1 = Hex-STRING: 41 42 \n43 0A \n", VARBIND_OCTETS, "ABC"},
	    {".1.3.1 = BITS: 41 first(0) second(1)", VARBIND_OCTETS, "A"},
	    {".1.3.1 = OID: .1.3.6.1", VARBIND_OBJID, "1.3.6.1"},
	    {".1.3.1 = OID: iso.3.6", VARBIND_OBJID, "1.3.6"},
	    {".1.3.1 = IpAddress: 192.0.2.7", VARBIND_ADDRESS, "192.0.2.7"},
	    {".1.3.1 = Opaque: Float: 1.5", VARBIND_REAL, "1.5"},
	    {".1.3.1 = NULL", VARBIND_NULL, ""},
	    {".1.3.1 = Wrong Type (should be INTEGER): Gauge32: 3",
	        VARBIND_UNSIGNED, "3"},
	    {".1.3.1 = No Such Instance currently exists at this OID",
	        VARBIND_TYPE_N, "-"},
	    {".1.3.1 = No more variables left in this MIB View", VARBIND_TYPE_N,
	        "-"},
	    {".1.3.1 = Strange: 1", VARBIND_TYPE_N, "-"},
	    {"1.3.1|4|a = b", VARBIND_OCTETS, "a = b"},
	    {"1.3.1|4x|4142", VARBIND_OCTETS, "AB"},
	};
	char text[CONVERT_TEXT_SIZE];
	enum varbind_type type;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		read_record(cases[i].record, text, &type);
		if (type != cases[i].type || strcmp(text, cases[i].text) != 0) {
			fail_msg("%s: got type %d, text %s", cases[i].record,
			    (int)type, text);
		}
	}
}

static void
test_faulty_records_are_counted(void **state)
{
	static const char text[] = "1.3.4|9|z\n.1.3.1 = INTEGER: 1\n.1.3.2 = Strange: 2\n"
	    "# a comment\n\n.1.3.3 = INTEGER: x\n.1.3.5 = NULL\n"
	    ".1.3.6 = No Such Object available on this agent at this OID\n";
	struct col_error error = {.code = 0};
	struct capture capture;

	(void)state;
	assert_int_equal(capture_parse(text, sizeof(text) - 1, &capture,
	    &error), 0);
	assert_int_equal(snapshot_count(capture.snapshot), 2);
	assert_int_equal(capture.n_skipped, 3);
	snapshot_free(capture.snapshot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_faulty_records_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
