/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the commands plan and whatif say alike.
 *
 * Route: ctl commands -> stdout.  Thread: MAIN.
 */
#ifndef CTL_PLAN_H
#define CTL_PLAN_H

#include <jansson.h>

/* "12 of 40 servers have a place; then: node_limit, …" of a body's "placed" and
 * "refused". */
void plan_print_refused(const json_t *body, double wanted);

#endif
