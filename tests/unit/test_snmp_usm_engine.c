/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Engines as codec_usm knows them: their boots and time, going, changing. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "message_v3.h"
#include "usm_scene.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
