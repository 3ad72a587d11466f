/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /reports/monthly: JSON by pages, CSV as a stream, HTML to be printed. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/account.h"
#include "capacity/view.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/report.h"
#include "http/server.h"

#define LIMIT 1000

const struct param api_report_params[] = {
	{"month", PARAM_TEXT, false, 0, 0, NULL, "`2026-10`; the open month by default"},
	{"place", PARAM_ENTITY, false, 0, 0, NULL,
	    "`area:ID`, `site:ID`, `hall:ID` or `rack:ID`; the province by default"},
	{"format", PARAM_CHOICE, false, 0, 0, "json|csv|html",
	    "csv: the racks as a file, whole unless `limit` is given; html: a page to "
	    "be printed"},
	{"lang", PARAM_CHOICE, false, 0, 0, "en|zh", "of the page; en by default"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "racks per answer; 1000 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before; an answer "
	    "with one has no sums"},
	{0},
};

/* ---- what is asked for ---------------------------------------------------------------- */

static bool
refuse(struct request *request, const char *name, const char *why)
{
	(void)problem_reply(request, 400, "bad_parameter",
	    (struct problem_param){"parameter", name}, "%s", why);
	return false;
}

/* False: the problem is the answer. */
static bool
read_place(struct request *request, struct report *report)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *text = request_value(request, "place");
	char id[QUERY_ID_SIZE] = "";

	report->kind = ENTITY_PROVINCE;
	(void)str_copy(report->place, sizeof(report->place),
	    request->view->config->settings.province_id);
	if (text == NULL) {
		return true;
	}
	(void)query_entity(text, &report->kind, id);
	(void)str_copy(report->place, sizeof(report->place), id);
	if (report->kind > ENTITY_RACK || report->kind == ENTITY_ROW) {
		return refuse(request, "place",
		    "an area, site, hall, rack or the province is wanted");
	}
	if (report->kind == ENTITY_RACK ? inventory_rack(inventory, id) == NULL :
	    inventory_place(inventory, report->kind, id) == NULL) {
		(void)problem_no_such(request, entity_kind_text(report->kind), id);
		return false;
	}
	return true;
}

static bool
read_query(struct request *request, struct report *report, struct cursor *after)
{
	const char *zone = request->view->config->settings.timezone;
	const char *month = request_value(request, "month");
	const char *cursor = request_value(request, "cursor");
	struct wall now = request->view->as_of;

	memset(report, 0, sizeof(*report));
	memset(after, 0, sizeof(*after));
	report->zone = zone;
	report->month = account_month(zone, now);
	if (month != NULL && account_month_parse(month, &report->month) != 0) {
		return refuse(request, "month", "a month such as 2026-10 is wanted");
	}
	if (report->month > account_month(zone, now)) {
		return refuse(request, "month", "the month has not begun");
	}
	if (cursor != NULL && cursor_decode(cursor, after) != 0) {
		return refuse(request, "cursor", "malformed cursor");
	}
	report->has_sums = cursor == NULL;
	report->from_s = account_month_start(zone, report->month);
	report->to_s = account_month_start(zone, report->month + 1);
	if (now.ns / NS_PER_S < report->to_s) {
		report->to_s = now.ns / NS_PER_S;
	}
	return read_place(request, report);
}

static bool
is_html(const struct request *request)
{
	const char *format = request_value(request, "format");

	return format != NULL && strcmp(format, "html") == 0;
}

static enum request_next
write_report(struct request *request, const struct report *report)
{
	if (is_html(request)) {
		request->type = "text/html; charset=utf-8";
		report_html(request, report);
		return REQUEST_REPLY;
	}
	request_begin(request);
	report_json(request, report);
	return request_end(request);
}

/* A month that has ended; called again with its answer. */
static enum request_next
closed_month(struct request *request, struct report *report, const char *after,
    size_t limit)
{
	char text[ACCOUNT_MONTH_SIZE];
	void *result;
	int code;

	if (request->ticket == NULL) {
		return report_ask(request, report, after, limit) == 0 ? REQUEST_WAIT :
		    problem_late(request);
	}
	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	if (code != 0) {
		return problem_failed(request, code);
	}
	if (!report_take(report, result)) {
		account_month_text(report->month, text);
		return problem_reply(request, 404, "no_such_month",
		    (struct problem_param){"month", text}, "nothing is written down of %s: a "
		    "month is some hours after its end", text);
	}
	return write_report(request, report);
}

enum request_next
api_report_monthly(struct request *request)
{
	struct report report;
	struct cursor after;
	enum request_next next;
	size_t limit;

	if (!read_query(request, &report, &after)) {
		return REQUEST_REPLY;
	}
	limit = is_html(request) ? REPORT_ROWS_MAX :
	    (size_t)request_int(request, "limit", LIMIT);
	if (report.month < account_month(report.zone, request->view->as_of)) {
		next = closed_month(request, &report, after.id, limit);
	} else {
		next = report_open(request, &report, after.id, limit) != 0 ?
		    REQUEST_BROKEN : write_report(request, &report);
	}
	report_done(&report);
	return next;
}
