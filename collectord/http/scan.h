/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What takes a look at every device: the slowest, the failing, devices per
 * profile; looked up at most every 5 s.  Also remembers what was last told to
 * the event streams.
 *
 * Route: poll -> scan -> /collector, /profiles.  Thread: scan_get HTTP;
 * scan_publish any (own lock).
 */
#ifndef HTTP_SCAN_H
#define HTTP_SCAN_H

#include <stdint.h>

#include "config/config.h"
#include "poll/poll.h"

#define SCAN_SLOWEST 10
#define SCAN_FAILING 50

struct events;
struct http;
struct scan;
struct view;

struct scan_device {
	uint32_t device;            /* dense id */
	struct device_status status;
};

/* Devices are of config's inventory. */
struct scan_result {
	const struct config *config;             /* borrowed until the next get */
	uint32_t n_slowest, n_failing;
	struct scan_device slowest[SCAN_SLOWEST]; /* slowest first */
	struct scan_device failing[SCAN_FAILING]; /* down, by dense id */
	const uint32_t *profile_devices;         /* [config->n_profiles] */
};

struct scan *scan_new(void);
void scan_free(struct scan *scan);
/* Owns: the result stays the scan's until the next call.  Never NULL. */
const struct scan_result *scan_get(struct http *http);
/* Tells the streams how view differs from the last one. */
void scan_publish(struct scan *scan, struct events *events, struct poll *poll,
    const struct view *view);

#endif
