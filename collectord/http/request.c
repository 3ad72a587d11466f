/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See request.h. */
#include <config.h>

#include "http/request.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "http/route.h"

void
request_begin(struct request *request)
{
	json_map(&request->json, NULL);
	json_wall(&request->json, "as_of", request->as_of);
}

enum request_next
request_end(struct request *request)
{
	json_map_end(&request->json);
	buf_puts(&request->body, "\n");
	return REQUEST_REPLY;
}

const char *
request_value(const struct request *request, const char *name)
{
	const struct param *table = request->route->params;

	for (size_t i = 0; table != NULL && table[i].name != NULL; i++) {
		if (strcmp(table[i].name, name) == 0) {
			return request->values.values[i];
		}
	}
	/* asking for a parameter that the table lacks is our own bug */
	assert(!"parameter not in the route's table");
	return NULL;
}

int64_t
request_int(const struct request *request, const char *name, int64_t fallback)
{
	const char *text = request_value(request, name);
	int64_t value;

	return text != NULL && str_to_int(text, INT64_MIN, INT64_MAX, &value) == 0 ?
	    value : fallback;
}
