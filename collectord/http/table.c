/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See table.h. */
#include <config.h>

#include "http/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/str.h"
#include "http/cursor.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/reply.h"
#include "http/route.h"
#include "http/server.h"

#define CSV_TYPE "text/csv; charset=utf-8; header=present"
#define PAGE "1000"
#define BLOCK (32u << 10)
/* Levels of the writer: the body, its list, an item. */
#define IN_BODY 1
#define IN_LIST 2
#define IN_ITEM 3

/* One cell of the line that is being made: where its text lies. */
struct cell { size_t at, len; bool known, text; };

/* One column of a body of columns: its cells, each ended by NUL. */
struct column { struct buf cells; bool text; size_t at; };

struct table_run {
	const struct table *table;
	size_t n_columns, next;           /* next: the column after the last one met */
	struct cell cells[TABLE_COLUMNS_MAX];
	struct buf texts;                 /* of the cells */
	struct column *columns;           /* only without a list */
	struct csv csv;
	struct buf out;
	size_t sent;                      /* of out */
	char from[CURSOR_SIZE];           /* of the page that is made */
	char cursor[CURSOR_SIZE];         /* of the page after; "": none */
	bool last;                        /* page: limited, or none comes after */
	bool streams;                     /* counted in the server */
};

/* ---- which -------------------------------------------------------------------- */

const struct table *
table_of(const struct route *route)
{
	for (size_t i = 0; route != NULL && i < table_all_size; i++) {
		if (strcmp(table_all[i].route, route->name) == 0) {
			return &table_all[i];
		}
	}
	return NULL;
}

void
table_name(const char *path, char name[TABLE_NAME_SIZE])
{
	(void)str_copy(name, TABLE_NAME_SIZE, path);
	for (char *at = name; (at = strchr(at, '.')) != NULL;) {
		*at = '_';
	}
}

static size_t
param_index(const struct request *request, const char *name)
{
	const struct param *params = request->route->params;
	size_t i = 0;

	while (params != NULL && params[i].name != NULL &&
	    strcmp(params[i].name, name) != 0) {
		i++;
	}
	return params != NULL && params[i].name != NULL ? i : QUERY_VALUES_MAX;
}

bool
table_wanted(const struct request *request)
{
	const char *format;

	if (request->table != NULL) {
		return true;
	}
	if (table_of(request->route) == NULL) {
		return false;
	}
	format = request_value(request, "format");
	return format != NULL && strcmp(format, "csv") == 0;
}

/* ---- from members to cells -------------------------------------------------------- */

/* True when the open levels from "from" on, and the member, are path. */
static bool
is_at(const struct json *json, unsigned from, const char *path)
{
	for (unsigned d = from; d <= json->depth && json->keys[d] != NULL; d++) {
		size_t len = strlen(json->keys[d]);

		if (strncmp(path, json->keys[d], len) != 0) {
			return false;
		}
		path += len;
		if (*path == '\0') {
			/* the path's end, or an unnamed member of a list there */
			return d == json->depth ||
			    (d + 1 == json->depth && json->keys[d + 1] == NULL);
		}
		if (*path++ != '.') {
			return false;
		}
	}
	return false;
}

/* Items write their members in the order of the columns: the next one first. */
static size_t
find_column(struct table_run *run, const struct json *json, unsigned from)
{
	for (size_t i = 0; i < run->n_columns; i++) {
		size_t c = (run->next + i) % run->n_columns;

		if (is_at(json, from, run->table->columns[c])) {
			/* a list stays with its column */
			run->next = json->keys[json->depth] != NULL ? c + 1 : c;
			return c;
		}
	}
	return run->n_columns;
}

static void
put_cell(struct table_run *run, size_t c, enum json_event event, const char *text)
{
	struct cell *cell = &run->cells[c];

	if (event == JSON_UNKNOWN) {
		return;
	}
	if (cell->known) {
		/* one more of a list: the cell is the last in texts */
		buf_puts(&run->texts, " ");
	} else {
		*cell = (struct cell){ .at = run->texts.size, .known = true };
	}
	cell->text = cell->text || event == JSON_TEXT;
	buf_puts(&run->texts, text);
	cell->len = run->texts.size - cell->at;
}

static void
begin_line(struct table_run *run)
{
	memset(run->cells, 0, run->n_columns * sizeof(run->cells[0]));
	buf_reset(&run->texts);
	run->next = 0;
}

static void
end_line(struct table_run *run)
{
	for (size_t c = 0; c < run->n_columns; c++) {
		const struct cell *cell = &run->cells[c];
		const char *text = run->texts.data + cell->at;

		if (!cell->known || run->texts.failed) {
			csv_unknown(&run->csv);
		} else if (cell->text) {
			csv_text(&run->csv, text, cell->len);
		} else {
			csv_plain(&run->csv, text, cell->len);
		}
	}
	csv_end_line(&run->csv);
}

static void
take_next(struct table_run *run, const char *text)
{
	if (str_copy(run->cursor, sizeof(run->cursor), text) >= sizeof(run->cursor)) {
		run->cursor[0] = '\0';
	}
}

static void
on_member(void *arg, const struct json *json, enum json_event event, const char *text)
{
	struct table_run *run = arg;
	bool in_list = json->depth >= IN_LIST && run->table->list != NULL &&
	    json->keys[IN_BODY] != NULL &&
	    strcmp(json->keys[IN_BODY], run->table->list) == 0;
	size_t c;

	if (json->depth == IN_BODY && event == JSON_TEXT &&
	    strcmp(json->keys[IN_BODY], "next") == 0) {
		take_next(run, text);
	} else if (in_list && json->depth == IN_LIST) {
		if (event == JSON_OPEN) {
			begin_line(run);
		} else if (event == JSON_CLOSE) {
			end_line(run);
		}
	} else if (event == JSON_OPEN || event == JSON_CLOSE) {
		return;
	} else if (in_list) {
		c = find_column(run, json, IN_ITEM);
		if (c < run->n_columns) {
			put_cell(run, c, event, text);
		}
	} else if (run->columns != NULL) {
		c = find_column(run, json, IN_BODY);
		if (c < run->n_columns && json->depth > IN_BODY) {
			buf_put(&run->columns[c].cells, text != NULL ? text : "",
			    text != NULL ? strlen(text) + 1 : 1);
			run->columns[c].text |= event == JSON_TEXT;
		}
	}
}

/* Writes a body of columns, line by line. */
static void
turn_columns(struct table_run *run)
{
	for (bool more = true; more;) {
		more = false;
		for (size_t c = 0; c < run->n_columns; c++) {
			more = more || run->columns[c].at < run->columns[c].cells.size;
		}
		for (size_t c = 0; more && c < run->n_columns; c++) {
			struct column *column = &run->columns[c];
			const char *text = column->cells.data + column->at;
			bool there = column->at < column->cells.size;
			size_t len = there ? strlen(text) : 0;

			if (len == 0) {
				csv_unknown(&run->csv);
			} else if (column->text) {
				csv_text(&run->csv, text, len);
			} else {
				csv_plain(&run->csv, text, len);
			}
			column->at += there ? len + 1 : 0;
		}
		if (more) {
			csv_end_line(&run->csv);
		}
	}
}

/* ---- pages ------------------------------------------------------------------------- */

static void
write_header(struct table_run *run)
{
	char name[TABLE_NAME_SIZE];

	csv_begin(&run->csv, &run->out);
	for (size_t c = 0; c < run->n_columns; c++) {
		table_name(run->table->columns[c], name);
		csv_text(&run->csv, name, strlen(name));
	}
	csv_end_line(&run->csv);
}

static int
start(struct request *request)
{
	struct table_run *run = calloc(1, sizeof(*run));
	size_t limit = param_index(request, "limit");

	if (run == NULL) {
		return -1;
	}
	request->table = run;
	run->table = table_of(request->route);
	while (run->table->columns[run->n_columns] != NULL) {
		run->n_columns++;
	}
	buf_init(&run->texts, REQUEST_BODY_MAX);
	buf_init(&run->out, REQUEST_BODY_MAX);
	if (run->table->list == NULL) {
		run->columns = calloc(run->n_columns, sizeof(*run->columns));
		for (size_t c = 0; run->columns != NULL && c < run->n_columns; c++) {
			buf_init(&run->columns[c].cells, REQUEST_BODY_MAX);
		}
	}
	/* all of it, in pages, unless the client wants one page */
	run->last = limit == QUERY_VALUES_MAX || request->values.values[limit] != NULL;
	if (!run->last) {
		request->values.values[limit] = PAGE;
	}
	write_header(run);
	return 0;
}

void
table_drop(struct request *request)
{
	struct table_run *run = request->table;

	if (run == NULL) {
		return;
	}
	if (run->streams) {
		request->http->n_tables--;
	}
	for (size_t c = 0; run->columns != NULL && c < run->n_columns; c++) {
		buf_done(&run->columns[c].cells);
	}
	free(run->columns);
	buf_done(&run->texts);
	buf_done(&run->out);
	free(run);
	request->table = NULL;
}

/* Lets the handler write one page, from the cursor of the page before. */
static enum request_next
make_page(struct request *request)
{
	struct table_run *run = request->table;
	size_t cursor = param_index(request, "cursor");
	enum request_next next;

	if (request->ticket == NULL && run->cursor[0] != '\0') {
		memcpy(run->from, run->cursor, sizeof(run->from));
		request->values.values[cursor] = run->from;
		run->cursor[0] = '\0';
	}
	buf_reset(&request->body);
	json_init_sink(&request->json, &request->body, on_member, run);
	request->status = MHD_HTTP_OK;
	next = request->route->fn(request);
	if (next == REQUEST_WAIT) {
		return next;
	}
	pending_drop(request);
	run->last = run->last || run->cursor[0] == '\0' || cursor == QUERY_VALUES_MAX;
	return request->body.failed || run->out.failed ? REQUEST_BROKEN : next;
}

/* MHD_ContentReaderCallback */
static ssize_t
on_block(void *arg, uint64_t at, char *to, size_t size)
{
	struct request *request = arg;
	struct table_run *run = request->table;

	(void)at;
	if (run->sent == run->out.size) {
		if (run->last) {
			return MHD_CONTENT_READER_END_OF_STREAM;
		}
		buf_reset(&run->out);
		run->sent = 0;
		switch (make_page(request)) {
		case REQUEST_WAIT:
			return 0;
		case REQUEST_REPLY:
			break;
		case REQUEST_SENT:
		case REQUEST_BROKEN:
			return MHD_CONTENT_READER_END_WITH_ERROR;
		}
		if (request->status != MHD_HTTP_OK) {
			return MHD_CONTENT_READER_END_WITH_ERROR;
		}
		if (run->out.size == 0) {
			return run->last ? MHD_CONTENT_READER_END_OF_STREAM : 0;
		}
	}
	size = size < run->out.size - run->sent ? size : run->out.size - run->sent;
	memcpy(to, run->out.data + run->sent, size);
	run->sent += size;
	return (ssize_t)size;
}

static enum request_next
send_stream(struct request *request)
{
	struct MHD_Response *response;
	enum MHD_Result result = MHD_NO;

	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_block,
	    request, NULL);
	if (response != NULL) {
		reply_headers(request, response);
		result = MHD_queue_response(request->connection, request->status, response);
		MHD_destroy_response(response);
	}
	return result == MHD_YES ? REQUEST_SENT : REQUEST_BROKEN;
}

static void
name_file(struct request *request)
{
	char day[CLOCK_RFC3339_SIZE];

	clock_rfc3339(request->as_of, day);
	(void)str_format(request->file, sizeof(request->file), "collectord-%s-%.10s.csv",
	    request->route->name, day);
}

enum request_next
table_answer(struct request *request)
{
	struct table_run *run;
	enum request_next next;
	struct buf swap;

	if (request->table == NULL && start(request) != 0) {
		return REQUEST_BROKEN;
	}
	run = request->table;
	next = make_page(request);
	if (next != REQUEST_REPLY || request->status != MHD_HTTP_OK) {
		return next;
	}
	if (run->columns != NULL) {
		turn_columns(run);
	}
	if (!run->last && request->http->n_tables >= TABLE_STREAMS_MAX) {
		request->retry_after_s = 5;
		return problem_reply(request, 503, "too_many_exports",
		    (struct problem_param){0}, "%d lists are being sent as a whole; try "
		    "again, or take it by pages with limit=", TABLE_STREAMS_MAX);
	}
	name_file(request);
	request->type = CSV_TYPE;
	if (!run->last) {
		request->http->n_tables++;
		run->streams = true;
		return send_stream(request);
	}
	swap = request->body;
	request->body = run->out;
	run->out = swap;
	return REQUEST_REPLY;
}
