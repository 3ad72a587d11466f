/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An arena: many small allocations, freed whole.
 *
 * Route: configuration snapshots.  Thread: the builder's; read-only later.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);
/* Zeroed, aligned for any type; aborts when memory is out. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_copy(struct arena *arena, const char *text);
char *arena_copy_len(struct arena *arena, const char *text, size_t len);
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t arena_size(const struct arena *arena); /* bytes held */

#endif
