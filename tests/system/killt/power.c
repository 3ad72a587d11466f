/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A power cut.  Of what was not synced anything may be on disk: of each sector
 * the synced bytes or the last ones, of each file the synced size or the last
 * one (with zeros where nothing was written), of each name the synced file, the
 * last one, or none.
 */
#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "killt.h"
#include "snapshot.h"

#define PATH_SIZE 4096
#define SECTOR 512u
#define NAMES_MAX 2048

/* What becomes of unsynced changes of folders. */
enum names { NAMES_SYNCED = 0, NAMES_LAST, NAMES_MIXED, NAMES_N };

struct bytes { char *data; size_t size; };

struct cut {
	const char *root, *durable;
	char made[PATH_SIZE];       /* the tree that is built */
	enum names names;
	/* files as they are now, by key */
	struct { char key[SNAPSHOT_KEY_SIZE], path[1024]; } *now;
	unsigned n_now;
};

static bool
slurp(const char *path, struct bytes *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	*bytes = (struct bytes){ NULL, 0 };
	if (fd < 0 || fstat(fd, &st) != 0) {
		return false;
	}
	bytes->data = malloc((size_t)st.st_size + 1);
	if (bytes->data == NULL ||
	    read(fd, bytes->data, (size_t)st.st_size) != st.st_size) {
		abort();
	}
	bytes->size = (size_t)st.st_size;
	bytes->data[bytes->size] = '\0';
	(void)close(fd);
	return true;
}

/* ---- files ------------------------------------------------------------------------ */

static struct cut *collecting; /* nftw has no argument to pass on */

static int
collect(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	int fd = type == FTW_F ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

	(void)st;
	(void)ftw;
	if (fd >= 0 && collecting->n_now < NAMES_MAX &&
	    snapshot_key(fd, collecting->now[collecting->n_now].key)) {
		str_format(collecting->now[collecting->n_now++].path, 1024, "%s", path);
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return 0;
}

static bool
bytes_now(const struct cut *cut, const char *key, struct bytes *bytes)
{
	for (unsigned i = 0; i < cut->n_now; i++) {
		if (strcmp(cut->now[i].key, key) == 0) {
			return slurp(cut->now[i].path, bytes);
		}
	}
	*bytes = (struct bytes){ NULL, 0 };
	return false;
}

static void
mix(const struct bytes *synced, const struct bytes *last, struct bytes *mixed)
{
	mixed->size = rand() % 2 ? synced->size : last->size;
	mixed->data = calloc(1, mixed->size + 1);
	if (mixed->data == NULL) {
		abort();
	}
	for (size_t at = 0; at < mixed->size; at += SECTOR) {
		size_t n = mixed->size - at < SECTOR ? mixed->size - at : SECTOR;
		const struct bytes *from = rand() % 2 ? synced : last;

		if (at < from->size) {
			n = from->size - at < n ? from->size - at : n;
			memcpy(mixed->data + at, from->data + at, n);
		}
	}
}

static bool
make_file(struct cut *cut, const char *path, const char *key)
{
	struct bytes synced, last, mixed;
	char durable[PATH_SIZE];
	int fd;
	bool ok;

	str_format(durable, sizeof(durable), "%s/i/%s", cut->durable, key);
	(void)slurp(durable, &synced);
	if (bytes_now(cut, key, &last)) {
		mix(&synced, &last, &mixed);
	} else {
		mixed = synced;
		synced.data = NULL;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	ok = fd >= 0 && (mixed.size == 0 ||
	    write(fd, mixed.data, mixed.size) == (ssize_t)mixed.size);
	if (fd >= 0) {
		(void)close(fd);
	}
	free(synced.data);
	free(last.data);
	free(mixed.data);
	return ok;
}

/* ---- folders ------------------------------------------------------------------------ */

struct list { struct bytes bytes; char *lines[NAMES_MAX]; unsigned n; };

static void
read_list(const char *durable, const char *flat, struct list *list)
{
	char path[PATH_SIZE], *save = NULL;

	list->n = 0;
	str_format(path, sizeof(path), "%s/d/%s", durable, flat);
	if (!slurp(path, &list->bytes)) {
		return;
	}
	for (char *line = strtok_r(list->bytes.data, "\n", &save);
	    line != NULL && list->n < NAMES_MAX; line = strtok_r(NULL, "\n", &save)) {
		list->lines[list->n++] = line;
	}
}

/* The line of the same name: "f NAME KEY" or "d NAME". */
static const char *
same_name(const struct list *list, const char *line)
{
	size_t len = strcspn(line + 2, " ");

	for (unsigned i = 0; i < list->n; i++) {
		const char *other = list->lines[i];

		if (strncmp(other + 2, line + 2, len) == 0 &&
		    (other[2 + len] == ' ' || other[2 + len] == '\0')) {
			return other;
		}
	}
	return NULL;
}

static bool make_folder(struct cut *cut, const char *below, const char *last);

static bool
make_entry(struct cut *cut, const char *below, const char *last, const char *line)
{
	char name[512], key[SNAPSHOT_KEY_SIZE] = "", path[PATH_SIZE], next[PATH_SIZE];

	if (sscanf(line + 2, "%511s %47s", name, key) < 1) {
		return false;
	}
	str_format(next, sizeof(next), "%s%s%s", below, below[0] != '\0' ? "/" : "", name);
	str_format(path, sizeof(path), "%s/%s", cut->made, next);
	return line[0] == 'd' ? make_folder(cut, next, last) : make_file(cut, path, key);
}

/* below: the folder's path below the root; last: snapshot of how all is now. */
static bool
make_folder(struct cut *cut, const char *below, const char *last)
{
	char flat[PATH_SIZE], path[PATH_SIZE];
	struct list *synced = calloc(1, sizeof(*synced)), *now = calloc(1, sizeof(*now));
	bool ok = synced != NULL && now != NULL;

	str_format(path, sizeof(path), "%s/%s", cut->made, below);
	ok = ok && mkdir(path, 0750) == 0;
	str_format(flat, sizeof(flat), "%%%s", below);
	for (char *c = flat; *c != '\0'; c++) {
		*c = *c == '/' ? '%' : *c;
	}
	read_list(cut->durable, flat, synced);
	read_list(last, flat, now);
	for (unsigned i = 0; i < synced->n && ok; i++) {
		const char *other = same_name(now, synced->lines[i]);
		bool as_now = cut->names == NAMES_LAST ||
		    (cut->names == NAMES_MIXED && rand() % 2);

		if (!as_now || (other != NULL && strcmp(other, synced->lines[i]) == 0)) {
			ok = make_entry(cut, below, last, synced->lines[i]);
		} else if (other != NULL) {
			ok = make_entry(cut, below, last, other);
		}
	}
	for (unsigned i = 0; i < now->n && ok; i++) {
		bool as_now = cut->names == NAMES_LAST ||
		    (cut->names == NAMES_MIXED && rand() % 2);

		if (as_now && same_name(synced, now->lines[i]) == NULL) {
			ok = make_entry(cut, below, last, now->lines[i]);
		}
	}
	free(synced->bytes.data);
	free(now->bytes.data);
	free(synced);
	free(now);
	return ok;
}

/* ---- the cut -------------------------------------------------------------------------- */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static bool
make_durable(const char *durable, const char *root)
{
	char path[PATH_SIZE];

	(void)nftw(durable, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (mkdir(durable, 0700) != 0) {
		return false;
	}
	str_format(path, sizeof(path), "%s/i", durable);
	if (mkdir(path, 0700) != 0) {
		return false;
	}
	str_format(path, sizeof(path), "%s/d", durable);
	return mkdir(path, 0700) == 0 && snapshot_tree(durable, root);
}

bool
power_on(const char *root, const char *durable)
{
	return make_durable(durable, root);
}

bool
power_cut(const char *root, const char *durable)
{
	struct cut cut = { .root = root, .durable = durable };
	char last[PATH_SIZE];
	bool ok;

	str_format(cut.made, sizeof(cut.made), "%s.made", root);
	str_format(last, sizeof(last), "%s.last", root);
	cut.names = (enum names)(rand() % NAMES_N);
	cut.now = calloc(NAMES_MAX, sizeof(cut.now[0]));
	if (cut.now == NULL || !make_durable(last, root)) {
		return false;
	}
	collecting = &cut;
	(void)nftw(root, collect, 16, FTW_PHYS);
	ok = make_folder(&cut, "", last);
	free(cut.now);
	(void)nftw(last, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	(void)nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return ok && rename(cut.made, root) == 0 && make_durable(durable, root);
}
