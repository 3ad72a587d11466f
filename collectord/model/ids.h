/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dense ids: gives every textual id of a kind a number that survives reloads
 * and is never given to another within a run.
 *
 * Route: config uses it while building an inventory.  Thread: MAIN.
 */
#ifndef MODEL_IDS_H
#define MODEL_IDS_H

#include <stdint.h>

#include "model/inventory.h"

struct ids;

struct ids *ids_new(void);
void ids_free(struct ids *ids);
/* Number of (kind, id), a new one when it was not seen before. */
uint32_t ids_get(struct ids *ids, enum entity_kind kind, const char *id);
/* Lets id (new) take the number of was (old), unless id has one already. */
void ids_rename(struct ids *ids, enum entity_kind kind, const char *was, const char *id);
/* One more than the highest number given in that kind. */
uint32_t ids_count(const struct ids *ids, enum entity_kind kind);

#endif
