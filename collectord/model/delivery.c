/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/delivery.h"

const char *
delivery_state_text(enum delivery_state state)
{
	static const char *const texts[DELIVERY_STATE_N] = {"queued", "delivered",
	    "dead", "merged"};

	return texts[state];
}
