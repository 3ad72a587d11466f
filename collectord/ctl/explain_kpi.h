/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What collectorctl says of a rack's feeds, air and silent devices.
 *
 * Route: the body of /explain/rack -> lines.  Thread: the only one.
 */
#ifndef CTL_EXPLAIN_KPI_H
#define CTL_EXPLAIN_KPI_H

#include <jansson.h>

void explain_kpi(const json_t *body);

#endif
