/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waits to be written can be found, and is written in the end. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <collectord/err.h>

#include "keeper.h"
#include "set.h"

#define DEVICES 200
#define SIZE 300

static char folder[64];
static struct cache cache;
static struct keeper keeper;

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int
make(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/test_ipmi_keeper.XXXXXX");
	if (mkdtemp(folder) == NULL) {
		return -1;
	}
	cache_init(&cache, folder, 1);
	keeper_init(&keeper, &cache);
	return 0;
}

static int
clean(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Each device thrice: the last word counts, at once and on disk. */
static void
test_last_word(void **state)
{
	struct cache_device device = {.set_size = SIZE}, read;
	char id[32];

	(void)state;
	for (uint32_t round = 1; round <= 3; round++) {
		for (uint32_t i = 0; i < DEVICES; i++) {
			(void)snprintf(id, sizeof(id), "bmc-%u", i);
			device.key.manufacturer = 1000 * round + i;
			assert_int_equal(keeper_device(&keeper, id, &device), 0);
			assert_int_equal(keeper_find(&keeper, id, &read), 0);
			assert_int_equal(read.key.manufacturer,
			    1000 * round + i);
		}
	}
	assert_int_equal(keeper_find(&keeper, "bmc-none", &read), COL_ENOENT);
	keeper_done(&keeper);
	for (uint32_t i = 0; i < DEVICES; i++) {
		(void)snprintf(id, sizeof(id), "bmc-%u", i);
		assert_int_equal(cache_read(&cache, id, &read), 0);
		assert_int_equal(read.key.manufacturer, 3000 + i);
	}
}

static void
test_set(void **state)
{
	uint8_t records[SIZE], *read;

	(void)state;
	memset(records, 7, sizeof(records));
	assert_int_equal(keeper_set(&keeper, records, SIZE), 0);
	keeper_done(&keeper);
	assert_int_equal(cache_read_set(&cache, set_hash(records, SIZE), SIZE,
	    &read), 0);
	assert_memory_equal(read, records, SIZE);
	free(read);
}

/* A writer that stands still: so much waits and no more, but nothing is lost. */
static void
test_full(void **state)
{
	struct cache_device device = {.set_size = SIZE}, read;
	char id[32];

	(void)state;
	assert_int_equal(keeper_device(&keeper, "first", &device), 0);
	(void)pthread_mutex_lock(&keeper.lock);
	keeper.n += KEEPER_JOBS_MAX;
	(void)pthread_mutex_unlock(&keeper.lock);
	(void)snprintf(id, sizeof(id), "one-more");
	assert_int_equal(keeper_device(&keeper, id, &device), COL_EFULL);
	(void)pthread_mutex_lock(&keeper.lock);
	keeper.n -= KEEPER_JOBS_MAX;
	(void)pthread_mutex_unlock(&keeper.lock);
	assert_int_equal(keeper_device(&keeper, id, &device), 0);
	keeper_done(&keeper);
	assert_int_equal(cache_read(&cache, "first", &read), 0);
	assert_int_equal(cache_read(&cache, id, &read), 0);
}

/* Nothing is started where there is nothing to write to. */
static void
test_no_cache(void **state)
{
	struct cache_device device = {.set_size = SIZE}, read;

	(void)state;
	cache_init(&cache, "", 2);
	assert_int_equal(keeper_device(&keeper, "bmc", &device), COL_EIO);
	assert_int_equal(keeper_set(&keeper, (const uint8_t *)"", 0), COL_EIO);
	assert_int_equal(keeper_find(&keeper, "bmc", &read), COL_ENOENT);
	assert_false(keeper.has_thread);
	keeper_done(&keeper);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_last_word, make, clean),
	    cmocka_unit_test_setup_teardown(test_set, make, clean),
	    cmocka_unit_test_setup_teardown(test_full, make, clean),
	    cmocka_unit_test_setup_teardown(test_no_cache, make, clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
