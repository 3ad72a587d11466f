/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ber.h"

#include <string.h>

int
ber_take(struct ber_in *in, uint8_t *ret_tag, struct ber_in *ret_body)
{
	const uint8_t *p = in->p;
	size_t len, n;
	uint8_t tag;

	if (in->end - p < 2) {
		return -1;
	}
	tag = *p++;
	/* Source: X.690 8.1.2.4: low bits all set would be a long tag. */
	if ((tag & 0x1f) == 0x1f) {
		return -1;
	}
	len = *p++;
	if (len & 0x80) {
		n = len & 0x7f;
		/* 0 is the indefinite form, which SNMP forbids. */
		if (n == 0 || n > 4 || (size_t)(in->end - p) < n) {
			return -1;
		}
		for (len = 0; n > 0; n--) {
			len = len << 8 | *p++;
		}
	}
	if ((size_t)(in->end - p) < len) {
		return -1;
	}
	*ret_tag = tag;
	ret_body->p = p;
	ret_body->end = p + len;
	in->p = p + len;
	return 0;
}

int
ber_take_tag(struct ber_in *in, uint8_t tag, struct ber_in *ret_body)
{
	struct ber_in copy = *in, body;
	uint8_t got;

	if (ber_take(&copy, &got, &body) != 0 || got != tag) {
		return -1;
	}
	*in = copy;
	*ret_body = body;
	return 0;
}

int
ber_take_int(struct ber_in *in, int32_t *ret_value)
{
	struct ber_in body;
	uint32_t value;
	size_t len;

	if (ber_take_tag(in, BER_INTEGER, &body) != 0) {
		return -1;
	}
	len = (size_t)(body.end - body.p);
	if (len < 1 || len > 4) {
		return -1;
	}
	value = body.p[0] & 0x80 ? UINT32_MAX : 0;
	for (size_t i = 0; i < len; i++) {
		value = value << 8 | body.p[i];
	}
	*ret_value = (int32_t)value;
	return 0;
}

int
ber_oid_decode(struct ber_in body, uint32_t *ret_arcs, size_t *ret_n)
{
	size_t n = 0;

	while (body.p < body.end) {
		uint64_t arc = 0;
		uint8_t byte;

		if (*body.p == 0x80) {
			return -1;
		}
		do {
			if (body.p == body.end || arc > UINT32_MAX >> 7) {
				return -1;
			}
			byte = *body.p++;
			arc = arc << 7 | (byte & 0x7f);
		} while (byte & 0x80);
		if (n == 0) {
			/* Source: X.690 8.19.4: the first two arcs share one. */
			uint32_t root = arc < 80 ? (uint32_t)arc / 40 : 2;

			ret_arcs[n++] = root;
			arc -= root * 40;
		}
		if (n == BER_OID_MAX) {
			return -1;
		}
		ret_arcs[n++] = (uint32_t)arc;
	}
	*ret_n = n;
	return 0;
}

static int
put_arc(uint64_t arc, uint8_t *out, size_t size, size_t *len)
{
	size_t n = 1;

	for (uint64_t rest = arc >> 7; rest != 0; rest >>= 7) {
		n++;
	}
	if (size - *len < n) {
		return -1;
	}
	for (size_t i = n; i-- > 0; arc >>= 7) {
		out[*len + i] = (uint8_t)((arc & 0x7f) | (i + 1 < n ? 0x80 : 0));
	}
	*len += n;
	return 0;
}

int
ber_oid_encode(const uint32_t *arcs, size_t n, uint8_t *out, size_t size,
    size_t *ret_len)
{
	size_t len = 0;

	if (n < 2 || n > BER_OID_MAX || arcs[0] > 2 ||
	    (arcs[0] < 2 && arcs[1] > 39)) {
		return -1;
	}
	if (put_arc((uint64_t)arcs[0] * 40 + arcs[1], out, size, &len) != 0) {
		return -1;
	}
	for (size_t i = 2; i < n; i++) {
		if (put_arc(arcs[i], out, size, &len) != 0) {
			return -1;
		}
	}
	*ret_len = len;
	return 0;
}

int
ber_oid_compare(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
	size_t n = n_a < n_b ? n_a : n_b;

	for (size_t i = 0; i < n; i++) {
		if (a[i] != b[i]) {
			return a[i] < b[i] ? -1 : 1;
		}
	}
	return n_a < n_b ? -1 : n_a > n_b;
}

size_t
ber_length_size(size_t len)
{
	return len < 0x80 ? 1 : len < 0x100 ? 2 : len < 0x10000 ? 3 : 4;
}

static bool
reserve(struct ber_out *out, size_t n)
{
	if (out->full || out->size - out->len < n) {
		out->full = true;
		return false;
	}
	return true;
}

void
ber_put_header(struct ber_out *out, uint8_t tag, size_t len)
{
	size_t n = ber_length_size(len);

	if (!reserve(out, 1 + n)) {
		return;
	}
	out->bytes[out->len++] = tag;
	if (n > 1) {
		out->bytes[out->len++] = (uint8_t)(0x80 | (n - 1));
		n--;
	}
	while (n-- > 0) {
		out->bytes[out->len++] = (uint8_t)(len >> (8 * n));
	}
}

void
ber_put(struct ber_out *out, uint8_t tag, const uint8_t *body, size_t len)
{
	if (!reserve(out, 1 + ber_length_size(len) + len)) {
		return;
	}
	ber_put_header(out, tag, len);
	if (len > 0) {
		memcpy(out->bytes + out->len, body, len);
		out->len += len;
	}
}

void
ber_put_int(struct ber_out *out, uint8_t tag, int64_t value)
{
	uint8_t body[8];
	size_t n = 8;

	for (size_t i = 0; i < 8; i++) {
		body[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
	}
	/* Source: X.690 8.3.2: the first nine bits must not be all equal. */
	while (n > 1 && ((body[8 - n] == 0x00 && body[9 - n] < 0x80) ||
	    (body[8 - n] == 0xff && body[9 - n] >= 0x80))) {
		n--;
	}
	ber_put(out, tag, body + 8 - n, n);
}

void
ber_put_uint(struct ber_out *out, uint8_t tag, uint64_t value)
{
	uint8_t body[9] = {0};
	size_t n = 9;

	for (size_t i = 0; i < 8; i++) {
		body[i + 1] = (uint8_t)(value >> (56 - 8 * i));
	}
	while (n > 1 && body[9 - n] == 0x00 && body[10 - n] < 0x80) {
		n--;
	}
	ber_put(out, tag, body + 9 - n, n);
}

size_t
ber_open(struct ber_out *out, uint8_t tag)
{
	size_t at = out->len;

	if (reserve(out, 4)) {
		out->bytes[at] = tag;
		out->bytes[at + 1] = 0x82;
		out->len += 4;
	}
	return at;
}

void
ber_close(struct ber_out *out, size_t at)
{
	size_t len;

	if (out->full) {
		return;
	}
	len = out->len - at - 4;
	out->bytes[at + 2] = (uint8_t)(len >> 8);
	out->bytes[at + 3] = (uint8_t)len;
}
