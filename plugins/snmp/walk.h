/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One record of what net-snmp's snmpwalk prints, read back into a varbind:
 * ".1.3.6.1.2.1.1.3.0 = Timeticks: (4711) 0:00:47.11".
 *
 * Route: capture.c, for files that are a saved snmpwalk.  Thread: any.
 * Source: net-snmp's snmpcmd(1), output options -On and -One.
 */
#ifndef SNMP_WALK_H
#define SNMP_WALK_H

#include <stdbool.h>

#include "varbind.h"

/* True when a record begins with this line: "OID = …". */
bool walk_starts(const char *line);

enum walk_result {
	WALK_VALUE = 0,   /* vb and names are filled */
	WALK_ABSENT,      /* "No Such Instance …" and the like */
	WALK_STRANGE,     /* cannot be read */
	WALK_N
};

/*
 * Reads a record; a text with line feeds in it spans several lines.
 * Owns: record is changed, vb borrows it and the two names.
 */
enum walk_result walk_read(char *record, struct varbind *ret_vb,
    struct objid *ret_name, struct objid *ret_objid);

#endif
