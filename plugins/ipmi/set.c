/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "set.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

/* Source: FNV-1a, 64 bits; the finalizer of splitmix64. */
uint64_t
set_hash(const uint8_t *bytes, size_t n)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++) {
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	}
	hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	return hash ^ hash >> 31;
}

/* The length of the record at records, 0: it leads beyond the end. */
static size_t
record_size(const uint8_t *records, size_t n)
{
	size_t size = n < SDR_HEADER ? 0 : SDR_HEADER + (size_t)records[4];

	return size > n ? 0 : size;
}

static bool
is_same(const struct sdr_sensor *a, const struct sdr_sensor *b)
{
	return a->owner == b->owner && a->lun == b->lun &&
	    a->channel == b->channel && a->number == b->number;
}

/* Of two records for one sensor the one that can be read counts. */
static void
add_sensor(struct sensor_set *set, const struct sdr_sensor *sensor)
{
	for (size_t i = 0; i < set->n_sensors; i++) {
		if (is_same(&set->sensors[i], sensor)) {
			if (sensor->kind < set->sensors[i].kind) {
				set->sensors[i] = *sensor;
			}
			return;
		}
	}
	set->sensors[set->n_sensors++] = *sensor;
}

static int
parse(struct sensor_set *set)
{
	struct sdr_sensor sensors[SDR_SHARED_MAX];
	size_t room = 0;

	for (size_t at = 0; at < set->size; set->n_records++) {
		size_t size = record_size(set->records + at, set->size - at);
		size_t n = 0;
		int rc;
		if (size == 0) {
			return COL_EPROTO;
		}
		rc = sdr_sensors(set->records + at, size, sensors, &n);
		set->n_odd += rc == COL_EPROTO;
		if (set->n_sensors + n > SET_SENSORS_MAX) {
			return COL_ERANGE;
		}
		if (rc == 0 && set->n_sensors + n > room) {
			void *grown = realloc(set->sensors, (2 * room + n) *
			    sizeof(*set->sensors));
			if (grown == NULL) {
				return COL_ENOMEM;
			}
			room = 2 * room + n;
			set->sensors = grown;
		}
		for (size_t i = 0; rc == 0 && i < n; i++) {
			add_sensor(set, &sensors[i]);
		}
		at += size;
	}
	return 0;
}

static void
set_free(struct sensor_set *set)
{
	free(set->sensors);
	free(set->records);
	free(set);
}

int
set_get(struct set_table *table, const uint8_t *records, size_t size,
    struct sensor_set **ret_set)
{
	uint64_t hash = set_hash(records, size);
	struct sensor_set **bucket = &table->buckets[hash % SET_BUCKETS], *set;
	int rc;

	for (set = *bucket; set != NULL; set = set->next) {
		if (set->hash == hash && set->size == size &&
		    memcmp(set->records, records, size) == 0) {
			set->n_refs++;
			*ret_set = set;
			return 0;
		}
	}
	if (size > SET_BYTES_MAX) {
		return COL_ERANGE;
	}
	set = calloc(1, sizeof(*set));
	if (set == NULL || (set->records = malloc(size + 1)) == NULL) {
		free(set);
		return COL_ENOMEM;
	}
	memcpy(set->records, records, size);
	set->size = size;
	set->hash = hash;
	rc = parse(set);
	if (rc != 0) {
		set_free(set);
		return rc;
	}
	set->n_refs = 1;
	set->table = table;
	set->next = *bucket;
	*bucket = set;
	table->n++;
	*ret_set = set;
	return 0;
}

struct sensor_set *
set_known(const struct set_table *table, uint64_t hash, size_t size)
{
	struct sensor_set *set = table->buckets[hash % SET_BUCKETS];

	while (set != NULL && (set->hash != hash || set->size != size)) {
		set = set->next;
	}
	if (set != NULL) {
		set->n_refs++;
	}
	return set;
}

void
set_unref(struct sensor_set *set)
{
	struct sensor_set **at;

	if (set == NULL || --set->n_refs > 0) {
		return;
	}
	at = &set->table->buckets[set->hash % SET_BUCKETS];
	while (*at != set) {
		at = &(*at)->next;
	}
	*at = set->next;
	set->table->n--;
	set_free(set);
}

const struct sdr_sensor *
set_find(const struct sensor_set *set, uint8_t number)
{
	for (size_t i = 0; i < set->n_sensors; i++) {
		if (set->sensors[i].number == number &&
		    set->sensors[i].owner == SDR_BMC_OWNER) {
			return &set->sensors[i];
		}
	}
	return NULL;
}
