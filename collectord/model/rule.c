/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/rule.h"

#include <assert.h>
#include <string.h>

#include <collectord/err.h>

static const char *const severities[SEVERITY_N] = {
	[SEVERITY_INFO] = "info",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_CRITICAL] = "critical",
};

static const char *const tests[RULE_TEST_N] = {
	[RULE_NEVER] = "never",
	[RULE_ABOVE] = "above",
	[RULE_BELOW] = "below",
	[RULE_OUTSIDE] = "outside",
	[RULE_INSIDE] = "inside",
	[RULE_EQUALS] = "equals",
	[RULE_WORSE] = "worse",
	[RULE_CHANGES] = "changes",
	[RULE_MISSING] = "missing",
};

static const char *const takes[RULE_TAKE_N] = {
	[RULE_LAST] = "last",
	[RULE_MEAN] = "mean",
	[RULE_MAX] = "max",
	[RULE_MIN] = "min",
	[RULE_RATE] = "rate",
};

const char *
severity_text(enum severity severity)
{
	assert((unsigned)severity < SEVERITY_N);
	return severities[severity];
}

int
severity_find(const char *text, enum severity *ret_severity)
{
	for (unsigned i = 0; i < SEVERITY_N; i++) {
		if (strcmp(severities[i], text) == 0) {
			*ret_severity = (enum severity)i;
			return COL_OK;
		}
	}
	return COL_ENOENT;
}

const char *
rule_test_text(enum rule_test test)
{
	assert((unsigned)test < RULE_TEST_N);
	return tests[test];
}

const char *
rule_take_text(enum rule_take take)
{
	assert((unsigned)take < RULE_TAKE_N);
	return takes[take];
}
