/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conf/REFERENCE.md, written from the tables that the files are read by, so
 * that it cannot say anything else than what is true.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/alerts.h"
#include "config/catalog.h"
#include "config/draft.h"
#include "config/settings.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static const char *const type_texts[SCHEMA_TYPE_N] = {
	[SCHEMA_TEXT] = "text",
	[SCHEMA_ID] = "id",
	[SCHEMA_PATH] = "path",
	[SCHEMA_INTEGER] = "whole number",
	[SCHEMA_NUMBER] = "number",
	[SCHEMA_BOOL] = "true or false",
	[SCHEMA_DURATION] = "duration",
	[SCHEMA_SPAN] = "duration or intervals",
	[SCHEMA_SIZE] = "size",
	[SCHEMA_CHOICE] = "",
	[SCHEMA_NAME] = "name",
	[SCHEMA_DAY] = "date",
	[SCHEMA_TIME] = "date or time",
	[SCHEMA_TEXTS] = "text or list",
	[SCHEMA_SECRET] = "secret",
	[SCHEMA_NODE] = "as its help says",
	[SCHEMA_LIST] = "list",
	[SCHEMA_MAP] = "map",
	[SCHEMA_SECTION] = "map",
};

static const char intro[] =
"# Configuration reference\n"
"\n"
"Written by `collectord --dump-reference` from the tables that read the files; do\n"
"not edit it by hand.\n"
"\n"
"A configuration is one main file, `collectord.yaml`, and the files that it names.\n"
"It is checked as a whole: `collectord --check` prints every error as\n"
"`file:line:column: message`, and a reload with an error changes nothing.\n"
"\n"
"Files are YAML in UTF-8: no anchors, aliases or tags, one document a file, no key\n"
"twice, at most 16 levels deep and 64 MiB long. Paths are relative to the file that\n"
"names them.\n"
"\n"
"| type | how it is written |\n"
"|---|---|\n"
"| id | 1 to 63 of `a-z`, `0-9`, `-`, `_`; a letter or digit first |\n"
"| duration | `250ms`, `60s`, `5m`, `24h`, `7d`, `2w`, `1y`; where it says so also "
"`2 intervals` of polling |\n"
"| size | `512KiB`, `64MiB`, `2GiB`, `100MB` |\n"
"| name | `{en: Zhengzhou, zh: 郑州市}`, or one text |\n"
"| date, time | `2025-06-01`, `2025-06-01T08:00:00+08:00` |\n"
"| secret | `{file: PATH}` (mode 0600), or `{credential: NAME}` of systemd's "
"LoadCredential=; never the secret itself |\n"
"\n"
"`${datadir}`, `${plugindir}` and `${statedir}` stand for where this version is\n"
"installed, usually `/usr/local/share/collectord`,\n"
"`/usr/local/lib/collectord/plugins` and `/usr/local/var/lib/collectord`.\n"
"Keys marked (restart) take effect when the daemon starts; all others also on a\n"
"reload (SIGHUP).\n";

static const char inventory_text[] =
"A rack that is given no state is in_service. Racks may name their row, or any\n"
"place above it: levels that are left out are made with the id of the place above,\n"
"`default` under the province. A rack of a row's own list shares the row's\n"
"template, state, since and devices; one that only names its row does not. Devices\n"
"are laid over each other by role: the template's, then the row's, then the rack's\n"
"own, then entries of the list `devices`.\n";

static const char csv_text[] =
"\n### CSV files\n"
"\n"
"A file that ends in `.csv` has a line of column names and one line per rack,\n"
"device or piece of equipment, separated by commas, quoted as RFC 4180 says.\n"
"Columns are the keys of a rack (without `devices`) or of an entry of the lists\n"
"`devices` or `equipment`; a line with a rack, role, plugin or address is a device,\n"
"one with a rack and u, height, nameplate_w or kg is equipment. A key within a map\n"
"is written with dots (`name.zh`, `feeds.A.breaker_a`, `dates.in_service`); empty\n"
"cells are as if left out; a credential cell, and feeds of equipment, may hold\n"
"several ids, separated by blanks. The text is UTF-8 or UTF-16 with or without a\n"
"byte order mark, or GBK (GB 18030) as spreadsheets in Chinese save it.\n";

static const char profile_text[] =
"A profile is a YAML file whose name is its id. These keys are common to all; the\n"
"rest belongs to its plugin (see the plugin's own documentation).\n";

static const char credential_text[] =
"`credentials` is a map: the id of a credential to a map of plugin names to what\n"
"that plugin needs. Each part is checked by its plugin. Example:\n"
"\n"
"    credentials:\n"
"      pdu-v2c: {snmp: {version: 2c, community: {file: secrets/pdu-community}}}\n";

static const char alerts_text[] =
"What `alerts` names, or holds: see docs/alerts.md for how rules are written. Keys\n"
"may be in several files; lists are joined in the order of the files.\n";

static const char gauges_text[] =
"\n### Gauges\n"
"\n"
"What rules look at, but for `on: sensor`, which has the metrics of devices. A limit\n"
"outside of the range is an error.\n"
"\n| metric | unit | on | range | meaning |\n|---|---|---|---|---|\n";

static void
put_help(struct buf *out, const struct schema_field *f)
{
	buf_printf(out, "%s%s%s |\n", f->required ? "(required) " : "",
	    f->restart != NULL ? "(restart) " : "", f->help);
}

static void
put_choices(struct buf *out, const char *choices)
{
	for (const char *at = choices; *at != '\0';) {
		size_t len = strcspn(at, "|");

		buf_printf(out, "%s`%.*s`", at == choices ? "" : ", ", (int)len, at);
		at += len + (at[len] == '|');
	}
}

static void
put_row(struct buf *out, const char *section, const struct schema_field *f)
{
	char limits[SCHEMA_LIMIT_SIZE];

	buf_printf(out, "| `%s%s%s` | ", section != NULL ? section : "",
	    section != NULL ? "." : "", f->key);
	if (f->type == SCHEMA_CHOICE) {
		put_choices(out, f->choices);
	} else {
		buf_printf(out, "%s%s%s", type_texts[f->type],
		    f->unit != NULL ? ", " : "", f->unit != NULL ? f->unit : "");
	}
	buf_printf(out, " | %s%s%s | %s | ", f->fallback != NULL ? "`" : "",
	    f->fallback != NULL ? f->fallback : "",
	    f->fallback != NULL ? "`" : "", schema_limits(f, limits));
	put_help(out, f);
}

/* Sections may stand within each other. */
static void
put_rows(struct buf *out, const char *section, const struct schema_field *fields)
{
	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		char path[64];

		put_row(out, section, f);
		if (f->type == SCHEMA_SECTION) {
			(void)str_format(path, sizeof(path), "%s%s%s",
			    section != NULL ? section : "", section != NULL ? "." : "",
			    f->key);
			put_rows(out, path, f->fields);
		}
	}
}

static void
put_table(struct buf *out, const struct schema_field *fields)
{
	buf_puts(out, "\n| key | type | default | range | meaning |\n"
	    "|---|---|---|---|---|\n");
	put_rows(out, NULL, fields);
}

static void
put_gauges(struct buf *out)
{
	buf_puts(out, gauges_text);
	for (int i = 0; i < GAUGE_N; i++) {
		const struct gauge_row *row = gauge_get((enum gauge)i);
		const char *comma = "";

		buf_printf(out, "| `%s` | %s | ", row->name, row->unit);
		for (unsigned level = 0; level < LEVEL_N; level++) {
			if ((row->levels & LEVEL_BIT(level)) != 0) {
				buf_printf(out, "%s%s", comma,
				    level_text((enum level)level));
				comma = ", ";
			}
		}
		buf_printf(out, " | %.10g .. %.10g | %s |\n", row->min, row->max, row->en);
	}
}

/* A plugin's own table in the same form. */
static void
put_options(struct buf *out, const struct col_option *table)
{
	static const enum schema_type types[COL_OPT_TYPE_N] = {
		[COL_OPT_TEXT] = SCHEMA_TEXT,
		[COL_OPT_INTEGER] = SCHEMA_INTEGER,
		[COL_OPT_NUMBER] = SCHEMA_NUMBER, [COL_OPT_BOOL] = SCHEMA_BOOL,
		[COL_OPT_DURATION] = SCHEMA_DURATION,
		[COL_OPT_SIZE] = SCHEMA_SIZE, [COL_OPT_CHOICE] = SCHEMA_CHOICE,
		[COL_OPT_SECRET] = SCHEMA_SECRET, [COL_OPT_NODE] = SCHEMA_NODE,
	};

	buf_puts(out, "\n| key | type | default | range | meaning |\n"
	    "|---|---|---|---|---|\n");
	for (const struct col_option *o = table; o->name != NULL; o++) {
		struct schema_field field = { .key = o->name,
		    .type = types[o->type], .fallback = o->fallback,
		    .min = o->min, .max = o->max, .choices = o->choices,
		    .help = o->help != NULL ? o->help : "" };

		put_row(out, NULL, &field);
	}
}

static void
put_plugins(struct buf *out, const struct plugins *plugins)
{
	for (size_t i = 0; plugins != NULL && i < plugins->n_entries; i++) {
		const struct col_plugin *plugin = plugins->entries[i].plugin;

		if (plugin == NULL) {
			continue;
		}
		buf_printf(out, "\n## Plugin %s\n\n%s\n", plugin->name,
		    plugin->summary != NULL ? plugin->summary : "");
		if (plugin->options != NULL && plugin->options[0].name != NULL) {
			buf_printf(out, "\nUnder `plugins: {%s: …}`:\n",
			    plugin->name);
			put_options(out, plugin->options);
		}
		if (plugin->device_options != NULL &&
		    plugin->device_options[0].name != NULL) {
			buf_puts(out, "\nOf its devices:\n");
			put_options(out, plugin->device_options);
		}
	}
}

struct part { const char *title, *text; const struct schema_field *fields; };

static void
put_parts(struct buf *out, const struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_printf(out, "\n%s\n", parts[i].title);
		if (parts[i].text != NULL) {
			buf_printf(out, "\n%s", parts[i].text);
		}
		put_table(out, parts[i].fields);
	}
}

void
config_reference(struct buf *out, const struct plugins *plugins)
{
	static const struct part parts[] = {
		{ "## The main file", NULL, settings_fields },
		{ "### An entry of targets", NULL, settings_target_fields },
		{ "## Inventory files", inventory_text,
		    settings_inventory_fields },
		{ "### An entry of areas", NULL, draft_area_fields },
		{ "### An entry of operators", NULL, draft_operator_fields },
		{ "### An entry of sites", NULL, draft_site_fields },
		{ "### An entry of halls", NULL, draft_hall_fields },
		{ "### An aisle of a hall", NULL, draft_aisle_fields },
		{ "### An entry of feed_tree", NULL, draft_power_fields },
		{ "### An entry of rows", NULL, draft_row_fields },
		{ "### An entry of racks", NULL, draft_rack_fields },
		{ "### A template", NULL, draft_template_fields },
		{ "### A feed", NULL, draft_feed_fields },
		{ "### A device by role", "Every other key belongs to its plugin.\n",
		    draft_device_fields },
		{ "### An entry of devices",
		    "Every other key belongs to its plugin.\n", draft_free_fields },
		{ "### An entry of equipment", NULL, draft_equipment_fields },
	};
	static const struct part alerting[] = {
		{ "## Alerts", alerts_text, alerts_fields },
		{ "### An entry of rules", NULL, alerts_rule_fields },
		{ "### Where of a rule", NULL, alerts_where_fields },
		{ "### An entry of routes", NULL, alerts_route_fields },
		{ "### A receiver", "An entry of `receivers` in the main file, by name.\n",
		    alerts_receiver_fields },
	};

	buf_puts(out, intro);
	put_parts(out, parts, ARRAY_LEN(parts));
	buf_puts(out, csv_text);
	put_parts(out, alerting, ARRAY_LEN(alerting));
	put_gauges(out);
	buf_printf(out, "\n## Profiles\n\n%s", profile_text);
	put_table(out, catalog_profile_fields);
	buf_printf(out, "\n## Credentials\n\n%s", credential_text);
	put_plugins(out, plugins);
}
