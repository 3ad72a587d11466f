/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/receiver.h"

#include <assert.h>
#include <string.h>

static const char *const types[RECEIVER_TYPE_N] = {
	[RECEIVER_WEBHOOK] = "webhook",
	[RECEIVER_ALERTMANAGER] = "alertmanager",
	[RECEIVER_ALERTMANAGER_WEBHOOK] = "alertmanager-webhook",
	[RECEIVER_CLOUDEVENTS] = "cloudevents",
	[RECEIVER_SLACK] = "slack",
	[RECEIVER_TEAMS] = "teams",
	[RECEIVER_PAGERDUTY] = "pagerduty",
	[RECEIVER_DINGTALK] = "dingtalk",
	[RECEIVER_WECOM] = "wecom",
	[RECEIVER_FEISHU] = "feishu",
	[RECEIVER_TEMPLATE] = "template",
};

static const char *const langs[] = {
	[RECEIVER_BOTH] = "both", [RECEIVER_EN] = "en", [RECEIVER_ZH] = "zh",
};

static const char *const parts[GROUP_PART_N] = {
	[GROUP_RULE] = "rule",
	[GROUP_SITE] = "site",
	[GROUP_HALL] = "hall",
	[GROUP_ROW] = "row",
	[GROUP_RACK] = "rack",
	[GROUP_SEVERITY] = "severity",
};

const char *
receiver_type_text(enum receiver_type type)
{
	assert((unsigned)type < RECEIVER_TYPE_N);
	return types[type];
}

int
receiver_type_find(const char *text, enum receiver_type *ret_type)
{
	for (unsigned i = 0; i < RECEIVER_TYPE_N; i++) {
		if (strcmp(types[i], text) == 0) {
			*ret_type = (enum receiver_type)i;
			return COL_OK;
		}
	}
	return COL_ENOENT;
}

const char *
receiver_lang_text(enum receiver_lang lang)
{
	assert((unsigned)lang < sizeof(langs) / sizeof(langs[0]));
	return langs[lang];
}

const char *
group_part_text(enum group_part part)
{
	assert((unsigned)part < GROUP_PART_N);
	return parts[part];
}
