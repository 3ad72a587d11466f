/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <string.h>

#include "config/extend.h"
#include "config/load.h"
#include "config/node.h"

#define EXTENDS_MAX 4          /* profiles laid over each other */

static void
on_extend_fault(void *arg, const struct col_node *at, const char *text)
{
	config_errors_add(((struct load *)arg)->kept.errors, at, "%s", text);
}

/* The profile that another one names, which a file may also do with its own
 * id: then it is the shipped one that it hides. */
static struct profile *
find_base(struct load *load, const struct profile *from,
    const struct col_node *at)
{
	const struct profile *base = strcmp(at->text, from->id) == 0 ? from->shipped
	    : config_profile(load->config, at->text);
	struct errors_guess guess;

	if (base == NULL) {
		errors_guess_init(&guess, at->text);
		for (size_t i = 0; i < load->config->n_profiles; i++) {
			errors_guess_try(&guess, load->config->profiles[i].id);
		}
		load_unknown(load, at, "profile", &guess);
		return NULL;
	}
	if (strcmp(base->plugin, from->plugin) != 0) {
		config_errors_add(load->kept.errors, at, "profile '%s' is for the "
		    "plugin %s, not %s", base->id, base->plugin, from->plugin);
		return NULL;
	}
	return (struct profile *)(uintptr_t)base;
}

bool
extend_profile(struct load *load, struct profile *profile, unsigned depth)
{
	const struct extend extend = { load->kept.arena, on_extend_fault, load };
	const struct col_node *at = col_node_get(profile->node, "extends");
	size_t before = load->kept.errors->n_total;
	struct profile *base;

	if (at == NULL || profile->resolved) {
		return true;
	}
	if (depth > EXTENDS_MAX) {
		config_errors_add(load->kept.errors, at, "profiles extend each other "
		    "in a circle, or more than %d deep", EXTENDS_MAX);
		return false;
	}
	base = find_base(load, profile, at);
	if (base == NULL || !extend_profile(load, base, depth + 1)) {
		return false;
	}
	profile->node = extend_merge(&extend, base->node, profile->node);
	profile->hash = node_mix(profile->hash, base->hash);
	profile->resolved = true;
	if (profile->summary.en == NULL) {
		profile->summary = base->summary;
	}
	return load->kept.errors->n_total == before;
}
