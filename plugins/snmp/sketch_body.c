/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes the scalars and tables of a sketch.  A metric that can be guessed is
 * a line that counts; all else is a comment with what the device said, so that
 * the file loads whatever was recorded.
 */
#include "sketch_body.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 128        /* looked at of one table */
#define SCALARS_MAX 20000      /* looked at at all */
#define METRICS_MAX 250        /* a profile takes 256 in a list */
#define TABLES_MAX 60          /* a profile takes 64 */
#define TEXT_SIZE 48
#define SAMPLES_MAX 3

/* A scalar, or a column of a table. */
struct item {
	const struct varbind *const *cells;
	size_t n;
	struct sketch_object object;
	struct sketch_numbers numbers;
	struct sketch_guess guess;
	char state[32];            /* metric made of an enumeration's name, or "" */
	bool is_text, is_first;    /* is_first: no other item has its metric */
};

const char *
sketch_text(const struct varbind *cell, char *buffer, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->len && n + 1 < size; i++) {
		uint8_t c = cell->bytes[i];

		buffer[n++] = (char)(c < 32 || c > 126 || c == '"' || c == '\\' ? '?' : c);
	}
	buffer[n] = '\0';
	return buffer;
}

const char *
sketch_oid(const struct sketch_writer *writer, struct objref name,
    char *buffer, size_t size)
{
	char full[OBJID_TEXT_SIZE];
	struct objref tail = {.sub = name.sub + writer->base.n,
	    .n = name.n - writer->base.n};

	if (writer->base.n == 0 || name.n <= writer->base.n ||
	    !objid_under(writer->base, name)) {
		return objid_format(name, buffer, size);
	}
	(void)snprintf(buffer, size, "dev.%s", objid_format(tail, full, sizeof(full)));
	return buffer;
}

/* The same for names and instances: "26.6.3" of dev.26.6.3. */
static const char *
short_oid(const struct sketch_writer *writer, struct objref name, char *buffer,
    size_t size)
{
	char full[OBJID_TEXT_SIZE + 8];
	const char *text = sketch_oid(writer, name, full, sizeof(full));

	text += strncmp(text, "dev.", 4) == 0 ? 4 :
	    strncmp(text, "1.3.6.1.4.1.", 12) == 0 ? 12 : 0;
	(void)snprintf(buffer, size, "%s", text);
	return buffer;
}

bool
sketch_is_serial(const char *text)
{
	size_t len = strlen(text), n_digits = 0;

	for (size_t i = 0; i < len; i++) {
		n_digits += isdigit((unsigned char)text[i]) != 0;
	}
	return len >= 8 && n_digits >= 6 &&
	    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == len;
}

/* A point in time tells no rows apart. */
static bool
is_date(const struct varbind *cell)
{
	return cell->len >= 8 && isdigit(cell->bytes[0]) &&
	    (memchr(cell->bytes, ':', cell->len) != NULL ||
	    memchr(cell->bytes, '/', cell->len) != NULL);
}

/* "upsOutputSource" to state_ups_output_source, its end when it is long. */
static void
name_state(const char *label, char *to, size_t size)
{
	char words[2 * SKETCH_NAME_SIZE];
	const char *from = words;
	size_t n = 0;

	for (size_t i = 0; label[i] != '\0' && n + 2 < sizeof(words); i++) {
		if (isupper((unsigned char)label[i]) && i > 0 &&
		    !isupper((unsigned char)label[i - 1])) {
			words[n++] = '_';
		}
		words[n++] = isalnum((unsigned char)label[i]) ?
		    (char)tolower((unsigned char)label[i]) : '_';
	}
	words[n] = '\0';
	while (strlen(from) > size - sizeof("state_") && strchr(from, '_') != NULL) {
		from = strchr(from, '_') + 1;
	}
	(void)snprintf(to, size, "state_%.24s", from);
}

static void
read_item(const struct varbind *const *cells, size_t n, struct item *ret)
{
	*ret = (struct item){.cells = cells, .n = n};
	sketch_mib_find(cells[0]->name, &ret->object);
	sketch_numbers_of(cells, n, &ret->numbers);
	ret->guess = sketch_guess(&ret->object, NULL, &ret->numbers);
	ret->is_text = cells[0]->type == VARBIND_OCTETS && ret->numbers.n == 0;
	if (ret->object.n_words > 1 && ret->numbers.n > 0 &&
	    ret->numbers.n_odd == 0) {
		name_state(ret->object.label, ret->state, sizeof(ret->state));
		ret->guess = (struct sketch_guess){ret->state, NULL, 1,
		    "an enumeration of its MIB"};
	}
}

/* What the device said, for the end of a comment. */
static void
put_samples(FILE *out, const struct item *item)
{
	size_t n = item->n < SAMPLES_MAX ? item->n : SAMPLES_MAX;
	char text[OBJID_TEXT_SIZE];

	for (size_t i = 0; i < n; i++) {
		const struct varbind *cell = item->cells[i];

		(void)fputs(i == 0 ? "" : ", ", out);
		if (cell->type == VARBIND_OCTETS) {
			(void)sketch_text(cell, text, TEXT_SIZE);
			(void)fprintf(out, "\"%s\"", sketch_is_serial(text) ? "(a serial number?)" :
			    text);
		} else if (cell->type == VARBIND_INTEGER) {
			(void)fprintf(out, "%lld", (long long)cell->integer);
		} else if (cell->type == VARBIND_OBJID) {
			(void)fputs(objid_format(cell->objid, text, sizeof(text)), out);
		} else if (cell->type == VARBIND_REAL) {
			(void)fprintf(out, "%g", cell->real);
		} else if (cell->type == VARBIND_ADDRESS) {
			(void)fputs("an address", out);
		} else {
			(void)fprintf(out, "%llu", (unsigned long long)cell->counter);
		}
	}
	(void)fputs(item->n > n ? ", ...\n" : "\n", out);
}

static void
put_states(FILE *out, const struct item *item, const char *indent)
{
	(void)fprintf(out, "%s  states: {", indent);
	for (unsigned i = 0; i < item->object.n_words; i++) {
		(void)fprintf(out, "%s%d: \"%s\"", i == 0 ? "" : ", ",
		    item->object.words[i].code, item->object.words[i].word);
	}
	(void)fputs("}\n", out);
}

/* -1 is a value where others are below 0 too; the limits never are. */
static void
put_sentinels(FILE *out, const struct item *item, const char *indent)
{
	const char *separator = "";

	if (item->numbers.sentinels == 0 || item->state[0] != '\0') {
		return;
	}
	(void)fprintf(out, "%s  sentinels: [", indent);
	for (unsigned i = 0; i < SKETCH_SENTINELS_N; i++) {
		if ((item->numbers.sentinels & 1u << i) != 0) {
			(void)fprintf(out, "%s%.0f", separator, SKETCH_SENTINELS[i]);
			separator = ", ";
		}
	}
	(void)fputs("]      # guess: no value\n", out);
}

/* One metric, or the comment that stands for none. */
static void
put_item(struct sketch_writer *writer, FILE *out, const struct item *item,
    const char *indent, const char *key)
{
	char oid[OBJID_TEXT_SIZE + 8];
	struct objref name = item->cells[0]->name;
	const char *label = item->object.label;

	if (key[0] == 'c') {
		name.n = writer->entry + 1;
	}
	(void)sketch_oid(writer, name, oid, sizeof(oid));
	if (item->guess.metric == NULL) {
		(void)fprintf(out, "%s# - {metric: ?, %s: %s}   # %s%s%s: ", indent, key, oid,
		    label, label[0] != '\0' ? "; " : "",
		    item->is_text ? "a text" : item->guess.why);
		put_samples(out, item);
		return;
	}
	(void)fprintf(out, "%s- metric: %s      # guess: %s; %s%shere ", indent,
	    item->guess.metric, item->guess.why, label, label[0] != '\0' ? ", " : "");
	put_samples(out, item);
	(void)fprintf(out, "%s  %s: %s\n", indent, key, oid);
	if (item->guess.scale != 1) {
		(void)fprintf(out, "%s  scale: %g\n", indent, item->guess.scale);
	}
	if (item->guess.unit != NULL) {
		(void)fprintf(out, "%s  unit: \"%s\"\n", indent, item->guess.unit);
	}
	put_sentinels(out, item, indent);
	if (item->state[0] != '\0') {
		put_states(out, item, indent);
	}
}

/* ---- scalars ----------------------------------------------------------------------- */

static void
mark_firsts(struct item *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		items[i].is_first = true;
		for (size_t j = 0; j < n && items[i].guess.metric != NULL; j++) {
			if (j != i && items[j].guess.metric != NULL && strcmp(
			    items[i].guess.metric, items[j].guess.metric) == 0) {
				items[i].is_first = false;
				break;
			}
		}
	}
}

/* Several of one metric are told apart by name or number until renamed. */
static void
put_instance(struct sketch_writer *writer, const struct item *item)
{
	char number[OBJID_TEXT_SIZE];
	struct objref name = item->cells[0]->name;

	if (!item->is_first) {
		name.n--;
		(void)short_oid(writer, name, number, sizeof(number));
		(void)fprintf(writer->out, "    instance: \"%.50s\"\n",
		    item->object.label[0] != '\0' ? item->object.label : number);
	}
}

int
sketch_scalars(struct sketch_writer *writer, const struct sketch_span *spans, size_t n)
{
	struct item *items = calloc((n < SCALARS_MAX ? n : SCALARS_MAX) + 1, sizeof(*items));
	size_t n_items = 0, n_metrics = 0, n_more = 0;

	if (items == NULL) {
		return COL_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		if (spans[i].entry == 0 && n_items == SCALARS_MAX) {
			n_more++;
		} else if (spans[i].entry == 0) {
			struct item *item = &items[n_items++];

			read_item(spans[i].cells, 1, item);
			if (item->guess.metric != NULL && ++n_metrics > METRICS_MAX) {
				item->guess.metric = NULL;
			}
		}
	}
	mark_firsts(items, n_items);
	(void)fprintf(writer->out, "%sscalars:%s\n", n_metrics > 0 ? "" : "# ",
	    n_items > 0 ? "" : " none in the recording");
	for (size_t i = 0; i < n_items; i++) {
		put_item(writer, writer->out, &items[i], "  ", "oid");
		if (items[i].guess.metric != NULL) {
			put_instance(writer, &items[i]);
		}
	}
	if (n_more > 0) {
		(void)fprintf(writer->out, "  # and %zu more that were not looked at\n", n_more);
	}
	writer->n_metrics += n_metrics;
	free(items);
	return 0;
}

/* ---- tables ------------------------------------------------------------------------ */

/* A text of the rows that tells them apart, or NULL. */
static const struct item *
find_name(const struct item *items, size_t n)
{
	const struct item *best = NULL;
	int best_points = 0;

	for (size_t i = 0; i < n; i++) {
		const char *label = items[i].object.label;
		bool differ = items[i].n < 2 || items[i].cells[0]->len !=
		    items[i].cells[1]->len || memcmp(items[i].cells[0]->bytes,
		    items[i].cells[1]->bytes, items[i].cells[0]->len) != 0;
		int points = !items[i].is_text || items[i].cells[0]->len == 0 ||
		    is_date(items[i].cells[0]) ? 0 :
		    (strcasestr(label, "name") != NULL ? 4 : 0) +
		    (strcasestr(label, "label") != NULL ? 4 : 0) +
		    (strcasestr(label, "descr") != NULL ? 2 : 0) + (differ ? 2 : 1);

		if (points > best_points) {
			best = &items[i];
			best_points = points;
		}
	}
	return best;
}

/* What the rows' texts say of a column: only when they all say the same. */
static void
guess_by_rows(struct item *item, const struct item *name, unsigned entry)
{
	struct sketch_guess guess = {NULL, NULL, 1, ""};
	size_t at = 0;

	/* Codes, places and numbers of decimals stand beside the value itself. */
	if (item->numbers.min >= 0 && item->numbers.max < 10) {
		return;
	}
	for (size_t i = 0; i < item->n; i++) {
		struct objref row = {item->cells[i]->name.sub + entry + 1,
		    item->cells[i]->name.n - entry - 1};
		char text[TEXT_SIZE];
		struct sketch_guess one;
		int order = 1;

		for (; at < name->n; at++) {
			order = objid_compare((struct objref){name->cells[at]->name.sub +
			    entry + 1, name->cells[at]->name.n - entry - 1}, row);
			if (order >= 0) {
				break;
			}
		}
		if (at == name->n || order != 0) {
			return;
		}
		one = sketch_guess(&item->object, sketch_text(name->cells[at], text,
		    sizeof(text)), &item->numbers);
		if (one.metric == NULL || (guess.metric != NULL &&
		    strcmp(one.metric, guess.metric) != 0)) {
			return;
		}
		guess = one;
	}
	if (guess.metric != NULL) {
		item->guess = guess;
	}
}

/* A part by its name in the MIB, "row", or "i1" and so on. */
static void
name_part(const struct sketch_span *span, const char *label, unsigned i, char *to,
    size_t size)
{
	char state[32];

	if (label == NULL) {
		(void)snprintf(to, size, span->n_parts > 1 ? "i%u" : "row", i + 1);
		return;
	}
	name_state(label, state, sizeof(state));
	(void)snprintf(to, size, "%s%s", isalpha((unsigned char)state[6]) &&
	    strcmp(state + 6, "name") != 0 ? "" : "i_", state + 6);
}

/* "index: [unit, outlet]"; what tells rows apart goes to writer->row. */
static void
put_index(struct sketch_writer *writer, const struct sketch_span *span,
    const struct item *first, bool has_name)
{
	bool of_mib = span->n_parts > 0 && first->object.n_index == span->n_parts;
	size_t used = 0;
	char part[40];

	(void)fprintf(writer->out, "    index: [%s", span->n_parts > 0 ? "" :
	    span->is_text ? "{text: row}" : "{rest: row}");
	for (unsigned i = 0; i < span->n_parts; i++) {
		name_part(span, of_mib ? first->object.index[i] : NULL, i, part,
		    sizeof(part));
		(void)fprintf(writer->out, "%s%s", i == 0 ? "" : ", ", part);
		used += (size_t)snprintf(writer->row + used, sizeof(writer->row) - used,
		    " {%s}", part);
	}
	(void)snprintf(writer->row + used, sizeof(writer->row) - used, "%s%s",
	    span->n_parts == 0 ? " {row}" : "", has_name ? " {name}" : "");
	(void)fprintf(writer->out, "]      # guess: %s\n", of_mib ? "names of the MIB" :
	    "what its parts stand for, the recording does not say");
}

static size_t
read_columns(const struct sketch_span *span, struct item *items, size_t *ret_rows)
{
	const struct item *name;
	size_t n = 0, at = 0;

	*ret_rows = 0;
	while (at < span->n && n < COLUMNS_MAX) {
		size_t n_cells = sketch_span_column(span->cells + at, span->n - at,
		    span->entry);

		read_item(span->cells + at, n_cells, &items[n++]);
		*ret_rows = n_cells > *ret_rows ? n_cells : *ret_rows;
		at += n_cells;
	}
	name = find_name(items, n);
	for (size_t i = 0; i < n && name != NULL; i++) {
		if (items[i].object.label[0] == '\0' && items[i].guess.metric == NULL) {
			guess_by_rows(&items[i], name, span->entry);
		}
	}
	mark_firsts(items, n);
	return n;
}

static void
put_metrics(struct sketch_writer *writer, const struct item *items, size_t n,
    const char *title)
{
	for (size_t i = 0; i < n; i++) {
		put_item(writer, writer->out, &items[i], "      ", "column");
		if (items[i].guess.metric != NULL && !items[i].is_first) {
			(void)fprintf(writer->out, "        instance: \"%.24s.%u%s\"\n", title,
			    (unsigned)items[i].cells[0]->name.sub[writer->entry],
			    writer->row);
		}
	}
}

static void
put_table(struct sketch_writer *writer, const struct sketch_span *span,
    struct item *items)
{
	struct objref entry = {span->cells[0]->name.sub, span->entry};
	char number[OBJID_TEXT_SIZE], oid[OBJID_TEXT_SIZE + 8];
	size_t n_rows, n = read_columns(span, items, &n_rows), n_metrics = 0;
	const struct item *name = find_name(items, n);

	for (size_t i = 0; i < n; i++) {
		n_metrics += items[i].guess.metric != NULL;
	}
	if (n_metrics > 0 && writer->n_tables >= TABLES_MAX) {
		n_metrics = 0;
	}
	(void)short_oid(writer, (struct objref){entry.sub, entry.n - 1}, number,
	    sizeof(number));
	if (items[0].object.is_column) {
		(void)snprintf(number, sizeof(number), "%.*s", (int)(strlen(items[0].object.entry) -
		    (strstr(items[0].object.entry, "Entry") != NULL ? 5 : 0)),
		    items[0].object.entry);
	}
	writer->entry = span->entry;
	(void)fprintf(writer->out, "  %s\"%s\"      # %s: %zu column%s, %zu row%s in the"
	    " recording\n", n_metrics > 0 ? "- name: " : "# nothing guessed of ", number,
	    sketch_oid(writer, entry, oid, sizeof(oid)), n, n == 1 ? "" : "s", n_rows,
	    n_rows == 1 ? "" : "s");
	if (n_metrics == 0) {
		for (size_t i = 0; i < n; i++) {
			items[i].guess.metric = NULL;
		}
		put_metrics(writer, items, n, number);
		return;
	}
	put_index(writer, span, &items[0], name != NULL);
	(void)fprintf(writer->out, "    instance: \"%.24s%s\"      # guess: docs/profiles.md"
	    " has the usual words\n", number, writer->row);
	if (name != NULL) {
		struct objref column = {name->cells[0]->name.sub, span->entry + 1};

		(void)fprintf(writer->out, "    labels: {name: %s}      # guess: tells the rows"
		    " apart; ", sketch_oid(writer, column, oid, sizeof(oid)));
		put_samples(writer->out, name);
	}
	(void)fputs("    metrics:\n", writer->out);
	put_metrics(writer, items, n, number);
	writer->n_tables++;
	writer->n_metrics += n_metrics;
}

int
sketch_tables(struct sketch_writer *writer, const struct sketch_span *spans, size_t n)
{
	struct item *items = calloc(COLUMNS_MAX, sizeof(*items));

	if (items == NULL) {
		return COL_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		if (spans[i].entry != 0) {
			put_table(writer, &spans[i], items);
		}
	}
	free(items);
	return 0;
}
