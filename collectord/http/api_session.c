/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /session, /me, /setup: who you are, logging in and out, the first admin. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/log.h"
#include "base/str.h"
#include "http/accounts.h"
#include "http/body.h"
#include "http/change.h"
#include "http/hasher.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"

const struct member api_login_body[] = {
	{"user", MEMBER_ID, true, 0, 0, NULL, NULL, "name"},
	{"password", MEMBER_TEXT, true, 1, PASSWORD_MAX, NULL, NULL, "password"},
	{0},
};

const struct member api_setup_body[] = {
	{"token", MEMBER_TEXT, true, 1, TOKEN_SIZE - 1, NULL, NULL,
	    "what the first start has printed"},
	{"user", MEMBER_ID, true, 0, 0, NULL, NULL, "name of the first admin"},
	{"password", MEMBER_TEXT, true, 1, PASSWORD_MAX, NULL, NULL,
	    "at least ten letters"},
	{0},
};

/* ---- who you are ---------------------------------------------------------------- */

enum request_next
api_me(struct request *request)
{
	struct accounts *accounts = request->http->accounts;
	const struct who *who = &request->who;
	struct json *json = &request->json;
	char csrf[TOKEN_SIZE], setup[TOKEN_SIZE];
	struct wall expires = {0};
	bool session = accounts_csrf(accounts, who, csrf, &expires);

	accounts_setup(accounts, setup);
	request_begin(request);
	body_text(json, "user", strcmp(who->name, WHO_ANONYMOUS) == 0 ? NULL : who->name);
	body_text(json, "role", who->role >= ROLE_VIEWER ? role_text(who->role) : NULL);
	body_text(json, "places", who->places[0] != '\0' ? who->places : who->within);
	body_text(json, "csrf", session ? csrf : NULL);
	body_time(json, "expires", expires);
	json_bool(json, "users", accounts_any(accounts));
	json_bool(json, "setup", setup[0] != '\0');
	token_wipe(setup, sizeof(setup));
	return request_end(request);
}

/* The session of a user who has just shown who it is. */
static enum request_next
enter(struct request *request, const char *user, const char *action)
{
	struct audit_entry audit;
	char cookie[TOKEN_SIZE];
	int code = accounts_open(request->http->accounts, user, cookie, &request->who);

	if (code != 0) {
		return problem_failed(request, code);
	}
	session_set(request, cookie);
	token_wipe(cookie, sizeof(cookie));
	audit = session_audit(request, action, user, "%s", "");
	users_audit(request->http->setup.state, &audit, NULL, NULL);
	return api_me(request);
}

/* ---- logging in ------------------------------------------------------------------- */

static void
on_compared(void *arg, int code, const char *hash)
{
	(void)hash;
	pending_fill(arg, code, NULL, NULL);
}

static enum request_next
refuse_login(struct request *request, const char *user, const char *address)
{
	struct http *http = request->http;
	unsigned wait = attempts_failed(&http->attempts, user, address,
	    clock_mono(http->setup.clock));

	LOG_WARN("http", "address", address, "login of '%s' failed", user);
	if (wait > 0) {
		struct audit_entry audit = session_audit(request, "login_blocked", user,
		    "%u s", wait);

		users_audit(http->setup.state, &audit, NULL, NULL);
	}
	return problem_reply(request, 401, "bad_login", (struct problem_param){0},
	    "no such user, or another password");
}

static enum request_next
too_many(struct request *request, unsigned wait_s)
{
	request->retry_after_s = wait_s;
	return problem_reply(request, 429, "too_many_logins", (struct problem_param){0},
	    "too many failed logins: wait %u s", wait_s);
}

static enum request_next
ask_login(struct request *request, const char *user, const char *password)
{
	struct http *http = request->http;
	struct user_row row = {0};
	struct ticket *ticket;

	if (!accounts_user(http->accounts, user, &row) || row.disabled) {
		row.hash[0] = '\0';
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	if (hasher_ask(http->hasher, password, row.hash, on_compared, ticket) != 0) {
		pending_fill(ticket, COL_EFULL, NULL, NULL);
	}
	token_wipe(&row, sizeof(row));
	return REQUEST_WAIT;
}

enum request_next
api_login(struct request *request)
{
	struct http *http = request->http;
	const char *user = input_text(request->input, "user");
	char address[64];
	unsigned wait;
	void *result;
	int code;

	session_address(request, address, sizeof(address));
	if (request->ticket == NULL) {
		wait = attempts_wait_s(&http->attempts, user, address,
		    clock_mono(http->setup.clock));
		return wait > 0 ? too_many(request, wait) :
		    ask_login(request, user, input_text(request->input, "password"));
	}
	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	if (code == COL_EAUTH) {
		return refuse_login(request, user, address);
	}
	if (code != 0) {
		return problem_failed(request, code);
	}
	attempts_passed(&http->attempts, user, address);
	return enter(request, user, "login");
}

enum request_next
api_logout(struct request *request)
{
	if (request->who.by == WHO_BY_SESSION) {
		struct audit_entry audit = session_audit(request, "logout",
		    request->who.name, "%s", "");

		users_audit(request->http->setup.state, &audit, NULL, NULL);
		accounts_close(request->http->accounts, &request->who);
	}
	session_set(request, NULL);
	who_ask(request);
	/* the cookie that came is no session any more */
	return api_me(request);
}

/* ---- the first admin ----------------------------------------------------------------- */

static bool
is_setup(struct http *http, const char *text)
{
	char setup[TOKEN_SIZE];
	bool same;

	accounts_setup(http->accounts, setup);
	same = setup[0] != '\0' && strlen(text) == strlen(setup) &&
	    token_equal(text, setup, strlen(setup));
	token_wipe(setup, sizeof(setup));
	return same;
}

enum request_next
api_setup(struct request *request)
{
	const char *user = input_text(request->input, "user");
	const char *password = input_text(request->input, "password");
	struct user_row row = {0};
	struct audit_entry audit;
	struct col_error error;
	char address[64];
	unsigned wait;

	session_address(request, address, sizeof(address));
	if (request->ticket != NULL) {
		int code = change_result(request);

		return code == 0 ? enter(request, user, "login") :
		    change_problem(request, "user", user, code);
	}
	wait = attempts_wait_s(&request->http->attempts, "setup", address,
	    clock_mono(request->http->setup.clock));
	if (wait > 0) {
		return too_many(request, wait);
	}
	if (!is_setup(request->http, input_text(request->input, "token"))) {
		return refuse_login(request, "setup", address);
	}
	if (password_check(password, user, &error) != 0) {
		return problem_reply(request, 400, "weak_password",
		    (struct problem_param){"member", "password"}, "%s", error.text);
	}
	(void)str_copy(row.name, sizeof(row.name), user);
	(void)str_copy(row.role, sizeof(row.role), role_text(ROLE_ADMIN));
	row.created = row.changed = clock_wall(request->http->setup.clock);
	audit = session_audit(request, "setup", user, "the first admin");
	return change_user(request, &row, false, password, &audit);
}
