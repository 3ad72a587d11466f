/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "config/node.h"

/* Sums of decimal figures and floats (voltages) are not exact. */
#define TOLERANCE 1e-6

void
run_checked(struct run *run)
{
	run->n_checks++;
}

void
run_fail(struct run *run, const struct col_node *at, const char *format, ...)
{
	va_list args;

	run->n_failed++;
	(void)printf("# %s:%u:%u: ", at->file, at->line, at->column);
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	(void)printf("\n");
}

static bool
is_word_of(const char *word, const char *words)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)) != NULL; at += len) {
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
			return true;
		}
	}
	return false;
}

bool
compare_keys(struct run *run, const struct col_node *map, const char *keys)
{
	bool ok = true;

	if (map->kind != COL_NODE_MAP) {
		run_fail(run, map, "a map is wanted, with keys of: %s", keys);
		return false;
	}
	for (size_t i = 0; i < map->n_items; i++) {
		if (!is_word_of(map->items[i]->key, keys)) {
			run_fail(run, map->items[i], "unknown key '%s', there are: %s",
			    map->items[i]->key, keys);
			ok = false;
		}
	}
	return ok;
}

const char *
compare_text_of(struct run *run, const struct col_node *map, const char *key,
    const char *fallback)
{
	const struct col_node *node = col_node_get(map, key);

	if (node != NULL && node->kind == COL_NODE_SCALAR) {
		return node->text;
	}
	if (node != NULL || fallback == NULL) {
		run_fail(run, node != NULL ? node : map, "%s: a word is wanted", key);
	}
	return fallback;
}

bool
compare_time_of(struct run *run, const struct col_node *map, const char *key,
    struct wall *ret_wall)
{
	const char *text = compare_text_of(run, map, key, NULL);
	int64_t ns;

	if (text == NULL) {
		return false;
	}
	if (str_to_duration(text, &ns) == 0) {
		*ret_wall = (struct wall){ run->begin.ns + ns };
		return true;
	}
	if (clock_parse(text, ret_wall) == 0) {
		return true;
	}
	run_fail(run, map, "%s: a duration or a time is wanted, not '%s'", key, text);
	return false;
}

static bool
same(const struct col_node *want, struct found found)
{
	double number;

	if (node_is_null(want)) {
		return !found.known;
	}
	return want->kind == COL_NODE_SCALAR && found.known &&
	    str_to_number(want->text, &number) == 0 &&
	    fabs(number - found.number) <= TOLERANCE * fmax(1.0, fabs(number));
}

static const char *
show(struct found found, char text[32])
{
	if (!found.known) {
		return "null";
	}
	(void)snprintf(text, 32, "%.10g", found.number);
	return text;
}

void
compare_number(struct run *run, const struct col_node *map, const char *key,
    struct found found)
{
	const struct col_node *want = col_node_get(map, key);
	char text[32];

	if (want == NULL) {
		return;
	}
	run_checked(run);
	if (!same(want, found)) {
		run_fail(run, want, "%s: expected %s, found %s", key,
		    want->text != NULL ? want->text : "?", show(found, text));
	}
}

void
compare_text(struct run *run, const struct col_node *map, const char *key,
    const char *found)
{
	const struct col_node *want = col_node_get(map, key);

	if (want == NULL) {
		return;
	}
	run_checked(run);
	if (node_is_null(want) ? found != NULL : want->kind != COL_NODE_SCALAR ||
	    !str_equal(want->text, found)) {
		run_fail(run, want, "%s: expected %s, found %s", key,
		    want->text != NULL ? want->text : "?",
		    found != NULL ? found : "null");
	}
}

void
compare_bool(struct run *run, const struct col_node *map, const char *key, bool found)
{
	compare_text(run, map, key, found ? "true" : "false");
}

static void
put_all(struct buf *out, const struct found *found, size_t n)
{
	char text[32];

	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "%s%s", i > 0 ? ", " : "", show(found[i], text));
	}
}

void
compare_numbers(struct run *run, const struct col_node *map, const char *key,
    const struct found *found, size_t n)
{
	const struct col_node *want = col_node_get(map, key);
	struct buf out;
	bool ok;

	if (want == NULL || want->kind != COL_NODE_LIST) {
		run_fail(run, map, "%s: a list is wanted", key);
		return;
	}
	run_checked(run);
	ok = want->n_items == n;
	for (size_t i = 0; ok && i < n; i++) {
		ok = same(want->items[i], found[i]);
	}
	if (ok) {
		return;
	}
	buf_init(&out, 0);
	put_all(&out, found, n);
	run_fail(run, want, "%s: expected other %zu than the %zu found: [%s]", key,
	    want->n_items, n, out.size > 0 ? out.data : "");
	buf_done(&out);
}
