/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses as people write them, and names that are looked up. */
#include <config.h>

#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"

static void
test_written(void **state)
{
	static const struct { const char *text, *host; uint16_t port; } good[] = {
		{"192.0.2.1", "192.0.2.1", 161}, {"192.0.2.1:1161", "192.0.2.1", 1161},
		{"2001:db8::1", "2001:db8::1", 161}, {"[2001:db8::1]", "2001:db8::1", 161},
		{"[2001:db8::1]:1161", "2001:db8::1", 1161}, {"::1", "::1", 161},
		{"pdu-1.example:65535", "pdu-1.example", 65535}, {"localhost", "localhost", 161},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct col_error error = {.code = 0};
		struct address address;
		char host[INET6_ADDRSTRLEN] = "";

		if (address_parse(good[i].text, 161, &address, &error) != 0) {
			fail_msg("%s: %s", good[i].text, error.text);
		}
		assert_false(address.is_file);
		assert_int_equal(address.port, good[i].port);
		assert_string_equal(address.name, good[i].host);
		if (!address.is_literal) {
			continue;
		}
		if (address.to.ss_family == AF_INET) {
			const struct sockaddr_in *v4 = (const void *)&address.to;

			inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
			assert_int_equal(ntohs(v4->sin_port), good[i].port);
		} else {
			const struct sockaddr_in6 *v6 = (const void *)&address.to;

			inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
			assert_int_equal(ntohs(v6->sin6_port), good[i].port);
		}
		assert_string_equal(host, good[i].host);
	}
}

/* An IPv4 address in the clothes of IPv6 goes out as what it is. */
static void
test_mapped(void **state)
{
	struct col_error error = {.code = 0};
	struct sockaddr_in v4;
	struct address address;

	(void)state;
	assert_int_equal(address_parse("[::ffff:192.0.2.7]:1161", 161, &address,
	    &error), 0);
	assert_int_equal(address.to.ss_family, AF_INET);
	assert_int_equal(address.to_len, sizeof(v4));
	memcpy(&v4, &address.to, sizeof(v4));
	assert_int_equal(ntohl(v4.sin_addr.s_addr), 0xc0000207);
	assert_int_equal(ntohs(v4.sin_port), 1161);
}

static void
test_refused(void **state)
{
	static const char *const bad[] = {
		"", ":161", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:+5",
		"192.0.2.1:12345678901", "192.0.2.256", "1.2.3", "[2001:db8::1", "[]",
		"[2001:db8::1]161", "2001:db8::zz", "a name", "name/path", "snmprec:", "[::1]:x",
	};
	char longest[600];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct col_error error = {.code = 0};
		struct address address = {.port = 7};

		if (address_parse(bad[i], 161, &address, &error) != COL_EINVAL) {
			fail_msg("%s is taken", bad[i]);
		}
		assert_true(error.text[0] != '\0');
		assert_int_equal(address.port, 7);      /* untouched */
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(address_parse(longest, 161, &(struct address){.port = 0},
	    &(struct col_error){.code = 0}), COL_EINVAL);
}

static void
test_file(void **state)
{
	struct col_error error = {.code = 0};
	struct address address;

	(void)state;
	assert_int_equal(address_parse("snmprec:/a/b:c.snmprec", 161, &address, &error), 0);
	assert_true(address.is_file);
	assert_false(address.is_literal);
}

/* Waits for the resolver's thread, not for a time. */
static enum resolver_state
look(struct resolver *resolver, struct resolver_name *name, struct address *address,
    struct col_error *error)
{
	enum resolver_state state;

	for (int i = 0; i < 120000; i++) {
		state = resolver_look(resolver, name, address, error);
		if (state != RESOLVER_WAITING) {
			return state;
		}
		(void)usleep(1000);
	}
	return RESOLVER_WAITING;
}

static void
test_names(void **state)
{
	struct fakehost fake;
	struct resolver *resolver;
	struct resolver_name *name, *same, *bad;
	struct address address;
	struct col_error error = {.code = 0};

	(void)state;
	fakehost_init(&fake);
	resolver = resolver_new(&fake.host);
	assert_non_null(resolver);
	assert_int_equal(address_parse("localhost:1161", 161, &address, &error), 0);
	name = resolver_get(resolver, "localhost");
	same = resolver_get(resolver, "localhost");
	assert_ptr_equal(name, same);
	assert_int_equal(look(resolver, name, &address, &error), RESOLVER_READY);
	assert_true(address.to_len > 0);
	assert_true(address.to.ss_family == AF_INET || address.to.ss_family == AF_INET6);
	assert_int_equal(ntohs(((const struct sockaddr_in *)&address.to)->sin_port), 1161);
	/* Source: RFC 6761 s.6.4: "invalid" never resolves. */
	bad = resolver_get(resolver, "no-such-pdu.invalid");
	assert_int_equal(look(resolver, bad, &address, &error), RESOLVER_FAILED);
	assert_true(error.text[0] != '\0');
	resolver_put(resolver, name);
	resolver_put(resolver, same);
	resolver_put(resolver, bad);
	resolver_put(resolver, NULL);
	resolver_free(resolver);
	fakehost_done(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
