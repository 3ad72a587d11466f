/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thing that a rule is on: what it is called outside, for machines and for
 * people, and where it is.
 *
 * Route: engine names by it what it has numbers of.  Thread: any; no state.
 */
#ifndef ALERT_THING_H
#define ALERT_THING_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "model/alert.h"

/* Of the level by index, as in a board; feeds as rollup_feeds has them. */
struct thing {
	enum level level;
	uint32_t index;
};

/* What feeds' numbers mean: first[rack], [n_racks + 1]; made by thing_feeds.
 * Owns: free with free(); NULL when memory is out. */
uint32_t *thing_feeds(const struct inventory *inventory);
/* The rack of a feed and which of its feeds; false when there is none such. */
bool thing_feed(const struct inventory *inventory, const uint32_t *first, uint32_t index,
    const struct rack **ret_rack, unsigned *ret_feed);

/* Where a thing is; NONE where nothing is above or it is none of the kind. */
struct thing_where {
	uint32_t places[ENTITY_PLACE_N];
	uint32_t rack, device;
};
void thing_where(const struct config *config, const uint32_t *feeds, struct thing thing,
    struct thing_where *ret_where);

/* "rack:ID", "feed:RACK/A", "feed:NODE", "target:ID", "collector:self".
 * Errors: COL_ENOENT. */
int thing_entity(const struct config *config, const uint32_t *feeds, struct thing thing,
    char entity[ALERT_ENTITY_SIZE]);
/* The other way round.  A sensor's thing is its device.  Errors: COL_ENOENT. */
int thing_find(const struct config *config, const uint32_t *feeds, enum level level,
    const char *entity, struct thing *ret_thing);
/* Ids of what is above it, into the alert. */
void thing_above(const struct config *config, const struct thing_where *where,
    struct alert *alert);

enum thing_lang { THING_EN = 0, THING_ZH, THING_LANG_N };
#define THING_NAME_SIZE 256
/* "A07 feed B", "A07 pdu-b", "Hall 1". */
void thing_name(const struct config *config, const uint32_t *feeds, struct thing thing,
    enum thing_lang lang, char name[THING_NAME_SIZE]);
/* "Zhengzhou 1 / Hall 1 / R1": what is above it, from the site down. */
void thing_place(const struct config *config, const struct thing_where *where,
    struct thing thing, enum thing_lang lang, char name[THING_NAME_SIZE]);

#endif
