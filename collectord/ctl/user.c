/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users, tokens and the audit log.  Passwords are asked for on the terminal,
 * without showing them, or read line by line from --secrets FILE (- for
 * standard input); they never stand on the command line.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/client.h"
#include "ctl/token_file.h"

#define V1 "/api/v1"
#define SECRET_SIZE 320

static const struct table_column USERS[] = {
	{ "name", "name", -1 }, { "role", "role", -1 }, { "places", "places", -1 },
	{ "disabled", "disabled", -1 }, { "changed", "changed", -1 }, { NULL, NULL, 0 },
};
static const struct table_column TOKENS[] = {
	{ "id", "id", -1 }, { "name", "name", -1 }, { "user", "user", -1 },
	{ "role", "role", -1 }, { "places", "places", -1 }, { "expires", "expires", -1 },
	{ NULL, NULL, 0 },
};
static const struct table_column LINES[] = {
	{ "time", "time", -1 }, { "who", "actor", -1 }, { "from", "address", -1 },
	{ "what", "action", -1 }, { "of", "subject", -1 }, { "detail", "detail", -1 },
	{ NULL, NULL, 0 },
};

/* ---- secrets ---------------------------------------------------------------------- */

/* Where secrets come from: a terminal, or a file with one a line. */
struct secrets { FILE *from; bool terminal; };

static int
secrets_open(const struct ctl_args *args, struct secrets *secrets)
{
	const char *file = ctl_option(args, "--secrets");

	secrets->terminal = file == NULL && isatty(STDIN_FILENO) != 0;
	secrets->from = file == NULL || strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
	return secrets->from != NULL ? CTL_OK : ctl_fail("%s cannot be read", file);
}

static void
secrets_close(struct secrets *secrets)
{
	if (secrets->from != stdin) {
		(void)fclose(secrets->from);
	}
}

/* The terminal shows nothing of it. */
static int
ask_secret(const struct secrets *secrets, const char *what, char to[SECRET_SIZE])
{
	struct termios shown, hidden;
	char *line;

	if (secrets->terminal && tcgetattr(STDIN_FILENO, &shown) == 0) {
		hidden = shown;
		hidden.c_lflag &= ~(tcflag_t)ECHO;
		(void)fprintf(stderr, "%s: ", what);
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	}
	line = fgets(to, SECRET_SIZE, secrets->from);
	if (secrets->terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
		(void)fputc('\n', stderr);
	}
	if (line == NULL || strcspn(to, "\r\n") == 0) {
		return ctl_fail("no %s", what);
	}
	to[strcspn(to, "\r\n")] = '\0';
	return CTL_OK;
}

/* Two times, when somebody types it. */
static int
ask_password(const struct secrets *secrets, char to[SECRET_SIZE])
{
	char again[SECRET_SIZE];
	int status = ask_secret(secrets, "password", to);

	if (status == CTL_OK && secrets->terminal) {
		status = ask_secret(secrets, "once more", again);
		if (status == CTL_OK && strcmp(to, again) != 0) {
			status = ctl_fail("the two are not the same");
		}
		explicit_bzero(again, sizeof(again));
	}
	return status;
}

/* ---- bodies ------------------------------------------------------------------------ */

static void
set_text(json_t *body, const char *member, const char *text)
{
	if (text != NULL) {
		(void)json_object_set_new(body, member, json_string(text));
	}
}

/* Sends it, forgets it, prints the list that is answered. */
static int
change(const struct ctl_args *args, const char *method, const char *path, json_t *body,
    const struct table_column *columns)
{
	json_t *answer = NULL;
	int status = ask_change(args, method, path, body, &answer);

	json_decref(body);
	if (status == CTL_OK && args->json) {
		ask_dump(answer);
	} else if (status == CTL_OK && columns != NULL) {
		table_print(stdout, json_object_get(answer, "items"), columns);
	}
	json_decref(answer);
	return status;
}

static int
with_password(const struct ctl_args *args, const char *path, json_t *body)
{
	struct secrets secrets;
	char password[SECRET_SIZE];
	int status = secrets_open(args, &secrets);

	if (status == CTL_OK) {
		status = ask_password(&secrets, password);
		secrets_close(&secrets);
	}
	if (status != CTL_OK) {
		json_decref(body);
		return status;
	}
	set_text(body, "password", password);
	explicit_bzero(password, sizeof(password));
	return change(args, "POST", path, body, USERS);
}

/* ---- users --------------------------------------------------------------------------- */

int
ctl_setup(const struct ctl_args *args)
{
	const char *user = ctl_option(args, "--user");
	struct secrets secrets;
	char token[SECRET_SIZE], password[SECRET_SIZE];
	json_t *body;
	int status = user != NULL ? secrets_open(args, &secrets) : CTL_USAGE;

	if (status != CTL_OK) {
		return status;
	}
	status = ask_secret(&secrets, "set-up token", token);
	status = status != CTL_OK ? status : ask_password(&secrets, password);
	secrets_close(&secrets);
	if (status != CTL_OK) {
		return status;
	}
	body = json_object();
	set_text(body, "token", token);
	set_text(body, "user", user);
	set_text(body, "password", password);
	explicit_bzero(token, sizeof(token));
	explicit_bzero(password, sizeof(password));
	status = change(args, "POST", V1 "/setup", body, NULL);
	if (status == CTL_OK && !args->json) {
		(void)printf("%s is the first admin\n", user);
	}
	return status;
}

int
ctl_user_list(const struct ctl_args *args)
{
	return ask_list(args, V1 "/users", false, USERS);
}

static int
user_path(const struct ctl_args *args, char path[ASK_PATH_SIZE])
{
	const char *name = ctl_word(args, 0);

	if (name == NULL || !str_is_id(name)) {
		(void)ctl_fail("a name has small letters, digits, - and _");
		return CTL_USAGE;
	}
	(void)str_format(path, ASK_PATH_SIZE, V1 "/users/%s", name);
	return CTL_OK;
}

int
ctl_user_add(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE];
	json_t *body;
	int status = user_path(args, path);

	if (status != CTL_OK) {
		return status;
	}
	body = json_object();
	set_text(body, "name", ctl_word(args, 0));
	set_text(body, "role", ctl_option(args, "--role"));
	set_text(body, "places", ctl_option(args, "--places"));
	return with_password(args, V1 "/users", body);
}

int
ctl_user_change(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE];
	json_t *body;
	int status = user_path(args, path);

	if (status != CTL_OK) {
		return status;
	}
	body = json_object();
	set_text(body, "role", ctl_option(args, "--role"));
	set_text(body, "places", ctl_option(args, "--places"));
	set_text(body, "disabled", ctl_option(args, "--disabled"));
	return change(args, "POST", path, body, USERS);
}

int
ctl_password(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE];
	int status = user_path(args, path);

	return status != CTL_OK ? status : with_password(args, path, json_object());
}

int
ctl_user_remove(const struct ctl_args *args)
{
	char path[ASK_PATH_SIZE];
	int status = user_path(args, path);

	return status != CTL_OK ? status : change(args, "DELETE", path, NULL, USERS);
}

/* ---- tokens ---------------------------------------------------------------------------- */

int
ctl_token_list(const struct ctl_args *args)
{
	return ask_list(args, V1 "/tokens", false, TOKENS);
}

/* Logs in; from then on the session's cookie goes along. */
static int
log_in(const struct ctl_args *args, struct client_auth *auth)
{
	struct secrets secrets;
	char password[SECRET_SIZE];
	json_t *body, *answer = NULL;
	int status = secrets_open(args, &secrets);

	if (status != CTL_OK) {
		return status;
	}
	status = ask_secret(&secrets, "password", password);
	secrets_close(&secrets);
	if (status != CTL_OK) {
		return status;
	}
	body = json_object();
	set_text(body, "user", ctl_option(args, "--user"));
	set_text(body, "password", password);
	explicit_bzero(password, sizeof(password));
	auth->keep_session = true;
	client_auth(auth);
	status = ask_change(args, "POST", V1 "/session", body, &answer);
	json_decref(body);
	if (status == CTL_OK) {
		(void)str_copy(auth->csrf, sizeof(auth->csrf), ask_text(answer, "csrf"));
	}
	json_decref(answer);
	return status;
}

/* days: 0: it never expires. */
static json_t *
token_body(const struct ctl_args *args, int64_t days)
{
	json_t *body = json_object();

	set_text(body, "name", ctl_word(args, 0));
	set_text(body, "role", ctl_option(args, "--role"));
	set_text(body, "places", ctl_option(args, "--places"));
	if (days > 0) {
		(void)json_object_set_new(body, "days", json_integer(days));
	}
	return body;
}

int
ctl_token_new(const struct ctl_args *args)
{
	struct client_auth auth = { .cacert = args->cacert };
	const char *out = ctl_option(args, "--out"), *lasts = ctl_option(args, "--days");
	struct col_error error;
	int64_t days = 0;
	json_t *body, *answer = NULL, *gone = NULL;
	int status;

	if (out == NULL || ctl_option(args, "--user") == NULL || ctl_word(args, 0) == NULL) {
		return CTL_USAGE;
	}
	if (lasts != NULL && str_to_int(lasts, 1, 3660, &days) != 0) {
		(void)ctl_fail("--days wants a number from 1 to 3660, not '%s'", lasts);
		return CTL_USAGE;
	}
	if (access(out, F_OK) == 0) {
		return ctl_fail("%s is there already: it is not overwritten", out);
	}
	status = log_in(args, &auth);
	if (status != CTL_OK) {
		return status;
	}
	body = token_body(args, days);
	status = ask_change(args, "POST", V1 "/tokens", body, &answer);
	json_decref(body);
	if (status == CTL_OK && token_file_write(out, ask_text(answer, "token"), &error) != 0) {
		status = ctl_fail("%s", error.text);
	}
	if (status == CTL_OK) {
		(void)printf("token %s is in %s: collectorctl --auth %s …\n",
		    ask_text(answer, "id"), out, out);
	}
	json_decref(answer);
	(void)ask_change(args, "DELETE", V1 "/session", NULL, &gone);
	json_decref(gone);
	return status;
}

int
ctl_token_remove(const struct ctl_args *args)
{
	const char *id = ctl_word(args, 0);
	char path[ASK_PATH_SIZE];

	if (id == NULL || !str_is_id(id)) {
		return CTL_USAGE;
	}
	(void)str_format(path, sizeof(path), V1 "/tokens/%s", id);
	return change(args, "DELETE", path, NULL, TOKENS);
}

/* ---- the audit log ------------------------------------------------------------------------ */

int
ctl_audit(const struct ctl_args *args)
{
	static const char *const FILTERS[] = { "limit", NULL };
	char path[ASK_PATH_SIZE] = V1 "/audit";

	return ask_filter(args, FILTERS, path) != CTL_OK ? CTL_FAILED :
	    ask_list(args, path, true, LINES);
}
