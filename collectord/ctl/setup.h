/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration that --config names, for commands that need no plugins.
 *
 * Route: backup, doctor, store verify.  Thread: MAIN; blocks.
 */
#ifndef CTL_SETUP_H
#define CTL_SETUP_H

#include "config/config.h"
#include "ctl/ctl.h"

/*
 * Loads it; plugin options and profiles are checked only for their form.
 * Prints all errors.  Owns: *ret_config has one reference.
 */
int ctl_config(const struct ctl_args *args, const struct config **ret_config);

#endif
