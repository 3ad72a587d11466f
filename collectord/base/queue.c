/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include <collectord/err.h>

#include "base/str.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	queue_wake_fn *wake;
	void *wake_arg;
	size_t size, head, depth;
	bool closed;
	char name[32];
	void *items[];
};

struct queue *
queue_new(const char *name, size_t size, queue_wake_fn *wake, void *arg)
{
	struct queue *queue = calloc(1, sizeof(*queue) + size * sizeof(void *));

	assert(queue != NULL && size > 0);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->filled, NULL);
	queue->wake = wake;
	queue->wake_arg = arg;
	queue->size = size;
	(void)str_copy(queue->name, sizeof(queue->name), name);
	return queue;
}

void
queue_free(struct queue *queue)
{
	if (queue == NULL) {
		return;
	}
	pthread_cond_destroy(&queue->filled);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

int
queue_put(struct queue *queue, void *item)
{
	bool first, full;

	pthread_mutex_lock(&queue->lock);
	first = queue->depth == 0;
	full = queue->depth == queue->size;
	if (!full) {
		queue->items[(queue->head + queue->depth++) % queue->size] = item;
		if (first) {
			pthread_cond_signal(&queue->filled);
		}
	}
	pthread_mutex_unlock(&queue->lock);
	if (full) {
		return COL_EFULL;
	}
	if (first && queue->wake != NULL) {
		queue->wake(queue->wake_arg);
	}
	return 0;
}

static void *
pop(struct queue *queue)
{
	void *item;

	if (queue->depth == 0) {
		return NULL;
	}
	item = queue->items[queue->head];
	queue->head = (queue->head + 1) % queue->size;
	queue->depth--;
	return item;
}

void *
queue_take(struct queue *queue)
{
	void *item;

	pthread_mutex_lock(&queue->lock);
	item = pop(queue);
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void *
queue_wait(struct queue *queue)
{
	void *item;

	pthread_mutex_lock(&queue->lock);
	while ((item = pop(queue)) == NULL && !queue->closed) {
		pthread_cond_wait(&queue->filled, &queue->lock);
	}
	pthread_mutex_unlock(&queue->lock);
	return item;
}

void
queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_broadcast(&queue->filled);
	pthread_mutex_unlock(&queue->lock);
}

void *
queue_remove(struct queue *queue, bool (*match)(const void *, const void *),
    const void *arg)
{
	void *item = NULL;
	size_t i;

	pthread_mutex_lock(&queue->lock);
	for (i = 0; i < queue->depth; i++) {
		item = queue->items[(queue->head + i) % queue->size];
		if (match(item, arg)) {
			break;
		}
	}
	if (i == queue->depth) {
		item = NULL;
	} else {
		for (; i + 1 < queue->depth; i++) {
			queue->items[(queue->head + i) % queue->size] =
			    queue->items[(queue->head + i + 1) % queue->size];
		}
		queue->depth--;
	}
	pthread_mutex_unlock(&queue->lock);
	return item;
}

size_t
queue_depth(const struct queue *queue)
{
	struct queue *q = (struct queue *)queue; /* the lock is not const */
	size_t depth;

	pthread_mutex_lock(&q->lock);
	depth = q->depth;
	pthread_mutex_unlock(&q->lock);
	return depth;
}

size_t
queue_size(const struct queue *queue)
{
	return queue->size;
}

const char *
queue_name(const struct queue *queue)
{
	return queue->name;
}
