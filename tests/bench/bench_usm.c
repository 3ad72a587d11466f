/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What SNMPv3 costs besides sockets: microseconds of CPU to build a request,
 * to verify and decrypt its answer, to decode the varbinds and to learn an
 * engine; bytes of state per agent.
 *
 * Use: bench_usm [ENGINES]   (default 180,000, each with keys of its own)
 */
#include <config.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../unit/usm_kit.h"

#define BATCH 256
#define NAMES 60
#define COLUMNS 4
#define ROWS 16

struct load {
	const char *name;
	enum pdu_tag tag;
	uint8_t ask[4096], answer[4096];
	struct usm_bytes ask_body, answer_body;
};

struct bench {
	struct kit_manager manager;
	struct kit_agent agent;
	struct credential credential;
	struct usm_agent **states;
	unsigned n;
	struct kit_datagram requests[BATCH], answers[BATCH];
	uint32_t ids[BATCH];
	struct pdu_values *values;
	double build_us, parse_us, decode_us, learn_us;
	size_t request_bytes, answer_bytes;
};

static double
cpu_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Outlet power of a PDU: names of 14 sub-identifiers. */
static void
name_of(uint32_t *subs, unsigned column, unsigned row)
{
	static const uint32_t table[] = {1, 3, 6, 1, 4, 1, 13742, 6, 5, 4, 3,
	    1};

	memcpy(subs, table, sizeof(table));
	subs[12] = column;
	subs[13] = row;
}

static void
put_answer(struct load *load, unsigned n)
{
	struct ber_writer writer = ber_writer(load->answer,
	    sizeof(load->answer));
	uint32_t subs[14];

	for (unsigned i = n; i-- > 0;) {
		size_t mark = ber_written(&writer);
		name_of(subs, i % COLUMNS + 1, i / COLUMNS + 1);
		ber_put_unsigned(&writer, BER_UNSIGNED32, 1000 + i);
		ber_put_objid(&writer, (struct objref){subs, 14});
		ber_put_header_since(&writer, BER_SEQUENCE, mark);
	}
	ber_put_header_since(&writer, BER_SEQUENCE, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	ber_put_integer(&writer, BER_INTEGER, 0);
	load->answer_body = (struct usm_bytes){writer.at,
	    ber_written(&writer)};
}

static void
make_load(struct load *load, bool bulk)
{
	static uint32_t subs[NAMES][14];
	static struct objref names[NAMES];
	struct ber_writer writer = ber_writer(load->ask, sizeof(load->ask));
	struct engine_request request = {
	    .verb = bulk ? ENGINE_GETBULK : ENGINE_GET, .names = names,
	    .n_names = bulk ? COLUMNS : NAMES, .n_repeat = ROWS};

	for (unsigned i = 0; i < NAMES; i++) {
		name_of(subs[i], i % COLUMNS + 1, i / COLUMNS + 1);
		names[i] = (struct objref){subs[i], bulk ? 13 : 14};
	}
	if (pdu_put_body(&writer, &request, NULL) != 0) {
		abort();
	}
	load->name = bulk ? "GETBULK 4 x 16" : "GET 60";
	load->tag = pdu_tag_of(request.verb);
	load->ask_body = (struct usm_bytes){writer.at, ber_written(&writer)};
	put_answer(load, bulk ? COLUMNS * ROWS : NAMES);
}

static struct native_ask
ask_of(struct bench *bench, const struct load *load, uint32_t id)
{
	return (struct native_ask){.credential = &bench->credential,
	    .tag = load->tag, .body = load->ask_body.at,
	    .body_len = load->ask_body.len, .id = id,
	    .now_ns = bench->manager.fake.now_ns};
}

/* Each device is an engine of its own: the agent takes on all their roles. */
static void
become(struct bench *bench, unsigned number)
{
	char engine_id[32];

	(void)snprintf(engine_id, sizeof(engine_id), "engine %010u", number);
	kit_agent_rename(&bench->agent, engine_id);
}

static void
discover(struct bench *bench)
{
	struct kit_datagram answer;
	double from;

	for (unsigned i = 0; i < bench->n; i++) {
		bench->states[i] = kit_open(&bench->manager,
		    &bench->credential);
		become(bench, i);
		kit_build(&bench->manager, bench->states[i], 0);
		kit_agent_take(&bench->agent, bench->manager.packet.head,
		    bench->manager.packet.head_len,
		    bench->manager.fake.now_ns, &answer);
		from = cpu_us();
		if (codec_usm.parse(bench->states[i], &bench->manager.ask,
		    answer.bytes, answer.len, &bench->manager.parsed) !=
		    NATIVE_AGAIN) {
			abort();
		}
		bench->learn_us += cpu_us() - from;
	}
	bench->learn_us /= bench->n;
}

static void
build_batch(struct bench *bench, const struct load *load, unsigned at,
    unsigned n)
{
	double from = cpu_us();

	for (unsigned i = 0; i < n; i++) {
		struct udp_packet packet;
		struct native_ask ask;
		bench->ids[i] = ++bench->manager.id;
		ask = ask_of(bench, load, bench->ids[i]);
		if (codec_usm.build(bench->states[at + i], &ask,
		    bench->requests[i].bytes, &packet) != 0) {
			abort();
		}
		bench->requests[i].len = packet.head_len;
	}
	bench->build_us += cpu_us() - from;
}

static void
answer_batch(struct bench *bench, const struct load *load, unsigned at,
    unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct kit_message message = {.id = bench->ids[i],
		    .pdu_id = bench->ids[i], .tag = PDU_RESPONSE,
		    .flags = usm_level(&bench->credential),
		    .now_ns = bench->manager.fake.now_ns,
		    .body = load->answer_body};
		become(bench, at + i);
		kit_agent_say(&bench->agent, &message, &bench->answers[i]);
	}
	bench->request_bytes = bench->requests[0].len;
	bench->answer_bytes = bench->answers[0].len;
}

static void
parse_batch(struct bench *bench, const struct load *load, unsigned at,
    unsigned n)
{
	static struct native_parsed parsed[BATCH];
	double from = cpu_us(), middle;

	for (unsigned i = 0; i < n; i++) {
		struct native_ask ask = ask_of(bench, load, bench->ids[i]);
		if (codec_usm.parse(bench->states[at + i], &ask,
		    bench->answers[i].bytes, bench->answers[i].len,
		    &parsed[i]) != NATIVE_ANSWER) {
			abort();
		}
	}
	middle = cpu_us();
	for (unsigned i = 0; i < n; i++) {
		if (pdu_values(&parsed[i].pdu, NULL, bench->values) != 0) {
			abort();
		}
	}
	bench->parse_us += middle - from;
	bench->decode_us += cpu_us() - middle;
}

static void
run_load(struct bench *bench, const struct load *load)
{
	unsigned rounds = bench->n < 20000 ? 20000 / bench->n : 1, total;

	bench->build_us = bench->parse_us = bench->decode_us = 0;
	for (unsigned r = 0; r < rounds; r++) {
		for (unsigned at = 0; at < bench->n; at += BATCH) {
			unsigned n = bench->n - at < BATCH ? bench->n - at :
			    BATCH;
			build_batch(bench, load, at, n);
			answer_batch(bench, load, at, n);
			parse_batch(bench, load, at, n);
		}
	}
	total = rounds * bench->n;
	printf("  %-15s build %5.2f  verify+decrypt %5.2f  decode %5.2f  sum"
	    " %5.2f us; %zu B out, %zu B in\n", load->name,
	    bench->build_us / total, bench->parse_us / total,
	    bench->decode_us / total, (bench->build_us + bench->parse_us +
	    bench->decode_us) / total, bench->request_bytes,
	    bench->answer_bytes);
}

static void
run(const char *name, enum credential_auth auth, enum credential_priv priv,
    unsigned n)
{
	static struct bench bench;
	static struct load loads[2];
	size_t before;

	memset(&bench, 0, sizeof(bench));
	kit_credential(&bench.credential, auth, priv, "bench");
	kit_manager_start(&bench.manager);
	kit_agent_start(&bench.agent, &bench.credential, "engine 0");
	bench.n = n;
	bench.states = calloc(n, sizeof(struct usm_agent *));
	bench.values = malloc(sizeof(*bench.values));
	if (bench.states == NULL || bench.values == NULL) {
		abort();
	}
	before = mallinfo2().uordblks;
	discover(&bench);
	printf("%s, %u engines: learn %.2f us, %zu B of state and %zu B of keys"
	    " each\n", name, n, bench.learn_us,
	    (mallinfo2().uordblks - before) / n,
	    usm_crypt_hash_len(auth) + usm_crypt_key_len(priv));
	for (int i = 0; i < 2; i++) {
		make_load(&loads[i], i == 1);
		run_load(&bench, &loads[i]);
	}
	for (unsigned i = 0; i < n; i++) {
		kit_close(bench.states[i]);
	}
	free(bench.states);
	free(bench.values);
	kit_agent_stop(&bench.agent);
	kit_manager_stop(&bench.manager);
}

int
main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 180000;

	if (n == 0 || n > 10000000) {
		(void)fprintf(stderr, "usage: bench_usm [ENGINES]\n");
		return EXIT_FAILURE;
	}
	run("SHA-256, AES-128", CREDENTIAL_SHA256, CREDENTIAL_AES128, 100);
	run("SHA-256, AES-128", CREDENTIAL_SHA256, CREDENTIAL_AES128, n);
	run("SHA-1, no privacy", CREDENTIAL_SHA1, CREDENTIAL_PRIV_NONE, 1000);
	run("SHA-1, AES-128", CREDENTIAL_SHA1, CREDENTIAL_AES128, 1000);
	run("SHA-512, AES-256", CREDENTIAL_SHA512, CREDENTIAL_AES256, 1000);
	run("MD5, DES", CREDENTIAL_MD5, CREDENTIAL_DES, 1000);
	return EXIT_SUCCESS;
}
