/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What codec_usm does not believe: forged, changed and cancelled messages. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "message_v3.h"
#include "usm_scene.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_forged_reports_change_nothing),
	    cmocka_unit_test(test_a_hint_words_the_timeout),
	    cmocka_unit_test(test_a_forged_engine_report),
	    cmocka_unit_test(test_cancelled_in_the_middle),
	    cmocka_unit_test(test_no_byte_may_be_changed),
	    cmocka_unit_test(test_a_lower_level_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
