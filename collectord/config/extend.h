/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One profile laid over another: what `extends: BASE` means, whatever the
 * plugin.  docs/profiles.md, "extends", is the description.
 *
 * Route: catalog, between reading and checking profiles.  Thread: the loader's.
 */
#ifndef CONFIG_EXTEND_H
#define CONFIG_EXTEND_H

#include <stdbool.h>

#include <collectord/plugin.h>

#include "base/arena.h"

typedef void extend_report_fn(void *arg, const struct col_node *at,
    const char *text);

struct extend {
	struct arena *arena;          /* of the outcome */
	extend_report_fn *report;     /* faults: a removal of nothing */
	void *arg;
};

/*
 * Lays the map over on the map base.  Members of over win; of `match` only
 * over's counts.  Maps are merged member by member, lists of named items
 * (`name`, or `metric` with `instance`) item by item: new items go first,
 * `remove: true` takes one away.  Other values are replaced.
 * Owns: the outcome shares nodes with both.
 */
const struct col_node *extend_merge(const struct extend *extend,
    const struct col_node *base, const struct col_node *over);

struct load;
struct profile;

/*
 * Lays profile over the one that it extends, after that has been laid over
 * its own.  depth is 1.  False: a fault has been reported, do not check it.
 */
bool extend_profile(struct load *load, struct profile *profile, unsigned depth);

#endif
