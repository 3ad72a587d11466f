/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

double
meter_cpu_us(void)
{
	struct rusage use;

	(void)getrusage(RUSAGE_SELF, &use);
	return (double)use.ru_utime.tv_sec * 1e6 + (double)use.ru_utime.tv_usec
	    + (double)use.ru_stime.tv_sec * 1e6 + (double)use.ru_stime.tv_usec;
}

int64_t
meter_now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void
meter_pause_until(int64_t at_ns)
{
	struct timespec ts = {.tv_sec = at_ns / 1000000000,
	    .tv_nsec = at_ns % 1000000000};

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
meter_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_size);
	return values[n / 2];
}

void
meter_print(const char *who, const char *how, unsigned n_devices,
    double value, const char *unit)
{
	(void)printf("bench\tsnmp_%s_%s_%u\t%.2f\t%s\n", who, how, n_devices,
	    value, unit);
	(void)fflush(stdout);
}

void
meter_note(const char *who, unsigned n_devices, const char *text)
{
	(void)printf("note\tsnmp_%s_%u\t%s\n", who, n_devices, text);
	(void)fflush(stdout);
}
