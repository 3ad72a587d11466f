/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The few settings that are needed before the rest can be checked.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "config/files.h"
#include "config/settings.h"

/* The first error as the text of error. */
static int
tell(struct col_error *error, int code, const char *file,
    const struct config_errors *errors)
{
	const struct config_error *first = errors->items;

	if (errors->n_items == 0) {
		return err_set(error, code, "%s: cannot be read", file);
	}
	if (code == COL_EIO) {
		return err_set(error, code, "%s", first->text);
	}
	return err_set(error, code, "%s:%u:%u: %s", first->file,
	    first->line > 0 ? first->line : 1,
	    first->column > 0 ? first->column : 1, first->text);
}

static int
fill(struct config_basics *basics, const struct settings_file *file)
{
	basics->plugin_dir = strdup(file->settings.plugin_dir);
	basics->log_json = file->settings.log_format == 1;
	basics->log_level = file->settings.log_level;
	basics->poll_threads = file->settings.poll_threads;
	return basics->plugin_dir != NULL ? COL_OK : COL_ENOMEM;
}

int
config_peek(const char *file, struct config_basics *ret_basics,
    struct col_error *error)
{
	struct settings_file settings = { .targets = NULL };
	struct config_errors errors;
	struct arena *arena = arena_new();
	const struct col_node *root = NULL;
	struct schema_context context = { .arena = arena, .errors = &errors };
	size_t size;
	char *text;
	int rc;

	config_errors_init(&errors);
	text = files_read(file, (struct errors_place){ file, 0, 0 }, &errors,
	    &size);
	if (text != NULL) {
		root = config_parse_yaml(text, size, file, arena, &errors);
	}
	if (root == NULL) {
		rc = tell(error, text == NULL ? COL_EIO : COL_EINVAL, file,
		    &errors);
	} else {
		/* What is wrong keeps its default here. */
		(void)schema_read(&context, "the configuration", settings_fields,
		    root, &settings);
		rc = fill(ret_basics, &settings);
	}
	free(text);
	config_errors_done(&errors);
	arena_free(arena);
	return rc;
}

void
config_basics_done(struct config_basics *basics)
{
	free(basics->plugin_dir);
	basics->plugin_dir = NULL;
}
