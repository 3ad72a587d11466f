/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/states.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#define TABLES_MAX 65535

struct table {
	uint64_t hash;
	uint32_t number;
	size_t n;
	struct col_state *states;   /* by code */
	UT_hash_handle hh;
	struct table *same_hash;
};

static struct {
	pthread_mutex_t lock;
	struct arena *arena;
	struct table *by_hash;
	_Atomic uint32_t n;
	struct table *by_number[TABLES_MAX];
} all = { .lock = PTHREAD_MUTEX_INITIALIZER };

static int
by_code(const void *a, const void *b)
{
	const struct col_state *x = a, *y = b;

	return x->code < y->code ? -1 : x->code > y->code;
}

static int
check(const struct col_state *states, size_t n, struct col_error *error)
{
	for (size_t i = 0; i < n; i++) {
		const char *word = states[i].word;
		size_t len = word == NULL ? 0 : strlen(word);

		if (len == 0 || len >= STATES_WORD_SIZE || !str_is_utf8(word, len) ||
		    (unsigned)states[i].severity >= COL_SEVERITY_N) {
			return err_set(error, COL_EINVAL, "state %lld has no word of "
			    "1 to %d bytes", (long long)states[i].code,
			    STATES_WORD_SIZE - 1);
		}
		for (size_t k = 0; k < len; k++) {
			if ((unsigned char)word[k] < 0x20 || word[k] == 0x7f) {
				return err_set(error, COL_EINVAL, "the word of state "
				    "%lld has a control character",
				    (long long)states[i].code);
			}
		}
		if (i > 0 && states[i].code == states[i - 1].code) {
			return err_set(error, COL_EINVAL, "state %lld comes twice",
			    (long long)states[i].code);
		}
	}
	return 0;
}

static uint64_t
hash_of(const struct col_state *states, size_t n)
{
	uint64_t hash = n;

	for (size_t i = 0; i < n; i++) {
		uint64_t part[4] = { hash, (uint64_t)states[i].code,
		    hash64_text(states[i].word), states[i].severity };

		hash = hash64(part, sizeof(part));
	}
	return hash;
}

static bool
is_same(const struct table *table, const struct col_state *states, size_t n)
{
	for (size_t i = 0; i < n && table->n == n; i++) {
		if (table->states[i].code != states[i].code ||
		    table->states[i].severity != states[i].severity ||
		    strcmp(table->states[i].word, states[i].word) != 0) {
			return false;
		}
	}
	return table->n == n;
}

/* Called with the lock held. */
static uint32_t
insert(const struct col_state *states, size_t n, uint64_t hash, struct table *chain)
{
	struct table *table;

	if (all.arena == NULL) {
		all.arena = arena_new();
	}
	table = arena_alloc(all.arena, sizeof(*table));
	table->states = arena_alloc(all.arena, n * sizeof(*states));
	table->hash = hash;
	table->n = n;
	for (size_t i = 0; i < n; i++) {
		table->states[i] = states[i];
		table->states[i].word = arena_copy(all.arena, states[i].word);
	}
	if (chain != NULL) {
		table->same_hash = chain->same_hash;
		chain->same_hash = table;
	} else {
		HASH_ADD(hh, all.by_hash, hash, sizeof(hash), table);
	}
	table->number = atomic_load(&all.n) + 1;
	all.by_number[table->number - 1] = table;
	atomic_store(&all.n, table->number);
	return table->number;
}

static int
find_or_insert(const struct col_state *states, size_t n, struct col_error *error)
{
	uint64_t hash = hash_of(states, n);
	struct table *first, *table;

	HASH_FIND(hh, all.by_hash, &hash, sizeof(hash), first);
	for (table = first; table != NULL; table = table->same_hash) {
		if (is_same(table, states, n)) {
			return (int)table->number;
		}
	}
	if (atomic_load(&all.n) == TABLES_MAX) {
		return err_set(error, COL_EFULL, "more than %d tables of states",
		    TABLES_MAX);
	}
	return (int)insert(states, n, hash, first);
}

int
states_intern(const struct col_state *states, size_t n_states,
    struct col_error *error)
{
	struct col_state sorted[STATES_MAX];
	int rc;

	if (n_states == 0 || n_states > STATES_MAX) {
		return err_set(error, COL_ERANGE, "a table has 1 to %d states, not %zu",
		    STATES_MAX, n_states);
	}
	memcpy(sorted, states, n_states * sizeof(*states));
	qsort(sorted, n_states, sizeof(*sorted), by_code);
	rc = check(sorted, n_states, error);
	if (rc == 0) {
		pthread_mutex_lock(&all.lock);
		rc = find_or_insert(sorted, n_states, error);
		pthread_mutex_unlock(&all.lock);
	}
	return rc;
}

const struct col_state *
states_find(uint32_t number, double code)
{
	struct col_state key;

	if (number == 0 || number > atomic_load(&all.n) || !(code >= -1e15 &&
	    code <= 1e15) || code != (double)(int64_t)code) {
		return NULL;
	}
	key.code = (int64_t)code;
	return bsearch(&key, all.by_number[number - 1]->states,
	    all.by_number[number - 1]->n, sizeof(key), by_code);
}

const char *
states_severity(enum col_severity severity)
{
	static const char *const words[COL_SEVERITY_N] = {
		[COL_SEVERITY_OK] = "ok", [COL_SEVERITY_INFO] = "info",
		[COL_SEVERITY_WARNING] = "warning",
		[COL_SEVERITY_CRITICAL] = "critical",
	};

	return (unsigned)severity < COL_SEVERITY_N ? words[severity] : NULL;
}

void
states_reset(void)
{
	pthread_mutex_lock(&all.lock);
	HASH_CLEAR(hh, all.by_hash);
	arena_free(all.arena);
	all.arena = NULL;
	atomic_store(&all.n, 0);
	pthread_mutex_unlock(&all.lock);
}
