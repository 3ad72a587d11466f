/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A bounded queue of pointers between threads: many writers, one reader.
 *
 * Route: between rooms' threads.  Thread: put from any, take from the owner's.
 */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue;

typedef void queue_wake_fn(void *arg);

/*
 * Makes a queue of at most size items.  wake (may be NULL) is called, from
 * the writer's thread, when the queue turns from empty to not empty.
 */
struct queue *queue_new(const char *name, size_t size, queue_wake_fn *wake, void *arg);
void queue_free(struct queue *queue); /* must be empty, or items leak */
/* Takes item.  Errors: COL_EFULL; the item stays the caller's. */
int queue_put(struct queue *queue, void *item);
/* Returns the oldest item or NULL. */
void *queue_take(struct queue *queue);
/* Waits until an item is there or queue_close; NULL after close when empty. */
void *queue_wait(struct queue *queue);
void queue_close(struct queue *queue);
/*
 * Takes out the oldest item for which match(item, arg) is true; NULL: none.
 * For "drop the oldest batch of the same device".
 */
void *queue_remove(struct queue *queue, bool (*match)(const void *, const void *),
    const void *arg);
size_t queue_depth(const struct queue *queue);
size_t queue_size(const struct queue *queue);
const char *queue_name(const struct queue *queue);

#endif
