/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See state_kit.h. */
#include "state_kit.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

struct clock *kit_clock;

int
kit_up(void **unused)
{
	(void)unused;
	kit_clock = clock_test_new((struct wall){ KIT_NOW }, (struct mono){ 1 });
	return 0;
}

int
kit_down(void **unused)
{
	(void)unused;
	clock_free(kit_clock);
	return 0;
}

struct state *
kit_open(const char *path)
{
	struct state_setup setup = { .clock = kit_clock, .path = path };
	struct col_error error = { 0, "" };
	struct state *state = NULL;

	if (state_new(&setup, &state, &error) != 0) {
		fail_msg("%s", error.text);
	}
	return state;
}
