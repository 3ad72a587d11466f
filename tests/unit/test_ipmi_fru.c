/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "fru.h"

/* An area: bytes, padded with zeros, its length and checksum set. */
static size_t
seal(uint8_t *area, size_t n)
{
	size_t size = (n + 1 + 7) / 8 * 8;
	uint8_t sum = 0;

	memset(area + n, 0, size - n);
	area[1] = (uint8_t)(size / 8);
	for (size_t i = 0; i + 1 < size; i++) {
		sum = (uint8_t)(sum + area[i]);
	}
	area[size - 1] = (uint8_t)-sum;
	return size;
}

static size_t
field(uint8_t *area, size_t at, const char *text)
{
	size_t n = strlen(text);

	area[at] = (uint8_t)(0xc0 | n);
	memcpy(area + at + 1, text, n);
	return at + 1 + n;
}

static size_t
product(uint8_t *area)
{
	size_t at = 3;

	memcpy(area, (uint8_t[]){1, 0, 25}, 3);
	at = field(area, at, "Inspur");
	at = field(area, at, "NF5280M5");
	at = field(area, at, "");
	at = field(area, at, "00");
	at = field(area, at, "219XA0001");
	at = field(area, at, "ASSET-7 ");
	area[at++] = 0xc1;
	return seal(area, at);
}

static void
test_header(void **state)
{
	uint8_t bytes[] = {1, 0, 1, 5, 15, 0, 0, 0xea};
	struct fru_header header;

	(void)state;
	assert_int_equal(fru_header(bytes, 8, &header), 0);
	assert_int_equal(header.offsets[FRU_CHASSIS], 8);
	assert_int_equal(header.offsets[FRU_BOARD], 40);
	assert_int_equal(header.offsets[FRU_PRODUCT], 120);
	assert_int_equal(fru_header(bytes, 7, &header), COL_EPROTO);
	bytes[7]++;
	assert_int_equal(fru_header(bytes, 8, &header), COL_EPROTO);
	memset(bytes, 0xff, sizeof(bytes));   /* never written */
	assert_int_equal(fru_header(bytes, 8, &header), COL_EPROTO);
}

static void
test_product(void **state)
{
	uint8_t area[256];
	struct fru fru = {0};
	size_t n = product(area), size = 0;

	(void)state;
	assert_int_equal(fru_area_size(area, 2, &size), 0);
	assert_int_equal(size, n);
	assert_int_equal(fru_area(FRU_PRODUCT, area, n, &fru), 0);
	assert_string_equal(fru.maker, "Inspur");
	assert_string_equal(fru.product, "NF5280M5");
	assert_string_equal(fru.model, "");
	assert_string_equal(fru.serial, "219XA0001");
	assert_string_equal(fru.asset, "ASSET-7");
}

static void
test_board(void **state)
{
	uint8_t area[256] = {1, 0, 0, 0x10, 0x20, 0x30};
	struct fru fru = {0};
	size_t at = field(area, 6, "Intel");

	(void)state;
	at = field(area, at, "S2600WT");
	area[at++] = 0x43;                    /* BCD plus: 12-34. */
	memcpy(area + at, (uint8_t[]){0x12, 0xb3, 0x4c}, 3);
	at += 3;
	area[at++] = 0x83;                    /* packed: four characters */
	memcpy(area + at, (uint8_t[]){0x29, 0xdc, 0xa6}, 3);
	at += 3;
	area[at++] = 0xc1;
	assert_int_equal(fru_area(FRU_BOARD, area, seal(area, at), &fru), 0);
	assert_int_equal(fru.board_minutes, 0x302010);
	assert_string_equal(fru.board_maker, "Intel");
	assert_string_equal(fru.board_product, "S2600WT");
	assert_string_equal(fru.board_serial, "12-34.");
	assert_string_equal(fru.board_part, "IPMI");
}

static void
test_languages(void **state)
{
	uint8_t area[64] = {1, 0, 40};
	struct fru fru = {0};
	size_t at = 3;

	(void)state;
	area[at++] = 0xc4;                    /* UTF-16: two characters */
	memcpy(area + at, (uint8_t[]){0x6a, 0x6d, 0xae, 0x6f}, 4);
	at += 4;
	at = field(area, at, "NF52");         /* and plain ASCII all the same */
	area[at++] = 0xc1;
	assert_int_equal(fru_area(FRU_PRODUCT, area, seal(area, at), &fru), 0);
	assert_string_equal(fru.maker, "\u6d6a\u6fae");
	assert_string_equal(fru.product, "NF52");
}

static void
test_bad(void **state)
{
	uint8_t area[256];
	struct fru fru = {0};
	size_t n = product(area), size = 3;

	(void)state;
	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *copy = test_malloc(cut + 1);
		memcpy(copy, area, cut);
		assert_int_equal(fru_area(FRU_PRODUCT, copy, cut, &fru),
		    COL_EPROTO);
		test_free(copy);
	}
	assert_string_equal(fru.serial, "");
	area[5] ^= 1;
	assert_int_equal(fru_area(FRU_PRODUCT, area, n, &fru), COL_EPROTO);
	/* a field that says more than the area has ends it */
	memcpy(area, (uint8_t[]){1, 0, 25, 0xff, 'X'}, 5);
	assert_int_equal(fru_area(FRU_PRODUCT, area, seal(area, 5), &fru), 0);
	assert_string_equal(fru.maker, "");
	area[1] = 0;
	assert_int_equal(fru_area_size(area, 8, &size), COL_EPROTO);
	assert_int_equal(size, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_header),
	    cmocka_unit_test(test_product),
	    cmocka_unit_test(test_board),
	    cmocka_unit_test(test_languages),
	    cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
