/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outermost layer: RMCP classes, the presence ping, and the few commands
 * that are asked outside of a session in the older message format.
 */
#include <config.h>

#include "bmc.h"

#include <string.h>

#include "bmc_command.h"
#include "bmc_session.h"

/* Source: ASF 2.0 section 3.2.2.3: version 6, reserved, sequence, class. */
#define RMCP_SIZE 4
#define RMCP_NO_ACK 0xff
/* The classes. */
#define CLASS_ASF 6
#define CLASS_IPMI 7
/* Source: ASF 2.0 section 3.2.4: IANA number 4542, types, data lengths. */
#define ASF_SIZE 12
#define ASF_PING 0x80
#define ASF_PONG 0x40
#define ASF_PONG_DATA 16
/* Source: IPMI section 13.6: authentication types of the session header. */
#define AUTH_NONE 0
#define AUTH_RMCP_PLUS 6
#define V15_SIZE 10

static const struct bmc_order sound;

void
bmc_init(struct bmc *bmc, struct bmc_setup *setup,
    const struct bmc_model *model, uint64_t hash, uint32_t id)
{
	memset(bmc, 0, sizeof(*bmc));
	bmc->setup = setup;
	bmc->model = model;
	bmc->hash = hash;
	bmc->id = id;
}

void
bmc_done(struct bmc *bmc)
{
	while (bmc->sessions != NULL) {
		bmc_session_end(bmc, bmc->sessions);
	}
}

const struct bmc_order *
bmc_orders(const struct bmc *bmc)
{
	return bmc->order != NULL ? bmc->order : &sound;
}

void
bmc_restart(struct bmc *bmc, int64_t t)
{
	bmc->booted = t > bmc->booted ? t : bmc->booted;
}

unsigned int
bmc_sessions(struct bmc *bmc, int64_t now)
{
	unsigned int n = 0;

	bmc_session_expire(bmc, now);
	for (const struct bmc_session *s = bmc->sessions; s != NULL;
	    s = s->next) {
		n++;
	}
	return n;
}

/* Answers "are you there": yes, and IPMI is spoken here. */
static size_t
pong(const uint8_t *in, size_t n, uint8_t *out)
{
	static const uint8_t iana[] = {0x00, 0x00, 0x11, 0xbe};

	if (n < ASF_SIZE || memcmp(in + 4, iana, sizeof(iana)) != 0 ||
	    in[8] != ASF_PING) {
		return 0;
	}
	memset(out, 0, ASF_SIZE + ASF_PONG_DATA);
	memcpy(out + 4, iana, sizeof(iana));
	out[8] = ASF_PONG;
	out[9] = in[9];
	out[11] = ASF_PONG_DATA;
	memcpy(out + 12, iana, sizeof(iana));
	/* Source: ASF 2.0 section 3.2.4.3: IPMI supported, ASF version 1.0. */
	out[20] = 0x81;
	return ASF_SIZE + ASF_PONG_DATA;
}

/* The older format: authentication, sequence and session are all zero. */
static size_t
answer_v15(struct bmc *bmc, int64_t now, const uint8_t *in, size_t n,
    uint8_t *out)
{
	struct bmc_call call = {.bmc = bmc, .now = now};
	size_t len;

	for (size_t i = 1; i < 9; i++) {
		if (n < V15_SIZE || in[i] != 0) {
			return 0;
		}
	}
	if (in[9] > n - V15_SIZE) {
		return 0;
	}
	len = bmc_command_message(&call, in + V15_SIZE, in[9], out + V15_SIZE);
	if (len == 0 || len > UINT8_MAX) {
		return 0;
	}
	memset(out, 0, V15_SIZE);
	out[9] = (uint8_t)len;
	return V15_SIZE + len;
}

int
bmc_answer(struct bmc *bmc, int64_t now, const uint8_t *in, size_t n,
    uint8_t *out, size_t size)
{
	size_t len = 0;

	if (size < BMC_SIZE_MAX || n < RMCP_SIZE + 1 || n > BMC_SIZE_MAX ||
	    in[0] != 6) {
		bmc->setup->dropped++;
		return 0;
	}
	bmc_session_expire(bmc, now);
	out[0] = 6;
	out[1] = 0;
	out[2] = RMCP_NO_ACK;
	out[3] = in[3];
	if (in[3] == CLASS_ASF) {
		len = pong(in, n, out);
		len = len > 0 ? len - RMCP_SIZE : 0;
		out[0] = 6;
		out[2] = RMCP_NO_ACK;
		out[3] = CLASS_ASF;
	} else if (in[3] == CLASS_IPMI && in[4] == AUTH_NONE) {
		len = answer_v15(bmc, now, in + RMCP_SIZE, n - RMCP_SIZE,
		    out + RMCP_SIZE);
	} else if (in[3] == CLASS_IPMI && in[4] == AUTH_RMCP_PLUS) {
		len = bmc_session_answer(bmc, now, in + RMCP_SIZE,
		    n - RMCP_SIZE, out + RMCP_SIZE);
	}
	if (len == 0) {
		bmc->setup->dropped++;
		return 0;
	}
	bmc->setup->answered++;
	return (int)(RMCP_SIZE + len);
}
