/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/zone.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZONES_MAX 8
#define FILE_MAX (64 * 1024)
#define HEADER_SIZE 44

struct zone {
	char name[64];
	bool known;
	uint32_t n;           /* transitions */
	int64_t *at;          /* ascending */
	int32_t *offset;      /* valid from at[i] on */
	int32_t first;        /* before at[0] */
};

static struct {
	pthread_mutex_t lock;
	struct zone zones[ZONES_MAX];
	unsigned n;
} cache = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int64_t
big_endian(const unsigned char *p, unsigned n)
{
	uint64_t value = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (unsigned i = 0; i < n; i++) {
		value = value << 8 | p[i];
	}
	return (int64_t)value;
}

/* Bytes of a data block behind the header at p.  Source: RFC 8536 s.3.2. */
static size_t
block_size(const unsigned char *p, unsigned time_size)
{
	size_t isut = (size_t)big_endian(p + 20, 4), isstd = (size_t)big_endian(p + 24, 4);
	size_t leap = (size_t)big_endian(p + 28, 4), times = (size_t)big_endian(p + 32, 4);
	size_t types = (size_t)big_endian(p + 36, 4), chars = (size_t)big_endian(p + 40, 4);

	return times * (time_size + 1) + types * 6 + chars +
	    leap * (time_size + 4) + isstd + isut;
}

static bool
parse_block(struct zone *zone, const unsigned char *p, size_t size)
{
	size_t times, types, need;
	const unsigned char *index, *type;

	if (size < HEADER_SIZE || memcmp(p, "TZif", 4) != 0) {
		return false;
	}
	times = (size_t)big_endian(p + 32, 4);
	types = (size_t)big_endian(p + 36, 4);
	need = block_size(p, 8);
	if (times > 10000 || types == 0 || types > 256 || need > size - HEADER_SIZE) {
		return false;
	}
	p += HEADER_SIZE;
	index = p + times * 8;
	type = index + times;
	zone->at = calloc(times + 1, sizeof(*zone->at));
	zone->offset = calloc(times + 1, sizeof(*zone->offset));
	if (zone->at == NULL || zone->offset == NULL) {
		return false;
	}
	for (size_t i = 0; i < times; i++) {
		zone->at[i] = big_endian(p + i * 8, 8);
		zone->offset[i] = index[i] < types
		    ? (int32_t)big_endian(type + index[i] * 6, 4) : 0;
	}
	zone->n = (uint32_t)times;
	zone->first = (int32_t)big_endian(type, 4);
	return true;
}

/* The second block, with 64-bit times, follows the first, with 32-bit ones. */
static bool
parse_file(struct zone *zone, const unsigned char *p, size_t size)
{
	size_t skip;

	if (size < HEADER_SIZE || memcmp(p, "TZif", 4) != 0 || p[4] < '2') {
		return false;
	}
	skip = HEADER_SIZE + block_size(p, 4);
	return skip < size && parse_block(zone, p + skip, size - skip);
}

static void
load(struct zone *zone, const char *name)
{
	unsigned char *data = malloc(FILE_MAX);
	char path[128];
	size_t size = 0;
	FILE *file = NULL;

	(void)snprintf(zone->name, sizeof(zone->name), "%s", name);
	if (name[0] != '\0' && name[0] != '/' && strstr(name, "..") == NULL &&
	    strlen(name) < sizeof(zone->name)) {
		(void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
		file = fopen(path, "re");
	}
	if (file != NULL && data != NULL) {
		size = fread(data, 1, FILE_MAX, file);
		zone->known = parse_file(zone, data, size);
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	/* A minimal system has no zone files; the product's own province must
	 * still be right.  Source: IANA tz, China: UTC+8 since 1991. */
	if (!zone->known && (strcmp(name, "Asia/Shanghai") == 0 ||
	    strcmp(name, "UTC") == 0)) {
		zone->known = true;
		zone->first = strcmp(name, "UTC") == 0 ? 0 : 8 * 3600;
	}
	free(data);
}

/* Called with the lock held. */
static const struct zone *
find(const char *name)
{
	static const struct zone UNKNOWN;

	for (unsigned i = 0; i < cache.n; i++) {
		if (strcmp(cache.zones[i].name, name) == 0) {
			return &cache.zones[i];
		}
	}
	if (cache.n == ZONES_MAX || strlen(name) >= sizeof(cache.zones[0].name)) {
		return &UNKNOWN;
	}
	load(&cache.zones[cache.n], name);
	return &cache.zones[cache.n++];
}

int32_t
zone_offset(const char *zone, int64_t at)
{
	const struct zone *z;
	int32_t offset;

	pthread_mutex_lock(&cache.lock);
	z = find(zone);
	offset = z->first;
	for (uint32_t i = z->n; i > 0; i--) {
		if (z->at[i - 1] <= at) {
			offset = z->offset[i - 1];
			break;
		}
	}
	pthread_mutex_unlock(&cache.lock);
	return offset;
}

bool
zone_known(const char *zone)
{
	bool known;

	pthread_mutex_lock(&cache.lock);
	known = find(zone)->known;
	pthread_mutex_unlock(&cache.lock);
	return known;
}
