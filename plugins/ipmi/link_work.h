/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of engine and link: what their files share.
 *
 * Route: link (asks, ends) -> engine_send (queues, tries) -> socket ->
 * engine_receive (finds the link) -> hello (opening) or link (commands).
 * Thread: one engine per POLL thread, used only there.
 *
 * A link that wants to send stands in a queue, then is in flight with its timer
 * set, until an answer or the timer moves it on.  Functions of askers are
 * called from receiving and from expiry only; while datagrams are gathered
 * nothing of a link can change.
 */
#ifndef PLUGIN_IPMI_LINK_WORK_H
#define PLUGIN_IPMI_LINK_WORK_H

#include "../common/agenda.h"
#include "../common/rto.h"
#include "../common/told.h"
#include "../common/udp.h"
#include "../common/vault.h"
#include "counters.h"
#include "engine.h"
#include "farewell.h"
#include "fault.h"
#include "hello.h"
#include "lanmsg.h"
#include "link_life.h"
#include "seal.h"

enum family { FAMILY_IPV4 = 0, FAMILY_IPV6, FAMILY_N };

/* Why a link stands in a queue; they are served in this order. */
enum queue {
	QUEUE_TALKING = 0, /* goes on at once */
	QUEUE_RETRY,       /* was not answered */
	QUEUE_FRESH,       /* a new command */
	QUEUE_OPENING,     /* has to open a session: at a rate */
	QUEUE_SUSPECT,     /* did not answer last time */
	QUEUE_PATIENT,     /* what is learned: at a pace, when time is left */
	QUEUE_N
};

/* The command in flight, or waiting for a session. */
struct ask {
	link_answer_fn *fn;    /* NULL: none */
	void *arg;
	int64_t deadline_ns;
	int64_t start_by_ns;   /* of a patient one, else 0 */
	uint8_t netfn, lun, command, n_data;
	uint8_t data[LINK_DATA_MAX];
	bool is_probe;         /* ends when capabilities are known */
	bool reopened;         /* a session was opened for it already */
	uint8_t n_busy;        /* answers that said: later */
	uint64_t seqs;         /* numbers under which it was sent, bits */
};

/* An open session. */
struct session {
	struct seal_keys *keys; /* from the vault; NULL: not open */
	uint32_t bmc_id;
	uint32_t console_id;   /* generation << 24 | number of the link */
	uint32_t sent;         /* last sequence number out */
	uint32_t received;     /* highest one in, 0: none yet */
	uint32_t seen;         /* bits: received - 1 - i came too */
	uint64_t stale_seqs;   /* requests never answered, bits */
	int64_t stale_ns;      /* when the last of them was given up */
	uint8_t seq;           /* of the last request */
};

struct link {
	struct engine *engine;
	const struct account *const *accounts;
	struct hello *hello;   /* NULL: no session is being opened */
	struct session session;
	struct ask ask;
	/* flight */
	struct agenda_item timer;
	struct link *prev, *next; /* of its queue */
	struct link *twin;     /* next of the same cell of addresses */
	int64_t sent_ns, earlier_ns; /* of the last two tries */
	int64_t timeout_ns;    /* of the last try */
	int64_t hold_ns;       /* until then no session is tried */
	union udp_address to;
	struct rto rto;
	struct fault fault;    /* of the last failure */
	uint32_t number;
	uint32_t own_quirks, profile_quirks;
	int16_t send_errno;    /* of the last try, 0: it went out */
	uint8_t stage;         /* enum stage */
	uint8_t queue;         /* QUEUE_N: in none */
	uint8_t tag;           /* of the last message of an opening */
	uint8_t n_tries;       /* of the message at hand */
	uint8_t n_failed;      /* commands in a row that nobody answered */
	uint8_t n_accounts;
	uint8_t account;       /* in use */
	uint8_t suite;         /* in use */
	int8_t only_suite;     /* enum seal_suite; -1: any */
	uint8_t privilege;     /* 0: the account's */
	uint8_t odd;           /* FAULT_* of an answer that was not taken */
	bool suite_known;
	bool knows_caps;
	bool flying, suspect;  /* how it is counted */
	bool held;             /* the last try found no room to leave */
	bool is_failing;       /* ends at its timer with fault */
	bool is_late;          /* answers came after their command */
};

/* A Close Session that outlives its link. */
struct farewell {
	struct farewell *prev, *next;
	union udp_address to;
	int64_t due_ns;        /* when it is said again */
	uint32_t console_id;   /* 0: no answer is waited for */
	unsigned n_left;       /* times that it will be said */
	size_t n;
	uint8_t bytes[FAREWELL_BYTES];
};

struct engine {
	struct engine_setup setup;
	uint32_t window;       /* in flight at most */
	struct udp_socket sockets[FAMILY_N];
	struct udp_inbox *inbox;
	struct udp_outbox *outbox;
	struct seal *seal;
	struct vault *vault;
	struct link **links;   /* by number; NULL: free */
	uint8_t *generations;  /* by number */
	uint32_t *free_numbers;
	uint32_t n_numbers, n_free, max_numbers;
	struct link **cells;   /* by address; n_cells a power of two */
	uint32_t n_cells;
	struct agenda agenda;
	struct link *queues[QUEUE_N];
	struct farewell *farewells; /* to be sent */
	struct farewell *parted;   /* sent, not answered yet */
	uint32_t n_flying, n_suspects, n_waiting, n_sessions;
	int64_t tokens_ns;     /* what openings have saved up */
	int64_t patient_ns;    /* what patient commands have saved up */
	int64_t filled_ns;
	struct counters counters;
	struct told told;
	int64_t now_ns;        /* of this tick */
	char text[512];        /* of link_fault() */
};

/* ---- engine.c ----------------------------------------------------------------- */

/* Gives the link a number.  Errors: COL_ENOMEM, COL_EFULL. */
int engine_enter(struct engine *engine, struct link *link);
/* Takes link out of everything. */
void engine_leave(struct engine *engine, struct link *link);
/* A new console session id; answers to older ones fall out. */
uint32_t engine_new_id(struct engine *engine, struct link *link);
/* The link that a console session id belongs to now, or NULL. */
struct link *engine_find_id(struct engine *engine, uint32_t id);
/* Files the link under link->to, after it has left its cell. */
void engine_file(struct engine *engine, struct link *link);
void engine_unfile(struct engine *engine, struct link *link);
/* The first link of this address, or the next one after it. */
struct link *engine_find_address(struct engine *engine, struct link *after,
    const union udp_address *from);

/* ---- engine_send.c --------------------------------------------------------------- */

/* Wants to send what its stage asks for. */
void engine_queue(struct link *link, enum queue queue);
/* Is in no queue, not in flight, without a timer. */
void engine_land(struct link *link);
/* The message at hand was answered: counts the trip, starts the next one. */
void engine_answered(struct link *link, bool is_last_try);
void engine_pump(struct engine *engine);
/*
 * A buffer of the outbox for a datagram to this family; what does not fit is
 * sent first.  *fd and *current are the caller's, -1 and 0 at first.
 */
uint8_t *engine_buffer(struct engine *engine, int family, int *fd, int *current,
    udp_unsent_fn *on_unsent);

/* ---- engine_receive.c ------------------------------------------------------------- */

void engine_receive(struct engine *engine);
void engine_expire(struct engine *engine);

/* ---- link.c, link_take.c ----------------------------------------------------------- */

/* Source: IPMI v2.0 s.22.18 (Set Session Privilege Level). */
#define LINK_CMD_PRIVILEGE 0x3b

/* Goes on with the command: the session is open. */
void link_go(struct link *link);
/* Writes a command into a session.  Returns its length or COL_E*. */
int link_compose(struct link *link, uint8_t *buffer);
/* A message of its session. */
void link_take(struct link *link, uint8_t *bytes,
    const struct rmcp_view *view);
/* The timer of the message at hand has come. */
void link_expired(struct link *link);
/* Ends the command with link->fault. */
void link_fail(struct link *link, const struct fault *fault);
/* Ends the command with an answer. */
void link_end(struct link *link, uint8_t completion, const uint8_t *data,
    size_t n);
/* Leaves the BMC alone for a minute or more. */
void link_hold(struct link *link);
/* Forgets the session; a Close is sent when goodbye is true. */
void link_drop(struct link *link, bool goodbye);
static inline const struct account *
link_who(const struct link *link)
{
	return link->accounts[link->account];
}

/* Something came that nobody waits for: after a failure that says why. */
static inline void
link_note_late(struct link *link)
{
	link->is_late |= link->n_failed > 0;
}

static inline uint8_t
link_privilege(const struct link *link)
{
	return link->privilege != 0 ? link->privilege :
	    link_who(link)->privilege;
}

#endif
