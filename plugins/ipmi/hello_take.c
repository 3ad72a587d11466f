/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opening a session: what the BMC answers, up to the keys.
 */
#include "link_work.h"

/* Source: IPMI v2.0 tables 22-16 and 13-8. */
#define CAPS_HAS_EXTENDED 0x80
#define CAPS_HAS_V20 0x02
#define CAPS_MIN 4

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
		hello_fail(link, &fault);
		return;
	}
	link->knows_caps = true;
	if (link->ask.is_probe) {
		link_end(link, link->hello->ponged, NULL, 0);
	} else {
		hello_open(link);
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
	    answer.command != HELLO_CMD_CAPS ||
	    answer.seq != (link->tag & HELLO_SEQ_MASK)) {
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
		hello_fail(link, &(struct fault){.code = FAULT_CRYPTO,
		    .stage = STAGE_RAKP_3});
		return;
	}
	link->session = (struct session){.keys = keys,
	    .bmc_id = rakp->bmc_id, .console_id = rakp->console_id,
	    .seq = link->tag & HELLO_SEQ_MASK};
	link->ask.reopened = true;
	link->ask.seqs = 0;
	link->suite_known = true;
	engine->n_sessions++;
	engine->counters.opened++;
	hello_done(link);
	engine_land(link);
	if (link_privilege(link) > ACCOUNT_USER) {
		hello_enter(link, STAGE_PRIVILEGE);
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
	hello_refuse(link, &fault);
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
		hello_enter(link, next);
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
	hello_enter(link, STAGE_CAPS);
	return true;
}
