/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reservations without a database, and who a request is from. */
#include <config.h>

#include "http/fake.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "state/reserve.h"

#define MAX 64

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct reservation made[MAX];
static size_t n_made;
static enum role role;
static char last_by[64];

void
fake_role(enum role now)
{
	pthread_mutex_lock(&lock);
	role = now;
	pthread_mutex_unlock(&lock);
}

void
fake_who(void *arg, const struct request *request, struct who *ret_who)
{
	enum role now;

	(void)arg, (void)request;
	pthread_mutex_lock(&lock);
	now = role;
	pthread_mutex_unlock(&lock);
	if (now == ROLE_UNSET) {
		return;
	}
	ret_who->role = now;
	if (ret_who->role != ROLE_VIEWER) {
		(void)str_copy(ret_who->name, sizeof(ret_who->name), "li");
	}
}

void
fake_reservations_forget(void)
{
	pthread_mutex_lock(&lock);
	n_made = 0;
	pthread_mutex_unlock(&lock);
}

/* A rack that somebody else has is in the way of all. */
static size_t
conflict(const struct reservation *items, size_t n)
{
	for (size_t i = 0; i < n_made; i++) {
		for (size_t k = 0; k < n; k++) {
			if (strcmp(made[i].rack, items[k].rack) == 0 &&
			    strcmp(made[i].tenant, items[k].tenant) != 0 &&
			    made[i].released.ns == 0) {
				return i;
			}
		}
	}
	return MAX;
}

void
state_reserve(struct state *state, const struct reservation *items, size_t n,
    const struct reserve_by *by, state_reserve_fn *fn, void *arg)
{
	struct reservation copy[MAX];
	int code = 0;
	size_t at;

	(void)state;
	pthread_mutex_lock(&lock);
	(void)str_copy(last_by, sizeof(last_by), by->actor);
	at = conflict(items, n);
	if (at < MAX) {
		code = COL_EEXIST;
		copy[0] = made[at];
		n = 1;
	} else {
		assert(n_made + n <= MAX);
		for (size_t i = 0; i < n; i++) {
			made[n_made + i] = items[i];
			made[n_made + i].id = (int64_t)(n_made + i + 1);
			made[n_made + i].created.ns = FAKE_NOW_S * NS_PER_S;
			(void)str_copy(made[n_made + i].actor, sizeof(made[0].actor),
			    by->actor);
			copy[i] = made[n_made + i];
		}
		n_made += n;
	}
	pthread_mutex_unlock(&lock);
	fn(arg, code, copy, n);
}

void
state_release(struct state *state, int64_t id, const struct reserve_by *by,
    state_reserve_fn *fn, void *arg)
{
	struct reservation copy = {0};
	int code = COL_ENOENT;

	(void)state, (void)by;
	pthread_mutex_lock(&lock);
	if (id <= (int64_t)n_made) {
		code = made[id - 1].released.ns != 0 ? COL_EINVAL : 0;
		made[id - 1].released.ns = FAKE_NOW_S * NS_PER_S + 1;
		copy = made[id - 1];
	}
	pthread_mutex_unlock(&lock);
	fn(arg, code, &copy, code == 0 ? 1 : 0);
}

const struct reservations *
state_reservations(struct state *state)
{
	struct reservation *copy = calloc(MAX, sizeof(*copy));
	size_t n;

	(void)state;
	assert(copy != NULL);
	pthread_mutex_lock(&lock);
	n = n_made;
	memcpy(copy, made, n * sizeof(*copy));
	pthread_mutex_unlock(&lock);
	return reservations_new(1, copy, n);
}
