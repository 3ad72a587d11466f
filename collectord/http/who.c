/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See who.h. */
#include <config.h>

#include "http/who.h"

#include "base/str.h"
#include "http/request.h"
#include "http/server.h"

const char *
role_text(enum role role)
{
	static const char *const texts[ROLE_N] = {"viewer", "operator", "admin"};

	return texts[role];
}

void
who_ask(struct request *request)
{
	const struct http_setup *setup = &request->http->setup;

	request->who.role = ROLE_VIEWER;
	(void)str_copy(request->who.name, sizeof(request->who.name), WHO_ANONYMOUS);
	if (setup->who != NULL) {
		setup->who(setup->who_arg, request, &request->who);
	}
}
