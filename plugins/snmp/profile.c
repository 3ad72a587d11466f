/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 16384

struct profile_block {
	struct profile_block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

struct profile_regex {
	struct profile_regex *next;
	regex_t regex;
};

void *
profile_alloc(struct profile *profile, size_t size)
{
	struct profile_block *block = profile->blocks;
	void *memory;

	size = (size + 15) & ~(size_t)15;
	if (block == NULL || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		block = calloc(1, sizeof(*block) + room);
		if (block == NULL) {
			return NULL;
		}
		block->size = room;
		block->next = profile->blocks;
		profile->blocks = block;
	}
	memory = block->bytes + block->used;
	block->used += size;
	return memory;
}

const char *
profile_text(struct profile *profile, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = profile_alloc(profile, size);

	if (copy != NULL) {
		memcpy(copy, text, size);
	}
	return copy;
}

struct objref
profile_objid(struct profile *profile, const struct objid *id)
{
	uint32_t *sub = profile_alloc(profile, id->n * sizeof(*sub));

	if (sub == NULL) {
		return (struct objref){NULL, 0};
	}
	memcpy(sub, id->sub, id->n * sizeof(*sub));
	return (struct objref){sub, id->n};
}

const regex_t *
profile_regex(struct profile *profile, const char *pattern, char *message,
    size_t size)
{
	struct profile_regex *regex = profile_alloc(profile, sizeof(*regex));
	int rc;

	if (regex == NULL) {
		message[0] = '\0';
		return NULL;
	}
	rc = regcomp(&regex->regex, pattern, REG_EXTENDED);
	if (rc != 0) {
		(void)regerror(rc, &regex->regex, message, size);
		return NULL;
	}
	regex->next = profile->regexes;
	profile->regexes = regex;
	return &regex->regex;
}

struct profile *
profile_ref(struct profile *profile)
{
	profile->n_refs++;
	return profile;
}

void
profile_unref(struct profile *profile)
{
	if (profile == NULL || --profile->n_refs > 0) {
		return;
	}
	for (struct profile_regex *r = profile->regexes; r != NULL;
	    r = r->next) {
		regfree(&r->regex);
	}
	while (profile->blocks != NULL) {
		struct profile_block *next = profile->blocks->next;
		free(profile->blocks);
		profile->blocks = next;
	}
	free(profile->columns);
	free(profile->gets);
	free(profile->id);
	free(profile);
}

/* Source: DESIGN.md section 2. */
const char *const profile_kinds[] = {"pdu", "ups", "bmc", "sensor", "cooling",
    "switch", NULL};

unsigned
profile_kind_bit(const char *kind)
{
	for (unsigned i = 0; profile_kinds[i] != NULL; i++) {
		if (strcmp(profile_kinds[i], kind) == 0) {
			return 1u << i;
		}
	}
	return 0;
}

/* Source: DESIGN.md section 2, names carry their base unit. */
const char *
profile_base_unit(const char *metric)
{
	static const char *const units[][2] = {
	    {"_w", "W"}, {"_va", "VA"}, {"_var", "var"}, {"_factor", "1"},
	    {"_wh", "Wh"}, {"_a", "A"}, {"_v", "V"}, {"_hz", "Hz"},
	    {"_pct", "%"}, {"_c", "C"}, {"_m3h", "m3/h"}, {"_pa", "Pa"},
	    {"_rpm", "rpm"}, {"_s", "s"}, {"_mps", "m/s"},
	    {"_gm3", "g/m3"}, {"_dbm", "dBm"},
	    {"_octets", "octets"}, {"octets_in", "octets"}, {"octets_out", "octets"},
	};
	size_t len = strlen(metric);

	if (strncmp(metric, "state_", 6) == 0) {
		return "";
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t n = strlen(units[i][0]);
		if (len >= n && strcmp(metric + len - n, units[i][0]) == 0) {
			return units[i][1];
		}
	}
	return NULL;
}
