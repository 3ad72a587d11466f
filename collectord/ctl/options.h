/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks that a command was given only options that it has, so that a slip of
 * the pen silences nothing and replays nothing else than was meant.
 *
 * Route: ctl commands.  Thread: MAIN.
 */
#ifndef CTL_OPTIONS_H
#define CTL_OPTIONS_H

#include <stdbool.h>

#include "ctl/ctl.h"

struct options {
	const char *const *values;      /* "--for", each with a value; ends with NULL */
	const char *const *flags;       /* without; NULL: none */
	int n_words;                    /* other arguments, which stand first */
};

/* CTL_OK or CTL_USAGE, said on stderr. */
int options_check(const struct ctl_args *args, const struct options *options);
bool options_has(const struct ctl_args *args, const char *flag);
/* A number that the API gives as an id: CTL_USAGE when text is none. */
int options_number(const char *what, const char *text);

#endif
