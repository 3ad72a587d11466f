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
#include "engine.h"
#include "kind.h"
#include "loop.h"
#include "users.h"
#include "v3.h"

struct serve {
	const struct options *options;
	const struct province *province;
	struct kinds kinds;
	struct faults faults;
	struct values_world world;
	struct agent agent;
	struct users users;
	struct v3 *v3;
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
answer(void *arg, const struct udp_packet *packet, int64_t t, uint8_t *out,
    struct faults_fate *ret_fate)
{
	struct serve *serve = arg;
	struct kind_subject subject;
	struct province_device device;
	struct agent_source source = {.cell = kind_cell, .arg = &subject};
	struct ber_in message = {packet->bytes, packet->bytes + packet->len};

	serve->received++;
	if (province_at(serve->province, packet->local, &device) != 0) {
		serve->nobody++;
		return 0;
	}
	if (faults_silent(&serve->faults, &device, t)) {
		serve->silenced++;
		return 0;
	}
	if (serve->faults.n > 0) {
		*ret_fate = faults_fate(&serve->faults, &device, t,
		    serve->received);
	}
	serve->now = t;
	serve->agent.quirks = ret_fate->quirks;
	kind_subject_init(&subject, &serve->world, &device, t);
	source.mib = &serve->kinds.mibs[subject.model];
	return v3_is(message) ?
	    answer_v3(serve, &source, message, out, ret_fate) :
	    agent_answer(&serve->agent, &source, message, out);
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
	return prepare_v3(serve);
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
	loop.udp = udp_open(0, options->port);
	loop.other = udp_open(0, 0);
	if (loop.udp == NULL || loop.other == NULL || write_pid(options->pidfile) != 0) {
		(void)fprintf(stderr, "racksim: port %u or pid file: %s\n",
		    options->port, strerror(errno));
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
	udp_close(loop.other);
	v3_free(serve->v3);
	values_done(&serve->world);
	faults_done(&serve->faults);
	kinds_done(&serve->kinds);
	free(serve);
	return status;
}
