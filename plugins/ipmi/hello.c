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

/* Source: IPMI v2.0 s.22.13, tables 22-16 and 13-8. */
#define CMD_CAPS 0x38
#define CAPS_THIS_CHANNEL 0x8e  /* 0Eh: this one; 80h: with 2.0's data */
#define CAPS_HAS_EXTENDED 0x80
#define CAPS_HAS_V20 0x02
#define CAPS_MIN 4
#define SEQ_MASK (LANMSG_SEQ_N - 1)

void
hello_done(struct link *link)
{
	vault_give(link->engine->vault, link->hello, sizeof(struct hello));
	link->hello = NULL;
}

/* Goes on with the message of a stage. */
static void
enter(struct link *link, enum stage stage)
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

/* Begins the four messages with the suite and account at hand. */
static void
open_session(struct link *link)
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
	enter(link, STAGE_OPEN);
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
		open_session(link);
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
	    .command = CMD_CAPS, .seq = link->tag & SEQ_MASK, .data = data,
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

/* Nothing else is left to be tried. */
static void
fail(struct link *link, const struct fault *fault)
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

/* The BMC, or a check of ours, refuses: is there another way? */
static void
refuse(struct link *link, const struct fault *fault)
{
	struct hello *hello = link->hello;
	bool is_role = fault->code == FAULT_STATUS &&
	    (fault->status == RAKP_BAD_ROLE ||
	    fault->status == RAKP_ROLE_REFUSED);

	if (is_about_suite(fault)) {
		link->engine->counters.wrong_suite++;
		link->suite_known = false;
		if (next_suite(link)) {
			open_session(link);
			return;
		}
	} else if (is_role && fault->stage == STAGE_OPEN &&
	    !hello->rakp.highest &&
	    (link_quirks(link) & QUIRK_OPENSESSPRIV) == 0) {
		/* Some allow just the user's limit there, or "the highest". */
		hello->rakp.highest = 1;
		open_session(link);
		return;
	} else if (is_about_account(fault)) {
		hello->is_password |= fault->code == FAULT_PASSWORD;
		if (next_account(link) || next_suite_for_password(link)) {
			open_session(link);
			return;
		}
	}
	fail(link, fault);
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
		enter(link, STAGE_CAPS);
		return;
	}
	if (link->stage == STAGE_CAPS && !link->ask.is_probe &&
	    (link_quirks(link) & QUIRK_AUTHCAP) != 0) {
		open_session(link);
		return;
	}
	if (link->stage == STAGE_OPEN && !link->suite_known &&
	    next_suite(link)) {
		/* Old ones do not even refuse what they do not know. */
		open_session(link);
		return;
	}
	if (link->stage == STAGE_RAKP_3 && !hello->restarted) {
		/* Its answer was lost, and the BMC takes no second one. */
		hello->restarted = true;
		open_session(link);
		return;
	}
	link->n_failed += link->n_failed < UINT8_MAX;
	fail(link, &fault);
}

/* ---- in -------------------------------------------------------------------------- */

static void
take_caps(struct link *link, const struct lanmsg_answer *answer)
{
	struct fault fault = {.stage = STAGE_CAPS,
	    .status = answer->completion};

	engine_answered(link, true);
	if ((link_quirks(link) & QUIRK_AUTHCAP) == 0) {
		if (answer->completion != LANMSG_OK) {
			fault.code = FAULT_COMPLETION;
		} else if (answer->n < CAPS_MIN) {
			fault.code = FAULT_SHAPE;
		} else if ((answer->data[1] & CAPS_HAS_EXTENDED) == 0 ||
		    (answer->data[3] & CAPS_HAS_V20) == 0) {
			fault.code = FAULT_NO_RMCPP;
		}
	}
	if (fault.code != FAULT_NONE) {
		fail(link, &fault);
		return;
	}
	link->knows_caps = true;
	if (link->ask.is_probe) {
		link_end(link, link->hello->ponged, NULL, 0);
	} else {
		open_session(link);
	}
}

static bool
take_v15(struct link *link, const struct rmcp_view *view)
{
	bool check = (link_quirks(link) & QUIRK_NOCHECKSUMCHECK) == 0;
	struct lanmsg_answer answer;
	int rc = lanmsg_parse(view->body, view->n_body, check, &answer);

	if (rc != 0) {
		link->engine->counters.forged += rc == COL_ERANGE;
		link->odd = rc == COL_ERANGE ? FAULT_CHECKSUM : FAULT_SHAPE;
		return true;
	}
	if (link->stage != STAGE_CAPS || answer.netfn != LANMSG_APP ||
	    answer.command != CMD_CAPS ||
	    answer.seq != (link->tag & SEQ_MASK)) {
		return false;
	}
	take_caps(link, &answer);
	return true;
}

/* The session is open: keeps what it needs and nothing else. */
static void
settle(struct link *link)
{
	struct engine *engine = link->engine;
	const struct rakp *rakp = &link->hello->rakp;
	struct seal_keys *keys = vault_take(engine->vault, sizeof(*keys));

	if (keys == NULL || rakp_keys(rakp, engine->seal, keys) != 0) {
		vault_give(engine->vault, keys, sizeof(*keys));
		fail(link, &(struct fault){.code = FAULT_CRYPTO,
		    .stage = STAGE_RAKP_3});
		return;
	}
	link->session = (struct session){.keys = keys,
	    .bmc_id = rakp->bmc_id, .console_id = rakp->console_id,
	    .seq = link->tag & SEQ_MASK};
	link->ask.reopened = true;
	link->ask.seqs = 0;
	link->suite_known = true;
	engine->n_sessions++;
	engine->counters.opened++;
	hello_done(link);
	engine_land(link);
	if (link_privilege(link) > ACCOUNT_USER) {
		enter(link, STAGE_PRIVILEGE);
	} else {
		link_go(link);
	}
}

/* Tells the BMC that RAKP 2 was wrong, so that it frees what it set aside. */
static void
give_up_rakp(struct link *link)
{
	struct rmcp_head head = {.payload = RMCP_RAKP_3};
	uint8_t bytes[RMCP_V20_HEADER + RAKP_MESSAGE_MAX];
	size_t n = rakp_3_refusal(&link->hello->rakp, link->tag,
	    bytes + RMCP_V20_HEADER);

	rmcp_head_v20(bytes, &head, n);
	farewell_say(link, bytes, RMCP_V20_HEADER + n, 0);
}

/* What a verdict on an answer means for the link. */
static bool
judge(struct link *link, enum rakp_verdict verdict, uint8_t status)
{
	struct fault fault = {.stage = link->stage, .status = status};

	switch (verdict) {
	case RAKP_STRAY:
		return false;
	case RAKP_SHAPE:
		link->odd = FAULT_SHAPE; /* the next try may bring a better one */
		link->engine->counters.malformed++;
		return true;
	case RAKP_STATUS:
		fault.code = FAULT_STATUS;
		break;
	case RAKP_OTHER_SUITE:
		fault.code = FAULT_OTHER_SUITE;
		break;
	case RAKP_WRONG:
		fault.code = link->stage == STAGE_RAKP_1 ? FAULT_PASSWORD :
		    FAULT_CHECK_VALUE;
		break;
	case RAKP_FAULT:
	case RAKP_TAKEN:
	case RAKP_VERDICT_N:
		fault.code = FAULT_CRYPTO;
		break;
	}
	engine_answered(link, true);
	if (fault.code == FAULT_PASSWORD) {
		give_up_rakp(link);
	}
	refuse(link, &fault);
	return true;
}

static bool
take_v20(struct link *link, const struct rmcp_view *view)
{
	struct rakp *rakp = &link->hello->rakp;
	struct seal *seal = link->engine->seal;
	struct rakp_answer answer = {.body = view->body, .n = view->n_body,
	    .tag = link->tag};
	bool check = (link_quirks(link) & QUIRK_INTEGRITYCHECKVALUE) == 0;
	enum rakp_verdict verdict;
	enum stage next = STAGE_READY;

	if (link->stage == STAGE_OPEN && view->payload == RMCP_OPEN_RESPONSE) {
		verdict = rakp_opened(rakp, &answer);
		next = STAGE_RAKP_1;
	} else if (link->stage == STAGE_RAKP_1 && view->payload == RMCP_RAKP_2) {
		verdict = rakp_2(rakp, seal, &answer);
		next = STAGE_RAKP_3;
	} else if (link->stage == STAGE_RAKP_3 && view->payload == RMCP_RAKP_4) {
		verdict = rakp_4(rakp, seal, &answer, check);
	} else {
		return false;
	}
	if (verdict != RAKP_TAKEN) {
		return judge(link, verdict, answer.ret_status);
	}
	engine_answered(link, true);
	if (next == STAGE_READY) {
		settle(link);
	} else {
		enter(link, next);
	}
	return true;
}

bool
hello_take(struct link *link, const struct rmcp_view *view)
{
	if (link->hello == NULL || link->n_tries == 0) {
		return false;
	}
	if (view->kind == RMCP_V15) {
		return take_v15(link, view);
	}
	if (view->kind == RMCP_V20) {
		return take_v20(link, view);
	}
	if (link->stage != STAGE_PING || view->tag != link->tag) {
		return false;
	}
	engine_answered(link, true);
	link->hello->ponged = view->has_ipmi;
	enter(link, STAGE_CAPS);
	return true;
}
