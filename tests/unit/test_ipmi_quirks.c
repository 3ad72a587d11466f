/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each deviation of BMCs by itself: without its quirk the fault names the check
 * that failed and the quirk, with it the BMC is read.  What concerns readings
 * is in test_ipmi_choose and test_ipmi_round.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bmc_kit.h"

#define ORDER(field) offsetof(struct bmc_order, field)

static const struct deviation {
	size_t order;          /* what is wrong, of struct bmc_order */
	const char *quirk;     /* that lets it pass */
	const char *check;     /* the fault names it so … */
	const char *place;     /* … and where it happened */
	int status;            /* of a command without the quirk */
} deviations[] = {
	{ORDER(no_rmcpp), "authcap", "IPMI 1.5 only",
	    "Get Channel Authentication Capabilities", COL_EPROTO},
	{ORDER(padded_user), "intel20", "wrong user", "RAKP 1", COL_EAUTH},
	{ORDER(long_rakp), "supermicro20", "wrong length or layout", "RAKP 1",
	    COL_EPROTO},
	{ORDER(long_rakp), "sun20", "wrong length or layout", "RAKP 1",
	    COL_EPROTO},
	{ORDER(bad_rakp4), "integritycheckvalue", "integrity check value",
	    "RAKP 3", COL_EAUTH},
	{ORDER(zero_id), "idzero", "session id 0", "command", COL_EPROTO},
	{ORDER(bad_sum), "nochecksumcheck", "checksum", "command",
	    COL_EPROTO},
	{ORDER(bad_code), "ignoreauthcode", "signature", "command",
	    COL_EPROTO},
};

static struct kit kit;

static struct link *
start(const struct deviation *deviation, const char *model, uint32_t quirks)
{
	kit_start(&kit, 1, model);
	*((bool *)&kit.bmcs[0].order + deviation->order) = true;
	return kit_link_with(&kit, 0, 1, (struct link_setup){.suite = -1,
	    .quirks = quirks});
}

static void
check_refused(const struct deviation *deviation, const char *model)
{
	struct link *link = start(deviation, model, 0);
	const char *text;
	char quirk[40];
	int status = kit_wait(&kit, link, LANMSG_APP, 1, 60 * KIT_S);

	text = link_fault(link);
	(void)snprintf(quirk, sizeof(quirk), "%s", deviation->quirk);
	if (status == 0 || strstr(text, deviation->check) == NULL ||
	    strstr(text, deviation->place) == NULL ||
	    strstr(text, "quirk") == NULL || strstr(text, quirk) == NULL) {
		fail_msg("%s, %s: status %d: %s", model, deviation->quirk,
		    status, text);
	}
	assert_int_equal(status, deviation->status);
	kit_stop(&kit);
}

/* Read twice, and the session is closed in the end. */
static void
check_allowed(const struct deviation *deviation, const char *model)
{
	struct link *link = start(deviation, model,
	    quirk_find(deviation->quirk));

	for (int i = 0; i < 2; i++) {
		int status = kit_device_id(&kit, link);
		if (status != 0 || kit.completion != 0 || kit.n_data < 11) {
			fail_msg("%s, %s: status %d: %s", model,
			    deviation->quirk, status, link_fault(link));
		}
	}
	link_rest(link);
	kit_pass(&kit, KIT_S);
	assert_int_equal(bmc_sessions(&kit.bmcs[0].bmc, kit_time(&kit)), 0);
	kit_stop(&kit);
}

static void
test_deviations(void **state)
{
	static const char *const models[] = {"bmc-dell", "bmc-plain"};

	(void)state;
	for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]);
	    i++) {
		for (size_t k = 0; k < 2; k++) {
			check_refused(&deviations[i], models[k]);
			check_allowed(&deviations[i], models[k]);
		}
	}
}

/* A quirk too many does no harm to a BMC that keeps to the letter. */
static void
test_sound(void **state)
{
	static const struct deviation none = {.order = ORDER(no_slots)};

	(void)state;
	for (size_t i = 0; i < sizeof(deviations) / sizeof(deviations[0]);
	    i++) {
		struct link *link;
		if (strcmp(deviations[i].quirk, "intel20") == 0) {
			continue; /* another name on the wire */
		}
		link = start(&none, "bmc-dell",
		    quirk_find(deviations[i].quirk));
		kit.bmcs[0].order.no_slots = false;
		assert_int_equal(kit_device_id(&kit, link), 0);
		kit_stop(&kit);
	}
}

/*
 * Refused the role that Open Session asks for, "the highest" is asked for
 * instead; with opensesspriv it is not, and the refusal is said.
 */
static void
test_opensesspriv(void **state)
{
	static const struct deviation no_role = {.order = ORDER(no_role)};
	struct link *link = start(&no_role, "bmc-dell", 0);

	(void)state;
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit_stop(&kit);
	link = start(&no_role, "bmc-dell", QUIRK_OPENSESSPRIV);
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "privilege refused"));
	assert_non_null(strstr(link_fault(link), "Open Session"));
	kit_stop(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_deviations),
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_opensesspriv),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
