/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages that open a session, and the keys that come of them.
 *
 * Route: hello -> here -> seal; no I/O.  Thread: that of the struct seal.
 * Source: IPMI v2.0 s.13.17-13.24 (messages), s.13.31 (RAKP), s.13.32 (keys),
 * table 13-15 (status codes).
 */
#ifndef PLUGIN_IPMI_RAKP_H
#define PLUGIN_IPMI_RAKP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "seal.h"

#define RAKP_USER_MAX 16
#define RAKP_PASSWORD_MAX 20
#define RAKP_RANDOM 16
#define RAKP_MESSAGE_MAX 64    /* of what we send */

/* Source: IPMI v2.0 table 13-15.  Codes beyond are "unknown". */
enum rakp_status {
	RAKP_GOOD = 0x00, RAKP_NO_ROOM = 0x01, RAKP_BAD_SESSION = 0x02,
	RAKP_BAD_PAYLOAD = 0x03, RAKP_BAD_AUTHENTICATION = 0x04,
	RAKP_BAD_INTEGRITY = 0x05, RAKP_NO_AUTHENTICATION = 0x06,
	RAKP_NO_INTEGRITY = 0x07, RAKP_INACTIVE_SESSION = 0x08,
	RAKP_BAD_ROLE = 0x09, RAKP_ROLE_REFUSED = 0x0a,
	RAKP_NO_ROOM_FOR_ROLE = 0x0b, RAKP_BAD_NAME_LENGTH = 0x0c,
	RAKP_NAME_REFUSED = 0x0d, RAKP_GUID_REFUSED = 0x0e,
	RAKP_BAD_CHECK_VALUE = 0x0f, RAKP_BAD_CONFIDENTIALITY = 0x10,
	RAKP_NO_SUITE = 0x11, RAKP_BAD_PARAMETER = 0x12, RAKP_STATUS_N
};

/* What a code means, in the words of the specification's table. */
const char *rakp_status_name(uint8_t status);

/* Who opens a session.  Secrets. */
struct rakp_identity {
	char user[RAKP_USER_MAX];
	uint8_t n_user;
	uint8_t password[RAKP_PASSWORD_MAX]; /* padded with zeros */
	uint8_t kg[RAKP_PASSWORD_MAX];       /* the BMC's key, likewise */
	bool has_kg;
};

/* One opening.  A secret after RAKP 2. */
struct rakp {
	const struct rakp_identity *identity;
	uint8_t suite;             /* enum seal_suite */
	uint8_t privilege;         /* 2 user, 3 operator, 4 administrator */
	uint8_t highest;           /* 1: asks for "highest" in Open Session */
	bool pads_user;            /* quirk intel20 */
	bool is_long;              /* quirks supermicro20, sun20 */
	uint32_t console_id, bmc_id;
	uint8_t console_random[RAKP_RANDOM], bmc_random[RAKP_RANDOM];
	uint8_t guid[16];
	uint8_t sik[SEAL_HASH_MAX];
};

/* How reading an answer went. */
enum rakp_verdict {
	RAKP_TAKEN = 0,
	RAKP_STRAY,       /* not the answer to what was asked: wait on */
	RAKP_STATUS,      /* the BMC refuses: *ret_status */
	RAKP_SHAPE,       /* too short, too long */
	RAKP_OTHER_SUITE, /* the BMC chose algorithms that were not offered */
	RAKP_WRONG,       /* its authentication code is wrong */
	RAKP_FAULT,       /* OpenSSL failed */
	RAKP_VERDICT_N
};

/* Each writes the message with its tag.  Returns its length. */
size_t rakp_open_session(const struct rakp *rakp, uint8_t tag, uint8_t *buffer);
size_t rakp_1(const struct rakp *rakp, uint8_t tag, uint8_t *buffer);
/* Errors: 0: OpenSSL failed. */
size_t rakp_3(struct rakp *rakp, struct seal *seal, uint8_t tag,
    uint8_t *buffer);

/* RAKP 3 that ends the opening, because RAKP 2 was wrong. */
size_t rakp_3_refusal(const struct rakp *rakp, uint8_t tag, uint8_t *buffer);

/* One answer: what it is checked against and what came of it. */
struct rakp_answer {
	const uint8_t *body;
	size_t n;
	uint8_t tag;               /* of the message that it should answer */
	uint8_t ret_status;
};

enum rakp_verdict rakp_opened(struct rakp *rakp, struct rakp_answer *answer);
enum rakp_verdict rakp_2(struct rakp *rakp, struct seal *seal,
    struct rakp_answer *answer);
/* check false: the check value is not looked at. */
enum rakp_verdict rakp_4(struct rakp *rakp, struct seal *seal,
    struct rakp_answer *answer, bool check);
/* The session's keys, after RAKP 4.  Errors: COL_ENOTSUP. */
int rakp_keys(const struct rakp *rakp, struct seal *seal,
    struct seal_keys *ret_keys);

#endif
