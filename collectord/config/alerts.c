/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of `alerts` become one tree before anything is read: lists one
 * after the other, shipped rules below, own ones of the same id laid over them.
 */
#include <config.h>

#include "config/alerts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "config/files.h"
#include "config/node.h"

#define RULES_MAX 1000
#define FILES_MAX 64
#define FLAP_CHANGES_MAX 16
#define MINUTES_PER_DAY 1440

#define TOP_AT(member) SCHEMA_AT(struct top, member)
#define ALERTING_AT(member) SCHEMA_AT(struct top, alerting.member)

/* All files' keys together. */
struct top {
	struct alerting alerting;
	bool shipped;
	struct schema_texts by;
	const char *canary;
	const struct col_node *rules, *routes;
};

static int
check_page_url(const struct schema_context *context, const struct schema_field *field,
    const struct col_node *node, const struct schema_value *value)
{
	const char *rest = str_starts(value->text, "https://") ? value->text + 8 :
	    str_starts(value->text, "http://") ? value->text + 7 : "";

	if (rest[0] != '\0' && rest[0] != '/' && strpbrk(value->text, " \"'<>?#") == NULL) {
		return COL_OK;
	}
	config_errors_add(context->errors, node, "%s must be the address of the pages, "
	    "such as https://racks.example.com, not '%.64s'", field->key, node->text);
	return COL_ECONFIG;
}

/* "08:00" */
static int
minute_of_day(const char *text)
{
	bool form = strlen(text) == 5 && text[2] == ':' &&
	    strspn(text, "0123456789") == 2 && strspn(text + 3, "0123456789") == 2;
	int hour = form ? (text[0] - '0') * 10 + text[1] - '0' : 99;
	int minute = form ? (text[3] - '0') * 10 + text[4] - '0' : 99;

	return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static int
check_time_of_day(const struct schema_context *context, const struct schema_field *field,
    const struct col_node *node, const struct schema_value *value)
{
	if (minute_of_day(value->text) >= 0) {
		return COL_OK;
	}
	config_errors_add(context->errors, node, "%s must be a time of the day such as "
	    "08:00, not '%.64s'", field->key, node->text);
	return COL_ECONFIG;
}

static const struct schema_field groups_fields[] = {
	{ .key = "by", .type = SCHEMA_TEXTS, TOP_AT(by),
	  .help = "What alerts of one message have in common: `rule`, `site`, `hall`, "
	    "`row`, `rack`, `severity`; rule, site and hall when it is left out." },
	{ .key = "wait", .type = SCHEMA_DURATION, ALERTING_AT(group_wait_ns),
	  .fallback = "30s", .min = 0, .max = 3600,
	  .help = "How long a group waits for more before its first message; critical "
	    "alerts do not wait." },
	{ .key = "interval", .type = SCHEMA_DURATION, ALERTING_AT(group_interval_ns),
	  .fallback = "5m", .min = 1, .max = 86400,
	  .help = "Least time between messages of one group, but for new critical "
	    "alerts." },
	SCHEMA_END
};

static const struct schema_field flapping_fields[] = {
	{ .key = "changes", .type = SCHEMA_INTEGER, ALERTING_AT(flap_changes),
	  .fallback = "5", .min = 2, .max = FLAP_CHANGES_MAX,
	  .help = "So many firings of one thing …" },
	{ .key = "within", .type = SCHEMA_DURATION, ALERTING_AT(flap_window_ns),
	  .fallback = "1h", .min = 60, .max = 7 * 86400,
	  .help = "… within this time: it flaps, is told so once, and then keeps silent "
	    "until it has been steady for so long." },
	SCHEMA_END
};

static const struct schema_field heartbeat_fields[] = {
	{ .key = "to", .type = SCHEMA_TEXT, ALERTING_AT(heartbeat), .required = true,
	  .help = "The receiver." },
	{ .key = "every", .type = SCHEMA_DURATION, ALERTING_AT(heartbeat_ns),
	  .fallback = "1m", .min = 10, .max = 86400, .help = "How often." },
	SCHEMA_END
};

static const struct schema_field canary_fields[] = {
	{ .key = "at", .type = SCHEMA_TEXT, TOP_AT(canary), .required = true,
	  .check = check_time_of_day,
	  .help = "When, in the province's time zone: \"08:00\"." },
	SCHEMA_END
};

const struct schema_field alerts_fields[] = {
	{ .key = "shipped", .type = SCHEMA_BOOL, TOP_AT(shipped), .fallback = "false",
	  .help = "The shipped rules hold, too; an own rule of the same id changes the "
	    "keys that it has, or replaces all when it has `on` or `metric`." },
	{ .key = "groups", .type = SCHEMA_SECTION, .fields = groups_fields,
	  .help = "How alerts are put together into messages." },
	{ .key = "flapping", .type = SCHEMA_SECTION, .fields = flapping_fields,
	  .help = "What comes and goes too often." },
	{ .key = "heartbeat", .type = SCHEMA_SECTION, .fields = heartbeat_fields,
	  .help = "Messages that say nothing but that the collector lives, for a "
	    "receiver that raises the alarm when they stop." },
	{ .key = "canary", .type = SCHEMA_SECTION, .fields = canary_fields,
	  .help = "Once a day a test message goes the whole way to every receiver; one "
	    "that does not take it has an own alert." },
	{ .key = "page_url", .type = SCHEMA_TEXT, ALERTING_AT(page_url),
	  .check = check_page_url,
	  .help = "Where people reach the pages; messages link to it." },
	{ .key = "routes", .type = SCHEMA_LIST, TOP_AT(routes),
	  .help = "Which alerts go where, the first that fits; without routes every "
	    "alert goes to every receiver." },
	{ .key = "rules", .type = SCHEMA_LIST, TOP_AT(rules),
	  .help = "What is looked at and when it fires." },
	SCHEMA_END
};

/* ---- files --------------------------------------------------------------------- */

/* The trees of one load, in order. */
struct trees { const struct col_node *own[FILES_MAX], *shipped; size_t n_own; };

static const struct col_node *
read_file(struct load *load, const char *path, struct errors_place at)
{
	const struct col_node *node = NULL;
	size_t size;
	char *text = files_read(path, at, load->kept.errors, &size);

	if (text != NULL) {
		node = config_parse_yaml(text, size, path, load->kept.arena,
		    load->kept.errors);
		free(text);
	}
	if (node != NULL && node->kind != COL_NODE_MAP) {
		config_errors_add(load->kept.errors, node, "a file of alerts must be a map "
		    "of keys such as rules, not %s", node_kind_text(node));
		return NULL;
	}
	return node;
}

static void
add_tree(struct load *load, struct trees *trees, const struct col_node *at,
    const struct col_node *tree)
{
	if (tree != NULL && trees->n_own < FILES_MAX) {
		trees->own[trees->n_own++] = tree;
	} else if (tree != NULL) {
		config_errors_add(load->kept.errors, at, "alerts are more than %d files",
		    FILES_MAX);
	}
}

static void
read_named(struct load *load, struct trees *trees, const struct col_node *node)
{
	static const struct schema_field field = { .key = "alerts",
	    .type = SCHEMA_TEXTS };
	struct schema_value value;

	if (schema_value(&load->kept, &field, node, &value) != COL_OK) {
		return;
	}
	for (size_t i = 0; i < value.texts.n && !load->kept.no_files; i++) {
		const struct col_node *at = value.texts.nodes[i];
		const char *const *paths;
		size_t n = files_glob(load->kept.arena, at->file, value.texts.items[i],
		    &paths);

		if (n == 0) {
			config_errors_add(load->kept.errors, at, "alerts '%.256s' matches "
			    "no file", value.texts.items[i]);
		}
		for (size_t k = 0; k < n; k++) {
			load_note_file(load, paths[k]);
			add_tree(load, trees, at, read_file(load, paths[k],
			    (struct errors_place){ at->file, at->line, at->column }));
		}
	}
}

/* Where the shipped set is: beside the folder of the shipped profiles. */
static const char *
shipped_path(struct load *load)
{
	const char *beside = load->file.profile_dir == NULL ? NULL :
	    files_beside(load->kept.arena, load->file.profile_dir, "alerts.yaml");

	return beside != NULL && access(beside, F_OK) == 0 ? beside :
	    schema_expand(load->kept.arena, "${datadir}/alerts.yaml");
}

/* at asks for it; NULL: it may be missing, when nothing is installed yet. */
static void
read_shipped(struct load *load, struct trees *trees, const struct col_node *at)
{
	const char *path = shipped_path(load);

	if (trees->shipped != NULL || load->kept.no_files) {
		return;
	}
	if (access(path, F_OK) == 0) {
		load->alerts_shipped = path;
		trees->shipped = read_file(load, path, (struct errors_place){ path, 0, 0 });
	} else if (at != NULL) {
		config_errors_add(load->kept.errors, at, "the shipped rules are not "
		    "installed (%s); write shipped: false", path);
	}
}

static void
read_trees(struct load *load, struct trees *trees)
{
	const struct col_node *node = load->file.alerts;
	const char *beside;

	if (load->alerts_file != NULL) {
		add_tree(load, trees, NULL, read_file(load, load->alerts_file,
		    (struct errors_place){ load->alerts_file, 0, 0 }));
	} else if (node != NULL && node->kind == COL_NODE_MAP) {
		add_tree(load, trees, node, node);
	} else if (node != NULL) {
		read_named(load, trees, node);
	} else if (!load->kept.no_files) {
		beside = files_beside(load->kept.arena, load->config->file, "alerts.yaml");
		if (access(beside, F_OK) == 0) {
			load_note_file(load, beside);
			add_tree(load, trees, NULL, read_file(load, beside,
			    (struct errors_place){ beside, 0, 0 }));
		} else {
			read_shipped(load, trees, NULL);
		}
	}
	for (size_t i = 0; i < trees->n_own; i++) {
		const struct col_node *shipped = col_node_get(trees->own[i], "shipped");
		bool truth = false;

		if (shipped != NULL && shipped->kind == COL_NODE_SCALAR &&
		    str_to_bool(shipped->text, &truth) == COL_OK && truth) {
			read_shipped(load, trees, shipped);
		}
	}
}

/* ---- one tree ------------------------------------------------------------------ */

static struct col_node *
copy_with_room(struct arena *arena, const struct col_node *node, size_t room)
{
	const struct col_node **items = arena_alloc(arena, (room + 1) * sizeof(*items));
	struct col_node *copy = arena_alloc(arena, sizeof(*copy));

	if (node->n_items > 0) {
		memcpy(items, node->items, node->n_items * sizeof(*items));
	}
	*copy = *node;
	copy->items = items;
	return copy;
}

static void
append(struct col_node *to, const struct col_node *item)
{
	/* the list was made above: ours to write */
	((const struct col_node **)(uintptr_t)to->items)[to->n_items++] = item;
}

static const struct col_node *
join_lists(struct arena *arena, const struct col_node *a, const struct col_node *b)
{
	struct col_node *list = copy_with_room(arena, a, a->n_items + b->n_items);

	for (size_t i = 0; i < b->n_items; i++) {
		append(list, b->items[i]);
	}
	return list;
}

/* Lays the keys of from behind those of to. */
static void
join(struct load *load, struct col_node *to, const struct col_node *from)
{
	for (size_t i = 0; i < from->n_items; i++) {
		const struct col_node *item = from->items[i], **slot = NULL;

		for (size_t k = 0; k < to->n_items; k++) {
			if (strcmp(to->items[k]->key, item->key) == 0) {
				slot = &((const struct col_node **)(uintptr_t)to->items)[k];
			}
		}
		if (slot == NULL) {
			append(to, item);
		} else if ((*slot)->kind == COL_NODE_LIST && item->kind == COL_NODE_LIST) {
			*slot = join_lists(load->kept.arena, *slot, item);
		} else if (strcmp(item->key, "shipped") != 0) {
			config_errors_add(load->kept.errors, item, "'%s' is there already in "
			    "%s, line %u", item->key, (*slot)->file, (*slot)->line);
		}
	}
}

static const char *
id_of(const struct col_node *rule)
{
	const struct col_node *id = col_node_get(rule, "id");

	return id != NULL && id->kind == COL_NODE_SCALAR ? id->text : NULL;
}

/* An own rule without `on` and `metric` changes keys of the shipped one. */
static const struct col_node *
lay_over(struct arena *arena, const struct col_node *own,
    const struct col_node *shipped)
{
	struct col_node *rule;

	if (shipped == NULL || col_node_get(own, "on") != NULL ||
	    col_node_get(own, "metric") != NULL) {
		return own;
	}
	rule = copy_with_room(arena, own, own->n_items + shipped->n_items);
	for (size_t i = 0; i < shipped->n_items; i++) {
		if (col_node_get(own, shipped->items[i]->key) == NULL) {
			append(rule, shipped->items[i]);
		}
	}
	return rule;
}

static const struct col_node *
find_rule(const struct col_node *list, const char *id)
{
	for (size_t i = 0; list != NULL && id != NULL && i < list->n_items; i++) {
		if (list->items[i]->kind == COL_NODE_MAP &&
		    str_equal(id_of(list->items[i]), id)) {
			return list->items[i];
		}
	}
	return NULL;
}

/* Shipped rules that no own one names, then the own ones. */
static const struct col_node *
join_rules(struct arena *arena, const struct col_node *own,
    const struct col_node *shipped)
{
	struct col_node *list;

	if (own == NULL || own->kind != COL_NODE_LIST || shipped == NULL ||
	    shipped->kind != COL_NODE_LIST) {
		return own != NULL ? own : shipped;
	}
	list = copy_with_room(arena, own, own->n_items + shipped->n_items);
	list->n_items = 0;
	for (size_t i = 0; i < shipped->n_items; i++) {
		if (find_rule(own, id_of(shipped->items[i])) == NULL) {
			append(list, shipped->items[i]);
		}
	}
	for (size_t i = 0; i < own->n_items; i++) {
		append(list, own->items[i]->kind != COL_NODE_MAP ? own->items[i] :
		    lay_over(arena, own->items[i],
		    find_rule(shipped, id_of(own->items[i]))));
	}
	return list;
}

/* What own files do not say is as shipped. */
static const struct col_node *
join_shipped(struct load *load, const struct col_node *own,
    const struct col_node *shipped)
{
	struct arena *arena = load->kept.arena;
	struct col_node *root = copy_with_room(arena, own, own->n_items + shipped->n_items);

	for (size_t i = 0; i < shipped->n_items; i++) {
		const struct col_node *item = shipped->items[i];

		if (col_node_get(root, item->key) == NULL) {
			append(root, item);
			continue;
		}
		for (size_t k = 0; k < root->n_items; k++) {
			if (strcmp(item->key, "rules") == 0 &&
			    strcmp(root->items[k]->key, "rules") == 0) {
				((const struct col_node **)(uintptr_t)root->items)[k] =
				    join_rules(arena, root->items[k], item);
			}
		}
	}
	return root;
}

static const struct col_node *
one_tree(struct load *load, const struct trees *trees)
{
	struct col_node *root;
	size_t room = 1;

	if (trees->n_own == 0) {
		return trees->shipped;
	}
	for (size_t i = 0; i < trees->n_own; i++) {
		room += trees->own[i]->n_items;
	}
	root = copy_with_room(load->kept.arena, trees->own[0], room);
	for (size_t i = 1; i < trees->n_own; i++) {
		join(load, root, trees->own[i]);
	}
	return trees->shipped == NULL ? root : join_shipped(load, root, trees->shipped);
}

/* ---- what it says -------------------------------------------------------------- */

static void
read_group_by(struct load *load, struct top *top)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < top->by.n; i++) {
		struct errors_guess guess;
		bool found = false;

		errors_guess_init(&guess, top->by.items[i]);
		for (unsigned part = 0; part < GROUP_PART_N; part++) {
			const char *text = group_part_text((enum group_part)part);

			errors_guess_try(&guess, text);
			if (strcmp(text, top->by.items[i]) == 0) {
				bits |= 1u << part;
				found = true;
			}
		}
		if (!found) {
			load_unknown(load, top->by.nodes[i], "part of groups", &guess);
		}
	}
	if (top->by.nodes == NULL) {
		bits = 1u << GROUP_RULE | 1u << GROUP_SITE | 1u << GROUP_HALL;
	}
	top->alerting.group_by = bits;
}

static void
check_twice(struct load *load, const struct rule *rules, const struct alerts_rule *rule)
{
	for (const struct rule *old = rules; old < &rules[load->config->alerting.n_rules];
	    old++) {
		if (strcmp(old->id, rule->rule.id) == 0) {
			config_errors_add(load->kept.errors, col_node_get(rule->node, "id"),
			    "rule '%s' is named twice; it is there already in %s, line %u",
			    old->id, old->file, old->line);
		}
	}
}

static void
read_rules(struct load *load, const struct col_node *list)
{
	struct alerting *alerting = &load->config->alerting;
	struct rule *rules;

	if (list == NULL) {
		return;
	}
	if (list->n_items > RULES_MAX) {
		config_errors_add(load->kept.errors, list, "more than %d rules", RULES_MAX);
		return;
	}
	rules = arena_alloc(load->kept.arena, (list->n_items + 1) * sizeof(*rules));
	alerting->rules = rules;
	for (size_t i = 0; i < list->n_items; i++) {
		struct alerts_rule rule = { .off = false };

		if (!alerts_rule_read(load, list->items[i], &rule)) {
			continue;
		}
		check_twice(load, rules, &rule);
		if (!rule.off) {
			rules[alerting->n_rules++] = rule.rule;
		}
	}
}

static void
check_heartbeat(struct load *load, const struct col_node *root)
{
	const struct col_node *at = col_node_get(col_node_get(root, "heartbeat"), "to");

	if (load->config->alerting.heartbeat != NULL) {
		(void)alerts_receiver_check(load, at, load->config->alerting.heartbeat);
	}
}

void
alerts_read(struct load *load)
{
	struct top top = { .shipped = false };
	struct trees trees = { .n_own = 0 };
	struct col_node nothing = { .kind = COL_NODE_MAP, .file = load->config->file };
	struct alerting *alerting = &load->config->alerting;
	const struct col_node *root;

	load->kept.interval_ns = load->config->settings.interval_ns;
	if (load->kept.interval_ns <= 0) {
		load->kept.interval_ns = 60 * NS_PER_S;
	}
	alerts_receivers_read(load, load->file.receivers);
	read_trees(load, &trees);
	root = one_tree(load, &trees);
	(void)schema_read(&load->kept, "alerts", alerts_fields,
	    root != NULL ? root : &nothing, &top);
	read_group_by(load, &top);
	top.alerting.canary_minute = top.canary != NULL ? minute_of_day(top.canary) : -1;
	top.alerting.receivers = alerting->receivers;
	top.alerting.n_receivers = alerting->n_receivers;
	*alerting = top.alerting;
	check_heartbeat(load, root);
	read_rules(load, top.rules);
	if (top.routes != NULL) {
		alerts_routes_read(load, top.routes);
	}
	load->config->alerting_hash = node_mix(node_hash(root, 1),
	    node_hash(load->file.receivers, 2));
}
