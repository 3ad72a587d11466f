/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening a session: which message comes next, and what a refusal leads to:
 * another cipher suite, another account, the highest privilege, or the end.
 *
 * Only the answer to the last try of a message counts: each RAKP 1 makes the
 * BMC draw another random number.
 */
#include <string.h>

#include "link_work.h"

/* Source: IPMI v2.0 s.22.13, table 22-16. */
#define CAPS_THIS_CHANNEL 0x8e  /* 0Eh: this one; 80h: with 2.0's data */

void
hello_done(struct link *link)
{
	vault_give(link->engine->vault, link->hello, sizeof(struct hello));
	link->hello = NULL;
}

void
hello_enter(struct link *link, enum stage stage)
{
	engine_land(link);
	link->stage = (uint8_t)stage;
	engine_queue(link, QUEUE_TALKING);
}

/* Ends the command at its next timer: never from inside the asker's call. */
static void
fail_soon(struct link *link, uint8_t code)
{
	if (code != FAULT_NONE) {
		link->fault = (struct fault){.code = code};
	}
	link->is_failing = true;
	agenda_set(&link->engine->agenda, &link->timer, link->engine->now_ns);
}

void
hello_open(struct link *link)
{
	struct hello *hello = link->hello;
	struct rakp *rakp = &hello->rakp;
	uint32_t quirks = link_quirks(link);
	uint8_t highest = rakp->highest;

	memset(rakp, 0, sizeof(*rakp));
	rakp->highest = highest;
	rakp->identity = &link_who(link)->identity;
	rakp->suite = link->suite;
	rakp->privilege = link_privilege(link);
	rakp->pads_user = (quirks & QUIRK_INTEL20) != 0;
	rakp->is_long = (quirks & (QUIRK_SUPERMICRO20 | QUIRK_SUN20)) != 0;
	rakp->console_id = engine_new_id(link->engine, link);
	hello->suites |= (uint8_t)(1u << link->suite);
	hello->accounts |= (uint8_t)(1u << link->account);
	if (seal_random(link->engine->seal, rakp->console_random,
	    RAKP_RANDOM) != 0) {
		fail_soon(link, FAULT_CRYPTO);
		return;
	}
	hello_enter(link, STAGE_OPEN);
}

void
hello_begin(struct link *link)
{
	struct engine *engine = link->engine;
	bool is_probe = link->ask.is_probe;

	if (link->to.sa.sa_family == AF_UNSPEC) {
		fail_soon(link, FAULT_NO_ADDRESS);
		return;
	}
	if (!is_probe && link->n_accounts == 0) {
		fail_soon(link, FAULT_NO_ACCOUNT);
		return;
	}
	if (!is_probe && link->hold_ns > engine->now_ns) {
		fail_soon(link, FAULT_NONE);
		return;
	}
	link->hello = vault_take(engine->vault, sizeof(struct hello));
	if (link->hello == NULL) {
		fail_soon(link, FAULT_CRYPTO);
		return;
	}
	memset(link->hello, 0, sizeof(*link->hello));
	if (link->only_suite >= 0) {
		link->suite = (uint8_t)link->only_suite;
	} else if (!link->suite_known) {
		link->suite = SEAL_17;
	}
	engine_land(link);
	if (is_probe || !link->knows_caps) {
		link->stage = is_probe ? STAGE_PING : STAGE_CAPS;
	} else {
		hello_open(link);
	}
	if (link->is_failing) {
		return;
	}
	engine_queue(link, link->n_failed > 0 ? QUEUE_SUSPECT :
	    QUEUE_OPENING);
}

/* ---- out ------------------------------------------------------------------------ */

static int
compose_caps(struct link *link, uint8_t *buffer)
{
	uint8_t data[2] = {CAPS_THIS_CHANNEL, link_privilege(link)};
	struct lanmsg_request request = {.netfn = LANMSG_APP,
	    .command = HELLO_CMD_CAPS, .seq = link->tag & HELLO_SEQ_MASK, .data = data,
	    .n = sizeof(data)};
	size_t n = lanmsg_build(buffer + RMCP_V15_HEADER, &request);

	rmcp_head_v15(buffer, n);
	return (int)(RMCP_V15_HEADER + n);
}

int
hello_compose(struct link *link, uint8_t *buffer)
{
	struct rakp *rakp = &link->hello->rakp;
	struct rmcp_head head = {.payload = RMCP_OPEN_REQUEST};
	uint8_t *body = buffer + RMCP_V20_HEADER;
	size_t n;

	link->tag++;
	if (link->stage == STAGE_PING) {
		return (int)rmcp_ping(buffer, link->tag);
	}
	if (link->stage == STAGE_CAPS) {
		return compose_caps(link, buffer);
	}
	if (link->stage == STAGE_OPEN) {
		n = rakp_open_session(rakp, link->tag, body);
	} else if (link->stage == STAGE_RAKP_1) {
		head.payload = RMCP_RAKP_1;
		n = rakp_1(rakp, link->tag, body);
	} else {
		head.payload = RMCP_RAKP_3;
		n = rakp_3(rakp, link->engine->seal, link->tag, body);
	}
	rmcp_head_v20(buffer, &head, n);
	return n > 0 ? (int)(RMCP_V20_HEADER + n) : COL_ENOTSUP;
}

/* ---- refusals --------------------------------------------------------------------- */

void
hello_fail(struct link *link, const struct fault *fault)
{
	int result;
	struct fault end = *fault;

	end.suites = link->hello->suites;
	result = fault_result(&end);
	link->engine->counters.no_room += result == COL_EBUSY;
	link->engine->counters.wrong_user += result == COL_EAUTH;
	if (result == COL_EBUSY || result == COL_EAUTH) {
		link_hold(link);
	}
	/* What was learned may not be true any more. */
	link->suite_known = false;
	link->knows_caps = false;
	link_fail(link, &end);
}

static bool
is_about_suite(const struct fault *fault)
{
	if (fault->code == FAULT_OTHER_SUITE) {
		return true;
	}
	if (fault->code != FAULT_STATUS) {
		return false;
	}
	switch (fault->status) {
	case RAKP_BAD_AUTHENTICATION:
	case RAKP_BAD_INTEGRITY:
	case RAKP_NO_AUTHENTICATION:
	case RAKP_NO_INTEGRITY:
	case RAKP_BAD_CONFIDENTIALITY:
	case RAKP_NO_SUITE:
		return true;
	default:
		return false;
	}
}

static bool
is_about_account(const struct fault *fault)
{
	if (fault->code == FAULT_PASSWORD || fault->code == FAULT_CHECK_VALUE) {
		return true;
	}
	if (fault->code == FAULT_COMPLETION) {
		return fault->stage == STAGE_PRIVILEGE;
	}
	return fault->code == FAULT_STATUS &&
	    (fault->status == RAKP_NAME_REFUSED ||
	    fault->status == RAKP_BAD_NAME_LENGTH ||
	    fault->status == RAKP_BAD_CHECK_VALUE ||
	    fault->status == RAKP_BAD_ROLE ||
	    fault->status == RAKP_ROLE_REFUSED);
}

/* Suite 17 first, then 3; never 0 unless it is the only one. */
static bool
next_suite(struct link *link)
{
	if (link->only_suite >= 0) {
		return false;
	}
	for (int suite = SEAL_17; suite <= SEAL_3; suite++) {
		if ((link->hello->suites & 1u << suite) == 0) {
			link->suite = (uint8_t)suite;
			return true;
		}
	}
	return false;
}

static bool
next_account(struct link *link)
{
	for (uint8_t i = 0; i < link->n_accounts; i++) {
		if ((link->hello->accounts & 1u << i) == 0) {
			link->account = i;
			link->hello->rakp.highest = 0;
			return true;
		}
	}
	return false;
}

/* The first account again, with another suite: some BMCs hash amiss in one. */
static bool
next_suite_for_password(struct link *link)
{
	if (!link->hello->is_password || link->suite_known ||
	    !next_suite(link)) {
		return false;
	}
	link->hello->accounts = 0;
	link->hello->is_password = false;
	return next_account(link);
}

void
hello_refuse(struct link *link, const struct fault *fault)
{
	struct hello *hello = link->hello;
	bool is_role = fault->code == FAULT_STATUS &&
	    (fault->status == RAKP_BAD_ROLE ||
	    fault->status == RAKP_ROLE_REFUSED);

	if (is_about_suite(fault)) {
		link->engine->counters.wrong_suite++;
		link->suite_known = false;
		if (next_suite(link)) {
			hello_open(link);
			return;
		}
	} else if (is_role && fault->stage == STAGE_OPEN &&
	    !hello->rakp.highest &&
	    (link_quirks(link) & QUIRK_OPENSESSPRIV) == 0) {
		/* Some allow just the user's limit there, or "the highest". */
		hello->rakp.highest = 1;
		hello_open(link);
		return;
	} else if (is_about_account(fault)) {
		hello->is_password |= fault->code == FAULT_PASSWORD;
		if (next_account(link) || next_suite_for_password(link)) {
			hello_open(link);
			return;
		}
	}
	hello_fail(link, fault);
}

void
hello_privilege(struct link *link, uint8_t completion)
{
	struct fault fault = {.code = FAULT_COMPLETION,
	    .stage = STAGE_PRIVILEGE, .status = completion};

	if (completion == LANMSG_OK) {
		engine_land(link);
		link_go(link);
		return;
	}
	link_drop(link, true);
	link->engine->counters.wrong_user++;
	link_hold(link);
	link_fail(link, &fault);
}

void
hello_expired(struct link *link)
{
	struct fault fault = {.code = FAULT_SILENT, .stage = link->stage};
	struct hello *hello = link->hello;

	if (link->odd != FAULT_NONE) {
		fault.code = link->odd;
	}
	if (link->stage == STAGE_PING) {
		hello_enter(link, STAGE_CAPS);
		return;
	}
	if (link->stage == STAGE_CAPS && !link->ask.is_probe &&
	    (link_quirks(link) & QUIRK_AUTHCAP) != 0) {
		hello_open(link);
		return;
	}
	if (link->stage == STAGE_OPEN && !link->suite_known &&
	    next_suite(link)) {
		/* Old ones do not even refuse what they do not know. */
		hello_open(link);
		return;
	}
	if (link->stage == STAGE_RAKP_3 && !hello->restarted) {
		/* Its answer was lost, and the BMC takes no second one. */
		hello->restarted = true;
		hello_open(link);
		return;
	}
	link->n_failed += link->n_failed < UINT8_MAX;
	hello_fail(link, &fault);
}
