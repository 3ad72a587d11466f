/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See attempts.h. */
#include <config.h>

#include "http/attempts.h"

#include <string.h>

#include "base/str.h"
#include "base/token.h"

int
attempts_init(struct attempts *attempts)
{
	char text[TOKEN_SIZE];
	int rc = token_make(text);

	memset(attempts, 0, sizeof(*attempts));
	memcpy(attempts->key, text, sizeof(attempts->key));
	return rc;
}

static uint64_t
hash_of(const struct attempts *attempts, const char *user, const char *address)
{
	char text[256];
	size_t size = str_format(text, sizeof(text), "%s\n%s", user, address);

	return hash64_keyed(attempts->key, text, size < sizeof(text) ? size : sizeof(text));
}

static const struct failure *
find(const struct attempts *attempts, uint64_t hash, struct mono now)
{
	for (size_t i = 0; i < ATTEMPTS_N; i++) {
		const struct failure *item = &attempts->items[i];

		if (item->n > 0 && item->hash == hash &&
		    now.ns - item->last.ns < ATTEMPTS_FORGET_NS) {
			return item;
		}
	}
	return NULL;
}

unsigned
attempts_wait_s(const struct attempts *attempts, const char *user, const char *address,
    struct mono now)
{
	const struct failure *item = find(attempts, hash_of(attempts, user, address), now);

	return item == NULL || item->until.ns <= now.ns ? 0 :
	    (unsigned)((item->until.ns - now.ns + NS_PER_S - 1) / NS_PER_S);
}

/* The pair's own, else a free one, else the one that failed longest ago. */
static struct failure *
place(struct attempts *attempts, uint64_t hash, struct mono now)
{
	const struct failure *known = find(attempts, hash, now);
	struct failure *oldest = &attempts->items[0];

	if (known != NULL) {
		return &attempts->items[known - attempts->items];
	}
	for (size_t i = 0; i < ATTEMPTS_N && oldest->n > 0; i++) {
		if (attempts->items[i].n == 0 ||
		    attempts->items[i].last.ns < oldest->last.ns) {
			oldest = &attempts->items[i];
		}
	}
	*oldest = (struct failure){ .hash = hash };
	return oldest;
}

unsigned
attempts_failed(struct attempts *attempts, const char *user, const char *address,
    struct mono now)
{
	struct failure *item = place(attempts, hash_of(attempts, user, address), now);
	unsigned over, wait;

	item->n++;
	item->last = now;
	if (item->n < ATTEMPTS_FREE) {
		return 0;
	}
	over = item->n - ATTEMPTS_FREE;
	wait = over < 5 ? ATTEMPTS_WAIT_S << over : ATTEMPTS_WAIT_MAX_S;
	wait = wait < ATTEMPTS_WAIT_MAX_S ? wait : ATTEMPTS_WAIT_MAX_S;
	item->until.ns = now.ns + wait * NS_PER_S;
	return wait;
}

void
attempts_passed(struct attempts *attempts, const char *user, const char *address)
{
	uint64_t hash = hash_of(attempts, user, address);

	for (size_t i = 0; i < ATTEMPTS_N; i++) {
		if (attempts->items[i].n > 0 && attempts->items[i].hash == hash) {
			memset(&attempts->items[i], 0, sizeof(attempts->items[i]));
		}
	}
}
