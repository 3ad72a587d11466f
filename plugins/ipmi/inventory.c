/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cannot be read is left out: a serial number is worth no error. */
#include "inventory.h"

#include <stdlib.h>
#include <string.h>

#include "chassis.h"
#include "dcmi.h"
#include "text.h"

#define CHUNK_FIRST 32
#define CHUNK_LEAST 8
#define TRIES_MAX 160            /* commands in all */
#define ASSET_PIECE 16           /* DCMI: at most 16 bytes at once */
#define ASSET_MAX 63

void
inventory_init(struct inventory *inventory)
{
	memset(inventory, 0, sizeof(*inventory));
	inventory->chunk = CHUNK_FIRST;
	inventory->bytes = malloc(FRU_AREA_MAX + FRU_HEADER);
	if (inventory->bytes == NULL) {
		inventory->step = INVENTORY_DONE;
	}
}

void
inventory_done(struct inventory *inventory)
{
	free(inventory->bytes);
	inventory->bytes = NULL;
}

/* Where what is read now begins. */
static size_t
base(const struct inventory *inventory)
{
	return inventory->step == INVENTORY_HEADER ? 0 :
	    inventory->header.offsets[inventory->area];
}

/* The next area that is there and fits; else on to the asset tag. */
static void
next_area(struct inventory *inventory)
{
	inventory->step = INVENTORY_AREA;
	inventory->n = 0;
	inventory->want = 2;             /* format and length come first */
	while (inventory->area < FRU_AREA_N && (base(inventory) == 0 ||
	    base(inventory) + 2 > inventory->size)) {
		inventory->area++;
	}
	if (inventory->area == FRU_AREA_N) {
		inventory->step = inventory->fru.asset[0] == '\0' ?
		    INVENTORY_ASSET : INVENTORY_DONE;
	}
}

static void
skip_area(struct inventory *inventory)
{
	inventory->area++;
	next_area(inventory);
}

bool
inventory_next(struct inventory *inventory, struct task_ask *ret_ask)
{
	size_t at, n;

	if (++inventory->n_tries > TRIES_MAX) {
		inventory->step = INVENTORY_DONE;
	}
	*ret_ask = (struct task_ask){.netfn = NETFN_STORAGE, .n = 1};
	switch (inventory->step) {
	case INVENTORY_INFO:
		ret_ask->command = FRU_INFO;
		return true;
	case INVENTORY_HEADER:
	case INVENTORY_AREA:
		at = base(inventory) + inventory->n;
		n = inventory->want - inventory->n;
		n = n < inventory->chunk ? n : inventory->chunk;
		if (inventory->words) {
			n = (n + 1) / 2;
			at /= 2;
		}
		ret_ask->command = FRU_READ;
		ret_ask->n = 4;
		ret_ask->data[1] = (uint8_t)at;
		ret_ask->data[2] = (uint8_t)(at >> 8);
		ret_ask->data[3] = (uint8_t)n;
		return true;
	case INVENTORY_ASSET:
		ret_ask->netfn = DCMI_NETFN;
		ret_ask->command = DCMI_ASSET_TAG;
		ret_ask->n = 3;
		ret_ask->data[0] = DCMI_GROUP;
		ret_ask->data[1] = inventory->n_asset;
		ret_ask->data[2] = ASSET_PIECE;
		return true;
	case INVENTORY_DONE:
		break;
	}
	return false;
}

static void
take_info(struct inventory *inventory, const struct task_answer *answer)
{
	if (answer->completion != CC_OK || answer->n < 3) {
		inventory->step = INVENTORY_ASSET;
		return;
	}
	inventory->size = text_u16(answer->data);
	inventory->words = (answer->data[2] & 1) != 0;
	inventory->step = INVENTORY_HEADER;
	inventory->want = FRU_HEADER;
}

/* What was wanted is there: the header, an area's length, an area. */
static void
take_whole(struct inventory *inventory)
{
	size_t size = 0;

	if (inventory->step == INVENTORY_HEADER) {
		inventory->area = 0;
		if (fru_header(inventory->bytes, inventory->n,
		    &inventory->header) != 0) {
			inventory->area = FRU_AREA_N;
		}
		next_area(inventory);
	} else if (fru_area_size(inventory->bytes, inventory->n, &size) != 0 ||
	    base(inventory) + size > inventory->size) {
		skip_area(inventory);
	} else if (inventory->n < size) {
		inventory->want = size;
	} else {
		(void)fru_area((enum fru_area)inventory->area,
		    inventory->bytes, inventory->n, &inventory->fru);
		skip_area(inventory);
	}
}

static void
take_bytes(struct inventory *inventory, const struct task_answer *answer)
{
	size_t n, room = FRU_AREA_MAX + FRU_HEADER - inventory->n;

	if (answer->completion != CC_OK &&
	    inventory->chunk / 2 >= CHUNK_LEAST) {
		inventory->chunk /= 2;
		return;
	}
	if (answer->completion != CC_OK || answer->n < 2) {
		if (inventory->step == INVENTORY_HEADER) {
			inventory->step = INVENTORY_ASSET;
		} else {
			skip_area(inventory);
		}
		return;
	}
	n = answer->n - 1;               /* the first says how many */
	n = n < room ? n : room;
	memcpy(inventory->bytes + inventory->n, answer->data + 1, n);
	inventory->n += n;
	if (inventory->n >= inventory->want) {
		take_whole(inventory);
	}
}

static void
take_asset(struct inventory *inventory, const struct task_answer *answer)
{
	const uint8_t *bytes = NULL;
	uint8_t total = 0;
	size_t n = 0;

	if (answer->completion != CC_OK || dcmi_asset(answer->data, answer->n,
	    &total, &bytes, &n) != 0 || n == 0) {
		inventory->step = INVENTORY_DONE;
		return;
	}
	n = n < (size_t)(ASSET_MAX - inventory->n_asset) ? n :
	    (size_t)(ASSET_MAX - inventory->n_asset);
	memcpy(inventory->asset + inventory->n_asset, bytes, n);
	inventory->n_asset = (uint8_t)(inventory->n_asset + n);
	if (inventory->n_asset >= total || inventory->n_asset >= ASSET_MAX) {
		(void)text_decode(TEXT_LATIN, (uint8_t *)inventory->asset,
		    inventory->n_asset < total ? inventory->n_asset : total,
		    inventory->fru.asset, FRU_TEXT_SIZE);
		inventory->step = INVENTORY_DONE;
	}
}

void
inventory_take(struct inventory *inventory, const struct task_answer *answer)
{
	switch (inventory->step) {
	case INVENTORY_INFO:
		take_info(inventory, answer);
		break;
	case INVENTORY_HEADER:
	case INVENTORY_AREA:
		take_bytes(inventory, answer);
		break;
	case INVENTORY_ASSET:
		take_asset(inventory, answer);
		break;
	case INVENTORY_DONE:
		break;
	}
}
