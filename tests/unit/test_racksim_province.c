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

#include "province.h"

static void
lay_out(struct province *p, uint32_t n_racks, uint64_t seed)
{
	struct province_options options = {
		.seed = seed,
		.step_s = 10,
		.base = 0x7f100000U,
		.n_racks = n_racks,
	};

	assert_int_equal(province_init(p, &options), 0);
}

/* Exactly N declared racks, in rows and halls that add up, at any size. */
static void
counts_are_exact(void **state)
{
	static const uint32_t sizes[] = {1, 7, 24, 100, 900, 4321, 90000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct province p;
		uint32_t declared = 0, planned = 0, polled = 0;

		lay_out(&p, sizes[i], 5 + i);
		for (size_t row = 0; row < p.n_rows; row++) {
			if (p.rows[row].planned) {
				planned += p.rows[row].n_racks;
			} else {
				declared += p.rows[row].n_racks;
				polled += p.rows[row].n_polled;
			}
			assert_in_range(p.rows[row].n_racks, 1, 24);
		}
		assert_int_equal(declared, sizes[i]);
		assert_int_equal(planned, p.n_planned);
		assert_in_range(planned, sizes[i] / 10, sizes[i] / 10 + 2);
		assert_true((declared - polled) * 50 <= declared);
		province_done(&p);
	}
}

static void
nine_of_ten_answer(void **state)
{
	static const uint32_t sizes[] = {20, 100, 900, 20000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct province p;
		uint32_t sound = 0, in_service = 0;
		struct province_rack rack;

		lay_out(&p, sizes[i], 1);
		for (rack.row = 0; rack.row < p.n_rows; rack.row++) {
			for (rack.n = 1; rack.n <= p.rows[rack.row].n_polled;
			    rack.n++) {
				sound += province_flaw(&p, rack) !=
				    PROVINCE_SILENT;
				in_service += province_state(&p, rack) ==
				    PROVINCE_IN_SERVICE;
			}
		}
		assert_true(sound * 10 >= sizes[i] * 9);
		assert_true(in_service * 10 >= sizes[i] * 8);
		province_done(&p);
	}
}

/* Each address leads to a device whose address it is, and so do ids. */
static void
addresses_and_ids_lead_back(void **state)
{
	struct province p;
	uint64_t found = 0;
	uint32_t end;

	(void)state;
	lay_out(&p, 3000, 9);
	end = p.base + (uint32_t)(p.n_rows * PROVINCE_BLOCKS_PER_ROW +
	    p.n_halls + 2) * 256;
	for (uint32_t address = p.base - 300; address < end; address++) {
		struct province_device device, back;
		char id[PROVINCE_ID_MAX];

		if (province_at(&p, address, &device) != 0) {
			continue;
		}
		found++;
		assert_int_equal(province_address(&p, &device), address);
		province_device_id(&p, &device, id);
		assert_int_equal(province_find_device(&p, id, &back), 0);
		assert_int_equal(province_address(&p, &back), address);
	}
	assert_int_equal(found, province_devices(&p));
	province_done(&p);
}

static void
strange_ids_are_not_found(void **state)
{
	static const char *const ids[] = {
		"", "-", "zz1", "zz1-h", "zz1-h1-r1-a1-pdu-a", "pdu-a",
		"zz1-h1-r1-b01-pdu-a", "zz1-h01-r1-a01-pdu-a",
		"zz1-h1-r1-a01-pdu-c", "zz1-h1-r1-a99-pdu-a", "zz1-h1-pdu-a",
		"zz1-h1-r1-a01-ups-a", "zz1-h4294967297-ups-a"
	};
	struct province_device device;
	struct province_rack rack;
	struct province p;
	uint32_t at;

	(void)state;
	lay_out(&p, 900, 1);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		assert_int_equal(province_find_device(&p, ids[i], &device), -1);
		assert_int_equal(province_find_rack(&p, ids[i], &rack), -1);
		assert_int_equal(province_find_row(&p, ids[i], &at), -1);
		assert_int_equal(province_find_hall(&p, ids[i], &at), -1);
	}
	assert_int_equal(province_find_rack(&p, "zz1-h1-r1-a01", &rack), 0);
	assert_int_equal(province_find_device(&p, "zz1-h1-ups-b", &device), 0);
	province_done(&p);
}

static void
too_many_do_not_fit(void **state)
{
	struct province_options options = {
		.seed = 1,
		.step_s = 10,
		.base = 0x7ff00000U,
		.n_racks = 90000,
	};
	struct province p;

	(void)state;
	assert_int_equal(province_init(&p, &options), -1);
	province_done(&p);
}

static void
bmcs_stand_in_enough_racks(void **state)
{
	static const uint32_t sizes[] = {1, 7, 12, 30, 60, 100, 250, 900, 5000};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct province_options options = {.seed = 1 + i, .step_s = 10,
			.base = 0x7f100000U, .n_racks = sizes[i / 2],
			.bmc = i % 2 ? PROVINCE_BMC_ONLY : PROVINCE_BMC_SOME};
		struct province p;
		uint64_t n = 0, bmcs = 0;
		uint32_t end;

		assert_int_equal(province_init(&p, &options), 0);
		end = p.base + (uint32_t)(p.n_rows * PROVINCE_BLOCKS_PER_ROW +
		    p.n_halls) * 256;
		for (uint32_t at = p.base; at < end; at++) {
			struct province_device device, back;
			char id[PROVINCE_ID_MAX];

			if (province_at(&p, at, &device) != 0) {
				continue;
			}
			n++;
			bmcs += province_is_bmc(device.role);
			assert_int_equal(province_address(&p, &device), at);
			province_device_id(&p, &device, id);
			assert_int_equal(province_find_device(&p, id, &back), 0);
			assert_memory_equal(&back, &device, sizeof(back));
		}
		assert_int_equal(n, province_devices(&p));
		assert_int_equal(bmcs, p.n_bmcs);
		assert_true(bmcs / 2 * 8 >= p.n_racks);
		assert_true(options.bmc == PROVINCE_BMC_SOME || bmcs == n);
		province_done(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_exact),
		cmocka_unit_test(nine_of_ten_answer),
		cmocka_unit_test(addresses_and_ids_lead_back),
		cmocka_unit_test(strange_ids_are_not_found),
		cmocka_unit_test(too_many_do_not_fit),
		cmocka_unit_test(bmcs_stand_in_enough_racks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
