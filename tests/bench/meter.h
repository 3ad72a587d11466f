/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What benches measure with: CPU time of this process, and the median of
 * several rounds, as other processes' noise only ever adds.
 *
 * Route: bench_snmp and its parts.  Thread: one.
 */
#ifndef BENCH_METER_H
#define BENCH_METER_H

#include <stddef.h>
#include <stdint.h>

#define METER_ROUNDS 5

/* User and system time of this process.  Units: us. */
double meter_cpu_us(void);
/* Monotonic time.  Units: ns. */
int64_t meter_now_ns(void);
void meter_pause_until(int64_t at_ns);
/* Shape: n 1..METER_ROUNDS; sorts values. */
double meter_median(double *values, size_t n);
/* Prints "bench<TAB>snmp_WHO_HOW_N<TAB>VALUE<TAB>UNIT". */
void meter_print(const char *who, const char *how, unsigned n_devices,
    double value, const char *unit);
/* Prints "note<TAB>snmp_WHO_N<TAB>TEXT": why something is not measured. */
void meter_note(const char *who, unsigned n_devices, const char *text);

#endif
