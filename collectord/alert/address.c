/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All addresses are judged as 16 bytes; what carries an IPv4 address inside
 * (mapped, NAT64, 6to4) is judged by that one.
 */
#include <config.h>

#include "alert/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

#define BITS_V4 96u

struct special { const char *network, *what; };

/* Source: IANA IPv4 and IPv6 Special-Purpose Address Registry, "globally
 * reachable: false"; RFC 5771 and RFC 4291 for multicast. */
static const struct special SPECIALS[] = {
	{ "0.0.0.0/8", "this network" },
	{ "10.0.0.0/8", "a private network" },
	{ "100.64.0.0/10", "a carrier's private network" },
	{ "127.0.0.0/8", "loopback" },
	{ "169.254.169.254/32", "the metadata service of a cloud" },
	{ "169.254.0.0/16", "link-local" },
	{ "172.16.0.0/12", "a private network" },
	{ "192.0.0.0/24", "reserved for protocols" },
	{ "192.0.2.0/24", "for documentation" },
	{ "192.168.0.0/16", "a private network" },
	{ "198.18.0.0/15", "for benchmarks" },
	{ "198.51.100.0/24", "for documentation" },
	{ "203.0.113.0/24", "for documentation" },
	{ "224.0.0.0/4", "multicast" },
	{ "240.0.0.0/4", "reserved or broadcast" },
	{ "::1", "loopback" },
	{ "::/96", "unspecified" },
	{ "64:ff9b:1::/48", "a private network" },
	{ "100::/64", "for discarding" },
	{ "2001::/23", "reserved for protocols" },
	{ "2001:db8::/32", "for documentation" },
	{ "3fff::/20", "for documentation" },
	{ "5f00::/16", "for segment routing" },
	{ "fc00::/7", "a private network" },
	{ "fe80::/10", "link-local" },
	{ "fec0::/10", "a private network" },
	{ "ff00::/8", "multicast" },
};

static void
map_v4(const void *four, uint8_t bytes[16])
{
	memset(bytes, 0, 10);
	bytes[10] = bytes[11] = 0xff;
	memcpy(bytes + 12, four, 4);
}

static bool
is_in(const uint8_t *bytes, const struct network *network)
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;

	return memcmp(bytes, network->bytes, whole) == 0 && (rest == 0 ||
	    (bytes[whole] ^ network->bytes[whole]) >> (8 - rest) == 0);
}

static bool
is_in_text(const uint8_t *bytes, const char *text)
{
	struct network network;

	return address_network(text, &network) == COL_OK && is_in(bytes, &network);
}

int
address_network(const char *text, struct network *ret_network)
{
	struct network network = { .bits = 128 };
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text) : strlen(text);
	char host[INET6_ADDRSTRLEN];
	uint8_t four[4];
	uint64_t bits = 128;
	unsigned offset = 0;

	if (len >= sizeof(host)) {
		return COL_EINVAL;
	}
	memcpy(host, text, len);
	host[len] = '\0';
	if (inet_pton(AF_INET, host, four) == 1) {
		map_v4(four, network.bytes);
		offset = BITS_V4;
		bits = 32;
	} else if (inet_pton(AF_INET6, host, network.bytes) != 1) {
		return COL_EINVAL;
	}
	if (slash != NULL && str_to_uint(slash + 1, 0, bits, &bits) != COL_OK) {
		return COL_EINVAL;
	}
	network.bits = (unsigned)bits + offset;
	for (unsigned i = network.bits; i < 128; i++) {
		if ((network.bytes[i / 8] & (0x80 >> i % 8)) != 0) {
			return COL_EINVAL;
		}
	}
	*ret_network = network;
	return COL_OK;
}

/* Where the packets go in the end: the IPv4 address in an IPv6 one. */
static void
unwrap(uint8_t bytes[16])
{
	uint8_t four[4];

	if (is_in_text(bytes, "64:ff9b::/96")) {        /* RFC 6052 */
		memcpy(four, bytes + 12, 4);
	} else if (is_in_text(bytes, "2002::/16")) {    /* RFC 3056 */
		memcpy(four, bytes + 2, 4);
	} else {
		return;
	}
	map_v4(four, bytes);
}

bool
address_allowed(const struct sockaddr *to, const char *const *allow, char why[200])
{
	uint8_t bytes[16];
	char text[INET6_ADDRSTRLEN];

	if (to->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)to;

		map_v4(&in->sin_addr, bytes);
		(void)inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
	} else if (to->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)to;

		memcpy(bytes, &in6->sin6_addr, sizeof(bytes));
		(void)inet_ntop(AF_INET6, bytes, text, sizeof(text));
	} else {
		(void)str_copy(why, 200, "neither an IPv4 nor an IPv6 address");
		return false;
	}
	for (; allow != NULL && *allow != NULL; allow++) {
		if (is_in_text(bytes, *allow)) {
			return true;
		}
	}
	unwrap(bytes);
	for (size_t i = 0; i < sizeof(SPECIALS) / sizeof(SPECIALS[0]); i++) {
		if (is_in_text(bytes, SPECIALS[i].network)) {
			(void)str_format(why, 200, "%s is %s: messages go there only when "
			    "the receiver's 'allow' lists it (allow: [\"%s/%d\"])",
			    text, SPECIALS[i].what, text, to->sa_family == AF_INET ? 32 : 128);
			return false;
		}
	}
	return true;
}
