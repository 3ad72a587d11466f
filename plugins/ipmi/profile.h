/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A profile of BMCs in compiled form: whom it is for, where power comes from,
 * what sensors are called.  docs/profiles.md is the language.
 *
 * Route: profile YAML -> profile_read -> choose (per set of sensors) -> round.
 * Thread: immutable after reading; counted per POLL thread.
 */
#ifndef IPMI_PROFILE_H
#define IPMI_PROFILE_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define PROFILE_WORDS_MAX 16     /* values of one condition */
#define PROFILE_RULES_MAX 256
#define PROFILE_GROUPS 10        /* of a regular expression */

/* Where the power of the whole machine comes from. */
enum profile_power {
	PROFILE_POWER_DCMI = 0,  /* Get Power Reading */
	PROFILE_POWER_SENSOR,    /* a sensor whose rule says power_w, "" */
	PROFILE_POWER_INPUTS,    /* the sum of rules with total: true */
	PROFILE_POWER_N
};

/* One condition: numbers that it may have; n 0: any. */
struct profile_numbers {
	size_t n;
	uint16_t values[PROFILE_WORDS_MAX];
};

struct profile_match {
	bool any;                    /* every BMC: the last resort */
	uint32_t manufacturer;
	struct profile_numbers products;
};

/* What sensors of one kind become. */
struct profile_rule {
	const char *name;            /* of the rule */
	size_t n_units;
	const char *const *units;    /* of units.h; of numbers: at least one */
	const char *as;              /* what they count in, NULL: as they say */
	struct profile_numbers types, entities, readings;
	const regex_t *matches, *unlike; /* NULL: any */
	bool ignore;                 /* such sensors are not read */
	const char *metric, *instance;
	bool is_state;               /* metric is state_… */
	bool total;                  /* one of the inputs that add up */
	uint32_t flags;              /* COL_SLOT_ARCHIVE, _NO_ARCHIVE or 0 */
	double scale;
	double min, max;             /* both 0: none */
	size_t n_states;             /* its own words; 0: those of states.h */
	const struct col_state *states;
};

struct profile {
	unsigned n_refs;
	char *id;
	uint64_t number;             /* of its readings, never used again */
	bool is_overlay;
	size_t n_matches;
	const struct profile_match *matches;
	uint32_t quirks;             /* enum quirk */
	size_t n_powers;
	enum profile_power powers[PROFILE_POWER_N];
	size_t n_rules;
	const struct profile_rule *rules;
	unsigned max_sensors;        /* asked in one poll */
	unsigned chunk;              /* bytes of a record asked at once */
	bool log, fru;               /* read them */
	struct profile_memory *memory;
	struct profile_pattern *patterns;
};

/* The profiles of a POLL thread. */
struct profile_set {
	struct profile **profiles;
	size_t n;
};

/*
 * Compiles a tree.  Every fault is reported through host.
 * Owns: one reference; profile_unref.  Errors: COL_ECONFIG, COL_ENOMEM.
 */
int profile_read(const struct col_host *host, const struct col_profile *from,
    struct profile **ret_profile);
void profile_unref(struct profile *profile); /* accepts NULL */

/* Memory and regular expressions that live as long as the profile. */
void *profile_alloc(struct profile *profile, size_t size); /* zeroed; or NULL */
const char *profile_text(struct profile *profile, const char *text);
/* NULL: bad expression, with the reason in ret_error. */
const regex_t *profile_regex(struct profile *profile, const char *text,
    char *ret_error, size_t size);

/* ---- profile_match.c ---- */
struct profile *profile_set_find(const struct profile_set *set,
    const char *id);
/*
 * The profile for a maker and product: by product before by maker before any;
 * among equals an overlay, then the id decides.  NULL: there is none.
 */
struct profile *profile_set_match(const struct profile_set *set,
    uint32_t manufacturer, uint16_t product);

#endif
