/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fake_users.h. */
#include <config.h>

#include "http/fake_users.h"

#include <string.h>

#include "base/str.h"

#define LINES_MAX 64

static int change_code;
static struct audit_entry lines[LINES_MAX];
static size_t n_lines;
static char actions[LINES_MAX * sizeof(lines[0].action)];

void
fake_users_code(int code)
{
	change_code = code;
}

const char *
fake_users_actions(void)
{
	actions[0] = '\0';
	for (size_t i = 0; i < n_lines; i++) {
		size_t at = strlen(actions);

		(void)str_format(actions + at, sizeof(actions) - at, "%s%s",
		    i > 0 ? " " : "", lines[i].action);
	}
	return actions;
}

const char *
fake_users_detail(void)
{
	return n_lines > 0 ? lines[n_lines - 1].detail : "";
}

void
fake_users_reset(void)
{
	change_code = 0;
	n_lines = 0;
}

static void
answer(const struct audit_entry *audit, users_done_fn *fn, void *arg)
{
	if (change_code == 0 && n_lines < LINES_MAX) {
		lines[n_lines] = *audit;
		lines[n_lines].id = (int64_t)n_lines + 1;
		n_lines++;
	}
	if (fn != NULL) {
		fn(arg, change_code);
	}
}

void
users_put(struct state *state, const struct user_row *user, bool replace,
    const struct audit_entry *audit, users_done_fn *fn, void *arg)
{
	(void)state, (void)user, (void)replace;
	answer(audit, fn, arg);
}

void
users_delete(struct state *state, const char *name, const struct audit_entry *audit,
    users_done_fn *fn, void *arg)
{
	(void)state, (void)name;
	answer(audit, fn, arg);
}

void
users_put_token(struct state *state, const struct token_row *token,
    const struct audit_entry *audit, users_done_fn *fn, void *arg)
{
	(void)state, (void)token;
	answer(audit, fn, arg);
}

void
users_delete_token(struct state *state, const char *id, const struct audit_entry *audit,
    users_done_fn *fn, void *arg)
{
	(void)state, (void)id;
	answer(audit, fn, arg);
}

void
users_audit(struct state *state, const struct audit_entry *audit, users_done_fn *fn,
    void *arg)
{
	(void)state;
	answer(audit, fn, arg);
}

void
users_get_audit(struct state *state, int64_t before, unsigned limit, users_audit_fn *fn,
    void *arg)
{
	struct audit_entry found[LINES_MAX];
	size_t n = 0;

	(void)state;
	for (size_t i = n_lines; i-- > 0 && n < limit;) {
		if (before == 0 || lines[i].id < before) {
			found[n++] = lines[i];
		}
	}
	fn(arg, 0, found, n);
}
