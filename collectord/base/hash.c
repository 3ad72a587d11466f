/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/hash.h"

#include <string.h>

uint64_t
hash64(const void *data, size_t size)
{
	const unsigned char *p = data;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < size; i++) {
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	}
	/* FNV alone leaves the low bits of like names alike */
	h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
	h = (h ^ h >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

uint64_t
hash64_text(const char *text)
{
	return hash64(text, strlen(text));
}

static uint64_t
rotate(uint64_t n, unsigned bits)
{
	return n << bits | n >> (64 - bits);
}

static void
sip_rounds(uint64_t v[4], unsigned n)
{
	for (; n > 0; n--) {
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

/* The next 8 bytes, least first; what is missing is 0. */
static uint64_t
sip_word(const unsigned char *p, size_t n)
{
	uint64_t word = 0;

	for (size_t i = 0; i < n && i < 8; i++) {
		word |= (uint64_t)p[i] << 8 * i;
	}
	return word;
}

uint64_t
hash64_keyed(const uint8_t *key, const void *data, size_t size)
{
	const unsigned char *p = data;
	uint64_t k0 = sip_word(key, 8), k1 = sip_word(key + 8, 8), word;
	/* "somepseudorandomlygeneratedbytes" */
	uint64_t v[4] = { k0 ^ UINT64_C(0x736f6d6570736575),
		k1 ^ UINT64_C(0x646f72616e646f6d),
		k0 ^ UINT64_C(0x6c7967656e657261),
		k1 ^ UINT64_C(0x7465646279746573) };
	size_t left = size;

	for (;; p += 8, left -= 8) {
		word = sip_word(p, left);
		if (left < 8) {
			word |= (uint64_t)size << 56;
		}
		v[3] ^= word;
		sip_rounds(v, 2);
		v[0] ^= word;
		if (left < 8) {
			break;
		}
	}
	v[2] ^= 0xff;
	sip_rounds(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* Reflected polynomial 0x1EDC6F41, four bits a step: 16 entries stay in cache. */
static uint32_t
crc_nibbles(uint32_t crc, const unsigned char *p, size_t size)
{
	static const uint32_t TABLE[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
		0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};

	for (size_t i = 0; i < size; i++) {
		crc ^= p[i];
		crc = crc >> 4 ^ TABLE[crc & 15];
		crc = crc >> 4 ^ TABLE[crc & 15];
	}
	return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t
crc_hardware(uint32_t crc, const unsigned char *p, size_t size)
{
	uint64_t wide = crc, word;

	for (; size >= 8; p += 8, size -= 8) {
		memcpy(&word, p, 8);
		wide = __builtin_ia32_crc32di(wide, word);
	}
	crc = (uint32_t)wide;
	for (; size > 0; p++, size--) {
		crc = __builtin_ia32_crc32qi(crc, *p);
	}
	return crc;
}
#endif

uint32_t
hash_crc32c(uint32_t crc, const void *data, size_t size)
{
	crc = ~crc;
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2")) {
		return ~crc_hardware(crc, data, size);
	}
#endif
	return ~crc_nibbles(crc, data, size);
}
