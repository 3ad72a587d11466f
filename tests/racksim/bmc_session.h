/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RMCP+ sessions as the managed side sees them: Open Session, RAKP, and the
 * sealed messages that follow; a table of few slots that run out.
 *
 * Route:  bmc (datagrams) -> bmc_session -> bmc_command (messages).
 * Thread: the struct bmc's.
 * Source: IPMI v2.0 rev. 1.1 sections 13.6 (format), 13.17-13.24 (RAKP),
 *         13.28-13.32 (algorithms and keys), 6.12 (sequence numbers).
 */
#ifndef RACKSIM_BMC_SESSION_H
#define RACKSIM_BMC_SESSION_H

#include "bmc.h"

enum bmc_session_state {
	BMC_SESSION_OPENED,	/* RAKP 1 is awaited or answered */
	BMC_SESSION_ACTIVE
};

struct bmc_session {
	struct bmc_session *next;
	enum bmc_session_state state;
	uint32_t id, console_id;
	int64_t opened, used;		/* unix s */
	uint8_t suite;			/* 0, 3 or 17 */
	enum bmc_digest digest;
	uint8_t limit;			/* asked for in Open Session */
	uint8_t role;			/* as RAKP 1 had it */
	bool padded;			/* the name goes into codes with zeros */
	uint8_t level;			/* in force */
	uint8_t handle;
	const struct bmc_user *user;	/* since RAKP 1 */
	uint32_t seen;			/* highest sequence number */
	uint32_t window;		/* bit i: seen - i was there */
	uint32_t sent;
	uint8_t console_random[16], random[16];
	uint8_t sik[BMC_CRYPT_DIGEST_MAX];
	uint8_t k1[BMC_CRYPT_DIGEST_MAX], k2[BMC_CRYPT_DIGEST_MAX];
};

/* Ends what is idle for too long or from before a restart. */
void bmc_session_expire(struct bmc *bmc, int64_t now);

/* Finds a session by the id we gave it. Errors: NULL. */
struct bmc_session *bmc_session_find(struct bmc *bmc, uint32_t id);

/* Frees one session. */
void bmc_session_end(struct bmc *bmc, struct bmc_session *session);

/*
 * Answers an RMCP+ datagram: from the authentication type on, behind the RMCP
 * header. Shape: out has room for BMC_SIZE_MAX; returns octets, 0 = silence.
 */
size_t bmc_session_answer(struct bmc *bmc, int64_t now, const uint8_t *in,
    size_t n, uint8_t *out);

/* Writes the BMC's GUID, 16 octets. */
void bmc_session_guid(const struct bmc *bmc, uint8_t *ret_guid);

#endif
