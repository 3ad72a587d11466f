/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of one authoritative SNMP engine: its id, boots and time, and
 * the keys localised for it.  Kept per device, never looked up by id: two
 * devices with one engine id do not meet.
 *
 * Route: inside usm.c.  Thread: one POLL thread.
 * Source: RFC 3414 s.2.3 (times), s.3.2 step 7b (the window), RFC 3411 s.5.
 */
#ifndef SNMP_USM_ENGINE_H
#define SNMP_USM_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "../common/vault.h"
#include "credential.h"
#include "message_v3.h"
#include "usm_crypt.h"

#define USM_WINDOW_S 150     /* RFC 3414 s.2.2.3 */

/* How far the agent is known; each step includes those before. */
enum usm_trust {
	USM_UNKNOWN = 0,
	USM_LEARNED,     /* id, from an answer to a probe that anyone may forge */
	USM_SYNCED,      /* boots and time, from an authentic message */
	USM_PROVEN       /* it has answered this user at this level */
};

struct usm_engine {
	uint8_t *keys;       /* authentication, then privacy; in the vault */
	uint32_t boots;
	uint32_t time;       /* s; latest received of these boots */
	uint32_t synced_s;   /* monotonic s when it was received */
	uint8_t trust;       /* enum usm_trust */
	uint8_t id_len;
	uint8_t id[MESSAGE_V3_ENGINE_ID_MAX];
};

/* What localising needs. */
struct usm_keyring {
	struct usm_crypt *crypt;
	struct vault *vault;
};

/* What an answer to a probe says. */
struct usm_claim {
	struct usm_bytes id;
	uint32_t boots, time;
	uint32_t now_s;      /* monotonic */
};

/*
 * Fills an unknown engine and localises the keys of credential for it.
 * Owns: undo with usm_engine_forget and the same keyring.
 * Errors: COL_EPROTO (no such engine id), COL_ENOMEM, COL_ENOTSUP.
 */
int usm_engine_learn(struct usm_engine *engine,
    const struct usm_keyring *keyring, const struct credential *credential,
    const struct usm_claim *claim);
/* Back to unknown; the keys are wiped. */
void usm_engine_forget(struct usm_engine *engine,
    const struct usm_keyring *keyring, const struct credential *credential);

static inline struct usm_bytes
usm_engine_id(const struct usm_engine *engine)
{
	return (struct usm_bytes){engine->id, engine->id_len};
}

bool usm_engine_is(const struct usm_engine *engine, struct usm_bytes id);
/* The engine's time as it should be now.  Units: s. */
uint32_t usm_engine_time(const struct usm_engine *engine, uint32_t now_s);
/*
 * Takes boots and time of an authentic message.
 * Returns false when they lie outside the window: behind what is known.
 */
bool usm_engine_sync(struct usm_engine *engine, uint32_t boots, uint32_t time,
    uint32_t now_s);

static inline const uint8_t *
usm_engine_auth_key(const struct usm_engine *engine)
{
	return engine->keys;
}

static inline const uint8_t *
usm_engine_priv_key(const struct usm_engine *engine,
    const struct credential *credential)
{
	return engine->keys + usm_crypt_hash_len(credential->auth);
}

#endif
