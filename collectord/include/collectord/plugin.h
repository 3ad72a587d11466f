/* SPDX-License-Identifier: MIT */
/*
 * The plugin ABI: all that a collectord plugin needs, and all it gets.
 *
 * A plugin is a shared object with one exported symbol, `col_plugin`, a
 * constant struct col_plugin.  Everything it wants from the daemon comes in
 * through struct col_host; it links against no daemon symbol.
 *
 * Route: input plugins feed flow through emit(); output plugins take what flow
 * made.  A poll's life: the scheduler calls poll_start() on the POLL thread
 * that owns the device; the plugin sends, returns at once, and later (from
 * tick(), a timer or a watched descriptor, always on the same thread) calls
 * emit() any number of times and done() exactly once.  At the deadline the
 * host calls poll_cancel(); after it has returned nothing of that poll may be
 * emitted.  Late and double calls are counted and ignored.
 *
 * Thread: unless said otherwise every callback and service of one plugin state
 * runs on the POLL thread that called thread_start().  A plugin that blocks
 * sets COL_PLUGIN_BLOCKS: its poll_start() runs on a pool thread, one poll per
 * device at a time, and must have called done() when it returns.
 *
 * Compatibility: major must match, minor must be <= the host's.  Structs that
 * the host hands out start with their size; fields are only ever appended.
 */
#ifndef COLLECTORD_PLUGIN_H
#define COLLECTORD_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/err.h>
#include <collectord/event.h>
#include <collectord/node.h>
#include <collectord/unit.h>

#define COL_ABI_MAJOR 1
#define COL_ABI_MINOR 2  /* 1: counter, count, states; 2: folder, event */

/* ---- tables that a plugin declares --------------------------------------- */

enum col_option_type {
	COL_OPT_TEXT = 0,
	COL_OPT_INTEGER,
	COL_OPT_NUMBER,
	COL_OPT_BOOL,
	COL_OPT_DURATION,  /* "10s"; integer is nanoseconds */
	COL_OPT_SIZE,      /* "64MiB"; integer is bytes */
	COL_OPT_CHOICE,    /* one word of choices "a|b|c"; integer is its index */
	COL_OPT_SECRET,    /* {file: …} or {credential: …}; node, see secret() */
	COL_OPT_NODE,      /* any tree; the plugin checks it */
	COL_OPT_TYPE_N
};

/* One option of a plugin or of its devices; a table ends with name == NULL. */
struct col_option {
	const char *name;
	enum col_option_type type;
	const char *fallback;  /* default as it would be written, NULL: none */
	double min, max;       /* numbers, durations (s), sizes; both 0: no limit */
	const char *choices;   /* COL_OPT_CHOICE */
	const char *help;      /* one sentence for the reference */
};

/* The value of one option, in the order of the table. */
struct col_option_value {
	bool given;                  /* written in the file */
	const char *text;            /* TEXT, CHOICE; NULL without a default */
	int64_t integer;             /* INTEGER, DURATION ns, SIZE, CHOICE index */
	double number;               /* NUMBER */
	bool truth;                  /* BOOL */
	const struct col_node *node; /* the node itself, NULL when not given */
};

/* A metric that the plugin adds to the standard ones; ends with name NULL. */
struct col_metric {
	const char *name;   /* lower case, unit as suffix: "flow_lps" */
	const char *unit;   /* base unit, see unit.h */
	enum col_kind kind;
	double min, max;    /* plausible range in the base unit; both 0: none */
	bool archived;      /* by default */
	const char *en, *zh;/* one sentence each */
};

/* ---- what a poll brings ----------------------------------------------------- */

enum col_slot_flags {
	COL_SLOT_ARCHIVE = 1u << 0,    /* goes to the archive */
	COL_SLOT_NO_ARCHIVE = 1u << 1, /* does not, whatever the metric says */
	COL_SLOT_WIDE = 1u << 2,       /* counter wraps at 2^64, else at 2^32 */
};
/* Upper half of flags: what its states are called, see states() below. */
#define COL_SLOT_STATES(number) ((uint32_t)(number) << 16)

/*
 * One place in a layout.  The host copies the texts.  min < max narrows the
 * metric's plausible range for this device (its rating), in the slot's unit.
 */
struct col_slot {
	const char *metric;    /* "power_w" */
	const char *instance;  /* "L1", "outlet 12", "" for the device itself */
	const char *unit;      /* of the values given, see unit.h */
	const char *source;    /* numeric OID without leading dot, or sensor */
	uint32_t flags;        /* enum col_slot_flags */
	double min, max;       /* rating; both 0: none */
};

struct col_layout; /* interned by the host: equal slots, same pointer */

/* One value; for COL_COUNTER metrics counter holds the count as read. */
struct col_value {
	union {
		double number;
		uint64_t counter;
	};
	enum col_quality quality;
};

/* The agent's uptime, read with the values for reboot detection. */
#define COL_UPTIME_UNKNOWN UINT64_MAX

/* How a poll ended. */
enum col_status {
	COL_POLL_OK = 0,     /* everything asked for was answered */
	COL_POLL_PARTIAL,    /* answered, but some values are missing */
	COL_POLL_TIMEOUT,
	COL_POLL_AUTH,       /* wrong community, user or password */
	COL_POLL_REPLY,      /* the answer broke the protocol */
	COL_POLL_PROFILE,    /* no profile fits this device */
	COL_POLL_ADDRESS,    /* address cannot be resolved or reached */
	COL_POLL_CANCELLED,
	COL_POLL_INTERNAL,   /* the plugin's own fault */
	COL_STATUS_N
};

struct col_poll;      /* one poll in flight, the host's */
struct col_watch;     /* one watched descriptor */
struct col_timer;     /* one armed timer */
struct col_discovery; /* where discover() reports to */
struct col_counter;   /* one counter or gauge of a plugin */
struct col_host;

typedef void col_fd_fn(void *arg, int fd, unsigned events);
typedef void col_timer_fn(void *arg);

enum col_fd_events { COL_FD_READ = 1, COL_FD_WRITE = 2 };
enum col_log_level { COL_LOG_ERROR = 0, COL_LOG_WARN, COL_LOG_INFO, COL_LOG_DEBUG };

/* A profile of this plugin: the YAML tree, checked only for its envelope. */
struct col_profile {
	const char *id;              /* file stem, unique */
	const struct col_node *node; /* the whole file */
};

/* A credential of the device, in the order in which they are to be tried. */
struct col_credential {
	const char *id;
	const struct col_node *node; /* the part under the plugin's name */
};

/* What is to be polled. */
struct col_device {
	size_t size;                 /* sizeof(struct col_device) of the host */
	const char *id;              /* "zz1-h1-r1-a01-pdu-a" */
	const char *address;         /* "192.0.2.1", "[2001:db8::1]:1161", a name */
	const char *kind;            /* pdu, ups, bmc, sensor, cooling, switch */
	const char *profile;         /* id, or "auto" */
	int64_t interval_ns;
	const struct col_credential *credentials;
	size_t n_credentials;
	const struct col_option_value *options; /* plugin's device_options order */
};

/* What the plugin learned about a device while polling it. */
struct col_identity {
	const char *profile;    /* profile id in use, NULL: unchanged */
	const char *credential; /* credential id that worked, NULL: unchanged */
};

struct col_discover {
	size_t size;
	const char *address;         /* one address, port optional */
	const struct col_credential *credentials;
	size_t n_credentials;
	int64_t deadline_ns;         /* monotonic */
};

/* What answered at an address. */
struct col_found {
	size_t size;
	const char *address, *kind, *profile, *credential, *description;
};

/* ---- services ------------------------------------------------------------------- */

/*
 * The host's services.  Borrowed: valid from thread_start() to the return of
 * thread_stop().  Pass the same pointer back as first argument.
 */
struct col_host {
	size_t size;
	uint16_t abi_major, abi_minor;

	/* Logs one line; device may be NULL.  Thread: any. */
	void (*log)(const struct col_host *host, enum col_log_level level,
	    const char *device, const char *format, ...)
	    __attribute__((format(printf, 4, 5)));
	/* Monotonic time.  Units: ns.  Thread: any. */
	int64_t (*now)(const struct col_host *host);
	/* 64 unpredictable bits.  Thread: any. */
	uint64_t (*random)(const struct col_host *host);
	/*
	 * Interns a layout: the same slots give the same pointer.  Keep it.
	 * Errors: NULL and error for an unknown metric, a unit of another
	 * dimension, or a bound (4,096 slots).  Thread: any.
	 */
	const struct col_layout *(*layout)(const struct col_host *host,
	    const struct col_slot *slots, size_t n_slots, struct col_error *error);
	/*
	 * Hands over one value per slot of layout.  Borrows values for the call.
	 * uptime_ms: the agent's uptime read with them or COL_UPTIME_UNKNOWN.
	 */
	void (*emit)(struct col_poll *poll, const struct col_layout *layout,
	    const struct col_value *values, uint64_t uptime_ms);
	/* Sets an info_* text of the device; cleaned and cut at 255 bytes. */
	void (*info)(struct col_poll *poll, const char *metric, const char *text);
	/* Says which profile and credential are in use. */
	void (*identify)(struct col_poll *poll, const struct col_identity *identity);
	/* Ends the poll; detail (may be NULL) is for people, no secrets. */
	void (*done)(struct col_poll *poll, enum col_status status,
	    const char *detail);
	/* Watches a descriptor.  Errors: NULL.  Not for blocking plugins. */
	struct col_watch *(*fd_watch)(const struct col_host *host, int fd,
	    unsigned events, col_fd_fn *fn, void *arg);
	void (*fd_unwatch)(const struct col_host *host, struct col_watch *watch);
	/* Arms a one-shot timer at a monotonic time.  Not for blocking plugins. */
	struct col_timer *(*timer)(const struct col_host *host, int64_t due_ns,
	    col_timer_fn *fn, void *arg);
	/* Cancels a timer that has not fired; accepts NULL. */
	void (*timer_cancel)(const struct col_host *host, struct col_timer *timer);
	/*
	 * Reads the secret that node ({file: …}, {credential: …}) points to.
	 * Shape: NUL-terminated in buffer, one trailing newline removed; the
	 * caller wipes it.  Returns its length or a negative COL_E*.
	 */
	int (*secret)(const struct col_host *host, const struct col_node *node,
	    char *buffer, size_t size, struct col_error *error);
	/* Reports a configuration error at a node; all of them are collected. */
	void (*report)(const struct col_host *host, const struct col_node *at,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));
	/* Reports something that answered.  found is copied. */
	void (*found)(struct col_discovery *to, const struct col_found *found);
	/* Ends a discovery of one address, exactly once. */
	void (*discovered)(struct col_discovery *to);
	/*
	 * A counter (or gauge) of the plugin's own, summed over its threads and
	 * shown as PLUGIN_NAME in /metrics and as NAME in /plugins.  The same
	 * name (a-z, 0-9, "_") gives the same counter.  NULL in hosts that only
	 * check.  Errors: NULL for a bad name or too many.  Thread: any.
	 */
	struct col_counter *(*counter)(const struct col_host *host,
	    const char *name, bool is_gauge, const char *help);
	/* Adds, to gauges also less than 0; accepts NULL.  Thread: any. */
	void (*count)(struct col_counter *counter, int64_t n);
	/* Names up to 64 codes of a state metric; the same table gives the same
	 * number > 0, for COL_SLOT_STATES.  Errors: COL_E*.  Thread: any. */
	int (*states)(const struct col_host *host, const struct col_state *states,
	    size_t n_states, struct col_error *error);
	/*
	 * A folder for what the plugin may lose and learn again (caches), of its
	 * own below the store directory: DIR/plugins/NAME, made with mode 0700.
	 * Shape: NUL-terminated path without a trailing slash.
	 * Errors: COL_ENOTSUP (this host has none: go on without), COL_ERANGE
	 * (size), COL_EIO; path is untouched.  Thread: any.
	 */
	int (*folder)(const struct col_host *host, char *path, size_t size);
	/*
	 * Reports an event of a device's own log, in a poll or between polls, from
	 * device_add to device_remove; device is its id.  Borrows event for the
	 * call; one that is known already is taken and not added twice.
	 * Errors: COL_EFULL (too many wait: tell it again later), COL_EINVAL (no
	 * code, no such severity), COL_ENOTSUP.  Thread: any.  Source: event.h.
	 */
	int (*event)(const struct col_host *host, const char *device,
	    const struct col_event *event);
};

/* ---- callbacks ------------------------------------------------------------------- */

/* An input plugin's callbacks; those marked optional may be NULL. */
struct col_input {
	/* Starts the plugin on one POLL thread.  Errors: the plugin is off. */
	int (*thread_start)(const struct col_host *host,
	    const struct col_option_value *options, void **ret_state,
	    struct col_error *error);
	/* All devices have been removed before.  state may be NULL. */
	void (*thread_stop)(void *state);
	/*
	 * Replaces the set of profiles: after thread_start and on each reload
	 * that changed one.  Optional.  Borrows them until the next call.
	 * In order of preference where all else is equal: the site's own, then
	 * the shipped ones; of each kind those that extend another first; then
	 * by name.
	 */
	int (*profiles_set)(void *state, const struct col_profile *profiles,
	    size_t n_profiles, struct col_error *error);
	/*
	 * Checks one profile and reports every fault through host->report().
	 * Returns 0 or COL_ECONFIG.  Optional.  Thread: any, no thread_start.
	 */
	int (*profile_check)(const struct col_host *host,
	    const struct col_profile *profile);
	/* The same for the part of a credential under the plugin's name. */
	int (*credential_check)(const struct col_host *host,
	    const struct col_node *node);
	/* Adds a device; no I/O, no blocking.  device lives until remove. */
	int (*device_add)(void *state, const struct col_device *device,
	    void **ret_device, struct col_error *error);
	/* The device's description changed; keep what was learned if it fits. */
	int (*device_change)(void *state, void *device,
	    const struct col_device *to, struct col_error *error);
	/* No poll of it is in flight. */
	void (*device_remove)(void *state, void *device);
	/* Units: deadline in monotonic ns. */
	void (*poll_start)(void *state, void *device, int64_t deadline_ns,
	    struct col_poll *poll);
	/* For COL_PLUGIN_BLOCKS called from another thread while poll_start runs. */
	void (*poll_cancel)(void *state, void *device, struct col_poll *poll);
	/* Called every 10 ms while polls are in flight.  Optional. */
	void (*tick)(void *state);
	/* Probes one address; found()* then discovered() once.  Optional. */
	void (*discover)(void *state, const struct col_discover *request,
	    struct col_discovery *to);
};

/* One sample as outputs see it: base units. */
struct col_sample {
	const char *role;      /* device's role in its rack, "" for derived */
	const char *metric, *instance, *unit;
	double value;          /* counters: rate per second */
	const char *text;      /* not used yet: NULL */
	enum col_quality quality;
};

/* All samples of one poll, or of one derived entity and slot. */
struct col_batch {
	size_t size;
	const char *entity;    /* "rack:zz1-h1-r1-a01", "device:…", "site:zz1" */
	const char *device;    /* device id, "" for derived samples */
	int64_t slot_ns;       /* wall time of the slot, ns since the epoch */
	const struct col_sample *samples;
	size_t n_samples;
};

/* An output plugin's callbacks: one call at a time, on a thread of its own. */
struct col_output {
	int (*start)(const struct col_host *host,
	    const struct col_option_value *options, void **ret_state,
	    struct col_error *error);
	/* Borrows batch.  Returns 0 or COL_E*; the host counts and goes on. */
	int (*write)(void *state, const struct col_batch *batch);
	void (*stop)(void *state);
};

enum col_plugin_flags { COL_PLUGIN_BLOCKS = 1u << 0 };

/* What a plugin exports as `col_plugin`.  input or output, or both. */
struct col_plugin {
	size_t size;                           /* sizeof(struct col_plugin) */
	uint16_t abi_major, abi_minor;
	uint32_t flags;                        /* enum col_plugin_flags */
	const char *name;                      /* equals the file's stem */
	const char *summary;
	const struct col_option *options;        /* under plugins: NAME: */
	const struct col_option *device_options; /* of a device, may be NULL */
	const struct col_metric *metrics;        /* added ones, may be NULL */
	const struct col_input *input;
	const struct col_output *output;
};

#define COL_EXPORT __attribute__((visibility("default"))) /* before the definition */

#endif
