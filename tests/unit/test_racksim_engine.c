/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine.h"
#include "racksim_kit.h"

static struct v3_engine
engine(struct kit *f, const char *id, int64_t t)
{
	struct province_device device = kit_device(f, id);
	struct v3_engine ret;

	engine_at(&f->world, &device, t, &ret);
	return ret;
}

/* Source: RFC 3411 section 5, SnmpEngineID. */
static void
ids_have_the_form_of_the_rfc_and_differ(void **state)
{
	struct kit *f = *state;
	struct v3_engine a, b;

	kit_order(f, "");
	a = engine(f, "zz1-h1-ups-a", T0);
	b = engine(f, "zz1-h1-ups-b", T0);
	assert_in_range(a.id.len, 5, 32);
	assert_true(a.id.bytes[0] & 0x80);
	assert_int_equal(a.id.bytes[4], 5);
	assert_memory_not_equal(a.id.bytes, b.id.bytes, a.id.len);
	b = engine(f, "zz1-h1-ups-a", T0 + 86400 * 400);
	assert_memory_equal(a.id.bytes, b.id.bytes, a.id.len);
}

static void
time_goes_on_until_a_restart(void **state)
{
	struct kit *f = *state;
	struct v3_engine a, b;

	kit_order(f, "reboot device=zz1-h1-ups-a at=1790000100");
	a = engine(f, "zz1-h1-ups-a", T0);
	b = engine(f, "zz1-h1-ups-a", T0 + 99);
	assert_true(a.now.boots >= 1);
	assert_int_equal(b.now.boots, a.now.boots);
	assert_int_equal(b.now.time, a.now.time + 99);
	b = engine(f, "zz1-h1-ups-a", T0 + 103);
	assert_int_equal(b.now.boots, a.now.boots + 1);
	assert_int_equal(b.now.time, 3);
	/* Half a year later it has restarted by itself. */
	b = engine(f, "zz1-h1-ups-a", T0 + 181 * 86400);
	assert_int_equal(b.now.boots, a.now.boots + 2);
}

static void
engines_are_spoilt_on_order(void **state)
{
	static const char *const both = "zz1-h1-ups-a";
	struct kit *f = *state;
	struct v3_engine a, b;

	kit_order(f, "engine_change device=zz1-h1-ups-a at=1790000100; "
	    "boots_fall device=zz1-h1-ups-a at=1790000200; "
	    "clock_jump device=zz1-h1-ups-a seconds=1000 from=1790000300");
	a = engine(f, both, T0 + 99);
	b = engine(f, both, T0 + 100);
	assert_memory_not_equal(a.id.bytes, b.id.bytes, a.id.len);
	assert_int_equal(a.id.len, b.id.len);
	assert_true(b.now.time > 1000);
	b = engine(f, both, T0 + 210);
	assert_int_equal(b.now.boots, 1);
	assert_int_equal(b.now.time, 10);
	b = engine(f, both, T0 + 300);
	assert_int_equal(b.now.time, 1100);
	kit_order(f, "engine_same; engine_bare devices=100; "
	    "clock_jump seconds=-99999999999");
	a = engine(f, both, T0);
	b = engine(f, "zz1-h1-ups-b", T0);
	assert_memory_equal(a.id.bytes, b.id.bytes, a.id.len);
	assert_true(a.is_bare);
	assert_int_equal(a.now.time, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_have_the_form_of_the_rfc_and_differ),
		cmocka_unit_test(time_goes_on_until_a_restart),
		cmocka_unit_test(engines_are_spoilt_on_order),
	};

	return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
