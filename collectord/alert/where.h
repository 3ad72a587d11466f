/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * where: which things a rule's selector chooses, among those that there are.
 *
 * What depends on the inventory alone is decided once per configuration; the
 * profile of a device and maintenance change in between and are asked apart.
 *
 * Route: gauges and sensor make their lists by it; the replay of rules, too.
 * Thread: any; no state.
 */
#ifndef ALERT_WHERE_H
#define ALERT_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "model/rule.h"

/* True when text matches one of the globs; NULL globs: any. */
bool where_glob(const char *const *globs, const char *text);
/* A place province .. row, by its place alone. */
bool where_place(const struct inventory *inventory, const struct rule_where *where,
    struct entity_ref place);
bool where_rack(const struct inventory *inventory, const struct rule_where *where,
    const struct rack *rack);
bool where_node(const struct inventory *inventory, const struct rule_where *where,
    const struct power_node *node);
/* profile: as polled; NULL: as written, which may be "auto". */
bool where_device(const struct inventory *inventory, const struct rule_where *where,
    const struct device *device, const char *profile);
bool where_target(const struct rule_where *where, const char *id);
/* The rack is under maintenance, and the rule does not say that it is on those. */
bool where_muted(const struct inventory *inventory, const struct rule_where *where,
    uint32_t rack, struct wall now);

#endif
