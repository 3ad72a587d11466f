/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile new: a draft of a profile from a recording.  What objects mean is
 * known to the plugin's sketch, which is the one part of a plugin linked here.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "ctl/ctl.h"
#include "snmp/sketch.h"

int
ctl_profile_new(const struct ctl_args *args)
{
	struct sketch_request request = { .file = ctl_option(args, "--from-walk"),
	    .name = ctl_option(args, "--name"), .mibs = ctl_option(args, "--mibs") };
	struct col_error error;
	struct stat about;

	for (int i = 0; i < args->argc; i += 2) {
		if (strcmp(args->argv[i], "--from-walk") != 0 &&
		    strcmp(args->argv[i], "--name") != 0 &&
		    strcmp(args->argv[i], "--mibs") != 0) {
			(void)ctl_fail("profile new has no '%s'", args->argv[i]);
			return CTL_USAGE;
		}
	}
	if (request.name == NULL) {
		request.name = "new-device";
	}
	if (request.file == NULL || args->argc % 2 != 0 || !str_is_id(request.name)) {
		(void)ctl_fail("usage: profile new --from-walk FILE [--name ID] [--mibs DIR]");
		return CTL_USAGE;
	}
	if (request.mibs != NULL &&
	    (stat(request.mibs, &about) != 0 || !S_ISDIR(about.st_mode))) {
		return ctl_fail("%s: no such folder", request.mibs);
	}
	if (sketch_write(&request, stdout, &error) != 0) {
		return ctl_fail("%s: %s", request.file, error.text);
	}
	return fflush(stdout) == 0 ? CTL_OK : ctl_fail("cannot write");
}
