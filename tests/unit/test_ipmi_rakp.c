/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An opening whose codes and keys Python's hmac computed from the formulas of
 * the specification (s.13.31, s.13.32): user "mon", password "monpass",
 * privilege administrator, console id 05000007h, BMC's id 11223344h.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hex.h"
#include "rakp.h"

#include <collectord/err.h>

#define TAG 0x21

static const struct {
	enum seal_suite suite;
	const char *code2, *code3, *value4, *k1, *k2, *sik, *sik_kg;
} known[] = {
    {SEAL_3, "5a236a780bc0a41b7195d1f81aa3bb4dd1161d50",
        "4823a17e2dbca6452286963e0efe1f565482fb58",
        "e20f53b372506c1ec8175859",
        "7d6d16774da3e126a835c98c60a2dfc6ebf3e5f8",
        "a3e92691668f0756e625ccd2da70b5fd",
        "1a2d7e8cfa17cc6d6c1b4df4c3ea025ec93e177b",
        "5fddeb0da55064525e2071057d9d1d9bd9785e1c"},
    {SEAL_17,
        "d7663e03083564598fdac3da956a90370479e8ea12f98c54a8102ca09b688b84",
        "75db238a51efd65e289e547f3d2f46549d0af974f7e6902127300bb7130ed5ee",
        "4f6107b08e519366c0eee65167dc58d1",
        "d7b6ae846c2b5302b5396ea82fc9d2cabc19437dc8f3daa17cf66d951c47ea89",
        "98444cd6f6811268d5d1fb7cf38bc6d6",
        "578b989495729770ac1683a75f7f7e5c984e40258a68fe063cbff18036113597",
        "5f28c7e1fae77c3e89db5e953ad732838b981bfedc048de0a0db9d5070487f1d"},
};
#define KNOWN_N (sizeof(known) / sizeof(known[0]))

static const struct rakp_identity identity = {.user = "mon", .n_user = 3,
    .password = "monpass"};

static int
start(void **state)
{
	*state = seal_new();
	return *state == NULL;
}

static int
stop(void **state)
{
	seal_free(*state);
	return 0;
}

static struct rakp
begin(enum seal_suite suite)
{
	struct rakp rakp = {.identity = &identity, .suite = (uint8_t)suite,
	    .privilege = 4, .console_id = 0x05000007, .bmc_id = 0x11223344};

	for (int i = 0; i < RAKP_RANDOM; i++) {
		rakp.console_random[i] = (uint8_t)(0x10 + i);
	}
	return rakp;
}

/* RAKP 2 of the BMC, with its code. */
static size_t
make_2(size_t i, uint8_t *body)
{
	memset(body, 0, 128);
	body[0] = TAG;
	rmcp_put32(body + 4, 0x05000007);
	for (int j = 0; j < RAKP_RANDOM; j++) {
		body[8 + j] = (uint8_t)(0x80 + j);
		body[24 + j] = (uint8_t)(0xa0 + j);
	}
	return 40 + hex_bytes(known[i].code2, body + 40);
}

static void
test_open(void **state)
{
	struct rakp rakp = begin(SEAL_17);
	uint8_t buffer[RAKP_MESSAGE_MAX];
	static const uint8_t wanted[] = {TAG, 0x04, 0, 0, 0x07, 0, 0, 0x05,
	    0, 0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 8, 4, 0, 0, 0,
	    2, 0, 0, 8, 1, 0, 0, 0};

	(void)state;
	assert_int_equal(rakp_open_session(&rakp, TAG, buffer), sizeof(wanted));
	assert_memory_equal(buffer, wanted, sizeof(wanted));
	rakp.highest = 1;
	(void)rakp_open_session(&rakp, TAG, buffer);
	assert_int_equal(buffer[1], 0);
}

static void
test_opened(void **state)
{
	struct rakp rakp = begin(SEAL_3);
	uint8_t body[] = {TAG, 0, 4, 0, 0x07, 0, 0, 0x05, 0x44, 0x33, 0x22,
	    0x11, 0, 0, 0, 8, 1, 0, 0, 0, 1, 0, 0, 8, 1, 0, 0, 0,
	    2, 0, 0, 8, 1, 0, 0, 0};
	struct rakp_answer answer = {.body = body, .n = sizeof(body),
	    .tag = TAG};

	(void)state;
	rakp.bmc_id = 0;
	for (size_t n = 0; n < sizeof(body); n++) {
		answer.n = n;
		assert_int_equal(rakp_opened(&rakp, &answer), RAKP_SHAPE);
	}
	answer.n = sizeof(body);
	assert_int_equal(rakp_opened(&rakp, &answer), RAKP_TAKEN);
	assert_int_equal(rakp.bmc_id, 0x11223344);
	body[16] = 3; /* another algorithm than the one offered */
	assert_int_equal(rakp_opened(&rakp, &answer), RAKP_OTHER_SUITE);
	body[16] = 1;
	memset(body + 8, 0, 4);
	assert_int_equal(rakp_opened(&rakp, &answer), RAKP_SHAPE);
	body[7] = 0x06; /* for an older session id of ours */
	assert_int_equal(rakp_opened(&rakp, &answer), RAKP_STRAY);
	body[0]++;
	assert_int_equal(rakp_opened(&rakp, &answer), RAKP_STRAY);
	body[0]--;
	body[1] = RAKP_NO_ROOM;
	answer.n = 2; /* refusals may be short */
	assert_int_equal(rakp_opened(&rakp, &answer), RAKP_STATUS);
	assert_int_equal(answer.ret_status, RAKP_NO_ROOM);
}

static void
test_1(void **state)
{
	struct rakp rakp = begin(SEAL_3);
	uint8_t buffer[RAKP_MESSAGE_MAX];

	(void)state;
	assert_int_equal(rakp_1(&rakp, TAG, buffer), 31);
	assert_int_equal(buffer[0], TAG);
	assert_int_equal(rmcp_get32(buffer + 4), 0x11223344);
	assert_memory_equal(buffer + 8, rakp.console_random, RAKP_RANDOM);
	assert_int_equal(buffer[24], 0x14); /* administrator, by name only */
	assert_int_equal(buffer[27], 3);
	assert_memory_equal(buffer + 28, "mon", 3);
	rakp.pads_user = true; /* quirk intel20 */
	assert_int_equal(rakp_1(&rakp, TAG, buffer), 44);
	assert_int_equal(buffer[27], 16);
	assert_memory_equal(buffer + 28, "mon\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}

static void
test_whole(void **state)
{
	for (size_t i = 0; i < KNOWN_N; i++) {
		struct rakp rakp = begin(known[i].suite);
		uint8_t body[128], buffer[RAKP_MESSAGE_MAX], wanted[64];
		struct rakp_answer answer = {.body = body, .tag = TAG};
		struct seal_keys keys;
		size_t n;

		answer.n = make_2(i, body);
		assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_TAKEN);
		n = hex_bytes(known[i].sik, wanted);
		assert_memory_equal(rakp.sik, wanted, n);
		n = hex_bytes(known[i].code3, wanted);
		assert_int_equal(rakp_3(&rakp, *state, TAG, buffer), 8 + n);
		assert_memory_equal(buffer + 8, wanted, n);
		memset(body, 0, 8);
		body[0] = TAG;
		rmcp_put32(body + 4, 0x05000007);
		answer.n = 8 + hex_bytes(known[i].value4, body + 8);
		assert_int_equal(rakp_4(&rakp, *state, &answer, true),
		    RAKP_TAKEN);
		assert_int_equal(rakp_keys(&rakp, *state, &keys), 0);
		n = hex_bytes(known[i].k1, wanted);
		assert_memory_equal(keys.k1, wanted, n);
		n = hex_bytes(known[i].k2, wanted);
		assert_memory_equal(keys.k2, wanted, n);
		assert_int_equal(keys.suite, known[i].suite);
		body[8] ^= 1;
		assert_int_equal(rakp_4(&rakp, *state, &answer, true),
		    RAKP_WRONG);
		assert_int_equal(rakp_4(&rakp, *state, &answer, false),
		    RAKP_TAKEN);
		answer.n--;
		assert_int_equal(rakp_4(&rakp, *state, &answer, true),
		    RAKP_SHAPE);
	}
}

static void
test_kg(void **state)
{
	for (size_t i = 0; i < KNOWN_N; i++) {
		struct rakp_identity with_kg = identity;
		struct rakp rakp = begin(known[i].suite);
		uint8_t body[128], wanted[64];
		struct rakp_answer answer = {.body = body, .tag = TAG};
		size_t n;

		memcpy(with_kg.kg, "bmckey", 6);
		with_kg.has_kg = true;
		rakp.identity = &with_kg;
		answer.n = make_2(i, body);
		assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_TAKEN);
		n = hex_bytes(known[i].sik_kg, wanted);
		assert_memory_equal(rakp.sik, wanted, n);
	}
}

static void
test_wrong_2(void **state)
{
	struct rakp_identity other = identity;
	struct rakp rakp = begin(SEAL_17);
	uint8_t body[128];
	struct rakp_answer answer = {.body = body, .tag = TAG};

	answer.n = make_2(1, body);
	for (size_t i = 8; i < answer.n; i++) {
		body[i] ^= 0x80; /* random, GUID, code: all of it counts */
		assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_WRONG);
		body[i] ^= 0x80;
	}
	other.password[0] ^= 1;
	rakp.identity = &other;
	assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_WRONG);
	rakp.identity = &identity;
	answer.n++;
	assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_SHAPE);
	rakp.is_long = true; /* quirks supermicro20, sun20 */
	assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_TAKEN);
	for (answer.n = 0; answer.n < 40; answer.n++) {
		assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_SHAPE);
	}
	body[1] = RAKP_NAME_REFUSED;
	answer.n = 8;
	assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_STATUS);
	assert_int_equal(answer.ret_status, RAKP_NAME_REFUSED);
	assert_int_equal(rakp_3_refusal(&rakp, TAG, body), 8);
	assert_int_equal(body[1], RAKP_BAD_CHECK_VALUE);
}

/* Suite 0: no codes, no keys. */
static void
test_none(void **state)
{
	struct rakp rakp = begin(SEAL_0);
	uint8_t body[128], buffer[RAKP_MESSAGE_MAX];
	struct rakp_answer answer = {.body = body, .n = 40, .tag = TAG};
	struct seal_keys keys;

	(void)make_2(0, body);
	assert_int_equal(rakp_2(&rakp, *state, &answer), RAKP_TAKEN);
	assert_int_equal(rakp_3(&rakp, *state, TAG, buffer), 8);
	answer.n = 8;
	assert_int_equal(rakp_4(&rakp, *state, &answer, true), RAKP_TAKEN);
	answer.n = 20; /* some send a value all the same */
	assert_int_equal(rakp_4(&rakp, *state, &answer, true), RAKP_SHAPE);
	assert_int_equal(rakp_4(&rakp, *state, &answer, false), RAKP_TAKEN);
	assert_int_equal(rakp_keys(&rakp, *state, &keys), 0);
	assert_int_equal(keys.suite, SEAL_0);
}

static void
test_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RAKP_STATUS_N; i++) {
		assert_non_null(rakp_status_name((uint8_t)i));
	}
	assert_string_equal(rakp_status_name(RAKP_NAME_REFUSED),
	    "unauthorized name");
	assert_non_null(strstr(rakp_status_name(0xff), "does not know"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_open),
	    cmocka_unit_test(test_opened),
	    cmocka_unit_test(test_1),
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_kg),
	    cmocka_unit_test(test_wrong_2),
	    cmocka_unit_test(test_none),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
