/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Segments cut and spoilt at every byte: what is read is a true beginning. */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "model/layout.h"
#include "store/journal.h"
#include "store_kit.h"

#define ROWS 12

struct disk {
	char dir[64], dict[96], segment[96];
	struct series *series;
	struct journal *journal;
};

struct seen { uint32_t n, last; bool wrong; };

static double
value_of(uint32_t row, unsigned k)
{
	return 1000.0 * row + k + 0.25;
}

static void
open_disk(struct disk *disk)
{
	struct col_error error;

	assert_int_equal(series_new(disk->dict, &disk->series, &error), 0);
	assert_int_equal(journal_new(disk->dir, 1 << 20, &disk->journal, &error), 0);
}

static void
close_disk(struct disk *disk)
{
	journal_free(disk->journal);
	series_free(disk->series);
}

static int
set_up(void **state)
{
	struct disk *disk = calloc(1, sizeof(*disk));

	assert_non_null(disk);
	str_copy(disk->dir, sizeof(disk->dir), "/tmp/journal-XXXXXX");
	assert_non_null(mkdtemp(disk->dir));
	str_format(disk->dict, sizeof(disk->dict), "%s/series.dict", disk->dir);
	str_format(disk->segment, sizeof(disk->segment), "%s/00000001.seg", disk->dir);
	open_disk(disk);
	*state = disk;
	return 0;
}

static int
tear_down(void **state)
{
	struct disk *disk = *state;

	close_disk(disk);
	(void)unlink(disk->segment);
	(void)unlink(disk->dict);
	assert_int_equal(rmdir(disk->dir), 0);
	free(disk);
	layout_reset();
	return 0;
}

/* Rows of two files; the second joins in the middle. */
static void
write_rows(struct disk *disk)
{
	const struct col_slot slots[3] = { { "power_w", "", "W", "1", 0, 0, 0 },
		{ "current_a", "L1", "A", "2", 0, 0, 0 },
		{ "voltage_v", "L1", "V", "3", 0, 0, 0 } };
	const uint16_t wanted[3] = { 0, 1, 2 };
	struct series_grow grow = { .class = ARCHIVE_LEAN, .step_s = 60, .role = "pdu-a",
	    .layout = layout_intern(slots, 3, NULL), .wanted = wanted, .n_wanted = 3 };
	struct col_error error;

	for (uint32_t i = 0; i < ROWS; i++) {
		double values[3] = { value_of(i, 0), value_of(i, 1), value_of(i, 2) };
		struct segment_row row = { KIT_T0 + 60 * (int64_t)i, 0x1c, values };

		grow.entity = series_entity(disk->series, ENTITY_RACK,
		    i >= ROWS / 2 && i % 2 == 1 ? "r2" : "r1", true);
		assert_int_equal(series_extend(disk->series, &grow), 0);
		/* behind the two sources that every rack's file begins with */
		assert_int_equal(grow.entity->files[0]->table->n_ds, 5);
		assert_int_equal(journal_put(disk->journal, grow.entity->files[0], &row), 0);
	}
	assert_int_equal(series_sync(disk->series, &error), 0);
	assert_true(journal_synced(disk->journal) < journal_position(disk->journal));
	assert_int_equal(journal_sync(disk->journal, false, &error), 0);
	assert_int_equal(journal_synced(disk->journal), journal_position(disk->journal));
}

static void
look(void *arg, struct series_file *file, uint64_t segment,
    const struct segment_row *row, const uint16_t *places)
{
	struct seen *seen = arg;
	/* damaged ones are left out, none comes twice */
	uint32_t i = (uint32_t)((row->slot_s - KIT_T0) / 60);
	const char *id = i >= ROWS / 2 && i % 2 == 1 ? "rack:r2" : "rack:r1";

	seen->wrong |= segment != 1 || i >= ROWS || (seen->n > 0 && i <= seen->last) || row->known != 0x1c ||
	    row->slot_s != KIT_T0 + 60 * (int64_t)i ||
	    strcmp(file->entity->key, id) != 0;
	seen->n++;
	seen->last = i;
	for (unsigned k = 0; k < 3 && !seen->wrong; k++) {
		const struct series_ds *ds = &file->table->ds[places[k + 2]];

		seen->wrong |= row->values[k] != value_of(i, k) ||
		    strcmp(ds->role, "pdu-a") != 0 ||
		    strcmp(ds->metric, k == 0 ? "power_w" : k == 1 ? "current_a" :
		    "voltage_v") != 0;
	}
}

static size_t
slurp(const char *path, char *to, size_t room)
{
	int fd = open(path, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, to, room);
	assert_true(n > 0 && (size_t)n < room);
	(void)close(fd);
	return (size_t)n;
}

static void
spit(const char *path, const char *from, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, from, size), size);
	(void)close(fd);
}

static struct seen
reread(struct disk *disk, struct journal_count *ret_count)
{
	struct seen seen = { 0 };
	struct col_error error;

	close_disk(disk);
	open_disk(disk);
	assert_int_equal(journal_read(disk->journal, disk->series, look, &seen, ret_count,
	    &error), 0);
	return seen;
}

static void
whole_segments_come_back(void **state)
{
	struct disk *disk = *state;
	struct journal_count count;
	struct seen seen;

	write_rows(disk);
	seen = reread(disk, &count);
	assert_int_equal(seen.n, ROWS);
	assert_false(seen.wrong);
	assert_int_equal(count.cut_bytes, 0);
	/* the dictionary is lost: the journal alone says what its rows are */
	assert_int_equal(unlink(disk->dict), 0);
	seen = reread(disk, &count);
	assert_int_equal(seen.n, ROWS);
	assert_false(seen.wrong);
}

static void
torn_tails_are_cut(void **state)
{
	struct disk *disk = *state;
	char data[8192];
	size_t size, last_good = 0;
	uint32_t last_n = 0;

	write_rows(disk);
	size = slurp(disk->segment, data, sizeof(data));
	for (size_t cut = 0; cut <= size; cut++) {
		struct journal_count count;
		struct seen seen;
		struct stat st;

		spit(disk->segment, data, cut);
		seen = reread(disk, &count);
		assert_false(seen.wrong);
		assert_in_range(seen.n, last_n, ROWS);
		assert_int_equal(stat(disk->segment, &st), 0);
		assert_int_equal((size_t)st.st_size, cut - count.cut_bytes);
		assert_in_range((size_t)st.st_size, last_good, cut);
		last_good = (size_t)st.st_size;
		last_n = seen.n;
		/* once cut, it is whole */
		seen = reread(disk, &count);
		assert_int_equal(count.cut_bytes, 0);
		assert_int_equal(seen.n, last_n);
	}
	assert_int_equal(last_n, ROWS);
	assert_int_equal(last_good, size);
}

/* One record is lost, or all rows that need a dictionary record. */
static void
flipped_bits_cost_one_record(void **state)
{
	struct disk *disk = *state;
	char data[8192], aside[128];
	size_t size;
	unsigned n_one = 0;

	write_rows(disk);
	size = slurp(disk->segment, data, sizeof(data));
	for (size_t at = 0; at < size; at++) {
		struct journal_count count;
		struct seen seen;

		/* its own version number is one that is not known */
		if (at >= 8 && at < SEGMENT_HEADER_SIZE) {
			continue;
		}
		data[at] ^= (char)(1 << at % 8);
		spit(disk->segment, data, size);
		data[at] ^= (char)(1 << at % 8);
		seen = reread(disk, &count);
		assert_false(seen.wrong);
		assert_true(seen.n < ROWS);
		assert_true(count.cut_bytes + count.bad_bytes > 0);
		n_one += seen.n == ROWS - 1;
	}
	/* rows are most of the bytes */
	assert_true(n_one > size / 2);
	/* a damaged segment is not thrown away when its rows are done */
	data[size - 100] ^= 1;
	spit(disk->segment, data, size);
	(void)reread(disk, &(struct journal_count){ 0 });
	journal_reap(disk->journal, 1);
	str_format(aside, sizeof(aside), "%s.bad", disk->segment);
	assert_int_equal(access(disk->segment, F_OK), -1);
	assert_int_equal(unlink(aside), 0);
}

static void
segments_are_freed_in_order(void **state)
{
	struct disk *disk = *state;
	struct col_error error;

	write_rows(disk);
	assert_int_equal(journal_done(disk->journal), 0);
	journal_hold(disk->journal, 1);
	journal_hold(disk->journal, 1);
	assert_int_equal(journal_sync(disk->journal, true, &error), 0);
	assert_int_equal(journal_segments(disk->journal), 2);
	assert_int_equal(journal_oldest(disk->journal), 1);
	journal_release(disk->journal, 1);
	assert_int_equal(journal_done(disk->journal), 0);
	journal_release(disk->journal, 1);
	assert_int_equal(journal_done(disk->journal), 1);
	journal_reap(disk->journal, 1);
	assert_int_equal(journal_segments(disk->journal), 1);
	assert_int_equal(journal_oldest(disk->journal), 2);
	assert_int_equal(access(disk->segment, F_OK), -1);
	str_format(disk->segment, sizeof(disk->segment), "%s/00000002.seg", disk->dir);
}

static void
torn_dictionary_lines_are_cut(void **state)
{
	struct disk *disk = *state;
	char data[8192];
	uint32_t last_n = 0;
	size_t size;

	write_rows(disk);
	size = slurp(disk->dict, data, sizeof(data));
	for (size_t cut = 0; cut <= size; cut++) {
		uint32_t n;

		close_disk(disk);
		spit(disk->dict, data, cut);
		open_disk(disk);
		n = series_count(disk->series);
		/* what a whole line named once is not forgotten */
		assert_in_range(n, last_n, 2);
		last_n = n;
		close_disk(disk);
		open_disk(disk);
		assert_int_equal(series_count(disk->series), n);
	}
	assert_int_equal(last_n, 2);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_segments_come_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(torn_tails_are_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(flipped_bits_cost_one_record, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(segments_are_freed_in_order, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(torn_dictionary_lines_are_cut, set_up,
		    tear_down),
	};

	(void)argc;
	(void)argv;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
