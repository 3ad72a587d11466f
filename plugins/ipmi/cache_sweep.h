/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forgetting in the cache: files of devices and models that are gone.
 *
 * Route: below cache.c.  Thread: the POLL thread that starts; see cache_sweep.
 */
#ifndef IPMI_CACHE_SWEEP_H
#define IPMI_CACHE_SWEEP_H

#include "cache.h"

/* Marks an open file as used; writes at most once a day. */
void cache_touch(int fd);
/* cache_sweep, when no thread has done it for a day. */
void cache_sweep_daily(const struct cache *cache);

#endif
