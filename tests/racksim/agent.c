/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "agent.h"

#include <string.h>

/*
 * Steps over version and community; leaves `in` at the PDU.
 * Returns 0 when the message deserves an answer; counts it otherwise.
 */
static int
parse(struct agent *agent, struct ber_in *in, int32_t *ret_version)
{
	struct ber_in message, community;
	size_t len = strlen(agent->community);

	if (ber_take_tag(in, BER_SEQUENCE, &message) != 0 ||
	    in->p != in->end || ber_take_int(&message, ret_version) != 0) {
		agent->stats.malformed++;
		return -1;
	}
	if (*ret_version != PDU_VERSION_1 && *ret_version != PDU_VERSION_2C) {
		agent->stats.unsupported++;
		return -1;
	}
	if (ber_take_tag(&message, BER_OCTETS, &community) != 0) {
		agent->stats.malformed++;
		return -1;
	}
	if ((size_t)(community.end - community.p) != len ||
	    memcmp(community.p, agent->community, len) != 0) {
		agent->stats.wrong_community++;
		return -1;
	}
	*in = message;
	return 0;
}

size_t
agent_answer(struct agent *agent, const struct agent_source *source,
    struct ber_in message, uint8_t *out)
{
	const char *community = agent->quirks.wrong_community ? "wrong" :
	    agent->community;
	struct ber_out answer = {.bytes = out, .size = agent->quirks.oversize ?
	    AGENT_SIZE_MAX : agent->size_max};
	int32_t version;
	size_t at;

	if (parse(agent, &message, &version) != 0) {
		return 0;
	}
	at = ber_open(&answer, BER_SEQUENCE);
	ber_put_int(&answer, BER_INTEGER, version);
	ber_put(&answer, BER_OCTETS, (const uint8_t *)community,
	    strlen(community));
	if (pdu_answer(agent, source, version, &message, &answer) != 0) {
		return 0;
	}
	ber_close(&answer, at);
	agent->stats.answered++;
	return answer.len;
}
