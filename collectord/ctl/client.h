/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request to the daemon's API, its answer parsed or saved.
 *
 * Route: ctl commands -> http.  Thread: MAIN; blocks up to 15 s.
 */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include <collectord/err.h>

/*
 * Gets url + path ("/api/v1/racks?limit=5").  Owns: *ret_body is the caller's
 * (json_decref).  Errors: COL_EIO no connection (text says what to check),
 * COL_ENOENT and others from a problem document's status, COL_EPROTO no JSON.
 */
int client_get(const char *url, const char *path, json_t **ret_body,
    struct col_error *error);

/*
 * Writes the body of url + path to a file as it comes, of any length.  Errors:
 * those of client_get; COL_EIO also when the body breaks off.
 */
int client_save(const char *url, const char *path, FILE *to, struct col_error *error);

/*
 * Who asks, for all calls from now on; borrowed.  token NULL: nobody.  A login
 * by client_change fills cookie and csrf, which then go along.
 */
struct client_auth {
	const char *token, *cacert;
	bool keep_session;                 /* take the cookie that comes */
	char cookie[256], csrf[64];
};
void client_auth(struct client_auth *auth);

/* A change; body NULL: none. */
struct client_change { const char *method; const json_t *body; };
/* Sends it to url + path.  The rest as for client_get. */
int client_change(const char *url, const char *path, const struct client_change *change,
    json_t **ret_body, struct col_error *error);

/* Appends ?key=value or &key=value, the value escaped.  Errors: COL_EFULL. */
int client_query(char *path, size_t path_size, const char *key, const char *value);

#endif
