/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An engine is forgotten after two requests without a usable answer, because
 * some agents come back from a reboot with boots and time that only a new
 * discovery can make sense of; not more often than twice a minute, because
 * most silent agents are just without power.
 */
#include "usm.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message_v3.h"

#define LOG_PER_MINUTE 10

#define PLACE(field) (offsetof(struct usm_counts, field) / sizeof(uint64_t))

/* Reports are named as in usmStats (RFC 3414 s.5). */
static const struct {
	const char *name, *help;
} count_table[USM_COUNTS_N] = {
    [PLACE(reports[USM_REPORT_NONE])] = {"v3_probes_answered",
        "SNMPv3 reports that answered a discovery probe"},
    [PLACE(reports[USM_REPORT_LEVEL])] = {"v3_unsupported_sec_levels",
        "SNMPv3 reports: security level not supported for the user"},
    [PLACE(reports[USM_REPORT_WINDOW])] = {"v3_not_in_time_windows",
        "SNMPv3 reports: not in time window"},
    [PLACE(reports[USM_REPORT_USER])] = {"v3_unknown_user_names",
        "SNMPv3 reports: unknown user name"},
    [PLACE(reports[USM_REPORT_ENGINE])] = {"v3_unknown_engine_ids",
        "SNMPv3 reports: unknown engine id, after discovery"},
    [PLACE(reports[USM_REPORT_DIGEST])] = {"v3_wrong_digests",
        "SNMPv3 reports: wrong authentication password or protocol"},
    [PLACE(reports[USM_REPORT_DECRYPTION])] = {"v3_decryption_errors",
        "SNMPv3 reports: wrong privacy password or protocol"},
    [PLACE(reports[USM_REPORT_CONTEXT])] = {"v3_unknown_contexts",
        "SNMPv3 reports: unknown or unavailable context"},
    [PLACE(reports[USM_REPORT_OTHER])] = {"v3_other_reports",
        "SNMPv3 reports of any other type"},
    [PLACE(discoveries)] = {"v3_discoveries", "SNMPv3 engines discovered"},
    [PLACE(drops)] = {"v3_engines_dropped",
        "SNMPv3 engines forgotten after two polls without a usable answer"},
    [PLACE(changes)] = {"v3_engines_changed",
        "SNMPv3 agents that have changed their engine id"},
    [PLACE(malformed)] = {"v3_malformed",
        "SNMPv3 messages that could not be read or decrypted"},
    [PLACE(wrong_mac)] = {"v3_wrong_macs",
        "SNMPv3 messages to us that failed authentication"},
    [PLACE(out_of_window)] = {"v3_out_of_window",
        "SNMPv3 messages to us from before the time window"},
    [PLACE(unexpected)] = {"v3_unexpected",
        "SNMPv3 messages of another user, level, engine or type"},
};

/* ---- what all agents share ------------------------------------------------------- */

static void
stop(void *shared)
{
	struct usm *usm = shared;

	if (usm == NULL) {
		return;
	}
	usm_crypt_free(usm->keyring.crypt);
	vault_free(usm->keyring.vault);
	free(usm);
}

void
usm_count(struct usm *usm, uint64_t *count)
{
	struct col_counter *told =
	    usm->told[count - (uint64_t *)&usm->counts];

	(*count)++;
	if (told != NULL) {
		usm->host->count(told, 1);
	}
}

static void
tell(struct usm *usm)
{
	const struct col_host *host = usm->host;

	if (host->size < sizeof(*host) || host->counter == NULL) {
		return;
	}
	for (size_t i = 0; i < USM_COUNTS_N; i++) {
		usm->told[i] = host->counter(host, count_table[i].name, false,
		    count_table[i].help);
	}
}

static int
start(const struct col_host *host, void **ret_shared, struct col_error *error)
{
	struct usm *usm = calloc(1, sizeof(*usm));

	if (usm != NULL) {
		usm->host = host;
		/* Salts must not repeat under one key, also after a restart. */
		usm->salt = host->random(host);
		usm->keyring.vault = vault_new();
		usm->keyring.crypt = usm_crypt_new();
	}
	if (usm == NULL || usm->keyring.vault == NULL ||
	    usm->keyring.crypt == NULL) {
		stop(usm);
		error->code = COL_ENOTSUP;
		(void)snprintf(error->text, sizeof(error->text),
		    "SNMPv3: OpenSSL cannot be started");
		return COL_ENOTSUP;
	}
	tell(usm);
	*ret_shared = usm;
	return 0;
}

uint32_t
usm_seconds(int64_t now_ns)
{
	return (uint32_t)(now_ns / 1000000000);
}

void
usm_log(struct usm_agent *agent, uint32_t now_s, const char *text)
{
	struct usm *usm = agent->usm;

	if (now_s - usm->log_from_s >= 60) {
		if (usm->n_unlogged > 0) {
			usm->host->log(usm->host, COL_LOG_INFO, NULL,
			    "SNMPv3: %u more lines like these", usm->n_unlogged);
		}
		usm->log_from_s = now_s;
		usm->n_logged = usm->n_unlogged = 0;
	}
	if (usm->n_logged >= LOG_PER_MINUTE) {
		usm->n_unlogged++;
		return;
	}
	usm->n_logged++;
	usm->host->log(usm->host, COL_LOG_INFO, agent->device, "SNMPv3: %s",
	    text);
}

/* ---- one agent ------------------------------------------------------------------- */

static int
open_agent(void *shared, const struct engine_target *target,
    void **ret_state, struct col_error *error)
{
	const struct credential *credential = target->credential;
	const char *device = target->device != NULL ? target->device : "";
	size_t size = strlen(device) + 1;
	struct usm *usm = shared;
	struct usm_agent *agent;
	int rc = usm_crypt_prepare(usm->keyring.crypt, credential->auth,
	    credential->priv, error);

	if (rc != 0) {
		return rc;
	}
	agent = calloc(1, sizeof(*agent) + size);
	if (agent == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	/* No engine yet: the first request begins with a probe. */
	agent->usm = usm;
	agent->credential = credential;
	memcpy(agent->device, device, size);
	*ret_state = agent;
	return 0;
}

static void
forget(struct usm_agent *agent, struct usm_engine *engine)
{
	usm_engine_forget(engine, &agent->usm->keyring, agent->credential);
}

static void
close_agent(void *state)
{
	struct usm_agent *agent = state;

	if (agent == NULL) {
		return;
	}
	usm_agent_replace(agent);
	forget(agent, &agent->engine);
	free(agent);
}

void
usm_agent_restore(struct usm_agent *agent)
{
	if (agent->aside != NULL) {
		forget(agent, &agent->engine);
		agent->engine = *agent->aside;
		free(agent->aside);
		agent->aside = NULL;
	}
}

void
usm_agent_replace(struct usm_agent *agent)
{
	if (agent->aside != NULL) {
		forget(agent, agent->aside);
		free(agent->aside);
		agent->aside = NULL;
	}
}

bool
usm_agent_strike(struct usm_agent *agent, uint32_t now_s, const char *why)
{
	if (agent->strikes < USM_STRIKES) {
		agent->strikes++;
	}
	if (agent->strikes < USM_STRIKES || (agent->dropped_s != 0 &&
	    now_s - agent->dropped_s < USM_DROP_REST_S)) {
		return false;
	}
	forget(agent, &agent->engine);
	agent->strikes = 0;
	/* 0 means never, so the very first second counts as the second one. */
	agent->dropped_s = now_s != 0 ? now_s : 1;
	usm_count(agent->usm, &agent->usm->counts.drops);
	usm_log(agent, now_s, why);
	return true;
}

uint8_t
usm_level(const struct credential *credential)
{
	return (uint8_t)(
	    (credential->auth != CREDENTIAL_AUTH_NONE ? MESSAGE_V3_AUTH : 0) |
	    (credential->priv != CREDENTIAL_PRIV_NONE ? MESSAGE_V3_PRIV : 0));
}

/* ---- the format ------------------------------------------------------------------- */

static int
build(void *state, const struct native_ask *ask, uint8_t *buffer,
    struct udp_packet *ret_packet)
{
	return usm_build(state, ask, buffer, ret_packet);
}

static enum native_verdict
parse(void *state, const struct native_ask *ask, uint8_t *bytes, size_t len,
    struct native_parsed *ret_parsed)
{
	return usm_receive(state, ask, bytes, len, ret_parsed);
}

/* ---- silence --------------------------------------------------------------------- */

static void
expired(void *state, struct engine_reply *reply)
{
	struct usm_agent *agent = state;
	const struct col_host *host = agent->usm->host;
	bool probing = agent->probing && agent->aside == NULL;

	usm_agent_restore(agent);
	if (probing) {
		reply->detail = "no answer to SNMPv3 discovery: unreachable?";
		return;
	}
	if (agent->hint != USM_REPORT_NONE) {
		reply->outcome = ENGINE_AUTH;
		reply->detail = usm_report_words(
		    (enum usm_report)agent->hint);
	} else if (agent->engine.trust != USM_PROVEN && agent->worked) {
		/* Still a timeout: what is silent may be too large for it. */
		reply->detail = "no answer since its engine was discovered"
		    " anew: unreachable, or another privacy password?";
	} else if (agent->engine.trust != USM_PROVEN) {
		reply->outcome = ENGINE_AUTH;
		reply->detail = "SNMPv3: the agent answers discovery but not"
		    " this user: wrong privacy password or protocol?";
	} else {
		reply->detail = "no answer";
	}
	agent->hint = USM_REPORT_NONE;
	(void)usm_agent_strike(agent, usm_seconds(host->now(host)),
	    "no answer, twice: its engine will be discovered anew");
}

const struct native_codec codec_usm = {
    .kind = NATIVE_USM,
    .start = start,
    .stop = stop,
    .open = open_agent,
    .close = close_agent,
    .build = build,
    .parse = parse,
    .expired = expired,
};
