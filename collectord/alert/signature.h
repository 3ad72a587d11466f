/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures of messages, so that a receiver knows that they are ours: HMAC-SHA256
 * in base64, over what each kind of receiver wants signed.
 *
 * Route: secrets -> signature -> formats.  Thread: any.
 * Source: Standard Webhooks specification 1.0.0; domain.md 4.2 (DingTalk, Feishu).
 */
#ifndef ALERT_SIGNATURE_H
#define ALERT_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_SIZE 45       /* base64 of 32 bytes, and a NUL */
#define SIGNATURE_KEY_MIN 24    /* bytes of a webhook's key */
#define SIGNATURE_KEY_MAX 64

/* base64(HMAC-SHA256(key, data)); data may be empty. */
void signature_make(const void *key, size_t key_size, const void *data, size_t size,
    char text[SIGNATURE_SIZE]);

/*
 * The key that a webhook's secret stands for: base64 behind "whsec_".
 * Shape: key of SIGNATURE_KEY_MAX; returns its length.
 * Errors: COL_EINVAL (no base64), COL_ERANGE (not 24 to 64 bytes).
 */
int signature_key(const char *secret, uint8_t key[SIGNATURE_KEY_MAX]);
/* Webhook: over "id.seconds.body".  Errors: those of the key; COL_ENOMEM. */
int signature_webhook(const char *secret, const char *id, int64_t seconds,
    const void *body, size_t size, char text[SIGNATURE_SIZE]);
/* DingTalk: over "milliseconds\nsecret"; not yet URL-encoded. */
void signature_dingtalk(const char *secret, int64_t ms, char text[SIGNATURE_SIZE]);
/* Feishu: over nothing, with "seconds\nsecret" as the key. */
void signature_feishu(const char *secret, int64_t seconds, char text[SIGNATURE_SIZE]);

#endif
