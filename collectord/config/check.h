/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lets plugins check what belongs to them: profiles and parts of credentials,
 * under a small host that only collects errors.
 *
 * Route: catalog -> plugin -> config errors.  Thread: the loader's; plugins
 * are called without thread_start, as the ABI allows for checks.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/load.h"

void check_profile_inside(struct load *load, const struct col_plugin *plugin,
    const struct profile *profile);
void check_credential_inside(struct load *load, const struct col_plugin *plugin,
    const struct col_node *part);

/*
 * Finds secrets in clear text and references that cannot be read in one part
 * of a credential, whether or not its plugin is there.  What the others say is
 * mixed into *hash, keyed.
 */
void check_secrets(struct load *load, const struct col_node *part,
    uint64_t *hash);

#endif
