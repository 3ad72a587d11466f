/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams of BMCs: headers, messages of a session under every suite as if
 * their signature were right, and answers to an opening in every state of it.
 * The first byte says which of them, the second the suite.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "lanmsg.h"
#include "rakp.h"
#include "rmcp.h"
#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static volatile unsigned sink;

/* Reads every byte that is said to be there. */
static void
touch(const uint8_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sink += at[i];
	}
}

static void
read_message(const uint8_t *body, size_t n)
{
	struct lanmsg_answer answer;

	for (int check = 0; check < 2; check++) {
		if (lanmsg_parse(body, n, check, &answer) == 0) {
			touch(answer.data, answer.n);
			sink += answer.completion;
		}
	}
}

static void
read_datagram(struct seal *seal, uint8_t suite, uint8_t *bytes, size_t n)
{
	struct seal_keys keys = {.suite = suite, .k1 = {1}, .k2 = {2}};
	struct rmcp_view view;
	struct seal_bytes body;

	if (rmcp_parse(bytes, n, &view) != 0) {
		return;
	}
	touch(view.body, view.n_body);
	touch(view.trailer, view.n_trailer);
	if (view.kind == RMCP_V15) {
		read_message(view.body, view.n_body);
	}
	if (view.kind != RMCP_V20) {
		return;
	}
	if (seal_open(seal, &keys, bytes, &view, true, &body) == SEAL_GOOD &&
	    suite != SEAL_0) {
		abort(); /* nobody guesses a signature */
	}
	if (seal_open(seal, &keys, bytes, &view, false, &body) == SEAL_GOOD) {
		touch(body.at, body.n);
		read_message(body.at, body.n);
	}
}

/* What was closed opens, whatever was in it. */
static void
close_and_open(struct seal *seal, uint8_t suite, const uint8_t *bytes,
    size_t n)
{
	struct seal_keys keys = {.suite = suite, .k1 = {3}, .k2 = {4}};
	struct rmcp_head head = {.payload = RMCP_IPMI, .session = 9,
	    .sequence = 1};
	static uint8_t buffer[SEAL_BODY + 512 + SEAL_OVERHEAD];
	struct rmcp_view view;
	struct seal_bytes body;
	int len;

	n = n < 512 ? n : 512;
	memcpy(buffer + SEAL_BODY, bytes, n);
	len = seal_close(seal, &keys, &head, buffer, n);
	if (len < 0 || rmcp_parse(buffer, (size_t)len, &view) != 0 ||
	    seal_open(seal, &keys, buffer, &view, true, &body) != SEAL_GOOD ||
	    body.n != n || memcmp(body.at, bytes, n) != 0) {
		abort();
	}
}

static void
read_opening(struct seal *seal, uint8_t suite, const uint8_t *bytes, size_t n)
{
	static const struct rakp_identity identity = {.user = "mon",
	    .n_user = 3, .password = "monpass"};
	struct rakp rakp = {.identity = &identity, .suite = suite,
	    .privilege = 2, .console_id = 0x01000002, .bmc_id = 3};
	struct rakp_answer answer = {.body = bytes, .n = n,
	    .tag = n > 0 ? bytes[0] : 0};
	uint8_t message[RAKP_MESSAGE_MAX];
	struct seal_keys keys;

	rakp.is_long = n % 2 == 0;
	(void)rakp_opened(&rakp, &answer);
	if (rakp_2(&rakp, seal, &answer) == RAKP_TAKEN && suite != SEAL_0) {
		abort(); /* nor a password */
	}
	(void)rakp_4(&rakp, seal, &answer, true);
	(void)rakp_4(&rakp, seal, &answer, false);
	sink += rakp_status_name(answer.ret_status)[0];
	if (rakp_3(&rakp, seal, 1, message) > sizeof(message) ||
	    rakp_keys(&rakp, seal, &keys) != 0) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct seal *seal;
	uint8_t suite, *copy;

	if (seal == NULL) {
		seal = seal_new();
	}
	if (seal == NULL || size < 2 || size > 2048) {
		return 0;
	}
	suite = bytes[1] % SEAL_SUITE_N;
	copy = malloc(size > 2 ? size - 2 : 1); /* ASan sees its end */
	if (copy == NULL) {
		return 0;
	}
	memcpy(copy, bytes + 2, size - 2);
	switch (bytes[0] % 3) {
	case 0:
		read_datagram(seal, suite, copy, size - 2);
		break;
	case 1:
		read_opening(seal, suite, copy, size - 2);
		break;
	default:
		close_and_open(seal, suite, copy, size - 2);
		break;
	}
	free(copy);
	return 0;
}
