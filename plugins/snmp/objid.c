/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "objid.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <collectord/err.h>

int
objid_parse(const char *text, struct objid *ret_id)
{
	struct objid id = {.n = 0};
	const char *at = text;

	if (*at == '.') {
		at++;
	}
	for (;;) {
		uint64_t sub = 0;
		if (*at < '0' || *at > '9') {
			return COL_EINVAL;
		}
		for (; *at >= '0' && *at <= '9'; at++) {
			sub = sub * 10 + (uint64_t)(*at - '0');
			if (sub > UINT32_MAX) {
				return COL_EINVAL;
			}
		}
		if (id.n == OBJID_MAX) {
			return COL_ERANGE;
		}
		id.sub[id.n++] = (uint32_t)sub;
		if (*at == '\0') {
			break;
		}
		if (*at++ != '.') {
			return COL_EINVAL;
		}
	}
	if (id.n < 2) {
		return COL_EINVAL;
	}
	*ret_id = id;
	return 0;
}

const char *
objid_format(struct objref id, char *buffer, size_t size)
{
	size_t used = 0;

	buffer[0] = '\0';
	for (unsigned i = 0; i < id.n && used < size; i++) {
		int n = snprintf(buffer + used, size - used,
		    i == 0 ? "%" PRIu32 : ".%" PRIu32, id.sub[i]);
		if (n < 0 || (size_t)n >= size - used) {
			break;
		}
		used += (size_t)n;
	}
	return buffer;
}

void
objid_copy(struct objid *to, struct objref from)
{
	to->n = from.n > OBJID_MAX ? OBJID_MAX : from.n;
	if (to->n > 0) {
		memcpy(to->sub, from.sub, to->n * sizeof(to->sub[0]));
	}
}

int
objid_append(struct objid *id, const uint32_t *sub, unsigned n)
{
	if (n > OBJID_MAX - id->n) {
		return COL_ERANGE;
	}
	if (n > 0) {
		memcpy(id->sub + id->n, sub, n * sizeof(*sub));
	}
	id->n += n;
	return 0;
}

int
objid_compare(struct objref a, struct objref b)
{
	unsigned n = a.n < b.n ? a.n : b.n;

	if (a.sub == b.sub && a.n == b.n) {
		return 0;
	}
	for (unsigned i = 0; i < n; i++) {
		if (a.sub[i] != b.sub[i]) {
			return a.sub[i] < b.sub[i] ? -1 : 1;
		}
	}
	return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

bool
objid_under(struct objref prefix, struct objref name)
{
	return name.n >= prefix.n && (prefix.n == 0 ||
	    memcmp(prefix.sub, name.sub, prefix.n * sizeof(*prefix.sub)) == 0);
}

size_t
objid_encoded(struct objref id)
{
	size_t size = 3; /* tag, length, the first two arcs in one byte */

	for (unsigned i = 2; i < id.n; i++) {
		uint32_t sub = id.sub[i];
		size++;
		while (sub >= 128) {
			size++;
			sub >>= 7;
		}
	}
	return size;
}
