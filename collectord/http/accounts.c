/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See accounts.h.  Lists are short and searched from end to end. */
#include <config.h>

#include "http/accounts.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

struct session {
	uint8_t hash[TOKEN_HASH_SIZE];
	char user[USERS_NAME_SIZE];
	char csrf[TOKEN_SIZE];
	struct wall opened, seen;
};

/* A growing array of one kind. */
struct list { void *items; size_t n, room, size; };

struct accounts {
	const struct clock *clock;
	pthread_mutex_t lock;              /* of all below */
	unsigned n_refs;
	struct list users, tokens, sessions;
	char setup[TOKEN_SIZE];
};

static void *
at(const struct list *list, size_t i)
{
	return (char *)list->items + i * list->size;
}

static void *
add(struct list *list)
{
	if (list->n == list->room) {
		size_t room = list->room == 0 ? 8 : list->room * 2;
		void *items = realloc(list->items, room * list->size);

		if (items == NULL) {
			return NULL;
		}
		list->items = items;
		list->room = room;
	}
	memset(at(list, list->n), 0, list->size);
	return at(list, list->n++);
}

static void
drop(struct list *list, size_t i)
{
	token_wipe(at(list, i), list->size);
	list->n--;
	memmove(at(list, i), at(list, i + 1), (list->n - i) * list->size);
}

/* All three kinds but sessions begin with their name. */
static size_t
find(const struct list *list, const char *name)
{
	size_t i = 0;

	while (i < list->n && strcmp(at(list, i), name) != 0) {
		i++;
	}
	return i;
}

static void
done(struct list *list)
{
	if (list->items != NULL) {
		token_wipe(list->items, list->n * list->size);
	}
	free(list->items);
}

struct accounts *
accounts_new(const struct clock *clock, const struct users_all *all)
{
	struct accounts *accounts = calloc(1, sizeof(*accounts));

	if (accounts == NULL) {
		return NULL;
	}
	accounts->clock = clock;
	accounts->n_refs = 1;
	accounts->users.size = sizeof(struct user_row);
	accounts->tokens.size = sizeof(struct token_row);
	accounts->sessions.size = sizeof(struct session);
	pthread_mutex_init(&accounts->lock, NULL);
	for (size_t i = 0; all != NULL && i < all->n_users; i++) {
		(void)accounts_set_user(accounts, &all->users[i]);
	}
	for (size_t i = 0; all != NULL && i < all->n_tokens; i++) {
		(void)accounts_set_token(accounts, &all->tokens[i]);
	}
	if (accounts->users.n == 0) {
		(void)token_make(accounts->setup);
	}
	return accounts;
}

struct accounts *
accounts_ref(struct accounts *accounts)
{
	pthread_mutex_lock(&accounts->lock);
	accounts->n_refs++;
	pthread_mutex_unlock(&accounts->lock);
	return accounts;
}

void
accounts_unref(struct accounts *accounts)
{
	unsigned left;

	if (accounts == NULL) {
		return;
	}
	pthread_mutex_lock(&accounts->lock);
	left = --accounts->n_refs;
	pthread_mutex_unlock(&accounts->lock);
	if (left > 0) {
		return;
	}
	done(&accounts->users);
	done(&accounts->tokens);
	done(&accounts->sessions);
	pthread_mutex_destroy(&accounts->lock);
	token_wipe(accounts, sizeof(*accounts));
	free(accounts);
}

/* ---- who is it ------------------------------------------------------------ */

/* What a user may, or NULL when there is no such user or it is disabled. */
static const struct user_row *
active(const struct accounts *accounts, const char *name)
{
	size_t i = find(&accounts->users, name);
	const struct user_row *user = at(&accounts->users, i);

	return i < accounts->users.n && !user->disabled ? user : NULL;
}

static bool
fill(struct who *who, const char *name, const char *role, const char *places)
{
	(void)str_copy(who->name, sizeof(who->name), name);
	(void)str_copy(who->places, sizeof(who->places), places);
	return role_find(role, &who->role) == 0;
}

/* A token never may more than its user may now. */
static bool
fill_token(const struct accounts *accounts, const struct token_row *token,
    struct who *who)
{
	const struct user_row *user = active(accounts, token->owner);
	enum role limit;

	if (user == NULL || role_find(user->role, &limit) != 0 ||
	    !fill(who, token->owner, token->role, token->places)) {
		return false;
	}
	who->role = who->role < limit ? who->role : limit;
	(void)str_copy(who->within, sizeof(who->within), user->places);
	who->by = WHO_BY_TOKEN;
	return true;
}

bool
accounts_by_token(struct accounts *accounts, const char *text, struct who *ret_who)
{
	struct who who = {0};
	uint8_t hash[TOKEN_HASH_SIZE];
	bool found = false;

	token_hash_text(text, hash);
	pthread_mutex_lock(&accounts->lock);
	for (size_t i = 0; i < accounts->tokens.n && !found; i++) {
		const struct token_row *token = at(&accounts->tokens, i);

		found = token_equal(token->hash, hash, sizeof(hash)) &&
		    (token->expires.ns == 0 ||
		    clock_wall(accounts->clock).ns < token->expires.ns) &&
		    fill_token(accounts, token, &who);
	}
	pthread_mutex_unlock(&accounts->lock);
	if (found) {
		*ret_who = who;
	}
	return found;
}

static size_t
find_session(const struct accounts *accounts, const uint8_t *hash)
{
	size_t i = 0;

	while (i < accounts->sessions.n && !token_equal(
	    ((struct session *)at(&accounts->sessions, i))->hash, hash, TOKEN_HASH_SIZE)) {
		i++;
	}
	return i;
}

/* Ends what is over. */
static void
sweep(struct accounts *accounts)
{
	struct wall now = clock_wall(accounts->clock);

	for (size_t i = accounts->sessions.n; i-- > 0;) {
		const struct session *session = at(&accounts->sessions, i);

		/* a clock that went back does not make a session longer */
		if (now.ns - session->seen.ns > ACCOUNTS_IDLE_NS ||
		    now.ns - session->opened.ns > ACCOUNTS_LIFE_NS ||
		    now.ns < session->opened.ns) {
			drop(&accounts->sessions, i);
		}
	}
}

bool
accounts_by_session(struct accounts *accounts, const char *cookie, struct who *ret_who)
{
	struct who who = { .by = WHO_BY_SESSION };
	const struct user_row *user;
	struct session *session;
	bool found = false;
	size_t i;

	token_hash_text(cookie, who.session);
	pthread_mutex_lock(&accounts->lock);
	sweep(accounts);
	i = find_session(accounts, who.session);
	if (i < accounts->sessions.n) {
		session = at(&accounts->sessions, i);
		user = active(accounts, session->user);
		found = user != NULL && fill(&who, user->name, user->role, user->places);
		session->seen = clock_wall(accounts->clock);
	}
	pthread_mutex_unlock(&accounts->lock);
	if (found) {
		*ret_who = who;
	}
	return found;
}

bool
accounts_csrf(struct accounts *accounts, const struct who *who,
    char ret_csrf[TOKEN_SIZE], struct wall *ret_expires)
{
	bool found = false;
	size_t i;

	if (who->by != WHO_BY_SESSION) {
		return false;
	}
	pthread_mutex_lock(&accounts->lock);
	i = find_session(accounts, who->session);
	if (i < accounts->sessions.n) {
		const struct session *session = at(&accounts->sessions, i);
		int64_t idle = session->seen.ns + ACCOUNTS_IDLE_NS;
		int64_t life = session->opened.ns + ACCOUNTS_LIFE_NS;

		(void)str_copy(ret_csrf, TOKEN_SIZE, session->csrf);
		ret_expires->ns = idle < life ? idle : life;
		found = true;
	}
	pthread_mutex_unlock(&accounts->lock);
	return found;
}

/* ---- sessions --------------------------------------------------------------- */

/* Makes room by ending the session that was unused for longest. */
static void
make_room(struct accounts *accounts)
{
	size_t oldest = 0;

	if (accounts->sessions.n < ACCOUNTS_SESSIONS_MAX) {
		return;
	}
	for (size_t i = 1; i < accounts->sessions.n; i++) {
		const struct session *a = at(&accounts->sessions, i);
		const struct session *b = at(&accounts->sessions, oldest);

		oldest = a->seen.ns < b->seen.ns ? i : oldest;
	}
	drop(&accounts->sessions, oldest);
}

/* The caller holds the lock. */
static int
open_session(struct accounts *accounts, const struct user_row *user,
    const char *cookie, struct who *who)
{
	struct session *session;

	sweep(accounts);
	make_room(accounts);
	session = add(&accounts->sessions);
	if (session == NULL) {
		return COL_ENOMEM;
	}
	token_hash_text(cookie, session->hash);
	(void)str_copy(session->user, sizeof(session->user), user->name);
	session->opened = session->seen = clock_wall(accounts->clock);
	if (token_make(session->csrf) != 0) {
		accounts->sessions.n--;
		return COL_EIO;
	}
	memcpy(who->session, session->hash, sizeof(who->session));
	who->by = WHO_BY_SESSION;
	return fill(who, user->name, user->role, user->places) ? 0 : COL_EIO;
}

int
accounts_open(struct accounts *accounts, const char *user, char ret_cookie[TOKEN_SIZE],
    struct who *ret_who)
{
	const struct user_row *row;
	char cookie[TOKEN_SIZE];
	struct who who = {0};
	int rc = token_make(cookie);

	pthread_mutex_lock(&accounts->lock);
	row = active(accounts, user);
	if (rc == 0) {
		rc = row == NULL ? COL_ENOENT : open_session(accounts, row, cookie, &who);
	}
	pthread_mutex_unlock(&accounts->lock);
	if (rc == 0) {
		(void)str_copy(ret_cookie, TOKEN_SIZE, cookie);
		*ret_who = who;
	}
	token_wipe(cookie, sizeof(cookie));
	return rc;
}

void
accounts_close(struct accounts *accounts, const struct who *who)
{
	size_t i;

	pthread_mutex_lock(&accounts->lock);
	i = find_session(accounts, who->session);
	if (who->by == WHO_BY_SESSION && i < accounts->sessions.n) {
		drop(&accounts->sessions, i);
	}
	pthread_mutex_unlock(&accounts->lock);
}

static void
close_all_of(struct accounts *accounts, const char *user)
{
	for (size_t i = accounts->sessions.n; i-- > 0;) {
		const struct session *session = at(&accounts->sessions, i);

		if (strcmp(session->user, user) == 0) {
			drop(&accounts->sessions, i);
		}
	}
}

/* ---- what STATE has written -------------------------------------------------- */

static int
set_user(struct accounts *accounts, const struct user_row *user)
{
	size_t i = find(&accounts->users, user->name);
	struct user_row *row = at(&accounts->users, i);

	if (i == accounts->users.n) {
		row = i < ACCOUNTS_USERS_MAX ? add(&accounts->users) : NULL;
		if (row == NULL) {
			return i < ACCOUNTS_USERS_MAX ? COL_ENOMEM : COL_EFULL;
		}
	} else if (strcmp(row->hash, user->hash) != 0 || user->disabled ||
	    strcmp(row->role, user->role) != 0) {
		close_all_of(accounts, user->name);
	}
	*row = *user;
	token_wipe(accounts->setup, sizeof(accounts->setup));
	return 0;
}

int
accounts_set_user(struct accounts *accounts, const struct user_row *user)
{
	int rc;

	pthread_mutex_lock(&accounts->lock);
	rc = set_user(accounts, user);
	pthread_mutex_unlock(&accounts->lock);
	return rc;
}

void
accounts_drop_user(struct accounts *accounts, const char *name)
{
	size_t i;

	pthread_mutex_lock(&accounts->lock);
	close_all_of(accounts, name);
	for (i = accounts->tokens.n; i-- > 0;) {
		const struct token_row *token = at(&accounts->tokens, i);

		if (strcmp(token->owner, name) == 0) {
			drop(&accounts->tokens, i);
		}
	}
	i = find(&accounts->users, name);
	if (i < accounts->users.n) {
		drop(&accounts->users, i);
	}
	pthread_mutex_unlock(&accounts->lock);
}

int
accounts_set_token(struct accounts *accounts, const struct token_row *token)
{
	struct token_row *row;
	size_t i;

	pthread_mutex_lock(&accounts->lock);
	i = find(&accounts->tokens, token->id);
	row = i < accounts->tokens.n ? at(&accounts->tokens, i) : add(&accounts->tokens);
	if (row != NULL) {
		*row = *token;
	}
	pthread_mutex_unlock(&accounts->lock);
	return row != NULL ? 0 : COL_ENOMEM;
}

void
accounts_drop_token(struct accounts *accounts, const char *id)
{
	size_t i;

	pthread_mutex_lock(&accounts->lock);
	i = find(&accounts->tokens, id);
	if (i < accounts->tokens.n) {
		drop(&accounts->tokens, i);
	}
	pthread_mutex_unlock(&accounts->lock);
}

/* ---- reading ------------------------------------------------------------------ */

bool
accounts_any(struct accounts *accounts)
{
	bool any;

	pthread_mutex_lock(&accounts->lock);
	any = accounts->users.n > 0;
	pthread_mutex_unlock(&accounts->lock);
	return any;
}

size_t
accounts_admins(struct accounts *accounts, const char *but)
{
	size_t n = 0;

	pthread_mutex_lock(&accounts->lock);
	for (size_t i = 0; i < accounts->users.n; i++) {
		const struct user_row *user = at(&accounts->users, i);

		n += strcmp(user->role, role_text(ROLE_ADMIN)) == 0 && !user->disabled &&
		    user->places[0] == '\0' && strcmp(user->name, but) != 0;
	}
	pthread_mutex_unlock(&accounts->lock);
	return n;
}

/* A copy of the item of that name; false: there is none. */
static bool
copy_one(struct accounts *accounts, const struct list *list, const char *name, void *to)
{
	bool found;
	size_t i;

	pthread_mutex_lock(&accounts->lock);
	i = find(list, name);
	found = i < list->n;
	if (found) {
		memcpy(to, at(list, i), list->size);
	}
	pthread_mutex_unlock(&accounts->lock);
	return found;
}

bool
accounts_user(struct accounts *accounts, const char *name, struct user_row *ret_user)
{
	return copy_one(accounts, &accounts->users, name, ret_user);
}

bool
accounts_token(struct accounts *accounts, const char *id, struct token_row *ret_token)
{
	return copy_one(accounts, &accounts->tokens, id, ret_token);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
copy_all(struct accounts *accounts, const struct list *list, void *ret_rows, size_t *ret_n)
{
	void *rows;

	pthread_mutex_lock(&accounts->lock);
	rows = malloc((list->n + 1) * list->size);
	if (rows != NULL && list->n > 0) {
		memcpy(rows, list->items, list->n * list->size);
	}
	*ret_n = rows != NULL ? list->n : 0;
	pthread_mutex_unlock(&accounts->lock);
	if (rows == NULL) {
		return COL_ENOMEM;
	}
	qsort(rows, *ret_n, list->size, by_name);
	memcpy(ret_rows, &rows, sizeof(rows));
	return 0;
}

int
accounts_users(struct accounts *accounts, struct user_row **ret_rows, size_t *ret_n)
{
	return copy_all(accounts, &accounts->users, ret_rows, ret_n);
}

int
accounts_tokens(struct accounts *accounts, struct token_row **ret_rows, size_t *ret_n)
{
	return copy_all(accounts, &accounts->tokens, ret_rows, ret_n);
}

void
accounts_setup(struct accounts *accounts, char ret_token[TOKEN_SIZE])
{
	pthread_mutex_lock(&accounts->lock);
	(void)str_copy(ret_token, TOKEN_SIZE, accounts->setup);
	pthread_mutex_unlock(&accounts->lock);
}
