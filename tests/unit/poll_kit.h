/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A province in a few lines for the tests of poll: devices, a configuration,
 * a plugin that does what the test says, and all batches that came out.
 *
 * Route: tests/unit/test_poll_*.c.  Thread: the test's, but for what the pool
 * calls.
 */
#ifndef UNIT_POLL_KIT_H
#define UNIT_POLL_KIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "config/config.h"
#include "model/batch.h"
#include "model/ids.h"
#include "model/plugins.h"
#include "poll/poll.h"

#define KIT_DEVICES_MAX 512
#define KIT_BATCHES_MAX 65536

/* What the fake plugin does with a poll. */
enum kit_mode {
	KIT_ANSWER = 0, /* emits one value and ends at once */
	KIT_HOLD,       /* keeps it until kit_answer or the cancel */
	KIT_DEAF,       /* keeps it and ignores the cancel */
	KIT_SLOW,       /* answers at the 20th tick, 0.2 s later */
	KIT_FAIL,       /* ends with COL_POLL_REPLY */
	KIT_BLOCK,      /* blocking plugin: waits for kit_release */
	KIT_REFUSE,     /* device_add and device_change fail */
};

/* One device of the fake plugin. */
struct kit_device {
	char id[64];
	const struct col_device *col;
	struct col_poll *poll;          /* last one that was started */
	enum kit_mode mode;
	unsigned n_waited;              /* ticks of KIT_SLOW */
	unsigned n_added, n_changed, n_removed, n_started, n_cancelled;
	int64_t started[64];            /* monotonic, first 64 */
	int64_t deadline;
	bool inside;                    /* poll_start is running on the pool */
	bool released, cancelled;
};

/* What one row of the inventory is to be. */
struct kit_row {
	const char *id, *rack, *plugin, *address;
	const char *yaml;               /* options, may be NULL */
};

struct kit {
	struct clock *clock;
	struct ids *ids;
	struct poll *poll;
	struct plugins plugins;
	struct plugin_entry entries[4];
	struct config config;
	struct arena *arena;
	struct config_errors errors;
	uint64_t version;
	/* guarded by lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct batch *batches[KIT_BATCHES_MAX];
	size_t n_batches;
	struct kit_device devices[KIT_DEVICES_MAX];
	size_t n_devices;
	unsigned n_thread_starts, n_thread_stops, n_profiles_sets, n_ticks;
	unsigned inside, inside_max;
	enum kit_mode mode;             /* of devices to come */
	bool refuse_start;
	const struct col_host *host;
	const struct col_layout *layout;
};

/* The one kit of a test: the fake plugin has to find it. */
extern struct kit *the_kit;

/* For cmocka, whose state is the kit: its begin, on the test clock, and its end. */
int kit_set_up(void **state);
int kit_tear_down(void **state);

/*
 * Starts at wall time 2026-01-01T00:00:00Z.  n_threads 0: on the test clock,
 * else on the real one.
 */
void kit_init(struct kit *kit, unsigned n_threads);
void kit_done(struct kit *kit);

/* Replaces the inventory and applies it.  Units: seconds. */
void kit_apply(struct kit *kit, const struct kit_row *rows, size_t n_rows,
    int interval_s, unsigned in_flight_max);
/* The same with profiles and credentials of a YAML text (may be NULL). */
void kit_set_profiles(struct kit *kit, const char *yaml, uint64_t hash);

/* Moves the clock in steps of 10 ms and lets poll do what is due. */
void kit_run(struct kit *kit, int64_t ns);
struct kit_device *kit_device(struct kit *kit, const char *id);
struct device_status kit_status(struct kit *kit, const char *id);
uint32_t kit_index(struct kit *kit, const char *id);
/* Number of batches of a device, of a status (COL_STATUS_N: any). */
size_t kit_count(struct kit *kit, const char *id, enum col_status status);
const struct batch *kit_last(struct kit *kit, const char *id);
void kit_drop_batches(struct kit *kit);

/* Answers a poll that is held. */
void kit_answer(struct kit *kit, struct kit_device *device,
    enum col_status status);
void kit_set_mode(struct kit *kit, struct kit_device *device, enum kit_mode mode);
/* Lets a blocked poll return. */
void kit_release(struct kit *kit, struct kit_device *device);
/* Waits, without a timeout of its own, until fn is true. */
void kit_wait(struct kit *kit, bool (*fn)(struct kit *kit, void *arg), void *arg);

#endif
