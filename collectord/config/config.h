/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration: files in, one immutable snapshot out, or a list of all
 * errors with file:line:column.
 *
 * Route: start of everything; files under conf -> yaml (events -> tree) -> schema
 * (tables) -> settings + inventory.  Thread: MAIN builds, any reads.
 * Source: DESIGN.md 4.3.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "model/ids.h"
#include "model/inventory.h"
#include "model/plugins.h"
#include "model/receiver.h"

enum target_reach { TARGET_ABOVE = 0, TARGET_AT_LEAST };
enum target_basis { TARGET_PHYSICAL = 0, TARGET_STANDARD };

struct target {
	const char *id;
	struct name name;
	int64_t racks;
	enum target_reach reach;
	enum target_basis basis;
	int32_t by_day;          /* days since the epoch; INT32_MIN: none */
	struct name source;      /* where the figure comes from */
};

enum http_anonymous { HTTP_ANONYMOUS_VIEWER = 0, HTTP_ANONYMOUS_NONE };
enum store_class { STORE_STANDARD = 0, STORE_LEAN, STORE_CLASS_N };

struct settings {
	/* province */
	const char *province_id;
	struct name province_name;
	const char *timezone;
	int areas;                      /* 0: those in which something stands, 1: all */
	double standard_rack_w;
	bool demo;                      /* synthetic data: a banner says so */
	/* evidence */
	int64_t window_ns, min_live_ns;
	double min_power_w;
	/* targets, in file order; [0] is the headline */
	const struct target *targets;
	size_t n_targets;
	/* poll */
	int64_t interval_ns;
	unsigned poll_threads;
	unsigned in_flight_max;
	/* store */
	const char *store_dir;          /* absolute */
	enum store_class store_class;
	int64_t flush_ns;               /* default 15 min */
	uint64_t journal_segment_bytes;
	/* http */
	const char *listen;             /* as written */
	const char *listen_host;        /* "127.0.0.1", "::1" */
	uint16_t listen_port;
	const char *web_dir;            /* installed pages */
	const char *tls_cert;           /* PEM, absolute; NULL: no TLS */
	const struct col_node *tls_key; /* secret; NULL: no TLS */
	int anonymous;                  /* enum http_anonymous */
	/* plugins */
	const char *plugin_dir;
	const struct col_node *plugins; /* map name -> options, or NULL */
	/* daily counts from before this daemon ran (CSV), absolute paths */
	const char *const *history;
	size_t n_history;
	/* log */
	int log_format;                 /* enum log_format */
	bool log_json;
	int log_level;                  /* enum col_log_level */
};

/* One profile file: the envelope is checked here, the rest by its plugin. */
struct profile {
	const char *id;                 /* file stem */
	const char *plugin;             /* "snmp" */
	struct name summary;
	const struct col_node *node;    /* with what it extends laid below it */
	uint64_t hash;                  /* over the text, and that of its base */
	bool resolved;                  /* has been laid over its base */
	bool own;                       /* of this site, not shipped */
	const struct profile *shipped;  /* of the same id, hidden by it; or NULL */
};

struct credential {
	const char *id;
	const struct col_node *node;    /* map plugin name -> its part */
	/* per item of node: a keyed hash of what its secrets say now; 0: it
	 * names none.  Never shown or kept beyond the process. */
	const uint64_t *secrets;
};

/* One configuration version.  Immutable, reference-counted. */
struct config {
	const char *file;
	struct settings settings;
	const struct inventory *inventory;
	const struct profile *profiles;
	size_t n_profiles;
	const struct credential *credentials;
	size_t n_credentials;
	struct alerting alerting;       /* rules, receivers, routes */
	uint64_t alerting_hash;         /* of all that was written of them */
	/* the files it was read from, absolute, without secrets and what was shipped */
	const char *const *files;
	size_t n_files;
	uint8_t secret_key[HASH_KEY_SIZE]; /* of the process, random */
	uint64_t version;
	struct wall loaded;
	const char *const *waiting;     /* settings that were written anew but keep
					 * their value until a restart */
	size_t n_waiting;
};

struct config_error {
	const char *file;
	uint32_t line, column;     /* 0: the file as a whole */
	const char *text;          /* with "(did you mean …?)" where it helps */
};

/* All that went wrong in one load; in order of file, line, column. */
struct config_errors {
	struct config_error *items;
	size_t n_items;            /* at most 1,000 are kept */
	size_t n_total;
	struct arena *arena;
};
void config_errors_init(struct config_errors *errors);
void config_errors_done(struct config_errors *errors);
void config_errors_add(struct config_errors *errors, const struct col_node *at,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* One line per error: "file:line:column: text\n". */
void config_errors_print(const struct config_errors *errors, struct buf *out);

/*
 * Loads everything that file names.  plugins (may be NULL: plugin options and
 * profiles are then checked only for their form) and ids are borrowed.
 * Errors: COL_ECONFIG with errors filled, COL_EIO; ids keeps new numbers.
 * Owns: *ret_config has one reference.
 */
int config_load(const char *file, const struct plugins *plugins, struct ids *ids,
    uint64_t version, struct wall now, struct config_errors *errors,
    const struct config **ret_config);
/*
 * The same of running's file, for a reload: settings that only a restart can
 * change keep the values that they have in running, so that no room sees them
 * change; waiting names them.
 */
int config_reload(const struct config *running, const struct plugins *plugins,
    struct ids *ids, uint64_t version, struct wall now,
    struct config_errors *errors, const struct config **ret_config);
/*
 * A load of what the configuration would be if inventory files had other texts
 * or there were further ones: what an import tries before it writes.
 */
struct config_overlay {
	const char *path;          /* absolute; may not exist yet */
	const char *name;          /* for messages */
	const char *text;
	size_t size;
};
struct config_trial {
	const char *file;
	const struct plugins *plugins;
	struct ids *ids;
	const struct config_overlay *overlays;
	size_t n_overlays;
	const char *alerts_file;   /* instead of what `alerts` names, or NULL */
};
/* Errors and ownership: config_load. */
int config_try(const struct config_trial *trial, struct wall now,
    struct config_errors *errors, const struct config **ret_config);
const struct config *config_ref(const struct config *config);
void config_unref(const struct config *config);

/*
 * What must be known before plugins are loaded and so before config_load can
 * check anything: their folder, on how many threads they run, and the log's
 * form.  Reads only the main file and forgives every other error in it;
 * config_load will name them.
 * Errors: COL_EIO (cannot be read), COL_EINVAL (no YAML); text has the place.
 * Owns: free with config_basics_done.
 */
struct config_basics {
	char *plugin_dir;
	bool log_json;
	int log_level;             /* enum col_log_level */
	unsigned poll_threads;
};
int config_peek(const char *file, struct config_basics *ret_basics,
    struct col_error *error);
void config_basics_done(struct config_basics *basics);

const struct credential *config_credential(const struct config *config, const char *id);
/*
 * What a plugin's part of a credential hangs on beyond its text: differs when
 * a secret that it names has been rotated.  NULL has 0.
 */
uint64_t config_credential_secrets(const struct credential *credential,
    const char *plugin);
const struct profile *config_profile(const struct config *config, const char *id);

/*
 * Reads one YAML file into a positioned tree.  Errors go to errors; NULL then.
 * Bounds: depth 16, 64 MiB, 10 M events; no anchors, aliases, duplicate keys.
 * Owns: the tree lives in arena.
 */
const struct col_node *config_read_yaml(const char *file, struct arena *arena,
    struct config_errors *errors);
/* The same from memory; file is only the name for messages. */
const struct col_node *config_parse_yaml(const char *text, size_t size,
    const char *file, struct arena *arena, struct config_errors *errors);

/*
 * Reads the options of a plugin or device from node (may be NULL) by a table.
 * Shape: ret_values has one entry per table row.  Unknown keys are errors
 * unless they are listed in also (NULL-terminated, may be NULL).
 */
int config_options(const struct col_option *table, const struct col_node *node,
    const char *const *also, struct config_errors *errors, struct arena *arena,
    struct col_option_value *ret_values);

/* Writes conf/REFERENCE.md from the tables. */
void config_reference(struct buf *out, const struct plugins *plugins);

/* What a reload changes, by dense id; for the log line and for poll. */
struct config_diff {
	uint32_t devices_added, devices_removed, devices_changed, devices_kept;
	uint32_t racks_added, racks_removed, racks_changed, rack_states_changed;
	bool profiles_changed, alerting_changed, settings_changed, restart_needed;
	const char *restart_why;  /* first setting that only a restart can change, or NULL */
};
void config_diff(const struct config *from, const struct config *to,
    struct config_diff *ret_diff);

#endif
