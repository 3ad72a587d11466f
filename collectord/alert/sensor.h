/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sensor: rules on metrics of devices, sample by sample: per layout a list of
 * which slot which rule is on, made when it is first seen; per device which of
 * the rules choose it.
 *
 * Route: flow's records -> sensor -> engine.  Thread: FLOW.
 */
#ifndef ALERT_SENSOR_H
#define ALERT_SENSOR_H

#include "alert/engine.h"
#include "model/batch.h"

struct sensor;

/* Errors: NULL when memory is out. */
struct sensor *sensor_new(void);
void sensor_free(struct sensor *sensor);         /* NULL is fine */
/* engine has a new configuration.  Errors: COL_ENOMEM: no rule on metrics is
 * looked at. */
int sensor_config(struct sensor *sensor, const struct engine *engine);
/* As its last poll said; NULL: not known, or no sensor. */
const char *sensor_profile(const struct sensor *sensor, uint32_t device);
/* Looks at the samples of a device. */
void sensor_record(struct sensor *sensor, struct engine *engine,
    const struct record *record);
/*
 * The end of a poll: which profile the device has, and for rules on what is
 * missing that all of it is, when the poll brought nothing.
 */
void sensor_polled(struct sensor *sensor, struct engine *engine,
    const struct batch *batch);

#endif
