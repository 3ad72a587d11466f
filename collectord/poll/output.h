/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Output plugins: each on a thread of its own behind a bounded queue, so that
 * a slow receiver costs its own samples and nobody else's time.
 *
 * Route: flow -> output_record -> queue -> the plugin's write().
 * Thread: start and stop by MAIN, output_record by FLOW.
 * Source: style.md B6 (overflow drops the oldest batch of the same device).
 */
#ifndef POLL_OUTPUT_H
#define POLL_OUTPUT_H

#include "base/clock.h"
#include "config/config.h"
#include "model/batch.h"
#include "model/plugins.h"

#define OUTPUT_QUEUE_SIZE 8192

struct outputs;

/*
 * Starts the output plugins that settings.plugins of config names; those that
 * do not start are logged and left out.
 * Owns: free with outputs_free; borrows clock.
 */
struct outputs *outputs_new(const struct config *config,
    const struct plugins *plugins, const struct clock *clock);
/*
 * Gives queued batches one second, drops and counts the rest, joins.  A
 * plugin that still blocks is left behind with its thread.
 */
void outputs_free(struct outputs *outputs);
/* Copies a record and queues it for every output.  Accepts NULL outputs. */
void output_record(struct outputs *outputs, const struct record *record);

#endif
