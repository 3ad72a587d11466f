/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A device profile in compiled form: which objects to read and what they mean.
 * docs/profiles.md is the language, profile_parse.c its reader.
 *
 * Route: profile YAML -> profile_parse -> plan (per set of rows) -> reader.
 * Thread: immutable after parsing; counted per POLL thread.
 */
#ifndef SNMP_PROFILE_H
#define SNMP_PROFILE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "objid.h"
#include "profile_ref.h"

#define PROFILE_LABELS_MAX 16     /* index parts included */
#define PROFILE_ALTERNATIVES_MAX 8
#define PROFILE_SCALES_MAX 3
#define PROFILE_VARIANTS_MAX 8    /* bases of one profile */
#define PROFILE_TEXT_MAX 255
#define PROFILE_PREFIXES_MAX 3
#define PROFILE_PREFIX_COLUMNS_MAX 4

enum profile_scale_kind {
	PROFILE_FACTOR = 0,        /* only the constant */
	PROFILE_DIGITS,            /* 10^-N, N from ref */
	PROFILE_EXPONENT,          /* 10^N */
	PROFILE_DIVISOR,           /* 1/N */
	PROFILE_MULTIPLIER,        /* N */
	PROFILE_SIGNED,            /* N, below 0: 1/-N, 0: 1 */
	PROFILE_SI,                /* 10^(3*(N-9)), RFC 3433 EntitySensorDataScale */
	PROFILE_PRECISION,         /* 10^-N, N below 0: 1 */
	PROFILE_SCALE_N
};

struct profile_scale {
	enum profile_scale_kind kind;
	struct profile_ref ref;
};

struct profile_instance {
	const char *one, *many;    /* templates */
	int each;                  /* label that is counted, -1: rows */
	int position;              /* label with a place in words, -1: none */
};

struct profile_table;

struct profile_metric {
	const char *metric;
	const struct profile_table *table; /* NULL: scalar */
	size_t n_values;           /* alternatives, first good one wins */
	struct objref values[PROFILE_ALTERNATIVES_MAX];
	struct objref highs[PROFILE_ALTERNATIVES_MAX]; /* upper 32 bits, n 0: none */
	struct profile_instance instance;
	const char *unit;          /* constant, or NULL: from unit_ref */
	struct profile_ref unit_ref;
	struct profile_map unit_map;
	double factor;
	size_t n_scales;           /* multiplied with each other */
	struct profile_scale scales[PROFILE_SCALES_MAX];
	size_t n_sentinels;
	const char *const *sentinels;
	size_t n_filters;
	const struct profile_filter *filters;
	const struct profile_filter *available; /* read with each poll */
	const regex_t *extract;
	struct profile_map map;    /* raw to number */
	const double *numbers;     /* of map.from, map.to, sentinels; NAN: a word */
	bool map_is_open;          /* a number that is not in map stands for itself */
	size_t n_states;           /* what the numbers mean */
	const struct col_state *states;
	struct profile_ref legend; /* or a text that says it: "Off(0),On(1)" */
	struct profile_map words;  /* of the legend to severities */
	double min, max;           /* plausible, in the metric's unit; both 0: no */
	int archive;               /* -1: as the metric says */
	bool counter;              /* values are counts as read */
	const char *total;         /* instance of the sum of all rows, or NULL */
	const char *total_with;    /* other definitions of that name too */
};

/* Words before an instance, when one of the columns is of several units. */
struct profile_prefix {
	const char *text;          /* template */
	size_t n_columns;
	struct objref columns[PROFILE_PREFIX_COLUMNS_MAX];
};

struct profile_table {
	const char *name;
	size_t n_prefixes;
	struct profile_prefix prefixes[PROFILE_PREFIXES_MAX];
	int n_parts;
	enum profile_part parts[PROFILE_PARTS_MAX];
	int n_labels;
	struct profile_label labels[PROFILE_LABELS_MAX];
	size_t n_filters;
	const struct profile_filter *filters;
	size_t n_metrics;
	const struct profile_metric *metrics;
};

/* load_pct of each instance from its rating. */
struct profile_percent {
	struct profile_metric metric;
	const char *of, *rated;    /* metrics of one unit */
	bool shared;               /* else the device's own rating */
};

struct profile_info {
	const char *metric;        /* info_model */
	size_t n_refs;
	struct profile_ref refs[PROFILE_ALTERNATIVES_MAX];
	const regex_t *extract[PROFILE_ALTERNATIVES_MAX];
	bool each[PROFILE_ALTERNATIVES_MAX]; /* row: a unit of its own */
};

/* An info that must say so: info_model, info_firmware. */
struct profile_when {
	size_t info;               /* of the profile's infos */
	const regex_t *regex;
};

/* One way to recognise a device; what is given must all hold. */
struct profile_rule {
	struct objref sysobjectid; /* prefix, n 0: not given */
	const regex_t *sysdescr, *not_sysdescr;
	size_t n_probes, n_absents;
	const struct objref *probes;  /* something answers at or below each */
	const struct objref *absents; /* nothing does */
	size_t n_whens;
	const struct profile_when *whens;
	bool fallback;             /* only when no other rule fits */
	bool adds;                 /* serves beside the one that is chosen */
	unsigned adds_to;          /* bits of profile_kind, 0: to any */
};

struct profile {
	unsigned n_refs;
	char *id;
	const char *kind;
	unsigned preference;       /* place in the host's set; the first wins ties */
	bool is_overlay;           /* extends another: the closer relative */
	bool same_instances;       /* when added: gives what no instance has,
				    * else only metrics that no profile gave */
	unsigned max_varbinds;     /* of a request, 0: not said */
	bool no_bulk;              /* GETNEXT only */
	int64_t learn_ns;          /* rows are looked at so often, 0: as usual */
	size_t n_also;             /* ids of profiles that serve beside it */
	const char *const *also;
	size_t n_rules;
	const struct profile_rule *rules;
	size_t n_infos;
	const struct profile_info *infos;
	size_t n_scalars;          /* metrics without a table */
	const struct profile_metric *scalars;
	size_t n_tables;
	const struct profile_table *tables;
	size_t n_percents;
	const struct profile_percent *percents;
	/* Everything that learning reads, without repetition. */
	size_t n_columns;
	struct objref *columns;
	size_t n_gets;
	struct objref *gets;
	struct profile_block *blocks; /* memory of all the above */
	struct profile_regex *regexes;
};

/*
 * Compiles a profile.  All faults are reported through host->report().
 * Owns: returns one reference in ret_profile; nothing borrows the tree.
 * Errors: COL_ECONFIG, COL_ENOMEM.
 */
int profile_parse(const struct col_host *host,
    const struct col_profile *from, struct profile **ret_profile);

/*
 * A profile with bases: is compiled once for each; a fault that all share is
 * told by the first.
 */
unsigned profile_variants(const struct col_profile *from);
int profile_parse_variant(const struct col_host *host,
    const struct col_profile *from, unsigned variant,
    struct profile **ret_profile);

struct profile *profile_ref(struct profile *profile);
void profile_unref(struct profile *profile); /* accepts NULL */
extern const char *const profile_kinds[]; /* "pdu", …, NULL */
/* Bit of a kind, for adds_to. */
unsigned profile_kind_bit(const char *kind);

/* Zeroed memory that lives as long as the profile; NULL: out of memory. */
void *profile_alloc(struct profile *profile, size_t size);
const char *profile_text(struct profile *profile, const char *text);
struct objref profile_objid(struct profile *profile, const struct objid *id);
/* Compiles an extended regular expression.  NULL and message on error. */
const regex_t *profile_regex(struct profile *profile, const char *pattern,
    char *message, size_t size);

/* Base unit that a metric's name implies ("power_w": "W"), NULL: none. */
const char *profile_base_unit(const char *metric);

#endif
