/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fake province's assets: a floor for hall s0-h0, gear in rack
 * s0-h0-r0-a03.
 *
 * Route: fake.c, before the inventory is sealed.  Thread: the test's.
 */
#ifndef TESTS_HTTP_FAKE_ASSETS_H
#define TESTS_HTTP_FAKE_ASSETS_H

#include "model/inventory.h"

void fake_assets(struct inventory *inventory);

#endif
