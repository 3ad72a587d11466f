/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "vault.h"

static bool
all_zero(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != 0) {
			return false;
		}
	}
	return true;
}

static void
test_pieces_are_zeroed_and_apart(void **state)
{
	static const size_t sizes[] = {1, 16, 17, 48, 64, 96, 1000, VAULT_MAX};
	struct vault *vault = vault_new();
	uint8_t *pieces[8][200];

	(void)state;
	assert_non_null(vault);
	for (size_t s = 0; s < 8; s++) {
		for (size_t i = 0; i < 200; i++) {
			pieces[s][i] = vault_take(vault, sizes[s]);
			assert_non_null(pieces[s][i]);
			assert_int_equal((uintptr_t)pieces[s][i] % 16, 0);
			assert_true(all_zero(pieces[s][i], sizes[s]));
			memset(pieces[s][i], (int)(s * 31 + i), sizes[s]);
		}
	}
	for (size_t s = 0; s < 8; s++) {
		for (size_t i = 0; i < 200; i++) {
			for (size_t k = 0; k < sizes[s]; k++) {
				assert_int_equal(pieces[s][i][k],
				    (uint8_t)(s * 31 + i));
			}
		}
	}
	vault_free(vault);
}

static void
test_what_is_given_back_is_wiped_and_used_again(void **state)
{
	struct vault *vault = vault_new();
	uint8_t *first = vault_take(vault, 48), *second;

	(void)state;
	memset(first, 0xa5, 48);
	vault_give(vault, first, 48);
	/* The link to the next piece is all that may be left. */
	assert_true(all_zero(first + sizeof(void *), 48 - sizeof(void *)));
	second = vault_take(vault, 40);
	assert_ptr_equal(first, second);
	assert_true(all_zero(second, 48));
	vault_give(vault, NULL, 48);
	vault_free(vault);
	vault_free(NULL);
}

/* "dd" among the flags of the mapping that holds address: no core dump. */
static bool
is_left_out_of_dumps(const void *address)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	char line[512];
	bool inside = false, found = false;

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		uintptr_t from, to;
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR, &from, &to) == 2) {
			inside = (uintptr_t)address >= from &&
			    (uintptr_t)address < to;
		} else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			found = strstr(line, " dd") != NULL;
		}
	}
	fclose(file);
	return found;
}

static void
test_pieces_stay_out_of_core_dumps(void **state)
{
	struct vault *vault = vault_new();
	int here;

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_true(is_left_out_of_dumps(vault_take(vault, 1024)));
	}
	assert_false(is_left_out_of_dumps(&here));
	vault_free(vault);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pieces_are_zeroed_and_apart),
	    cmocka_unit_test(test_what_is_given_back_is_wiped_and_used_again),
	    cmocka_unit_test(test_pieces_stay_out_of_core_dumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
