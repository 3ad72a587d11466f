/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the commands that poll by themselves show what they got.
 *
 * Route: ctl.  Thread: MAIN.  Source: DESIGN.md 4.2 (profile run --json).
 */
#ifndef CTL_PRINT_H
#define CTL_PRINT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"
#include "config/config.h"
#include "model/batch.h"

/* One line per metric: base unit, instance, quality, source. */
void print_batch(const struct batch *batch);
/* Of a BMC: which of its readings its rack is judged by. */
void print_use(const struct batch *batch);
/* {"profile", "info", "metrics": [{metric, instance, value, unit, quality, source}]} */
void print_batch_json(const struct batch *batch);

/* "profile<TAB>id", infos, then sorted "metric<TAB>instance<TAB>value<TAB>unit
 * <TAB>quality<TAB>source", of a named state also word and severity: a form
 * for tests, value "-" without one. */
void print_batch_golden(const struct batch *batch, struct buf *out);

void print_profiles(const struct config *config);
void print_profiles_json(const struct config *config);

/* Inventory YAML (or a JSON list) of what discover found. */
struct print_found {
	bool json;
	const char *plugin;           /* that found it */
	unsigned n;
	struct buf out;
	struct json writer;
};
void print_found_begin(struct print_found *found);
void print_found_one(void *found, const struct col_found *one); /* oneshot_found_fn */
void print_found_end(struct print_found *found);

#endif
