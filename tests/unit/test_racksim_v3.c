/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every check of RFC 3414 section 3.2 is failed once; net-snmp's own tools ask
 * in tests/system/racksim.sh. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hash.h"
#include "v3.h"
#include "v3_message.h"

struct fixture {
	struct mib mib;
	struct agent agent;
	struct agent_source source;
	struct users users;
	struct keys *keys;
	struct v3 *v3;
	struct v3_engine engine;
	uint8_t request[AGENT_REQUEST_MAX], answer[AGENT_SIZE_MAX];
};

/* What a test changes of a good request. */
struct change {
	const char *user, *secret;	/* secret: of another user's keys */
	int flags;			/* -1 = those of the user */
	bool other_engine, no_engine, other_context;
	int32_t late_s;
};

static void
cell(void *arg, const struct mib_entry *entry, struct cell *ret_cell)
{
	(void)arg;
	(void)entry;
	ret_cell->number = 4711;
}

static void
add_user(struct fixture *f, const char *name, enum keys_auth auth,
    enum keys_priv priv)
{
	struct users_one *user = &f->users.list[f->users.n++];

	memset(user, 0, sizeof(*user));
	(void)snprintf(user->name, sizeof(user->name), "%s", name);
	user->master.auth = auth;
	user->master.priv = priv;
	if (auth != KEYS_NO_AUTH) {
		assert_int_equal(keys_ku(f->keys, auth, name,
		    user->master.auth_ku), 0);
		assert_int_equal(keys_ku(f->keys, auth, "privacy1",
		    user->master.priv_ku), 0);
	}
}

static int
setup(void **state)
{
	static const uint32_t arcs[] = {1, 3, 6, 1, 2, 1, 1, 7, 0};
	struct mib_entry entry = {.tag = BER_INTEGER};
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->keys = keys_new();
	assert_int_equal(mib_add(&f->mib, arcs, 9, &entry), 0);
	assert_int_equal(mib_seal(&f->mib), 0);
	f->source = (struct agent_source){&f->mib, cell, NULL};
	f->agent.community = "public";
	f->agent.size_max = AGENT_SIZE_DEFAULT;
	add_user(f, "aesaesaes", KEYS_SHA256, KEYS_AES128);
	add_user(f, "desdesdes", KEYS_MD5, KEYS_DES);
	add_user(f, "signsonly", KEYS_SHA512, KEYS_NO_PRIV);
	add_user(f, "anonymous", KEYS_NO_AUTH, KEYS_NO_PRIV);
	f->v3 = v3_new(&f->users, &f->agent);
	assert_non_null(f->v3);
	f->engine.id = (struct keys_engine){{0x80, 0, 0x7e, 0xd9, 5, 1, 2}, 7};
	f->engine.now = (struct keys_time){3, 50000};
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	v3_free(f->v3);
	keys_free(f->keys);
	mib_done(&f->mib);
	free(f);
	return 0;
}

static void
put_get(struct ber_out *out)
{
	static const uint8_t name[] = {0x2b, 6, 1, 2, 1, 1, 7, 0};
	size_t pdu = ber_open(out, PDU_GET), list, pair;

	ber_put_int(out, BER_INTEGER, 77);
	ber_put_int(out, BER_INTEGER, 0);
	ber_put_int(out, BER_INTEGER, 0);
	list = ber_open(out, BER_SEQUENCE);
	pair = ber_open(out, BER_SEQUENCE);
	ber_put(out, BER_OID, name, sizeof(name));
	ber_put(out, BER_NULL, NULL, 0);
	ber_close(out, pair);
	ber_close(out, list);
	ber_close(out, pdu);
}

/* Builds, encrypts and signs one GET. */
static size_t
build(struct fixture *f, const struct change *change)
{
	const struct users_one *user = users_find(&f->users,
	    (const uint8_t *)change->user, strlen(change->user));
	const struct users_one *other = change->secret == NULL ? user :
	    users_find(&f->users, (const uint8_t *)change->secret,
	    strlen(change->secret));
	struct v3_frame frame = {.out = {f->request, 0, sizeof(f->request),
	    false}};
	struct v3_head h = {.msg_id = 99, .engine = f->engine.id,
	    .when = f->engine.now, .salt = {9, 8, 7}};
	struct keys_master master = {0};
	struct keys_cipher cipher;
	struct keys_local local;

	h.user = (struct ber_in){(const uint8_t *)change->user,
	    (const uint8_t *)change->user + strlen(change->user)};
	if (user != NULL) {
		master = user->master;
		memcpy(master.auth_ku, other->master.auth_ku, KEYS_MAX);
	}
	h.flags = (uint8_t)(change->flags >= 0 ? change->flags : V3_REPORTABLE |
	    (master.auth ? V3_AUTH : 0) | (master.priv ? V3_PRIV : 0));
	h.when.time += (uint32_t)change->late_s;
	h.engine.bytes[6] ^= change->other_engine;
	h.engine.len = change->no_engine ? 0 : h.engine.len;
	h.mac_size = h.flags & V3_AUTH ? keys_mac_size(master.auth) : 0;
	h.is_des = (h.flags & V3_PRIV) && master.priv == KEYS_DES;
	assert_int_equal(keys_localize(f->keys, &master, &h.engine, &local), 0);
	v3_message_begin(&frame, &h);
	if (change->other_context) {
		frame.out.bytes[frame.out.len - 3] ^= 1;
	}
	put_get(&frame.out);
	v3_message_end(&frame);
	assert_false(frame.out.full);
	if (h.flags & V3_PRIV) {
		cipher = (struct keys_cipher){master.priv, local.priv, h.when,
		    h.salt};
		assert_int_equal(keys_encrypt(f->keys, &cipher, f->request +
		    frame.plain_at, frame.out.len - frame.plain_at), 0);
	}
	if (h.flags & V3_AUTH) {
		assert_int_equal(keys_mac(f->keys, master.auth, local.auth,
		    (struct ber_in){f->request, f->request + frame.out.len},
		    f->request + frame.mac_at), 0);
	}
	return frame.out.len;
}

static size_t
ask(struct fixture *f, size_t len)
{
	return v3_answer(f->v3, &f->source, &f->engine,
	    (struct ber_in){f->request, f->request + len}, f->answer);
}

/* The first number of the answer's varbinds; decrypts it when need be. */
static int32_t
value_of(struct fixture *f, const char *name, size_t len, uint8_t pdu_tag)
{
	const struct users_one *user = users_find(&f->users,
	    (const uint8_t *)name, strlen(name));
	struct ber_in in = {f->answer, f->answer + len}, pdu, list, pair, oid;
	struct keys_cipher cipher;
	struct keys_local local;
	struct v3_message m;
	uint8_t plain[AGENT_SIZE_DEFAULT], tag;
	int32_t number;

	assert_int_equal(v3_message_parse(in, &m), 0);
	assert_int_equal(m.msg_id, 99);
	if (m.flags & V3_PRIV) {
		size_t n = (size_t)(m.scoped.end - m.scoped.p);

		assert_int_equal(keys_localize(f->keys, &user->master,
		    &f->engine.id, &local), 0);
		memcpy(plain, m.scoped.p, n);
		cipher = (struct keys_cipher){user->master.priv, local.priv,
		    m.when, m.salt.p};
		assert_int_equal(keys_decrypt(f->keys, &cipher, plain, n), 0);
		in = (struct ber_in){plain, plain + n};
		assert_int_equal(ber_take_tag(&in, BER_SEQUENCE, &m.scoped), 0);
	}
	assert_int_equal(ber_take_tag(&m.scoped, BER_OCTETS, &oid), 0);
	assert_int_equal(ber_take_tag(&m.scoped, BER_OCTETS, &oid), 0);
	assert_int_equal(ber_take_tag(&m.scoped, pdu_tag, &pdu), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ber_take_int(&pdu, &number), 0);
	}
	assert_int_equal(ber_take_tag(&pdu, BER_SEQUENCE, &list), 0);
	assert_int_equal(ber_take_tag(&list, BER_SEQUENCE, &pair), 0);
	assert_int_equal(ber_take_tag(&pair, BER_OID, &oid), 0);
	if (pdu_tag == PDU_REPORT) {
		return oid.p[oid.end - oid.p - 2];
	}
	assert_int_equal(ber_take(&pair, &tag, &list), 0);
	assert_int_equal(list.end - list.p, 2);
	return list.p[0] << 8 | list.p[1];
}

static void
every_level_is_answered(void **state)
{
	static const char *const names[] = {
		"aesaesaes", "desdesdes", "signsonly", "anonymous"
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		struct change change = {.user = names[i], .flags = -1};
		size_t len = ask(f, build(f, &change));

		assert_true(len > 0);
		assert_int_equal(value_of(f, names[i], len, PDU_RESPONSE), 4711);
	}
}

/* The last but one arc of the report's counter says what was wrong. */
static void
what_is_wrong_is_reported(void **state)
{
	static const struct { struct change change; int counter; } cases[] = {
		{{.user = "aesaesaes", .flags = V3_AUTH | V3_PRIV |
		    V3_REPORTABLE, .other_engine = true}, 4},
		{{.user = "", .flags = V3_REPORTABLE, .no_engine = true}, 4},
		{{.user = "nobody", .flags = V3_REPORTABLE}, 3},
		{{.user = "anonymous", .flags = V3_AUTH | V3_REPORTABLE}, 1},
		{{.user = "signsonly", .flags = V3_AUTH | V3_PRIV |
		    V3_REPORTABLE}, 1},
		{{.user = "aesaesaes", .flags = -1, .secret = "signsonly"}, 5},
		{{.user = "aesaesaes", .flags = -1, .late_s = 151}, 2},
		{{.user = "desdesdes", .flags = -1, .late_s = -151}, 2},
		{{.user = "anonymous", .flags = -1, .other_context = true}, 3},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct change change = cases[i].change;
		size_t len;

		if (change.flags > V3_REPORTABLE && strcmp(change.user,
		    "aesaesaes") != 0) {
			/* No keys to make it with: levels come before keys. */
			struct users_one *user = &f->users.list[
			    change.user[0] == 's' ? 2 : 3];
			struct keys_master kept = user->master;

			user->master.auth = KEYS_SHA1;
			user->master.priv = change.flags & V3_PRIV ?
			    KEYS_AES128 : KEYS_NO_PRIV;
			len = build(f, &change);
			user->master = kept;
		} else {
			len = build(f, &change);
		}
		len = ask(f, len);
		assert_true(len > 0);
		assert_int_equal(value_of(f, "", len, PDU_REPORT),
		    cases[i].counter);
		f->request[0] = 0;
	}
	assert_int_equal(v3_reports(f->v3, V3_UNKNOWN_ENGINE_IDS), 2);
	assert_int_equal(v3_reports(f->v3, V3_WRONG_DIGESTS), 1);
	assert_int_equal(v3_reports(f->v3, V3_UNKNOWN_PDU_HANDLERS), 1);
}

static void
reports_come_only_when_asked_for(void **state)
{
	struct fixture *f = *state;
	struct change change = {.user = "nobody", .flags = 0};

	assert_int_equal(ask(f, build(f, &change)), 0);
	change = (struct change){.user = "aesaesaes", .flags = V3_PRIV};
	assert_int_equal(ask(f, build(f, &change)), 0);
}

static void
below_its_level_a_user_may_do_nothing(void **state)
{
	struct fixture *f = *state;
	struct change change = {.user = "signsonly", .flags = V3_REPORTABLE};
	struct v3_message m;
	struct ber_in oid, pdu;
	int32_t number;
	size_t len = ask(f, build(f, &change));

	assert_int_equal(v3_message_parse((struct ber_in){f->answer,
	    f->answer + len}, &m), 0);
	assert_int_equal(ber_take_tag(&m.scoped, BER_OCTETS, &oid), 0);
	assert_int_equal(ber_take_tag(&m.scoped, BER_OCTETS, &oid), 0);
	assert_int_equal(ber_take_tag(&m.scoped, PDU_RESPONSE, &pdu), 0);
	assert_int_equal(ber_take_int(&pdu, &number), 0);
	assert_int_equal(number, 77);
	assert_int_equal(ber_take_int(&pdu, &number), 0);
	assert_int_equal(number, PDU_ERROR_AUTHORIZATION);
}

static void
keys_follow_a_changed_engine(void **state)
{
	struct fixture *f = *state;
	struct change change = {.user = "aesaesaes", .flags = -1};

	for (int i = 0; i < 40000; i++) {
		size_t len;

		f->engine.id.bytes[5] = (uint8_t)(i >> 8);
		f->engine.id.bytes[6] = (uint8_t)i;
		if (i % 997 == 0) {
			len = ask(f, build(f, &change));
			assert_int_equal(value_of(f, "aesaesaes", len,
			    PDU_RESPONSE), 4711);
		}
	}
}

static void
forged_reports_look_like_reports(void **state)
{
	struct fixture *f = *state;
	struct change change = {.user = "aesaesaes", .flags = -1};
	size_t len = build(f, &change);
	struct ber_in message = {f->request, f->request + len};

	len = v3_forge(&f->engine, message, V3_WRONG_DIGESTS, f->answer);
	assert_in_range(len, 50, V3_REPORT_MAX);
	assert_int_equal(value_of(f, "", len, PDU_REPORT), 5);
	message.end--;
	assert_int_equal(v3_forge(&f->engine, message, V3_WRONG_DIGESTS,
	    f->answer), 0);
}

static void
hostile_bytes_are_harmless(void **state)
{
	struct fixture *f = *state;
	struct change change = {.user = "anonymous", .flags = -1};
	size_t len = build(f, &change);
	uint8_t good[AGENT_REQUEST_MAX];

	memcpy(good, f->request, len);
	for (uint64_t i = 0; i < 200000; i++) {
		memcpy(f->request, good, len);
		for (uint64_t k = 0; k <= hash_mix(i, 1) % 4; k++) {
			f->request[hash_mix(i, 10 + k) % len] =
			    (uint8_t)hash_mix(i, 20 + k);
		}
		assert_true(ask(f, len - hash_mix(i, 2) % 3) <=
		    AGENT_SIZE_DEFAULT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_level_is_answered,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_reported,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    reports_come_only_when_asked_for, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    below_its_level_a_user_may_do_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_follow_a_changed_engine,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(
		    forged_reports_look_like_reports, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_bytes_are_harmless,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
