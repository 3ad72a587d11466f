/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "bmc_crypt.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

/* All keys of ours are zero-padded to the digest or to 20 octets. */
static const size_t sizes[BMC_DIGEST_N] = {
	[BMC_NO_DIGEST] = 0,
	[BMC_SHA1] = 20,
	[BMC_SHA256] = 32,
};

struct bmc_crypt {
	EVP_MAC_CTX *mac[BMC_DIGEST_N];
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *aes;
};

/* A context with its digest chosen once: fetching it costs more than a MAC. */
static EVP_MAC_CTX *
new_mac(EVP_MAC *hmac, const char *digest)
{
	/* OpenSSL reads the name only, and has no const for it. */
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    (char *)(uintptr_t)digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);

	if (mac != NULL && EVP_MAC_CTX_set_params(mac, params) != 1) {
		EVP_MAC_CTX_free(mac);
		return NULL;
	}
	return mac;
}

struct bmc_crypt *
bmc_crypt_new(void)
{
	struct bmc_crypt *crypt = calloc(1, sizeof(*crypt));
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	if (crypt != NULL && hmac != NULL) {
		crypt->mac[BMC_SHA1] = new_mac(hmac, "SHA1");
		crypt->mac[BMC_SHA256] = new_mac(hmac, "SHA256");
		crypt->cipher = EVP_CIPHER_fetch(NULL, "AES-128-CBC", NULL);
		crypt->aes = EVP_CIPHER_CTX_new();
	}
	EVP_MAC_free(hmac);
	if (crypt == NULL || crypt->mac[BMC_SHA1] == NULL ||
	    crypt->mac[BMC_SHA256] == NULL || crypt->cipher == NULL ||
	    crypt->aes == NULL) {
		bmc_crypt_free(crypt);
		return NULL;
	}
	return crypt;
}

void
bmc_crypt_free(struct bmc_crypt *crypt)
{
	if (crypt == NULL) {
		return;
	}
	EVP_MAC_CTX_free(crypt->mac[BMC_SHA1]);
	EVP_MAC_CTX_free(crypt->mac[BMC_SHA256]);
	EVP_CIPHER_free(crypt->cipher);
	EVP_CIPHER_CTX_free(crypt->aes);
	free(crypt);
}

size_t
bmc_crypt_size(enum bmc_digest digest)
{
	return sizes[digest];
}

int
bmc_crypt_hmac(struct bmc_crypt *crypt, enum bmc_digest digest,
    const uint8_t *key, const uint8_t *data, size_t n, uint8_t *ret_mac)
{
	size_t size = sizes[digest];
	EVP_MAC_CTX *mac = crypt->mac[digest];

	memset(ret_mac, 0, BMC_CRYPT_DIGEST_MAX);
	if (digest == BMC_NO_DIGEST) {
		return 0;
	}
	return EVP_MAC_init(mac, key, size, NULL) == 1 &&
	    EVP_MAC_update(mac, data, n) == 1 &&
	    EVP_MAC_final(mac, ret_mac, &size, BMC_CRYPT_DIGEST_MAX) == 1 ?
	    0 : -1;
}

int
bmc_crypt_aes(struct bmc_crypt *crypt, bool encrypt, const uint8_t *key,
    uint8_t *data, size_t n)
{
	int len = 0;

	if (n == 0 || n % BMC_CRYPT_BLOCK != 0 || n > 65536) {
		return -1;
	}
	return EVP_CipherInit_ex(crypt->aes, crypt->cipher, NULL, key,
	    data - BMC_CRYPT_BLOCK, encrypt) == 1 &&
	    EVP_CIPHER_CTX_set_padding(crypt->aes, 0) == 1 &&
	    EVP_CipherUpdate(crypt->aes, data, &len, data, (int)n) == 1 &&
	    (size_t)len == n ? 0 : -1;
}
