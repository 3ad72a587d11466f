/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "racksim_kit.h"

static int
make(void **state, uint32_t n_racks)
{
	struct kit *kit = calloc(1, sizeof(*kit));
	struct province_options options = {
		.seed = 3,
		.step_s = 10,
		.base = 0x7f100000U,
		.n_racks = n_racks,
	};

	assert_non_null(kit);
	assert_int_equal(province_init(&kit->province, &options), 0);
	kit->faults.province = &kit->province;
	assert_int_equal(values_init(&kit->world, &kit->province,
	    &kit->faults), 0);
	assert_int_equal(kinds_init(&kit->kinds), 0);
	*state = kit;
	return 0;
}

int
kit_setup(void **state)
{
	return make(state, 900);
}

int
kit_setup_large(void **state)
{
	return make(state, 40000);
}

int
kit_teardown(void **state)
{
	struct kit *kit = *state;

	kinds_done(&kit->kinds);
	values_done(&kit->world);
	faults_done(&kit->faults);
	province_done(&kit->province);
	free(kit);
	return 0;
}

void
kit_order(struct kit *kit, const char *text)
{
	char error[FAULTS_ERROR_MAX] = "";

	if (faults_load(&kit->faults, &kit->province, text, error) != 0) {
		fail_msg("%s", error);
	}
	values_forget(&kit->world);
}

struct province_device
kit_device(const struct kit *kit, const char *id)
{
	struct province_device device;

	assert_int_equal(province_find_device(&kit->province, id, &device), 0);
	return device;
}
