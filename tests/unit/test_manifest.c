/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/manifest.h"
#include "base/str.h"

static char dir[] = "/tmp/collectord-manifest-XXXXXX";

struct seen { int words, files; char path[128]; uint32_t crc; uint64_t size; };

static int
said(void *arg, const char *key, const char *value)
{
	struct seen *seen = arg;

	seen->words++;
	assert_string_equal(key, "made");
	assert_string_equal(value, "by a test");
	return 0;
}

static int
file(void *arg, const char *path, uint32_t crc, uint64_t size)
{
	struct seen *seen = arg;

	seen->files++;
	str_copy(seen->path, sizeof(seen->path), path);
	seen->crc = crc;
	seen->size = size;
	return 0;
}

static const char *
in_dir(const char *name)
{
	static char path[256];

	str_format(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
put(const char *name, const char *text)
{
	FILE *out = fopen(in_dir(name), "we");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static int
read_back(struct seen *seen, struct col_error *error)
{
	struct manifest_events events = { said, file, seen };

	*seen = (struct seen){ 0 };
	return manifest_read(dir, &events, error);
}

static void
copies_are_listed_with_their_sums(void **state)
{
	struct manifest manifest;
	struct col_error error;
	struct seen seen;
	struct stat st;
	int fd;

	(void)state;
	/* Source: RFC 3720 B.4, CRC-32C of "123456789" is e3069283 */
	put("from", "123456789");
	fd = open(in_dir("from"), O_RDONLY | O_CLOEXEC);
	manifest_init(&manifest);
	manifest_say(&manifest, "made", "by a test");
	assert_int_equal(manifest_copy(&manifest, fd, dir, "a/b/c d", &error), 0);
	assert_int_equal(manifest.bytes, 9);
	assert_int_equal(manifest_copy(&manifest, fd, dir, "a/b/c d", &error), COL_EIO);
	assert_int_equal(manifest_write(&manifest, dir, &error), 0);
	manifest_done(&manifest);
	close(fd);
	assert_int_equal(stat(in_dir("a/b/c d"), &st), 0);
	assert_int_equal(st.st_mode & 077, 0);
	assert_int_equal(read_back(&seen, &error), 0);
	assert_int_equal(seen.words, 1);
	assert_int_equal(seen.files, 1);
	assert_string_equal(seen.path, "a/b/c d");
	assert_int_equal(seen.crc, 0xe3069283);
	assert_int_equal(seen.size, 9);
}

static void
what_is_no_manifest_is_refused_by_its_line(void **state)
{
	static const char *const BAD[] = {
		"made by a test\n\n00000000 9 ../etc/passwd\n",
		"made by a test\n\n00000000 9 /etc/passwd\n",
		"made by a test\n\n00000000 9 a/../../b\n",
		"made by a test\n\n00000000 9 a/..\n",
		"made by a test\n\n00000000 9\n",
		"made by a test\n\nzz 9 a\n",
		"made by a test\n\n100000000 9 a\n",
		"made by a test\n\n0 9 a",
	};
	struct col_error error;
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		put("MANIFEST", BAD[i]);
		assert_int_equal(read_back(&seen, &error), COL_EPROTO);
		assert_non_null(strstr(error.text, "MANIFEST:3: "));
		assert_int_equal(seen.files, 0);
	}
	assert_int_equal(unlink(in_dir("MANIFEST")), 0);
	assert_int_equal(read_back(&seen, &error), COL_EIO);
	assert_non_null(strstr(error.text, "is this folder a whole backup?"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_listed_with_their_sums),
		cmocka_unit_test(what_is_no_manifest_is_refused_by_its_line),
	};
	int failed;

	assert_non_null(mkdtemp(dir));
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)unlink(in_dir("from"));
	(void)unlink(in_dir("a/b/c d"));
	(void)rmdir(in_dir("a/b"));
	(void)rmdir(in_dir("a"));
	(void)rmdir(dir);
	return failed;
}
