/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See identity.h. */
#include <config.h>

#include "http/identity.h"

#include "base/log.h"
#include "http/accounts.h"
#include "http/guard.h"
#include "http/hasher.h"
#include "http/server.h"
#include "http/tls.h"

int
identity_tls(struct http *http, const struct clock *clock, const struct config *config,
    struct col_error *error)
{
	return tls_new(&config->settings, clock, &http->tls, error);
}

int
identity_start(struct http *http, const struct config *config)
{
	http->accounts = accounts_new(http->setup.clock, http->setup.users);
	http->hasher = hasher_new();
	http->open_to_loopback = http->tls == NULL &&
	    config->settings.anonymous == HTTP_ANONYMOUS_VIEWER &&
	    guard_is_loopback(config->settings.listen_host);
	return http->accounts == NULL || http->hasher == NULL ? COL_ENOMEM :
	    attempts_init(&http->attempts);
}

/* There is no default password: this is the way in, until somebody has used it. */
void
identity_tell(struct http *http)
{
	char setup[TOKEN_SIZE];

	accounts_setup(http->accounts, setup);
	if (setup[0] != '\0') {
		LOG_INFO("http", NULL, NULL, "there are no users yet: open %s://%s:%u/setup "
		    "with the token %s, which is of this start alone",
		    http->tls != NULL ? "https" : "http", http->listen_host,
		    (unsigned)http->port, setup);
	}
	token_wipe(setup, sizeof(setup));
}

void
identity_stop(struct http *http)
{
	hasher_free(http->hasher);
	accounts_unref(http->accounts);
	tls_free(http->tls);
}
