/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries are only ever added: a reader that has seen the count sees whole
 * entries without a lock.
 */
#include <config.h>

#include "base/counters.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/str.h"

static struct col_counter table[COUNTERS_MAX];
static _Atomic size_t n_table;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool
is_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len > 0 && len < COUNTERS_NAME_SIZE && name[len] == '\0' &&
	    name[0] >= 'a' && name[0] <= 'z';
}

static struct col_counter *
find(const char *owner, const char *name)
{
	for (size_t i = 0; i < counters_count(); i++) {
		if (strcmp(table[i].owner, owner) == 0 &&
		    strcmp(table[i].name, name) == 0) {
			return &table[i];
		}
	}
	return NULL;
}

struct col_counter *
counters_get(const char *owner, const char *name, bool is_gauge, const char *help)
{
	struct col_counter *counter = NULL;

	if (!is_name(owner) || !is_name(name) || help == NULL || help[0] == '\0') {
		return NULL;
	}
	pthread_mutex_lock(&lock);
	counter = find(owner, name);
	if (counter == NULL && counters_count() < COUNTERS_MAX) {
		counter = &table[counters_count()];
		(void)str_format(counter->owner, sizeof(counter->owner), "%s", owner);
		(void)str_format(counter->name, sizeof(counter->name), "%s", name);
		str_clean(counter->help, sizeof(counter->help), help, strlen(help));
		counter->is_gauge = is_gauge;
		atomic_fetch_add(&n_table, 1);
	}
	pthread_mutex_unlock(&lock);
	return counter;
}

void
counters_add(struct col_counter *counter, int64_t n)
{
	if (counter != NULL) {
		atomic_fetch_add_explicit(&counter->value, n, memory_order_relaxed);
	}
}

int64_t
counters_value(const struct col_counter *counter)
{
	return atomic_load_explicit(&counter->value, memory_order_relaxed);
}

size_t
counters_count(void)
{
	return atomic_load(&n_table);
}

const struct col_counter *
counters_at(size_t i)
{
	return &table[i];
}
