/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "replay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop.h"
#include "text.h"

void
replay_done(struct replay *replay)
{
	mib_done(&replay->mib);
	free(replay->values);
	free(replay->pool);
	memset(replay, 0, sizeof(*replay));
}

static int
reserve(void **items, size_t want, size_t *size, size_t item)
{
	size_t grown = *size ? *size : 1024;
	void *bytes;

	if (want <= *size) {
		return 0;
	}
	while (grown < want) {
		grown *= 2;
	}
	bytes = realloc(*items, grown * item);
	if (bytes == NULL) {
		return -1;
	}
	*items = bytes;
	*size = grown;
	return 0;
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Turns hexadecimal text into bytes in place. */
static int
unhex(char *text, size_t *len)
{
	if (*len % 2 != 0) {
		return -1;
	}
	for (size_t i = 0; i < *len; i += 2) {
		int hi = nibble(text[i]), lo = nibble(text[i + 1]);

		if (hi < 0 || lo < 0) {
			return -1;
		}
		text[i / 2] = (char)(hi << 4 | lo);
	}
	*len /= 2;
	return 0;
}

static int
keep_bytes(struct replay *replay, const void *bytes, size_t len,
    struct replay_value *value)
{
	if (reserve((void **)&replay->pool, replay->pool_len + len + 1,
	    &replay->pool_size, 1) != 0) {
		return -1;
	}
	if (len > 0) {
		memcpy(replay->pool + replay->pool_len, bytes, len);
	}
	value->at = replay->pool_len;
	value->len = len;
	replay->pool_len += len;
	return 0;
}

static int
keep_oid(struct replay *replay, const char *text, struct replay_value *value)
{
	uint32_t arcs[BER_OID_MAX];
	uint8_t bytes[BER_OID_MAX * 5];
	size_t n, len;

	if (mib_parse(text, arcs, &n) != 0 ||
	    ber_oid_encode(arcs, n, bytes, sizeof(bytes), &len) != 0) {
		return -1;
	}
	return keep_bytes(replay, bytes, len, value);
}

static int
keep_address(struct replay *replay, const char *text, size_t len,
    struct replay_value *value)
{
	uint8_t bytes[4];
	uint32_t address;

	/* In the hexadecimal form the four bytes stand there as they are. */
	if (text_ipv4(text, &address) == 0) {
		for (int i = 0; i < 4; i++) {
			bytes[i] = (uint8_t)(address >> (24 - 8 * i));
		}
		return keep_bytes(replay, bytes, 4, value);
	}
	return len == 4 ? keep_bytes(replay, text, 4, value) : -1;
}

static int
keep_number(const char *text, struct replay_value *value)
{
	uint64_t number;

	if (value->tag == BER_INTEGER) {
		return text_i64(text, &value->number);
	}
	if (text_u64(text, value->tag == BER_COUNTER64 ? UINT64_MAX :
	    UINT32_MAX, &number) != 0) {
		return -1;
	}
	value->number = (int64_t)number;
	return 0;
}

static int
keep_value(struct replay *replay, char *text, size_t len,
    struct replay_value *value)
{
	switch (value->tag) {
	case BER_INTEGER:
	case BER_COUNTER32:
	case BER_GAUGE32:
	case BER_TIMETICKS:
	case BER_COUNTER64:
		return keep_number(text, value);
	case BER_OID:
		return keep_oid(replay, text, value);
	case BER_IPADDRESS:
		return keep_address(replay, text, len, value);
	case BER_NULL:
		return keep_bytes(replay, text, 0, value);
	case BER_OCTETS:
	case BER_OPAQUE:
		return keep_bytes(replay, text, len, value);
	default:
		return -1;
	}
}

/* Adds one line; returns 1 for a repeated or blank one. */
static int
load_line(struct replay *replay, char *line, size_t len)
{
	char *tag_text = memchr(line, '|', len), *text;
	struct replay_value value = {0};
	struct mib_entry entry = {0};
	uint32_t arcs[BER_OID_MAX];
	size_t n;
	uint64_t tag;
	bool is_hex;

	if (len == 0 || line[0] == '#') {
		return 1;
	}
	text = tag_text ? strchr(tag_text + 1, '|') : NULL;
	if (text == NULL) {
		return -1;
	}
	*tag_text++ = '\0';
	is_hex = text > tag_text && text[-1] == 'x';
	text[is_hex ? -1 : 0] = '\0';
	text++;
	len -= (size_t)(text - line);
	if (mib_parse(line, arcs, &n) != 0 ||
	    text_u64(tag_text, 0x7f, &tag) != 0) {
		return -1;
	}
	if (is_hex && unhex(text, &len) != 0) {
		return -1;
	}
	text[len] = '\0';
	value.tag = (uint8_t)tag;
	if (keep_value(replay, text, len, &value) != 0 ||
	    reserve((void **)&replay->values, replay->n_values + 1,
	    &replay->values_size, sizeof(value)) != 0) {
		return -1;
	}
	entry.tag = value.tag;
	entry.what = (uint16_t)(replay->n_values >> 16);
	entry.index[0] = (uint16_t)replay->n_values;
	replay->values[replay->n_values++] = value;
	return mib_add(&replay->mib, arcs, n, &entry);
}

int
replay_load(struct replay *replay, FILE *file, char *error)
{
	char *line = NULL;
	size_t size = 0, number = 0;
	ssize_t len;
	int status = 0;

	memset(replay, 0, sizeof(*replay));
	mib_init(&replay->mib);
	while (status >= 0 && (len = getline(&line, &size, file)) >= 0) {
		number++;
		while (len > 0 && (line[len - 1] == '\n' ||
		    line[len - 1] == '\r')) {
			line[--len] = '\0';
		}
		status = load_line(replay, line, (size_t)len);
	}
	free(line);
	if (status < 0) {
		(void)snprintf(error, REPLAY_ERROR_MAX,
		    "line %zu: not OID|TAG|VALUE as known here", number);
		replay_done(replay);
		return -1;
	}
	if (mib_seal(&replay->mib) != 0) {
		(void)snprintf(error, REPLAY_ERROR_MAX, "an OID stands twice");
		replay_done(replay);
		return -1;
	}
	return 0;
}

void
replay_cell(void *arg, const struct mib_entry *entry, struct cell *ret_cell)
{
	const struct replay *replay = arg;
	const struct replay_value *value = &replay->values[
	    (size_t)entry->what << 16 | entry->index[0]];

	ret_cell->tag = value->tag;
	ret_cell->number = value->number;
	ret_cell->bytes = replay->pool + value->at;
	ret_cell->len = value->len;
}

/* A capture being served. */
struct served {
	struct agent *agent;
	struct agent_source source;
};

static size_t
answer(void *arg, const struct udp_packet *packet, int64_t t, uint8_t *out,
    struct faults_fate *ret_fate)
{
	struct served *served = arg;
	struct ber_in message = {packet->bytes, packet->bytes + packet->len};

	(void)t;
	(void)ret_fate;
	return agent_answer(served->agent, &served->source, message, out);
}

static int
serve(const struct options *options, struct replay *replay)
{
	struct agent *agent = calloc(1, sizeof(*agent));
	struct served served = {agent, {&replay->mib, replay_cell, replay}};
	struct loop loop = {
		.out_size = AGENT_SIZE_MAX,
		.answer = answer,
		.arg = &served,
	};
	struct in_addr here = {.s_addr = htonl(options->listen)};
	char text[INET_ADDRSTRLEN];
	int signal_fd = loop_signals(), status;

	loop.udp = udp_open(options->listen, options->listen_port);
	if (agent == NULL || signal_fd < 0 || loop.udp == NULL) {
		(void)fprintf(stderr, "racksim: port %u: %s\n",
		    options->listen_port, strerror(errno));
		udp_close(loop.udp);
		free(agent);
		return 1;
	}
	agent->community = options->community;
	agent->size_max = options->size_max;
	(void)printf("racksim: %zu rows on %s:%u ready\n",
	    replay->mib.n_entries,
	    inet_ntop(AF_INET, &here, text, sizeof(text)), udp_port(loop.udp));
	(void)fflush(stdout);
	status = loop_run(&loop, signal_fd) == 0 ? 0 : 1;
	udp_close(loop.udp);
	free(agent);
	return status;
}

int
replay_run(const struct options *options)
{
	char error[REPLAY_ERROR_MAX];
	struct replay replay;
	FILE *file;
	int status;

	if (options->snmprec == NULL || options->listen == 0) {
		(void)fprintf(stderr, "racksim: replay needs --snmprec FILE "
		    "and --listen 127.0.0.1:PORT\n");
		return 2;
	}
	file = fopen(options->snmprec, "re");
	if (file == NULL) {
		(void)fprintf(stderr, "racksim: %s: %s\n", options->snmprec,
		    strerror(errno));
		return 1;
	}
	status = replay_load(&replay, file, error);
	(void)fclose(file);
	if (status != 0) {
		(void)fprintf(stderr, "racksim: %s: %s\n", options->snmprec,
		    error);
		return 1;
	}
	status = serve(options, &replay);
	replay_done(&replay);
	return status;
}
