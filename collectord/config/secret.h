/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Secrets: the configuration holds only where they are, {file: PATH} or
 * {credential: NAME} of systemd; here they are read.
 *
 * Route: the plugin host's secret() service; the check of every option of
 * type secret.  Thread: any; blocks for the read of one small file.
 * Source: DESIGN.md 4.3; systemd.exec(5), LoadCredential=.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include <stddef.h>

#include <collectord/plugin.h>

#include "config/schema.h"

#define SECRET_SIZE_MAX 4096

/*
 * Reads the secret that node points to; a relative path starts at the folder
 * of the YAML file.  Returns its length.
 * Shape: buffer is NUL-terminated; one trailing newline is removed.
 * Owns: the caller wipes buffer (explicit_bzero).
 * Errors: COL_EINVAL no reference, COL_ENOENT, COL_EIO, COL_EAUTH when others
 * may write the file, COL_ERANGE too long; error never holds the secret.
 */
int config_secret(const struct col_node *node, char *buffer, size_t size,
    struct col_error *error);

/*
 * Checks that node is a reference to a secret that can be read now.
 * Errors: COL_ECONFIG, reported with the key's name and the remedy.
 */
int secret_check(const struct schema_context *context, const char *key,
    const struct col_node *node);
/*
 * The same, and mixes a keyed hash of the secret into *hash.
 * Shape: key_of_hash has HASH_KEY_SIZE bytes.
 */
int secret_fingerprint(const struct schema_context *context, const char *key,
    const struct col_node *node, const uint8_t *key_of_hash, uint64_t *hash);
/* True for a map with the one key file or credential. */
bool secret_is_reference(const struct col_node *node);

#endif
