/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tree.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 40

void
tree_report(struct tree *tree, const struct col_node *at,
    const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	tree->n_faults++;
	if (tree->host != NULL && tree->host->report != NULL) {
		tree->host->report(tree->host, at, "%s", text);
	}
}

static size_t
smallest(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance; long words are taken as far apart. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], n = strlen(b);

	if (strlen(a) > WORD_MAX || n > WORD_MAX) {
		return SIZE_MAX;
	}
	for (size_t j = 0; j <= n; j++) {
		row[j] = j;
	}
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t cost = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			row[j] = smallest(row[j] + 1, row[j - 1] + 1, cost);
		}
	}
	return row[n];
}

void
tree_report_words(struct tree *tree, const struct col_node *at,
    const char *what, const char *word, const char *const *words, size_t n)
{
	char list[256] = "";
	size_t used = 0, best = 3;
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(word, words[i]);
		int len;
		if (d < best) {
			best = d;
			nearest = words[i];
		}
		if (used < sizeof(list)) {
			len = snprintf(list + used, sizeof(list) - used, "%s%s",
			    i == 0 ? "" : ", ", words[i]);
			used += len > 0 ? (size_t)len : 0;
		}
	}
	if (nearest != NULL) {
		tree_report(tree, at, "unknown %s '%.60s' (did you mean %s?)",
		    what, word, nearest);
	} else {
		tree_report(tree, at, "unknown %s '%.60s' (known: %s)", what,
		    word, list);
	}
}

bool
tree_map(struct tree *tree, const struct col_node *node,
    const char *const *keys)
{
	size_t n = 0;
	bool good = true;

	if (node == NULL || node->kind != COL_NODE_MAP) {
		tree_report(tree, node, "must be a map");
		return false;
	}
	while (keys[n] != NULL) {
		n++;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		size_t k = 0;
		while (k < n && strcmp(keys[k], node->items[i]->key) != 0) {
			k++;
		}
		if (k == n) {
			tree_report_words(tree, node->items[i], "key",
			    node->items[i]->key, keys, n);
			good = false;
		}
	}
	return good;
}

const char *
tree_text(struct tree *tree, const struct col_node *node)
{
	if (node->kind != COL_NODE_SCALAR) {
		tree_report(tree, node, "must be one value");
		return NULL;
	}
	return node->text;
}

bool
tree_integer(struct tree *tree, const struct col_node *node, int64_t min,
    int64_t max, int64_t *ret_n)
{
	const char *text = tree_text(tree, node);
	char *end;
	long long n;

	if (text == NULL) {
		return false;
	}
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' ||
	    isspace((unsigned char)text[0])) {
		tree_report(tree, node, "must be a whole number");
		return false;
	}
	if (n < min || n > max) {
		tree_report(tree, node, "must be %" PRId64 " to %" PRId64, min,
		    max);
		return false;
	}
	*ret_n = n;
	return true;
}

bool
tree_parse_number(const char *text, double *ret_x)
{
	char *end;
	double x;

	while (isspace((unsigned char)*text)) {
		text++;
	}
	/* strtod also takes words and hexadecimal, which no agent means. */
	if (text[strspn(text, "+-.0123456789eE \t\r\n")] != '\0') {
		return false;
	}
	errno = 0;
	x = strtod(text, &end);
	if (end == text || errno != 0 || !isfinite(x)) {
		return false;
	}
	while (isspace((unsigned char)*end)) {
		end++;
	}
	if (*end != '\0') {
		return false;
	}
	*ret_x = x;
	return true;
}

bool
tree_number(struct tree *tree, const struct col_node *node, double *ret_x)
{
	const char *text = tree_text(tree, node);

	if (text == NULL) {
		return false;
	}
	if (!tree_parse_number(text, ret_x)) {
		tree_report(tree, node, "must be a number");
		return false;
	}
	return true;
}

bool
tree_bool(struct tree *tree, const struct col_node *node, bool *ret_b)
{
	const char *text = tree_text(tree, node);

	if (text == NULL) {
		return false;
	}
	if (strcmp(text, "true") == 0 || strcmp(text, "yes") == 0) {
		*ret_b = true;
	} else if (strcmp(text, "false") == 0 || strcmp(text, "no") == 0) {
		*ret_b = false;
	} else {
		tree_report(tree, node, "must be true or false");
		return false;
	}
	return true;
}

bool
tree_duration(struct tree *tree, const struct col_node *node, int64_t *ret_ns)
{
	static const struct {
		const char *unit;
		int64_t ns;
	} units[] = {{"ms", 1000000}, {"s", 1000000000},
	    {"m", INT64_C(60000000000)}, {"h", INT64_C(3600000000000)}};
	const char *text = tree_text(tree, node);
	char *end;
	long long n;

	if (text == NULL) {
		return false;
	}
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno == 0 && end != text && n >= 0 && n <= 1000000) {
		for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
			if (strcmp(end, units[i].unit) == 0) {
				*ret_ns = n * units[i].ns;
				return true;
			}
		}
	}
	tree_report(tree, node, "must be a duration such as 500ms or 10s");
	return false;
}
