/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rakp.h"

#include <string.h>

#include <collectord/err.h>

/* Source: IPMI v2.0 tables 13-9 to 13-14, offsets in the payloads. */
#define OPEN_SIZE 32
#define OPENED_SIZE 36
#define HEAD_SIZE 8            /* tag, status, 2 bytes, session id */
#define RAKP_1_NAME 28
#define RAKP_2_CODE 40
#define NAME_ONLY 0x10         /* look the user up by name alone */
#define ALGORITHM_MASK 0x3f
#define CONSTANT_SIZE 20       /* s.13.32: 20 bytes, whatever the hash */

static const char *const status_names[RAKP_STATUS_N] = {
    [RAKP_GOOD] = "no error",
    [RAKP_NO_ROOM] = "no room for another session",
    [RAKP_BAD_SESSION] = "invalid session id",
    [RAKP_BAD_PAYLOAD] = "invalid payload type",
    [RAKP_BAD_AUTHENTICATION] = "invalid authentication algorithm",
    [RAKP_BAD_INTEGRITY] = "invalid integrity algorithm",
    [RAKP_NO_AUTHENTICATION] = "no matching authentication payload",
    [RAKP_NO_INTEGRITY] = "no matching integrity payload",
    [RAKP_INACTIVE_SESSION] = "inactive session id",
    [RAKP_BAD_ROLE] = "invalid role",
    [RAKP_ROLE_REFUSED] = "unauthorized role or privilege level",
    [RAKP_NO_ROOM_FOR_ROLE] = "no room for another session of this role",
    [RAKP_BAD_NAME_LENGTH] = "invalid name length",
    [RAKP_NAME_REFUSED] = "unauthorized name",
    [RAKP_GUID_REFUSED] = "unauthorized GUID",
    [RAKP_BAD_CHECK_VALUE] = "invalid integrity check value",
    [RAKP_BAD_CONFIDENTIALITY] = "invalid confidentiality algorithm",
    [RAKP_NO_SUITE] = "no cipher suite matches",
    [RAKP_BAD_PARAMETER] = "illegal or unrecognised parameter",
};

const char *
rakp_status_name(uint8_t status)
{
	return status < RAKP_STATUS_N ? status_names[status] :
	    "a status that the specification does not know";
}

/* ---- what we send --------------------------------------------------------------- */

static size_t
head(uint8_t *buffer, uint8_t tag, uint32_t id)
{
	buffer[0] = tag;
	buffer[1] = buffer[2] = buffer[3] = 0;
	rmcp_put32(buffer + 4, id);
	return HEAD_SIZE;
}

static size_t
put_algorithm(uint8_t *at, uint8_t kind, uint8_t number)
{
	memset(at, 0, 8);
	at[0] = kind;
	at[3] = 8;                 /* length of this part */
	at[4] = number;
	return 8;
}

size_t
rakp_open_session(const struct rakp *rakp, uint8_t tag, uint8_t *buffer)
{
	const struct seal_facts *suite = seal_facts(rakp->suite);
	size_t n = head(buffer, tag, rakp->console_id);

	/* 0: the highest one that the proposal allows. */
	buffer[1] = rakp->highest ? 0 : rakp->privilege;
	n += put_algorithm(buffer + n, 0, suite->authentication);
	n += put_algorithm(buffer + n, 1, suite->integrity);
	n += put_algorithm(buffer + n, 2, suite->confidentiality);
	return n;
}

static uint8_t
role(const struct rakp *rakp)
{
	return (uint8_t)(rakp->privilege | NAME_ONLY);
}

/* The user name as it is sent and hashed; returns its length. */
static uint8_t
name(const struct rakp *rakp, uint8_t *buffer)
{
	memset(buffer, 0, RAKP_USER_MAX);
	memcpy(buffer, rakp->identity->user, rakp->identity->n_user);
	return rakp->pads_user ? RAKP_USER_MAX : rakp->identity->n_user;
}

size_t
rakp_1(const struct rakp *rakp, uint8_t tag, uint8_t *buffer)
{
	size_t n = head(buffer, tag, rakp->bmc_id);

	memcpy(buffer + n, rakp->console_random, RAKP_RANDOM);
	n += RAKP_RANDOM;
	buffer[n] = role(rakp);
	buffer[n + 1] = buffer[n + 2] = 0;
	buffer[n + 3] = name(rakp, buffer + RAKP_1_NAME);
	return RAKP_1_NAME + buffer[n + 3];
}

static struct seal_bytes
password(const struct rakp *rakp)
{
	return (struct seal_bytes){rakp->identity->password,
	    RAKP_PASSWORD_MAX};
}

size_t
rakp_3(struct rakp *rakp, struct seal *seal, uint8_t tag, uint8_t *buffer)
{
	uint8_t user[2 + RAKP_USER_MAX], id[4];
	struct seal_bytes pieces[] = {{rakp->bmc_random, RAKP_RANDOM},
	    {id, sizeof(id)}, {user, 0}};
	size_t n = head(buffer, tag, rakp->bmc_id);

	if (rakp->suite == SEAL_0) {
		return n;
	}
	rmcp_put32(id, rakp->console_id);
	user[0] = role(rakp);
	user[1] = name(rakp, user + 2);
	if (rakp->pads_user) {
		/* Here, and only here, they take name and role as they are.
		 * Source: workaround intel20 of FreeIPMI's
		 * ipmi-lan-session-common.c. */
		user[0] = rakp->privilege;
		user[1] = rakp->identity->n_user;
	}
	pieces[2].n = 2U + user[1];
	if (seal_hmac(seal, rakp->suite, password(rakp), pieces, 3,
	    buffer + n) != 0) {
		return 0;
	}
	return n + seal_facts(rakp->suite)->n_hash;
}

size_t
rakp_3_refusal(const struct rakp *rakp, uint8_t tag, uint8_t *buffer)
{
	size_t n = head(buffer, tag, rakp->bmc_id);

	buffer[1] = RAKP_BAD_CHECK_VALUE;
	return n;
}

/* ---- what comes back -------------------------------------------------------------- */

/* What all answers begin with. */
static enum rakp_verdict
check_head(const struct rakp *rakp, struct rakp_answer *answer, size_t n_min)
{
	if (answer->n < 2) {
		return RAKP_SHAPE;
	}
	if (answer->body[0] != answer->tag) {
		return RAKP_STRAY;
	}
	answer->ret_status = answer->body[1];
	if (answer->ret_status != RAKP_GOOD) {
		return RAKP_STATUS;
	}
	if (answer->n < n_min) {
		return RAKP_SHAPE;
	}
	return rmcp_get32(answer->body + 4) == rakp->console_id ? RAKP_TAKEN :
	    RAKP_STRAY;
}

static bool
is_algorithm(const uint8_t *at, uint8_t kind, uint8_t number)
{
	return at[0] == kind && (at[4] & ALGORITHM_MASK) == number;
}

enum rakp_verdict
rakp_opened(struct rakp *rakp, struct rakp_answer *answer)
{
	const struct seal_facts *suite = seal_facts(rakp->suite);
	enum rakp_verdict verdict = check_head(rakp, answer, OPENED_SIZE);

	if (verdict != RAKP_TAKEN) {
		return verdict;
	}
	if (!is_algorithm(answer->body + 12, 0, suite->authentication) ||
	    !is_algorithm(answer->body + 20, 1, suite->integrity) ||
	    !is_algorithm(answer->body + 28, 2, suite->confidentiality)) {
		return RAKP_OTHER_SUITE;
	}
	rakp->bmc_id = rmcp_get32(answer->body + 8);
	/* Source: IPMI v2.0 table 13-10: 0 is no session. */
	return rakp->bmc_id != 0 ? RAKP_TAKEN : RAKP_SHAPE;
}

/* Source: IPMI v2.0 s.13.31: HMAC[Kuid](SIDm, SIDc, Rm, Rc, GUID, role, user) */
static int
code_of_2(struct rakp *rakp, struct seal *seal, uint8_t *ret_code)
{
	uint8_t ids[8], user[2 + RAKP_USER_MAX];
	struct seal_bytes pieces[] = {{ids, sizeof(ids)},
	    {rakp->console_random, RAKP_RANDOM}, {rakp->bmc_random, RAKP_RANDOM},
	    {rakp->guid, sizeof(rakp->guid)}, {user, 0}};

	rmcp_put32(ids, rakp->console_id);
	rmcp_put32(ids + 4, rakp->bmc_id);
	user[0] = role(rakp);
	user[1] = name(rakp, user + 2);
	pieces[4].n = 2U + user[1];
	return seal_hmac(seal, rakp->suite, password(rakp), pieces, 5,
	    ret_code);
}

/* Source: IPMI v2.0 s.13.31: SIK = HMAC[Kg](Rm, Rc, role, user) */
static int
make_sik(struct rakp *rakp, struct seal *seal)
{
	const struct rakp_identity *identity = rakp->identity;
	uint8_t user[2 + RAKP_USER_MAX];
	struct seal_bytes pieces[] = {{rakp->console_random, RAKP_RANDOM},
	    {rakp->bmc_random, RAKP_RANDOM}, {user, 0}};
	/* Without a key of the BMC's, the user's. */
	struct seal_bytes key = {identity->has_kg ? identity->kg :
	    identity->password, RAKP_PASSWORD_MAX};

	user[0] = role(rakp);
	user[1] = name(rakp, user + 2);
	pieces[2].n = 2U + user[1];
	return seal_hmac(seal, rakp->suite, key, pieces, 3, rakp->sik);
}

/* True when an answer is as long as it should be, or a quirk's byte longer. */
static bool
has_length(const struct rakp *rakp, size_t n, size_t wanted)
{
	return n == wanted || (rakp->is_long && n == wanted + 1);
}

enum rakp_verdict
rakp_2(struct rakp *rakp, struct seal *seal, struct rakp_answer *answer)
{
	size_t n_code = seal_facts(rakp->suite)->n_hash;
	enum rakp_verdict verdict = check_head(rakp, answer, RAKP_2_CODE);
	uint8_t code[SEAL_HASH_MAX];

	if (verdict != RAKP_TAKEN) {
		return verdict;
	}
	memcpy(rakp->bmc_random, answer->body + 8, RAKP_RANDOM);
	memcpy(rakp->guid, answer->body + 24, sizeof(rakp->guid));
	if (rakp->suite == SEAL_0) {
		return RAKP_TAKEN;
	}
	if (!has_length(rakp, answer->n, RAKP_2_CODE + n_code)) {
		return RAKP_SHAPE;
	}
	if (code_of_2(rakp, seal, code) != 0) {
		return RAKP_FAULT;
	}
	if (!seal_equal(code, answer->body + RAKP_2_CODE, n_code)) {
		return RAKP_WRONG;
	}
	return make_sik(rakp, seal) == 0 ? RAKP_TAKEN : RAKP_FAULT;
}

enum rakp_verdict
rakp_4(struct rakp *rakp, struct seal *seal, struct rakp_answer *answer,
    bool check)
{
	size_t n_value = seal_facts(rakp->suite)->n_mac;
	enum rakp_verdict verdict = check_head(rakp, answer, HEAD_SIZE);
	uint8_t id[4], value[SEAL_HASH_MAX];
	struct seal_bytes pieces[] = {{rakp->console_random, RAKP_RANDOM},
	    {id, sizeof(id)}, {rakp->guid, sizeof(rakp->guid)}};
	struct seal_bytes key = {rakp->sik, seal_facts(rakp->suite)->n_hash};

	if (verdict != RAKP_TAKEN || !check) {
		return verdict;
	}
	if (!has_length(rakp, answer->n, HEAD_SIZE + n_value)) {
		return RAKP_SHAPE;
	}
	if (rakp->suite == SEAL_0) {
		return RAKP_TAKEN;
	}
	/* Source: IPMI v2.0 s.13.31: HMAC[SIK](Rm, SIDc, GUID), truncated. */
	rmcp_put32(id, rakp->bmc_id);
	if (seal_hmac(seal, rakp->suite, key, pieces, 3, value) != 0) {
		return RAKP_FAULT;
	}
	return seal_equal(value, answer->body + HEAD_SIZE, n_value) ?
	    RAKP_TAKEN : RAKP_WRONG;
}

int
rakp_keys(const struct rakp *rakp, struct seal *seal,
    struct seal_keys *ret_keys)
{
	struct seal_bytes key = {rakp->sik, seal_facts(rakp->suite)->n_hash};
	uint8_t constant[CONSTANT_SIZE], k2[SEAL_HASH_MAX] = {0};
	struct seal_bytes piece = {constant, sizeof(constant)};
	struct seal_keys keys = {.suite = rakp->suite};
	int rc = 0;

	if (rakp->suite != SEAL_0) {
		/* Source: IPMI v2.0 s.13.32: Kn = HMAC[SIK](n, n, n, …) */
		memset(constant, 1, sizeof(constant));
		rc = seal_hmac(seal, rakp->suite, key, &piece, 1, keys.k1);
		memset(constant, 2, sizeof(constant));
		if (rc == 0) {
			rc = seal_hmac(seal, rakp->suite, key, &piece, 1, k2);
		}
		memcpy(keys.k2, k2, sizeof(keys.k2));
		explicit_bzero(k2, sizeof(k2));
	}
	if (rc == 0) {
		*ret_keys = keys;
	}
	explicit_bzero(&keys, sizeof(keys));
	return rc;
}
