/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See desk.h. */
#include <config.h>

#include "http/desk.h"

#include <stdlib.h>

#include <collectord/err.h>

#include "base/queue.h"
#include "base/thread.h"

struct desk {
	struct queue *queue;
	struct thread *thread;
};

struct question { desk_fn *fn; void *arg; };

static struct mono
desk_step(void *arg)
{
	struct desk *desk = arg;
	struct question *question;

	while ((question = queue_take(desk->queue)) != NULL) {
		question->fn(question->arg);
		free(question);
	}
	return (struct mono){INT64_MAX};
}

struct desk *
desk_new(void)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	if (desk == NULL) {
		return NULL;
	}
	desk->queue = queue_new("questions", DESK_WAITING_MAX, NULL, NULL);
	desk->thread = desk->queue == NULL ? NULL : thread_start("desk", desk_step, desk);
	if (desk->thread == NULL) {
		desk_free(desk);
		return NULL;
	}
	return desk;
}

void
desk_free(struct desk *desk)
{
	if (desk == NULL) {
		return;
	}
	thread_stop(desk->thread);
	if (desk->queue != NULL) {
		queue_free(desk->queue);
	}
	free(desk);
}

int
desk_put(struct desk *desk, desk_fn *fn, void *arg)
{
	struct question *question = malloc(sizeof(*question));

	if (question == NULL) {
		return COL_ENOMEM;
	}
	*question = (struct question){fn, arg};
	if (queue_put(desk->queue, question) != 0) {
		free(question);
		return COL_EFULL;
	}
	thread_wake(desk->thread);
	return 0;
}
