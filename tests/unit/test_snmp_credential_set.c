/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One loading per credential, good or bad, for all devices that name it. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "credential.h"
#include "../common/credential_set.h"

static void
test_loaded_once(void **state)
{
	struct fakehost fake;
	struct col_node *node = yamltree_parse(
	    "{version: 2c, community: {credential: x}}", "c.yaml");
	struct col_credential from = {.id = "good", .node = node};
	const struct credential *a, *b;
	struct credential_set *set;

	(void)state;
	fakehost_init(&fake);
	set = credential_set_new(&fake.host, sizeof(struct credential),
	    credential_load);
	a = credential_set_get(set, &from);
	b = credential_set_get(set, &from);
	assert_non_null(a);
	assert_ptr_equal(a, b);
	assert_null(credential_set_fault(a));
	assert_string_equal(a->id, "good");
	assert_string_equal(a->community, "x");
	credential_set_put(set, a);
	assert_string_equal(b->community, "x");
	credential_set_put(set, b);
	credential_set_put(set, NULL);
	credential_set_free(set);
	yamltree_free(node);
	fakehost_done(&fake);
}

/* A file that is missing is looked for once, and lamented once. */
static void
test_a_bad_one_is_told_once(void **state)
{
	struct fakehost fake;
	struct col_node *node = yamltree_parse(
	    "{version: 2c, community: {file: /nonexistent/x}}", "c.yaml");
	struct col_credential from = {.id = "bad", .node = node};
	const struct credential *given[100];
	struct credential_set *set;
	char *log = NULL;
	size_t size = 0;

	(void)state;
	fakehost_init(&fake);
	fake.log = open_memstream(&log, &size);
	set = credential_set_new(&fake.host, sizeof(struct credential),
	    credential_load);
	for (int i = 0; i < 100; i++) {
		given[i] = credential_set_get(set, &from);
		assert_non_null(given[i]);
		assert_string_equal(credential_set_fault(given[i]),
		    "cannot read the secret");
	}
	(void)fclose(fake.log);
	fake.log = NULL;
	assert_non_null(strstr(log, "credential bad: cannot read the secret"));
	assert_ptr_equal(strchr(log, '\n'), log + size - 1);
	free(log);
	/* When the last is gone it is tried anew: it may be there by then. */
	for (int i = 0; i < 100; i++) {
		credential_set_put(set, given[i]);
	}
	yamltree_free(node);
	node = yamltree_parse("{version: 2c, community: {credential: y}}",
	    "c.yaml");
	from.node = node;
	given[0] = credential_set_get(set, &from);
	assert_null(credential_set_fault(given[0]));
	credential_set_free(set);
	yamltree_free(node);
	fakehost_done(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_loaded_once),
	    cmocka_unit_test(test_a_bad_one_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
