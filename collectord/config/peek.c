/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "config/config.h"
#include "config/settings.h"

static int
refuse(const struct config_errors *errors, const char *file, struct col_error *error)
{
	if (errors->n_items == 0) {
		return err_set(error, COL_EIO, "%s: cannot be read", file);
	}
	return err_set(error, COL_EINVAL, "%s:%u:%u: %s", errors->items[0].file,
	    errors->items[0].line, errors->items[0].column, errors->items[0].text);
}

int
config_peek(const char *file, struct config_basics *ret_basics,
    struct col_error *error)
{
	struct arena *arena = arena_new();
	struct config_errors errors, ignored;
	struct config config = { .file = file };
	struct load load = { .config = &config, .incomplete = true };
	const struct col_node *root;
	int rc = COL_OK;

	config_errors_init(&errors);
	config_errors_init(&ignored);
	root = config_read_yaml(file, arena, &errors);
	if (root == NULL || errors.n_total > 0) {
		rc = refuse(&errors, file, error);
	} else {
		load.kept = (struct schema_context){ &ignored, arena, true };
		load.scratch = load.kept;
		settings_read(&load, root);
		*ret_basics = (struct config_basics){
			.plugin_dir = strdup(load.file.settings.plugin_dir != NULL
			    ? load.file.settings.plugin_dir : COLLECTORD_PLUGINDIR),
			.log_json = load.file.settings.log_format == LOG_JSON,
			.log_level = load.file.settings.log_level,
		};
		assert(ret_basics->plugin_dir != NULL);
	}
	config_errors_done(&ignored);
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
