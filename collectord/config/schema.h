/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables that say what a section of a file may hold, and the one engine that
 * reads a section into a struct by its table.
 *
 * Route: settings and inventory own the tables; the same tables make the
 * reference and tell what a reload changed.  Thread: the loader's.
 * Source: style.md B8.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "base/arena.h"
#include "base/clock.h"
#include "config/errors.h"
#include "model/inventory.h"

/* What a value is, and the C type that its member has. */
enum schema_type {
	SCHEMA_TEXT = 0,  /* const char * */
	SCHEMA_ID,        /* const char *, form of DESIGN.md 4.5 */
	SCHEMA_PATH,      /* const char *, absolute */
	SCHEMA_INTEGER,   /* any unsigned or signed integer */
	SCHEMA_NUMBER,    /* double, times scale */
	SCHEMA_BOOL,      /* bool */
	SCHEMA_DURATION,  /* int64_t, ns; min and max in seconds */
	SCHEMA_SPAN,      /* the same; "2 intervals" are those of polling */
	SCHEMA_SIZE,      /* uint64_t, bytes */
	SCHEMA_CHOICE,    /* enum or int: index of the word in choices */
	SCHEMA_NAME,      /* struct name: {en, zh} or one text */
	SCHEMA_DAY,       /* int32_t, days since the epoch */
	SCHEMA_TIME,      /* struct wall; a date or RFC 3339 */
	SCHEMA_TEXTS,     /* struct schema_texts: one text or a list */
	SCHEMA_SECRET,    /* const struct col_node * */
	SCHEMA_NODE,      /* const struct col_node *, any */
	SCHEMA_LIST,      /* const struct col_node *, a list */
	SCHEMA_MAP,       /* const struct col_node *, a map */
	SCHEMA_SECTION,   /* more fields of the same struct, in a map */
	SCHEMA_TYPE_N
};

struct schema_texts {
	const char *const *items;
	const struct col_node *const *nodes; /* where each was written */
	size_t n;
};

/* A value as read, before it goes to its member. */
struct schema_value {
	const char *text;         /* TEXT, ID, PATH, CHOICE */
	int64_t integer;          /* INTEGER, DURATION, SIZE, CHOICE, DAY, TIME */
	double number;            /* NUMBER, before scale */
	bool truth;
	struct name name;
	struct schema_texts texts;
	const struct col_node *node;
};

/* What the engine needs besides tables; borrowed for the load. */
struct schema_context {
	struct config_errors *errors;
	struct arena *arena;
	bool no_files;            /* secrets are not opened (fuzzing) */
	int64_t interval_ns;      /* of polling, for SPAN; 0: not known yet */
};

struct schema_field;

/* A further check of one value; reports by itself.  Returns 0 or COL_E*. */
typedef int schema_check_fn(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    const struct schema_value *value);

/* One key.  A table ends with key == NULL. */
struct schema_field {
	const char *key;
	enum schema_type type;
	size_t offset, size;      /* of the member */
	const char *fallback;     /* as it would be written; NULL: the struct's */
	double min, max;          /* both 0: no limit */
	double scale;             /* NUMBER: member = value * scale; 0: 1 */
	const char *unit;         /* for the reference */
	const char *choices;      /* "a|b|c" */
	schema_check_fn *check;
	const struct schema_field *fields; /* SECTION */
	bool required;
	const char *restart;      /* full name, when a reload cannot change it */
	const char *help;         /* one sentence or two */
};

/* Place of a member; the struct comes first. */
#define SCHEMA_AT(type, member) \
	.offset = offsetof(type, member), .size = sizeof(((type *)NULL)->member)
#define SCHEMA_END { .key = NULL }

/*
 * Fills to from the map node by the table: defaults first, then what is
 * written; unknown and missing keys are errors.  where names the section in
 * Errors: COL_ECONFIG when anything was reported.
 */
int schema_read(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *node, void *to);
/* The same, but leaves unknown keys to the caller. */
int schema_read_known(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *node, void *to);

/* Reads one value; reports.  Errors: COL_ECONFIG; *ret_value untouched. */
int schema_value(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *ret_value);
/* Reads a default (text of a table): a malformed one is our bug. */
void schema_fallback(const struct schema_context *context,
    const struct schema_field *field, struct schema_value *ret_value);

/* Reads "1 interval", "2 intervals"; false: text is no such thing. */
bool schema_intervals(const struct schema_context *context, const char *text,
    int64_t *ret_ns);

/* Row of a key in a table, or NULL. */
const struct schema_field *schema_find(const struct schema_field *fields,
    const char *key);
/* True when the members of a field are the same in two structs. */
bool schema_equal(const struct schema_field *field, const void *a, const void *b);
/* Replaces ${datadir}, ${plugindir} and ${statedir} by where they are installed. */
const char *schema_expand(struct arena *arena, const char *text);

#define SCHEMA_LIMIT_SIZE 64
/* Writes the range for people: "1s .. 1h", or "" when there is none. */
const char *schema_limits(const struct schema_field *field,
    char text[SCHEMA_LIMIT_SIZE]);

#endif
