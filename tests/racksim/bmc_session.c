/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "bmc_session.h"

#include <stdlib.h>
#include <string.h>

#include "bmc_command.h"
#include "bmc_model.h"
#include "hash.h"

/* Source: IPMI table 13-8: the RMCP+ session header. */
#define HEAD_SIZE 12
#define ENCRYPTED 0x80
#define AUTHENTICATED 0x40
/* Source: IPMI table 13-16: payload types. */
enum {
	PAYLOAD_IPMI = 0x00,
	PAYLOAD_OPEN = 0x10,
	PAYLOAD_OPENED,
	PAYLOAD_RAKP1,
	PAYLOAD_RAKP2,
	PAYLOAD_RAKP3,
	PAYLOAD_RAKP4
};
/* Source: IPMI table 13-15: status codes of RMCP+ and RAKP. */
enum {
	STATUS_OK = 0x00,
	STATUS_NO_RESOURCES = 0x01,
	STATUS_BAD_SESSION = 0x02,
	STATUS_BAD_ROLE = 0x09,
	STATUS_ROLE_REFUSED = 0x0a,
	STATUS_BAD_LENGTH = 0x0c,
	STATUS_BAD_NAME = 0x0d,
	STATUS_BAD_CODE = 0x0f,
	STATUS_NO_SUITE = 0x11
};
/* Source: IPMI section 13.28: the numbers of the algorithms. */
static const struct suite {
	uint8_t id;
	enum bmc_digest digest;
	uint8_t algorithms[3];	/* authentication, integrity, encryption */
	uint8_t code;		/* octets of a message's integrity code */
} suites[] = {
	{0, BMC_NO_DIGEST, {0, 0, 0}, 0},
	{3, BMC_SHA1, {1, 1, 1}, 12},
	{17, BMC_SHA256, {3, 4, 1}, 16},
};

#define OPEN_SIZE 32
#define RAKP1_SIZE 28
#define RAKP3_SIZE 8
#define NAME_MAX_LEN 16
#define KEY_SIZE 20
/* Source: IPMI table 13-13: only the name counts, not the privilege with it. */
#define NAME_ONLY 0x10
/* Messages that may overtake each other: IPMI section 6.12.13. */
#define WINDOW 16
#define PAD 0xff
#define NEXT_HEADER 7

/* One RMCP+ datagram, taken apart. */
struct packet {
	uint8_t type;		/* with its two flags */
	uint32_t session, sequence;
	const uint8_t *payload;
	size_t n;
	const uint8_t *whole;	/* from the authentication type on */
	size_t n_whole;
};

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static void
put32(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		p[i] = (uint8_t)(value >> 8 * i);
	}
}

static const struct suite *
suite_of(const struct bmc_session *session)
{
	size_t i = 0;

	while (suites[i].id != session->suite) {
		i++;
	}
	return &suites[i];
}

void
bmc_session_end(struct bmc *bmc, struct bmc_session *session)
{
	struct bmc_session **at = &bmc->sessions;

	while (*at != session) {
		at = &(*at)->next;
	}
	*at = session->next;
	bmc->setup->sessions--;
	free(session);
}

void
bmc_session_expire(struct bmc *bmc, int64_t now)
{
	struct bmc_session *next;

	for (struct bmc_session *s = bmc->sessions; s != NULL; s = next) {
		next = s->next;
		if (now - s->used > BMC_IDLE_S || s->opened < bmc->booted) {
			bmc_session_end(bmc, s);
		}
	}
}

struct bmc_session *
bmc_session_find(struct bmc *bmc, uint32_t id)
{
	struct bmc_session *s = bmc->sessions;

	while (s != NULL && s->id != id) {
		s = s->next;
	}
	return s;
}

void
bmc_session_guid(const struct bmc *bmc, uint8_t *ret_guid)
{
	for (uint64_t i = 0; i < 16; i++) {
		ret_guid[i] = (uint8_t)hash_mix(bmc->hash, 1000 + i);
	}
}

/* Opens a slot; a console that asks again gets the one it has not used yet. */
static struct bmc_session *
take_slot(struct bmc *bmc, uint32_t console_id, int64_t now)
{
	struct bmc_session *session;
	uint64_t hash = hash_mix(bmc->hash ^ (uint64_t)now,
	    ++bmc->n_opened);
	unsigned int n = 0;

	for (session = bmc->sessions; session != NULL;
	    session = session->next) {
		if (!bmc->model->leaky && session->console_id == console_id &&
		    session->state == BMC_SESSION_OPENED) {
			return session;
		}
		n++;
	}
	if (n >= bmc->model->slots || bmc_orders(bmc)->no_slots) {
		return NULL;
	}
	session = calloc(1, sizeof(*session));
	if (session == NULL) {
		return NULL;
	}
	session->id = (uint32_t)hash | 1;
	while (bmc_session_find(bmc, session->id) != NULL) {
		session->id += 2;
	}
	session->handle = (uint8_t)(1 + bmc->n_opened % 200);
	for (uint64_t i = 0; i < sizeof(session->random); i++) {
		session->random[i] = (uint8_t)hash_mix(hash, 1 + i);
	}
	session->next = bmc->sessions;
	bmc->sessions = session;
	bmc->setup->sessions++;
	session->opened = now;
	return session;
}

/* Chooses what the three algorithms amount to. Errors: NULL. */
static const struct suite *
choose_suite(const struct bmc *bmc, const uint8_t *in)
{
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		bool same = true;

		for (size_t k = 0; k < 3; k++) {
			const uint8_t *block = in + 8 + 8 * k;

			/* No octets of it: the BMC may choose. */
			same &= block[0] == k && (block[3] == 0 ||
			    (block[4] & 0x3f) == suites[i].algorithms[k]);
		}
		if (same && (suites[i].id != 0 ? bmc_model_suite(bmc->model,
		    suites[i].id) : bmc->setup->allow_suite_0)) {
			return &suites[i];
		}
	}
	return NULL;
}

static size_t
answer_open(struct bmc *bmc, int64_t now, const struct packet *packet,
    uint8_t *out)
{
	const uint8_t *in = packet->payload;
	const struct suite *suite;
	struct bmc_session *session = NULL;

	if (packet->n < OPEN_SIZE) {
		return 0;
	}
	suite = choose_suite(bmc, in);
	memset(out, 0, 36);
	out[0] = in[0];
	memcpy(out + 4, in + 4, 4);
	if (bmc_orders(bmc)->no_role && (in[1] & 0xf) != 0) {
		bmc->setup->refused++;
		out[1] = STATUS_ROLE_REFUSED;
		return 8;
	}
	if (suite != NULL) {
		session = take_slot(bmc, get32(in + 4), now);
	}
	if (session == NULL) {
		bmc->setup->refused++;
		out[1] = suite == NULL ? STATUS_NO_SUITE : STATUS_NO_RESOURCES;
		return 8;
	}
	session->console_id = get32(in + 4);
	session->used = now;
	session->suite = suite->id;
	session->digest = suite->digest;
	/* Zero asks for the highest that there is. */
	session->limit = (in[1] & 0xf) == 0 ? BMC_ADMIN : in[1] & 0xf;
	out[2] = session->limit;
	put32(out + 8, session->id);
	for (size_t i = 0; i < 3; i++) {
		out[12 + 8 * i] = (uint8_t)i;
		out[15 + 8 * i] = 8;
		out[16 + 8 * i] = suite->algorithms[i];
	}
	return 36;
}

static const struct bmc_user *
find_user(const struct bmc *bmc, const uint8_t *name, size_t len)
{
	if (bmc_orders(bmc)->padded_user) {
		len = len == NAME_MAX_LEN ? strnlen((const char *)name, len) :
		    SIZE_MAX;
	}
	for (size_t i = 0; i < bmc->setup->n_users; i++) {
		const struct bmc_user *user = &bmc->setup->users[i];

		if (strlen(user->name) == len &&
		    memcmp(user->name, name, len) == 0) {
			return user;
		}
	}
	return NULL;
}

/* The password as a key: zero-padded, whatever digest follows. */
static void
user_key(const struct bmc_user *user, uint8_t *ret_key)
{
	size_t len = strlen(user->password);

	memset(ret_key, 0, BMC_CRYPT_DIGEST_MAX);
	memcpy(ret_key, user->password, len < KEY_SIZE ? len : KEY_SIZE);
}

/* Appends role, length and name, which three of the codes end with. */
static size_t
put_name(const struct bmc_session *session, uint8_t *at)
{
	size_t len = strlen(session->user->name);

	at[0] = session->role;
	memset(at + 2, 0, NAME_MAX_LEN);
	memcpy(at + 2, session->user->name, len);
	len = session->padded ? NAME_MAX_LEN : len;
	at[1] = (uint8_t)len;
	return 2 + len;
}

/* The code of RAKP 2: all that both sides have said so far. */
static void
code_rakp2(struct bmc *bmc, const struct bmc_session *session, uint8_t *ret)
{
	uint8_t text[96], key[BMC_CRYPT_DIGEST_MAX];

	user_key(session->user, key);
	put32(text, session->console_id);
	put32(text + 4, session->id);
	memcpy(text + 8, session->console_random, 16);
	memcpy(text + 24, session->random, 16);
	bmc_session_guid(bmc, text + 40);
	(void)bmc_crypt_hmac(bmc->setup->crypt, session->digest, key, text,
	    56 + put_name(session, text + 56), ret);
}

static uint8_t
take_rakp1(struct bmc *bmc, struct bmc_session *session, const uint8_t *in,
    size_t n)
{
	size_t len = in[27];
	uint8_t level = in[24] & 0xf;

	if (len > NAME_MAX_LEN || RAKP1_SIZE + len > n) {
		return STATUS_BAD_LENGTH;
	}
	if (level > BMC_ADMIN) {
		return STATUS_BAD_ROLE;
	}
	session->user = find_user(bmc, in + RAKP1_SIZE, len);
	if (session->user == NULL) {
		return STATUS_BAD_NAME;
	}
	if (level > session->user->limit || level > session->limit) {
		return STATUS_ROLE_REFUSED;
	}
	session->padded = bmc_orders(bmc)->padded_user;
	session->role = in[24];
	memcpy(session->console_random, in + 8, 16);
	return STATUS_OK;
}

/* Puts an octet behind a code where that is ordered; returns how many. */
static size_t
one_too_many(const struct bmc *bmc, uint8_t *at)
{
	if (bmc_orders(bmc)->long_rakp) {
		*at = PAD;
	}
	return bmc_orders(bmc)->long_rakp;
}

static size_t
answer_rakp1(struct bmc *bmc, int64_t now, const struct packet *packet,
    uint8_t *out)
{
	const uint8_t *in = packet->payload;
	struct bmc_session *session;
	size_t n;

	if (packet->n < RAKP1_SIZE) {
		return 0;
	}
	session = bmc_session_find(bmc, get32(in + 4));
	memset(out, 0, 40);
	out[0] = in[0];
	if (session == NULL || session->state != BMC_SESSION_OPENED) {
		out[1] = STATUS_BAD_SESSION;
		return 8;
	}
	session->used = now;
	put32(out + 4, session->console_id);
	out[1] = take_rakp1(bmc, session, in, packet->n);
	if (out[1] != STATUS_OK) {
		bmc->setup->refused++;
		bmc_session_end(bmc, session);
		return 8;
	}
	memcpy(out + 8, session->random, 16);
	bmc_session_guid(bmc, out + 24);
	code_rakp2(bmc, session, out + 40);
	if (bmc_orders(bmc)->bad_rakp2) {
		out[40] ^= 0x5a;
	}
	n = 40 + bmc_crypt_size(session->digest);
	return n + one_too_many(bmc, out + n);
}

/* Source: IPMI sections 13.31 and 13.32; no BMC key is set, so the user's. */
static void
make_keys(struct bmc *bmc, struct bmc_session *session)
{
	struct bmc_crypt *crypt = bmc->setup->crypt;
	uint8_t text[64], key[BMC_CRYPT_DIGEST_MAX];

	user_key(session->user, key);
	memcpy(text, session->console_random, 16);
	memcpy(text + 16, session->random, 16);
	(void)bmc_crypt_hmac(crypt, session->digest, key, text,
	    32 + put_name(session, text + 32), session->sik);
	memset(text, 1, KEY_SIZE);
	(void)bmc_crypt_hmac(crypt, session->digest, session->sik, text,
	    KEY_SIZE, session->k1);
	memset(text, 2, KEY_SIZE);
	(void)bmc_crypt_hmac(crypt, session->digest, session->sik, text,
	    KEY_SIZE, session->k2);
}

/* Whether RAKP 3 proves that the console knows the password. */
static bool
proven(struct bmc *bmc, const struct bmc_session *session, const uint8_t *code,
    size_t n)
{
	uint8_t text[64], key[BMC_CRYPT_DIGEST_MAX];
	uint8_t want[BMC_CRYPT_DIGEST_MAX];
	size_t size = bmc_crypt_size(session->digest), len;

	user_key(session->user, key);
	memcpy(text, session->random, 16);
	put32(text + 16, session->console_id);
	len = 20 + put_name(session, text + 20);
	if (session->padded) {
		/* Those that pad elsewhere do not here, nor keep the bit. */
		text[20] &= (uint8_t)~NAME_ONLY;
		text[21] = (uint8_t)strlen(session->user->name);
		len = 22 + strlen(session->user->name);
	}
	(void)bmc_crypt_hmac(bmc->setup->crypt, session->digest, key, text,
	    len, want);
	return n >= size && memcmp(code, want, size) == 0;
}

/* The code of RAKP 4, as long as the integrity codes will be. */
static size_t
code_rakp4(struct bmc *bmc, const struct bmc_session *session, uint8_t *out)
{
	uint8_t text[36], code[BMC_CRYPT_DIGEST_MAX];

	memcpy(text, session->console_random, 16);
	put32(text + 16, session->id);
	bmc_session_guid(bmc, text + 20);
	(void)bmc_crypt_hmac(bmc->setup->crypt, session->digest, session->sik,
	    text, sizeof(text), code);
	memcpy(out, code, suite_of(session)->code);
	if (bmc_orders(bmc)->bad_rakp4) {
		out[0] ^= 0x5a;
	}
	return suite_of(session)->code +
	    one_too_many(bmc, out + suite_of(session)->code);
}

static size_t
answer_rakp3(struct bmc *bmc, int64_t now, const struct packet *packet,
    uint8_t *out)
{
	const uint8_t *in = packet->payload;
	struct bmc_session *session;

	if (packet->n < RAKP3_SIZE) {
		return 0;
	}
	session = bmc_session_find(bmc, get32(in + 4));
	memset(out, 0, 8);
	out[0] = in[0];
	/* Once a message has come, a late RAKP 3 is somebody else's. */
	if (session == NULL || session->user == NULL || session->seen != 0) {
		out[1] = STATUS_BAD_SESSION;
		return 8;
	}
	put32(out + 4, session->console_id);
	if (in[1] != STATUS_OK) {
		bmc_session_end(bmc, session);
		return 0;
	}
	if (!proven(bmc, session, in + 8, packet->n - 8)) {
		out[1] = STATUS_BAD_CODE;
		bmc->setup->refused++;
		bmc_session_end(bmc, session);
		return 8;
	}
	make_keys(bmc, session);
	session->used = now;
	session->state = BMC_SESSION_ACTIVE;
	/* Source: IPMI section 22.18: sessions start as USER at most. */
	session->level = (session->role & 0xf) < BMC_USER &&
	    (session->role & 0xf) != 0 ? session->role & 0xf : BMC_USER;
	return 8 + code_rakp4(bmc, session, out + 8);
}

/* Takes one RMCP+ datagram apart. Errors: -1. */
static int
parse(const uint8_t *in, size_t n, struct packet *ret)
{
	if (n < HEAD_SIZE) {
		return -1;
	}
	ret->type = in[1];
	ret->session = get32(in + 2);
	ret->sequence = get32(in + 6);
	ret->n = (size_t)in[10] | (size_t)in[11] << 8;
	ret->payload = in + HEAD_SIZE;
	ret->whole = in;
	ret->n_whole = n;
	return ret->n <= n - HEAD_SIZE ? 0 : -1;
}

/* Checks the integrity code that ends a datagram. */
static bool
is_genuine(struct bmc *bmc, const struct bmc_session *session,
    const struct packet *packet)
{
	size_t code = suite_of(session)->code;
	uint8_t want[BMC_CRYPT_DIGEST_MAX];

	if (session->digest == BMC_NO_DIGEST) {
		return (packet->type & AUTHENTICATED) == 0;
	}
	if ((packet->type & AUTHENTICATED) == 0 ||
	    packet->n_whole < HEAD_SIZE + packet->n + 2 + code) {
		return false;
	}
	(void)bmc_crypt_hmac(bmc->setup->crypt, session->digest, session->k1,
	    packet->whole, packet->n_whole - code, want);
	return memcmp(packet->whole + packet->n_whole - code, want, code) == 0;
}

/* Keeps messages out that come twice or from nowhere near. */
static bool
in_window(struct bmc_session *session, uint32_t sequence)
{
	uint32_t ahead = sequence - session->seen;
	uint32_t behind = session->seen - sequence;

	if (session->digest == BMC_NO_DIGEST && sequence == 0) {
		return true;
	}
	if (sequence == 0) {
		return false;
	}
	if (ahead >= 1 && ahead <= WINDOW) {
		session->window = session->window << ahead | 1;
		session->seen = sequence;
		return true;
	}
	if (behind >= WINDOW || (session->window >> behind & 1) != 0) {
		return false;
	}
	session->window |= 1U << behind;
	return true;
}

/* Decrypts in place of `plain`; returns the message's octets, 0 when spoilt. */
static size_t
unseal(struct bmc *bmc, const struct bmc_session *session,
    const struct packet *packet, uint8_t *plain)
{
	size_t n = packet->n, pad;

	memcpy(plain, packet->payload, n);
	if (suite_of(session)->algorithms[2] == 0) {
		memmove(plain + BMC_CRYPT_BLOCK, plain, n);
		return (packet->type & ENCRYPTED) == 0 ? n : 0;
	}
	if ((packet->type & ENCRYPTED) == 0 || n < 2 * BMC_CRYPT_BLOCK ||
	    bmc_crypt_aes(bmc->setup->crypt, false, session->k2,
	    plain + BMC_CRYPT_BLOCK, n - BMC_CRYPT_BLOCK) != 0) {
		return 0;
	}
	pad = plain[n - 1];
	n -= BMC_CRYPT_BLOCK;
	return pad < BMC_CRYPT_BLOCK && pad + 1 < n ? n - pad - 1 : 0;
}

/* Seals a message of `n` octets that stands at `body` + one block. */
static size_t
seal(struct bmc *bmc, struct bmc_session *session, uint8_t *out, size_t n)
{
	const struct suite *suite = suite_of(session);
	uint8_t *body = out + HEAD_SIZE, code[BMC_CRYPT_DIGEST_MAX];
	uint64_t iv = hash_mix(hash_mix(bmc->hash, session->id), session->sent);
	size_t len, pad;

	if (suite->algorithms[2] != 0) {
		for (uint64_t i = 0; i < BMC_CRYPT_BLOCK; i++) {
			body[i] = (uint8_t)hash_mix(iv, i);
		}
		pad = (BMC_CRYPT_BLOCK - (n + 1) % BMC_CRYPT_BLOCK) %
		    BMC_CRYPT_BLOCK;
		for (size_t i = 0; i < pad; i++) {
			body[BMC_CRYPT_BLOCK + n + i] = (uint8_t)(i + 1);
		}
		body[BMC_CRYPT_BLOCK + n + pad] = (uint8_t)pad;
		n += pad + 1;
		(void)bmc_crypt_aes(bmc->setup->crypt, true, session->k2,
		    body + BMC_CRYPT_BLOCK, n);
		n += BMC_CRYPT_BLOCK;
	} else {
		memmove(body, body + BMC_CRYPT_BLOCK, n);
	}
	out[0] = 6;
	out[1] = (uint8_t)(PAYLOAD_IPMI | (suite->algorithms[2] ? ENCRYPTED : 0)
	    | (suite->code > 0 ? AUTHENTICATED : 0));
	put32(out + 2, bmc_orders(bmc)->zero_id ? 0 : session->console_id);
	put32(out + 6, bmc_orders(bmc)->bad_sequence ? session->sent + 5000 :
	    session->sent);
	out[10] = (uint8_t)n;
	out[11] = (uint8_t)(n >> 8);
	len = HEAD_SIZE + n;
	if (suite->code == 0) {
		return len;
	}
	for (pad = 0; (len + 2) % 4 != 0; pad++) {
		out[len++] = PAD;
	}
	out[len++] = (uint8_t)pad;
	out[len++] = NEXT_HEADER;
	(void)bmc_crypt_hmac(bmc->setup->crypt, session->digest, session->k1,
	    out, len, code);
	if (bmc_orders(bmc)->bad_code) {
		code[3] ^= 0x5a;
	}
	memcpy(out + len, code, suite->code);
	return len + suite->code;
}

static size_t
answer_message(struct bmc *bmc, int64_t now, const struct packet *packet,
    uint8_t *out)
{
	struct bmc_session *session = bmc_session_find(bmc, packet->session);
	struct bmc_call call = {.bmc = bmc, .session = session, .now = now};
	uint8_t plain[BMC_SIZE_MAX + BMC_CRYPT_BLOCK];
	size_t n;

	if (session == NULL || session->state != BMC_SESSION_ACTIVE ||
	    !is_genuine(bmc, session, packet) ||
	    !in_window(session, packet->sequence)) {
		return 0;
	}
	n = unseal(bmc, session, packet, plain);
	if (n == 0) {
		return 0;
	}
	session->used = now;
	n = bmc_command_message(&call, plain + BMC_CRYPT_BLOCK, n,
	    out + HEAD_SIZE + BMC_CRYPT_BLOCK);
	if (n > 0) {
		session->sent++;
		if (bmc_orders(bmc)->bad_sum) {
			out[HEAD_SIZE + BMC_CRYPT_BLOCK + n - 1] ^= 0x5a;
		}
		n = seal(bmc, session, out, n);
	}
	if (call.closing) {
		bmc_session_end(bmc, session);
	}
	return n;
}

size_t
bmc_session_answer(struct bmc *bmc, int64_t now, const uint8_t *in, size_t n,
    uint8_t *out)
{
	struct bmc_call call = {.bmc = bmc, .now = now};
	struct packet packet;
	uint8_t type = 0;
	size_t len = 0;

	if (parse(in, n, &packet) != 0) {
		return 0;
	}
	if (packet.session != 0) {
		return (packet.type & 0x3f) == PAYLOAD_IPMI ?
		    answer_message(bmc, now, &packet, out) : 0;
	}
	if (packet.type == PAYLOAD_OPEN) {
		type = PAYLOAD_OPENED;
		len = answer_open(bmc, now, &packet, out + HEAD_SIZE);
	} else if (packet.type == PAYLOAD_RAKP1) {
		type = PAYLOAD_RAKP2;
		len = answer_rakp1(bmc, now, &packet, out + HEAD_SIZE);
	} else if (packet.type == PAYLOAD_RAKP3) {
		type = PAYLOAD_RAKP4;
		len = answer_rakp3(bmc, now, &packet, out + HEAD_SIZE);
	} else if (packet.type == PAYLOAD_IPMI) {
		len = bmc_command_message(&call, packet.payload, packet.n,
		    out + HEAD_SIZE);
	}
	if (len == 0) {
		return 0;
	}
	memset(out, 0, HEAD_SIZE);
	out[0] = 6;
	out[1] = type;
	out[10] = (uint8_t)len;
	out[11] = (uint8_t)(len >> 8);
	return HEAD_SIZE + len;
}
