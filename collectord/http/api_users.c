/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /users and /me/password: who may log in, and as what. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/accounts.h"
#include "http/body.h"
#include "http/change.h"
#include "http/hasher.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"

#define ROLES "viewer|operator|admin"
#define PLACES_WORDS "where the role holds, `site:zz1 hall:zz2-h1`; everywhere by default"

const struct member api_user_new_body[] = {
	{"name", MEMBER_ID, true, 0, 0, NULL, NULL, "name to log in with"},
	{"password", MEMBER_TEXT, true, 1, PASSWORD_MAX, NULL, NULL,
	    "at least ten letters"},
	{"role", MEMBER_CHOICE, true, 0, 0, ROLES, NULL, "what the user may do"},
	{"places", MEMBER_TEXT, false, 0, USERS_PLACES_SIZE - 1, NULL, NULL, PLACES_WORDS},
	{0},
};

const struct member api_user_body[] = {
	{"password", MEMBER_TEXT, false, 1, PASSWORD_MAX, NULL, NULL,
	    "a new one; all sessions of the user end"},
	{"role", MEMBER_CHOICE, false, 0, 0, ROLES, NULL, "what the user may do"},
	{"places", MEMBER_TEXT, false, 0, USERS_PLACES_SIZE - 1, NULL, NULL, PLACES_WORDS},
	{"disabled", MEMBER_CHOICE, false, 0, 0, "yes|no", NULL,
	    "yes: may not log in, and its tokens are refused"},
	{0},
};

const struct member api_password_body[] = {
	{"old", MEMBER_TEXT, true, 1, PASSWORD_MAX, NULL, NULL, "the present one"},
	{"new", MEMBER_TEXT, true, 1, PASSWORD_MAX, NULL, NULL, "at least ten letters"},
	{0},
};

/* ---- reading ---------------------------------------------------------------------- */

static void
write_user(struct json *json, const struct user_row *user)
{
	json_map(json, NULL);
	json_text(json, "name", user->name);
	json_text(json, "role", user->role);
	body_text(json, "places", user->places);
	json_bool(json, "disabled", user->disabled);
	body_time(json, "created", user->created);
	body_time(json, "changed", user->changed);
	json_map_end(json);
}

enum request_next
api_users(struct request *request)
{
	struct user_row *rows;
	size_t n;

	if (accounts_users(request->http->accounts, &rows, &n) != 0) {
		return REQUEST_BROKEN;
	}
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < n; i++) {
		write_user(&request->json, &rows[i]);
	}
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	token_wipe(rows, n * sizeof(*rows));
	free(rows);
	return request_end(request);
}

static enum request_next
reply_user(struct request *request, const char *name)
{
	struct user_row row;

	if (!accounts_user(request->http->accounts, name, &row)) {
		return problem_no_such(request, "user", name);
	}
	request_begin(request);
	json_list(&request->json, "items");
	write_user(&request->json, &row);
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	token_wipe(&row, sizeof(row));
	return request_end(request);
}

/* ---- changing --------------------------------------------------------------------- */

/* NULL password: none is set.  True: the problem is the answer. */
static bool
is_refused(struct request *request, const char *name, const char *password,
    const char *places, enum request_next *ret_next)
{
	struct col_error error;

	if (password != NULL && password_check(password, name, &error) != 0) {
		*ret_next = problem_reply(request, 400, "weak_password",
		    (struct problem_param){"member", "password"}, "%s", error.text);
		return true;
	}
	if (places != NULL && who_places_check(places) != 0) {
		*ret_next = problem_reply(request, 400, "bad_places",
		    (struct problem_param){"member", "places"},
		    "places are written 'site:zz1 hall:zz2-h1'");
		return true;
	}
	return false;
}

enum request_next
api_user_new(struct request *request)
{
	const char *name = input_text(request->input, "name");
	const char *places = input_text(request->input, "places");
	const char *password = input_text(request->input, "password");
	struct user_row row = {0};
	struct audit_entry audit;
	enum request_next next;

	if (request->ticket != NULL) {
		int code = change_result(request);

		return code == 0 ? reply_user(request, name) :
		    change_problem(request, "user", name, code);
	}
	if (is_refused(request, name, password, places, &next)) {
		return next;
	}
	(void)str_copy(row.name, sizeof(row.name), name);
	(void)str_copy(row.role, sizeof(row.role), input_text(request->input, "role"));
	(void)str_copy(row.places, sizeof(row.places), places != NULL ? places : "");
	row.created = row.changed = clock_wall(request->http->setup.clock);
	audit = session_audit(request, "user_add", name, "%s at %s", row.role,
	    row.places[0] != '\0' ? row.places : "all");
	return change_user(request, &row, false, password, &audit);
}

/* Nobody could undo it. */
static bool
is_last_admin(struct http *http, const struct user_row *before,
    const struct user_row *after)
{
	bool was = strcmp(before->role, role_text(ROLE_ADMIN)) == 0 && !before->disabled &&
	    before->places[0] == '\0';
	bool is = after != NULL && strcmp(after->role, role_text(ROLE_ADMIN)) == 0 &&
	    !after->disabled && after->places[0] == '\0';

	return was && !is && accounts_admins(http->accounts, before->name) == 0;
}

static enum request_next
refuse_last_admin(struct request *request)
{
	return problem_reply(request, 409, "last_admin", (struct problem_param){0},
	    "this is the last admin: nobody could undo it");
}

enum request_next
api_user_change(struct request *request)
{
	const char *role = input_text(request->input, "role");
	const char *places = input_text(request->input, "places");
	const char *disabled = input_text(request->input, "disabled");
	const char *password = input_text(request->input, "password");
	struct user_row before, row;
	struct audit_entry audit;
	enum request_next next;

	if (request->ticket != NULL) {
		int code = change_result(request);

		return code == 0 ? reply_user(request, request->id) :
		    change_problem(request, "user", request->id, code);
	}
	if (!accounts_user(request->http->accounts, request->id, &before)) {
		return problem_no_such(request, "user", request->id);
	}
	if (is_refused(request, request->id, password, places, &next)) {
		return next;
	}
	row = before;
	(void)str_copy(row.role, sizeof(row.role), role != NULL ? role : before.role);
	(void)str_copy(row.places, sizeof(row.places), places != NULL ? places : before.places);
	row.disabled = disabled != NULL ? strcmp(disabled, "yes") == 0 : before.disabled;
	row.changed = clock_wall(request->http->setup.clock);
	if (is_last_admin(request->http, &before, &row)) {
		return refuse_last_admin(request);
	}
	audit = session_audit(request, "user_change", row.name, "%s at %s%s%s", row.role,
	    row.places[0] != '\0' ? row.places : "all", row.disabled ? ", disabled" : "",
	    password != NULL ? ", new password" : "");
	return change_user(request, &row, true, password, &audit);
}

enum request_next
api_user_delete(struct request *request)
{
	struct user_row before;
	struct audit_entry audit;

	if (request->ticket != NULL) {
		int code = change_result(request);

		return code == 0 ? api_users(request) :
		    change_problem(request, "user", request->id, code);
	}
	if (!accounts_user(request->http->accounts, request->id, &before)) {
		return problem_no_such(request, "user", request->id);
	}
	if (is_last_admin(request->http, &before, NULL)) {
		return refuse_last_admin(request);
	}
	audit = session_audit(request, "user_delete", request->id, "%s", before.role);
	return change_drop_user(request, request->id, &audit);
}

/* ---- one's own password -------------------------------------------------------------- */

static void
on_compared(void *arg, int code, const char *hash)
{
	(void)hash;
	pending_fill(arg, code, NULL, NULL);
}

static enum request_next
compare_old(struct request *request, const struct user_row *row)
{
	struct ticket *ticket;

	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	if (hasher_ask(request->http->hasher, input_text(request->input, "old"), row->hash,
	    on_compared, ticket) != 0) {
		pending_fill(ticket, COL_EFULL, NULL, NULL);
	}
	return REQUEST_WAIT;
}

/* The old one matches: the new one is asked for with a second ticket. */
static enum request_next
put_new(struct request *request, struct user_row *row)
{
	struct audit_entry audit = session_audit(request, "password", row->name, "%s", "");

	row->changed = clock_wall(request->http->setup.clock);
	pending_drop(request);
	request->step++;
	return change_user(request, row, true, input_text(request->input, "new"), &audit);
}

enum request_next
api_password(struct request *request)
{
	const char *name = request->who.name;
	struct user_row row;
	enum request_next next;
	int code;

	if (!accounts_user(request->http->accounts, name, &row)) {
		return problem_no_such(request, "user", name);
	}
	if (request->ticket == NULL) {
		return is_refused(request, name, input_text(request->input, "new"), NULL,
		    &next) ? next : compare_old(request, &row);
	}
	code = change_result(request);
	if (code == COL_EAUTH) {
		unsigned wait = attempts_failed(&request->http->attempts, name, "",
		    clock_mono(request->http->setup.clock));

		request->retry_after_s = wait;
		return problem_reply(request, wait > 0 ? 429 : 403, "bad_password",
		    (struct problem_param){"member", "old"}, "this is not the password");
	}
	if (code != 0) {
		return change_problem(request, "user", name, code);
	}
	return request->step == 0 ? put_new(request, &row) : api_me(request);
}
