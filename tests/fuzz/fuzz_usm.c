/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams for a request under SNMPv3.  The first byte says how far the agent
 * is known (low two bits: unknown, learned, proven, proven) and, by bit 2,
 * whether the datagrams come from the agent itself: then each holds flags,
 * differences of boots and time, and a PDU body that is encrypted and signed.
 * Datagrams follow, each after two bytes of length.
 *
 * Who has no key changes nothing: once the request is over, a proven engine is
 * what it was, and none of it was an answer.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "../unit/usm_kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define FIRST_ID 0x800000
#define NOW_NS INT64_C(5000000000000)

static struct kit_manager manager;
static struct kit_agent agent;
static struct credential credential;

static void
start(void)
{
	static bool started;

	if (!started) {
		started = true;
		kit_credential(&credential, CREDENTIAL_SHA256,
		    CREDENTIAL_AES128, "fuzz");
		kit_manager_start(&manager);
		kit_agent_start(&agent, &credential, "an engine");
	}
	manager.id = FIRST_ID;
	manager.fake.now_ns = NOW_NS;
	agent.boots = 7;
	agent.time_s = 100000;
	agent.mute = false;
}

/* Brings a fresh agent to where the input begins. */
static struct usm_agent *
begin(unsigned stage)
{
	struct usm_agent *state = kit_open(&manager, &credential);
	struct engine_reply reply;

	if (stage >= 2) {
		if (kit_request(&manager, state, &agent, &reply) !=
		    NATIVE_ANSWER) {
			abort();
		}
	} else if (stage == 1) {
		struct kit_datagram answer;
		kit_build(&manager, state, 0);
		kit_agent_take(&agent, manager.packet.head,
		    manager.packet.head_len, manager.fake.now_ns, &answer);
		if (kit_parse(&manager, state, &answer) != NATIVE_AGAIN) {
			abort();
		}
	}
	/* The request in question has the same id at each stage. */
	manager.id = FIRST_ID + 16;
	kit_build(&manager, state, 0);
	return state;
}

static void
sign(const uint8_t *bytes, size_t len, struct kit_datagram *datagram)
{
	struct kit_message message = {.id = manager.ask.id,
	    .pdu_id = manager.ask.id, .now_ns = manager.fake.now_ns};

	if (len < 4) {
		datagram->len = 0;
		return;
	}
	message.flags = bytes[0] & 3;
	message.tag = bytes[0] & 4 ? PDU_REPORT : PDU_RESPONSE;
	message.report = (enum usm_report)((bytes[0] >> 4) %
	    USM_REPORT_N);
	agent.boots = 7 + (uint32_t)(int8_t)bytes[1];
	message.now_ns += (int64_t)(int8_t)bytes[2] * INT64_C(10000000000);
	if (bytes[3] & 1) {
		message.id ^= bytes[3];
	}
	message.body = (struct usm_bytes){bytes + 4, len - 4};
	kit_agent_say(&agent, &message, datagram);
}

static void
finish(struct usm_agent *state, enum native_verdict verdict)
{
	struct engine_reply reply = {.outcome = ENGINE_TIMEOUT};

	if (verdict == NATIVE_DROP) {
		codec_usm.expired(state, &reply);
		if (reply.detail == NULL) {
			abort();
		}
	}
	/* What the next request begins with. */
	kit_build(&manager, state, 0);
	if (state->aside != NULL) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	enum native_verdict verdict = NATIVE_DROP;
	static struct kit_datagram datagram;
	struct usm_engine before;
	struct usm_agent *state;
	bool is_signed;
	unsigned n = 0, stage;

	if (size < 3) {
		return 0;
	}
	stage = bytes[0] & 3;
	is_signed = bytes[0] & 4;
	start();
	state = begin(stage);
	before = state->engine;
	for (bytes++, size--; size >= 2 && verdict != NATIVE_ANSWER &&
	    n < NATIVE_AGAIN_MAX;) {
		size_t len = (size_t)(bytes[0] << 8 | bytes[1]);
		bytes += 2;
		size -= 2;
		len = len > size ? size : len;
		len = len > KIT_SIZE - 512 ? KIT_SIZE - 512 : len;
		if (is_signed) {
			sign(bytes, len, &datagram);
		} else {
			memcpy(datagram.bytes, bytes, len);
			datagram.len = len;
		}
		bytes += len;
		size -= len;
		verdict = kit_parse(&manager, state, &datagram);
		if (!is_signed && verdict == NATIVE_ANSWER) {
			abort();
		}
		if (verdict == NATIVE_REFUSED || verdict == NATIVE_BROKEN) {
			break;
		}
		if (verdict == NATIVE_AGAIN) {
			kit_build(&manager, state, ++n);
		}
	}
	finish(state, verdict);
	if (!is_signed && stage >= 2 &&
	    memcmp(&before, &state->engine, sizeof(before)) != 0) {
		abort();
	}
	kit_close(state);
	return 0;
}
