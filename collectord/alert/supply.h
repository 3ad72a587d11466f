/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the ends of polls to reports on leaves: which feed of a rack is without
 * power, which device does not answer.
 *
 * A feed is lost when what measures it reads less than half of the nominal
 * voltage, or when a device on it has stopped answering (two polls in a row)
 * while one on another feed of the same rack answers in the same slot.  It is
 * good at 80 % of nominal; where no voltage is measured, when something is drawn.
 * Between the two it stays what it was.
 *
 * Route: flow's ends of polls -> fold.  Thread: FLOW.
 * Source: docs/alerts.md, one cause, one alert; DESIGN.md 4.6 for the 80 %.
 */
#ifndef ALERT_SUPPLY_H
#define ALERT_SUPPLY_H

#include "alert/fold.h"
#include "base/clock.h"
#include "flow/reading.h"
#include "model/batch.h"

#define SUPPLY_LOST_RATIO 0.5
#define SUPPLY_GOOD_RATIO 0.8
#define SUPPLY_FAILURES 2      /* polls in a row without an answer: silent */

struct supply;

/* Borrows fold, which must have a topology before the first poll.
 * Errors: NULL when memory is out.  Owns: free with supply_free. */
struct supply *supply_new(struct fold *fold);
void supply_free(struct supply *supply);         /* NULL is fine */
/* fold has taken a new topology: what is known of devices goes on.
 * Errors: COL_ENOMEM: polls are passed over until the next. */
int supply_apply(struct supply *supply);
/*
 * The end of a poll; reading may be NULL.  Racks under maintenance do not
 * count.  now: wall for the maintenance, mono for the fold.
 */
void supply_polled(struct supply *supply, const struct batch *batch,
    const struct reading *reading, struct wall at, struct mono now);

/* What a feed's own rule looks at, under maintenance too: 1 lost, 0 good, NAN
 * not known.  Shape: index of the rack, of the feed in it. */
double supply_feed(const struct supply *supply, uint32_t rack, uint32_t feed);
/* Polls in a row without an answer; 0 when the last was answered or none was. */
unsigned supply_failures(const struct supply *supply, uint32_t device);

#endif
