/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See problem.h. */
#include <config.h>

#include "http/problem.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

const char *
problem_title(unsigned status)
{
	static const struct { unsigned status; const char *title; } titles[] = {
		{400, "Bad Request"}, {403, "Forbidden"}, {404, "Not Found"},
		{405, "Method Not Allowed"}, {409, "Conflict"},
		{413, "Content Too Large"}, {415, "Unsupported Media Type"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++) {
		if (titles[i].status == status) {
			return titles[i].title;
		}
	}
	return "Error";
}

void
problem_write(struct buf *out, unsigned status, const char *code,
    const char *detail, struct problem_param param)
{
	struct json json;

	json_init(&json, out);
	json_map(&json, NULL);
	json_text(&json, "type", "about:blank");
	json_text(&json, "title", problem_title(status));
	json_int(&json, "status", status);
	json_text(&json, "detail", detail);
	json_text(&json, "code", code);
	json_map(&json, "params");
	if (param.key != NULL) {
		json_text(&json, param.key, param.value);
	}
	json_map_end(&json);
	json_map_end(&json);
	buf_puts(out, "\n");
}

enum request_next
problem_reply(struct request *request, unsigned status, const char *code,
    struct problem_param param, const char *format, ...)
{
	char detail[512];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	buf_reset(&request->body);
	request->body.failed = false;
	problem_write(&request->body, status, code, detail, param);
	request->status = status;
	request->type = "application/problem+json";
	request->etag = NULL;
	return REQUEST_REPLY;
}

enum request_next
problem_no_such(struct request *request, const char *kind, const char *id)
{
	char code[48];

	(void)str_format(code, sizeof(code), "no_such_%s", kind);
	return problem_reply(request, 404, code, (struct problem_param){"id", id},
	    "no %s '%s'", kind, id);
}

enum request_next
problem_late(struct request *request)
{
	request->retry_after_s = 5;
	return problem_reply(request, 503, "timeout", (struct problem_param){0},
	    "the data did not come in time; try again");
}

enum request_next
problem_failed(struct request *request, int code)
{
	request->retry_after_s = 5;
	return problem_reply(request, 503, err_code(code), (struct problem_param){0},
	    "the data could not be read: %s", err_text(code));
}
