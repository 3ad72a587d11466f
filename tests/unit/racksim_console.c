/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "racksim_console.h"

#include <string.h>

static const uint8_t head[] = {6, 0, 0xff, 7};

static enum bmc_digest
digest_of(const struct console *c)
{
	return c->suite == 17 ? BMC_SHA256 : c->suite == 3 ? BMC_SHA1 :
	    BMC_NO_DIGEST;
}

static size_t
code_size(const struct console *c)
{
	return c->suite == 17 ? 16 : c->suite == 3 ? 12 : 0;
}

static void
put32(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		p[i] = (uint8_t)(value >> 8 * i);
	}
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

/* Sends a payload outside of a session; gives the answer's payload. */
static size_t
exchange(struct console *c, uint8_t type, const uint8_t *payload, size_t n,
    uint8_t *ret)
{
	uint8_t out[BMC_SIZE_MAX], in[BMC_SIZE_MAX] = {0};
	int len;

	memcpy(in, head, 4);
	in[4] = 6;
	in[5] = type;
	in[14] = (uint8_t)n;
	memcpy(in + 16, payload, n);
	len = bmc_answer(c->bmc, c->now, in, 16 + n, out, sizeof(out));
	if (len < 24 || out[5] != type + 1) {
		return 0;
	}
	memcpy(ret, out + 16, (size_t)len - 16);
	return (size_t)len - 16;
}

int
console_open_only(struct console *c)
{
	uint8_t algorithm[3] = {0}, ask[32] = {7, 0}, answer[BMC_SIZE_MAX];

	if (c->suite != 0) {
		algorithm[0] = c->suite == 17 ? 3 : 1;
		algorithm[1] = c->suite == 17 ? 4 : 1;
		algorithm[2] = 1;
	}
	put32(ask + 4, c->id);
	for (uint8_t i = 0; i < 3; i++) {
		ask[8 + 8 * i] = i;
		ask[11 + 8 * i] = 8;
		ask[12 + 8 * i] = algorithm[i];
	}
	if (exchange(c, 0x10, ask, sizeof(ask), answer) == 0 ||
	    get32(answer + 4) != c->id || answer[0] != 7) {
		return CONSOLE_SILENCE;
	}
	c->managed = get32(answer + 8);
	return answer[1];
}

/* What RAKP 1 to 4 are about, all in one place. */
struct rakp {
	uint8_t ours[16], theirs[16], guid[16], key[32], sik[32];
	uint8_t name[20];
	size_t n_name;
};

static void
make_keys(struct console *c, struct rakp *r)
{
	uint8_t text[64];

	memcpy(text, r->ours, 16);
	memcpy(text + 16, r->theirs, 16);
	memcpy(text + 32, r->name, r->n_name);
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), r->key, text,
	    32 + r->n_name, r->sik);
	memset(text, 1, 20);
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), r->sik, text, 20, c->k1);
	memset(text, 2, 20);
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), r->sik, text, 20, c->k2);
}

/* RAKP 1 and 2; checks the code in the latter. */
static int
first(struct console *c, struct rakp *r)
{
	uint8_t ask[48] = {8}, answer[BMC_SIZE_MAX], text[96], want[32];
	size_t n = bmc_crypt_size(digest_of(c)), len;

	put32(ask + 4, c->managed);
	memcpy(ask + 8, r->ours, 16);
	ask[24] = r->name[0];
	ask[27] = r->name[1];
	memcpy(ask + 28, r->name + 2, r->n_name - 2);
	len = exchange(c, 0x12, ask, 26 + r->n_name, answer);
	if (len == 0) {
		return CONSOLE_SILENCE;
	}
	if (answer[1] != 0) {
		return answer[1];
	}
	memcpy(r->theirs, answer + 8, 16);
	memcpy(r->guid, answer + 24, 16);
	put32(text, c->id);
	put32(text + 4, c->managed);
	memcpy(text + 8, r->ours, 16);
	memcpy(text + 24, answer + 8, 32);
	memcpy(text + 56, r->name, r->n_name);
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), r->key, text,
	    56 + r->n_name, want);
	return len == 40 + n && memcmp(answer + 40, want, n) == 0 ? 0 :
	    CONSOLE_BAD_CODE;
}

/* RAKP 3 and 4. */
static int
second(struct console *c, struct rakp *r)
{
	uint8_t ask[48] = {9}, answer[BMC_SIZE_MAX], text[64], want[32];
	size_t n = bmc_crypt_size(digest_of(c)), len;

	put32(ask + 4, c->managed);
	memcpy(text, r->theirs, 16);
	put32(text + 16, c->id);
	memcpy(text + 20, r->name, r->n_name);
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), r->key, text,
	    20 + r->n_name, ask + 8);
	len = exchange(c, 0x14, ask, 8 + n, answer);
	if (len == 0) {
		return CONSOLE_SILENCE;
	}
	if (answer[1] != 0) {
		return answer[1];
	}
	make_keys(c, r);
	memcpy(text, r->ours, 16);
	put32(text + 16, c->managed);
	memcpy(text + 20, r->guid, 16);
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), r->sik, text, 36, want);
	return len == 8 + code_size(c) &&
	    memcmp(answer + 8, want, code_size(c)) == 0 ? 0 : CONSOLE_BAD_CODE;
}

int
console_open(struct console *c, const char *user)
{
	struct rakp r = {.name = {c->role, (uint8_t)strlen(user)}};
	int status;

	r.n_name = 2 + strlen(user);
	memcpy(r.name + 2, user, r.n_name - 2);
	memcpy(r.key, c->password, strlen(c->password));
	memset(r.ours, (int)(0x30 + c->id), sizeof(r.ours));
	status = console_open_only(c);
	if (status == 0) {
		status = first(c, &r);
	}
	/* A code that does not fit is still answered, to see what comes. */
	if (status == 0 || status == CONSOLE_BAD_CODE) {
		int then = second(c, &r);

		status = status == 0 ? then : then > 0 ? then : status;
	}
	c->sequence = 0;
	c->heard = 0;
	c->id++;
	return status;
}

static uint8_t
checksum(const uint8_t *bytes, size_t n)
{
	uint8_t sum = 0;

	while (n > 0) {
		sum = (uint8_t)(sum + bytes[--n]);
	}
	return (uint8_t)-sum;
}

static size_t
put_message(uint8_t *p, uint8_t netfn, uint8_t command, const void *data,
    size_t n)
{
	p[0] = 0x20;
	p[1] = (uint8_t)(netfn << 2);
	p[2] = checksum(p, 2);
	p[3] = 0x81;
	p[4] = 0x14;
	p[5] = command;
	if (n > 0) {
		memcpy(p + 6, data, n);
	}
	p[6 + n] = checksum(p + 3, 3 + n);
	return 7 + n;
}

/* Takes an answer's message apart; returns the completion code. */
static int
take_message(struct console *c, const uint8_t *p, size_t n, uint8_t netfn,
    uint8_t command)
{
	if (n < 8 || p[0] != 0x81 || p[1] != (netfn | 1) << 2 || p[3] != 0x20 ||
	    p[4] != 0x14 || p[5] != command || checksum(p, 3) != 0 ||
	    checksum(p + 3, n - 3) != 0) {
		return CONSOLE_BAD_CODE;
	}
	c->n = n - 8;
	memcpy(c->data, p + 7, c->n);
	return p[6];
}

/* Seals a message of n octets at out + 32; gives the datagram's length. */
static size_t
seal(struct console *c, uint8_t *out, size_t n)
{
	uint8_t code[32];
	size_t pad;

	memcpy(out, head, 4);
	out[4] = 6;
	out[5] = c->suite ? 0xc0 : 0;
	put32(out + 6, c->managed);
	put32(out + 10, ++c->sequence);
	if (c->suite == 0) {
		memmove(out + 16, out + 32, n);
		out[14] = (uint8_t)n;
		return 16 + n;
	}
	memset(out + 16, 0x77, 16);
	for (pad = 0; (n + pad + 1) % 16 != 0; pad++) {
		out[32 + n + pad] = (uint8_t)(pad + 1);
	}
	out[32 + n + pad] = (uint8_t)pad;
	n += pad + 1;
	(void)bmc_crypt_aes(c->crypt, true, c->k2, out + 32, n);
	out[14] = (uint8_t)(n + 16);
	n += 32;
	for (pad = 0; (n - 4 + pad + 2) % 4 != 0; pad++) {
		out[n + pad] = 0xff;
	}
	out[n + pad] = (uint8_t)pad;
	out[n + pad + 1] = 7;
	n += pad + 2;
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), c->k1, out + 4, n - 4,
	    code);
	memcpy(out + n, code, code_size(c));
	return n + code_size(c);
}

int
console_ask(struct console *c, uint8_t netfn, uint8_t command,
    const void *data, size_t n)
{
	uint8_t out[BMC_SIZE_MAX], code[32];
	size_t body;
	int len;

	n = put_message(c->packet + 32, netfn, command, data, n);
	c->n_packet = seal(c, c->packet, n);
	len = bmc_answer(c->bmc, c->now, c->packet, c->n_packet, out,
	    sizeof(out));
	if (len == 0) {
		return CONSOLE_SILENCE;
	}
	body = (size_t)out[14] | (size_t)out[15] << 8;
	if (get32(out + 6) != c->id - 1 || get32(out + 10) != ++c->heard) {
		return CONSOLE_BAD_CODE;
	}
	if (c->suite == 0) {
		return take_message(c, out + 16, body, netfn, command);
	}
	n = (size_t)len - code_size(c);
	(void)bmc_crypt_hmac(c->crypt, digest_of(c), c->k1, out + 4, n - 4,
	    code);
	if (memcmp(out + n, code, code_size(c)) != 0 || out[n - 1] != 7 ||
	    bmc_crypt_aes(c->crypt, false, c->k2, out + 32, body - 16) != 0) {
		return CONSOLE_BAD_CODE;
	}
	return take_message(c, out + 32, body - 17 - out[15 + body], netfn,
	    command);
}

int
console_ask_plain(struct console *c, uint8_t netfn, uint8_t command,
    const void *data, size_t n)
{
	uint8_t out[BMC_SIZE_MAX], in[BMC_SIZE_MAX] = {0};
	int len;

	memcpy(in, head, 4);
	n = put_message(in + 14, netfn, command, data, n);
	in[13] = (uint8_t)n;
	len = bmc_answer(c->bmc, c->now, in, 14 + n, out, sizeof(out));
	return len == 0 ? CONSOLE_SILENCE :
	    take_message(c, out + 14, out[13], netfn, command);
}
