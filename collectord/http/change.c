/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See change.h. */
#include <config.h>

#include "http/change.h"

#include <stdlib.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/accounts.h"
#include "http/hasher.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"

/* One change under way; held by whoever works on it. */
struct change {
	struct accounts *accounts;         /* one reference */
	struct state *state;
	struct ticket *ticket;
	struct user_row user;
	struct token_row token;
	char name[USERS_NAME_SIZE];        /* what goes */
	bool replace;
	struct audit_entry audit;
};

static void
end(struct change *change, int code)
{
	pending_fill(change->ticket, code, NULL, NULL);
	accounts_unref(change->accounts);
	token_wipe(change, sizeof(*change));
	free(change);
}

/* NULL: the request is answered. */
static struct change *
begin(struct request *request, const struct audit_entry *audit, enum request_next *ret_next)
{
	struct change *change = calloc(1, sizeof(*change));

	*ret_next = REQUEST_BROKEN;
	if (change == NULL) {
		return NULL;
	}
	if (pending_suspend(request, &change->ticket) != 0) {
		free(change);
		*ret_next = problem_late(request);
		return NULL;
	}
	change->accounts = accounts_ref(request->http->accounts);
	change->state = request->http->setup.state;
	change->audit = *audit;
	*ret_next = REQUEST_WAIT;
	return change;
}

/* ---- users ------------------------------------------------------------------ */

static void
on_user(void *arg, int code)
{
	struct change *change = arg;

	end(change, code != 0 ? code : accounts_set_user(change->accounts, &change->user));
}

static void
on_hash(void *arg, int code, const char *hash)
{
	struct change *change = arg;

	if (code != 0) {
		end(change, code);
		return;
	}
	(void)str_copy(change->user.hash, sizeof(change->user.hash), hash);
	users_put(change->state, &change->user, change->replace, &change->audit,
	    on_user, change);
}

enum request_next
change_user(struct request *request, const struct user_row *row, bool replace,
    const char *password, const struct audit_entry *audit)
{
	enum request_next next;
	struct change *change = begin(request, audit, &next);

	if (change == NULL) {
		return next;
	}
	change->user = *row;
	change->replace = replace;
	if (password == NULL) {
		users_put(change->state, row, replace, audit, on_user, change);
	} else if (hasher_ask(request->http->hasher, password, NULL, on_hash, change) != 0) {
		end(change, COL_EFULL);
	}
	return next;
}

static void
on_user_gone(void *arg, int code)
{
	struct change *change = arg;

	if (code == 0) {
		accounts_drop_user(change->accounts, change->name);
	}
	end(change, code);
}

enum request_next
change_drop_user(struct request *request, const char *name, const struct audit_entry *audit)
{
	enum request_next next;
	struct change *change = begin(request, audit, &next);

	if (change != NULL) {
		(void)str_copy(change->name, sizeof(change->name), name);
		users_delete(change->state, name, audit, on_user_gone, change);
	}
	return next;
}

/* ---- tokens ----------------------------------------------------------------- */

static void
on_token(void *arg, int code)
{
	struct change *change = arg;

	end(change, code != 0 ? code : accounts_set_token(change->accounts, &change->token));
}

enum request_next
change_token(struct request *request, const struct token_row *row,
    const struct audit_entry *audit)
{
	enum request_next next;
	struct change *change = begin(request, audit, &next);

	if (change != NULL) {
		change->token = *row;
		users_put_token(change->state, row, audit, on_token, change);
	}
	return next;
}

static void
on_token_gone(void *arg, int code)
{
	struct change *change = arg;

	if (code == 0) {
		accounts_drop_token(change->accounts, change->name);
	}
	end(change, code);
}

enum request_next
change_drop_token(struct request *request, const char *id, const struct audit_entry *audit)
{
	enum request_next next;
	struct change *change = begin(request, audit, &next);

	if (change != NULL) {
		(void)str_copy(change->name, sizeof(change->name), id);
		users_delete_token(change->state, id, audit, on_token_gone, change);
	}
	return next;
}

/* ---- the answer --------------------------------------------------------------- */

int
change_result(struct request *request)
{
	void *result;
	int code;

	return pending_result(request->ticket, &code, &result) ? code : COL_ETIMEOUT;
}

enum request_next
change_problem(struct request *request, const char *kind, const char *id, int code)
{
	char word[40];

	switch (code) {
	case COL_ENOENT:
		return problem_no_such(request, kind, id);
	case COL_EEXIST:
		(void)str_format(word, sizeof(word), "%s_exists", kind);
		return problem_reply(request, 409, word, (struct problem_param){"id", id},
		    "there is a %s '%s' already", kind, id);
	case COL_ETIMEOUT:
		return problem_late(request);
	default:
		return problem_failed(request, code);
	}
}
