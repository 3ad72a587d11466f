/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks come in the order of RFC 3414 section 3.2: engine, user, level, digest,
 * time, privacy. Keys of an engine are made when first needed and remembered in
 * a table of fixed size: two engines in one place throw each other out, which
 * costs microseconds.
 */
#include <config.h>

#include "v3.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "v3_message.h"

/* Keys remembered: a power of two. */
#define CACHE_N 16384
/* Source: RFC 3414 section 2.2.3, seconds of the time window. */
#define WINDOW_S 150
/* Source: RFC 3414 section 2.2.1: from here on an engine must be set up anew. */
#define BOOTS_MAX 2147483647U

struct slot {
	struct keys_engine engine;
	const struct users_one *user;	/* NULL = empty */
	struct keys_local local;
};

struct v3 {
	const struct users *users;
	struct agent *agent;
	struct keys *keys;
	struct slot *cache;
	uint64_t salt;
	uint32_t reports[V3_REPORT_N];
	uint8_t scratch[AGENT_REQUEST_MAX];	/* the request, decrypted */
};

/* One request on its way through the checks. */
struct asked {
	struct v3_message message;
	const struct users_one *user;
	const struct keys_local *local;
	enum v3_report report;		/* V3_REPORT_N = none */
	bool is_authentic;		/* the report may be authenticated */
	int32_t request_id;		/* for reports, 0 if unknown */
};

struct v3 *
v3_new(const struct users *users, struct agent *agent)
{
	struct v3 *v3 = calloc(1, sizeof(*v3));

	if (v3 == NULL) {
		return NULL;
	}
	v3->users = users;
	v3->agent = agent;
	v3->keys = keys_new();
	v3->cache = calloc(CACHE_N, sizeof(*v3->cache));
	if (v3->keys == NULL || v3->cache == NULL) {
		v3_free(v3);
		return NULL;
	}
	return v3;
}

void
v3_free(struct v3 *v3)
{
	if (v3 == NULL) {
		return;
	}
	keys_free(v3->keys);
	free(v3->cache);
	free(v3);
}

uint32_t
v3_reports(const struct v3 *v3, enum v3_report report)
{
	return v3->reports[report];
}

bool
v3_is(struct ber_in message)
{
	struct ber_in body;
	int32_t version;

	return ber_take_tag(&message, BER_SEQUENCE, &body) == 0 &&
	    ber_take_int(&body, &version) == 0 && version == PDU_VERSION_3;
}

static const struct keys_local *
find_keys(struct v3 *v3, const struct users_one *user,
    const struct keys_engine *engine)
{
	uint64_t hash = (uint64_t)(user - v3->users->list);
	struct slot *slot;

	for (size_t i = 0; i < engine->len; i++) {
		hash = hash_mix(hash, engine->bytes[i]);
	}
	slot = &v3->cache[hash % CACHE_N];
	if (slot->user == user && slot->engine.len == engine->len &&
	    memcmp(slot->engine.bytes, engine->bytes, engine->len) == 0) {
		return &slot->local;
	}
	slot->user = NULL;
	if (keys_localize(v3->keys, &user->master, engine,
	    &slot->local) != 0) {
		return NULL;
	}
	slot->user = user;
	slot->engine = *engine;
	return &slot->local;
}

static bool
same_octets(struct ber_in a, const uint8_t *b, size_t len)
{
	return (size_t)(a.end - a.p) == len && memcmp(a.p, b, len) == 0;
}

static bool
check_digest(struct v3 *v3, struct asked *asked, struct ber_in whole)
{
	const struct v3_message *m = &asked->message;
	enum keys_auth auth = asked->user->master.auth;
	size_t len = (size_t)(whole.end - whole.p), n = keys_mac_size(auth);
	uint8_t mac[KEYS_MAX];

	if ((size_t)(m->mac.end - m->mac.p) != n || len > sizeof(v3->scratch)) {
		return false;
	}
	memcpy(v3->scratch, whole.p, len);
	memset(v3->scratch + (m->mac.p - whole.p), 0, n);
	return keys_mac(v3->keys, auth, asked->local->auth,
	    (struct ber_in){v3->scratch, v3->scratch + len}, mac) == 0 &&
	    memcmp(mac, m->mac.p, n) == 0;
}

static bool
in_window(const struct v3_engine *engine, const struct keys_time *when)
{
	int64_t apart = (int64_t)when->time - engine->now.time;

	return engine->now.boots < BOOTS_MAX &&
	    when->boots == engine->now.boots &&
	    apart >= -WINDOW_S && apart <= WINDOW_S;
}

/* Puts the readable scoped PDU into m->scoped. */
static bool
decrypt(struct v3 *v3, struct asked *asked)
{
	struct v3_message *m = &asked->message;
	size_t len = (size_t)(m->scoped.end - m->scoped.p);
	struct keys_cipher cipher = {.when = m->when, .salt = m->salt.p};
	struct ber_in plain;

	if (m->salt.end - m->salt.p != KEYS_SALT ||
	    len > sizeof(v3->scratch)) {
		return false;
	}
	memmove(v3->scratch, m->scoped.p, len);
	cipher.priv = asked->user->master.priv;
	cipher.key = asked->local->priv;
	if (keys_decrypt(v3->keys, &cipher, v3->scratch, len) != 0) {
		return false;
	}
	/* DES may have padding behind the sequence. */
	plain = (struct ber_in){v3->scratch, v3->scratch + len};
	return ber_take_tag(&plain, BER_SEQUENCE, &m->scoped) == 0;
}

/* Gives the report that the request deserves; V3_REPORT_N = none. */
static enum v3_report
check(struct v3 *v3, const struct v3_engine *engine, struct asked *asked,
    struct ber_in whole)
{
	struct v3_message *m = &asked->message;
	const struct keys_master *master;

	if (!same_octets(m->engine, engine->id.bytes, engine->id.len)) {
		return V3_UNKNOWN_ENGINE_IDS;
	}
	asked->user = users_find(v3->users, m->user.p,
	    (size_t)(m->user.end - m->user.p));
	if (asked->user == NULL) {
		return V3_UNKNOWN_USER_NAMES;
	}
	master = &asked->user->master;
	asked->local = find_keys(v3, asked->user, &engine->id);
	if (asked->local == NULL || ((m->flags & V3_AUTH) &&
	    master->auth == KEYS_NO_AUTH) || ((m->flags & V3_PRIV) &&
	    master->priv == KEYS_NO_PRIV)) {
		return V3_UNSUPPORTED_SEC_LEVELS;
	}
	if (!(m->flags & V3_AUTH)) {
		return V3_REPORT_N;
	}
	if (!check_digest(v3, asked, whole)) {
		return V3_WRONG_DIGESTS;
	}
	if (!in_window(engine, &m->when)) {
		asked->is_authentic = true;
		return V3_NOT_IN_TIME_WINDOWS;
	}
	if ((m->flags & V3_PRIV) && !decrypt(v3, asked)) {
		return V3_DECRYPTION_ERRORS;
	}
	return V3_REPORT_N;
}

/* Takes context and PDU apart; sets a report when the context is not ours. */
static int
open_scoped(const struct v3_engine *engine, struct asked *asked,
    struct ber_in *ret_pdu)
{
	struct ber_in scoped = asked->message.scoped, id, name, pdu;
	uint8_t tag;

	if (ber_take_tag(&scoped, BER_OCTETS, &id) != 0 ||
	    ber_take_tag(&scoped, BER_OCTETS, &name) != 0) {
		return -1;
	}
	*ret_pdu = scoped;
	if (ber_take(&scoped, &tag, &pdu) == 0) {
		(void)ber_take_int(&pdu, &asked->request_id);
	}
	if (asked->report != V3_REPORT_N) {
		return 0;
	}
	if (!same_octets(id, engine->id.bytes, engine->id.len)) {
		asked->report = V3_UNKNOWN_PDU_HANDLERS;
	} else if (name.p != name.end) {
		asked->report = V3_UNKNOWN_CONTEXTS;
	}
	return 0;
}

/* Encrypts and signs what is written. */
static size_t
seal(struct v3 *v3, const struct v3_frame *frame, struct asked *asked,
    const struct keys_time *now)
{
	const struct keys_master *master;
	struct ber_out out = frame->out;
	struct keys_cipher cipher = {.when = *now,
	    .salt = out.bytes + frame->salt_at};

	if (out.full || asked->user == NULL) {
		return out.full ? 0 : out.len;
	}
	master = &asked->user->master;
	cipher.priv = master->priv;
	cipher.key = asked->local->priv;
	if ((frame->flags & V3_PRIV) && keys_encrypt(v3->keys, &cipher,
	    out.bytes + frame->plain_at, out.len - frame->plain_at) != 0) {
		return 0;
	}
	if ((frame->flags & V3_AUTH) && keys_mac(v3->keys, master->auth,
	    asked->local->auth, (struct ber_in){out.bytes,
	    out.bytes + out.len}, out.bytes + frame->mac_at) != 0) {
		return 0;
	}
	return out.len;
}

/* Fills in what both reports and responses say of themselves. */
static void
head(struct v3 *v3, const struct v3_engine *engine, const struct asked *asked,
    uint8_t flags, struct v3_head *ret)
{
	const struct v3_message *m = &asked->message;

	ret->msg_id = m->msg_id;
	ret->flags = flags;
	ret->engine = engine->id;
	ret->when = engine->now;
	ret->user = m->user;
	ret->mac_size = flags & V3_AUTH ?
	    keys_mac_size(asked->user->master.auth) : 0;
	ret->is_des = (flags & V3_PRIV) &&
	    asked->user->master.priv == KEYS_DES;
	for (int i = 0; i < KEYS_SALT; i++) {
		ret->salt[i] = (uint8_t)(v3->salt >> (56 - 8 * i));
	}
	v3->salt++;
}

static size_t
report(struct v3 *v3, const struct v3_engine *engine, struct asked *asked,
    uint8_t *out)
{
	struct v3_frame frame = {.out = {out, 0, V3_REPORT_MAX, false}};
	struct v3_head h;

	v3->reports[asked->report]++;
	if (!(asked->message.flags & V3_REPORTABLE)) {
		return 0;
	}
	head(v3, engine, asked, asked->is_authentic ? V3_AUTH : 0, &h);
	if (engine->is_bare && asked->report == V3_UNKNOWN_ENGINE_IDS) {
		h.when = (struct keys_time){0, 0};
	}
	v3_message_begin(&frame, &h);
	v3_message_report(&frame, asked->report, asked->request_id,
	    v3->reports[asked->report]);
	v3_message_end(&frame);
	return seal(v3, &frame, asked, &h.when);
}

static size_t
respond(struct v3 *v3, const struct agent_source *source,
    const struct v3_engine *engine, struct asked *asked, struct ber_in pdu,
    uint8_t *out)
{
	struct agent *agent = v3->agent;
	uint8_t flags = asked->message.flags & (V3_AUTH | V3_PRIV);
	size_t size = agent->size_max;
	struct v3_frame frame = {.out = {.bytes = out}};
	struct v3_head h;
	int refuse = agent->quirks.refuse, status;

	if ((size_t)asked->message.max_size < size) {
		size = (size_t)asked->message.max_size;
	}
	frame.out.size = agent->quirks.oversize ? AGENT_SIZE_MAX : size;
	/* A user may do nothing below the level it was set up for. */
	if (!(flags & V3_AUTH) != (asked->user->master.auth == KEYS_NO_AUTH) ||
	    !(flags & V3_PRIV) != (asked->user->master.priv == KEYS_NO_PRIV)) {
		agent->quirks.refuse = PDU_ERROR_AUTHORIZATION;
	}
	head(v3, engine, asked, flags, &h);
	v3_message_begin(&frame, &h);
	status = pdu_answer(agent, source, PDU_VERSION_3, &pdu, &frame.out);
	agent->quirks.refuse = refuse;
	if (status != 0) {
		return 0;
	}
	v3_message_end(&frame);
	agent->stats.answered++;
	return seal(v3, &frame, asked, &h.when);
}

size_t
v3_answer(struct v3 *v3, const struct agent_source *source,
    const struct v3_engine *engine, struct ber_in message, uint8_t *out)
{
	struct asked asked = {.report = V3_REPORT_N};
	struct ber_in pdu;
	bool is_readable;

	if (v3_message_parse(message, &asked.message) != 0) {
		v3->agent->stats.malformed++;
		return 0;
	}
	asked.report = check(v3, engine, &asked, message);
	is_readable = !(asked.message.flags & V3_PRIV) ||
	    asked.report == V3_REPORT_N;
	if (is_readable && open_scoped(engine, &asked, &pdu) != 0) {
		/* The cipher text was made with another key. */
		if (!(asked.message.flags & V3_PRIV)) {
			v3->agent->stats.malformed++;
			return 0;
		}
		asked.report = V3_DECRYPTION_ERRORS;
	}
	if (asked.report != V3_REPORT_N) {
		return report(v3, engine, &asked, out);
	}
	return respond(v3, source, engine, &asked, pdu, out);
}

size_t
v3_forge(const struct v3_engine *engine, struct ber_in message,
    enum v3_report report, uint8_t *out)
{
	struct v3_frame frame = {.out = {out, 0, V3_REPORT_MAX, false}};
	struct v3_message m;
	struct v3_head h = {.engine = engine->id, .when = engine->now};

	if (v3_message_parse(message, &m) != 0) {
		return 0;
	}
	h.msg_id = m.msg_id;
	h.user = m.user;
	v3_message_begin(&frame, &h);
	v3_message_report(&frame, report, 0, 1);
	v3_message_end(&frame);
	return frame.out.full ? 0 : frame.out.len;
}
