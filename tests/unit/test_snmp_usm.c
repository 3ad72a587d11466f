/* SPDX-License-Identifier: GPL-3.0-or-later */
/* codec_usm against a scripted agent: discovery, refusals, what is kept secret. */
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
#include "usm_scene.h"

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
	    cmocka_unit_test(test_salts_never_repeat),
	    cmocka_unit_test(test_log_lines_are_few_and_hold_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
