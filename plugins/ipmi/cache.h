/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was learned of BMCs, on disk: per device what it was then, per model
 * its sensor records.  All of it may be lost: what is missing, cut, of another
 * version or does not add up is read anew from the BMC.
 *
 *   FOLDER/devices/ID         key, log position, which records
 *   FOLDER/sets/HASH-SIZE     records, one file for all equal models
 *
 * Files are written beside and renamed.  They are not synced: after a crash
 * their checksums tell.
 *
 * Route: round -> keeper -> here.  Thread: reads are the POLL thread's, one
 * small file each; writes are the keeper's, and one at a time.
 */
#ifndef IPMI_CACHE_H
#define IPMI_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "log_reader.h"
#include "repository.h"

#define CACHE_PATH_SIZE 1024

struct cache {
	char folder[CACHE_PATH_SIZE]; /* "": there is none */
	uint32_t number;              /* of this thread, for temporary names */
	uint32_t n_writes;            /* the writer's */
};

/* What a repository was read from; a difference means: read it anew. */
struct cache_key {
	uint32_t manufacturer;
	uint16_t product;
	uint8_t firmware_major, firmware_minor;
	uint8_t aux[4];
	uint8_t guid[16];             /* zeros: it tells none */
	struct repository_info info;
};

struct cache_device {
	struct cache_key key;
	uint64_t set_hash;
	uint32_t set_size;
	bool dcmi;                    /* its DCMI gave power */
	uint8_t chunk;                /* bytes of a record at once */
	struct log_position log;
};

#define CACHE_KEPT_S 5184000      /* 60 days without use */

/*
 * Makes the folders; once a day removes what has not been used for long.
 * What cannot be made is no cache, and no error.
 */
void cache_init(struct cache *cache, const char *folder, uint32_t number);

/* Errors: COL_ENOENT (none, or not usable).  id is a device's. */
int cache_read(const struct cache *cache, const char *id,
    struct cache_device *ret_device);
/* Errors: COL_EIO. */
int cache_write(struct cache *cache, const char *id,
    const struct cache_device *device);
/*
 * The records of a set.  Owns: the caller frees *ret_records.
 * Errors: COL_ENOENT (none, or not usable), COL_ENOMEM.
 */
int cache_read_set(const struct cache *cache, uint64_t hash, uint32_t size,
    uint8_t **ret_records);
int cache_write_set(struct cache *cache, const uint8_t *records,
    uint32_t size);

/*
 * Removes files of both folders that were last used before keep_s, and what
 * was left half written.  Returns how many.  Thread: blocks for a stat per
 * file.
 */
unsigned cache_sweep(const struct cache *cache, int64_t keep_s);

bool cache_same_key(const struct cache_key *a, const struct cache_key *b);

/* CRC-32C.  Source: RFC 3720 appendix B.4. */
uint32_t cache_crc(const uint8_t *bytes, size_t n);

#endif
