/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two primitives of RMCP+: keyed digests and AES-128 in CBC mode.
 *
 * Route:  bmc_session -> bmc_crypt -> OpenSSL.
 * Thread: one per struct bmc_crypt.
 * Source: IPMI v2.0 rev. 1.1 section 13.28 (RFC 2104, RFC 3602).
 */
#ifndef RACKSIM_BMC_CRYPT_H
#define RACKSIM_BMC_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BMC_CRYPT_DIGEST_MAX 32
#define BMC_CRYPT_BLOCK 16

enum bmc_digest {
	BMC_NO_DIGEST,
	BMC_SHA1,
	BMC_SHA256,
	BMC_DIGEST_N
};

struct bmc_crypt;

/* Owns: returns a struct, free with bmc_crypt_free. Errors: NULL. */
struct bmc_crypt *bmc_crypt_new(void);

/* NULL is fine. */
void bmc_crypt_free(struct bmc_crypt *crypt);

/* Returns the octets of a digest: 0, 20 or 32. */
size_t bmc_crypt_size(enum bmc_digest digest);

/*
 * Computes an HMAC.
 * Shape:  ret_mac has room for BMC_CRYPT_DIGEST_MAX octets; all zero where
 *         there is no digest.
 * Errors: -1 when OpenSSL refuses.
 */
int bmc_crypt_hmac(struct bmc_crypt *crypt, enum bmc_digest digest,
    const uint8_t *key, const uint8_t *data, size_t n, uint8_t *ret_mac);

/*
 * Encrypts or decrypts whole blocks; the initialisation vector is the block
 * in front of `data`, as RMCP+ sends it.
 * Shape:  n is a multiple of BMC_CRYPT_BLOCK.
 * Errors: -1 when it is not, or OpenSSL refuses.
 */
int bmc_crypt_aes(struct bmc_crypt *crypt, bool encrypt, const uint8_t *key,
    uint8_t *data, size_t n);

#endif
