/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
refuse(struct col_error *error, const char *text, const char *why)
{
	error->code = COL_EINVAL;
	(void)snprintf(error->text, sizeof(error->text),
	    "address '%.200s': %s", text, why);
	return COL_EINVAL;
}

static bool
parse_port(const char *text, uint16_t *ret_port)
{
	unsigned long port = 0;

	if (*text == '\0' || strlen(text) > 5) {
		return false;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return false;
		}
		port = port * 10 + (unsigned long)(*text - '0');
	}
	*ret_port = (uint16_t)port;
	return port > 0 && port <= UINT16_MAX;
}

/* Splits "[host]:port", "host:port" and bare hosts. */
static bool
split(const char *text, char *host, size_t size, uint16_t *port)
{
	const char *colon = strrchr(text, ':'), *start = text, *end;

	if (text[0] == '[') {
		start++;
		end = strchr(text, ']');
		if (end == NULL || (end[1] != '\0' && (end[1] != ':' ||
		    !parse_port(end + 2, port)))) {
			return false;
		}
	} else if (colon != NULL && strchr(text, ':') == colon) {
		end = colon;
		if (!parse_port(colon + 1, port)) {
			return false;
		}
	} else {
		end = text + strlen(text);
	}
	if (end == start || (size_t)(end - start) >= size) {
		return false;
	}
	memcpy(host, start, (size_t)(end - start));
	host[end - start] = '\0';
	return true;
}

static void
fill_v4(struct address *address, struct in_addr host)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = host,
	    .sin_port = htons(address->port)};

	memcpy(&address->to, &v4, sizeof(v4));
	address->to_len = sizeof(v4);
}

static bool
read_literal(struct address *address)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
	    .sin6_port = htons(address->port)};
	struct in_addr host;

	if (inet_pton(AF_INET, address->name, &host) == 1) {
		fill_v4(address, host);
		return true;
	}
	if (inet_pton(AF_INET6, address->name, &v6.sin6_addr) != 1) {
		return false;
	}
	if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
		/* The sockets for IPv6 do not carry it. */
		memcpy(&host, v6.sin6_addr.s6_addr + 12, sizeof(host));
		fill_v4(address, host);
		return true;
	}
	memcpy(&address->to, &v6, sizeof(v6));
	address->to_len = sizeof(v6);
	return true;
}

int
address_parse(const char *text, uint16_t port, struct address *ret_address,
    struct col_error *error)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	struct address address = {.port = port};

	if (strncmp(text, ADDRESS_FILE, strlen(ADDRESS_FILE)) == 0) {
		address.is_file = true;
		if (text[strlen(ADDRESS_FILE)] == '\0') {
			return refuse(error, text, "the file is missing");
		}
	} else if (!split(text, address.name, sizeof(address.name),
	    &address.port)) {
		return refuse(error, text,
		    "must be an IP address or a name, with :port if needed");
	} else if (read_literal(&address)) {
		address.is_literal = true;
	} else if (address.name[strspn(address.name, letters)] != '\0' ||
	    address.name[strspn(address.name, "0123456789.")] == '\0') {
		return refuse(error, text, "is neither address nor name");
	}
	*ret_address = address;
	return 0;
}
