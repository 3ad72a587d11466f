/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes that reach the alerting from outside: what receivers answer, Retry-After,
 * networks, kept notices, templates of operators.  The first byte says which; what
 * is rendered must be JSON, within limits, whatever the texts hold.
 */
#include <config.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/address.h"
#include "alert/format.h"
#include "alert/post.h"
#include "alert/signature.h"
#include "base/arena.h"
#include "base/str.h"
#include "config/config.h"
#include "model/notice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_S 1700000000

static const struct col_node url = { .kind = COL_NODE_SCALAR,
	.text = "https://hooks.example/in" };

static void
try_reply(const uint8_t *data, size_t size)
{
	static struct answer answer;
	struct receiver receiver = { .name = "noc" };
	char error[200];
	int64_t wait_s;
	enum verdict verdict;

	if (size < 3) {
		return;
	}
	receiver.type = (enum receiver_type)(data[0] % RECEIVER_TYPE_N);
	answer.end = (enum transport_end)(data[1] % 3);
	answer.status = data[2] < 200 ? 200 : 5 * (data[2] - 200) + 200;
	answer.retry_after_s = -1;
	answer.reply_size = size - 3 < sizeof(answer.reply) ? size - 3 : sizeof(answer.reply);
	memcpy(answer.reply, data + 3, answer.reply_size);
	verdict = format_judge(&receiver, &answer, error, &wait_s);
	assert(verdict < VERDICT_N && wait_s >= 0 && strlen(error) < sizeof(error));
	assert(str_is_utf8(error, strlen(error)));
	assert(verdict != VERDICT_ACCEPTED || (answer.end == TRANSPORT_ANSWERED &&
	    answer.status >= 200 && answer.status < 300));
}

/* The lines are text already when they reach us. */
static void
try_text(const char *text)
{
	int64_t wait_s = post_retry_after(text, (struct wall){ NOW_S * NS_PER_S });
	uint8_t key[SIGNATURE_KEY_MAX];
	struct network network;
	int n = signature_key(text, key);

	assert(wait_s >= -1 && wait_s <= 86400);
	assert(n < 0 || (n >= SIGNATURE_KEY_MIN && n <= SIGNATURE_KEY_MAX));
	assert(address_network(text, &network) != 0 || network.bits <= 128);
}

static void
render(const struct receiver *receiver, const struct notice *notice)
{
	struct outgoing outgoing;
	struct col_error error;
	char masked[2048];
	json_t *body;

	if (format_render(receiver, notice, (struct wall){ NOW_S * NS_PER_S }, &outgoing,
	    &error) != 0) {
		return;
	}
	assert(outgoing.body_size <= TRANSPORT_BODY_MAX);
	assert(str_is_utf8(outgoing.body, outgoing.body_size));
	body = json_loadb(outgoing.body, outgoing.body_size, JSON_DECODE_ANY, NULL);
	assert(body != NULL);
	json_decref(body);
	format_masked(&outgoing, masked, sizeof(masked));
	assert(strlen(masked) < sizeof(masked) && str_is_utf8(masked, strlen(masked)));
	outgoing_done(&outgoing);
}

static void
try_notice(const char *text, size_t size)
{
	struct receiver receiver = { .name = "noc", .url = &url, .repeat_ns = NS_PER_S };
	struct notice notice;
	struct buf again;

	if (notice_read(text, size, &notice) != 0) {
		return;
	}
	buf_init(&again, 0);
	notice_write(&notice, &again);
	assert(!again.failed);
	buf_done(&again);
	for (int type = 0; type < RECEIVER_TEMPLATE; type++) {
		receiver.type = (enum receiver_type)type;
		receiver.lang = type % 3;
		render(&receiver, &notice);
	}
	notice_done(&notice);
}

static void
try_template(const char *text, size_t size)
{
	struct arena *arena = arena_new();
	struct config_errors errors;
	struct receiver receiver = { .name = "noc", .url = &url, .type = RECEIVER_TEMPLATE };
	struct alert alerts[2] = {
		{ .id = 1, .rule = "r", .entity = "rack:a", .summary_en = "\"}{{", .value = 1e300 },
		{ .id = 2, .rule = "s", .entity = "rack:b", .state = ALERT_RESOLVED },
	};
	struct notice notice = { .id = "msg_1", .n_alerts = 2, .alerts = alerts };

	config_errors_init(&errors);
	receiver.body = config_parse_yaml(text, size, "body.yaml", arena, &errors);
	if (receiver.body != NULL) {
		render(&receiver, &notice);
		notice.n_alerts = 0;
		render(&receiver, &notice);
	}
	config_errors_done(&errors);
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size < 1 || size > 65536) {
		return 0;
	}
	if (data[0] % 4 == 0) {
		try_reply(data + 1, size - 1);
		return 0;
	}
	text = malloc(size);
	if (text == NULL) {
		return 0;
	}
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	if (data[0] % 4 == 1) {
		try_text(text);
	} else if (data[0] % 4 == 2) {
		try_notice(text, size - 1);
	} else {
		try_template(text, size - 1);
	}
	free(text);
	return 0;
}
