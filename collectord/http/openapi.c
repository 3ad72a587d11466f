/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See openapi.h. */
#include <config.h>

#include "http/openapi.h"

#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "http/api.h"
#include "http/server.h"
#include "http/table.h"

#define REF(name) "#/components/" name

/* ---- OpenAPI -------------------------------------------------------------------- */

void
openapi_words(struct json *json, const char *choices)
{
	json_list(json, "enum");
	while (*choices != '\0') {
		char word[48];
		size_t n = strcspn(choices, "|");

		(void)str_format(word, sizeof(word), "%.*s", (int)n, choices);
		json_text(json, NULL, word);
		choices += n + (choices[n] == '|' ? 1 : 0);
	}
	json_list_end(json);
}

static void
write_schema(struct json *json, const struct param *param)
{
	json_map(json, "schema");
	switch (param->type) {
	case PARAM_INT:
		json_text(json, "type", "integer");
		json_int(json, "minimum", param->min);
		json_int(json, "maximum", param->max);
		break;
	case PARAM_NUMBER:
		json_text(json, "type", "number");
		json_int(json, "minimum", param->min);
		json_int(json, "maximum", param->max);
		break;
	case PARAM_ID:
		json_text(json, "type", "string");
		json_text(json, "pattern", OPENAPI_ID);
		break;
	case PARAM_CHOICE:
		json_text(json, "type", "string");
		openapi_words(json, param->choices);
		break;
	case PARAM_SET:
		json_text(json, "type", "array");
		json_map(json, "items");
		json_text(json, "type", "string");
		openapi_words(json, param->choices);
		json_map_end(json);
		break;
	case PARAM_ENTITY:
		json_text(json, "type", "string");
		json_text(json, "pattern", OPENAPI_ENTITY);
		break;
	case PARAM_TEXT:
	case PARAM_TIME:
	case PARAM_TYPE_N:
		json_text(json, "type", "string");
		json_int(json, "maxLength", QUERY_VALUE_MAX);
		break;
	}
	json_map_end(json);
}

static void
write_parameters(struct json *json, const struct route *route)
{
	size_t n = query_table_size(route->params);

	json_list(json, "parameters");
	if (strstr(route->path, "{id}") != NULL) {
		json_map(json, NULL);
		json_text(json, "$ref", REF("parameters/id"));
		json_map_end(json);
	}
	for (size_t i = 0; i < n; i++) {
		const struct param *param = &route->params[i];

		json_map(json, NULL);
		json_text(json, "name", param->name);
		json_text(json, "in", "query");
		json_text(json, "description", param->summary);
		json_bool(json, "required", param->required);
		if (param->type == PARAM_SET) {
			json_text(json, "style", "form");
			json_bool(json, "explode", false);
		}
		write_schema(json, param);
		json_map_end(json);
	}
	json_list_end(json);
}

static void
write_content(struct json *json, const struct route *route)
{
	bool is_json = strcmp(route->media, "application/json") == 0;

	json_map(json, "content");
	json_map(json, route->media);
	json_map(json, "schema");
	if (is_json && (route->flags & ROUTE_PLAIN) == 0 &&
	    strcmp(route->name, "openapi") != 0) {
		json_text(json, "$ref", REF("schemas/Body"));
	} else {
		json_text(json, "type", is_json ? "object" : "string");
	}
	json_map_end(json);
	json_map_end(json);
	if (table_of(route) != NULL) {
		json_map(json, "text/csv");
		json_map(json, "schema");
		json_text(json, "type", "string");
		json_map_end(json);
		json_map_end(json);
	}
	json_map_end(json);
}

static void
write_body(struct json *json, const struct route *route)
{
	if (route->body == NULL) {
		return;
	}
	json_map(json, "requestBody");
	json_bool(json, "required", true);
	json_map(json, "content");
	json_map(json, "application/json");
	json_map(json, "schema");
	openapi_members(json, route->body);
	for (int i = 0; i < 4; i++) {
		json_map_end(json);
	}
}

static void
write_operation(struct json *json, const struct route *route)
{
	static const char *const keys[METHOD_N] = {"get", "post", "delete"};

	json_map(json, keys[route->method]);
	json_text(json, "operationId", route->name);
	json_list(json, "tags");
	json_text(json, NULL, route->group);
	json_list_end(json);
	json_text(json, "summary", route->summary);
	json_text(json, "x-minimum-role", role_text(route->role));
	write_parameters(json, route);
	write_body(json, route);
	json_map(json, "responses");
	json_map(json, "200");
	json_text(json, "description", "The answer.");
	write_content(json, route);
	json_map_end(json);
	if ((route->flags & ROUTE_ETAG) != 0) {
		json_map(json, "304");
		json_text(json, "description", "Nothing changed since If-None-Match.");
		json_map_end(json);
	}
	json_map(json, "default");
	json_text(json, "$ref", REF("responses/Problem"));
	json_map_end(json);
	json_map_end(json);
	json_map_end(json);
}

static void
write_members(struct json *json, const char *const (*members)[2], size_t n)
{
	json_text(json, "type", "object");
	json_list(json, "required");
	for (size_t i = 0; i < n; i++) {
		json_text(json, NULL, members[i][0]);
	}
	json_list_end(json);
	json_map(json, "properties");
	for (size_t i = 0; i < n; i++) {
		json_map(json, members[i][0]);
		json_text(json, "type", members[i][1]);
		json_map_end(json);
	}
	json_map_end(json);
}

static void
write_components(struct json *json)
{
	static const char *const problem[][2] = {
		{"type", "string"}, {"title", "string"}, {"status", "integer"},
		{"detail", "string"}, {"code", "string"}, {"params", "object"},
	};
	static const char *const body[][2] = {{"as_of", "string"}};

	json_map(json, "components");
	json_map(json, "parameters");
	json_map(json, "id");
	json_text(json, "name", "id");
	json_text(json, "in", "path");
	json_bool(json, "required", true);
	json_map(json, "schema");
	json_text(json, "type", "string");
	json_text(json, "pattern", OPENAPI_ID);
	json_map_end(json);
	json_map_end(json);
	json_map_end(json);
	json_map(json, "schemas");
	json_map(json, "Body");
	write_members(json, body, 1);
	json_map_end(json);
	json_map(json, "Problem");
	write_members(json, problem, sizeof(problem) / sizeof(problem[0]));
	json_map_end(json);
	json_map_end(json);
	json_map(json, "responses");
	json_map(json, "Problem");
	json_text(json, "description", "What went wrong (RFC 9457).");
	json_map(json, "content");
	json_map(json, "application/problem+json");
	json_map(json, "schema");
	json_text(json, "$ref", REF("schemas/Problem"));
	for (int i = 0; i < 5; i++) {
		json_map_end(json);
	}
	json_map_end(json);
}

/* All methods of the path of row at, unless an earlier row has it. */
static void
write_path(struct json *json, size_t at)
{
	const char *path = route_table[at].path;

	for (size_t i = 0; i < at; i++) {
		if (strcmp(route_table[i].path, path) == 0) {
			return;
		}
	}
	json_map(json, path);
	for (size_t i = at; i < route_table_size; i++) {
		if (strcmp(route_table[i].path, path) == 0) {
			write_operation(json, &route_table[i]);
		}
	}
	json_map_end(json);
}

void
openapi_write(struct buf *out, const char *version)
{
	struct json json;

	json_init(&json, out);
	json_map(&json, NULL);
	json_text(&json, "openapi", "3.1.0");
	json_map(&json, "info");
	json_text(&json, "title", "collectord");
	json_text(&json, "version", version);
	json_text(&json, "description", "Rack telemetry and capacity. Times are RFC 3339 "
	    "UTC (series: unix seconds), ratios 0..1, unknown is null.");
	json_map(&json, "license");
	json_text(&json, "name", "GPL-3.0-or-later");
	json_text(&json, "identifier", "GPL-3.0-or-later");
	json_map_end(&json);
	json_map_end(&json);
	json_map(&json, "paths");
	for (size_t i = 0; i < route_table_size; i++) {
		if ((route_table[i].flags & ROUTE_PAGE) == 0) {
			write_path(&json, i);
		}
	}
	json_map_end(&json);
	write_components(&json);
	json_map_end(&json);
	buf_puts(out, "\n");
}

enum request_next
api_openapi(struct request *request)
{
	openapi_write(&request->body, request->http->setup.version);
	return REQUEST_REPLY;
}

/* ---- docs/api.md ------------------------------------------------------------------ */

static const char reference_head[] =
    "# HTTP API\n"
    "\n"
    "Written from the daemon's route table (`collectord/http/route.c`); "
    "the same as `/api/v1/openapi.json`.\n"
    "\n"
    "- Errors are `application/problem+json` (RFC 9457) with a `code` and `params`. A path "
    "without the method asked for answers 405 and names in `Allow` what it has.\n"
    "- Bodies of requests are JSON objects of at most 64 KiB with `Content-Type: "
    "application/json`; an unknown, doubled or wrong member is an error that names it, "
    "`null` counts as not given. A page of another site (by `Origin` or "
    "`Sec-Fetch-Site`) cannot change anything.\n"
    "- Whoever asks on the loopback, without TLS, and has not logged in is `anonymous`, a "
    "viewer (unless `http.auth.anonymous` is `none`); elsewhere a session or a token is "
    "needed, else 401 with the code `login_required`: whatever needs "
    "another role answers 403 with the code `needs_role`.\n"
    "- Every body of `/api/v1` has `as_of`, the time its numbers belong to. Times are "
    "RFC 3339 UTC, series have unix seconds, ages are seconds at `as_of`.\n"
    "- The power of a rack is that of its feeds where a PDU measures them "
    "(`power_source` `pdu`), else the sum of its BMCs (`ipmi`), never both; known and "
    "expected parts count feeds, or those BMCs.\n"
    "- Unknown is `null`, and no key is ever left out. Ratios are 0..1, metrics named "
    "`*_pct` are percent.\n"
    "- Lists are `{items, next, as_of}`; pass `next` as `cursor` for the items after.\n"
    "- Lists that take `format=csv` come as a file: UTF-8 with a byte order mark, RFC "
    "4180, whole and of one snapshot unless `limit` is given. A cell holds what the JSON "
    "holds at its column's path (`racks_declared` is `racks.declared`), unknown is "
    "empty, and text that a spreadsheet would calculate begins with an apostrophe.\n"
    "- An unknown query parameter is an error that names it; an empty one counts as "
    "not given.\n"
    "- Bodies of one snapshot carry its number as `ETag`; `If-None-Match` is answered "
    "304.\n"
    "- Data that does not come from another part of the daemon within 2 s is a 503.\n";

static const char *
type_text(enum param_type type)
{
	static const char *const texts[PARAM_TYPE_N] = {
		[PARAM_TEXT] = "text", [PARAM_ID] = "id", [PARAM_INT] = "number",
		[PARAM_NUMBER] = "number, fractions allowed,",
		[PARAM_CHOICE] = "one of", [PARAM_SET] = "some of",
		[PARAM_TIME] = "time", [PARAM_ENTITY] = "kind:id",
	};

	return texts[type];
}

void
openapi_describe_words(struct buf *out, const char *choices)
{
	while (*choices != '\0') {
		size_t n = strcspn(choices, "|");

		buf_printf(out, " `%.*s`", (int)n, choices);
		choices += n + (choices[n] == '|' ? 1 : 0);
	}
}

static void
describe_param(struct buf *out, const struct param *param)
{
	buf_printf(out, "- `%s`%s: %s; %s", param->name,
	    param->required ? " (required)" : "", param->summary, type_text(param->type));
	if (param->type == PARAM_INT || param->type == PARAM_NUMBER) {
		buf_printf(out, " %lld..%lld", (long long)param->min, (long long)param->max);
	}
	if (param->choices != NULL) {
		openapi_describe_words(out, param->choices);
	}
	buf_puts(out, "\n");
}

/* The columns of a list as CSV, named as its header names them. */
static void
describe_columns(struct buf *out, const struct table *table)
{
	char name[TABLE_NAME_SIZE];

	buf_puts(out, "\nCSV columns:");
	for (size_t c = 0; table->columns[c] != NULL; c++) {
		table_name(table->columns[c], name);
		buf_printf(out, " `%s`", name);
	}
	buf_puts(out, "\n");
}

static void
describe(struct buf *out, const struct route *route)
{
	const struct table *table = table_of(route);
	size_t n = query_table_size(route->params);

	buf_printf(out, "\n### %s %s\n\n%s\nMinimum role: %s.", method_text(route->method),
	    route->path, route->summary, role_text(route->role));
	if ((route->flags & ROUTE_ETAG) != 0) {
		buf_puts(out, " Has an `ETag`.");
	}
	if (strcmp(route->media, "application/json") != 0) {
		buf_printf(out, " Gives `%s`.", route->media);
	}
	buf_puts(out, n > 0 ? "\n\n" : "\n");
	for (size_t i = 0; i < n; i++) {
		describe_param(out, &route->params[i]);
	}
	if (route->body != NULL) {
		buf_puts(out, "\nBody (`application/json`):\n\n");
		openapi_describe_members(out, route->body, 0);
	}
	if (table != NULL) {
		describe_columns(out, table);
	}
}

/* True when no route before this one has its heading. */
static bool
opens_group(size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (strcmp(route_table[i].group, route_table[at].group) == 0) {
			return false;
		}
	}
	return (route_table[at].flags & ROUTE_PAGE) == 0;
}

void
openapi_reference(struct buf *out)
{
	buf_puts(out, reference_head);
	for (size_t i = 0; i < route_table_size; i++) {
		if (!opens_group(i)) {
			continue;
		}
		buf_printf(out, "\n## %s\n", route_table[i].group);
		for (size_t k = i; k < route_table_size; k++) {
			if (strcmp(route_table[k].group, route_table[i].group) == 0) {
				describe(out, &route_table[k]);
			}
		}
	}
}
