/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A name for people, in both languages.
 *
 * Route: part of the inventory and the settings.  Thread: any, immutable.
 */
#ifndef MODEL_NAME_H
#define MODEL_NAME_H

#include <stdbool.h>

struct name { const char *en, *zh; };  /* either may be NULL */

#endif
