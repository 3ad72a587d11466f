/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of the profile reader share.
 *
 * Route: within profile_*.c.  Thread: any, one profile at a time.
 */
#ifndef IPMI_PROFILE_WORK_H
#define IPMI_PROFILE_WORK_H

#include "../common/tree.h"
#include "profile.h"

/* One profile being read; faults are counted in tree. */
struct reading {
	struct tree tree;
	struct profile *profile;
};

/* One number or a list of them, 0 to max.  False: reported. */
bool read_numbers(struct reading *reading, const struct col_node *node,
    int64_t max, struct profile_numbers *ret_numbers);

/* ---- profile_rule.c ---- */
void read_rules(struct reading *reading, const struct col_node *node);

#endif
