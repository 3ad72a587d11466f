/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A recorded agent read into a snapshot: a file of lines "OID|TAG|VALUE", or
 * what snmpwalk printed ("OID = TYPE: VALUE", see walk.h).
 *
 * Route: read by engine_file.c.  Thread: that of the engine.
 * Source: snmpsim's .snmprec: TAG is the decimal BER tag (2 integer, 4 octets,
 * 5 null, 6 OID, 64 address, 65 Counter32, 66 Gauge32, 67 TimeTicks, 68 opaque,
 * 70 Counter64), with an "x" the VALUE is hexadecimal.
 */
#ifndef SNMP_CAPTURE_H
#define SNMP_CAPTURE_H

#include <collectord/err.h>

#include "snapshot.h"

struct capture {
	struct snapshot *snapshot; /* owned; free with snapshot_free */
	size_t n_skipped;          /* lines that could not be used */
};

/*
 * Loads a file of at most 64 MiB and 1,000,000 lines.  Lines of simulation
 * modules (":numeric|…") and unknown tags are skipped and counted.
 * Errors: COL_EIO, COL_ERANGE, COL_EPROTO (no usable line), COL_ENOMEM.
 */
int capture_load(const char *path, struct capture *ret_capture,
    struct col_error *error);
/* The same from memory; text need not be NUL-terminated. */
int capture_parse(const char *text, size_t size, struct capture *ret_capture,
    struct col_error *error);

#endif
