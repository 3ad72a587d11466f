/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * codec_usm and a scripted agent, met for the first time or known already.
 *
 * Route: tests/unit/test_snmp_usm*.c.  Thread: one.
 */
#ifndef TESTS_USM_SCENE_H
#define TESTS_USM_SCENE_H

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

const struct usm_counts *counts(const struct scene *scene);
void scene_start(struct scene *scene, enum credential_auth auth,
    enum credential_priv priv);
/* A scene in which the agent has answered once. */
void scene_proven(struct scene *scene);
void scene_stop(struct scene *scene);
/* One request to its end; what it came to in scene->reply. */
enum native_verdict request(struct scene *scene);

#endif
