/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "snmp_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

static struct col_node *
convert(yaml_document_t *document, yaml_node_t *from, const char *file)
{
	struct col_node *to = calloc(1, sizeof(*to));
	struct col_node **items = NULL;
	size_t n = 0;

	if (to == NULL) {
		abort();
	}
	to->file = file;
	to->line = (uint32_t)from->start_mark.line + 1;
	to->column = (uint32_t)from->start_mark.column + 1;
	if (from->type == YAML_SCALAR_NODE) {
		to->kind = COL_NODE_SCALAR;
		to->quoted = from->data.scalar.style !=
		    YAML_PLAIN_SCALAR_STYLE;
		to->text = strdup((char *)from->data.scalar.value);
	} else if (from->type == YAML_SEQUENCE_NODE) {
		yaml_node_item_t *item = from->data.sequence.items.start;
		to->kind = COL_NODE_LIST;
		n = (size_t)(from->data.sequence.items.top - item);
		items = calloc(n + 1, sizeof(*items));
		for (size_t i = 0; i < n; i++) {
			items[i] = convert(document, yaml_document_get_node(
			    document, item[i]), file);
		}
	} else {
		yaml_node_pair_t *pair = from->data.mapping.pairs.start;
		to->kind = COL_NODE_MAP;
		n = (size_t)(from->data.mapping.pairs.top - pair);
		items = calloc(n + 1, sizeof(*items));
		for (size_t i = 0; i < n; i++) {
			yaml_node_t *key = yaml_document_get_node(document,
			    pair[i].key);
			items[i] = convert(document, yaml_document_get_node(
			    document, pair[i].value), file);
			items[i]->key = strdup((char *)key->data.scalar.value);
		}
	}
	to->n_items = n;
	to->items = (const struct col_node *const *)items;
	return to;
}

static struct col_node *
parse(yaml_parser_t *parser, const char *file)
{
	yaml_document_t document;
	struct col_node *node = NULL;

	if (yaml_parser_load(parser, &document)) {
		yaml_node_t *root = yaml_document_get_root_node(&document);
		if (root != NULL) {
			node = convert(&document, root, file);
		}
		yaml_document_delete(&document);
	}
	yaml_parser_delete(parser);
	return node;
}

struct col_node *
yamltree_parse(const char *text, const char *file)
{
	yaml_parser_t parser;

	(void)yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text,
	    strlen(text));
	return parse(&parser, file);
}

struct col_node *
yamltree_load(const char *path)
{
	FILE *file = fopen(path, "re");
	struct col_node *node;
	yaml_parser_t parser;

	if (file == NULL) {
		return NULL;
	}
	(void)yaml_parser_initialize(&parser);
	yaml_parser_set_input_file(&parser, file);
	node = parse(&parser, path);
	(void)fclose(file);
	return node;
}

void
yamltree_free(struct col_node *node)
{
	if (node == NULL) {
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		yamltree_free((struct col_node *)(uintptr_t)node->items[i]);
	}
	free((void *)(uintptr_t)node->items);
	free((void *)(uintptr_t)node->text);
	free((void *)(uintptr_t)node->key);
	free(node);
}
