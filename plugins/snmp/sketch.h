/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sketches a profile of a recorded agent: YAML that loads, in which every
 * guess says that it is one, for a person to finish.
 *
 * Route: beside it: collectorctl profile new, never the daemon (the plugin does
 * not contain it).  Thread: MAIN.  Source: docs/profiles.md.
 */
#ifndef SNMP_SKETCH_H
#define SNMP_SKETCH_H

#include <stdio.h>

#include <collectord/err.h>

struct sketch_request {
	const char *file;   /* what capture.h reads */
	const char *name;   /* id of the profile to be */
	const char *mibs;   /* folder of MIB files, NULL: only net-snmp's own */
};

/*
 * Reads the recording and writes the sketch to out.
 * Errors: those of capture_load; COL_ENOENT when the recording holds nothing
 * but standard trees.  Nothing is written then.
 */
int sketch_write(const struct sketch_request *request, FILE *out,
    struct col_error *error);

#endif
