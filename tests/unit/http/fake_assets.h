/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fake province's assets: a floor for hall s0-h0, gear in rack
 * s0-h0-r0-a03, the feed tree of site s0, and the stock of them.
 *
 * Route: fake.c, before the inventory is sealed.  Thread: the test's.
 */
#ifndef TESTS_HTTP_FAKE_ASSETS_H
#define TESTS_HTTP_FAKE_ASSETS_H

#include "model/inventory.h"

struct stock;

void fake_assets(struct inventory *inventory);
/* Puts the feeds of that rack on UPSes of a feed tree (fake_stock.c). */
void fake_feed_tree(struct inventory *inventory, struct rack *rack);
/* What is free, for the views: of the first rack nothing is known. */
const struct stock *fake_stock(const struct inventory *inventory);
void fake_stock_done(void);

#endif
