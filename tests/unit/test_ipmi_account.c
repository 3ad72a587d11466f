/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Credentials: what is refused and where, what is loaded, and only once.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../plugins/common/credential_set.h"
#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "account.h"

#include <collectord/err.h>

static struct fakehost fake;

static int
start(void **state)
{
	(void)state;
	fakehost_init(&fake);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	fakehost_done(&fake);
	return 0;
}

static void
test_check(void **state)
{
	static const struct { const char *text, *report; } table[] = {
	    {"{user: mon, password: {file: x}}", NULL},
	    {"{user: '', password: {credential: x}, kg: {file: k},"
	        " privilege: administrator, timeout: 500ms, retries: 0}", NULL},
	    {"{password: {file: x}}", "'user' is missing"},
	    {"{user: mon}", "'password' is missing"},
	    {"{user: mon, password: secret}", "must not be written here"},
	    {"{user: mon, password: {path: x}}", "{file: PATH}"},
	    {"{user: seventeen-letters, password: {file: x}}",
	        "at most 16 bytes"},
	    {"{user: mon, password: {file: x}, kg: 0x00}",
	        "a K_g must not be written here"},
	    {"{user: mon, password: {file: x}, privilege: admin}",
	        "unknown privilege 'admin'"},
	    {"{user: mon, password: {file: x}, timeout: 1h}", "50ms to 30s"},
	    {"{user: mon, password: {file: x}, retries: 11}", "0 to 10"},
	    {"{user: mon, password: {file: x}, passwort: 1}", "passwort"},
	    {"[mon]", "c.yaml:1:1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct col_node *node = yamltree_parse(table[i].text, "c.yaml");
		int rc;

		assert_non_null(node);
		fake.reports[0] = '\0';
		rc = account_check(&fake.host, node);
		if (table[i].report == NULL) {
			assert_int_equal(rc, 0);
			assert_string_equal(fake.reports, "");
		} else {
			assert_int_equal(rc, COL_ECONFIG);
			if (strstr(fake.reports, table[i].report) == NULL) {
				fail_msg("%s: %s", table[i].text, fake.reports);
			}
		}
		yamltree_free(node);
	}
}

static const struct account *
load(struct credential_set *set, struct col_node *node, const char *id)
{
	struct col_credential from = {.id = id, .node = node};

	return credential_set_get(set, &from);
}

static void
test_load(void **state)
{
	struct col_node *node = yamltree_parse("{user: mon,"
	    " password: {credential: mon-pass}, kg: {credential: '0x0102ff'},"
	    " privilege: operator, timeout: 2s, retries: 1}", "c.yaml");
	struct credential_set *set = credential_set_new(&fake.host,
	    sizeof(struct account), account_load);
	const struct account *a = load(set, node, "bmc"), *b;
	uint8_t wanted[RAKP_PASSWORD_MAX] = {0x01, 0x02, 0xff};

	(void)state;
	assert_null(credential_set_fault(a));
	assert_string_equal(a->id, "bmc");
	assert_int_equal(a->identity.n_user, 3);
	assert_memory_equal(a->identity.user, "mon", 3);
	assert_memory_equal(a->identity.password, "mon-pass\0\0\0\0\0\0\0\0\0\0\0\0",
	    RAKP_PASSWORD_MAX);
	assert_true(a->identity.has_kg);
	assert_memory_equal(a->identity.kg, wanted, sizeof(wanted));
	assert_int_equal(a->privilege, ACCOUNT_OPERATOR);
	assert_int_equal(a->timeout_ns, INT64_C(2000000000));
	assert_int_equal(a->retries, 1);
	b = load(set, node, "bmc");
	assert_ptr_equal(a, b);
	credential_set_put(set, a);
	assert_int_equal(b->retries, 1);
	credential_set_put(set, b);
	credential_set_put(set, NULL);
	credential_set_free(set);
	yamltree_free(node);
}

/* What cannot be loaded is told once and kept with its reason. */
static void
test_bad(void **state)
{
	static const struct { const char *text, *fault; } table[] = {
	    {"{user: mon, password: {credential: 123456789012345678901}}",
	        "at most 20 bytes"},
	    {"{user: mon, password: {file: /nonexistent/x}}",
	        "cannot read the secret"},
	    {"{user: mon, password: {credential: x}, kg: {credential: '0x1'}}",
	        "two a byte"},
	    {"{user: mon, password: {credential: x}, kg: {credential: '0x00010203"
	        "0405060708090a0b0c0d0e0f1011121314'}}", "40 digits"},
	    {"{user: mon}", "not usable"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct col_node *node = yamltree_parse(table[i].text, "c.yaml");
		struct credential_set *set = credential_set_new(&fake.host,
	    sizeof(struct account), account_load);
		const struct account *account = load(set, node, "bad");
		const struct account *again = load(set, node, "bad");

		assert_ptr_equal(account, again);
		assert_non_null(credential_set_fault(account));
		if (strstr(credential_set_fault(account), table[i].fault) == NULL) {
			fail_msg("%s: %s", table[i].text,
			    credential_set_fault(account));
		}
		credential_set_put(set, account);
		credential_set_put(set, again);
		credential_set_free(set);
		yamltree_free(node);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_check, start, stop),
	    cmocka_unit_test_setup_teardown(test_load, start, stop),
	    cmocka_unit_test_setup_teardown(test_bad, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
