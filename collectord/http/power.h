/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nodes of the feed tree as bodies show them.
 *
 * Route: inventory, the view's stock and latest -> JSON.  Thread: HTTP.
 * Source: domain.md 2.3 formulas 1, 6, 9.
 */
#ifndef HTTP_POWER_H
#define HTTP_POWER_H

#include "http/request.h"
#include "model/power.h"

/* The members of a node: what it is, carries, may carry, and is promised. */
void power_write(struct request *request, const struct power_node *node);
/* "tree": the nodes of a site, in file order; each names the one above it. */
void power_tree(struct request *request, const struct place *site);

#endif
