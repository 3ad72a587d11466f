/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/load.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"
#include "model/metric.h"
#include "model/unit.h"

/* A table that never ends is a table without its last row. */
#define ROWS_MAX 256

#define REFUSE(entry, code, ...) \
	(str_format((entry)->reason, sizeof((entry)->reason), __VA_ARGS__), (code))

static bool
is_name(const char *name)
{
	size_t len = name != NULL ? strspn(name, "abcdefghijklmnopqrstuvwxyz"
	    "0123456789_") : 0;
	return len > 0 && len < 48 && name[len] == '\0' &&
	    name[0] >= 'a' && name[0] <= 'z';
}

/* True when a row of the same name stands before row. */
static bool
is_repeated(const struct col_option *table, const struct col_option *row)
{
	for (const struct col_option *o = table; o < row; o++) {
		if (strcmp(o->name, row->name) == 0) {
			return true;
		}
	}
	return false;
}

static int
check_options(const struct col_option *table, const char *which,
    struct plugin_entry *entry)
{
	const struct col_option *o = table;

	for (; o != NULL && o->name != NULL; o++) {
		if (o - table == ROWS_MAX) {
			return REFUSE(entry, COL_EINVAL, "%s: its table of %s has no "
			    "end (a row whose name is NULL)", entry->file, which);
		}
		const char *fault = NULL;
		if (!is_name(o->name)) {
			fault = "is not a lower-case name";
		} else if ((unsigned)o->type >= COL_OPT_TYPE_N) {
			fault = "has an unknown type";
		} else if (o->help == NULL || o->help[0] == '\0') {
			fault = "has no help";
		} else if (!(o->min <= o->max)) {
			fault = "has min above max";
		} else if (o->type == COL_OPT_CHOICE && o->choices == NULL) {
			fault = "has no choices";
		} else if (is_repeated(table, o)) {
			fault = "is there twice";
		}
		if (fault != NULL) {
			return REFUSE(entry, COL_EINVAL, "%s: row %d of its %s ('%s') %s",
			    entry->file, (int)(o - table) + 1, which, o->name, fault);
		}
	}
	return 0;
}

static int
check_metrics(const struct col_metric *table, struct plugin_entry *entry)
{
	const struct col_metric *m = table;

	for (; m != NULL && m->name != NULL; m++) {
		if (m - table == ROWS_MAX) {
			return REFUSE(entry, COL_EINVAL, "%s: its table of metrics has "
			    "no end (a row whose name is NULL)", entry->file);
		}
		const char *fault = NULL;
		const struct unit *unit = m->unit != NULL ? unit_find(m->unit) : NULL;
		if (!is_name(m->name)) {
			fault = "is not a lower-case name";
		} else if (unit == NULL || strcmp(unit->base, m->unit) != 0) {
			fault = "is not in a base unit of collectord/unit.h";
		} else if ((unsigned)m->kind >= COL_KIND_N) {
			fault = "is of an unknown kind";
		} else if (!(m->min <= m->max)) {
			fault = "has min above max";
		} else if (m->en == NULL || m->zh == NULL) {
			fault = "is not explained in English and Chinese";
		}
		if (fault != NULL) {
			return REFUSE(entry, COL_EINVAL, "%s: its metric '%s' %s",
			    entry->file, m->name, fault);
		}
	}
	return 0;
}

static int
check_callbacks(const struct col_plugin *plugin, struct plugin_entry *entry)
{
	const struct col_input *in = plugin->input;
	const struct col_output *out = plugin->output;
	const char *missing = NULL;

	if (in == NULL && out == NULL) {
		missing = "input or output";
	}
	if (in != NULL) {
		missing = in->thread_start == NULL ? "input->thread_start"
		    : in->thread_stop == NULL ? "input->thread_stop"
		    : in->device_add == NULL ? "input->device_add"
		    : in->device_change == NULL ? "input->device_change"
		    : in->device_remove == NULL ? "input->device_remove"
		    : in->poll_start == NULL ? "input->poll_start"
		    : in->poll_cancel == NULL ? "input->poll_cancel" : NULL;
	}
	if (out != NULL && missing == NULL) {
		missing = out->start == NULL ? "output->start"
		    : out->write == NULL ? "output->write"
		    : out->stop == NULL ? "output->stop" : NULL;
	}
	if (missing != NULL) {
		return REFUSE(entry, COL_EINVAL, "%s: has no %s", entry->file, missing);
	}
	return 0;
}

/* ABI and size first: nothing behind them may be read before they fit. */
static int
check_abi(const struct col_plugin *plugin, struct plugin_entry *entry)
{
	entry->abi_major = plugin->abi_major;
	entry->abi_minor = plugin->abi_minor;
	if (plugin->abi_major != COL_ABI_MAJOR ||
	    plugin->abi_minor > COL_ABI_MINOR) {
		return REFUSE(entry, COL_EABI, "%s: made for ABI %u.%u, this host has "
		    "%d.%d: rebuild it", entry->file, entry->abi_major,
		    entry->abi_minor, COL_ABI_MAJOR, COL_ABI_MINOR);
	}
	if (plugin->size != sizeof(*plugin)) {
		return REFUSE(entry, COL_EABI, "%s: its descriptor has %zu bytes, ABI "
		    "%d.%d wants %zu: rebuild it", entry->file, plugin->size,
		    COL_ABI_MAJOR, COL_ABI_MINOR, sizeof(*plugin));
	}
	return 0;
}

int
load_check(const struct col_plugin *plugin, const char *name,
    struct plugin_entry *entry)
{
	int rc = check_abi(plugin, entry);
	if (rc != 0) {
		return rc;
	}
	if (plugin->name == NULL || strcmp(plugin->name, name) != 0) {
		return REFUSE(entry, COL_EINVAL, "%s: calls itself '%s', its file is "
		    "named '%s': they must be the same", entry->file,
		    plugin->name != NULL ? plugin->name : "", name);
	}
	if (plugin->summary == NULL || plugin->summary[0] == '\0') {
		return REFUSE(entry, COL_EINVAL, "%s: has no summary", entry->file);
	}
	if (plugin->flags & ~(uint32_t)COL_PLUGIN_BLOCKS) {
		return REFUSE(entry, COL_EINVAL, "%s: has unknown flags %#x",
		    entry->file, (unsigned)plugin->flags);
	}
	rc = check_callbacks(plugin, entry);
	rc = rc != 0 ? rc : check_options(plugin->options, "options", entry);
	rc = rc != 0 ? rc : check_options(plugin->device_options, "device_options",
	    entry);
	return rc != 0 ? rc : check_metrics(plugin->metrics, entry);
}

static int
add_metrics(const struct col_plugin *plugin, struct plugin_entry *entry)
{
	struct col_error error = { 0 };
	const struct col_metric *m = plugin->metrics;

	for (; m != NULL && m->name != NULL; m++) {
		int rc = metric_add(m, &error);
		if (rc != 0) {
			return REFUSE(entry, rc, "%s: %s", entry->file, error.text);
		}
	}
	return 0;
}

static int
check_file(const char *path, struct plugin_entry *entry)
{
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) {
		return REFUSE(entry, COL_EIO, "%s: is not a file", entry->file);
	}
	if (st.st_mode & S_IWOTH) {
		return REFUSE(entry, COL_EIO, "%s: anyone may write to it "
		    "(mode %04o): take that right away", entry->file,
		    (unsigned)(st.st_mode & 07777));
	}
	return 0;
}

static void
load_one(const char *path, struct plugin_entry *entry)
{
	if (!is_name(entry->name)) {
		(void)REFUSE(entry, COL_EINVAL, "%s: plugin files have lower-case "
		    "names: letters, digits, underscores", entry->file);
		return;
	}
	if (check_file(path, entry) != 0) {
		return;
	}
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (handle == NULL) {
		(void)REFUSE(entry, COL_EIO, "%s: cannot be opened: %s", entry->file,
		    dlerror());
		return;
	}
	const struct col_plugin *plugin = dlsym(handle, "col_plugin");
	if (plugin == NULL) {
		(void)REFUSE(entry, COL_EINVAL, "%s: has no symbol col_plugin: it is "
		    "no plugin, or COL_EXPORT is missing", entry->file);
		dlclose(handle);
		return;
	}
	if (load_check(plugin, entry->name, entry) != 0) {
		dlclose(handle);
	} else if (add_metrics(plugin, entry) == 0) {
		entry->plugin = plugin;
	}
}

static int
is_library(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	return len > 3 && entry->d_name[0] != '.' &&
	    strcmp(entry->d_name + len - 3, ".so") == 0;
}

static int
load_file(const char *dir, const char *file, struct plugin_entry *entry)
{
	char path[4096];

	entry->file = strdup(file);
	entry->name = strndup(file, strlen(file) - 3);
	if (entry->file == NULL || entry->name == NULL) {
		return COL_ENOMEM;
	}
	/* With a slash, or dlopen would search the library path. */
	if (str_format(path, sizeof(path), "%s/%s", dir, file) >= sizeof(path)) {
		(void)REFUSE(entry, COL_EINVAL, "%s: its path is too long", file);
		return 0;
	}
	load_one(path, entry);
	return 0;
}

int
load_plugins(const char *dir, struct plugins **ret_plugins,
    struct col_error *error)
{
	struct dirent **files = NULL;
	int rc = 0, n = scandir(dir, &files, is_library, alphasort);

	if (n < 0) {
		return err_errno(error, COL_EIO, "plugin folder %s", dir);
	}
	struct plugins *plugins = calloc(1, sizeof(*plugins));
	struct plugin_entry *entries = calloc((size_t)n + 1, sizeof(*entries));
	if (plugins == NULL || entries == NULL) {
		rc = err_set(error, COL_ENOMEM, "plugins: out of memory");
		free(plugins);
		free(entries);
		plugins = NULL;
	} else {
		plugins->entries = entries;
	}
	for (int i = 0; i < n; i++) {
		if (rc == 0) {
			plugins->n_entries++;
			rc = load_file(dir, files[i]->d_name, &entries[i]);
		}
		free(files[i]);
	}
	free(files);
	if (rc != 0) {
		load_free(plugins);
		return rc;
	}
	*ret_plugins = plugins;
	return 0;
}

void
load_free(struct plugins *plugins)
{
	if (plugins == NULL) {
		return;
	}
	for (size_t i = 0; i < plugins->n_entries; i++) {
		free((char *)plugins->entries[i].name);
		free((char *)plugins->entries[i].file);
	}
	free(plugins->entries);
	free(plugins);
}
