/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See hasher.h. */
#include <config.h>

#include "http/hasher.h"

#include <stdlib.h>

#include <collectord/err.h>

#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "base/token.h"

struct hasher {
	struct queue *queue;
	struct thread *thread;
};

struct question {
	char password[PASSWORD_MAX + 1];
	char hash[PASSWORD_HASH_SIZE];
	bool make;
	hasher_fn *fn;
	void *arg;
};

static void
end(struct question *question, int code, const char *hash)
{
	question->fn(question->arg, code, hash);
	token_wipe(question, sizeof(*question));
	free(question);
}

static void
answer(struct question *question)
{
	char hash[PASSWORD_HASH_SIZE] = "";
	struct col_error error;
	int code;

	if (question->make) {
		code = password_hash(question->password, hash, &error);
	} else {
		code = password_matches(question->password, question->hash) ? 0 : COL_EAUTH;
	}
	end(question, code, hash);
}

static struct mono
step(void *arg)
{
	struct hasher *hasher = arg;
	struct question *question;

	while ((question = queue_take(hasher->queue)) != NULL) {
		answer(question);
	}
	return (struct mono){ INT64_MAX };
}

static void
wake(void *arg)
{
	struct hasher *hasher = arg;

	thread_wake(hasher->thread);
}

struct hasher *
hasher_new(void)
{
	struct hasher *hasher = calloc(1, sizeof(*hasher));

	if (hasher == NULL) {
		return NULL;
	}
	hasher->queue = queue_new("passwords", HASHER_QUEUE, wake, hasher);
	hasher->thread = hasher->queue != NULL ?
	    thread_start("passwords", step, hasher) : NULL;
	if (hasher->thread == NULL) {
		hasher_free(hasher);
		return NULL;
	}
	return hasher;
}

void
hasher_free(struct hasher *hasher)
{
	struct question *question;

	if (hasher == NULL) {
		return;
	}
	while (hasher->queue != NULL && (question = queue_take(hasher->queue)) != NULL) {
		end(question, COL_ECANCELED, "");
	}
	thread_stop(hasher->thread);
	if (hasher->queue != NULL) {
		queue_free(hasher->queue);
	}
	free(hasher);
}

int
hasher_ask(struct hasher *hasher, const char *password, const char *hash,
    hasher_fn *fn, void *arg)
{
	struct question *question = calloc(1, sizeof(*question));

	if (question == NULL) {
		return COL_ENOMEM;
	}
	question->make = hash == NULL;
	question->fn = fn;
	question->arg = arg;
	/* a longer one matches nothing: password_check refuses it first */
	if (str_copy(question->password, sizeof(question->password), password) >
	    PASSWORD_MAX) {
		question->password[0] = '\0';
	}
	(void)str_copy(question->hash, sizeof(question->hash), hash != NULL ? hash : "");
	if (queue_put(hasher->queue, question) != 0) {
		token_wipe(question, sizeof(*question));
		free(question);
		return COL_EFULL;
	}
	return 0;
}
