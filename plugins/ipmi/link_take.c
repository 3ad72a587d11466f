/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers in a session: what is checked until one counts.
 */
#include "link_work.h"

/* Source: IPMI v2.0 s.6.12.13: numbers that are taken, behind and ahead. */
#define WINDOW_BEHIND 32
#define WINDOW_AHEAD 16
#define BUSY_WAIT_NS INT64_C(1000000000) /* engine.md section 8, rule 3 */
#define BUSY_MAX 2

/* Takes a sequence number once, not too old, and in order to be forged. */
static bool
take_sequence(struct session *session, uint32_t sequence)
{
	uint32_t ahead = sequence - session->received;
	uint32_t behind = session->received - sequence;

	if (session->keys->suite == SEAL_0 && sequence == 0) {
		return true; /* unauthenticated messages may have none */
	}
	if (sequence == 0 || (session->received != 0 && ahead == 0)) {
		return false;
	}
	if (session->received == 0 || ahead < UINT32_MAX / 2) {
		/* A signed jump is the BMC's own; without a signature not. */
		if (session->received != 0 && ahead > WINDOW_AHEAD &&
		    session->keys->suite == SEAL_0) {
			return false;
		}
		session->seen = session->received == 0 || ahead > 32 ? 0 :
		    (uint32_t)(((uint64_t)session->seen << 1 | 1) <<
		    (ahead - 1));
		session->received = sequence;
		return true;
	}
	if (behind > WINDOW_BEHIND ||
	    (session->seen >> (behind - 1) & 1) != 0) {
		return false;
	}
	session->seen |= 1u << (behind - 1);
	return true;
}

/* Signature, sequence number, encryption, checksums. */
static bool
unwrap(struct link *link, uint8_t *bytes, const struct rmcp_view *view,
    struct lanmsg_answer *ret_answer)
{
	static const uint8_t odd[SEAL_FAULT_N] = {
	    [SEAL_UNSIGNED] = FAULT_UNSIGNED, [SEAL_SHAPE] = FAULT_SHAPE,
	    [SEAL_FORGED] = FAULT_FORGED,
	};
	struct counters *counters = &link->engine->counters;
	uint32_t quirks = link_quirks(link);
	struct seal_bytes body;
	enum seal_fault fault = seal_open(link->engine->seal,
	    link->session.keys, bytes, view,
	    (quirks & QUIRK_IGNOREAUTHCODE) == 0, &body);
	int rc;

	if (fault != SEAL_GOOD) {
		counters->forged++;
		link->odd = odd[fault];
		return false;
	}
	if (!take_sequence(&link->session, view->sequence)) {
		counters->replayed++;
		return false;
	}
	rc = lanmsg_parse(body.at, body.n,
	    (quirks & QUIRK_NOCHECKSUMCHECK) == 0, ret_answer);
	if (rc != 0) {
		counters->malformed++;
		link->odd = rc == COL_ERANGE ? FAULT_CHECKSUM : FAULT_SHAPE;
	}
	return rc == 0;
}

/* True when an answer is to the command in flight. */
static bool
is_expected(const struct link *link, const struct lanmsg_answer *answer)
{
	const struct ask *ask = &link->ask;

	if (ask->fn == NULL || (ask->seqs >> answer->seq & 1) == 0) {
		return false;
	}
	return link->stage == STAGE_PRIVILEGE ?
	    answer->netfn == LANMSG_APP && answer->command == LINK_CMD_PRIVILEGE :
	    answer->netfn == ask->netfn && answer->command == ask->command;
}

/* The BMC has no time now: true when it is asked again later. */
static bool
wait_while_busy(struct link *link, uint8_t completion)
{
	struct engine *engine = link->engine;
	int64_t due_ns = engine->now_ns + BUSY_WAIT_NS;

	if ((completion != LANMSG_BUSY && completion != LANMSG_LATE) ||
	    link->ask.n_busy >= BUSY_MAX || due_ns >= link->ask.deadline_ns) {
		return false;
	}
	link->ask.n_busy++;
	engine->counters.busy++;
	engine_land(link);
	agenda_set(&engine->agenda, &link->timer, due_ns);
	return true;
}

void
link_take(struct link *link, uint8_t *bytes, const struct rmcp_view *view)
{
	struct lanmsg_answer answer;

	if (!unwrap(link, bytes, view, &answer)) {
		return;
	}
	if (!is_expected(link, &answer)) {
		link->engine->counters.late++;
		link_note_late(link);
		link->session.stale_seqs &= ~(UINT64_C(1) << answer.seq);
		return;
	}
	link->ask.seqs &= ~(UINT64_C(1) << answer.seq);
	engine_answered(link, answer.seq == link->session.seq);
	if (link->stage == STAGE_PRIVILEGE) {
		hello_privilege(link, answer.completion);
	} else if (!wait_while_busy(link, answer.completion)) {
		link_end(link, answer.completion, answer.data, answer.n);
	}
}
