/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /tokens: what programs log in with; and /audit: who did what. */
#include <config.h>

#include "http/api.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "http/accounts.h"
#include "http/body.h"
#include "http/change.h"
#include "http/cursor.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"

#define DAYS_MAX 3660
#define DAY_NS (86400 * NS_PER_S)
#define AUDIT_LIMIT 100

const struct member api_token_new_body[] = {
	{"name", MEMBER_TEXT, true, 1, USERS_NAME_SIZE - 1, NULL, NULL, "what it is for"},
	{"role", MEMBER_CHOICE, false, 0, 0, "viewer|operator|admin", NULL,
	    "at most your own; viewer by default"},
	{"places", MEMBER_TEXT, false, 0, USERS_PLACES_SIZE - 1, NULL, NULL,
	    "where the role holds, `site:zz1`, within your own places"},
	{"days", MEMBER_INT, false, 1, DAYS_MAX, NULL, NULL,
	    "after which it expires; never by default"},
	{0},
};

const struct param api_audit_params[] = {
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_INT, false, 1, 1e15, NULL, "`next` of the answer before"},
	{0},
};

/* ---- tokens ------------------------------------------------------------------------- */

/* A token without places of its own has its user's. */
static void
write_token(struct request *request, const struct token_row *token)
{
	struct json *json = &request->json;
	struct user_row user = {0};

	(void)accounts_user(request->http->accounts, token->owner, &user);
	json_text(json, "id", token->id);
	json_text(json, "name", token->name);
	json_text(json, "user", token->owner);
	json_text(json, "role", token->role);
	body_text(json, "places", token->places[0] != '\0' ? token->places : user.places);
	token_wipe(&user, sizeof(user));
	body_time(json, "created", token->created);
	body_time(json, "expires", token->expires);
}

static bool
is_mine(const struct request *request, const struct token_row *token)
{
	return strcmp(token->owner, request->who.name) == 0 ||
	    (request->who.role == ROLE_ADMIN && who_everywhere(&request->who));
}

enum request_next
api_tokens(struct request *request)
{
	struct token_row *rows;
	size_t n;

	if (accounts_tokens(request->http->accounts, &rows, &n) != 0) {
		return REQUEST_BROKEN;
	}
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < n; i++) {
		if (is_mine(request, &rows[i])) {
			json_map(&request->json, NULL);
			write_token(request, &rows[i]);
			json_map_end(&request->json);
		}
	}
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	free(rows);
	return request_end(request);
}

/* An id that says nothing of the token: the start of another one. */
static int
make_id(char id[USERS_NAME_SIZE])
{
	char text[TOKEN_SIZE];
	size_t n = 0;

	if (token_make(text) != 0) {
		return -1;
	}
	id[n++] = 't';
	for (const char *c = text; *c != '\0' && n < 13; c++) {
		if (isalnum((unsigned char)*c)) {
			id[n++] = (char)tolower((unsigned char)*c);
		}
	}
	id[n] = '\0';
	return 0;
}

static enum request_next
refuse_token(struct request *request, const char *member, const char *text)
{
	return problem_reply(request, 403, "beyond_own_rights",
	    (struct problem_param){"member", member}, "%s", text);
}

/* The token's text is shown in this one answer and kept nowhere. */
static enum request_next
reply_token(struct request *request)
{
	struct token_row row;

	if (!accounts_token(request->http->accounts, request->made_id, &row)) {
		return problem_no_such(request, "token", request->made_id);
	}
	request_begin(request);
	write_token(request, &row);
	json_text(&request->json, "token", request->made_secret);
	token_wipe(request->made_secret, sizeof(request->made_secret));
	return request_end(request);
}

enum request_next
api_token_new(struct request *request)
{
	const char *role_word = input_text(request->input, "role");
	const char *places = input_text(request->input, "places");
	int64_t days = input_int(request->input, "days", 0);
	struct token_row row = {0};
	struct audit_entry audit;
	enum role role = ROLE_VIEWER;

	if (request->ticket != NULL) {
		int code = change_result(request);

		return code == 0 ? reply_token(request) :
		    change_problem(request, "token", request->made_id, code);
	}
	if (request->who.by != WHO_BY_SESSION) {
		return refuse_token(request, "name", "a token is made by a user who has "
		    "logged in, not by another token");
	}
	if (role_word != NULL && (role_find(role_word, &role) != 0 ||
	    role > request->who.role)) {
		return refuse_token(request, "role", "a token has at most your own role");
	}
	/* its user's places hold beside its own, now and later */
	if (places != NULL && who_places_check(places) != 0) {
		return problem_reply(request, 400, "bad_places",
		    (struct problem_param){"member", "places"},
		    "places are written 'site:zz1 hall:zz2-h1'");
	}
	if (make_id(row.id) != 0 || token_make(request->made_secret) != 0) {
		return REQUEST_BROKEN;
	}
	token_hash_text(request->made_secret, row.hash);
	(void)str_copy(request->made_id, sizeof(request->made_id), row.id);
	(void)str_copy(row.name, sizeof(row.name), input_text(request->input, "name"));
	(void)str_copy(row.owner, sizeof(row.owner), request->who.name);
	(void)str_copy(row.role, sizeof(row.role), role_text(role));
	(void)str_copy(row.places, sizeof(row.places), places != NULL ? places : "");
	row.created = clock_wall(request->http->setup.clock);
	row.expires.ns = days > 0 ? row.created.ns + days * DAY_NS : 0;
	audit = session_audit(request, "token_add", row.id, "%s: %s", row.name, row.role);
	return change_token(request, &row, &audit);
}

enum request_next
api_token_delete(struct request *request)
{
	struct token_row row;
	struct audit_entry audit;

	if (request->ticket != NULL) {
		int code = change_result(request);

		return code == 0 ? api_tokens(request) :
		    change_problem(request, "token", request->id, code);
	}
	if (!accounts_token(request->http->accounts, request->id, &row) ||
	    !is_mine(request, &row)) {
		return problem_no_such(request, "token", request->id);
	}
	audit = session_audit(request, "token_delete", row.id, "%s of %s", row.name, row.owner);
	return change_drop_token(request, row.id, &audit);
}

/* ---- the audit log ------------------------------------------------------------------ */

struct lines { size_t n; struct audit_entry items[]; };

static void
on_lines(void *arg, int code, const struct audit_entry *items, size_t n)
{
	pending_fill_items(arg, code, items, code == 0 ? n : 0, sizeof(*items));
}

static enum request_next
write_lines(struct request *request, const struct lines *lines)
{
	struct json *json = &request->json;
	size_t limit = (size_t)request_int(request, "limit", AUDIT_LIMIT);

	request_begin(request);
	json_list(json, "items");
	for (size_t i = 0; i < lines->n; i++) {
		const struct audit_entry *line = &lines->items[i];

		json_map(json, NULL);
		json_int(json, "id", line->id);
		body_time(json, "time", line->at);
		json_text(json, "actor", line->actor);
		body_text(json, "address", line->address);
		json_text(json, "action", line->action);
		body_text(json, "subject", line->subject);
		body_text(json, "detail", line->detail);
		json_map_end(json);
	}
	json_list_end(json);
	if (lines->n == limit) {
		char next[24];

		(void)str_format(next, sizeof(next), "%lld",
		    (long long)lines->items[lines->n - 1].id);
		json_text(json, "next", next);
	} else {
		json_unknown(json, "next");
	}
	return request_end(request);
}

enum request_next
api_audit(struct request *request)
{
	struct ticket *ticket;
	void *lines;
	int code;

	if (request->ticket != NULL) {
		if (!pending_result(request->ticket, &code, &lines)) {
			return problem_late(request);
		}
		return code == 0 ? write_lines(request, lines) : problem_failed(request, code);
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	users_get_audit(request->http->setup.state, request_int(request, "cursor", 0),
	    (unsigned)request_int(request, "limit", AUDIT_LIMIT), on_lines, ticket);
	return REQUEST_WAIT;
}
