/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A notice: what one message says, before it takes the form of a receiver.
 *
 * Kept as JSON in the deliveries table, and rendered anew for each attempt: real
 * and test messages, first tries and replays go the same way.
 *
 * Route: notify makes it, format renders it.  Thread: any, a plain value.
 */
#ifndef MODEL_NOTICE_H
#define MODEL_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/alert.h"

enum notice_type {
	NOTICE_FIRING = 0,      /* at least one alert of it fires */
	NOTICE_RESOLVED,        /* all are resolved */
	NOTICE_ACKNOWLEDGED,
	NOTICE_DIGEST,          /* several groups' messages in one, for a limited receiver */
	NOTICE_HEARTBEAT, NOTICE_CANARY, NOTICE_TEST,
	NOTICE_TYPE_N
};
/* "alert.firing", "alert.resolved", "alert.acknowledged", "alert.digest",
 * "collector.heartbeat", "collector.canary", "test.ping" */
const char *notice_type_text(enum notice_type type);

struct notice {
	char id[40];            /* "msg_…": the idempotency key, the same for all tries */
	enum notice_type type;
	bool test, repeat;
	struct wall at;
	char group[128];        /* key of the group: "rule=… site=… hall=…" */
	char province[64];
	char zone[64];          /* of the province, for people: "Asia/Shanghai"; "": UTC */
	char page_url[256];     /* "" when not configured */
	size_t n_alerts;
	struct alert *alerts;   /* firing ones first, then resolved; worst first */
	uint32_t n_more;        /* left out */
};
void notice_done(struct notice *notice);
/* JSON and back; lossless. */
void notice_write(const struct notice *notice, struct buf *out);
/* Errors: COL_EINVAL (not of our making), COL_ENOMEM.  Free with notice_done. */
int notice_read(const char *text, size_t size, struct notice *ret_notice);

#endif
