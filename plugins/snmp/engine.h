/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the poll logic asks of an SNMP engine: send one request, bring one
 * answer, never wait.
 *
 * Route: fetch -> engine -> agent, and back through the reply function.
 * Engines: engine_native.c (codec and sockets of our own), engine_netsnmp.c
 * (libsnmp's codec on shared sockets), engine_file.c (a capture instead of a
 * network).  A new one is one more row in the table of snmp.c.
 * Thread: one engine object per POLL thread, used only there.
 *
 * Retransmission, timeouts, authentication and discovery of SNMPv3 engines are
 * the engine's business; sizes, walks and missing objects are fetch's.
 * At most one request is in flight per session.
 */
#ifndef SNMP_ENGINE_H
#define SNMP_ENGINE_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "credential.h"
#include "varbind.h"

enum engine_verb { ENGINE_GET = 0, ENGINE_GETNEXT, ENGINE_GETBULK, ENGINE_VERB_N };

enum engine_outcome {
	ENGINE_ANSWER = 0,   /* a response PDU; error_status may be set */
	ENGINE_TIMEOUT,      /* nothing usable came */
	ENGINE_AUTH,         /* the agent refused user, key or level */
	ENGINE_BROKEN,       /* an answer that breaks the protocol */
	ENGINE_UNREACHABLE,  /* the system could not send */
	ENGINE_FAULT,        /* our own fault: no memory, library error */
	ENGINE_OUTCOME_N
};

/* error-status of RFC 3416 s.3 that fetch tells apart. */
enum engine_error_status {
	ENGINE_NO_ERROR = 0, ENGINE_TOO_BIG = 1, ENGINE_NO_SUCH_NAME = 2,
	ENGINE_GEN_ERR = 5, ENGINE_AUTHORIZATION_ERROR = 16
};

struct engine_reply {
	enum engine_outcome outcome;
	const char *detail;       /* for people, NULL with an answer */
	unsigned error_status;    /* RFC 3416 error-status */
	unsigned error_index;     /* 1-based; 0: none */
	const struct varbind *varbinds; /* borrowed for the call */
	size_t n_varbinds;
};

typedef void engine_reply_fn(void *arg, const struct engine_reply *reply);

/*
 * One request.  It, its names and what they point to are borrowed until the
 * reply function is called or cancel() returns.
 * Requests of equal list (not 0) have equal names for the life of the engine,
 * so that one encoding serves them all.
 */
struct engine_request {
	enum engine_verb verb;
	uint64_t list;
	const struct objref *names;
	size_t n_names;           /* 1..128 */
	unsigned n_once;          /* GETBULK: non-repeaters */
	unsigned n_repeat;        /* GETBULK: max-repetitions */
	/* GETBULK: what the answer's names will be, if all is as it was; a
	 * hint that saves decoding, part of what list names.  Or NULL, 0. */
	const struct objref *expected;
	size_t n_expected;        /* 0..128 */
	int64_t deadline_ns;      /* monotonic: no reply later than this */
	engine_reply_fn *fn;
	void *arg;
};

/* How an engine is set up. */
struct engine_setup {
	const struct col_host *host;
	int64_t receive_buffer;   /* bytes asked of the kernel, 0: default */
	uint32_t window;          /* requests in flight at most, 0: default */
	uint16_t source_port;     /* the first to try, 0: any */
};

/* Where a session goes. */
struct engine_target {
	const char *device;       /* for log lines, copied */
	const char *address;      /* as written, for engine_file */
	struct sockaddr_storage to;
	socklen_t to_len;         /* 0 for engine_file */
	const struct credential *credential; /* borrowed by the session */
	bool any_source;          /* answers may come from elsewhere */
};

struct engine_ops {
	const char *name;
	int (*start)(const struct engine_setup *setup, void **ret_engine,
	    struct col_error *error);
	void (*stop)(void *engine); /* all sessions are closed before */
	int (*open)(void *engine, const struct engine_target *target,
	    void **ret_session, struct col_error *error);
	void (*close)(void *session); /* cancels; accepts NULL */
	/*
	 * Sends.  The reply function is called from tick() only, never from
	 * here.  Errors: COL_EINVAL, COL_EBUSY (one in flight), COL_ENOMEM.
	 */
	int (*send)(void *session, const struct engine_request *request);
	/* After it has returned the reply function is not called. */
	void (*cancel)(void *session);
	/* Receives, retransmits, expires. */
	void (*tick)(void *engine);
};

extern const struct engine_ops engine_native;
extern const struct engine_ops engine_netsnmp;
extern const struct engine_ops engine_file;

#endif
