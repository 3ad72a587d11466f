/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (64 * 1024)
#define ALIGN alignof(max_align_t)

struct block {
	struct block *next;
	size_t used, size;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *blocks;
	size_t held;
};

struct arena *
arena_new(void)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	assert(arena != NULL);
	return arena;
}

void
arena_free(struct arena *arena)
{
	struct block *next;

	if (arena == NULL) {
		return;
	}
	for (struct block *b = arena->blocks; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(arena);
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct block *b = arena->blocks;
	void *at;

	assert(size < SIZE_MAX / 2);
	size = (size + ALIGN - 1) / ALIGN * ALIGN;
	if (b == NULL || b->size - b->used < size) {
		size_t want = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		b = calloc(1, sizeof(*b) + want);
		assert(b != NULL);
		b->size = want;
		arena->held += want;
		/* a large block must not hide the half-used one */
		if (size > BLOCK_SIZE && arena->blocks != NULL) {
			b->next = arena->blocks->next;
			arena->blocks->next = b;
		} else {
			b->next = arena->blocks;
			arena->blocks = b;
		}
	}
	at = b->data + b->used;
	b->used += size;
	return at;
}

char *
arena_copy_len(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_copy(struct arena *arena, const char *text)
{
	return arena_copy_len(arena, text, strlen(text));
}

char *
arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	assert(len >= 0);
	text = arena_alloc(arena, (size_t)len + 1);
	va_start(args, format);
	(void)vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

size_t
arena_size(const struct arena *arena)
{
	return arena->held;
}
