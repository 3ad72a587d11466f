/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See usm_scene.h. */
#include <config.h>

#include "usm_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

const struct usm_counts *
counts(const struct scene *scene)
{
	return &((const struct usm *)scene->manager.usm)->counts;
}

void
scene_start(struct scene *scene, enum credential_auth auth,
    enum credential_priv priv)
{
	memset(scene, 0, sizeof(*scene));
	kit_credential(&scene->credential, auth, priv, "right");
	kit_manager_start(&scene->manager);
	kit_agent_start(&scene->agent, &scene->credential, ENGINE_A);
	scene->state = kit_open(&scene->manager, &scene->credential);
}

void
scene_stop(struct scene *scene)
{
	kit_close(scene->state);
	kit_agent_stop(&scene->agent);
	kit_manager_stop(&scene->manager);
}

enum native_verdict
request(struct scene *scene)
{
	return kit_request(&scene->manager, scene->state, &scene->agent,
	    &scene->reply);
}

void
scene_proven(struct scene *scene)
{
	scene_start(scene, CREDENTIAL_SHA256, CREDENTIAL_AES128);
	assert_int_equal(request(scene), NATIVE_ANSWER);
	assert_int_equal(scene->state->engine.trust, USM_PROVEN);
}
