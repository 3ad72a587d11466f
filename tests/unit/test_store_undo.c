/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The undo log torn and spoilt at every byte; heads of RRD files with every bit wrong. */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/str.h"
#include "store/rrdfile.h"
#include "store/rrdhead.h"
#include "store/sparse.h"
#include "store/undo.h"

#define LOG "undo.log"
#define A "rack/00/a.rrd"
#define B "rack/00/b.rrd"
#define T0 INT64_C(1763712000)
#define ROOM 200000

struct disk { char dir[32]; };
struct bytes { char data[ROOM]; size_t size; };

static struct bytes
slurp(const char *path)
{
	struct bytes bytes;
	int fd = open(path, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, bytes.data, ROOM);
	assert_in_range(n, 0, ROOM - 1);
	(void)close(fd);
	bytes.size = (size_t)n;
	return bytes;
}

static void
spit(const char *path, const char *from, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, from, size), size);
	(void)close(fd);
}

static void
make(const char *path)
{
	struct proto_ensure ensure = { .before_s = T0, .n_ds = 3,
	    .names = { "power_w", "s01", "s02" } };
	struct col_error error;

	str_copy(ensure.path, sizeof(ensure.path), path);
	archive_plan(ARCHIVE_LEAN, 60, &ensure.plan);
	assert_int_equal(rrdfile_make(&ensure, NULL, &error), 0);
	assert_int_equal(rrdfile_put(path, &error), 0);
}

static void
update(const char *path, int64_t slot_s)
{
	static const double VALUES[3] = { 1.5, 2.5, 3.5 };
	struct proto_row row = { slot_s, 7, VALUES };
	struct proto_update update = { .step_s = 60, .n_ds = 3, .n_rows = 1, .rows = &row,
	    .names = { "power_w", "s01", "s02" } };
	struct proto_reply reply = { 0 };

	str_copy(update.path, sizeof(update.path), path);
	rrdfile_update(&update, &reply);
	assert_int_equal(reply.code, 0);
}

static int
set_up(void **state)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	assert_non_null(disk);
	str_copy(disk->dir, sizeof(disk->dir), "/tmp/undo-XXXXXX");
	assert_non_null(mkdtemp(disk->dir));
	assert_int_equal(chdir(disk->dir), 0);
	rrdfile_init();
	make(A);
	make(B);
	*state = disk;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
tear_down(void **state)
{
	struct disk *disk = *state;

	assert_int_equal(chdir("/"), 0);
	assert_int_equal(nftw(disk->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(disk);
	return 0;
}

struct told { unsigned n; char paths[8][64]; };

static void
tell(void *arg, const char *path)
{
	struct told *told = arg;

	assert_true(told->n < 8);
	str_copy(told->paths[told->n++], 64, path);
}

static struct undo *
open_log(void)
{
	struct undo *undo = NULL;
	struct col_error error;

	assert_int_equal(undo_open(LOG, &undo, &error), 0);
	return undo;
}

static struct undo_count
restore(struct told *told)
{
	struct undo *undo = open_log();
	struct undo_count count = { 0 };
	struct col_error error;

	*told = (struct told){ 0 };
	assert_int_equal(undo_restore(undo, tell, told, &count, &error), 0);
	assert_int_equal(count.restored, told->n);
	undo_free(undo);
	return count;
}

/* Images as the store process takes them; the updates come after. */
static void
log_images(const char *first, const char *second)
{
	struct undo *undo = open_log();

	assert_int_equal(undo_add(undo, first, NULL), 0);
	assert_int_equal(undo_add(undo, first, NULL), 0); /* one is enough */
	if (second != NULL) {
		assert_int_equal(undo_add(undo, second, NULL), 0);
	}
	assert_int_equal(undo_sync(undo, NULL), 0);
	undo_free(undo);
}

static bool
same_head(const char *path, const struct bytes *as)
{
	struct bytes now = slurp(path);
	struct rrdhead head;

	assert_int_equal(rrdhead_parse(as->data, as->size, as->size, &head, NULL), 0);
	return memcmp(now.data + head.live_at, as->data + head.live_at, head.live_size) == 0;
}

static void
heads_come_back(void **state)
{
	struct bytes a = slurp(A), b = slurp(B);
	struct undo *undo;
	struct told told;

	(void)state;
	log_images(A, B);
	update(A, T0 + 60);
	assert_false(same_head(A, &a));
	assert_int_equal(restore(&told).restored, 2);
	assert_string_equal(told.paths[0], A);
	assert_true(same_head(A, &a) && same_head(B, &b));
	/* the older image of two counts */
	update(A, T0 + 60);
	log_images(A, NULL);
	update(A, T0 + 120);
	assert_int_equal(restore(&told).restored, 2);
	assert_true(same_head(A, &a));
	/* none counts after a sync */
	update(A, T0 + 60);
	undo = open_log();
	assert_true(undo_bytes(undo) > 0);
	assert_int_equal(undo_forget(undo, NULL), 0);
	assert_int_equal(undo_bytes(undo), 0);
	undo_free(undo);
	a = slurp(A);
	assert_int_equal(restore(&told).restored, 0);
	assert_true(same_head(A, &a));
}

/* A file that was replaced is not spoilt by the image of the former one. */
static void
images_of_other_files_do_not_count(void **state)
{
	struct told told;
	struct undo *undo;
	struct bytes a, b;

	(void)state;
	log_images(A, B);
	undo = open_log();
	undo_void(undo, A);
	assert_int_equal(undo_sync(undo, NULL), 0);
	undo_free(undo);
	update(A, T0 + 60);
	a = slurp(A);
	assert_int_equal(restore(&told).restored, 1);
	assert_string_equal(told.paths[0], B);
	assert_true(same_head(A, &a));
	/* cut, or gone: passed over */
	b = slurp(B);
	spit(B, b.data, 5000);
	assert_int_equal(restore(&told).skipped, 1);
	assert_int_equal(slurp(B).size, 5000);
	assert_int_equal(unlink(B), 0);
	assert_int_equal(restore(&told).skipped, 1);
	assert_int_equal(access(B, F_OK), -1);
}

/* What is mostly zero takes little room and comes back as it was; a cut or
 * forged form is refused. */
static void
sparse_bytes_come_back(void **state)
{
	static const size_t SIZES[] = { 0, 8, 512, 520, 4096 };
	unsigned char data[4096], back[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]); i++) {
		struct buf_reader r = { 0 };
		size_t size = SIZES[i], got = 1;
		struct buf out;

		for (size_t k = 0; k < size; k++) {
			data[k] = k % 56 < 8 ? (unsigned char)(k + i) : 0;
		}
		buf_init(&out, 0);
		sparse_put(&out, data, size);
		assert_in_range(out.size, 4, SPARSE_SIZE_MAX(size));
		assert_true(size < 512 || out.size < size / 4);
		r.data = (unsigned char *)out.data;
		for (r.size = 0; r.size < out.size; r.size++) {
			r.at = 0;
			r.failed = false;
			assert_false(sparse_get(&r, back, sizeof(back), &got));
		}
		r.at = 0;
		r.failed = false;
		assert_false(size > 0 && sparse_get(&r, back, size - 1, &got));
		r.at = 0;
		r.failed = false;
		assert_true(sparse_get(&r, back, sizeof(back), &got));
		assert_int_equal(got, size);
		assert_int_equal(r.at, out.size);
		assert_memory_equal(back, data, size);
		buf_done(&out);
	}
}

/* A log as earlier versions wrote it: images as they are, one behind the other. */
static void
raw_images_are_put_back(void **state)
{
	struct bytes a = slurp(A), log;
	struct buf body, record;
	struct rrdhead head;
	struct told told;
	uint64_t epoch = 1;
	uint32_t crc, size;

	(void)state;
	assert_int_equal(rrdhead_parse(a.data, a.size, a.size, &head, NULL), 0);
	undo_free(open_log());
	log = slurp(LOG);
	buf_init(&body, 0);
	buf_init(&record, 0);
	buf_str16(&body, A);
	buf_u64(&body, head.live_at);
	buf_put(&body, a.data + head.live_at, head.live_size);
	size = (uint32_t)body.size;
	buf_put(&record, log.data, log.size);
	while (record.size < 8192) {
		buf_u8(&record, 0);
	}
	buf_u32(&record, size);
	buf_u32(&record, 1);
	buf_u64(&record, epoch);
	crc = hash_crc32c(0, record.data + 8192, 16);
	buf_u32(&record, crc);
	buf_u32(&record, hash_crc32c(0, body.data, size));
	buf_put(&record, body.data, size);
	spit(LOG, record.data, record.size);
	buf_done(&body);
	buf_done(&record);
	update(A, T0 + 60);
	/* a later image is of no use: the oldest counts */
	log_images(A, B);
	update(A, T0 + 120);
	assert_int_equal(restore(&told).restored, 2);
	assert_true(same_head(A, &a));
}

/* Cut at any byte: what is put back is right, what is torn was never needed. */
static void
torn_logs_are_read_as_far_as_they_go(void **state)
{
	struct bytes a = slurp(A), log, changed;
	unsigned last_n = 0;

	(void)state;
	log_images(A, B);
	log = slurp(LOG);
	update(A, T0 + 60);
	changed = slurp(A);
	for (size_t cut = 8192; cut <= log.size; cut += cut + 40 < log.size ? 37 : 1) {
		struct told told;
		unsigned n;

		spit(LOG, log.data, cut);
		spit(A, changed.data, changed.size);
		n = restore(&told).restored;
		assert_in_range(n, last_n, 2);
		assert_true(same_head(A, n > 0 ? &a : &changed));
		last_n = n;
	}
	assert_int_equal(last_n, 2);
}

/* Spoilt at any byte: an image is put back whole or not at all. */
static void
spoilt_images_are_not_used(void **state)
{
	struct bytes a = slurp(A), log, changed;
	unsigned n_none = 0, n_told = 0;

	(void)state;
	log_images(A, NULL);
	log = slurp(LOG);
	update(A, T0 + 60);
	changed = slurp(A);
	for (size_t at = 0; at < log.size; at += at > 8192 + 200 && at + 97 < log.size ? 97 : 1) {
		struct told told;
		struct undo_count count;

		if (at == 24) {
			at = 4096; /* the slots' unused parts */
		} else if (at == 4096 + 24) {
			at = 8192;
		}
		log.data[at] ^= (char)(1 << at % 8);
		spit(LOG, log.data, log.size);
		log.data[at] ^= (char)(1 << at % 8);
		spit(A, changed.data, changed.size);
		count = restore(&told);
		assert_true(same_head(A, count.restored > 0 ? &a : &changed));
		n_none += count.restored == 0;
		n_told += count.damaged > 0;
	}
	assert_true(n_none > 100 && n_told > 60);
}

static void
heads_are_checked(void **state)
{
	struct bytes a = slurp(A);
	struct rrdhead head;
	struct col_error error;
	unsigned n_refused = 0;

	(void)state;
	assert_int_equal(rrdhead_verify(A, &head, &error), 0);
	assert_int_equal(head.n_ds, 3);
	assert_int_equal(head.n_rra, 4);
	assert_int_equal(head.step_s, 60);
	assert_int_equal(head.last_s, T0);
	assert_int_equal(head.file_size, a.size);
	assert_string_equal(head.names[1], "s01");
	assert_int_equal(rrdhead_open("rack/00/none.rrd", &head, &error), COL_ENOENT);
	for (size_t size = 0; size < a.size; size += size < 4000 ? 1 : 1001) {
		assert_int_equal(rrdhead_parse(a.data, size, size, &head, &error), COL_EPROTO);
	}
	for (size_t at = 0; at < head.live_at + head.live_size; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct rrdhead spoilt;

			a.data[at] ^= (char)(1 << bit);
			if (rrdhead_parse(a.data, a.size, a.size, &spoilt, &error) != 0) {
				n_refused++;
			} else {
				/* whatever passes stays within the file */
				assert_int_equal(spoilt.file_size, a.size);
				for (uint32_t i = 0; i < spoilt.n_rra; i++) {
					assert_true(spoilt.rras[i].cur_row <
					    spoilt.rras[i].n_rows);
				}
			}
			a.data[at] ^= (char)(1 << bit);
		}
	}
	assert_true(n_refused > 1200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sparse_bytes_come_back),
		cmocka_unit_test_setup_teardown(raw_images_are_put_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(heads_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(images_of_other_files_do_not_count, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(torn_logs_are_read_as_far_as_they_go, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(spoilt_images_are_not_used, set_up, tear_down),
		cmocka_unit_test_setup_teardown(heads_are_checked, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
