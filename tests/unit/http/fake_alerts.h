/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alerts, silences and deliveries as the rooms below http would have them, in
 * memory.
 *
 * Route: part of libfake.  Thread: any (one lock).
 */
#ifndef TESTS_HTTP_FAKE_ALERTS_H
#define TESTS_HTTP_FAKE_ALERTS_H

#include "config/config.h"
#include "model/alert.h"

/* Rules and receivers for a configuration. */
struct alerting fake_alerting(void);
/* Three open ones (12 critical at a rack, 13 a warning, 14 folded into 12), and 3
 * that is resolved; nothing is acknowledged or silenced, one
 * silence (1) is over. */
void fake_alerts_reset(void);
/* The last change that the engine and notify were told of; 0: none. */
int64_t fake_alerts_told(void);

#endif
