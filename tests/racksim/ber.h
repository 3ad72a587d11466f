/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The BER subset SNMP uses, written for hostile input: a cursor that cannot
 * leave its bytes, and a writer that cannot leave its buffer.
 *
 * Route:  datagram -> ber -> agent -> ber -> datagram.
 * Thread: any (pure functions over caller's memory).
 * Source: ITU-T X.690 sections 8.1-8.19; RFC 3417 section 8 (the subset);
 *         RFC 2578 section 7.1 (application tags); RFC 3416 section 3.
 */
#ifndef RACKSIM_BER_H
#define RACKSIM_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Source: RFC 2578 section 7.1.3: an OID has at most 128 sub-identifiers. */
#define BER_OID_MAX 128

/* Source: RFC 2578 section 2 and RFC 3416 section 3 (tags as on the wire). */
enum {
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_NULL = 0x05,
	BER_OID = 0x06,
	BER_SEQUENCE = 0x30,
	BER_IPADDRESS = 0x40,
	BER_COUNTER32 = 0x41,
	BER_GAUGE32 = 0x42,
	BER_TIMETICKS = 0x43,
	BER_OPAQUE = 0x44,
	BER_COUNTER64 = 0x46,
	BER_NO_SUCH_OBJECT = 0x80,
	BER_NO_SUCH_INSTANCE = 0x81,
	BER_END_OF_MIB_VIEW = 0x82
};

/* A reading cursor. */
struct ber_in {
	const uint8_t *p;	/* next byte */
	const uint8_t *end;	/* one past the last byte */
};

/* A writing cursor over a caller's buffer. */
struct ber_out {
	uint8_t *bytes;		/* borrowed */
	size_t len;		/* written so far */
	size_t size;		/* room */
	bool full;		/* a write did not fit; nothing of it was kept */
};

/*
 * Steps over one element and gives its tag and contents.
 * Owns:   the contents borrow the input's bytes.
 * Errors: -1 if it is cut short, indefinite or longer than its frame.
 */
int ber_take(struct ber_in *in, uint8_t *ret_tag, struct ber_in *ret_body);

/* Steps over one element that must have `tag`. Errors: as ber_take. */
int ber_take_tag(struct ber_in *in, uint8_t tag, struct ber_in *ret_body);

/*
 * Reads an INTEGER element of 1 to 4 octets.
 * Errors: -1 on any other element; the output is untouched.
 */
int ber_take_int(struct ber_in *in, int32_t *ret_value);

/*
 * Decodes the contents of an OBJECT IDENTIFIER.
 * Shape:  ret_arcs has BER_OID_MAX places; *ret_n may be 0 (empty contents).
 * Errors: -1 on padding, overflow past 2^32-1, too many or a cut arc.
 */
int ber_oid_decode(struct ber_in body, uint32_t *ret_arcs, size_t *ret_n);

/*
 * Encodes arcs as the contents of an OBJECT IDENTIFIER.
 * Shape:  `size` bytes at `out`; 5 bytes per arc always suffice.
 * Errors: -1 if it does not fit or the first two arcs are impossible.
 */
int ber_oid_encode(const uint32_t *arcs, size_t n, uint8_t *out, size_t size,
    size_t *ret_len);

/* Compares two OIDs in MIB order: <0, 0, >0. */
int ber_oid_compare(const uint32_t *a, size_t n_a, const uint32_t *b,
    size_t n_b);

/* Returns the octets a length field of value `len` takes. */
size_t ber_length_size(size_t len);

/* Writes tag and length. Errors: sets out->full. */
void ber_put_header(struct ber_out *out, uint8_t tag, size_t len);

/* Writes one element with the given contents. Errors: sets out->full. */
void ber_put(struct ber_out *out, uint8_t tag, const uint8_t *body, size_t len);

/* Writes a signed number in its shortest form. Errors: sets out->full. */
void ber_put_int(struct ber_out *out, uint8_t tag, int64_t value);

/* Writes an unsigned 64-bit number. Errors: sets out->full. */
void ber_put_uint(struct ber_out *out, uint8_t tag, uint64_t value);

/*
 * Opens a constructed element with a 4-octet header to be patched later.
 * Errors: sets out->full; returns the position for ber_close in any case.
 */
size_t ber_open(struct ber_out *out, uint8_t tag);

/* Patches the length of the element opened at `at`. */
void ber_close(struct ber_out *out, size_t at);

#endif
