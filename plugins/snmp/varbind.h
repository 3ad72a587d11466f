/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One variable binding as an agent sent it: name, type, value.
 *
 * Route: made by an engine from a packet or a file, read by fetch, reader and
 * convert.  Thread: that of the device.  Source: RFC 3416 s.3, RFC 2578 s.7.1.
 */
#ifndef SNMP_VARBIND_H
#define SNMP_VARBIND_H

#include <stddef.h>
#include <stdint.h>

#include "objid.h"

enum varbind_type {
	VARBIND_INTEGER = 0,  /* integer */
	VARBIND_UNSIGNED,     /* Gauge32, Unsigned32: counter */
	VARBIND_COUNTER32,    /* counter */
	VARBIND_COUNTER64,    /* counter */
	VARBIND_TICKS,        /* TimeTicks, 1/100 s: counter */
	VARBIND_REAL,         /* float or double in an Opaque: real */
	VARBIND_OCTETS,       /* bytes, len; not NUL-terminated */
	VARBIND_OBJID,        /* objid */
	VARBIND_ADDRESS,      /* IpAddress: bytes, len */
	VARBIND_NULL,
	VARBIND_NO_OBJECT,    /* noSuchObject */
	VARBIND_NO_INSTANCE,  /* noSuchInstance */
	VARBIND_END,          /* endOfMibView */
	VARBIND_OTHER,        /* a type nobody here reads */
	VARBIND_TYPE_N
};

/* All pointers are borrowed for the call that hands the varbind over. */
struct varbind {
	struct objref name;
	enum varbind_type type;
	int64_t integer;
	uint64_t counter;
	double real;
	const uint8_t *bytes;
	size_t len;
	struct objref objid;
};

/* True when there is no such object or instance, or the view ended. */
static inline int
varbind_missing(const struct varbind *vb)
{
	return vb->type == VARBIND_NO_OBJECT ||
	    vb->type == VARBIND_NO_INSTANCE || vb->type == VARBIND_END;
}

#endif
