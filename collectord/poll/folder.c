/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <collectord/err.h>

#include "base/log.h"
#include "base/str.h"

/* A link in its place is not followed: who put it there is not known. */
static int
make_private(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) == 0) {
		return 0;
	}
	return errno == EEXIST && lstat(path, &st) == 0 && S_ISDIR(st.st_mode) ?
	    0 : COL_EIO;
}

int
folder_make(const char *store_dir, const char *name, char *path, size_t size)
{
	char upper[4096], own[4096];

	if (str_format(upper, sizeof(upper), "%s/plugins", store_dir) >=
	    sizeof(upper) || str_format(own, sizeof(own), "%s/%s", upper, name) >=
	    sizeof(own) || strlen(own) >= size) {
		return COL_ERANGE;
	}
	if (make_private(upper) != 0 || make_private(own) != 0) {
		LOG_ERROR("poll", "plugin", name, "cannot make the folder %s for what "
		    "the plugin keeps: it goes on without", own);
		return COL_EIO;
	}
	(void)str_copy(path, size, own);
	return 0;
}
