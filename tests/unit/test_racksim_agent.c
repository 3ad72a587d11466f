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

#include "agent.h"
#include "hash.h"

#define N_ROWS 200

struct fixture {
	struct mib mib;
	struct agent agent;
	struct agent_source source;
	uint8_t request[AGENT_REQUEST_MAX], answer[AGENT_SIZE_MAX];
};

/* An answer taken apart. */
struct parsed {
	int32_t version, id, status, index;
	struct ber_in list;
};

static void
cell(void *arg, const struct mib_entry *entry, struct cell *ret_cell)
{
	(void)arg;
	ret_cell->number = entry->index[0];
	if (entry->tag == BER_OCTETS) {
		ret_cell->bytes = (const uint8_t *)"text";
		ret_cell->len = 4;
	}
}

/* 1.3.6.1.9.1.N: integers, every tenth a Counter64; 1.3.6.1.9.2.0 a text. */
static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	uint32_t arcs[] = {1, 3, 6, 1, 9, 1, 0};
	struct mib_entry entry = {0};

	assert_non_null(f);
	for (uint16_t i = 1; i <= N_ROWS; i++) {
		arcs[6] = i;
		entry.index[0] = i;
		entry.tag = i % 10 == 0 ? BER_COUNTER64 : BER_INTEGER;
		assert_int_equal(mib_add(&f->mib, arcs, 7, &entry), 0);
	}
	arcs[5] = 2;
	arcs[6] = 0;
	entry.tag = BER_OCTETS;
	assert_int_equal(mib_add(&f->mib, arcs, 7, &entry), 0);
	assert_int_equal(mib_seal(&f->mib), 0);
	f->source = (struct agent_source){&f->mib, cell, NULL};
	f->agent.community = "public";
	f->agent.size_max = AGENT_SIZE_DEFAULT;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	mib_done(&f->mib);
	free(f);
	return 0;
}

/* Builds a request for the names of `oids`, dotted, NULL-terminated. */
static size_t
build(struct fixture *f, int version, uint8_t type, const int32_t *numbers,
    const char *const *oids)
{
	struct ber_out out = {f->request, 0, sizeof(f->request), false};
	size_t message, pdu, list, pair, n, len;
	uint32_t arcs[BER_OID_MAX];
	uint8_t name[640];

	message = ber_open(&out, BER_SEQUENCE);
	ber_put_int(&out, BER_INTEGER, version);
	ber_put(&out, BER_OCTETS, (const uint8_t *)"public", 6);
	pdu = ber_open(&out, type);
	for (int i = 0; i < 3; i++) {
		ber_put_int(&out, BER_INTEGER, numbers[i]);
	}
	list = ber_open(&out, BER_SEQUENCE);
	for (; *oids != NULL; oids++) {
		assert_int_equal(mib_parse(*oids, arcs, &n), 0);
		assert_int_equal(ber_oid_encode(arcs, n, name, sizeof(name),
		    &len), 0);
		pair = ber_open(&out, BER_SEQUENCE);
		ber_put(&out, BER_OID, name, len);
		ber_put(&out, BER_NULL, NULL, 0);
		ber_close(&out, pair);
	}
	ber_close(&out, list);
	ber_close(&out, pdu);
	ber_close(&out, message);
	assert_false(out.full);
	return out.len;
}

static size_t
ask(struct fixture *f, size_t len)
{
	struct ber_in message = {f->request, f->request + len};

	return agent_answer(&f->agent, &f->source, message, f->answer);
}

static struct parsed
parse(const struct fixture *f, size_t len)
{
	struct ber_in in = {f->answer, f->answer + len}, message, body, pdu;
	struct parsed p;

	assert_int_equal(ber_take_tag(&in, BER_SEQUENCE, &message), 0);
	assert_ptr_equal(in.p, in.end);
	assert_int_equal(ber_take_int(&message, &p.version), 0);
	assert_int_equal(ber_take_tag(&message, BER_OCTETS, &body), 0);
	assert_int_equal(ber_take_tag(&message, 0xa2, &pdu), 0);
	assert_int_equal(ber_take_int(&pdu, &p.id), 0);
	assert_int_equal(ber_take_int(&pdu, &p.status), 0);
	assert_int_equal(ber_take_int(&pdu, &p.index), 0);
	assert_int_equal(ber_take_tag(&pdu, BER_SEQUENCE, &p.list), 0);
	assert_ptr_equal(pdu.p, pdu.end);
	return p;
}

/* Takes the next varbind: its last arc, the tag and the body. */
static uint32_t
take(struct ber_in *list, uint8_t *ret_tag, struct ber_in *ret_body)
{
	uint32_t arcs[BER_OID_MAX];
	struct ber_in pair, name;
	size_t n;

	assert_int_equal(ber_take_tag(list, BER_SEQUENCE, &pair), 0);
	assert_int_equal(ber_take_tag(&pair, BER_OID, &name), 0);
	assert_int_equal(ber_take(&pair, ret_tag, ret_body), 0);
	assert_ptr_equal(pair.p, pair.end);
	assert_int_equal(ber_oid_decode(name, arcs, &n), 0);
	return arcs[n - 1];
}

static void
get_gives_values_and_exceptions(void **state)
{
	struct fixture *f = *state;
	const char *oids[] = {"1.3.6.1.9.1.7", "1.3.6.1.9.1.999",
	    "1.3.6.1.8.1.0", "1.3.6.1.9.2.0", NULL};
	int32_t numbers[] = {4711, 0, 0};
	struct parsed p = parse(f, ask(f, build(f, 1, 0xa0, numbers, oids)));
	struct ber_in body;
	uint8_t tag;

	assert_int_equal(p.id, 4711);
	assert_int_equal(p.status, 0);
	assert_int_equal(take(&p.list, &tag, &body), 7);
	assert_int_equal(tag, BER_INTEGER);
	assert_int_equal(body.p[0], 7);
	(void)take(&p.list, &tag, &body);
	assert_int_equal(tag, BER_NO_SUCH_INSTANCE);
	(void)take(&p.list, &tag, &body);
	assert_int_equal(tag, BER_NO_SUCH_OBJECT);
	(void)take(&p.list, &tag, &body);
	assert_int_equal(tag, BER_OCTETS);
	assert_memory_equal(body.p, "text", 4);
	assert_ptr_equal(p.list.p, p.list.end);
}

static void
v1_names_the_first_missing_one(void **state)
{
	struct fixture *f = *state;
	const char *oids[] = {"1.3.6.1.9.1.7", "1.3.6.1.9.1.999", NULL};
	const char *wide[] = {"1.3.6.1.9.1.10", NULL};
	const char *last[] = {"1.3.6.1.9.2.0", NULL};
	const char *ninth[] = {"1.3.6.1.9.1.9", NULL};
	int32_t numbers[] = {1, 0, 0};
	struct ber_in body;
	uint8_t tag;
	struct parsed p;

	p = parse(f, ask(f, build(f, 0, 0xa0, numbers, oids)));
	assert_int_equal(p.status, 2);
	assert_int_equal(p.index, 2);
	p = parse(f, ask(f, build(f, 0, 0xa0, numbers, wide)));
	assert_int_equal(p.status, 2);
	p = parse(f, ask(f, build(f, 0, 0xa1, numbers, last)));
	assert_int_equal(p.status, 2);
	/* v1 steps over the Counter64 in row 10. */
	p = parse(f, ask(f, build(f, 0, 0xa1, numbers, ninth)));
	assert_int_equal(p.status, 0);
	assert_int_equal(take(&p.list, &tag, &body), 11);
}

static void
next_walks_in_order_to_the_end(void **state)
{
	struct fixture *f = *state;
	char oid[32] = "1.3";
	const char *oids[] = {oid, NULL};
	int32_t numbers[] = {1, 0, 0};
	struct ber_in body;
	uint8_t tag;
	uint32_t arc;

	for (uint32_t i = 1; i <= N_ROWS; i++) {
		struct parsed p = parse(f, ask(f, build(f, 1, 0xa1, numbers,
		    oids)));

		arc = take(&p.list, &tag, &body);
		assert_int_equal(arc, i);
		(void)snprintf(oid, sizeof(oid), "1.3.6.1.9.1.%u", arc);
	}
	(void)snprintf(oid, sizeof(oid), "1.3.6.1.9.2.0");
	{
		struct parsed p = parse(f, ask(f, build(f, 1, 0xa1, numbers,
		    oids)));

		assert_int_equal(take(&p.list, &tag, &body), 0);
		assert_int_equal(tag, BER_END_OF_MIB_VIEW);
	}
}

static void
bulk_stops_at_its_limits(void **state)
{
	struct fixture *f = *state;
	const char *oids[] = {"1.3.6.1.9.2", "1.3.6.1.9.1", NULL};
	int32_t five[] = {1, 1, 5}, many[] = {1, 1, INT32_MAX};
	int32_t negative[] = {1, -5, -5};
	struct ber_in body;
	uint8_t tag;
	size_t len, n = 0;
	struct parsed p = parse(f, ask(f, build(f, 1, 0xa5, five, oids)));

	assert_int_equal(take(&p.list, &tag, &body), 0);
	assert_int_equal(tag, BER_OCTETS);
	for (uint32_t i = 1; i <= 5; i++) {
		assert_int_equal(take(&p.list, &tag, &body), i);
	}
	assert_ptr_equal(p.list.p, p.list.end);

	len = ask(f, build(f, 1, 0xa5, many, oids));
	assert_in_range(len, AGENT_SIZE_DEFAULT - 40, AGENT_SIZE_DEFAULT);
	p = parse(f, len);
	assert_int_equal(p.status, 0);
	while (p.list.p < p.list.end) {
		(void)take(&p.list, &tag, &body);
		n++;
	}
	assert_in_range(n, 50, N_ROWS);

	p = parse(f, ask(f, build(f, 1, 0xa5, negative, oids)));
	assert_ptr_equal(p.list.p, p.list.end);
}

static void
too_big_is_said(void **state)
{
	struct fixture *f = *state;
	const char *oids[121];
	int32_t numbers[] = {1, 0, 0};
	struct parsed p;

	for (size_t i = 0; i < 120; i++) {
		oids[i] = "1.3.6.1.9.2.0";
	}
	oids[120] = NULL;
	p = parse(f, ask(f, build(f, 1, 0xa0, numbers, oids)));
	assert_int_equal(p.status, 1);
	assert_ptr_equal(p.list.p, p.list.end);
}

static void
strangers_get_no_answer(void **state)
{
	struct fixture *f = *state;
	const char *oids[] = {"1.3.6.1.9.1.7", NULL};
	int32_t numbers[] = {1, 0, 0};
	size_t len;

	f->agent.community = "secret";
	assert_int_equal(ask(f, build(f, 1, 0xa0, numbers, oids)), 0);
	assert_int_equal(f->agent.stats.wrong_community, 1);
	f->agent.community = "public";
	assert_int_equal(ask(f, build(f, 3, 0xa0, numbers, oids)), 0);
	assert_int_equal(ask(f, build(f, 1, 0xa7, numbers, oids)), 0);
	assert_int_equal(ask(f, build(f, 0, 0xa5, numbers, oids)), 0);
	assert_int_equal(f->agent.stats.unsupported, 3);
	len = build(f, 1, 0xa0, numbers, oids);
	f->request[len] = 0;
	assert_int_equal(ask(f, len + 1), 0);
	assert_int_equal(f->agent.stats.malformed, 1);
	f->agent.stats.malformed = 0;
}

/* Asks with one name in v2c under a quirk, which is taken back. */
static struct parsed
ask_spoilt(struct fixture *f, struct pdu_quirks quirks, uint8_t type,
    const char *oid)
{
	const char *oids[] = {oid, NULL};
	int32_t numbers[] = {4711, 0, 5};
	struct parsed p;

	f->agent.quirks = quirks;
	p = parse(f, ask(f, build(f, 1, type, numbers, oids)));
	f->agent.quirks = (struct pdu_quirks){0};
	return p;
}

static void
walks_can_be_made_endless_or_stuck(void **state)
{
	struct fixture *f = *state;
	struct pdu_quirks endless = {.endless = true}, stuck = {.stuck = true};
	struct ber_in body;
	struct parsed p;
	char oid[64];
	uint8_t tag;

	for (uint32_t i = N_ROWS - 2; i < 2 * N_ROWS; i++) {
		(void)snprintf(oid, sizeof(oid), "1.3.6.1.9.1.%u", i);
		p = ask_spoilt(f, endless, PDU_GETNEXT, oid);
		assert_int_equal(take(&p.list, &tag, &body), i + 1);
	}
	p = ask_spoilt(f, endless, PDU_GETBULK, "1.3.6.1.9.2.0");
	for (uint32_t i = 1; i <= 5; i++) {
		assert_int_equal(take(&p.list, &tag, &body), i);
		assert_int_equal(tag, BER_INTEGER);
	}
	p = ask_spoilt(f, endless, PDU_GETNEXT, "1.3.6.1.9.1");
	assert_int_equal(take(&p.list, &tag, &body), 1);
	p = ask_spoilt(f, stuck, PDU_GETNEXT, "1.3.6.1.9.1.7");
	assert_int_equal(take(&p.list, &tag, &body), 7);
	p = ask_spoilt(f, stuck, PDU_GETNEXT, "1.3.6.1.9.1");
	assert_int_equal(take(&p.list, &tag, &body), 1);
}

static void
answers_can_be_spoilt(void **state)
{
	struct fixture *f = *state;
	const char *three[] = {"1.3.6.1.9.1.1", "1.3.6.1.9.1.2",
	    "1.3.6.1.9.1.3", NULL};
	int32_t numbers[] = {4711, 0, 2};
	struct pdu_quirks quirks = {.wrong_id = true};
	struct ber_in body;
	struct parsed p;
	uint8_t tag;
	size_t len;

	p = ask_spoilt(f, quirks, PDU_GET, three[0]);
	assert_int_not_equal(p.id, 4711);
	quirks = (struct pdu_quirks){.oversize = true};
	f->agent.quirks = quirks;
	len = ask(f, build(f, 1, PDU_GET, numbers, three));
	assert_in_range(len, PDU_OVERSIZE, PDU_OVERSIZE + 200);
	p = parse(f, len);
	f->agent.quirks = (struct pdu_quirks){.shuffle = true};
	p = parse(f, ask(f, build(f, 1, PDU_GET, numbers, three)));
	for (uint32_t i = 3; i >= 1; i--) {
		assert_int_equal(take(&p.list, &tag, &body), i);
	}
	f->agent.quirks = (struct pdu_quirks){.wrong_community = true};
	len = ask(f, build(f, 1, PDU_GET, numbers, three));
	(void)parse(f, len);
	assert_null(memmem(f->answer, len, "public", 6));
}

static void
too_big_can_be_ordered(void **state)
{
	struct fixture *f = *state;
	const char *two[] = {"1.3.6.1.9.1.1", "1.3.6.1.9.1.2", NULL};
	static const struct { int32_t rows; uint32_t over; int status; } cases[] = {
		{2, 4, 0}, {3, 4, 1}, {1000, 4, 1}, {-1, 0, 0},
	};
	struct parsed p;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int32_t numbers[] = {1, 0, cases[i].rows};

		f->agent.quirks = (struct pdu_quirks){.too_big = true,
		    .too_big_over = cases[i].over};
		p = parse(f, ask(f, build(f, 1, PDU_GETBULK, numbers, two)));
		assert_int_equal(p.status, cases[i].status);
		assert_true(p.status == 0 || p.list.p == p.list.end);
	}
	f->agent.quirks.too_big_over = 1;
	p = parse(f, ask(f, build(f, 0, PDU_GET, (int32_t[]){1, 0, 0}, two)));
	assert_int_equal(p.status, PDU_ERROR_TOO_BIG);
	assert_true(p.list.p < p.list.end);
	f->agent.quirks = (struct pdu_quirks){0};
}

/* Whatever arrives, an answer is a valid message or there is none. */
static void
hostile_bytes_are_harmless(void **state)
{
	struct fixture *f = *state;
	const char *oids[] = {"1.3.6.1.9.1.7", "1.3.6.1.9.1", NULL};
	static const uint8_t types[] = {0xa0, 0xa1, 0xa5, 0xa3};
	int32_t numbers[] = {77, 1, 9};

	for (uint64_t i = 0; i < 200000; i++) {
		size_t len = build(f, 1, types[i % 4], numbers, oids), got;

		for (uint64_t j = 0; j <= hash_mix(i, 0) % 4; j++) {
			f->request[hash_mix(i, 10 + j) % len] =
			    (uint8_t)hash_mix(i, 20 + j);
		}
		if (i % 5 == 0) {
			len = hash_mix(i, 1) % (len + 1);
		}
		got = ask(f, len);
		if (got > 0) {
			assert_true(got <= AGENT_SIZE_DEFAULT);
			(void)parse(f, got);
		}
	}
	assert_true(f->agent.stats.malformed > 1000);
	assert_true(f->agent.stats.answered > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(get_gives_values_and_exceptions),
		cmocka_unit_test(v1_names_the_first_missing_one),
		cmocka_unit_test(next_walks_in_order_to_the_end),
		cmocka_unit_test(bulk_stops_at_its_limits),
		cmocka_unit_test(too_big_is_said),
		cmocka_unit_test(strangers_get_no_answer),
		cmocka_unit_test(walks_can_be_made_endless_or_stuck),
		cmocka_unit_test(answers_can_be_spoilt),
		cmocka_unit_test(too_big_can_be_ordered),
		cmocka_unit_test(hostile_bytes_are_harmless),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
