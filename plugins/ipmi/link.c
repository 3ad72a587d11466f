/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands in a session: life, numbers out, tries, and when a session counts as
 * lost.
 */
#include "link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "link_work.h"

/* Source: IPMI v2.0 s.22.19. */
#define CMD_CLOSE 0x3c

#define SECOND_NS INT64_C(1000000000)
#define LOST_AFTER 2         /* unanswered tries on a session that was open */
#define DOWN_AFTER 3         /* failed commands: no retries any more */
#define HOLD_NS (60 * SECOND_NS)
#define HOLD_JITTER_S 30
/* A request this old is not answered any more. */
#define STALE_NS (60 * SECOND_NS)
#define STALE_MAX 32

static const struct account nobody = {.privilege = ACCOUNT_USER,
    .timeout_ns = SECOND_NS, .retries = 2};
static const struct account *const nobodies[1] = {&nobody};

/* ---- life --------------------------------------------------------------------- */

int
link_new(const struct link_setup *setup, struct link **ret_link)
{
	struct link *link = calloc(1, sizeof(*link));
	int rc;

	if (link == NULL) {
		return COL_ENOMEM;
	}
	link->engine = setup->engine;
	link->accounts = setup->n_accounts > 0 ? setup->accounts : nobodies;
	link->n_accounts = (uint8_t)(setup->n_accounts < LINK_ACCOUNTS_MAX ?
	    setup->n_accounts : LINK_ACCOUNTS_MAX);
	link->only_suite = (int8_t)setup->suite;
	link->privilege = setup->privilege;
	link->own_quirks = setup->quirks;
	link->queue = QUEUE_N;
	rc = engine_enter(link->engine, link);
	if (rc != 0) {
		free(link);
		return rc;
	}
	*ret_link = link;
	return 0;
}

void
link_free(struct link *link)
{
	if (link == NULL) {
		return;
	}
	link_cancel(link);
	link_drop(link, true);
	engine_leave(link->engine, link);
	free(link);
}

void
link_address(struct link *link, const union udp_address *to)
{
	if (link->to.sa.sa_family != AF_UNSPEC &&
	    udp_address_equal(&link->to, to)) {
		return;
	}
	link_drop(link, true);
	engine_unfile(link->engine, link);
	link->to = *to;
	link->knows_caps = false;
	link->suite_known = false;
	link->hold_ns = 0;
	link->rto = (struct rto){.smoothed_us = 0};
	engine_file(link->engine, link);
}

void
link_inherit(struct link *to, const struct link *from, unsigned account)
{
	to->rto = from->rto;
	to->knows_caps = from->knows_caps;
	to->suite_known = from->suite_known;
	to->suite = from->suite;
	if (account < to->n_accounts) {
		to->account = (uint8_t)account;
	}
}

uint32_t
link_quirks(const struct link *link)
{
	return link->own_quirks | link->profile_quirks;
}

void
link_quirks_set(struct link *link, uint32_t of_profile)
{
	link->profile_quirks = of_profile;
}

unsigned
link_account(const struct link *link)
{
	return link->account;
}

bool
link_is_open(const struct link *link)
{
	return link->session.keys != NULL;
}

bool
link_is_busy(const struct link *link)
{
	return link->ask.fn != NULL;
}

const char *
link_fault(const struct link *link)
{
	struct engine *engine = link->engine;
	const struct account *account = link_who(link);
	int64_t hold_ns = link->hold_ns - engine->now_ns;
	char user[RAKP_USER_MAX + 1] = "";
	struct fault_about about = {.account = account->id, .user = user,
	    .privilege = link_privilege(link),
	    .hold_s = hold_ns > 0 ? (hold_ns + SECOND_NS - 1) / SECOND_NS : 0};

	memcpy(user, account->identity.user, account->identity.n_user);
	fault_text(&link->fault, &about, engine->text, sizeof(engine->text));
	return engine->text;
}

/* ---- asking -------------------------------------------------------------------- */

static void
begin(struct link *link)
{
	link->engine->counters.commands++;
	if (link->session.keys != NULL && !link->ask.is_probe) {
		link->stage = STAGE_READY;
		engine_queue(link, link->n_failed > 0 ? QUEUE_SUSPECT :
		    link->ask.start_by_ns > 0 ? QUEUE_PATIENT : QUEUE_FRESH);
		return;
	}
	hello_begin(link);
}

int
link_ask(struct link *link, const struct link_request *request)
{
	struct ask *ask = &link->ask;

	if (ask->fn != NULL) {
		return COL_EBUSY;
	}
	if (request->n > LINK_DATA_MAX || (request->netfn & 1) != 0 ||
	    request->netfn > 0x3e || request->lun > 3 || request->fn == NULL) {
		return COL_EINVAL;
	}
	*ask = (struct ask){.fn = request->fn, .arg = request->arg,
	    .deadline_ns = request->deadline_ns,
	    .start_by_ns = request->start_by_ns, .netfn = request->netfn,
	    .lun = request->lun, .command = request->command,
	    .n_data = (uint8_t)request->n};
	if (request->n > 0) {
		memcpy(ask->data, request->data, request->n);
	}
	begin(link);
	return 0;
}

int
link_probe(struct link *link, int64_t deadline_ns, link_answer_fn *fn,
    void *arg)
{
	if (link->ask.fn != NULL) {
		return COL_EBUSY;
	}
	link->ask = (struct ask){.fn = fn, .arg = arg,
	    .deadline_ns = deadline_ns, .is_probe = true};
	begin(link);
	return 0;
}

/* Takes the command off the link; numbers under which it went stay taken. */
static struct ask
take_off(struct link *link)
{
	struct ask ask = link->ask;

	engine_land(link);
	hello_done(link);
	if (link->stage == STAGE_PRIVILEGE) {
		link_drop(link, true); /* not what was asked for */
	}
	if (ask.seqs != 0) {
		link->session.stale_seqs |= ask.seqs;
		link->session.stale_ns = link->engine->now_ns;
	}
	link->stage = link->session.keys != NULL ? STAGE_READY : STAGE_IDLE;
	link->ask.fn = NULL;
	link->ask.seqs = 0;
	link->is_failing = false;
	return ask;
}

void
link_cancel(struct link *link)
{
	if (link->ask.fn != NULL) {
		(void)take_off(link);
	}
}

void
link_fail(struct link *link, const struct fault *fault)
{
	struct counters *counters = &link->engine->counters;
	int result = fault_result(fault);
	struct ask ask;

	counters->timeouts += result == COL_ETIMEOUT;
	counters->refused += result != COL_ETIMEOUT && result != COL_EFULL;
	link->fault = *fault;
	if (fault->code == FAULT_SILENT && link->is_late) {
		link->fault.code = FAULT_LATE;
	}
	ask = take_off(link);
	ask.fn(ask.arg, result, 0, NULL, 0);
}

void
link_end(struct link *link, uint8_t completion, const uint8_t *data, size_t n)
{
	struct ask ask;

	link->engine->counters.answers++;
	link->fault = (struct fault){.code = FAULT_NONE};
	link->n_failed = 0;
	link->is_late = false;
	ask = take_off(link);
	ask.fn(ask.arg, 0, completion, data, n);
}

void
link_hold(struct link *link)
{
	const struct col_host *host = link->engine->setup.host;
	int64_t jitter_s = (int64_t)(host->random(host) % HOLD_JITTER_S);

	link->hold_ns = link->engine->now_ns + HOLD_NS + jitter_s * SECOND_NS;
}

void
link_rest(struct link *link)
{
	if (link->ask.fn == NULL) {
		link_drop(link, true);
	}
}

/* ---- out ------------------------------------------------------------------------ */

/* The next number that no unanswered request has. */
static uint8_t
next_seq(struct link *link)
{
	struct session *session = &link->session;
	uint64_t taken;

	if (link->engine->now_ns - session->stale_ns > STALE_NS ||
	    __builtin_popcountll(session->stale_seqs) > STALE_MAX) {
		session->stale_seqs = 0;
	}
	taken = session->stale_seqs | link->ask.seqs;
	do {
		session->seq = (session->seq + 1) % LANMSG_SEQ_N;
	} while ((taken >> session->seq & 1) != 0);
	return session->seq;
}

/* Signs and encrypts one request.  Returns the length or COL_E*. */
static int
wrap(struct link *link, const struct lanmsg_request *request, uint8_t *buffer)
{
	struct session *session = &link->session;
	struct rmcp_head head = {.payload = RMCP_IPMI,
	    .session = session->bmc_id};
	size_t n = lanmsg_build(buffer + SEAL_BODY, request);

	session->sent = session->sent == UINT32_MAX ? 1 : session->sent + 1;
	head.sequence = session->sent;
	return seal_close(link->engine->seal, session->keys, &head, buffer, n);
}

int
link_compose(struct link *link, uint8_t *buffer)
{
	struct ask *ask = &link->ask;
	uint8_t privilege = link_privilege(link);
	struct lanmsg_request request = {.netfn = ask->netfn, .lun = ask->lun,
	    .command = ask->command, .data = ask->data, .n = ask->n_data};

	if (link->stage == STAGE_PRIVILEGE) {
		request = (struct lanmsg_request){.netfn = LANMSG_APP,
		    .command = LINK_CMD_PRIVILEGE, .data = &privilege, .n = 1};
	}
	request.seq = next_seq(link);
	ask->seqs |= UINT64_C(1) << request.seq;
	return wrap(link, &request, buffer);
}

static void
say_close(struct link *link)
{
	uint8_t buffer[SEAL_BODY + 16 + SEAL_OVERHEAD], id[4];
	struct lanmsg_request request = {.netfn = LANMSG_APP,
	    .command = CMD_CLOSE, .seq = next_seq(link), .data = id,
	    .n = sizeof(id)};
	int len;

	rmcp_put32(id, link->session.bmc_id);
	len = wrap(link, &request, buffer);
	if (len > 0) {
		farewell_say(link, buffer, (size_t)len,
		    link->session.console_id);
		link->engine->counters.closed++;
	}
}

void
link_drop(struct link *link, bool goodbye)
{
	struct session *session = &link->session;

	if (session->keys == NULL) {
		return;
	}
	if (goodbye) {
		say_close(link);
	}
	vault_give(link->engine->vault, session->keys, sizeof(*session->keys));
	session->keys = NULL;
	session->stale_seqs = 0;
	link->ask.seqs = 0;
	link->stage = STAGE_IDLE;
	link->engine->n_sessions--;
}

void
link_go(struct link *link)
{
	link->stage = STAGE_READY;
	engine_queue(link, QUEUE_TALKING);
}

/* ---- timers ---------------------------------------------------------------------- */

static unsigned
tries_of(const struct link *link)
{
	if (link->ask.is_probe) {
		/* Most addresses of a range have nobody to answer. */
		return link->stage == STAGE_PING || link->hello->ponged ? 2 : 1;
	}
	if (link->n_failed >= DOWN_AFTER) {
		return 1;
	}
	return link->stage == STAGE_READY && !link->ask.reopened ? LOST_AFTER :
	    link_who(link)->retries + 1U;
}

/* The session is gone, or the BMC: only a new one tells which. */
static void
lose(struct link *link)
{
	struct fault fault = {.code = FAULT_SILENT, .stage = link->stage};

	if (link->odd != FAULT_NONE) {
		fault.code = link->odd;
	}
	link->engine->counters.lost++;
	engine_land(link);
	link_drop(link, true);
	if (!link->ask.reopened && link->n_failed < DOWN_AFTER) {
		link->ask.reopened = true;
		hello_begin(link);
		return;
	}
	link->n_failed += link->n_failed < UINT8_MAX;
	link_fail(link, &fault);
}

/* No time is left. */
static void
end_late(struct link *link)
{
	struct fault fault = {.code = FAULT_SILENT, .stage = link->stage};
	bool was_asked = link->n_tries > 0 && !link->held;

	if (link->odd != FAULT_NONE) {
		fault.code = link->odd;
	} else if (!was_asked && link->n_failed == 0) {
		fault.code = FAULT_CROWDED;
	}
	if (was_asked) {
		link->n_failed += link->n_failed < UINT8_MAX;
	}
	if (link->n_tries >= LOST_AFTER) {
		link_drop(link, true);
	}
	link_fail(link, &fault);
}

void
link_expired(struct link *link)
{
	struct fault fault = {.stage = link->stage,
	    .error = link->send_errno};

	if (link->is_failing) {
		fault = link->fault;
		link_fail(link, &fault);
	} else if (link->queue == QUEUE_PATIENT) {
		fault.code = FAULT_CROWDED;
		link_fail(link, &fault);
	} else if (link->engine->now_ns >= link->ask.deadline_ns) {
		end_late(link);
	} else if (link->send_errno == EMSGSIZE) {
		fault.code = FAULT_CRYPTO;
		link_fail(link, &fault);
	} else if (link->held || !link->flying) {
		/* There was no room, or the BMC had no time. */
		engine_queue(link, QUEUE_TALKING);
	} else if (link->n_tries < tries_of(link)) {
		engine_queue(link, QUEUE_RETRY);
	} else if (link->send_errno != 0) {
		fault.code = FAULT_UNSENT;
		link->n_failed += link->n_failed < UINT8_MAX;
		link_fail(link, &fault);
	} else if (link->stage < STAGE_PRIVILEGE) {
		hello_expired(link);
	} else {
		lose(link);
	}
}
