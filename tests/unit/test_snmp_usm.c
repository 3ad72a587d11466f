/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is learned of an agent, what is believed, and what is forgotten:
 * codec_usm against a scripted agent.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "message_v3.h"
#include "usm_kit.h"

#define ENGINE_A "engine of A"
#define ENGINE_B "engine of B"

struct scene {
	struct kit_manager manager;
	struct kit_agent agent;
	struct credential credential;
	struct usm_agent *state;
	struct engine_reply reply;
};

static const struct usm_counts *
counts(const struct scene *scene)
{
	return &((const struct usm *)scene->manager.usm)->counts;
}

static void
scene_start(struct scene *scene, enum credential_auth auth,
    enum credential_priv priv)
{
	memset(scene, 0, sizeof(*scene));
	kit_credential(&scene->credential, auth, priv, "right");
	kit_manager_start(&scene->manager);
	kit_agent_start(&scene->agent, &scene->credential, ENGINE_A);
	scene->state = kit_open(&scene->manager, &scene->credential);
}

static void
scene_stop(struct scene *scene)
{
	kit_close(scene->state);
	kit_agent_stop(&scene->agent);
	kit_manager_stop(&scene->manager);
}

static enum native_verdict
request(struct scene *scene)
{
	return kit_request(&scene->manager, scene->state, &scene->agent,
	    &scene->reply);
}

/* A scene in which the agent has answered once. */
static void
scene_proven(struct scene *scene)
{
	scene_start(scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
	assert_int_equal(request(scene), NATIVE_ANSWER);
	assert_int_equal(scene->state->engine.trust, USM_PROVEN);
}

static void
test_state_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct usm_agent) <= 96);
	assert_true(sizeof(struct usm_engine) <= 56);
}

/* ---- discovery -------------------------------------------------------------- */

static void
test_every_level_and_protocol(void **state)
{
	(void)state;
	for (int a = 0; a < CREDENTIAL_AUTH_N; a++) {
		for (int p = 0; p < (a == 0 ? 1 : CREDENTIAL_PRIV_N); p++) {
			struct scene scene;
			scene_start(&scene, (enum credential_auth)a,
			    (enum credential_priv)p);
			for (int i = 0; i < 3; i++) {
				assert_int_equal(request(&scene),
				    NATIVE_ANSWER);
			}
			assert_int_equal(scene.agent.n_probes, 1);
			assert_int_equal(scene.agent.n_requests, 3);
			scene_stop(&scene);
		}
	}
}

static void
test_time_by_a_second_report(void **state)
{
	struct scene scene;

	(void)state;
	scene_start(&scene, CREDENTIAL_SHA1, CREDENTIAL_AES128);
	scene.agent.hides_time = true;
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	assert_int_equal(scene.agent.n_windows, 1);
	assert_int_equal(scene.agent.n_requests, 2);
	assert_int_equal(counts(&scene)->reports[USM_REPORT_WINDOW], 1);
	scene_stop(&scene);
}

/* Some agents look at the user first. */
static void
test_unknown_user_name_to_a_probe_is_an_answer(void **state)
{
	struct scene scene;

	(void)state;
	scene_start(&scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
	scene.agent.probe_report = USM_REPORT_USER;
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	scene_stop(&scene);
}

static void
test_only_reports_answer_a_probe(void **state)
{
	struct kit_message message = {.tag = PDU_RESPONSE};
	struct kit_datagram datagram;
	struct scene scene;

	(void)state;
	scene_start(&scene, CREDENTIAL_AUTH_NONE, CREDENTIAL_PRIV_NONE);
	kit_build(&scene.manager, scene.state, 0);
	message.id = message.pdu_id = scene.manager.ask.id;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	/* With another msgID it is somebody else's. */
	message.tag = PDU_REPORT;
	message.report = USM_REPORT_ENGINE;
	message.id++;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	assert_int_equal(scene.state->engine.trust, USM_UNKNOWN);
	scene_stop(&scene);
}

static void
test_useless_engine_ids(void **state)
{
	struct kit_message message = {.tag = PDU_REPORT,
	    .report = USM_REPORT_ENGINE};
	struct kit_datagram datagram;
	struct scene scene;

	(void)state;
	scene_start(&scene, CREDENTIAL_SHA1, CREDENTIAL_PRIV_NONE);
	scene.agent.engine.id_len = 4;
	kit_build(&scene.manager, scene.state, 0);
	message.id = scene.manager.ask.id;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_BROKEN);
	assert_non_null(strstr(scene.manager.parsed.detail, "engine id"));
	assert_int_equal(scene.state->engine.trust, USM_UNKNOWN);
	scene_stop(&scene);
}

static void
test_no_answer_to_discovery(void **state)
{
	struct scene scene;

	(void)state;
	scene_start(&scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(kit_request(&scene.manager, scene.state, NULL,
		    &scene.reply), NATIVE_VERDICT_N);
		assert_int_equal(scene.reply.outcome, ENGINE_TIMEOUT);
		assert_non_null(strstr(scene.reply.detail, "discovery"));
	}
	assert_int_equal(counts(&scene)->drops, 0);
	scene_stop(&scene);
}

/* ---- refusals -------------------------------------------------------------------- */

static void
test_words_of_refusal(void **state)
{
	static const struct {
		const char *user, *seed, *words;
		enum credential_auth auth;
		enum credential_priv priv;
	} table[] = {
	    {"nobody", "right", "unknown user", CREDENTIAL_SHA256,
	        CREDENTIAL_AES128},
	    {"user", "wrong", "wrongDigests", CREDENTIAL_SHA256,
	        CREDENTIAL_AES128},
	    {"user", "right", "security level", CREDENTIAL_SHA256,
	        CREDENTIAL_PRIV_NONE},
	    {"user", "right", "security level", CREDENTIAL_AUTH_NONE,
	        CREDENTIAL_PRIV_NONE},
	    {"user", "right", "wrongDigests", CREDENTIAL_SHA512,
	        CREDENTIAL_AES128},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct credential credential;
		struct usm_agent *other;
		struct scene scene;
		scene_start(&scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
		kit_credential(&credential, table[i].auth, table[i].priv,
		    table[i].seed);
		(void)snprintf(credential.user, sizeof(credential.user), "%s",
		    table[i].user);
		other = kit_open(&scene.manager, &credential);
		assert_int_equal(kit_request(&scene.manager, other,
		    &scene.agent, &scene.reply), NATIVE_REFUSED);
		assert_non_null(strstr(scene.reply.detail, table[i].words));
		/* The neighbour with the right one is not harmed. */
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		kit_close(other);
		scene_stop(&scene);
	}
}

/* A wrong privacy password: the agent says nothing at all. */
static void
test_wrong_privacy_password(void **state)
{
	struct credential credential;
	struct scene scene;

	(void)state;
	scene_start(&scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
	credential = scene.credential;
	credential.priv_key[0] ^= 1;
	kit_close(scene.state);
	scene.state = kit_open(&scene.manager, &credential);
	assert_int_equal(request(&scene), NATIVE_VERDICT_N);
	assert_int_equal(scene.reply.outcome, ENGINE_AUTH);
	assert_non_null(strstr(scene.reply.detail, "privacy password"));
	scene_stop(&scene);
}

static void
test_reports_by_type(void **state)
{
	static const char *const words[USM_REPORT_N] = {
	    [USM_REPORT_DECRYPTION] = "decryptionErrors",
	    [USM_REPORT_CONTEXT] = "context",
	    [USM_REPORT_OTHER] = "refused by a report",
	};

	(void)state;
	for (int r = USM_REPORT_DECRYPTION; r < USM_REPORT_N; r++) {
		struct kit_message message = {.tag = PDU_REPORT,
		    .flags = MESSAGE_V3_AUTH, .report = (enum usm_report)r};
		struct kit_datagram datagram;
		struct scene scene;
		scene_proven(&scene);
		kit_build(&scene.manager, scene.state, 0);
		message.id = scene.manager.ask.id;
		message.now_ns = scene.manager.fake.now_ns;
		kit_agent_say(&scene.agent, &message, &datagram);
		assert_int_equal(kit_parse(&scene.manager, scene.state,
		    &datagram), NATIVE_REFUSED);
		assert_non_null(strstr(scene.manager.parsed.detail,
		    words[r]));
		assert_int_equal(counts(&scene)->reports[r], 1);
		assert_int_equal(scene.state->engine.trust, USM_PROVEN);
		scene_stop(&scene);
	}
}

/* ---- forgeries ------------------------------------------------------------------- */

/* Everything but the engine-id report, made up by someone without a key. */
static void
test_forged_reports_change_nothing(void **state)
{
	(void)state;
	for (int r = USM_REPORT_LEVEL; r < USM_REPORT_N; r++) {
		struct kit_message message = {.tag = PDU_REPORT,
		    .report = (enum usm_report)r};
		struct kit_datagram datagram, answer;
		struct usm_engine before;
		struct scene scene;
		if (r == USM_REPORT_ENGINE) {
			continue;
		}
		scene_proven(&scene);
		before = scene.state->engine;
		kit_build(&scene.manager, scene.state, 0);
		kit_agent_take(&scene.agent, scene.manager.packet.head,
		    scene.manager.packet.head_len, scene.manager.fake.now_ns,
		    &answer);
		message.id = scene.manager.ask.id;
		/* Boots and time of a forger's choice. */
		scene.agent.boots += 1000;
		kit_agent_say(&scene.agent, &message, &datagram);
		assert_int_equal(kit_parse(&scene.manager, scene.state,
		    &datagram), NATIVE_DROP);
		assert_memory_equal(&scene.state->engine, &before,
		    sizeof(before));
		/* The true answer still counts. */
		assert_int_equal(kit_parse(&scene.manager, scene.state,
		    &answer), NATIVE_ANSWER);
		scene_stop(&scene);
	}
}

/* When nothing else comes, the hint is better than "no answer". */
static void
test_a_hint_words_the_timeout(void **state)
{
	struct kit_message message = {.tag = PDU_REPORT,
	    .report = USM_REPORT_DIGEST};
	struct engine_reply reply = {.outcome = ENGINE_TIMEOUT};
	struct kit_datagram datagram;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	kit_build(&scene.manager, scene.state, 0);
	message.id = scene.manager.ask.id;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	codec_usm.expired(scene.state, &reply);
	assert_int_equal(reply.outcome, ENGINE_AUTH);
	assert_non_null(strstr(reply.detail, "wrongDigests"));
	/* Once. */
	reply.outcome = ENGINE_TIMEOUT;
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	kit_build(&scene.manager, scene.state, 0);
	codec_usm.expired(scene.state, &reply);
	assert_int_equal(reply.outcome, ENGINE_TIMEOUT);
	scene_stop(&scene);
}

/* "Unknown engine id" from a forger: one probe more, and the old state. */
static void
test_a_forged_engine_report(void **state)
{
	struct kit_message message = {.tag = PDU_REPORT,
	    .report = USM_REPORT_ENGINE};
	struct kit_datagram datagram;
	struct kit_agent forger;
	struct usm_engine before;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	before = scene.state->engine;
	kit_agent_start(&forger, &scene.credential, ENGINE_B);
	kit_build(&scene.manager, scene.state, 0);
	message.id = scene.manager.ask.id;
	kit_agent_say(&forger, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_AGAIN);
	/* The device itself answers the probe. */
	kit_build(&scene.manager, scene.state, 1);
	kit_agent_take(&scene.agent, scene.manager.packet.head,
	    scene.manager.packet.head_len, scene.manager.fake.now_ns,
	    &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_AGAIN);
	assert_memory_equal(&scene.state->engine, &before, sizeof(before));
	assert_null(scene.state->aside);
	assert_int_equal(scene.agent.n_probes, 2);
	/* The same lie once more does not keep the true answer out. */
	kit_build(&scene.manager, scene.state, 2);
	message.id = scene.manager.ask.id;
	kit_agent_say(&forger, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	kit_agent_take(&scene.agent, scene.manager.packet.head,
	    scene.manager.packet.head_len, scene.manager.fake.now_ns,
	    &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_ANSWER);
	assert_int_equal(request(&scene), NATIVE_ANSWER);

	/* The forger answers the probe as well, but has no key. */
	kit_build(&scene.manager, scene.state, 0);
	message.id = scene.manager.ask.id;
	kit_agent_say(&forger, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_AGAIN);
	kit_build(&scene.manager, scene.state, 1);
	message.id = scene.manager.ask.id;
	kit_agent_say(&forger, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_AGAIN);
	kit_build(&scene.manager, scene.state, 2);
	codec_usm.expired(scene.state, &scene.reply);
	assert_true(usm_engine_is(&scene.state->engine,
	    usm_engine_id(&before)));
	assert_int_equal(scene.state->engine.trust, USM_PROVEN);
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	assert_int_equal(counts(&scene)->changes, 0);
	kit_agent_stop(&forger);
	scene_stop(&scene);
}

/* A cancelled request leaves the engine on trial; the next one puts it back. */
static void
test_cancelled_in_the_middle(void **state)
{
	struct kit_message message = {.tag = PDU_REPORT,
	    .report = USM_REPORT_ENGINE};
	struct kit_datagram datagram;
	struct kit_agent forger;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	kit_agent_start(&forger, &scene.credential, ENGINE_B);
	for (unsigned n = 0; n < 2; n++) {
		kit_build(&scene.manager, scene.state, n);
		message.id = scene.manager.ask.id;
		kit_agent_say(&forger, &message, &datagram);
		assert_int_equal(kit_parse(&scene.manager, scene.state,
		    &datagram), NATIVE_AGAIN);
	}
	assert_non_null(scene.state->aside);
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	assert_null(scene.state->aside);
	assert_int_equal(scene.agent.n_probes, 1);
	kit_agent_stop(&forger);
	scene_stop(&scene);
}

static void
flip_every_byte(struct scene *scene, const struct kit_datagram *answer)
{
	for (size_t i = 0; i < answer->len; i++) {
		struct kit_datagram bent = *answer;
		bent.bytes[i] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(kit_parse(&scene->manager, scene->state,
		    &bent), NATIVE_DROP);
	}
	for (size_t len = 0; len < answer->len; len++) {
		struct kit_datagram cut = *answer;
		cut.len = len;
		assert_int_equal(kit_parse(&scene->manager, scene->state,
		    &cut), NATIVE_DROP);
	}
}

static void
test_no_byte_may_be_changed(void **state)
{
	static const enum credential_priv privs[] = {CREDENTIAL_DES,
	    CREDENTIAL_AES128, CREDENTIAL_AES256C, CREDENTIAL_PRIV_NONE};

	(void)state;
	for (size_t i = 0; i < sizeof(privs) / sizeof(privs[0]); i++) {
		struct kit_datagram answer;
		struct usm_engine before;
		struct scene scene;
		scene_start(&scene, CREDENTIAL_SHA256, privs[i]);
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		before = scene.state->engine;
		kit_build(&scene.manager, scene.state, 0);
		kit_agent_take(&scene.agent, scene.manager.packet.head,
		    scene.manager.packet.head_len, scene.manager.fake.now_ns,
		    &answer);
		flip_every_byte(&scene, &answer);
		assert_memory_equal(&scene.state->engine, &before,
		    sizeof(before));
		assert_true(counts(&scene)->wrong_mac > 0);
		assert_int_equal(kit_parse(&scene.manager, scene.state,
		    &answer), NATIVE_ANSWER);
		scene_stop(&scene);
	}
}

static void
test_a_lower_level_is_no_answer(void **state)
{
	struct kit_message message = {.tag = PDU_RESPONSE};
	struct kit_datagram datagram;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	kit_build(&scene.manager, scene.state, 0);
	message.id = message.pdu_id = scene.manager.ask.id;
	message.now_ns = scene.manager.fake.now_ns;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	message.flags = MESSAGE_V3_AUTH;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	message.flags = MESSAGE_V3_AUTH | MESSAGE_V3_PRIV;
	message.pdu_id++;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	message.pdu_id--;
	message.tag = PDU_GET;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_DROP);
	assert_int_equal(counts(&scene)->unexpected, 4);
	message.tag = PDU_RESPONSE;
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_ANSWER);
	scene_stop(&scene);
}

/* ---- boots and time ---------------------------------------------------------------- */

static void
test_a_reboot_costs_one_round_trip(void **state)
{
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	kit_wait(&scene.manager, 600);
	scene.agent.boots++;
	scene.agent.time_s = -scene.manager.fake.now_ns / 1000000000 + 3;
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	assert_int_equal(scene.agent.n_windows, 1);
	assert_int_equal(scene.agent.n_probes, 1);
	assert_int_equal(scene.state->engine.boots, 8);
	scene_stop(&scene);
}

static void
test_a_clock_that_drifts(void **state)
{
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	/* Ahead and behind, within the window: nobody notices. */
	for (int i = 0; i < 50; i++) {
		kit_wait(&scene.manager, 60);
		scene.agent.time_s += i % 2 == 0 ? 100 : -100;
		assert_int_equal(request(&scene), NATIVE_ANSWER);
	}
	assert_int_equal(scene.agent.n_windows, 0);
	/* Far ahead: a report puts it right. */
	scene.agent.time_s += 5000;
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	assert_int_equal(scene.agent.n_windows, 1);
	scene_stop(&scene);
}

/* After a reboot boots are what they were, or less, and time begins anew. */
static void
test_boots_that_do_not_grow(void **state)
{
	(void)state;
	for (uint32_t fall = 0; fall < 3; fall++) {
		struct scene scene;
		scene_proven(&scene);
		kit_wait(&scene.manager, 60);
		scene.agent.boots -= fall;
		scene.agent.time_s =
		    -scene.manager.fake.now_ns / 1000000000 + 3;
		assert_int_equal(request(&scene), NATIVE_REFUSED);
		assert_non_null(strstr(scene.reply.detail, "backwards"));
		kit_wait(&scene.manager, 60);
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		assert_int_equal(counts(&scene)->drops, 1);
		assert_int_equal(counts(&scene)->out_of_window, 2);
		assert_int_equal(scene.agent.n_probes, 2);
		assert_int_equal(scene.state->engine.boots, 7 - fall);

		/* Again at once: not more often than every half a minute. */
		scene.agent.boots--;
		for (int i = 0; i < 3; i++) {
			kit_wait(&scene.manager, 5);
			assert_int_equal(request(&scene), NATIVE_REFUSED);
		}
		kit_wait(&scene.manager, 60);
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		assert_int_equal(counts(&scene)->drops, 2);
		scene_stop(&scene);
	}
}

static void
test_boots_at_their_end_are_refused(void **state)
{
	struct scene scene;

	(void)state;
	scene_start(&scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
	scene.agent.boots = MESSAGE_V3_TIME_MAX;
	assert_int_equal(request(&scene), NATIVE_REFUSED);
	assert_int_equal(scene.state->engine.trust, USM_LEARNED);
	scene_stop(&scene);
}

/* An old answer with the right id, as from a recording. */
static void
test_the_window_is_150_seconds(void **state)
{
	struct kit_message message = {.tag = PDU_RESPONSE,
	    .flags = MESSAGE_V3_AUTH | MESSAGE_V3_PRIV};
	struct kit_datagram datagram;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	kit_wait(&scene.manager, 1000);
	kit_build(&scene.manager, scene.state, 0);
	message.id = message.pdu_id = scene.manager.ask.id;
	message.now_ns = scene.manager.fake.now_ns - INT64_C(151000000000);
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_REFUSED);
	message.now_ns += INT64_C(2000000000);
	kit_agent_say(&scene.agent, &message, &datagram);
	assert_int_equal(kit_parse(&scene.manager, scene.state, &datagram),
	    NATIVE_ANSWER);
	scene_stop(&scene);
}

static void
test_an_agent_that_always_complains(void **state)
{
	struct kit_message message = {.tag = PDU_REPORT,
	    .report = USM_REPORT_WINDOW, .flags = MESSAGE_V3_AUTH};
	struct kit_datagram datagram;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	for (unsigned n = 0; n < 2; n++) {
		kit_build(&scene.manager, scene.state, n);
		message.id = scene.manager.ask.id;
		message.now_ns = scene.manager.fake.now_ns;
		kit_agent_say(&scene.agent, &message, &datagram);
		assert_int_equal(kit_parse(&scene.manager, scene.state,
		    &datagram), n == 0 ? NATIVE_AGAIN : NATIVE_REFUSED);
	}
	assert_non_null(strstr(scene.manager.parsed.detail, "twice"));
	scene_stop(&scene);
}

/* ---- engines that go and change --------------------------------------------------- */

static void
test_two_silent_polls_forget_the_engine(void **state)
{
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(scene.state->engine.trust, USM_PROVEN);
		assert_int_equal(kit_request(&scene.manager, scene.state, NULL,
		    &scene.reply), NATIVE_VERDICT_N);
		assert_int_equal(scene.reply.outcome, ENGINE_TIMEOUT);
		kit_wait(&scene.manager, 60);
	}
	assert_int_equal(scene.state->engine.trust, USM_UNKNOWN);
	assert_int_equal(counts(&scene)->drops, 1);
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	assert_int_equal(scene.agent.n_probes, 2);
	/* Silence and answers in turn are no reason. */
	for (int i = 0; i < 4; i++) {
		kit_wait(&scene.manager, 600);
		assert_int_equal(kit_request(&scene.manager, scene.state, NULL,
		    &scene.reply), NATIVE_VERDICT_N);
		assert_int_equal(request(&scene), NATIVE_ANSWER);
	}
	assert_int_equal(counts(&scene)->drops, 1);
	scene_stop(&scene);
}

/* Too large for it, perhaps: a timeout, so that less will be asked for. */
static void
test_silence_after_rediscovery_is_a_timeout(void **state)
{
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	scene.agent.mute = true;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(request(&scene), NATIVE_VERDICT_N);
		assert_int_equal(scene.reply.outcome, ENGINE_TIMEOUT);
	}
	assert_int_equal(scene.agent.n_probes, 2);
	assert_non_null(strstr(scene.reply.detail, "privacy password"));
	scene.agent.mute = false;
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	scene_stop(&scene);
}

static void
test_a_swapped_device(void **state)
{
	(void)state;
	for (int noauth = 0; noauth < 2; noauth++) {
		struct scene scene;
		scene_start(&scene, noauth ? CREDENTIAL_AUTH_NONE :
		    CREDENTIAL_SHA256, CREDENTIAL_PRIV_NONE);
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		kit_agent_rename(&scene.agent, ENGINE_B);
		scene.agent.boots = 1;
		scene.agent.time_s -= 50000;
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		assert_null(scene.state->aside);
		assert_int_equal(counts(&scene)->changes, 1);
		assert_true(usm_engine_is(&scene.state->engine,
		    usm_engine_id(&scene.agent.engine)));
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		assert_int_equal(scene.agent.n_probes, 2);
		scene_stop(&scene);
	}
}

/* Swapped for one that has another password: told as such. */
static void
test_a_swapped_device_with_another_password(void **state)
{
	struct credential other;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	kit_agent_stop(&scene.agent);
	kit_credential(&other, CREDENTIAL_SHA256, CREDENTIAL_AES128, "other");
	kit_agent_start(&scene.agent, &other, ENGINE_B);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(request(&scene), NATIVE_REFUSED);
		assert_non_null(strstr(scene.reply.detail, "wrongDigests"));
		assert_null(scene.state->aside);
	}
	scene_stop(&scene);
}

/* An engine that denies its own id after discovery. */
static void
test_an_agent_that_denies_its_id(void **state)
{
	struct kit_message message = {.tag = PDU_REPORT,
	    .report = USM_REPORT_ENGINE};
	enum native_verdict verdict = NATIVE_AGAIN;
	struct kit_datagram datagram;
	struct scene scene;
	unsigned n;

	(void)state;
	scene_start(&scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
	for (n = 0; verdict == NATIVE_AGAIN; n++) {
		kit_build(&scene.manager, scene.state, n);
		message.id = scene.manager.ask.id;
		kit_agent_say(&scene.agent, &message, &datagram);
		verdict = kit_parse(&scene.manager, scene.state, &datagram);
	}
	assert_int_equal(verdict, NATIVE_REFUSED);
	assert_non_null(strstr(scene.manager.parsed.detail, "engine id"));
	assert_true(n <= NATIVE_AGAIN_MAX);
	scene_stop(&scene);
}

/* Cloned images: the same engine id, other boots, time and password. */
static void
test_two_devices_with_one_engine_id(void **state)
{
	struct credential other_credential;
	struct kit_agent other;
	struct usm_agent *second;
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	kit_credential(&other_credential, CREDENTIAL_SHA256,
	    CREDENTIAL_AES128, "another");
	kit_agent_start(&other, &other_credential, ENGINE_A);
	other.boots = 900;
	other.time_s = 5;
	second = kit_open(&scene.manager, &other_credential);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(request(&scene), NATIVE_ANSWER);
		assert_int_equal(kit_request(&scene.manager, second, &other,
		    &scene.reply), NATIVE_ANSWER);
		kit_wait(&scene.manager, 60);
	}
	assert_int_equal(scene.agent.n_probes + other.n_probes, 2);
	assert_int_equal(scene.agent.n_windows + other.n_windows, 0);
	kit_close(second);
	kit_agent_stop(&other);
	scene_stop(&scene);
}

/* ---- the rest ------------------------------------------------------------------------ */

static void
test_salts_never_repeat(void **state)
{
	uint8_t salts[64][USM_SALT_SIZE];
	struct scene scene;

	(void)state;
	scene_proven(&scene);
	for (int i = 0; i < 64; i++) {
		struct message_v3 message;
		kit_build(&scene.manager, scene.state, 0);
		assert_int_equal(message_v3_read(scene.manager.packet.head,
		    scene.manager.packet.head_len, &message), 0);
		assert_int_equal(message.salt.len, USM_SALT_SIZE);
		memcpy(salts[i], message.salt.at, USM_SALT_SIZE);
		for (int k = 0; k < i; k++) {
			assert_memory_not_equal(salts[i], salts[k],
			    USM_SALT_SIZE);
		}
	}
	scene_stop(&scene);
}

static void
test_log_lines_are_few_and_hold_no_secret(void **state)
{
	struct usm_agent *agents[40];
	struct scene scene;
	char *text = NULL;
	size_t size, lines = 0;

	(void)state;
	scene_proven(&scene);
	scene.manager.fake.log = open_memstream(&text, &size);
	for (int i = 0; i < 40; i++) {
		agents[i] = kit_open(&scene.manager, &scene.credential);
		assert_int_equal(kit_request(&scene.manager, agents[i],
		    &scene.agent, &scene.reply), NATIVE_ANSWER);
		for (int k = 0; k < 2; k++) {
			(void)kit_request(&scene.manager, agents[i], NULL,
			    &scene.reply);
		}
	}
	kit_wait(&scene.manager, 61);
	kit_agent_rename(&scene.agent, ENGINE_B);
	assert_int_equal(request(&scene), NATIVE_ANSWER);
	fclose(scene.manager.fake.log);
	scene.manager.fake.log = NULL;
	for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) {
		lines++;
	}
	assert_int_equal(lines, 12);
	assert_non_null(strstr(text, "30 more"));
	assert_non_null(strstr(text, "engine id has changed"));
	assert_null(strstr(text, "right to auth"));
	free(text);
	for (int i = 0; i < 40; i++) {
		kit_close(agents[i]);
	}
	kit_close(NULL);
	scene_stop(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_state_is_small),
	    cmocka_unit_test(test_every_level_and_protocol),
	    cmocka_unit_test(test_time_by_a_second_report),
	    cmocka_unit_test(test_unknown_user_name_to_a_probe_is_an_answer),
	    cmocka_unit_test(test_only_reports_answer_a_probe),
	    cmocka_unit_test(test_useless_engine_ids),
	    cmocka_unit_test(test_no_answer_to_discovery),
	    cmocka_unit_test(test_words_of_refusal),
	    cmocka_unit_test(test_wrong_privacy_password),
	    cmocka_unit_test(test_reports_by_type),
	    cmocka_unit_test(test_forged_reports_change_nothing),
	    cmocka_unit_test(test_a_hint_words_the_timeout),
	    cmocka_unit_test(test_a_forged_engine_report),
	    cmocka_unit_test(test_cancelled_in_the_middle),
	    cmocka_unit_test(test_no_byte_may_be_changed),
	    cmocka_unit_test(test_a_lower_level_is_no_answer),
	    cmocka_unit_test(test_a_reboot_costs_one_round_trip),
	    cmocka_unit_test(test_a_clock_that_drifts),
	    cmocka_unit_test(test_boots_that_do_not_grow),
	    cmocka_unit_test(test_boots_at_their_end_are_refused),
	    cmocka_unit_test(test_the_window_is_150_seconds),
	    cmocka_unit_test(test_an_agent_that_always_complains),
	    cmocka_unit_test(test_two_silent_polls_forget_the_engine),
	    cmocka_unit_test(test_silence_after_rediscovery_is_a_timeout),
	    cmocka_unit_test(test_a_swapped_device),
	    cmocka_unit_test(test_a_swapped_device_with_another_password),
	    cmocka_unit_test(test_an_agent_that_denies_its_id),
	    cmocka_unit_test(test_two_devices_with_one_engine_id),
	    cmocka_unit_test(test_salts_never_repeat),
	    cmocka_unit_test(test_log_lines_are_few_and_hold_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
