/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The world behind the daemon's receivers, and what it was told.
 *
 * Route: daemon -> transport -> told -> expect_told.  Thread: the only one.
 */
#ifndef SCENARIO_TOLD_H
#define SCENARIO_TOLD_H

#include "alert/transport.h"
#include "base/buf.h"

struct told_flight;

struct told {
	struct transport transport;
	bool down;                      /* connections are refused */
	struct told_flight *flights;
	struct buf log;                 /* "noc: firing feed:ups-a\n" */
};

void told_open(struct told *told);
/* One answer arrives; false: none is under way. */
bool told_land(struct told *told);
/* The daemon has ended: nobody waits for answers. */
void told_drop(struct told *told);
void told_close(struct told *told);

#endif
