/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collectorctl backup and restore: store, state database and configuration in
 * one folder that restore can check byte by byte before it touches anything.
 * Both work in a folder of another name and rename it at the end: a backup
 * that was broken off is never taken for a whole one.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/manifest.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "ctl/setup.h"
#include "state/state.h"
#include "store/backup.h"
#include "store/lock.h"

#define PATH_SIZE 4096
#define STATE_DB "state.db"
#define FORMAT "1"

/* ---- backup ------------------------------------------------------------------ */

static int
copy_config(const struct config *config, const char *folder, struct manifest *manifest,
    struct col_error *error)
{
	for (size_t i = 0; i < config->n_files; i++) {
		int fd = open(config->files[i], O_RDONLY | O_CLOEXEC), rc;
		char to[PATH_SIZE];

		if (fd < 0) {
			return err_errno(error, COL_EIO, "%s", config->files[i]);
		}
		str_format(to, sizeof(to), "config%s", config->files[i]);
		rc = manifest_copy(manifest, fd, folder, to, error);
		close(fd);
		if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

static int
copy_state(const char *dir, const char *folder, struct manifest *manifest,
    struct col_error *error)
{
	char from[PATH_SIZE], to[PATH_SIZE];
	int rc;

	str_format(from, sizeof(from), "%s/" STATE_DB, dir);
	str_format(to, sizeof(to), "%s/store/" STATE_DB, folder);
	rc = state_copy(from, to, error);
	return rc == 0 ? manifest_note(manifest, folder, "store/" STATE_DB, error)
	    : err_prefix(error, "%s", from);
}

static int
fill(const struct config *config, const char *folder, struct manifest *manifest,
    struct col_error *error)
{
	const char *dir = config->settings.store_dir;
	char now[CLOCK_RFC3339_SIZE], part[PATH_SIZE];
	int rc;

	clock_rfc3339(clock_wall(clock_real()), now);
	manifest_say(manifest, "collectord-backup", FORMAT);
	manifest_say(manifest, "made", now);
	manifest_say(manifest, "by", PACKAGE_STRING);
	manifest_say(manifest, "config", config->file);
	manifest_say(manifest, "store", dir);
	str_format(part, sizeof(part), "%s/store", folder);
	rc = file_make_folders(part, error);
	if (rc == 0) {
		rc = copy_config(config, folder, manifest, error);
	}
	if (rc == 0) {
		rc = copy_state(dir, folder, manifest, error);
	}
	if (rc == 0) {
		rc = backup_store(dir, folder, manifest, error);
	}
	return rc == 0 ? manifest_write(manifest, folder, error) : rc;
}

int
ctl_backup(const struct ctl_args *args)
{
	const char *to = ctl_word(args, 0);
	const struct config *config;
	struct manifest manifest;
	struct col_error error;
	char partial[PATH_SIZE];
	int status;

	if (to == NULL) {
		return CTL_USAGE;
	}
	(void)umask(077);
	str_format(partial, sizeof(partial), "%s.partial", to);
	if (access(to, F_OK) == 0 || access(partial, F_OK) == 0) {
		return ctl_fail("%s%s is there already; name another folder or remove it",
		    to, access(to, F_OK) == 0 ? "" : ".partial");
	}
	status = ctl_config(args, &config);
	if (status != CTL_OK) {
		return status;
	}
	manifest_init(&manifest);
	if (fill(config, partial, &manifest, &error) != 0) {
		status = ctl_fail("%s (%s holds what was copied so far)", error.text,
		    partial);
	} else if (rename(partial, to) != 0) {
		status = ctl_fail("%s: %s", to, strerror(errno));
	} else {
		(void)printf("%s: %llu files, %.1f MB; secrets are not in it\n", to,
		    (unsigned long long)manifest.files, (double)manifest.bytes / 1e6);
	}
	manifest_done(&manifest);
	config_unref(config);
	return status;
}

/* ---- restore ----------------------------------------------------------------- */

struct restore {
	const char *from;              /* the backup */
	char dir[PATH_SIZE];           /* the store folder */
	char partial[PATH_SIZE];
	bool with_config, is_ours;
	const char *part;              /* what of it is copied: "store/", "config/" */
	uint64_t files, bytes;
	uid_t uid;                     /* who owns the store's files */
	gid_t gid;
	struct col_error *error;
};

static int
take_word(void *arg, const char *key, const char *value)
{
	struct restore *restore = arg;

	if (strcmp(key, "collectord-backup") == 0) {
		restore->is_ours = strcmp(value, FORMAT) == 0;
	} else if (strcmp(key, "store") == 0 && restore->dir[0] == '\0') {
		str_copy(restore->dir, sizeof(restore->dir), value);
	}
	return 0;
}

static int
check_file(void *arg, const char *path, uint32_t crc, uint64_t size)
{
	struct restore *restore = arg;
	char full[PATH_SIZE];
	uint32_t found;
	uint64_t found_size;
	int rc;

	str_format(full, sizeof(full), "%s/%s", restore->from, path);
	rc = file_sum(full, &found, &found_size, restore->error);
	if (rc == 0 && (found != crc || found_size != size)) {
		rc = err_set(restore->error, COL_EIO, "%s is not as it was backed up: "
		    "%llu bytes with sum %08x instead of %llu with %08x", full,
		    (unsigned long long)found_size, found, (unsigned long long)size, crc);
	}
	restore->files++;
	restore->bytes += size;
	return rc;
}

static int
put_file(struct restore *restore, const char *path, const char *to)
{
	char full[PATH_SIZE];
	uint32_t crc;
	uint64_t size;
	int fd, rc;

	str_format(full, sizeof(full), "%s/%s", restore->from, path);
	fd = open(full, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return err_errno(restore->error, COL_EIO, "%s", full);
	}
	rc = file_copy(fd, to, &crc, &size, restore->error);
	close(fd);
	return rc;
}

static int
take_file(void *arg, const char *path, uint32_t crc, uint64_t size)
{
	struct restore *restore = arg;
	size_t len = strlen(restore->part);
	char to[PATH_SIZE];

	(void)crc;
	(void)size;
	if (strncmp(path, restore->part, len) != 0) {
		return 0;
	}
	if (strcmp(restore->part, "config/") == 0) {
		/* what is there is kept beside what comes */
		char old[PATH_SIZE];

		str_format(to, sizeof(to), "/%s", path + len);
		str_format(old, sizeof(old), "%s.before-restore", to);
		if (access(to, F_OK) == 0 && rename(to, old) != 0) {
			return err_errno(restore->error, COL_EIO, "%s", to);
		}
	} else {
		str_format(to, sizeof(to), "%s/%s", restore->partial, path + len);
	}
	return put_file(restore, path, to);
}

static int
read_all(struct restore *restore, int (*fn)(void *, const char *, uint32_t, uint64_t))
{
	struct manifest_events events = { take_word, fn, restore };

	return manifest_read(restore->from, &events, restore->error);
}

/* The daemon's user must be able to write what root puts back. */
static int
hand_over(const struct restore *restore)
{
	if (geteuid() != 0) {
		return 0;
	}
	return file_give(restore->partial, restore->uid, restore->gid, restore->error);
}

/* Locks the present store, if there is one.  Returns -1 with rc 0 for none. */
static int
lock_present(struct restore *restore, int *ret_lock)
{
	struct stat st;

	*ret_lock = -1;
	restore->uid = geteuid();
	restore->gid = getegid();
	if (stat(restore->dir, &st) != 0) {
		return 0;
	}
	restore->uid = st.st_uid;
	restore->gid = st.st_gid;
	*ret_lock = lock_take(restore->dir, restore->error);
	return *ret_lock < 0 ? *ret_lock : 0;
}

/* What is there goes aside under a name with the time; nothing is deleted. */
static int
change_places(struct restore *restore)
{
	char old[PATH_SIZE];

	str_format(old, sizeof(old), "%s.before-restore-%lld", restore->dir,
	    (long long)(clock_wall(clock_real()).ns / NS_PER_S));
	if (access(restore->dir, F_OK) == 0) {
		if (rename(restore->dir, old) != 0) {
			return err_errno(restore->error, COL_EIO, "%s", restore->dir);
		}
		(void)printf("the store that was there is now %s\n", old);
	}
	return rename(restore->partial, restore->dir) == 0 ? 0
	    : err_errno(restore->error, COL_EIO, "%s", restore->dir);
}

static int
copy_back(struct restore *restore)
{
	int rc = 0;

	if (access(restore->partial, F_OK) == 0) {
		return err_set(restore->error, COL_EEXIST, "%s is left from a restore that "
		    "was broken off; remove it", restore->partial);
	}
	restore->part = "store/";
	rc = read_all(restore, take_file);
	if (rc == 0) {
		rc = hand_over(restore);
	}
	if (rc == 0) {
		rc = change_places(restore);
	}
	if (rc == 0 && restore->with_config) {
		restore->part = "config/";
		rc = read_all(restore, take_file);
	}
	return rc;
}

static int
put_back(struct restore *restore)
{
	int rc = read_all(restore, check_file), lock;

	if (rc == 0 && (!restore->is_ours || restore->dir[0] == '\0')) {
		rc = err_set(restore->error, COL_ENOTSUP, "%s is no backup of this "
		    "version", restore->from);
	}
	if (rc == 0) {
		rc = lock_present(restore, &lock);
	}
	if (rc != 0) {
		return rc;
	}
	str_format(restore->partial, sizeof(restore->partial), "%s.restoring",
	    restore->dir);
	rc = copy_back(restore);
	if (lock >= 0) {
		close(lock);
	}
	return rc;
}

int
ctl_restore(const struct ctl_args *args)
{
	const char *dir = ctl_option(args, "--to"), *config = ctl_option(args, "--config-files");
	struct col_error error;
	struct restore restore = { .from = ctl_word(args, 0), .error = &error };

	if (restore.from == NULL || (config != NULL && strcmp(config, "yes") != 0 &&
	    strcmp(config, "no") != 0)) {
		return CTL_USAGE;
	}
	(void)umask(077);
	restore.with_config = config != NULL && strcmp(config, "yes") == 0;
	if (dir != NULL) {
		str_copy(restore.dir, sizeof(restore.dir), dir);
	}
	if (put_back(&restore) != 0) {
		return ctl_fail("%s", error.text);
	}
	(void)printf("%s: %llu files of %s are back; start collectord\n", restore.dir,
	    (unsigned long long)restore.files, restore.from);
	return CTL_OK;
}
