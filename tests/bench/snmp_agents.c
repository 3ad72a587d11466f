/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "snmp_agents.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../unit/usm_kit.h"
#include "agents.h"
#include "pdu.h"

struct server {
	const struct snmp_agents *agents;
	uint8_t heads[AGENTS_BATCH][512];
	struct kit_agent v3;
	struct kit_datagram v3_answers[AGENTS_BATCH];
};

/* The head of the answer to one request; 0: not one of ours. */
static size_t
answer_head(const struct server *server, const uint8_t *bytes, size_t len,
    uint8_t *head, size_t size, uint8_t **ret_at)
{
	struct ber_reader reader = ber_reader(bytes, len), message, community;
	struct ber_writer writer = ber_writer(head, size);
	size_t body_len = server->agents->len;
	struct pdu pdu;
	int64_t version;

	if (ber_take(&reader, BER_SEQUENCE, &message) != 0 ||
	    ber_take_integer(&message, &version) != 0 ||
	    ber_take(&message, BER_OCTETS, &community) != 0 ||
	    pdu_take(&message, &pdu) != 0) {
		return 0;
	}
	pdu_put_head(&writer, PDU_RESPONSE, pdu.id, body_len);
	ber_put_octets(&writer, BER_OCTETS, community.at, ber_left(&community));
	ber_put_integer(&writer, BER_INTEGER, version);
	ber_put_header(&writer, BER_SEQUENCE, ber_written(&writer) + body_len);
	*ret_at = writer.at;
	return ber_written(&writer);
}

/* The engine id of an address is the address. */
static bool
answer_v3(struct server *server, const struct agents_request *request,
    struct kit_datagram *ret_answer)
{
	struct timespec now;
	char engine_id[32];

	(void)snprintf(engine_id, sizeof(engine_id), "at %08x",
	    (unsigned)request->address);
	kit_agent_rename(&server->v3, engine_id);
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	kit_agent_take(&server->v3, request->bytes, request->len,
	    (int64_t)now.tv_sec * 1000000000, ret_answer);
	return ret_answer->len > 0;
}

static unsigned
answer(void *arg, const struct agents_request *request, struct iovec *pieces)
{
	struct server *server = arg;
	uint8_t *head = server->heads[request->slot], *at;
	struct kit_datagram *v3 = &server->v3_answers[request->slot];
	size_t len = answer_head(server, request->bytes, request->len, head,
	    sizeof(server->heads[0]), &at);

	if (len > 0) {
		pieces[0] = (struct iovec){at, len};
		pieces[1] = (struct iovec){
		    (void *)(uintptr_t)server->agents->body,
		    server->agents->len};
		return 2;
	}
	if (!answer_v3(server, request, v3)) {
		return 0;
	}
	pieces[0] = (struct iovec){v3->bytes, v3->len};
	return 1;
}

static void *
make(const void *setup)
{
	const struct snmp_agents *agents = setup;
	struct server *server = calloc(1, sizeof(*server));

	if (server == NULL) {
		abort();
	}
	server->agents = agents;
	kit_agent_start(&server->v3, agents->credential, "none yet");
	server->v3.body = (struct usm_bytes){agents->body, agents->len};
	return server;
}

int
snmp_agents_start(const struct snmp_agents *agents, uint16_t *ret_port)
{
	const struct agents loop = {.make = make, .setup = agents,
	    .answer = answer};

	return agents_start(&loop, ret_port);
}
