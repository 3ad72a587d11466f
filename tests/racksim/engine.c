/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "engine.h"

#include <string.h>

#include "hash.h"

/* What all engines are called that share one id. */
#define SHARED_ID 0x5a5a

static void
put_id(uint64_t hash, struct keys_engine *ret)
{
	/*
	 * Source: RFC 3411: the first bit set, an enterprise number, then the
	 * format, 5 = octets of the enterprise's own choice. RFC 5612: 32473
	 * is the enterprise number of documentation.
	 */
	static const uint8_t head[] = {0x80, 0x00, 0x7e, 0xd9, 5};

	memcpy(ret->bytes, head, sizeof(head));
	ret->len = sizeof(head);
	for (int shift = 56; shift >= 0; shift -= 8) {
		ret->bytes[ret->len++] = (uint8_t)(hash >> shift);
	}
}

void
engine_at(const struct values_world *world,
    const struct province_device *device, int64_t t, struct v3_engine *ret)
{
	uint64_t hash = province_device_hash(world->province, device);
	struct faults_engine ordered;
	int64_t up;

	memset(ret, 0, sizeof(*ret));
	faults_engine(world->faults, device, t, &ordered);
	up = values_uptime(world, device, t, &ret->now.boots);
	if (ordered.changed_at >= 0) {
		hash = hash_mix(hash, (uint64_t)ordered.changed_at);
	}
	if (ordered.is_same) {
		hash = hash_mix(world->province->seed, SHARED_ID);
	}
	if (ordered.fell_at >= 0) {
		ret->now.boots = 1;
		up = up < t - ordered.fell_at ? up : t - ordered.fell_at;
	}
	up += ordered.jump_s;
	ret->now.time = up < 0 ? 0 : up > INT32_MAX ? INT32_MAX : (uint32_t)up;
	ret->is_bare = ordered.is_bare;
	put_id(hash, &ret->id);
}
