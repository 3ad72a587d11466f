/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <collectord/err.h>

#include "cache.h"
#include "set.h"

static char folder[64];

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int
make_folder(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_ipmi_cache.XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int
remove_folder(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const struct cache_device device = {
    .key = {.manufacturer = 674, .product = 256, .firmware_major = 2,
        .firmware_minor = 0x61, .aux = {1, 2, 3, 4}, .guid = {9, 8, 7},
        .info = {.n_records = 97, .added = 1600000000, .erased = 5}},
    .set_hash = UINT64_C(0x123456789abcdef0), .set_size = 4321, .dcmi = true,
    .chunk = 16, .log = {.known = true, .id = 77, .n_entries = 80,
        .added = 1700000000, .erased = 6, .check = 0xdeadbeef}};

static void
test_round_trip(void **state)
{
	struct cache cache;
	struct cache_device read;
	struct stat st;
	char path[256];

	(void)state;
	cache_init(&cache, folder, 1);
	assert_int_equal(cache_read(&cache, "bmc-1", &read), COL_ENOENT);
	assert_int_equal(cache_write(&cache, "bmc-1", &device), 0);
	assert_int_equal(cache_read(&cache, "bmc-1", &read), 0);
	assert_true(cache_same_key(&read.key, &device.key));
	assert_true(read.set_hash == device.set_hash);
	assert_int_equal(read.set_size, 4321);
	assert_true(read.dcmi);
	assert_int_equal(read.chunk, 16);
	assert_true(read.log.known);
	assert_int_equal(read.log.id, 77);
	assert_int_equal(read.log.n_entries, 80);
	assert_int_equal(read.log.added, 1700000000);
	assert_int_equal(read.log.erased, 6);
	assert_true(read.log.check == 0xdeadbeef);
	/* for us alone */
	(void)snprintf(path, sizeof(path), "%s/devices/bmc-1", folder);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
test_key(void **state)
{
	struct cache_key a = device.key, b = device.key;

	(void)state;
	assert_true(cache_same_key(&a, &b));
	b.info.erased++;
	assert_false(cache_same_key(&a, &b));
	b = a;
	b.aux[3]++;
	assert_false(cache_same_key(&a, &b));
	b = a;
	b.guid[15]++;
	assert_false(cache_same_key(&a, &b));
	b = a;
	b.firmware_minor++;
	assert_false(cache_same_key(&a, &b));
}

static void
test_sets(void **state)
{
	struct cache cache;
	uint8_t bytes[300], *read = NULL;
	uint64_t hash;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (uint8_t)(i * 7);
	}
	hash = set_hash(bytes, sizeof(bytes));
	cache_init(&cache, folder, 2);
	assert_int_equal(cache_write_set(&cache, bytes, sizeof(bytes)), 0);
	assert_int_equal(cache_read_set(&cache, hash, sizeof(bytes), &read),
	    0);
	assert_memory_equal(read, bytes, sizeof(bytes));
	free(read);
	assert_int_equal(cache_read_set(&cache, hash ^ 1, sizeof(bytes),
	    &read), COL_ENOENT);
	assert_int_equal(cache_read_set(&cache, hash, 299, &read),
	    COL_ENOENT);
	assert_int_equal(cache_read_set(&cache, hash, UINT32_MAX, &read),
	    COL_ENOENT);
}

/* Each byte changed, each length: never taken for good. */
static void
test_damage(void **state)
{
	struct cache cache;
	struct cache_device again;
	uint8_t bytes[200];
	char path[256];
	ssize_t n;
	int fd;

	(void)state;
	cache_init(&cache, folder, 3);
	(void)snprintf(path, sizeof(path), "%s/devices/bmc-2", folder);
	assert_int_equal(cache_write(&cache, "bmc-2", &device), 0);
	fd = open(path, O_RDWR);
	n = read(fd, bytes, sizeof(bytes));
	assert_int_equal(n, 90);
	for (ssize_t i = 0; i < n; i++) {
		uint8_t bad = bytes[i] ^ 0x10;
		assert_int_equal(pwrite(fd, &bad, 1, i), 1);
		assert_int_equal(cache_read(&cache, "bmc-2", &again),
		    COL_ENOENT);
		assert_int_equal(pwrite(fd, &bytes[i], 1, i), 1);
	}
	assert_int_equal(cache_read(&cache, "bmc-2", &again), 0);
	for (ssize_t i = n - 1; i >= 0; i -= 3) {
		assert_int_equal(ftruncate(fd, i), 0);
		assert_int_equal(cache_read(&cache, "bmc-2", &again),
		    COL_ENOENT);
	}
	(void)close(fd);
	/* written again, and good */
	assert_int_equal(cache_write(&cache, "bmc-2", &device), 0);
	assert_int_equal(cache_read(&cache, "bmc-2", &again), 0);
}

/* A damaged set makes room for a good one. */
static void
test_damaged_set(void **state)
{
	struct cache cache;
	uint8_t bytes[64] = {1, 2, 3}, *read = NULL;
	uint64_t hash = set_hash(bytes, sizeof(bytes));
	char path[256];
	int fd;

	(void)state;
	cache_init(&cache, folder, 4);
	assert_int_equal(cache_write_set(&cache, bytes, sizeof(bytes)), 0);
	(void)snprintf(path, sizeof(path), "%s/sets/%016llx-64", folder,
	    (unsigned long long)hash);
	fd = open(path, O_WRONLY);
	assert_int_equal(pwrite(fd, "x", 1, 20), 1);
	(void)close(fd);
	assert_int_equal(cache_read_set(&cache, hash, 64, &read), COL_ENOENT);
	assert_int_equal(cache_write_set(&cache, bytes, sizeof(bytes)), 0);
	assert_int_equal(cache_read_set(&cache, hash, 64, &read), 0);
	free(read);
}

static void
test_no_folder(void **state)
{
	struct cache cache;
	struct cache_device read;

	(void)state;
	cache_init(&cache, "", 5);
	assert_int_equal(cache_write(&cache, "bmc-3", &device), COL_EIO);
	assert_int_equal(cache_read(&cache, "bmc-3", &read), COL_ENOENT);
	cache_init(&cache, "/nonexistent/folder", 6);
	assert_int_equal(cache_write(&cache, "bmc-3", &device), COL_EIO);
	/* names that lead elsewhere */
	cache_init(&cache, folder, 7);
	assert_int_equal(cache_write(&cache, "../bmc", &device), COL_EIO);
	assert_int_equal(cache_read(&cache, "../bmc", &read), COL_ENOENT);
	assert_int_equal(cache_write(&cache, "", &device), COL_EIO);
	/* a check value of RFC 3720: 32 bytes of zeros */
	assert_true(cache_crc((const uint8_t[32]){0}, 32) == 0x8a9136aa);
}

static void
age(const char *name, time_t days)
{
	const struct timespec times[2] = {
	    {.tv_sec = time(NULL) - days * 86400},
	    {.tv_sec = time(NULL) - days * 86400}};
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

/* What has not been used for long goes; what is used stays. */
static void
test_sweep(void **state)
{
	struct cache cache;
	struct cache_device read;
	char path[256];
	FILE *file;

	(void)state;
	cache_init(&cache, folder, 8);
	assert_int_equal(cache_write(&cache, "old", &device), 0);
	assert_int_equal(cache_write(&cache, "used", &device), 0);
	(void)snprintf(path, sizeof(path), "%s/.9.1.new", folder);
	file = fopen(path, "we");
	assert_non_null(file);
	(void)fclose(file);
	age("devices/old", 61);
	age("devices/used", 61);
	age(".9.1.new", 2);
	assert_int_equal(cache_read(&cache, "used", &read), 0);
	/* already done today */
	cache_init(&cache, folder, 9);
	assert_int_equal(cache_read(&cache, "old", &read), 0);
	age("devices/old", 61);
	age("swept", 2);
	cache_init(&cache, folder, 10);
	assert_int_equal(cache_read(&cache, "old", &read), COL_ENOENT);
	assert_int_equal(cache_read(&cache, "used", &read), 0);
	assert_int_equal(access(path, F_OK), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_key),
	    cmocka_unit_test(test_sets),
	    cmocka_unit_test(test_damage),
	    cmocka_unit_test(test_damaged_set),
	    cmocka_unit_test(test_no_folder),
	    cmocka_unit_test(test_sweep),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
