/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pdu.h"

static struct pdu_values values;

static const struct objid uptime = {9, {1, 3, 6, 1, 2, 1, 1, 3, 0}};
static const struct objid power = {14, {1, 3, 6, 1, 4, 1, 318, 1, 1, 26, 4, 3,
    1, 5}};
static const struct objid third = {10, {1, 3, 6, 1, 4, 1, 4294967295, 1, 70000,
    2}};

/* Writes a whole request PDU; returns its start in buffer. */
static struct ber_reader
request_pdu(const struct engine_request *request, uint32_t id,
    struct pdu_place *places, uint8_t *buffer, size_t size)
{
	struct ber_writer writer = ber_writer(buffer, size);

	assert_int_equal(pdu_put_body(&writer, request, places), 0);
	pdu_put_head(&writer, pdu_tag_of(request->verb), id,
	    ber_written(&writer));
	assert_false(writer.full);
	return ber_reader(writer.at, ber_written(&writer));
}

static void
test_request_reads_back(void **state)
{
	struct objref names[3] = {objid_ref(&uptime), objid_ref(&power),
	    objid_ref(&third)};
	struct engine_request request = {.verb = ENGINE_GETBULK,
	    .names = names, .n_names = 3, .n_once = 1, .n_repeat = 20};
	uint8_t buffer[256];
	struct ber_reader reader = request_pdu(&request, 0x12345678, NULL,
	    buffer, sizeof(buffer));
	struct pdu pdu;

	(void)state;
	assert_int_equal(pdu_take(&reader, &pdu), 0);
	assert_int_equal(ber_left(&reader), 0);
	assert_int_equal(pdu.tag, PDU_GETBULK);
	assert_int_equal(pdu.id, 0x12345678);
	assert_int_equal(pdu.error_status, 1);
	assert_int_equal(pdu.error_index, 20);
	assert_int_equal(pdu_values(&pdu, NULL, &values), 0);
	assert_int_equal(values.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(objid_compare(values.varbinds[i].name,
		    names[i]), 0);
		assert_int_equal(values.varbinds[i].type, VARBIND_NULL);
	}
}

/* Any id that the engine makes leaves the rest of the message in place. */
static void
test_head_has_one_size(void **state)
{
	static const uint32_t ids[] = {0x800000, 0x00ffffff, 0x01000000,
	    0x7fffffff};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		uint8_t buffer[PDU_HEAD_SIZE];
		struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
		pdu_put_head(&writer, PDU_GET, ids[i], 100);
		assert_false(writer.full);
		assert_int_equal(ber_written(&writer), 2 + 6);
	}
}

static void
test_places_point_at_names(void **state)
{
	struct objref names[3] = {objid_ref(&uptime), objid_ref(&third),
	    objid_ref(&power)};
	struct engine_request request = {.names = names, .n_names = 3};
	struct pdu_place places[3];
	uint8_t buffer[256];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));

	(void)state;
	assert_int_equal(pdu_put_body(&writer, &request, places), 0);
	for (size_t i = 0; i < 3; i++) {
		struct ber_reader reader = ber_reader(writer.at + places[i].at,
		    places[i].len), content;
		uint32_t subs[OBJID_MAX];
		unsigned n;
		assert_int_equal(ber_take(&reader, BER_OBJID, &content), 0);
		assert_int_equal(ber_left(&reader), 0);
		assert_int_equal(ber_objid(content, subs, OBJID_MAX, &n), 0);
		assert_int_equal(objid_compare((struct objref){subs, n},
		    names[i]), 0);
	}
}

/* Names in the order asked are taken over, others are decoded. */
static void
test_names_as_asked(void **state)
{
	struct objref names[3] = {objid_ref(&uptime), objid_ref(&third),
	    objid_ref(&power)};
	struct objref swapped[3] = {names[0], names[2], names[1]};
	struct engine_request request = {.names = names, .n_names = 3};
	struct engine_request other = {.names = swapped, .n_names = 3};
	struct pdu_place places[3];
	uint8_t body[256], buffer[256];
	struct ber_writer writer = ber_writer(body, sizeof(body));
	struct pdu_asked asked = {.names = names, .places = places, .n = 3};
	struct ber_reader reader = request_pdu(&other, 0x800000, NULL, buffer,
	    sizeof(buffer));
	struct pdu pdu;

	(void)state;
	assert_int_equal(pdu_put_body(&writer, &request, places), 0);
	asked.body = writer.at;
	assert_int_equal(pdu_take(&reader, &pdu), 0);
	assert_int_equal(pdu_values(&pdu, &asked, &values), 0);
	assert_ptr_equal(values.varbinds[0].name.sub, uptime.sub);
	for (size_t i = 1; i < 3; i++) {
		assert_int_equal(objid_compare(values.varbinds[i].name,
		    swapped[i]), 0);
		assert_ptr_not_equal(values.varbinds[i].name.sub,
		    swapped[i].sub);
	}
}

/* ---- values ------------------------------------------------------------------ */

/* A response with one varbind whose value is these bytes. */
static int
read_value(const uint8_t *value, size_t len, struct varbind *ret_vb)
{
	static uint8_t buffer[256];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
	struct ber_reader reader;
	struct pdu pdu;
	int rc;

	ber_put_bytes(&writer, value, len);
	ber_put_objid(&writer, objid_ref(&power));
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	pdu_put_head(&writer, PDU_RESPONSE, 77, ber_written(&writer));
	reader = ber_reader(writer.at, ber_written(&writer));
	assert_int_equal(pdu_take(&reader, &pdu), 0);
	rc = pdu_values(&pdu, NULL, &values);
	if (rc == 0) {
		assert_int_equal(values.n, 1);
		*ret_vb = values.varbinds[0];
	}
	return rc;
}

static void
test_numbers(void **state)
{
	static const struct {
		enum varbind_type type;
		int64_t n;
		size_t len;
		uint8_t bytes[12];
	} table[] = {
	    {VARBIND_INTEGER, -5, 3, {0x02, 1, 0xfb}},
	    {VARBIND_UNSIGNED, 4294967291, 3, {0x42, 1, 0xfb}},
	    {VARBIND_UNSIGNED, 4294967295, 6, {0x42, 4, 255, 255, 255, 255}},
	    {VARBIND_COUNTER32, 4294967295, 7, {0x41, 5, 0, 255, 255, 255,
	        255}},
	    {VARBIND_TICKS, 256, 4, {0x43, 2, 1, 0}},
	    {VARBIND_COUNTER64, -1, 11, {0x46, 9, 0, 255, 255, 255, 255, 255,
	        255, 255, 255}},
	    {VARBIND_COUNTER64, 1, 10, {0x46, 8, 0, 0, 0, 0, 0, 0, 0, 1}}};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct varbind vb;
		assert_int_equal(read_value(table[i].bytes, table[i].len, &vb),
		    0);
		assert_int_equal(vb.type, table[i].type);
		assert_true(table[i].type == VARBIND_INTEGER ?
		    vb.integer == table[i].n :
		    vb.counter == (uint64_t)table[i].n);
	}
}

static void
test_other_values(void **state)
{
	static const struct {
		enum varbind_type type;
		size_t len;
		uint8_t bytes[16];
	} table[] = {
	    {VARBIND_NULL, 2, {0x05, 0}}, {VARBIND_NO_OBJECT, 2, {0x80, 0}},
	    {VARBIND_NO_INSTANCE, 2, {0x81, 0}}, {VARBIND_END, 2, {0x82, 0}},
	    {VARBIND_OCTETS, 4, {0x04, 2, 'h', 'i'}},
	    {VARBIND_OCTETS, 4, {0x03, 2, 'h', 'i'}},
	    {VARBIND_OCTETS, 4, {0x44, 2, 'h', 'i'}},
	    {VARBIND_OTHER, 9, {0x44, 7, 0x9f, 0x78, 5, 0, 0, 0, 0}},
	    {VARBIND_OTHER, 7, {0x44, 5, 0x9f, 0x7a, 2, 0, 7}},
	    {VARBIND_OTHER, 4, {0x47, 2, 0, 7}},
	    {VARBIND_ADDRESS, 6, {0x40, 4, 192, 0, 2, 1}},
	    {VARBIND_OBJID, 4, {0x06, 2, 0x2b, 6}}};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct varbind vb;
		assert_int_equal(read_value(table[i].bytes, table[i].len, &vb),
		    0);
		assert_int_equal(vb.type, table[i].type);
		if (vb.type == VARBIND_OCTETS) {
			assert_int_equal(vb.len, table[i].len - 2);
			assert_memory_equal(vb.bytes, table[i].bytes + 2,
			    vb.len);
		}
	}
}

static void
test_reals(void **state)
{
	static const uint8_t single[] = {0x44, 7, 0x9f, 0x78, 4, 0x41, 0xbc, 0,
	    0};
	static const uint8_t twofold[] = {0x44, 11, 0x9f, 0x79, 8, 0xbf, 0xe0,
	    0, 0, 0, 0, 0, 0};
	struct varbind vb;

	(void)state;
	assert_int_equal(read_value(single, sizeof(single), &vb), 0);
	assert_true(vb.type == VARBIND_REAL && vb.real > 23.49 &&
	    vb.real < 23.51);
	assert_int_equal(read_value(twofold, sizeof(twofold), &vb), 0);
	assert_true(vb.type == VARBIND_REAL && vb.real < -0.49 &&
	    vb.real > -0.51);
}

static void
test_broken_values(void **state)
{
	static const struct {
		size_t len;
		uint8_t bytes[12];
	} table[] = {{0, {0}}, {1, {0x02}}, {2, {0x02, 0}}, {2, {0x02, 1}},
	    {11, {0x02, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1}}, {3, {0x04, 5, 'x'}}};
	struct varbind vb;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(read_value(table[i].bytes, table[i].len, &vb),
		    COL_EPROTO);
	}
}

/* A name or value too long for us is empty; the others stay readable. */
static void
test_endless_names(void **state)
{
	uint8_t value[2 + 120];
	struct varbind vb;

	(void)state;
	memset(value, 1, sizeof(value));
	value[0] = BER_OBJID;
	value[1] = 120;
	assert_int_equal(read_value(value, sizeof(value), &vb), 0);
	assert_int_equal(vb.type, VARBIND_OBJID);
	assert_int_equal(vb.objid.n, 0);
	assert_int_equal(objid_compare(vb.name, objid_ref(&power)), 0);
}

/* ---- bounds ------------------------------------------------------------------ */

static void
test_more_varbinds_than_wanted(void **state)
{
	static uint8_t buffer[65000];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
	struct ber_reader reader;
	struct pdu pdu;

	(void)state;
	for (size_t i = 0; i < PDU_VARBINDS_MAX * 2; i++) {
		size_t mark = ber_written(&writer);
		ber_put_objid(&writer, objid_ref(&power));
		ber_put_objid(&writer, objid_ref(&third));
		ber_put_header_since(&writer, BER_SEQUENCE, mark);
	}
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	ber_put_integer(&writer, BER_INTEGER, -1);
	pdu_put_head(&writer, PDU_RESPONSE, 77, ber_written(&writer));
	assert_false(writer.full);
	reader = ber_reader(writer.at, ber_written(&writer));
	assert_int_equal(pdu_take(&reader, &pdu), 0);
	assert_int_equal(pdu.error_status, 0);
	assert_int_equal(pdu_values(&pdu, NULL, &values), 0);
	assert_int_equal(values.n, PDU_VARBINDS_MAX);
}

static void
test_too_many_names(void **state)
{
	static struct objref names[PDU_NAMES_MAX + 1];
	struct engine_request request = {.names = names,
	    .n_names = PDU_NAMES_MAX + 1};
	static uint8_t buffer[PDU_BODY_SIZE];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));

	(void)state;
	for (size_t i = 0; i <= PDU_NAMES_MAX; i++) {
		names[i] = objid_ref(&power);
	}
	assert_int_equal(pdu_put_body(&writer, &request, NULL), COL_EINVAL);
	request.n_names--;
	assert_int_equal(pdu_put_body(&writer, &request, NULL), 0);
	writer = ber_writer(buffer, 100);
	assert_int_equal(pdu_put_body(&writer, &request, NULL), COL_EFULL);
}

/* Cut at every byte and copied, so that a sanitizer sees a step beyond. */
static void
test_cut_anywhere(void **state)
{
	struct objref names[3] = {objid_ref(&uptime), objid_ref(&third),
	    objid_ref(&power)};
	struct engine_request request = {.names = names, .n_names = 3};
	uint8_t buffer[256];
	struct ber_reader whole = request_pdu(&request, 0x800000, NULL, buffer,
	    sizeof(buffer));

	(void)state;
	for (size_t size = 0; size < ber_left(&whole); size++) {
		uint8_t *copy = malloc(size + 1);
		struct ber_reader reader = ber_reader(copy, size);
		struct pdu pdu;
		memcpy(copy, whole.at, size);
		assert_int_equal(pdu_take(&reader, &pdu), COL_EPROTO);
		free(copy);
	}
}

static void
test_no_traps(void **state)
{
	static const uint8_t trap[] = {0xa4, 0x09, 2, 1, 1, 2, 1, 0, 2, 1, 0};
	static const uint8_t plain[] = {0x30, 0x09, 2, 1, 1, 2, 1, 0, 2, 1, 0};
	struct ber_reader reader = ber_reader(trap, sizeof(trap));
	struct pdu pdu;

	(void)state;
	assert_int_equal(pdu_take(&reader, &pdu), COL_EPROTO);
	reader = ber_reader(plain, sizeof(plain));
	assert_int_equal(pdu_take(&reader, &pdu), COL_EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_request_reads_back),
	    cmocka_unit_test(test_head_has_one_size),
	    cmocka_unit_test(test_places_point_at_names),
	    cmocka_unit_test(test_names_as_asked),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_other_values),
	    cmocka_unit_test(test_reals),
	    cmocka_unit_test(test_broken_values),
	    cmocka_unit_test(test_endless_names),
	    cmocka_unit_test(test_more_varbinds_than_wanted),
	    cmocka_unit_test(test_too_many_names),
	    cmocka_unit_test(test_cut_anywhere),
	    cmocka_unit_test(test_no_traps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
