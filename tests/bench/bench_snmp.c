/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one SNMP request costs: 60 objects over v2c by GET, over SNMPv3 with
 * SHA-256 and AES-128 by GET and GETBULK; polled by each of our engines and by
 * net-snmp's classic sessions, for 100, 10,000 and 180,000 devices, against raw
 * UDP datagrams of the same size in the same run; flat out, and paced at 3,000
 * a second on the 10 ms tick.
 *
 *   bench_snmp [REQUESTS [POLLER [DEVICES [v2c|v3]]]]
 *
 * CPU time of this process, user and system, the median of five rounds; the
 * agents are another process.  Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT", and
 * "note<TAB>NAME<TAB>TEXT" for what cannot be measured.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../plugin/snmp_host.h"
#include "../unit/usm_kit.h"
#include "agents.h"
#include "engine.h"
#include "meter.h"
#include "pdu.h"
#include "snmp_agents.h"
#include "snmp_floor.h"
#include "snmp_load.h"
#include "snmp_sessions.h"

#define NAMES 60

static struct fakehost fake;
static uint16_t port;
static struct objid names_memory[NAMES];
static struct objref names[NAMES];
static uint8_t answer_memory[4096];
static struct credential user;      /* of SNMPv3 */

/* ---- what is asked and answered --------------------------------------------------- */

/* Objects as a PDU has them: 13 bytes each. */
static struct snmp_agents
make_agents(void)
{
	struct ber_writer writer = ber_writer(answer_memory,
	    sizeof(answer_memory));

	for (uint32_t i = 0; i < NAMES; i++) {
		names_memory[i] = (struct objid){14, {1, 3, 6, 1, 4, 1, 318, 1,
		    1, 26, 6, 3, 1, i + 1}};
		names[i] = objid_ref(&names_memory[i]);
	}
	for (int i = NAMES; i > 0; i--) {
		size_t mark = ber_written(&writer);
		ber_put_unsigned(&writer, BER_UNSIGNED32, 2000u + (unsigned)i);
		ber_put_objid(&writer, names[i - 1]);
		ber_put_header_since(&writer, BER_SEQUENCE, mark);
	}
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	return (struct snmp_agents){writer.at, ber_written(&writer), &user};
}

static size_t
make_request(uint8_t *buffer, size_t size, uint8_t **ret_at)
{
	struct engine_request request = {.names = names, .n_names = NAMES};
	struct ber_writer writer = ber_writer(buffer, size);

	if (pdu_put_body(&writer, &request, NULL) != 0) {
		abort();
	}
	pdu_put_head(&writer, PDU_GET, 0x1000000, ber_written(&writer));
	ber_put_octets(&writer, BER_OCTETS, (const uint8_t *)"public", 6);
	ber_put_integer(&writer, BER_INTEGER, 1);
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	*ret_at = writer.at;
	return ber_written(&writer);
}

/* ---- who is put to which load --------------------------------------------------- */

static const struct credential community = {.id = "c",
    .version = CREDENTIAL_V2C, .community = "public", .community_len = 6,
    .timeout_ns = 1000000000, .retries = 2};

enum kind { V2C_GET = 0, V3_GET, V3_BULK, KIND_N };

static const struct snmp_kind kinds[KIND_N] = {
    [V2C_GET] = {"v2c_get60", &community, {.list = 1, .verb = ENGINE_GET,
        .names = names, .n_names = NAMES}, NAMES},
    [V3_GET] = {"v3_get60", &user, {.list = 1, .verb = ENGINE_GET,
        .names = names, .n_names = NAMES}, NAMES},
    [V3_BULK] = {"v3_bulk4x15", &user, {.list = 1, .verb = ENGINE_GETBULK,
        .names = names, .n_names = 4, .n_repeat = NAMES / 4,
        .expected = names, .n_expected = NAMES}, NAMES},
};

/*
 * The slow ones need not run as long, nor show GETBULK for many.  With SNMPv3 a
 * classic session walks the users and times of all agents for each message: 1
 * ms with 10,000 of them, so that it is measured with V3_FEWER instead.
 */
#define V3_FEWER 2000

static const struct row {
	const struct engine_ops *ops;
	unsigned share;            /* of the requests: 1/share */
	uint32_t v3_max, bulk_max; /* devices */
} rows[] = {
    {&engine_native, 1, UINT32_MAX, UINT32_MAX},
    {&engine_netsnmp, 10, UINT32_MAX, UINT32_MAX},
    {&snmp_sessions, 20, V3_FEWER, 100},
};

static void
measure_row(const struct row *row, uint32_t n_devices, unsigned n_requests,
    const char *only)
{
	struct snmp_case of = {.ops = row->ops, .kinds = &kinds[V2C_GET],
	    .n_kinds = 1, .host = &fake.host, .n_devices = n_devices,
	    .port = port, .n_requests = n_requests / row->share};
	char name[64];

	if (strcmp(only, "v3") != 0) {
		snmp_load_measure(&of);
	}
	if (strcmp(only, "v2c") == 0) {
		return;
	}
	of.kinds = &kinds[V3_GET];
	of.n_kinds = n_devices <= row->bulk_max ? 2 : 1;
	of.n_requests /= 3; /* it is the agents that take long */
	if (n_devices <= row->v3_max) {
		snmp_load_measure(&of);
		return;
	}
	if (n_devices / 10 < row->v3_max) {
		of.n_devices = row->v3_max;
		snmp_load_measure(&of);
	}
	(void)snprintf(name, sizeof(name), "%s_%s", of.kinds->name,
	    row->ops->name);
	meter_note(name, n_devices, "not measured: users and times of all agents"
	    " are walked for each message, so that the cost grows with their"
	    " number");
}

int
main(int argc, char **argv)
{
	static const uint32_t sizes[] = {100, 10000, 180000};
	long n_requests = argc > 1 ? strtol(argv[1], NULL, 10) : 200000;
	long n_only = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
	struct snmp_agents agents = make_agents();
	struct snmp_floor floor;
	uint8_t request[2048], *at;
	int pid;

	if (n_requests < 1000 || n_requests > 100000000 || argc > 5) {
		(void)fprintf(stderr, "usage: bench_snmp [REQUESTS [POLLER"
		    " [DEVICES [v2c|v3]]]]\n");
		return EXIT_FAILURE;
	}
	fakehost_init(&fake);
	fake.real_clock = true;
	fake.log = getenv("VERBOSE") != NULL ? stderr : NULL;
	kit_credential(&user, CREDENTIAL_SHA256, CREDENTIAL_AES128, "bench");
	pid = snmp_agents_start(&agents, &port);
	floor.len = make_request(request, sizeof(request), &at);
	floor.request = at;
	floor.port = port;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		floor.n_devices = n_only > 0 ? (uint32_t)n_only : sizes[i];
		snmp_floor_measure(&floor, (unsigned)n_requests);
		for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
			if (argc < 3 || strcmp(rows[k].ops->name, argv[2]) == 0) {
				measure_row(&rows[k], floor.n_devices,
				    (unsigned)n_requests, argc > 4 ? argv[4] :
				    "");
			}
		}
		if (n_only > 0) {
			break;
		}
	}
	agents_stop(pid);
	fakehost_done(&fake);
	return EXIT_SUCCESS;
}
