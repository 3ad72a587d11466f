/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces are carved from mapped blocks and return to a list per size: an
 * agent's two keys take 48 bytes with SHA-256 and AES-128, so a general
 * allocator's header per key would be felt at 180,000 agents.
 */
#include "vault.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

#define BLOCK_SIZE 65536
#define GRAIN 16
#define N_CLASSES (VAULT_MAX / GRAIN)

/* Heads a mapped block; carving starts behind it. */
struct block {
	struct block *next;
	uint64_t unused;       /* keeps pieces on 16 bytes */
};

struct piece {
	struct piece *next;
};

struct vault {
	struct block *blocks;
	uint8_t *at, *end;     /* what is left of the newest block */
	struct piece *given[N_CLASSES];
};

struct vault *
vault_new(void)
{
	return calloc(1, sizeof(struct vault));
}

void
vault_free(struct vault *vault)
{
	struct block *next;

	if (vault == NULL) {
		return;
	}
	for (struct block *block = vault->blocks; block != NULL;
	    block = next) {
		next = block->next;
		explicit_bzero(block, BLOCK_SIZE);
		(void)munmap(block, BLOCK_SIZE);
	}
	free(vault);
}

size_t
vault_size(const struct vault *vault)
{
	size_t size = 0;

	for (const struct block *block = vault->blocks; block != NULL;
	    block = block->next) {
		size += BLOCK_SIZE;
	}
	return size;
}

static int
add_block(struct vault *vault)
{
	struct block *block = mmap(NULL, BLOCK_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (block == MAP_FAILED) {
		return -1;
	}
	/* An old kernel may refuse either: the keys still have to live. */
	(void)madvise(block, BLOCK_SIZE, MADV_DONTDUMP);
	(void)madvise(block, BLOCK_SIZE, MADV_WIPEONFORK);
	block->next = vault->blocks;
	vault->blocks = block;
	vault->at = (uint8_t *)(block + 1);
	vault->end = (uint8_t *)block + BLOCK_SIZE;
	return 0;
}

void *
vault_take(struct vault *vault, size_t size)
{
	size_t class = (size + GRAIN - 1) / GRAIN;
	struct piece *piece;

	assert(size > 0 && size <= VAULT_MAX);
	piece = vault->given[class - 1];
	if (piece != NULL) {
		vault->given[class - 1] = piece->next;
		piece->next = NULL;
		return piece;
	}
	if ((size_t)(vault->end - vault->at) < class * GRAIN &&
	    add_block(vault) != 0) {
		return NULL;
	}
	piece = (struct piece *)(void *)vault->at;
	vault->at += class * GRAIN;
	return piece;
}

void
vault_give(struct vault *vault, void *arg, size_t size)
{
	struct piece *piece = arg;
	size_t class = (size + GRAIN - 1) / GRAIN;

	if (piece == NULL) {
		return;
	}
	assert(size > 0 && size <= VAULT_MAX);
	explicit_bzero(piece, class * GRAIN);
	piece->next = vault->given[class - 1];
	vault->given[class - 1] = piece;
}
