/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See guard.h. */
#include <config.h>

#include "http/guard.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "http/request.h"

static const struct {
	unsigned status;
	const char *code, *text;
} verdicts[GUARD_N] = {
	[GUARD_PASS] = {200, "pass", "nothing is wrong"},
	[GUARD_TARGET_LONG] = {400, "target_too_long", "the request target is too long"},
	[GUARD_TARGET_NUL] = {400, "target_nul", "the request target holds a NUL"},
	[GUARD_TARGET_BYTES] = {400, "target_bytes",
	    "the request target holds bytes that no URL has"},
	[GUARD_METHOD] = {400, "method", "unknown method"},
	[GUARD_VERSION] = {400, "version", "only HTTP/1.0 and HTTP/1.1 are spoken here"},
	[GUARD_HEADER_NAME] = {400, "header_name", "a header name is malformed"},
	[GUARD_HEADER_VALUE] = {400, "header_value",
	    "a header value is too long or holds control characters"},
	[GUARD_HEADERS] = {400, "headers", "too many headers"},
	[GUARD_HOST_COUNT] = {400, "host_count", "exactly one Host header is needed"},
	[GUARD_HOST] = {400, "host",
	    "the Host header does not name this server (a protection against "
	    "DNS rebinding): use 127.0.0.1, [::1] or localhost"},
	[GUARD_LENGTH_COUNT] = {400, "length_count", "more than one Content-Length"},
	[GUARD_LENGTH] = {400, "length", "Content-Length is no number"},
	[GUARD_LENGTH_AND_CODING] = {400, "length_and_coding",
	    "Content-Length and Transfer-Encoding exclude each other"},
	[GUARD_CODING] = {400, "coding", "a body of unknown length is not accepted"},
	[GUARD_BODY] = {400, "body", "this method has no body"},
	[GUARD_BODY_LARGE] = {413, "body_too_large", "bodies end at 64 KiB"},
	[GUARD_TYPE_COUNT] = {400, "type_count", "more than one Content-Type"},
	[GUARD_ORIGIN_COUNT] = {400, "origin_count",
	    "more than one Origin or Sec-Fetch-Site"},
	[GUARD_CROSS_SITE] = {403, "cross_site",
	    "a page of another site may not change anything here"},
};

const char *
guard_code(enum guard_verdict verdict)
{
	return verdicts[verdict].code;
}

const char *
guard_text(enum guard_verdict verdict)
{
	return verdicts[verdict].text;
}

unsigned
guard_status(enum guard_verdict verdict)
{
	return verdicts[verdict].status;
}

enum guard_verdict
guard_target(const char *target)
{
	size_t len = strnlen(target, REQUEST_TARGET_MAX + 1);

	if (len > REQUEST_TARGET_MAX) {
		return GUARD_TARGET_LONG;
	}
	if (strstr(target, "%00") != NULL) {
		return GUARD_TARGET_NUL;
	}
	if (target[0] != '/') {
		return GUARD_TARGET_BYTES;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)target[i];

		if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}#", c) != NULL) {
			return GUARD_TARGET_BYTES;
		}
	}
	return GUARD_PASS;
}

/* Source: RFC 9110 section 5.6.2, token. */
static bool
is_token(const char *text)
{
	size_t n = 0;

	for (; text[n] != '\0' && n < 128; n++) {
		unsigned char c = (unsigned char)text[n];
		bool alnum = (c >= '0' && c <= '9') ||
		    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');

		if (!alnum && strchr("!#$%&'*+-.^_`|~", c) == NULL) {
			return false;
		}
	}
	return n > 0 && text[n] == '\0';
}

static bool
is_clean(const char *value, size_t size)
{
	if (size > GUARD_HEADER_MAX) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)value[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			return false;
		}
	}
	return true;
}

static void
blame(struct guard_headers *headers, enum guard_verdict verdict)
{
	if (headers->verdict == GUARD_PASS) {
		headers->verdict = verdict;
	}
}

void
guard_header(struct guard_headers *headers, const char *name, const char *value,
    size_t value_size)
{
	if (++headers->n_headers > GUARD_HEADERS_MAX) {
		blame(headers, GUARD_HEADERS);
		return;
	}
	if (!is_token(name)) {
		blame(headers, GUARD_HEADER_NAME);
		return;
	}
	if (value == NULL || !is_clean(value, value_size)) {
		blame(headers, GUARD_HEADER_VALUE);
		return;
	}
	if (strcasecmp(name, "Host") == 0) {
		headers->n_host++;
		if (str_copy(headers->host, sizeof(headers->host), value) >=
		    sizeof(headers->host)) {
			blame(headers, GUARD_HOST);
		}
	} else if (strcasecmp(name, "Content-Length") == 0) {
		headers->n_length++;
		if (strspn(value, "0123456789") != value_size ||
		    str_to_uint(value, 0, INT64_MAX, &headers->length) != 0) {
			blame(headers, GUARD_LENGTH);
		}
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		headers->n_coding++;
	} else if (strcasecmp(name, "Content-Type") == 0) {
		headers->n_type++;
		(void)str_copy(headers->type, sizeof(headers->type), value);
	} else if (strcasecmp(name, "Origin") == 0) {
		headers->n_origin++;
		(void)str_copy(headers->origin, sizeof(headers->origin), value);
	} else if (strcasecmp(name, "Sec-Fetch-Site") == 0) {
		headers->n_site++;
		(void)str_copy(headers->site, sizeof(headers->site), value);
	}
}

bool
guard_same_site(const struct guard_headers *headers)
{
	const char *origin = headers->origin;

	if (headers->n_site > 0 && strcmp(headers->site, "same-origin") != 0 &&
	    strcmp(headers->site, "none") != 0) {
		return false;
	}
	if (headers->n_origin == 0) {
		return true;
	}
	if (strncmp(origin, "http://", 7) == 0) {
		origin += 7;
	} else if (strncmp(origin, "https://", 8) == 0) {
		origin += 8;
	} else {
		return false;   /* "null" and what no page of ours has */
	}
	return strcasecmp(origin, headers->host) == 0;
}

bool
guard_is_json(const struct guard_headers *headers)
{
	static const char json[] = "application/json";
	size_t n = strcspn(headers->type, "; \t");

	return headers->n_type == 1 && n == sizeof(json) - 1 &&
	    strncasecmp(headers->type, json, n) == 0;
}

/* Methods that some route could have; TRACE and CONNECT never. */
static bool
is_method(const char *method)
{
	static const char *const known[] = {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i], method) == 0) {
			return true;
		}
	}
	return false;
}

static bool
is_reading(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

/* What a request must not be that may change something. */
static enum guard_verdict
judge_change(const struct guard_headers *headers)
{
	if (headers->n_type > 1) {
		return GUARD_TYPE_COUNT;
	}
	if (headers->n_origin > 1 || headers->n_site > 1) {
		return GUARD_ORIGIN_COUNT;
	}
	return guard_same_site(headers) ? GUARD_PASS : GUARD_CROSS_SITE;
}

enum guard_verdict
guard_head(const struct guard_headers *headers, const char *method,
    const char *version, const char *listen_host)
{
	if (!is_method(method)) {
		return GUARD_METHOD;
	}
	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0) {
		return GUARD_VERSION;
	}
	if (headers->n_length > 0 && headers->n_coding > 0) {
		return GUARD_LENGTH_AND_CODING;
	}
	if (headers->n_length > 1) {
		return GUARD_LENGTH_COUNT;
	}
	if (headers->verdict != GUARD_PASS) {
		return headers->verdict;
	}
	if (headers->n_coding > 0) {
		return GUARD_CODING;
	}
	if (headers->n_host != 1) {
		return GUARD_HOST_COUNT;
	}
	if (!guard_host(headers->host, listen_host)) {
		return GUARD_HOST;
	}
	if (headers->length > GUARD_BODY_MAX) {
		return GUARD_BODY_LARGE;
	}
	return is_reading(method) ? (headers->length > 0 ? GUARD_BODY : GUARD_PASS) :
	    judge_change(headers);
}

bool
guard_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) {
		return true;
	}
	if (inet_pton(AF_INET, host, &v4) == 1) {
		return (ntohl(v4.s_addr) >> 24) == 127;
	}
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool
guard_host(const char *host, const char *listen_host)
{
	char name[256];
	int64_t port;
	const char *bracket = host[0] == '[' ? strchr(host, ']') : NULL;
	const char *colon = strchr(bracket != NULL ? bracket : host, ':');
	size_t len = colon != NULL ? (size_t)(colon - host) : strlen(host);

	if (len == 0 || len >= sizeof(name) || (host[0] == '[' && bracket == NULL)) {
		return false;
	}
	if (colon != NULL && (strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    str_to_int(colon + 1, 1, 65535, &port) != 0)) {
		return false;
	}
	if (bracket != NULL) {
		/* what is left between the brackets is an IPv6 address */
		if (len != (size_t)(bracket - host) + 1 || len < 4) {
			return false;
		}
		memcpy(name, host + 1, len - 2);
		name[len - 2] = '\0';
		if (strchr(name, ':') == NULL) {
			return false;
		}
	} else {
		memcpy(name, host, len);
		name[len] = '\0';
	}
	return listen_host == NULL || guard_is_loopback(name) ||
	    strcasecmp(name, listen_host) == 0;
}
