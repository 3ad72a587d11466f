/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "serve.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "bmc_hosts.h"
#include "engine.h"
#include "hash.h"
#include "kind.h"
#include "loop.h"
#include "users.h"
#include "v3.h"

#define SALT_LOSS 501

struct serve {
	const struct options *options;
	const struct province *province;
	struct kinds kinds;
	struct faults faults;
	struct values_world world;
	struct agent agent;
	struct users users;
	struct v3 *v3;
	struct bmc_hosts bmcs;
	struct udp *bmc_udp;		/* what arrives there is IPMI */
	int64_t now;			/* of the answer being made, unix s */
	uint64_t received, nobody, silenced;
};

/* Answers by SNMPv3, with a forged report ahead of it when ordered. */
static size_t
answer_v3(struct serve *serve, const struct agent_source *source,
    struct ber_in message, uint8_t *out, struct faults_fate *fate)
{
	const struct kind_subject *subject = source->arg;
	struct v3_engine engine;
	size_t len;

	engine_at(&serve->world, &subject->device, serve->now, &engine);
	len = v3_answer(serve->v3, source, &engine, message, out);
	if (fate->report && len > 0 && len + V3_REPORT_MAX <= AGENT_SIZE_MAX) {
		fate->ahead = v3_forge(&engine, message,
		    (enum v3_report)fate->stat, out + len);
	}
	return len;
}

static size_t
answer_snmp(struct serve *serve, const struct province_device *device,
    const struct udp_packet *packet, uint8_t *out, struct faults_fate *ret_fate)
{
	struct kind_subject subject;
	struct agent_source source = {.cell = kind_cell, .arg = &subject};
	struct ber_in message = {packet->bytes, packet->bytes + packet->len};

	serve->agent.quirks = ret_fate->quirks;
	kind_subject_init(&subject, &serve->world, device, serve->now);
	source.mib = &serve->kinds.mibs[subject.model];
	return v3_is(message) ?
	    answer_v3(serve, &source, message, out, ret_fate) :
	    agent_answer(&serve->agent, &source, message, out);
}

/* The line between: far away, and not without losses. */
static void
pass_line(const struct serve *serve, struct faults_fate *fate)
{
	fate->delay_ms += serve->options->delay_ms;
	fate->drop |= hash_unit(SALT_LOSS, serve->received) * 100 <
	    serve->options->loss_pct;
}

static size_t
answer(void *arg, const struct udp_packet *packet, int64_t t, uint8_t *out,
    struct faults_fate *ret_fate)
{
	struct serve *serve = arg;
	struct province_device device;
	bool is_ipmi = packet->via == serve->bmc_udp;

	serve->received++;
	if (province_at(serve->province, packet->local, &device) != 0 ||
	    province_is_bmc(device.role) != is_ipmi) {
		serve->nobody++;
		return 0;
	}
	if (is_ipmi ? bmc_hosts_silent(&serve->world, &device, t) :
	    faults_silent(&serve->faults, &device, t)) {
		serve->silenced++;
		return 0;
	}
	if (serve->faults.n > 0) {
		*ret_fate = faults_fate(&serve->faults, &device, t,
		    serve->received);
	}
	pass_line(serve, ret_fate);
	serve->now = t;
	return is_ipmi ? bmc_hosts_answer(&serve->bmcs, &device, t,
	    packet->bytes, packet->len, out, ret_fate) :
	    answer_snmp(serve, &device, packet, out, ret_fate);
}

static void
reload(void *arg)
{
	struct serve *serve = arg;
	char error[FAULTS_ERROR_MAX];

	if (serve->options->faults == NULL) {
		return;
	}
	if (faults_load(&serve->faults, serve->province,
	    serve->options->faults, error) != 0) {
		(void)fprintf(stderr, "racksim: %s; the old faults stay\n",
		    error);
		return;
	}
	values_forget(&serve->world);
	(void)fprintf(stderr, "racksim: %zu faults in force\n",
	    serve->faults.n);
}

static void
report(void *arg)
{
	const struct serve *serve = arg;
	const struct agent_stats *stats = &serve->agent.stats;

	(void)fprintf(stderr, "racksim: received=%" PRIu64 " answered=%" PRIu64
	    " silenced=%" PRIu64 " nobody=%" PRIu64 " malformed=%" PRIu64
	    " community=%" PRIu64 " unsupported=%" PRIu64 "\n",
	    serve->received, stats->answered, serve->silenced, serve->nobody,
	    stats->malformed, stats->wrong_community, stats->unsupported);
	if (serve->bmcs.bmcs != NULL) {
		(void)fprintf(stderr, "racksim: bmc answered=%" PRIu64
		    " dropped=%" PRIu64 " refused=%" PRIu64 " sessions=%"
		    PRIu64 "\n", serve->bmcs.setup.answered,
		    serve->bmcs.setup.dropped, serve->bmcs.setup.refused,
		    serve->bmcs.setup.sessions);
	}
	(void)fprintf(stderr, "racksim: v3 reports: engine=%u user=%u level=%u "
	    "digest=%u window=%u decryption=%u context=%u\n",
	    v3_reports(serve->v3, V3_UNKNOWN_ENGINE_IDS),
	    v3_reports(serve->v3, V3_UNKNOWN_USER_NAMES),
	    v3_reports(serve->v3, V3_UNSUPPORTED_SEC_LEVELS),
	    v3_reports(serve->v3, V3_WRONG_DIGESTS),
	    v3_reports(serve->v3, V3_NOT_IN_TIME_WINDOWS),
	    v3_reports(serve->v3, V3_DECRYPTION_ERRORS),
	    v3_reports(serve->v3, V3_UNKNOWN_CONTEXTS) +
	    v3_reports(serve->v3, V3_UNKNOWN_PDU_HANDLERS));
}

static int
write_pid(const char *path)
{
	FILE *file;

	if (path == NULL) {
		return 0;
	}
	file = fopen(path, "we");
	if (file == NULL) {
		return -1;
	}
	(void)fprintf(file, "%ld\n", (long)getpid());
	return fclose(file);
}

static void
print_ready(const struct serve *serve, uint16_t port)
{
	struct in_addr base = {.s_addr = htonl(serve->province->base)};
	char text[INET_ADDRSTRLEN];

	if (serve->bmc_udp != NULL) {
		(void)printf("racksim: %u of them BMCs, on port %u\n",
		    serve->province->n_bmcs, udp_port(serve->bmc_udp));
	}
	(void)printf("racksim: %" PRIu64 " devices on %s:%u ready\n",
	    province_devices(serve->province),
	    inet_ntop(AF_INET, &base, text, sizeof(text)), port);
	(void)fflush(stdout);
}

static int
prepare_v3(struct serve *serve)
{
	char error[USERS_ERROR_MAX] = "OpenSSL lacks algorithms";
	struct keys *keys = keys_new();
	int status = -1;

	if (keys != NULL && users_load(&serve->users, keys,
	    serve->options->users, error) == 0) {
		serve->v3 = v3_new(&serve->users, &serve->agent);
		status = serve->v3 == NULL ? -1 : 0;
	}
	if (status != 0) {
		(void)fprintf(stderr, "racksim: %s\n", error);
	}
	keys_free(keys);
	return status;
}

static int
prepare(struct serve *serve)
{
	char error[FAULTS_ERROR_MAX];

	serve->faults.province = serve->province;
	serve->agent.community = serve->options->community;
	serve->agent.size_max = serve->options->size_max;
	if (serve->options->faults != NULL && faults_load(&serve->faults,
	    serve->province, serve->options->faults, error) != 0) {
		(void)fprintf(stderr, "racksim: %s\n", error);
		return -1;
	}
	if (kinds_init(&serve->kinds) != 0 || values_init(&serve->world,
	    serve->province, &serve->faults) != 0) {
		(void)fprintf(stderr, "racksim: out of memory\n");
		return -1;
	}
	if (serve->province->bmc != PROVINCE_BMC_OFF) {
		if (bmc_hosts_init(&serve->bmcs, &serve->world) != 0) {
			(void)fprintf(stderr, "racksim: no room for BMCs, or "
			    "OpenSSL lacks algorithms\n");
			return -1;
		}
		serve->bmcs.setup.allow_suite_0 = serve->options->allow_suite_0;
	}
	return prepare_v3(serve);
}

/* Opens what is served. Errors: -1 after a message. */
static int
open_sockets(struct serve *serve, struct loop *loop)
{
	uint16_t port = serve->options->port;

	loop->udp = udp_open(0, port);
	loop->other = udp_open(0, 0);
	if (serve->province->bmc != PROVINCE_BMC_OFF && loop->udp != NULL) {
		port = serve->options->bmc_port;
		loop->second = serve->bmc_udp = udp_open(0, port);
	}
	if (loop->udp == NULL || loop->other == NULL ||
	    (loop->second == NULL && serve->province->bmc != PROVINCE_BMC_OFF) ||
	    write_pid(serve->options->pidfile) != 0) {
		(void)fprintf(stderr, "racksim: port %u or pid file: %s\n",
		    port, strerror(errno));
		return -1;
	}
	return 0;
}

int
serve_run(const struct options *options, const struct province *province)
{
	struct serve *serve = calloc(1, sizeof(*serve));
	struct loop loop = {
		.out_size = AGENT_SIZE_MAX,
		.report_s = options->report_s,
		.answer = answer,
		.reload = reload,
		.report = report,
		.arg = serve,
	};
	int signal_fd = loop_signals(), status = 1;

	if (serve == NULL || signal_fd < 0) {
		(void)fprintf(stderr, "racksim: %s\n", strerror(errno));
		free(serve);
		return 1;
	}
	serve->options = options;
	serve->province = province;
	if (prepare(serve) != 0) {
		goto out;
	}
	if (open_sockets(serve, &loop) != 0) {
		goto out;
	}
	print_ready(serve, udp_port(loop.udp));
	status = loop_run(&loop, signal_fd) == 0 ? 0 : 1;
	signal_fd = -1;
	report(serve);
	if (options->pidfile != NULL) {
		(void)unlink(options->pidfile);
	}
out:
	if (signal_fd >= 0) {
		(void)close(signal_fd);
	}
	udp_close(loop.udp);
	udp_close(loop.second);
	udp_close(loop.other);
	bmc_hosts_done(&serve->bmcs);
	v3_free(serve->v3);
	values_done(&serve->world);
	faults_done(&serve->faults);
	kinds_done(&serve->kinds);
	free(serve);
	return status;
}
