/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sorted table of object instances: what a device answers to, without the
 * values. Thousands of devices of one model share one table.
 *
 * Route:  built by the device kinds or by replay; read by agent.
 * Thread: immutable after mib_seal, then any.
 * Source: RFC 3416 section 4.2.2 (lexicographic order).
 */
#ifndef RACKSIM_MIB_H
#define RACKSIM_MIB_H

#include <stddef.h>
#include <stdint.h>

#include "ber.h"

/* One object instance. */
struct mib_entry {
	uint32_t arcs_at;	/* first arc in mib.arcs */
	uint32_t ber_at;	/* encoded name in mib.bers */
	uint16_t ber_len;	/* octets of the encoded name */
	uint8_t n_arcs;		/* 2 .. BER_OID_MAX */
	uint8_t tag;		/* type of the value, BER_* */
	uint16_t what;		/* the owner's column number */
	uint16_t index[2];	/* the owner's row numbers, 0 = unused */
};

struct mib {
	struct mib_entry *entries;	/* sorted by name once sealed */
	size_t n_entries, entries_size;
	uint32_t *arcs;			/* pool */
	size_t n_arcs, arcs_size;
	uint8_t *bers;			/* pool, filled by mib_seal */
	uint32_t *slots;		/* hash of encoded names, entry + 1 */
	size_t n_slots;			/* a power of two */
};

/* The value of one instance, as an agent sends it. */
struct cell {
	uint8_t tag;		/* BER_*; BER_NO_SUCH_INSTANCE = not there */
	int64_t number;		/* for the numeric tags */
	const uint8_t *bytes;	/* for the others: contents, borrowed */
	size_t len;		/* of bytes */
	char text[256];		/* room for made-up strings; bytes may point here */
};

/* Starts an empty table. */
void mib_init(struct mib *mib);

/* Frees what a table holds. */
void mib_done(struct mib *mib);

/*
 * Adds one instance; its names need no order.
 * Owns:   copies the name and the entry's tag, what and index.
 * Errors: -1 out of memory or a name that cannot be encoded.
 */
int mib_add(struct mib *mib, const uint32_t *arcs, size_t n,
    const struct mib_entry *like);

/*
 * Sorts, encodes and indexes the table.
 * Errors: -1 on a name given twice or out of memory.
 */
int mib_seal(struct mib *mib);

/* Returns the entry with this encoded name, or NULL. */
const struct mib_entry *mib_find(const struct mib *mib, struct ber_in name);

/*
 * Returns the first entry after this encoded name, or NULL at the end.
 * Errors: NULL and *ret_bad set when the name cannot be decoded.
 */
const struct mib_entry *mib_next(const struct mib *mib, struct ber_in name,
    int *ret_bad);

/* Tells whether any instance lies under the object that `name` belongs to. */
int mib_has_object(const struct mib *mib, struct ber_in name);

/*
 * Parses a dotted OID, leading dot allowed.
 * Shape:  BER_OID_MAX places in ret_arcs.
 * Errors: -1 for anything else.
 */
int mib_parse(const char *s, uint32_t *ret_arcs, size_t *ret_n);

#endif
