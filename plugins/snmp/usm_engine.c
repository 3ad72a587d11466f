/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * time is what the agent said last, not what it would be now: RFC 3414 calls it
 * latestReceivedEngineTime and lets only a later one replace it, or recorded
 * messages could turn the clock back within the window.
 */
#include "usm_engine.h"

#include <string.h>

#include "usm_key.h"

static size_t
keys_size(const struct credential *credential)
{
	return usm_crypt_hash_len(credential->auth) +
	    usm_crypt_key_len(credential->priv);
}

static int
make_keys(struct usm_engine *engine, const struct usm_keyring *keyring,
    const struct credential *credential, struct usm_bytes id)
{
	uint8_t key[USM_HASH_MAX];
	size_t len = usm_crypt_hash_len(credential->auth);
	int rc;

	engine->keys = vault_take(keyring->vault, keys_size(credential));
	if (engine->keys == NULL) {
		return COL_ENOMEM;
	}
	rc = usm_key_localize(keyring->crypt, credential->auth,
	    credential->auth_key, id, key);
	if (rc == 0) {
		memcpy(engine->keys, key, len);
		if (credential->priv != CREDENTIAL_PRIV_NONE) {
			rc = usm_key_privacy(keyring->crypt, credential, id,
			    key);
			memcpy(engine->keys + len, key,
			    usm_crypt_key_len(credential->priv));
		}
	}
	explicit_bzero(key, sizeof(key));
	return rc;
}

int
usm_engine_learn(struct usm_engine *engine, const struct usm_keyring *keyring,
    const struct credential *credential, const struct usm_claim *claim)
{
	if (claim->id.len < MESSAGE_V3_ENGINE_ID_MIN ||
	    claim->id.len > MESSAGE_V3_ENGINE_ID_MAX) {
		return COL_EPROTO;
	}
	if (credential->auth != CREDENTIAL_AUTH_NONE) {
		int rc = make_keys(engine, keyring, credential, claim->id);
		if (rc != 0) {
			usm_engine_forget(engine, keyring, credential);
			return rc;
		}
	}
	memcpy(engine->id, claim->id.at, claim->id.len);
	engine->id_len = (uint8_t)claim->id.len;
	engine->boots = claim->boots;
	engine->time = claim->time;
	engine->synced_s = claim->now_s;
	engine->trust = USM_LEARNED;
	return 0;
}

void
usm_engine_forget(struct usm_engine *engine,
    const struct usm_keyring *keyring, const struct credential *credential)
{
	/* noAuthNoPriv has no keys. */
	if (engine->keys != NULL) {
		vault_give(keyring->vault, engine->keys,
		    keys_size(credential));
	}
	memset(engine, 0, sizeof(*engine));
}

bool
usm_engine_is(const struct usm_engine *engine, struct usm_bytes id)
{
	return engine->id_len == id.len &&
	    memcmp(engine->id, id.at, id.len) == 0;
}

uint32_t
usm_engine_time(const struct usm_engine *engine, uint32_t now_s)
{
	uint64_t time = (uint64_t)engine->time + (now_s - engine->synced_s);

	return time < MESSAGE_V3_TIME_MAX ? (uint32_t)time :
	    MESSAGE_V3_TIME_MAX;
}

/*
 * What a probe's answer claimed counts for nothing here: the first authentic
 * message may correct it in either direction.
 */
bool
usm_engine_sync(struct usm_engine *engine, uint32_t boots, uint32_t time,
    uint32_t now_s)
{
	bool newer = engine->trust < USM_SYNCED || boots > engine->boots ||
	    (boots == engine->boots && time > engine->time);

	/* Such an engine wants new keys before it talks again: s.2.2.2. */
	if (boots == MESSAGE_V3_TIME_MAX) {
		return false;
	}
	if (engine->trust >= USM_SYNCED && (boots < engine->boots ||
	    (boots == engine->boots && (uint64_t)time + USM_WINDOW_S <
	    usm_engine_time(engine, now_s)))) {
		return false;
	}
	if (newer) {
		engine->boots = boots;
		engine->time = time;
		engine->synced_s = now_s;
	}
	if (engine->trust < USM_SYNCED) {
		engine->trust = USM_SYNCED;
	}
	return true;
}
