/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Object identifiers: parse, print, compare; the names of everything in SNMP.
 *
 * Route: used by every file of this plugin.  Thread: any.
 * Source: RFC 2578 s.3.5 (at most 128 sub-identifiers of 32 bits).
 */
#ifndef SNMP_OBJID_H
#define SNMP_OBJID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer names exist on paper only; what exceeds this is refused. */
#define OBJID_MAX 96
/* A printed name: 10 digits and a dot each. */
#define OBJID_TEXT_SIZE (OBJID_MAX * 11 + 1)

/* A name with its own room. */
struct objid {
	unsigned n;
	uint32_t sub[OBJID_MAX];
};

/* A name that lies elsewhere: in a profile, a plan, a packet being read. */
struct objref {
	const uint32_t *sub;
	unsigned n;
};

static inline struct objref
objid_ref(const struct objid *id)
{
	return (struct objref){.sub = id->sub, .n = id->n};
}

/*
 * Parses "1.3.6.1" or ".1.3.6.1".
 * Errors: COL_EINVAL (malformed, one sub-identifier), COL_ERANGE (too long).
 */
int objid_parse(const char *text, struct objid *ret_id);
/* Prints without leading dot; cut when buffer is short.  Returns buffer. */
const char *objid_format(struct objref id, char *buffer, size_t size);
/* Copies; a name longer than OBJID_MAX is cut (callers have checked). */
void objid_copy(struct objid *to, struct objref from);
/* Appends sub-identifiers.  Errors: COL_ERANGE. */
int objid_append(struct objid *id, const uint32_t *sub, unsigned n);
/* Order of RFC 3416 s.4.2.2: -1, 0, 1. */
int objid_compare(struct objref a, struct objref b);
/* True when name is prefix itself or lies below it. */
bool objid_under(struct objref prefix, struct objref name);
/* Bytes that the name takes in a packet, tag and length included. */
size_t objid_encoded(struct objref id);

#endif
