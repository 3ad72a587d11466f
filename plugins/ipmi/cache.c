/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files: magic and version (8 bytes), body, CRC-32C of all before it.  Numbers
 * are little-endian.
 */
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <collectord/err.h>

#include "cache_sweep.h"
#include "set.h"
#include "text.h"

#define MAGIC_DEVICE "CIPMID1\n"
#define MAGIC_SET "CIPMIS1\n"
#define MAGIC_SIZE 8
#define CRC_SIZE 4
#define DEVICE_SIZE 78           /* of a device's body */
#define PATH_SIZE (CACHE_PATH_SIZE + 128)

uint32_t
cache_crc(const uint8_t *bytes, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (int k = 0; k < 8; k++) {
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0x82f63b78) : 0);
		}
	}
	return ~crc;
}

static bool
make_folder(const char *folder, const char *name)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

void
cache_init(struct cache *cache, const char *folder, uint32_t number)
{
	memset(cache, 0, sizeof(*cache));
	cache->number = number;
	if (strlen(folder) > 0 && strlen(folder) < CACHE_PATH_SIZE &&
	    make_folder(folder, "devices") && make_folder(folder, "sets")) {
		(void)snprintf(cache->folder, sizeof(cache->folder), "%s",
		    folder);
		cache_sweep_daily(cache);
	}
}

/* ---- files ----------------------------------------------------------------------- */

/* A whole file of exactly size bytes between magic and checksum. */
static int
read_file(const char *path, const char *magic, uint8_t *bytes, size_t size)
{
	size_t whole = MAGIC_SIZE + size + CRC_SIZE, n = 0;
	uint8_t *all = malloc(whole + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t got = 1;
	int rc = COL_ENOENT;

	while (fd >= 0 && all != NULL && n <= whole && got > 0) {
		got = read(fd, all + n, whole + 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	if (fd >= 0 && all != NULL && n == whole &&
	    memcmp(all, magic, MAGIC_SIZE) == 0 &&
	    text_u32(all + whole - CRC_SIZE) ==
	    cache_crc(all, whole - CRC_SIZE)) {
		memcpy(bytes, all + MAGIC_SIZE, size);
		cache_touch(fd);
		rc = 0;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	free(all);
	return rc;
}

static void
put_u32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		to[i] = (uint8_t)(value >> 8 * i);
	}
}

static void
put_u16(uint8_t *to, uint16_t value)
{
	to[0] = (uint8_t)value;
	to[1] = (uint8_t)(value >> 8);
}

static bool
write_all(int fd, const uint8_t *bytes, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t put = write(fd, bytes + done, n - done);
		if (put <= 0) {
			return false;
		}
		done += (size_t)put;
	}
	return true;
}

static int
write_file(struct cache *cache, const char *path, const char *magic,
    const uint8_t *bytes, size_t size)
{
	size_t whole = MAGIC_SIZE + size + CRC_SIZE;
	uint8_t *all = malloc(whole);
	char beside[PATH_SIZE + 48];
	int fd = -1, rc = COL_EIO;

	if (cache->folder[0] == '\0' || all == NULL) {
		free(all);
		return COL_EIO;
	}
	memcpy(all, magic, MAGIC_SIZE);
	memcpy(all + MAGIC_SIZE, bytes, size);
	put_u32(all + whole - CRC_SIZE, cache_crc(all, whole - CRC_SIZE));
	(void)snprintf(beside, sizeof(beside), "%s/.%" PRIu32 ".%" PRIu32
	    ".new", cache->folder, cache->number, cache->n_writes++ & 7);
	fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd >= 0 && write_all(fd, all, whole) && close(fd) == 0) {
		fd = -1;
		rc = rename(beside, path) == 0 ? 0 : COL_EIO;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	if (rc != 0) {
		(void)unlink(beside);
	}
	free(all);
	return rc;
}

/* ---- devices ------------------------------------------------------------------------ */

static void
device_path(const struct cache *cache, const char *id, char *ret_path)
{
	(void)snprintf(ret_path, PATH_SIZE, "%s/devices/%.80s", cache->folder,
	    id);
}

int
cache_read(const struct cache *cache, const char *id,
    struct cache_device *ret_device)
{
	uint8_t b[DEVICE_SIZE];
	char path[PATH_SIZE];
	struct cache_device device = {.dcmi = false};

	device_path(cache, id, path);
	if (cache->folder[0] == '\0' || id[0] == '\0' ||
	    strchr(id, '/') != NULL ||
	    read_file(path, MAGIC_DEVICE, b, sizeof(b)) != 0) {
		return COL_ENOENT;
	}
	device.key.manufacturer = text_u32(b);
	device.key.product = text_u16(b + 4);
	device.key.firmware_major = b[6];
	device.key.firmware_minor = b[7];
	memcpy(device.key.aux, b + 8, 4);
	memcpy(device.key.guid, b + 12, 16);
	device.key.info.n_records = text_u16(b + 28);
	device.key.info.added = text_u32(b + 30);
	device.key.info.erased = text_u32(b + 34);
	device.set_hash = text_u32(b + 38) |
	    (uint64_t)text_u32(b + 42) << 32;
	device.set_size = text_u32(b + 46);
	device.dcmi = b[50] != 0;
	device.chunk = b[51];
	device.log.known = b[52] != 0;
	device.log.id = text_u16(b + 54);
	device.log.n_entries = text_u16(b + 56);
	device.log.added = text_u32(b + 58);
	device.log.erased = text_u32(b + 62);
	device.log.check = text_u32(b + 66);
	*ret_device = device;
	return 0;
}

int
cache_write(struct cache *cache, const char *id,
    const struct cache_device *device)
{
	uint8_t b[DEVICE_SIZE] = {0};
	char path[PATH_SIZE];

	if (id[0] == '\0' || strchr(id, '/') != NULL) {
		return COL_EIO;
	}
	put_u32(b, device->key.manufacturer);
	put_u16(b + 4, device->key.product);
	b[6] = device->key.firmware_major;
	b[7] = device->key.firmware_minor;
	memcpy(b + 8, device->key.aux, 4);
	memcpy(b + 12, device->key.guid, 16);
	put_u16(b + 28, device->key.info.n_records);
	put_u32(b + 30, device->key.info.added);
	put_u32(b + 34, device->key.info.erased);
	put_u32(b + 38, (uint32_t)device->set_hash);
	put_u32(b + 42, (uint32_t)(device->set_hash >> 32));
	put_u32(b + 46, device->set_size);
	b[50] = device->dcmi;
	b[51] = device->chunk;
	b[52] = device->log.known;
	put_u16(b + 54, device->log.id);
	put_u16(b + 56, device->log.n_entries);
	put_u32(b + 58, device->log.added);
	put_u32(b + 62, device->log.erased);
	put_u32(b + 66, device->log.check);
	device_path(cache, id, path);
	return write_file(cache, path, MAGIC_DEVICE, b, sizeof(b));
}

/* ---- sets ------------------------------------------------------------------------------ */

static void
set_path(const struct cache *cache, uint64_t hash, uint32_t size,
    char *ret_path)
{
	(void)snprintf(ret_path, PATH_SIZE, "%s/sets/%016" PRIx64 "-%" PRIu32,
	    cache->folder, hash, size);
}

int
cache_read_set(const struct cache *cache, uint64_t hash, uint32_t size,
    uint8_t **ret_records)
{
	char path[PATH_SIZE];
	uint8_t *records;

	if (cache->folder[0] == '\0' || size > SET_BYTES_MAX) {
		return COL_ENOENT;
	}
	records = malloc((size_t)size + 1);
	if (records == NULL) {
		return COL_ENOMEM;
	}
	set_path(cache, hash, size, path);
	if (read_file(path, MAGIC_SET, records, size) != 0 ||
	    set_hash(records, size) != hash) {
		(void)unlink(path);      /* damaged: make room for a good one */
		free(records);
		return COL_ENOENT;
	}
	*ret_records = records;
	return 0;
}

int
cache_write_set(struct cache *cache, const uint8_t *records, uint32_t size)
{
	char path[PATH_SIZE];
	struct stat known;
	uint64_t hash = set_hash(records, size);

	set_path(cache, hash, size, path);
	/* Another device of the model has written it. */
	if (stat(path, &known) == 0 && known.st_size ==
	    (off_t)(MAGIC_SIZE + (size_t)size + CRC_SIZE)) {
		return 0;
	}
	return write_file(cache, path, MAGIC_SET, records, size);
}

bool
cache_same_key(const struct cache_key *a, const struct cache_key *b)
{
	return a->manufacturer == b->manufacturer &&
	    a->product == b->product &&
	    a->firmware_major == b->firmware_major &&
	    a->firmware_minor == b->firmware_minor &&
	    memcmp(a->aux, b->aux, sizeof(a->aux)) == 0 &&
	    memcmp(a->guid, b->guid, sizeof(a->guid)) == 0 &&
	    a->info.n_records == b->info.n_records &&
	    a->info.added == b->info.added &&
	    a->info.erased == b->info.erased;
}
