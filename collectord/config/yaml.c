/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * YAML by libyaml's events into our own positioned tree.
 *
 * Events come before anything is built, so a bound that is reached stops the
 * parser at once: libyaml by itself needs 30 s for 100 KB of '['.  One frame
 * per open list or map collects its children and copies them into the arena
 * when it closes.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/str.h"
#include "config/braces.h"
#include "config/errors.h"
#include "config/files.h"
#include "config/node.h"

/* Source: DESIGN.md 4.3; distributed.md section 6. */
#define DEPTH_MAX 16
#define EVENTS_MAX 10000000u
/* Above this many keys a map is sorted to find double ones. */
#define LINEAR_KEYS_MAX 12

struct frame {
	struct col_node *node;
	const char *key;              /* a key that waits for its value */
	yaml_mark_t key_mark;
	const struct col_node **items;/* malloc'ed, kept for the next user */
	size_t n_items, room;
};

struct reader {
	yaml_parser_t parser;
	const char *file;             /* arena's */
	struct arena *arena;
	struct config_errors *errors;
	struct frame frames[DEPTH_MAX];
	unsigned depth;               /* open frames */
	const struct col_node *root;
	uint32_t n_documents;
	bool failed;                  /* an error that lets us go on */
	bool hidden;                  /* braces of addresses are replaced */
};

static struct errors_place
place(const struct reader *reader, yaml_mark_t mark)
{
	return (struct errors_place){ reader->file, (uint32_t)mark.line + 1,
	    (uint32_t)mark.column + 1 };
}

static int
compare_keys(const void *a, const void *b)
{
	const struct col_node *x = *(const struct col_node *const *)a;
	const struct col_node *y = *(const struct col_node *const *)b;
	int order = strcmp(x->key, y->key);

	if (order != 0) {
		return order;
	}
	return x->line != y->line ? (x->line < y->line ? -1 : 1) :
	    (x->column > y->column) - (x->column < y->column);
}

static void
refuse_double(struct reader *reader, const struct col_node *first,
    const struct col_node *again)
{
	reader->failed = true;
	config_errors_add(reader->errors, again,
	    "key '%s' is given twice; it is there already in line %u",
	    again->key, first->line);
}

static void
check_keys(struct reader *reader, const struct frame *frame)
{
	size_t n = frame->n_items;
	const struct col_node **sorted;

	if (n <= LINEAR_KEYS_MAX) {
		for (size_t i = 1; i < n; i++) {
			for (size_t j = 0; j < i; j++) {
				if (strcmp(frame->items[i]->key,
				    frame->items[j]->key) == 0) {
					refuse_double(reader, frame->items[j],
					    frame->items[i]);
					break;
				}
			}
		}
		return;
	}
	sorted = arena_alloc(reader->arena, n * sizeof(*sorted));
	memcpy(sorted, frame->items, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_keys);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(sorted[i]->key, sorted[i - 1]->key) == 0) {
			refuse_double(reader, sorted[i - 1], sorted[i]);
		}
	}
}

/* Hangs node into the frame that is open, or makes it the root. */
static int
attach(struct reader *reader, struct col_node *node, yaml_mark_t mark)
{
	struct frame *frame;

	if (reader->depth == 0) {
		reader->root = node;
		return COL_OK;
	}
	frame = &reader->frames[reader->depth - 1];
	if (frame->node->kind == COL_NODE_MAP) {
		if (frame->key == NULL) {
			errors_at(reader->errors, place(reader, mark),
			    "a key must be one word, not %s",
			    node_kind_text(node));
			return COL_EINVAL;
		}
		/* A member stands where its key stands. */
		node->key = frame->key;
		node->line = (uint32_t)frame->key_mark.line + 1;
		node->column = (uint32_t)frame->key_mark.column + 1;
		frame->key = NULL;
	}
	if (frame->n_items == frame->room) {
		size_t room = frame->room > 0 ? 2 * frame->room : 16;
		const struct col_node **items = realloc(frame->items,
		    room * sizeof(*items));

		if (items == NULL) {
			return COL_ENOMEM;
		}
		frame->items = items;
		frame->room = room;
	}
	frame->items[frame->n_items++] = node;
	return COL_OK;
}

static int
open_group(struct reader *reader, enum col_node_kind kind, yaml_mark_t mark)
{
	struct col_node *node;
	struct frame *frame;
	int rc;

	if (reader->depth == DEPTH_MAX) {
		errors_at(reader->errors, place(reader, mark),
		    "nested deeper than %d levels", DEPTH_MAX);
		return COL_ERANGE;
	}
	node = node_group(reader->arena, kind, reader->file, NULL, 0);
	node->line = (uint32_t)mark.line + 1;
	node->column = (uint32_t)mark.column + 1;
	rc = attach(reader, node, mark);
	if (rc != COL_OK) {
		return rc;
	}
	frame = &reader->frames[reader->depth++];
	frame->node = node;
	frame->key = NULL;
	frame->n_items = 0;
	return COL_OK;
}

static void
close_group(struct reader *reader)
{
	struct frame *frame = &reader->frames[--reader->depth];
	size_t size = frame->n_items * sizeof(*frame->items);
	const struct col_node **items = NULL;

	if (frame->node->kind == COL_NODE_MAP) {
		check_keys(reader, frame);
	}
	if (frame->n_items > 0) {
		items = arena_alloc(reader->arena, size);
		memcpy(items, frame->items, size);
	}
	frame->node->items = items;
	frame->node->n_items = frame->n_items;
}

/* Refuses bytes that no line on a page or in a log could show. */
static bool
is_clean(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f) {
			return false;
		}
	}
	return true;
}

static int
scalar(struct reader *reader, const yaml_event_t *event)
{
	const char *bytes = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length;
	struct frame *frame = reader->depth > 0 ?
	    &reader->frames[reader->depth - 1] : NULL;
	struct col_node *node;
	char *text;

	if (!is_clean(bytes, len)) {
		errors_at(reader->errors, place(reader, event->start_mark),
		    "control characters are not allowed");
		return COL_EINVAL;
	}
	text = arena_copy_len(reader->arena, bytes, len);
	if (reader->hidden) {
		braces_show(text);
	}
	if (frame != NULL && frame->node->kind == COL_NODE_MAP &&
	    frame->key == NULL) {
		frame->key = text;
		frame->key_mark = event->start_mark;
		return COL_OK;
	}
	node = node_scalar(reader->arena, reader->file, NULL, text);
	node->line = (uint32_t)event->start_mark.line + 1;
	node->column = (uint32_t)event->start_mark.column + 1;
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return attach(reader, node, event->start_mark);
}

/* Anchors, aliases and tags have no use here and are a way to attack. */
static void
refuse_extras(struct reader *reader, const yaml_event_t *event,
    const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor != NULL) {
		reader->failed = true;
		errors_at(reader->errors, place(reader, event->start_mark),
		    "anchors (&%s) are not supported; write the value out "
		    "or use a template", (const char *)anchor);
	}
	if (tag != NULL) {
		reader->failed = true;
		errors_at(reader->errors, place(reader, event->start_mark),
		    "tags (%s) are not supported; quote the value to make it "
		    "a text", (const char *)tag);
	}
}

static int
alias(struct reader *reader, const yaml_event_t *event)
{
	struct frame *frame = reader->depth > 0 ?
	    &reader->frames[reader->depth - 1] : NULL;
	struct col_node *node;

	reader->failed = true;
	errors_at(reader->errors, place(reader, event->start_mark),
	    "aliases (*%s) are not supported; write the value out or use a "
	    "template", (const char *)event->data.alias.anchor);
	if (frame != NULL && frame->node->kind == COL_NODE_MAP &&
	    frame->key == NULL) {
		frame->key = "*";
		frame->key_mark = event->start_mark;
		return COL_OK;
	}
	node = node_scalar(reader->arena, reader->file, NULL, "");
	return attach(reader, node, event->start_mark);
}

static int
start_document(struct reader *reader, const yaml_event_t *event)
{
	if (++reader->n_documents > 1) {
		errors_at(reader->errors, place(reader, event->start_mark),
		    "a second document ('---') is not allowed; use a file of "
		    "its own");
		return COL_EINVAL;
	}
	return COL_OK;
}

static int
handle(struct reader *reader, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return start_document(reader, event);
	case YAML_ALIAS_EVENT:
		return alias(reader, event);
	case YAML_SCALAR_EVENT:
		refuse_extras(reader, event, event->data.scalar.anchor,
		    event->data.scalar.tag);
		return scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		refuse_extras(reader, event, event->data.sequence_start.anchor,
		    event->data.sequence_start.tag);
		return open_group(reader, COL_NODE_LIST, event->start_mark);
	case YAML_MAPPING_START_EVENT:
		refuse_extras(reader, event, event->data.mapping_start.anchor,
		    event->data.mapping_start.tag);
		return open_group(reader, COL_NODE_MAP, event->start_mark);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_group(reader);
		return COL_OK;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return COL_OK;
	}
	return COL_OK;
}

static void
report_syntax(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	yaml_mark_t mark = parser->problem_mark;

	/* The reader of bytes gives no mark; the parser stands near it. */
	if (parser->error == YAML_READER_ERROR) {
		mark = parser->mark;
	}
	errors_at(reader->errors, place(reader, mark), "not valid YAML: %s%s%s",
	    parser->problem != NULL ? parser->problem : "out of memory",
	    parser->context != NULL ? " " : "",
	    parser->context != NULL ? parser->context : "");
}

static int
run(struct reader *reader)
{
	unsigned n_events = 0;
	bool ended = false;
	int rc = COL_OK;

	while (rc == COL_OK && !ended) {
		yaml_event_t event;

		if (yaml_parser_parse(&reader->parser, &event) == 0) {
			report_syntax(reader);
			return COL_EINVAL;
		}
		if (++n_events > EVENTS_MAX) {
			errors_at(reader->errors,
			    place(reader, event.start_mark),
			    "more than %u values; split the file", EVENTS_MAX);
			rc = COL_ERANGE;
		} else {
			rc = handle(reader, &event);
		}
		ended = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	return rc;
}

const struct col_node *
config_parse_yaml(const char *text, size_t size, const char *file,
    struct arena *arena, struct config_errors *errors)
{
	struct reader reader = { .arena = arena, .errors = errors };
	char *hidden;
	int rc;

	reader.file = arena_copy(arena, file);
	if (size > FILES_SIZE_MAX) {
		errors_at(errors, (struct errors_place){ file, 0, 0 },
		    "larger than 64 MiB; split it");
		return NULL;
	}
	if (!str_is_utf8(text, size)) {
		errors_at(errors, files_bad_utf8(text, size, file),
		    "not valid UTF-8; save the file as UTF-8");
		return NULL;
	}
	if (yaml_parser_initialize(&reader.parser) == 0) {
		return NULL;
	}
	hidden = braces_hide(text, size, &size);
	reader.hidden = hidden != NULL;
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser,
	    (const unsigned char *)(hidden != NULL ? hidden : text), size);
	rc = run(&reader);
	yaml_parser_delete(&reader.parser);
	free(hidden);
	for (unsigned i = 0; i < DEPTH_MAX; i++) {
		free(reader.frames[i].items);
	}
	if (rc != COL_OK || reader.failed) {
		return NULL;
	}
	if (reader.root == NULL || node_is_null(reader.root)) {
		struct col_node *empty = node_group(arena, COL_NODE_MAP,
		    reader.file, NULL, 0);

		empty->line = empty->column = 1;
		return empty;
	}
	return reader.root;
}

const struct col_node *
config_read_yaml(const char *file, struct arena *arena,
    struct config_errors *errors)
{
	const struct col_node *root;
	size_t size;
	char *text = files_read(file, (struct errors_place){ file, 0, 0 },
	    errors, &size);

	if (text == NULL) {
		return NULL;
	}
	root = config_parse_yaml(text, size, file, arena, errors);
	free(text);
	return root;
}
