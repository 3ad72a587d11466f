/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the FRU texts of the machine itself (FRU 0).
 *
 * Route: round -> here -> fru; back: info_* texts.
 * Thread: of the device (no I/O itself).
 * Source: IPMI v2.0 rev 1.1 s.34.1, s.34.2.
 */
#ifndef IPMI_INVENTORY_H
#define IPMI_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fru.h"
#include "task.h"

enum inventory_step {
	INVENTORY_INFO = 0, INVENTORY_HEADER, INVENTORY_AREA, INVENTORY_ASSET,
	INVENTORY_DONE,
};

struct inventory {
	enum inventory_step step;
	bool words;                  /* offsets and counts in 16-bit words */
	uint8_t chunk;
	unsigned n_tries;
	size_t size;                 /* of the FRU's memory */
	unsigned area;               /* enum fru_area being read */
	struct fru_header header;
	size_t want, n;              /* bytes of the header or area */
	uint8_t *bytes;              /* FRU_AREA_MAX + 8 */
	char asset[FRU_TEXT_SIZE];   /* DCMI's, while it is read */
	uint8_t n_asset;
	struct fru fru;
};

void inventory_init(struct inventory *inventory);
void inventory_done(struct inventory *inventory);
/* The next command; false: done (what could not be read stays ""). */
bool inventory_next(struct inventory *inventory, struct task_ask *ret_ask);
void inventory_take(struct inventory *inventory,
    const struct task_answer *answer);

#endif
