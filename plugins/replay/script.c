/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readings of the same metric, instance and layout are steps of one series in
 * order of time; a series is one slot of its layout.
 */
#include "script.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define SERIES_MAX 4096
#define ITEMS_MAX 65536

struct step {
	int64_t at_ns;
	enum col_quality quality;
	double value;
	uint64_t count;
	double rate;                 /* per second since at_ns */
};

struct series {
	char *metric, *instance, *unit, *source;
	unsigned layout;             /* number of its layout */
	uint32_t flags;              /* enum col_slot_flags */
	double min, max;
	bool counter;
	struct step *steps;
	size_t n_steps;
};

struct info {
	char *metric, *text;
};

struct script {
	unsigned n_users;
	const struct col_host *host;
	struct series *series;       /* in order of layout */
	size_t n_series;
	struct script_phase *phases;
	size_t n_phases;
	struct info *infos;
	size_t n_infos;
	int64_t *reboots;
	size_t n_reboots;
	const struct col_layout *layouts[SCRIPT_LAYOUTS_MAX];
	size_t first[SCRIPT_LAYOUTS_MAX], n_slots[SCRIPT_LAYOUTS_MAX];
	struct col_value *values;    /* room for the largest layout */
};

/* Base units by the ending of a metric's name; DESIGN.md section 2. */
static const struct {
	const char *ending, *unit;
} UNITS[] = { { "_w", "W" }, { "_va", "VA" }, { "_var", "var" }, { "_wh", "Wh" },
	{ "_a", "A" }, { "_v", "V" }, { "_hz", "Hz" }, { "_pct", "%" },
	{ "_c", "C" }, { "_m3h", "m3/h" }, { "_pa", "Pa" }, { "_rpm", "rpm" },
	{ "_s", "s" }, { "power_factor", "1" }, { "octets_in", "octets" },
	{ "octets_out", "octets" } };

static const char *const FAULTS[FAULT_N] = { [FAULT_NONE] = "none",
	[FAULT_SILENT] = "silent", [FAULT_NEVER] = "never", [FAULT_SLOW] = "slow",
	[FAULT_ERROR] = "error", [FAULT_PARTIAL] = "partial",
	[FAULT_LATE] = "late", [FAULT_DOUBLE] = "double",
	[FAULT_GARBAGE] = "garbage" };

static const char *const STATUS[COL_STATUS_N] = { [COL_POLL_OK] = "ok",
	[COL_POLL_PARTIAL] = "partial", [COL_POLL_TIMEOUT] = "timeout",
	[COL_POLL_AUTH] = "auth", [COL_POLL_REPLY] = "reply",
	[COL_POLL_PROFILE] = "profile", [COL_POLL_ADDRESS] = "address",
	[COL_POLL_CANCELLED] = "cancelled", [COL_POLL_INTERNAL] = "internal" };

static const char *const QUALITY[COL_QUALITY_N] = { [COL_GOOD] = "good",
	[COL_STALE] = "stale", [COL_IMPLAUSIBLE] = "implausible",
	[COL_UNAVAILABLE] = "unavailable", [COL_ERROR] = "error" };

/* ---- reading nodes ------------------------------------------------------------- */

/* Where faults go; all of them are told before the script is refused. */
struct reader {
	const struct col_host *host;
	unsigned n_faults;
};

#define FAULT(reader, at, ...) \
	((reader)->n_faults++, (reader)->host->report((reader)->host, (at), __VA_ARGS__))

static const char *
scalar(const struct col_node *map, const char *key)
{
	const struct col_node *node = col_node_get(map, key);
	return node != NULL && node->kind == COL_NODE_SCALAR ? node->text : NULL;
}

static void
read_duration(struct reader *reader, const struct col_node *map, const char *key,
    int64_t *value)
{
	const struct col_node *node = col_node_get(map, key);
	if (node != NULL && (node->kind != COL_NODE_SCALAR ||
	    !text_duration(node->text, value))) {
		FAULT(reader, node, "%s: a duration such as 30s is wanted", key);
	}
}

static void
read_number(struct reader *reader, const struct col_node *map, const char *key,
    double *value)
{
	const struct col_node *node = col_node_get(map, key);
	if (node != NULL && (node->kind != COL_NODE_SCALAR ||
	    !text_number(node->text, value))) {
		FAULT(reader, node, "%s: a number is wanted", key);
	}
}

static void
read_flag(struct reader *reader, const struct col_node *map, const char *key,
    bool *value)
{
	const struct col_node *node = col_node_get(map, key);
	if (node != NULL && (node->kind != COL_NODE_SCALAR ||
	    !text_bool(node->text, value))) {
		FAULT(reader, node, "%s: true or false is wanted", key);
	}
}

/* Finds a word of a table; leaves value when the key is not there. */
static void
read_word(struct reader *reader, const struct col_node *map, const char *key,
    const char *const *words, int n_words, int *value)
{
	const struct col_node *node = col_node_get(map, key);
	if (node == NULL) {
		return;
	}
	for (int i = 0; node->kind == COL_NODE_SCALAR && i < n_words; i++) {
		if (strcmp(words[i], node->text) == 0) {
			*value = i;
			return;
		}
	}
	FAULT(reader, node, "%s: no such word", key);
}

static void
check_keys(struct reader *reader, const struct col_node *map,
    const char *const *known)
{
	for (size_t i = 0; i < map->n_items; i++) {
		const char *const *k = known;
		while (*k != NULL && strcmp(*k, map->items[i]->key) != 0) {
			k++;
		}
		if (*k == NULL) {
			FAULT(reader, map->items[i], "unknown key '%s'",
			    map->items[i]->key);
		}
	}
}

/* The number of maps in a list; 0 and a report for anything else. */
static size_t
list_size(struct reader *reader, const struct col_node *list, const char *what)
{
	if (list == NULL) {
		return 0;
	}
	if (list->kind != COL_NODE_LIST || list->n_items > ITEMS_MAX) {
		FAULT(reader, list, "%s: a list of at most %d is wanted", what,
		    ITEMS_MAX);
		return 0;
	}
	return list->n_items;
}

/* ---- readings -------------------------------------------------------------------- */

static const char *
unit_of(const char *metric)
{
	for (size_t i = 0; i < sizeof(UNITS) / sizeof(UNITS[0]); i++) {
		size_t len = strlen(metric), end = strlen(UNITS[i].ending);
		if (len >= end && strcmp(metric + len - end, UNITS[i].ending) == 0) {
			return UNITS[i].unit;
		}
	}
	return "";
}

static struct series *
series_get(struct script *script, const char *metric, const char *instance,
    unsigned layout)
{
	for (size_t i = 0; i < script->n_series; i++) {
		struct series *s = &script->series[i];
		if (s->layout == layout && strcmp(s->metric, metric) == 0 &&
		    strcmp(s->instance, instance) == 0) {
			return s;
		}
	}
	if (script->n_series == SERIES_MAX) {
		return NULL;
	}
	struct series *s = &script->series[script->n_series++];
	*s = (struct series){ .metric = strdup(metric), .instance = strdup(instance),
		.unit = strdup(unit_of(metric)), .source = strdup("replay"),
		.layout = layout, .counter = strncmp(metric, "octets_", 7) == 0 };
	return s;
}

static void
replace(char **to, const char *text)
{
	if (text != NULL) {
		free(*to);
		*to = strdup(text);
	}
}

static void
read_slot(struct reader *reader, const struct col_node *map, struct series *series)
{
	bool archive = false, wide = false;

	replace(&series->unit, scalar(map, "unit"));
	replace(&series->source, scalar(map, "source"));
	if (col_node_get(map, "archive") != NULL) {
		read_flag(reader, map, "archive", &archive);
		series->flags |= archive ? COL_SLOT_ARCHIVE : COL_SLOT_NO_ARCHIVE;
	}
	read_flag(reader, map, "wide", &wide);
	series->flags |= wide ? COL_SLOT_WIDE : 0u;
	read_flag(reader, map, "counter", &series->counter);
	read_number(reader, map, "min", &series->min);
	read_number(reader, map, "max", &series->max);
}

static void
read_step(struct reader *reader, const struct col_node *map, struct series *series)
{
	struct step step = { .quality = COL_GOOD };
	const struct col_node *value = col_node_get(map, "value");
	int quality = COL_GOOD;

	read_duration(reader, map, "at", &step.at_ns);
	read_number(reader, map, "rate", &step.rate);
	if (value == NULL || value->kind != COL_NODE_SCALAR) {
		FAULT(reader, map, "value: a number or null is wanted");
	} else if (!value->quoted && (strcmp(value->text, "null") == 0 ||
	    strcmp(value->text, "~") == 0 || value->text[0] == '\0')) {
		quality = COL_UNAVAILABLE;
	} else if (series->counter ? !text_unsigned(value->text, &step.count)
	    : !text_number(value->text, &step.value)) {
		FAULT(reader, value, "value: a number or null is wanted");
	}
	read_word(reader, map, "quality", QUALITY, COL_QUALITY_N, &quality);
	step.quality = (enum col_quality)quality;
	struct step *steps = realloc(series->steps,
	    (series->n_steps + 1) * sizeof(*steps));
	if (steps == NULL) {
		reader->n_faults++;
		return;
	}
	series->steps = steps;
	size_t at = series->n_steps++;
	for (; at > 0 && steps[at - 1].at_ns > step.at_ns; at--) {
		steps[at] = steps[at - 1];
	}
	steps[at] = step;
}

static void
read_reading(struct reader *reader, const struct col_node *map,
    struct script *script)
{
	static const char *const KEYS[] = { "at", "metric", "instance", "unit",
		"value", "rate", "quality", "source", "layout", "archive", "wide",
		"counter", "min", "max", NULL };
	const char *metric = scalar(map, "metric");
	const char *instance = scalar(map, "instance");
	const char *layout_text = scalar(map, "layout");
	uint64_t layout = 0;

	if (map->kind != COL_NODE_MAP || metric == NULL) {
		FAULT(reader, map, "a reading is a map with at least metric and value");
		return;
	}
	check_keys(reader, map, KEYS);
	if (layout_text != NULL && (!text_unsigned(layout_text, &layout) ||
	    layout >= SCRIPT_LAYOUTS_MAX)) {
		FAULT(reader, map, "layout: a number below %d is wanted",
		    SCRIPT_LAYOUTS_MAX);
		return;
	}
	struct series *series = series_get(script, metric,
	    instance != NULL ? instance : "", (unsigned)layout);
	if (series == NULL) {
		FAULT(reader, map, "at most %d series", SERIES_MAX);
		return;
	}
	read_slot(reader, map, series);
	read_step(reader, map, series);
}

static int
by_layout(const void *a, const void *b)
{
	const struct series *x = a, *y = b;
	if (x->layout != y->layout) {
		return x->layout < y->layout ? -1 : 1;
	}
	int order = strcmp(x->metric, y->metric);
	return order != 0 ? order : strcmp(x->instance, y->instance);
}

/* Interns the layouts; the series stand in order of layout by then. */
static int
make_layouts(struct reader *reader, struct script *script,
    const struct col_node *at)
{
	struct col_slot *slots = calloc(script->n_series + 1, sizeof(*slots));
	struct col_error error = { 0 };

	script->values = calloc(script->n_series + 1, sizeof(*script->values));
	if (slots == NULL || script->values == NULL) {
		free(slots);
		return COL_ENOMEM;
	}
	for (size_t i = 0; i < script->n_series; i++) {
		const struct series *s = &script->series[i];
		slots[i] = (struct col_slot){ .metric = s->metric,
			.instance = s->instance, .unit = s->unit, .source = s->source,
			.flags = s->flags, .min = s->min, .max = s->max };
		if (script->n_slots[s->layout]++ == 0) {
			script->first[s->layout] = i;
		}
	}
	for (unsigned l = 0; l < SCRIPT_LAYOUTS_MAX; l++) {
		if (script->n_slots[l] == 0) {
			continue;
		}
		script->layouts[l] = reader->host->layout(reader->host,
		    &slots[script->first[l]], script->n_slots[l], &error);
		if (script->layouts[l] == NULL) {
			FAULT(reader, at, "%s", error.text);
		}
	}
	free(slots);
	return 0;
}

/* ---- faults, info, reboots --------------------------------------------------------- */

static void
read_fault(struct reader *reader, const struct col_node *map,
    struct script_phase *phase)
{
	static const char *const KEYS[] = { "from", "to", "kind", "status", "delay",
		NULL };
	int fault = FAULT_NONE, status = COL_POLL_REPLY;

	if (map->kind != COL_NODE_MAP || scalar(map, "kind") == NULL) {
		FAULT(reader, map, "a fault is a map with at least kind");
		return;
	}
	check_keys(reader, map, KEYS);
	*phase = (struct script_phase){ .to_ns = INT64_MAX,
		.delay_ns = INT64_C(1000000000) };
	read_duration(reader, map, "from", &phase->from_ns);
	read_duration(reader, map, "to", &phase->to_ns);
	read_duration(reader, map, "delay", &phase->delay_ns);
	read_word(reader, map, "kind", FAULTS, FAULT_N, &fault);
	read_word(reader, map, "status", STATUS, COL_STATUS_N, &status);
	phase->fault = (enum script_fault)fault;
	phase->status = (enum col_status)status;
}

static int
read_lists(struct reader *reader, const struct script_nodes *nodes,
    struct script *script)
{
	size_t n = list_size(reader, nodes->readings, "readings");

	script->series = calloc(n + 1, sizeof(*script->series));
	script->n_phases = list_size(reader, nodes->faults, "faults");
	script->phases = calloc(script->n_phases + 1, sizeof(*script->phases));
	script->n_reboots = list_size(reader, nodes->reboots, "reboots");
	script->reboots = calloc(script->n_reboots + 1, sizeof(*script->reboots));
	if (script->series == NULL || script->phases == NULL ||
	    script->reboots == NULL) {
		script->n_phases = script->n_reboots = 0;
		return COL_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		read_reading(reader, nodes->readings->items[i], script);
	}
	qsort(script->series, script->n_series, sizeof(*script->series), by_layout);
	for (size_t i = 0; i < script->n_phases; i++) {
		read_fault(reader, nodes->faults->items[i], &script->phases[i]);
	}
	for (size_t i = 0; i < script->n_reboots; i++) {
		const struct col_node *node = nodes->reboots->items[i];
		if (node->kind != COL_NODE_SCALAR ||
		    !text_duration(node->text, &script->reboots[i])) {
			FAULT(reader, node, "reboots: durations are wanted");
		}
	}
	return 0;
}

static int
read_info(struct reader *reader, const struct col_node *map, struct script *script)
{
	if (map == NULL) {
		return 0;
	}
	if (map->kind != COL_NODE_MAP || map->n_items > ITEMS_MAX) {
		FAULT(reader, map, "info: a map of info_* texts is wanted");
		return 0;
	}
	script->infos = calloc(map->n_items + 1, sizeof(*script->infos));
	if (script->infos == NULL) {
		return COL_ENOMEM;
	}
	for (size_t i = 0; i < map->n_items; i++) {
		const struct col_node *item = map->items[i];
		if (item->kind != COL_NODE_SCALAR ||
		    strncmp(item->key, "info_", 5) != 0) {
			FAULT(reader, item, "info: a map of info_* texts is wanted");
			continue;
		}
		script->infos[script->n_infos++] = (struct info){
			.metric = strdup(item->key), .text = strdup(item->text) };
	}
	return 0;
}

/* ---- life -------------------------------------------------------------------------- */

int
script_new(const struct col_host *host, const struct script_nodes *nodes,
    struct script **ret_script)
{
	struct reader reader = { .host = host };
	struct script *script = calloc(1, sizeof(*script));

	if (script == NULL) {
		return COL_ENOMEM;
	}
	script->n_users = 1;
	script->host = host;
	int rc = read_lists(&reader, nodes, script);
	rc = rc != 0 ? rc : read_info(&reader, nodes->info, script);
	rc = rc != 0 ? rc : make_layouts(&reader, script, nodes->readings);
	if (rc == 0 && reader.n_faults > 0) {
		rc = COL_ECONFIG;
	}
	if (rc != 0) {
		script_unref(script);
		return rc;
	}
	*ret_script = script;
	return 0;
}

struct script *
script_ref(struct script *script)
{
	script->n_users++;
	return script;
}

void
script_unref(struct script *script)
{
	if (script == NULL || --script->n_users > 0) {
		return;
	}
	for (size_t i = 0; i < script->n_series; i++) {
		struct series *s = &script->series[i];
		free(s->metric);
		free(s->instance);
		free(s->unit);
		free(s->source);
		free(s->steps);
	}
	for (size_t i = 0; i < script->n_infos; i++) {
		free(script->infos[i].metric);
		free(script->infos[i].text);
	}
	free(script->infos);
	free(script->series);
	free(script->phases);
	free(script->reboots);
	free(script->values);
	free(script);
}

/* ---- asking ------------------------------------------------------------------------ */

struct script_phase
script_phase_at(const struct script *script, int64_t at_ns)
{
	for (size_t i = 0; i < script->n_phases; i++) {
		if (at_ns >= script->phases[i].from_ns &&
		    at_ns < script->phases[i].to_ns) {
			return script->phases[i];
		}
	}
	return (struct script_phase){ .fault = FAULT_NONE };
}

static struct col_value
value_at(const struct series *series, int64_t at_ns)
{
	struct col_value value = { .number = 0, .quality = COL_UNAVAILABLE };
	const struct step *step = NULL;

	for (size_t i = 0; i < series->n_steps; i++) {
		if (series->steps[i].at_ns <= at_ns) {
			step = &series->steps[i];
		}
	}
	if (step == NULL) {
		return value;
	}
	double grown = step->rate * (double)(at_ns - step->at_ns) / 1e9;
	value.quality = step->quality;
	if (series->counter) {
		/* Beyond it the conversion would be undefined. */
		grown = grown > 9e18 ? 9e18 : grown < -9e18 ? -9e18 : grown;
		value.counter = step->count + (uint64_t)(int64_t)grown;
		if (!(series->flags & COL_SLOT_WIDE)) {
			value.counter &= UINT32_MAX;
		}
	} else {
		value.number = step->value + grown;
	}
	return value;
}

static uint64_t
uptime_at(const struct script *script, int64_t at_ns, int64_t uptime_ns)
{
	int64_t since = -uptime_ns;

	if (uptime_ns < 0) {
		return COL_UPTIME_UNKNOWN;
	}
	for (size_t i = 0; i < script->n_reboots; i++) {
		if (script->reboots[i] <= at_ns && script->reboots[i] > since) {
			since = script->reboots[i];
		}
	}
	return (uint64_t)((at_ns - since) / 1000000);
}

void
script_emit(const struct script *script, struct col_poll *poll, int64_t at_ns,
    int64_t uptime_ns, unsigned every)
{
	uint64_t uptime_ms = uptime_at(script, at_ns, uptime_ns);

	for (unsigned l = 0; l < SCRIPT_LAYOUTS_MAX; l++) {
		if (script->layouts[l] == NULL) {
			continue;
		}
		for (size_t i = 0; i < script->n_slots[l]; i++) {
			script->values[i] = value_at(
			    &script->series[script->first[l] + i], at_ns);
			if (i % every != 0) {
				script->values[i].quality = COL_UNAVAILABLE;
			}
		}
		script->host->emit(poll, script->layouts[l], script->values,
		    uptime_ms);
	}
	for (size_t i = 0; i < script->n_infos; i++) {
		script->host->info(poll, script->infos[i].metric,
		    script->infos[i].text);
	}
}

void
script_emit_garbage(const struct script *script, struct col_poll *poll)
{
	static const double NUMBERS[] = { NAN, INFINITY, -INFINITY, 1e300, -1e300,
		-0.0, 4.9e-324 };
	const struct col_host *host = script->host;

	for (unsigned l = 0; l < SCRIPT_LAYOUTS_MAX; l++) {
		if (script->layouts[l] == NULL) {
			continue;
		}
		for (size_t i = 0; i < script->n_slots[l]; i++) {
			script->values[i].number =
			    NUMBERS[i % (sizeof(NUMBERS) / sizeof(NUMBERS[0]))];
			script->values[i].quality = COL_GOOD;
		}
		host->emit(poll, script->layouts[l], script->values, 0);
	}
	host->emit(poll, NULL, script->values, UINT64_MAX - 1);
	host->info(poll, "info_model", "\x1b[31m\xff\xfe\x01 \xc3(bad\n");
	host->info(poll, "not_info", "x");
	host->info(poll, "info_serial", NULL);
}
