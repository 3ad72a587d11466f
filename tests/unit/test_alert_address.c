/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses that messages may go to, whatever form they come in. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include <collectord/err.h>

#include "alert/address.h"

static bool
allowed(const char *address, const char *const *allow, char why[200])
{
	struct sockaddr_storage to = { 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&to;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&to;

	if (inet_pton(AF_INET, address, &in->sin_addr) == 1) {
		to.ss_family = AF_INET;
	} else {
		assert_int_equal(inet_pton(AF_INET6, address, &in6->sin6_addr), 1);
		to.ss_family = AF_INET6;
	}
	return address_allowed((struct sockaddr *)&to, allow, why);
}

static void
public_ones_are(void **unused)
{
	static const char *const GOOD[] = { "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0",
		"100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
		"192.0.1.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
		"198.20.0.0", "223.255.255.255", "2606:4700::1111", "2a00::1",
		"::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1" };
	char why[200];

	(void)unused;
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		strcpy(why, "");
		assert_true(allowed(GOOD[i], NULL, why));
	}
}

static void
special_ones_are_not(void **unused)
{
	static const char *const BAD[] = { "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255",
		"100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
		"169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.1", "192.0.2.1", "192.168.0.1", "198.18.0.1", "198.51.100.1",
		"203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1",
		"255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
		"::ffff:10.1.2.3", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
		"64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::1", "2002:a9fe:a9fe::",
		"fd00::1", "fc00::1", "fe80::1", "fec0::1", "ff02::1", "2001:db8::1",
		"2001::1", "100::1", "fd00:ec2::254" };
	char why[200];

	(void)unused;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		strcpy(why, "");
		assert_false(allowed(BAD[i], NULL, why));
		assert_non_null(strstr(why, BAD[i]));
		assert_non_null(strstr(why, "allow"));
	}
	assert_false(allowed("169.254.169.254", NULL, why));
	assert_non_null(strstr(why, "metadata"));
	assert_non_null(strstr(why, "allow: [\"169.254.169.254/32\"]"));
}

static void
listed_networks_are(void **unused)
{
	static const char *const ALLOW[] = { "10.1.0.0/16", "fd12::/16", "127.0.0.1", NULL };
	static const struct { const char *address; bool good; } CASES[] = {
		{ "10.1.0.0", true }, { "10.1.255.255", true }, { "10.2.0.0", false },
		{ "10.0.255.255", false }, { "::ffff:10.1.2.3", true },
		{ "fd12::1", true }, { "fd13::1", false }, { "127.0.0.1", true },
		{ "127.0.0.2", false }, { "8.8.8.8", true },
		/* what only carries it inside is not it */
		{ "64:ff9b::a01:203", false },
	};
	static const char *const ALL_V4[] = { "0.0.0.0/0", NULL };
	static const char *const BROKEN[] = { "10.0.0.0/33", "x", "", "10.0.0.1/8", NULL };
	char why[200];

	(void)unused;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		assert_int_equal(allowed(CASES[i].address, ALLOW, why), CASES[i].good);
	}
	assert_true(allowed("127.0.0.1", ALL_V4, why));
	assert_false(allowed("::1", ALL_V4, why));
	assert_false(allowed("10.0.0.1", BROKEN, why));
}

static void
networks_are_read(void **unused)
{
	static const char *const BAD[] = { "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
		"10.0.0.0/8 ", "10.0.0.1/8", "::/129", "fd00::1/8", "ten", "10.0.0/8",
		"1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:1:2:3:4:5:6:7:8" };
	struct network network;

	(void)unused;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		assert_int_equal(address_network(BAD[i], &network), COL_EINVAL);
	}
	assert_int_equal(address_network("10.0.0.0/8", &network), 0);
	assert_int_equal(network.bits, 104);
	assert_int_equal(network.bytes[12], 10);
	assert_int_equal(address_network("fd00::/8", &network), 0);
	assert_int_equal(network.bits, 8);
	assert_int_equal(address_network("192.0.2.7", &network), 0);
	assert_int_equal(network.bits, 128);
	assert_int_equal(address_network("0.0.0.0/0", &network), 0);
}

static void
other_families_are_not(void **unused)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	static const char *const ALLOW[] = { "0.0.0.0/0", "::/0", NULL };
	char why[200] = "";

	(void)unused;
	assert_false(address_allowed((struct sockaddr *)&to, ALLOW, why));
	assert_string_not_equal(why, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_ones_are),
		cmocka_unit_test(special_ones_are_not),
		cmocka_unit_test(listed_networks_are),
		cmocka_unit_test(networks_are_read),
		cmocka_unit_test(other_families_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
