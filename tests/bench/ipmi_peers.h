/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What FreeIPMI takes for ten sensors of one of the BMCs, in suite 3, with its
 * cache of records made.
 *
 * Environment: FREEIPMI, the folder of its tools (ipmi-sensors);
 * LIBIPMIMONITORING, the library.  What is not there is not measured.
 *
 * Route: bench_ipmi -> here.  Thread: one.
 * Source: ipmi_monitoring.h of FreeIPMI 1.6 (names, layout of the settings).
 */
#ifndef BENCH_IPMI_PEERS_H
#define BENCH_IPMI_PEERS_H

#include <stdint.h>

/* Prints "bench" lines; the BMCs are on that port. */
void ipmi_peers_measure(uint16_t port);

#endif
