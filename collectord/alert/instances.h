/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Instances by number: "L1", "outlet 12", "inlet-top"; the same text has the
 * same number for the whole run.  0 is "", 1 to 3 are the phases.
 *
 * Route: keys of conditions.  Thread: FLOW.
 */
#ifndef ALERT_INSTANCES_H
#define ALERT_INSTANCES_H

#include <stdint.h>

#define INSTANCES_MAX 100000

struct instances;

/* Errors: NULL when memory is out. */
struct instances *instances_new(void);
void instances_free(struct instances *instances);       /* NULL is fine */
/* 0 when there are too many of them, too. */
uint32_t instances_number(struct instances *instances, const char *text);
/* "" of a number that was never given. */
const char *instances_text(const struct instances *instances, uint32_t number);

#endif
