/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The poll room as others see it: loads plugins, schedules every device in its
 * phase, and hands one batch per poll to the sink.
 *
 * Route: config -> poll -> flow.  Thread: created by MAIN; each device lives
 * on one POLL thread; status may be read from any thread.
 * Source: DESIGN.md 3 "Time" and 4.4; engine.md section 9.
 */
#ifndef POLL_POLL_H
#define POLL_POLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/stats.h"
#include "config/config.h"
#include "model/batch.h"
#include "model/event.h"
#include "model/plugins.h"

struct poll;

/*
 * Every due slot of every device sends exactly one batch to the sink, so that
 * a slot can be closed: also when the poll timed out, and with COL_POLL_CANCELLED
 * and the reason when it was skipped or left out (too late, the poll before
 * still runs, device down and not tried this time, configuration changed).
 * Only slots that passed while the thread itself stood still send none.
 */
struct poll_setup {
	const struct clock *clock;
	const char *plugin_dir;
	/* Ready-made ones instead of plugin_dir (tests); borrowed.  NULL: load. */
	const struct plugins *plugins;
	struct batch_sink sink;    /* called on POLL threads; takes each batch */
	struct event_sink events;  /* called on any thread; fn NULL: none */
	unsigned n_threads;        /* 0: no threads, the caller runs poll_step */
};

/*
 * Opens every *.so of plugin_dir; those that do not fit are kept as refused
 * entries with file, found and wanted.  Errors: COL_EIO when the folder
 * cannot be read.
 */
int poll_new(const struct poll_setup *setup, struct poll **ret_poll,
    struct col_error *error);
const struct plugins *poll_plugins(const struct poll *poll);
/*
 * Takes a configuration: untouched devices keep phase and learned state.
 * The first call starts the plugins and polling.  Thread: MAIN.
 * Errors: a plugin that does not start is logged and its devices are down.
 */
int poll_apply(struct poll *poll, const struct config *config,
    struct col_error *error);
/* Stops starting polls, cancels those in flight, stops input plugins, joins. */
void poll_stop(struct poll *poll);
/* Also stops the output plugins, which until then take what flow still makes. */
void poll_free(struct poll *poll);

/* Runs what is due on a test clock (n_threads 0); returns the next due time. */
struct mono poll_step(struct poll *poll);

enum device_state { DEVICE_UNKNOWN = 0, DEVICE_UP, DEVICE_DEGRADED, DEVICE_DOWN,
	DEVICE_STATE_N };
const char *device_state_text(enum device_state state);   /* "up" */
const char *poll_status_code(enum col_status status);     /* "timeout", docs/api.md */

/* What is known of one device's polling; a copy. */
struct device_status {
	enum device_state state;
	struct wall last_ok;            /* never: 0 */
	struct wall next_poll;
	struct wall down_since;         /* 0: not down */
	double rtt_ms;                  /* of the last good poll; < 0: none */
	enum col_status last_status;
	char detail[BATCH_DETAIL_SIZE];
	char profile[64], credential[64];
	uint64_t n_ok, n_failed, n_timeouts, n_late, n_skipped;
	unsigned backoff;               /* failed polls in a row */
	int64_t phase_ns;
	uint64_t n_layouts, n_slots;    /* of the last good poll */
};
/* Errors: COL_ENOENT.  Thread: any. */
int poll_device_status(const struct poll *poll, uint32_t device,
    struct device_status *ret_status);

struct poll_counts { uint32_t total, up, degraded, down, unknown; double due_per_s; };
void poll_counts(const struct poll *poll, struct poll_counts *ret_counts);
const struct stats_histogram *poll_lateness(const struct poll *poll);
/* Devices that a plugin polls now. */
uint32_t poll_plugin_devices(const struct poll *poll, const char *plugin);

/*
 * Output plugins that the configuration names run on a thread of their own
 * each, behind a bounded queue; this is the sink to give them records.
 */
struct record_sink poll_outputs(struct poll *poll);

/* ---- one-shot use, for collectorctl and tests: no scheduler ------------- */

/* Polls one device of config now and waits.  Thread: the caller's own loop. */
int oneshot_poll(const struct plugins *plugins, const struct config *config,
    const struct device *device, int64_t timeout_ns, struct batch **ret_batch,
    struct col_error *error);

typedef void oneshot_found_fn(void *arg, const struct col_found *found);
/*
 * Probes addresses ("192.0.2.0/24", "127.0.0.1:1161") with the credentials of
 * config that the plugin understands.  Units: rate in probes per second.
 */
int oneshot_discover(const struct plugins *plugins, const struct config *config,
    const char *plugin, const char *cidr, unsigned rate, int64_t timeout_ns,
    oneshot_found_fn *fn, void *arg, struct col_error *error);

#endif
