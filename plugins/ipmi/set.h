/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sensors of one model: records as read, and parsed; equal repositories
 * share one set.
 *
 * Route: repository or cache -> here -> choose.
 * Thread: the POLL thread of its table, counted.
 */
#ifndef IPMI_SET_H
#define IPMI_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdr.h"

#define SET_BUCKETS 256
#define SET_SENSORS_MAX 1024
#define SET_BYTES_MAX 131072

struct sensor_set {
	unsigned n_refs;
	uint64_t hash;                /* of the records */
	size_t n_sensors;
	struct sdr_sensor *sensors;
	unsigned n_records, n_odd;    /* n_odd: sensor records that are none */
	size_t size;
	uint8_t *records;             /* one after the other, as read */
	bool kept;                    /* it has been given to the keeper */
	struct set_table *table;
	struct sensor_set *next;
};

struct set_table {
	struct sensor_set *buckets[SET_BUCKETS];
	size_t n;
};

/* FNV-1a with a last mix: names files and finds equals, proves nothing. */
uint64_t set_hash(const uint8_t *bytes, size_t n);

/*
 * Finds or makes the set of these records.
 * Owns: copies; returns a reference, set_unref it.
 * Errors: COL_EPROTO (a record's length leads beyond the end), COL_ERANGE
 * (more than the bounds above), COL_ENOMEM.
 */
int set_get(struct set_table *table, const uint8_t *records, size_t size,
    struct sensor_set **ret_set);
/*
 * The set that is here already under this hash and size, with a reference;
 * NULL: none.  What a device's own file says: another's set that happens to
 * have the same hash would mislead that device alone.
 */
struct sensor_set *set_known(const struct set_table *table, uint64_t hash,
    size_t size);
void set_unref(struct sensor_set *set); /* accepts NULL */

/* The sensor of a number, owned by the BMC; NULL: none of the set. */
const struct sdr_sensor *set_find(const struct sensor_set *set,
    uint8_t number);

#endif
