/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys of the User-based Security Model: passphrase to key once per
 * credential, key to localised key once per agent.
 *
 * Route: credential.c derives, usm.c localises.  Thread: that of the crypt.
 * Source: RFC 3414 A.2 and s.2.6; RFC 7860 s.9.3; draft-blumenthal-aes-usm-04
 * s.3.1.2.1 and draft-reeder-snmpv3-usm-3desede-00 s.2.1 for longer keys.
 */
#ifndef SNMP_USM_KEY_H
#define SNMP_USM_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "credential.h"
#include "usm_crypt.h"

#define USM_PASSPHRASE_MIN 8  /* RFC 3414 s.11.2 */
#define USM_PRIV_KEY_MAX 32   /* AES-256 */

/*
 * Ku from a passphrase: hashes one MiB, 0.6 to 2 ms.
 * Shape: passphrase 8 bytes or more; ret_ku has USM_HASH_MAX bytes, of which
 * usm_crypt_hash_len(auth) are set.  Errors: COL_EINVAL (short), COL_ENOTSUP.
 */
int usm_key_derive(struct usm_crypt *crypt, enum credential_auth auth,
    struct usm_bytes passphrase, uint8_t *ret_ku);
/* Kul from Ku for one engine id.  Shape: as above. */
int usm_key_localize(struct usm_crypt *crypt, enum credential_auth auth,
    const uint8_t *ku, struct usm_bytes engine_id, uint8_t *ret_kul);
/*
 * The localised privacy key, extended where the hash is too short.  Reeder's
 * way (the C protocols) derives from a passphrase again: 0.6 to 2 ms.
 * Shape: ret_key has USM_PRIV_KEY_MAX bytes, usm_crypt_key_len(priv) are set.
 */
int usm_key_privacy(struct usm_crypt *crypt,
    const struct credential *credential, struct usm_bytes engine_id,
    uint8_t *ret_key);

#endif
