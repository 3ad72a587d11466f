/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of links: opening a session.
 *
 * Route: link asks for a session -> hello.c sends, hello_take.c answers -> link
 * goes on, or fails.  Thread: of the engine.
 * Source: IPMI v2.0 s.13.15-13.24, s.22.13.
 */
#ifndef PLUGIN_IPMI_HELLO_H
#define PLUGIN_IPMI_HELLO_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "lanmsg.h"
#include "rakp.h"
#include "rmcp.h"

struct link;

/* Source: IPMI v2.0 s.22.13 (Get Channel Authentication Capabilities). */
#define HELLO_CMD_CAPS 0x38
#define HELLO_SEQ_MASK (LANMSG_SEQ_N - 1)

/* What is needed while a session is opened; from the vault. */
struct hello {
	struct rakp rakp;
	uint8_t suites;        /* that were tried, bits 1 << enum seal_suite */
	uint8_t accounts;      /* that were tried, bits */
	bool is_password;      /* one of them failed by its password only */
	bool ponged;           /* probe */
	bool restarted;        /* from Open Session on, once */
};

/* Begins to open a session, or to probe. */
void hello_begin(struct link *link);
/* Writes the message of the stage.  Returns its length or COL_E*. */
int hello_compose(struct link *link, uint8_t *buffer);
/* A datagram of this address; true: it was for this link. */
bool hello_take(struct link *link, const struct rmcp_view *view);
/* Nobody answered, as often as it was asked. */
void hello_expired(struct link *link);
/* The answer to Set Session Privilege Level. */
void hello_privilege(struct link *link, uint8_t completion);
/* Forgets what was needed to open. */
void hello_done(struct link *link);
/* Goes on with the message of a stage. */
void hello_enter(struct link *link, enum stage stage);
/* Begins the four messages with the suite and account at hand. */
void hello_open(struct link *link);
/* The BMC, or a check of ours, refuses: is there another way? */
void hello_refuse(struct link *link, const struct fault *fault);
/* Nothing else is left to be tried. */
void hello_fail(struct link *link, const struct fault *fault);

#endif
