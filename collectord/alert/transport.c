/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/token.h"

/* The URL and the headers of a request are secrets as often as not. */
static void
wipe(char *text)
{
	if (text != NULL) {
		token_wipe(text, strlen(text));
		free(text);
	}
}

void
outgoing_done(struct outgoing *outgoing)
{
	wipe(outgoing->url);
	free(outgoing->masked_url);
	for (size_t i = 0; i < outgoing->n_headers; i++) {
		wipe(outgoing->headers[i]);
	}
	if (outgoing->body != NULL) {
		token_wipe(outgoing->body, outgoing->body_size);
		free(outgoing->body);
	}
	memset(outgoing, 0, sizeof(*outgoing));
}
