/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK 8192

struct profile_memory {
	struct profile_memory *next;
	size_t n, size;
	max_align_t bytes[];
};

struct profile_pattern {
	regex_t regex;
	struct profile_pattern *next;
};

void *
profile_alloc(struct profile *profile, size_t size)
{
	struct profile_memory *chunk = profile->memory;
	void *place;

	size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (chunk == NULL || chunk->size - chunk->n < size) {
		size_t room = size > CHUNK ? size : CHUNK;
		chunk = calloc(1, sizeof(*chunk) + room);
		if (chunk == NULL) {
			return NULL;
		}
		chunk->size = room;
		chunk->next = profile->memory;
		profile->memory = chunk;
	}
	place = (char *)chunk->bytes + chunk->n;
	chunk->n += size;
	return place;
}

const char *
profile_text(struct profile *profile, const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = profile_alloc(profile, n);

	if (copy != NULL) {
		memcpy(copy, text, n);
	}
	return copy;
}

const regex_t *
profile_regex(struct profile *profile, const char *text, char *ret_error,
    size_t size)
{
	struct profile_pattern *pattern = calloc(1, sizeof(*pattern));
	int rc;

	if (pattern == NULL) {
		return NULL;
	}
	/* Makers change the case of names between firmware versions. */
	rc = regcomp(&pattern->regex, text, REG_EXTENDED | REG_ICASE);
	if (rc != 0) {
		(void)regerror(rc, &pattern->regex, ret_error, size);
		free(pattern);
		return NULL;
	}
	pattern->next = profile->patterns;
	profile->patterns = pattern;
	return &pattern->regex;
}

void
profile_unref(struct profile *profile)
{
	if (profile == NULL || --profile->n_refs > 0) {
		return;
	}
	while (profile->patterns != NULL) {
		struct profile_pattern *next = profile->patterns->next;
		regfree(&profile->patterns->regex);
		free(profile->patterns);
		profile->patterns = next;
	}
	while (profile->memory != NULL) {
		struct profile_memory *next = profile->memory->next;
		free(profile->memory);
		profile->memory = next;
	}
	free(profile->id);
	free(profile);
}
