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

#include "bmc.h"
#include "bmc_model.h"
#include "hash.h"
#include "racksim_console.h"

#define T0 1790000000

struct desk {
	struct bmc_setup setup;
	struct bmc_order order;
	struct bmc bmc;
	struct console c;
	struct bmc_values v;
};

static const struct bmc_user users[] = {
	{"demo", "demo-pass", BMC_USER},
	{"admin", "admin-pass", BMC_ADMIN},
};

static void
measure(void *arg, uint32_t id, int64_t t, struct bmc_values *ret)
{
	const struct desk *desk = arg;

	assert_int_equal(id, 0x7f100201);
	*ret = desk->v;
	ret->power_w += (double)(t % 60);
}

static const struct bmc_model *
model(const char *word)
{
	for (size_t i = 0; i < bmc_models_n; i++) {
		if (strcmp(bmc_models[i].word, word) == 0) {
			return &bmc_models[i];
		}
	}
	fail_msg("no model %s", word);
	return NULL;
}

/* Another BMC on the same desk. */
static void
use(struct desk *desk, const char *word)
{
	bmc_done(&desk->bmc);
	bmc_init(&desk->bmc, &desk->setup, model(word), 0x1234567890abcdefU,
	    0x7f100201);
	desk->order = (struct bmc_order){0};
	desk->bmc.order = &desk->order;
	desk->c = (struct console){.bmc = &desk->bmc,
	    .crypt = desk->setup.crypt, .now = T0, .id = 1, .suite = 17,
	    .password = "demo-pass", .role = 2};
}

static int
set_up(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	assert_non_null(desk);
	desk->setup = (struct bmc_setup){.crypt = bmc_crypt_new(),
	    .users = users, .n_users = 2, .measure = measure, .arg = desk};
	assert_non_null(desk->setup.crypt);
	desk->v = (struct bmc_values){.on = true, .fed = {true, true},
	    .power_w = 600, .load = 0.4, .inlet_c = 24, .outlet_c = 37,
	    .psu_w = {320, 280}, .psu_v = {221, 223}, .drift = 0.5};
	use(desk, "bmc-dell");
	*state = desk;
	return 0;
}

static int
tear_down(void **state)
{
	struct desk *desk = *state;

	bmc_done(&desk->bmc);
	assert_int_equal(desk->setup.sessions, 0);
	bmc_crypt_free(desk->setup.crypt);
	free(desk);
	return 0;
}

static void
a_ping_is_answered(void **state)
{
	struct desk *desk = *state;
	uint8_t ping[12] = {6, 0, 0xff, 6, 0, 0, 0x11, 0xbe, 0x80, 42};
	uint8_t out[BMC_SIZE_MAX];

	assert_int_equal(bmc_answer(&desk->bmc, T0, ping, sizeof(ping), out,
	    sizeof(out)), 28);
	assert_int_equal(out[8], 0x40);
	assert_int_equal(out[9], 42);
	assert_int_equal(out[20], 0x81);
	ping[8] = 0x40;
	assert_int_equal(bmc_answer(&desk->bmc, T0, ping, sizeof(ping), out,
	    sizeof(out)), 0);
}

static void
what_it_speaks_is_told_outside(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	assert_int_equal(console_ask_plain(c, 6, 0x38, "\x8e\x04", 2), 0);
	assert_int_equal(c->n, 8);
	assert_int_equal(c->data[1] & 0x80, 0x80);
	assert_int_equal(c->data[3] & 2, 2);
	assert_int_equal(console_ask_plain(c, 6, 0x54, "\x0e\x00\x80", 3), 0);
	assert_memory_equal(c->data + 1,
	    "\xc0\x03\x01\x41\x81\xc0\x11\x03\x44\x81", 10);
	assert_int_equal(c->n, 11);
	assert_int_equal(console_ask_plain(c, 6, 0x54, "\x0e\x00\x81", 3), 0);
	assert_int_equal(c->n, 1);
	/* All else wants a session. */
	assert_int_equal(console_ask_plain(c, 6, 0x01, NULL, 0), 0xd4);
	assert_int_equal(console_ask_plain(c, 0x2c, 2, "\xdc\x01\0\0", 4),
	    0xd4);
}

static void
sessions_open_in_both_suites(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	for (int suite = 3; suite <= 17; suite += 14) {
		c->suite = suite;
		assert_int_equal(console_open(c, "demo"), 0);
		assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
		assert_int_equal(c->n, 15);
		assert_int_equal(c->data[6] | c->data[7] << 8, 674);
		assert_int_equal(console_ask(c, 0x2c, 2, "\xdc\x01\0\0", 4), 0);
		assert_int_equal(c->data[1] | c->data[2] << 8,
		    600 + T0 % 60);
		assert_int_equal(bmc_sessions(&desk->bmc, T0), 1);
		assert_int_equal(console_ask(c, 6, 0x3c, &c->managed, 4), 0);
		assert_int_equal(bmc_sessions(&desk->bmc, T0), 0);
		assert_int_equal(console_ask(c, 6, 1, NULL, 0),
		    CONSOLE_SILENCE);
	}
}

static void
suite_0_is_only_for_those_who_allow_it(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	c->suite = 0;
	assert_int_equal(console_open(c, "demo"), 0x11);
	desk->setup.allow_suite_0 = true;
	assert_int_equal(console_open(c, "demo"), 0);
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
	desk->setup.allow_suite_0 = false;
}

static void
the_wrong_are_kept_out(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	assert_int_equal(console_open(c, "nobody"), 0x0d);
	c->password = "guess";
	assert_int_equal(console_open(c, "demo"), 0x0f);
	c->password = "demo-pass";
	c->role = BMC_ADMIN;
	assert_int_equal(console_open(c, "demo"), 0x0a);
	c->role = BMC_USER;
	use(desk, "bmc-plain");
	assert_int_equal(console_open(c, "demo"), 0x11);
	c->suite = 3;
	assert_int_equal(console_open(c, "demo"), 0);
	use(desk, "bmc-intel");
	c->suite = 3;
	assert_int_equal(console_open(c, "demo"), 0x11);
	/* None of them holds a slot. */
	assert_int_equal(bmc_sessions(&desk->bmc, T0), 0);
}

static void
privilege_rises_up_to_the_limit(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	assert_int_equal(console_open(c, "demo"), 0);
	assert_int_equal(console_ask(c, 6, 0x3b, "\x04", 1), 0x81);
	assert_int_equal(console_ask(c, 6, 0x3b, "\x00", 1), 0);
	assert_int_equal(c->data[0], BMC_USER);
	c->password = "admin-pass";
	c->role = BMC_ADMIN;
	assert_int_equal(console_open(c, "admin"), 0);
	assert_int_equal(console_ask(c, 6, 0x3b, "\x00", 1), 0);
	assert_int_equal(c->data[0], BMC_USER);
	assert_int_equal(console_ask(c, 6, 0x3b, "\x04", 1), 0);
	assert_int_equal(c->data[0], BMC_ADMIN);
}

static void
slots_run_out_and_come_back(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	for (int i = 0; i < 4; i++) {
		assert_int_equal(console_open(c, "demo"), 0);
	}
	assert_int_equal(console_open(c, "demo"), 0x01);
	c->now += 60;
	assert_int_equal(console_open(c, "demo"), 0x01);
	/* The last one talks and stays; the others were idle for too long. */
	c->id--;
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), CONSOLE_SILENCE);
	c->now++;
	assert_int_equal(bmc_sessions(&desk->bmc, c->now), 0);
	assert_int_equal(console_open(c, "demo"), 0);
	for (int i = 0; i < 10; i++) {
		c->now += 50;
		assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
	}
	assert_int_equal(bmc_sessions(&desk->bmc, c->now), 1);
	assert_int_equal(desk->setup.sessions, 1);
	bmc_restart(&desk->bmc, c->now);
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), CONSOLE_SILENCE);
	assert_int_equal(desk->setup.sessions, 0);
}

static void
an_open_that_is_repeated_may_leak(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	for (int i = 0; i < 10; i++) {
		assert_int_equal(console_open_only(c), 0);
	}
	assert_int_equal(bmc_sessions(&desk->bmc, T0), 1);
	use(desk, "bmc-intel");
	for (int i = 0; i < 4; i++) {
		assert_int_equal(console_open_only(c), 0);
	}
	assert_int_equal(console_open_only(c), 0x01);
}

static void
messages_count_once_and_in_the_window(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;
	uint8_t out[BMC_SIZE_MAX];

	assert_int_equal(console_open(c, "demo"), 0);
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
	assert_int_equal(bmc_answer(&desk->bmc, T0, c->packet, c->n_packet,
	    out, sizeof(out)), 0);
	c->sequence += 10;
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
	c->sequence -= 5;
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
	c->sequence += 40;
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), CONSOLE_SILENCE);
	c->sequence = 8;
	c->packet[0] = 6;
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
	/* One octet off anywhere: not a word. */
	for (size_t i = 4; i < c->n_packet; i++) {
		c->packet[i] ^= 1;
		assert_int_equal(bmc_answer(&desk->bmc, T0, c->packet,
		    c->n_packet, out, sizeof(out)), 0);
		c->packet[i] ^= 1;
	}
}

static void
orders_spoil_what_they_say(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	desk->order.bad_rakp2 = true;
	assert_int_equal(console_open(c, "demo"), CONSOLE_BAD_CODE);
	use(desk, "bmc-dell");
	desk->order.bad_rakp4 = true;
	assert_int_equal(console_open(c, "demo"), CONSOLE_BAD_CODE);
	use(desk, "bmc-dell");
	desk->order.no_slots = true;
	assert_int_equal(console_open(c, "demo"), 0x01);
	desk->order.no_slots = false;
	assert_int_equal(console_open(c, "demo"), 0);
	desk->order.busy = true;
	assert_int_equal(console_ask(c, 4, 0x2d, "\x04", 1), 0xc0);
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
	desk->order = (struct bmc_order){.no_dcmi = true};
	assert_int_equal(console_ask(c, 0x2c, 2, "\xdc\x01\0\0", 4), 0xc1);
	desk->order = (struct bmc_order){.dcmi_short = true};
	assert_int_equal(console_ask(c, 0x2c, 2, "\xdc\x01\0\0", 4), 0);
	assert_int_equal(c->n, 3);
	desk->order = (struct bmc_order){.dcmi_zero = true};
	assert_int_equal(console_ask(c, 0x2c, 2, "\xdc\x01\0\0", 4), 0);
	assert_int_equal(c->data[1] | c->data[2], 0);
	desk->order = (struct bmc_order){.gone_percent = 100};
	assert_int_equal(console_ask(c, 4, 0x2d, "\x04", 1), 0xcb);
	desk->order = (struct bmc_order){.jump_s = -86400};
	assert_int_equal(console_ask(c, 0x0a, 0x48, NULL, 0), 0);
	assert_int_equal(c->data[0] | c->data[1] << 8 | c->data[2] << 16 |
	    (int)((unsigned int)c->data[3] << 24), T0 - 86400);
	desk->order = (struct bmc_order){.bad_code = true};
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), CONSOLE_BAD_CODE);
}

/* Reads a whole record in pieces of `step`; returns its octets. */
static size_t
read_record(struct console *c, unsigned int id, uint8_t step, uint8_t *ret,
    unsigned int *ret_next)
{
	uint8_t ask[6] = {0, 0, (uint8_t)id, (uint8_t)(id >> 8), 0, 5};
	size_t n = 0, size = 5;

	assert_int_equal(console_ask(c, 0x0a, 0x22, NULL, 0), 0);
	memcpy(ask, c->data, 2);
	while (n < size) {
		ask[4] = (uint8_t)n;
		ask[5] = n == 0 ? 5 : (uint8_t)(size - n < step ? size - n :
		    step);
		assert_int_equal(console_ask(c, 0x0a, 0x23, ask, 6), 0);
		assert_int_equal(c->n, 2U + ask[5]);
		memcpy(ret + n, c->data + 2, ask[5]);
		n += ask[5];
		size = 5U + ret[4];
		*ret_next = (unsigned int)(c->data[0] | c->data[1] << 8);
	}
	return n;
}

static void
records_come_in_pieces(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	for (size_t m = 0; m < bmc_models_n; m++) {
		unsigned int next = 0, n = 0;
		uint8_t record[300];

		use(desk, bmc_models[m].word);
		c->suite = bmc_models[m].only_3 ? 3 : 17;
		assert_int_equal(console_open(c, "demo"), 0);
		assert_int_equal(console_ask(c, 0x0a, 0x20, NULL, 0), 0);
		assert_int_equal(c->data[1], bmc_models[m].n_sensors);
		while (next != 0xffff) {
			const struct bmc_sensor *s = &bmc_models[m].sensors[n];
			size_t len = read_record(c, next, 16, record, &next);
			size_t name = strlen(s->name);

			assert_int_equal(record[3], s->record);
			assert_memory_equal(record + len - name, s->name, name);
			assert_int_equal(record[len - name - 1], 0xc0 | name);
			n++;
		}
		assert_int_equal(n, bmc_models[m].n_sensors);
		/* A reservation that is not theirs, or too much at once. */
		assert_int_equal(console_ask(c, 0x0a, 0x23,
		    "\x99\x99\x01\x00\x08\x08", 6), 0xc5);
		assert_int_equal(console_ask(c, 0x0a, 0x23,
		    "\x00\x00\x01\x00\x00\xff", 6),
		    bmc_models[m].read_max > 0 ? 0xca : 0);
	}
}

static void
readings_are_the_truth(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;
	size_t n = 0;

	for (size_t m = 0; m < bmc_models_n; m++) {
		use(desk, bmc_models[m].word);
		c->suite = bmc_models[m].only_3 ? 3 : 17;
		assert_int_equal(console_open(c, "demo"), 0);
		c->now = T0 - T0 % 60;
		for (size_t i = 0; i < bmc_models[m].n_sensors; i++) {
			const struct bmc_sensor *s = &bmc_models[m].sensors[i];
			char name[80];
			double want;

			if (bmc_model_metric(s) == NULL) {
				continue;
			}
			(void)snprintf(name, sizeof(name), "%s-%u-%u", s->name,
			    s->entity, s->instance);
			assert_int_equal(console_ask(c, 4, 0x2d, &s->number, 1),
			    0);
			if (bmc_model_truth(&bmc_models[m], &desk->v,
			    bmc_model_metric(s), name, &want) != 0) {
				assert_true((c->data[1] & 0x40) == 0 ||
				    (c->data[1] & 0x20) != 0);
				continue;
			}
			assert_int_equal(c->data[1] & 0x60, 0x40);
			assert_true(bmc_model_value(s, c->data[0]) == want);
			n++;
		}
	}
	assert_true(n > 80);
}

static void
the_log_goes_on(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;
	uint8_t ask[6] = {0, 0, 0xff, 0xff, 0, 0xff}, last[16];
	unsigned int id = 0, seen = 0, before = 0;

	assert_int_equal(console_open(c, "demo"), 0);
	assert_int_equal(console_ask(c, 0x0a, 0x43, ask, 6), 0);
	assert_int_equal(c->n, 18);
	memcpy(last, c->data + 2, 16);
	while (id != 0xffff) {
		uint32_t t;

		ask[2] = (uint8_t)id;
		ask[3] = (uint8_t)(id >> 8);
		assert_int_equal(console_ask(c, 0x0a, 0x43, ask, 6), 0);
		id = (unsigned int)(c->data[0] | c->data[1] << 8);
		t = (uint32_t)c->data[5] | (uint32_t)c->data[6] << 8 |
		    (uint32_t)c->data[7] << 16 | (uint32_t)c->data[8] << 24;
		assert_true(t >= before && t <= T0);
		before = t;
		seen++;
	}
	assert_int_equal(seen, 40);
	assert_memory_equal(c->data + 2, last, 16);
	/* One on order, and the one that was last keeps its number. */
	desk->order.events[0] = T0;
	desk->order.n_events = 1;
	memcpy(ask + 2, last, 2);
	assert_int_equal(console_ask(c, 0x0a, 0x43, ask, 6), 0);
	assert_memory_equal(c->data + 2, last, 16);
	memcpy(ask + 2, c->data, 2);
	assert_int_equal(console_ask(c, 0x0a, 0x43, ask, 6), 0);
	assert_int_equal(c->data[2 + 10], 0x08);
	assert_int_equal(c->data[2 + 13], 0x01);
	assert_int_equal(c->data[0] & c->data[1], 0xff);
}

static void
areas_of_the_fru_add_up_to_zero(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;

	for (size_t m = 0; m < bmc_models_n; m++) {
		uint8_t bytes[256], sum = 0;

		use(desk, bmc_models[m].word);
		c->suite = bmc_models[m].only_3 ? 3 : 17;
		assert_int_equal(console_open(c, "demo"), 0);
		assert_int_equal(console_ask(c, 0x0a, 0x10, "\0", 1), 0);
		assert_int_equal(c->data[0] | c->data[1] << 8, 256);
		for (unsigned int at = 0; at < 256; at += 16) {
			uint8_t ask[4] = {0, (uint8_t)at, 0, 16};

			assert_int_equal(console_ask(c, 0x0a, 0x11, ask, 4), 0);
			assert_int_equal(c->data[0], 16);
			memcpy(bytes + at, c->data + 1, 16);
		}
		for (int i = 0; i < 8; i++) {
			sum = (uint8_t)(sum + bytes[i]);
		}
		assert_int_equal(sum, 0);
		for (int area = 2; area <= 4; area++) {
			const uint8_t *p = bytes + 8 * bytes[area];

			for (int i = 0; i < 8 * p[1]; i++) {
				sum = (uint8_t)(sum + p[i]);
			}
			assert_int_equal(sum, 0);
		}
	}
}

static void
garbage_is_harmless(void **state)
{
	struct desk *desk = *state;
	struct console *c = &desk->c;
	uint8_t in[200], out[BMC_SIZE_MAX];

	assert_int_equal(console_open(c, "demo"), 0);
	for (uint64_t i = 0; i < 20000; i++) {
		size_t n = hash_mix(i, 1) % sizeof(in);

		for (uint64_t k = 0; k < n; k++) {
			in[k] = (uint8_t)hash_mix(i, 10 + k);
		}
		if (n > 6) {
			memcpy(in, "\x06\x00\xff\x07", 4);
			in[4] = i % 3 == 0 ? 0 : 6;
			in[5] = i % 5 == 0 ? in[5] : (uint8_t)(0x10 + i % 5);
		}
		assert_true(bmc_answer(&desk->bmc, T0, in, n, out,
		    sizeof(out)) <= BMC_SIZE_MAX);
	}
	assert_int_equal(console_ask(c, 6, 1, NULL, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_ping_is_answered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_it_speaks_is_told_outside, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(sessions_open_in_both_suites, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(suite_0_is_only_for_those_who_allow_it,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_wrong_are_kept_out, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(privilege_rises_up_to_the_limit, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(slots_run_out_and_come_back, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(an_open_that_is_repeated_may_leak, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(messages_count_once_and_in_the_window,
		    set_up, tear_down),
		cmocka_unit_test_setup_teardown(orders_spoil_what_they_say, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(records_come_in_pieces, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(readings_are_the_truth, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(the_log_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(areas_of_the_fru_add_up_to_zero, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(garbage_is_harmless, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
