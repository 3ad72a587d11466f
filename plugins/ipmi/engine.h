/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All conversations of one POLL thread on one socket per address family.
 *
 * Route: plugin.c -> engine; links live in it.
 * Thread: one engine per POLL thread, used only there.
 * Source: engine.md sections 8 and 9.
 */
#ifndef PLUGIN_IPMI_ENGINE_H
#define PLUGIN_IPMI_ENGINE_H

#include <stdint.h>

#include <collectord/plugin.h>

struct engine;

struct engine_setup {
	const struct col_host *host;
	int64_t receive_buffer;   /* bytes asked for; 0: the system's default */
	uint32_t window;          /* messages in flight at most; 0: 4096 */
	uint32_t session_rate;    /* sessions opened per second; 0: 2000 */
	uint16_t source_port;     /* the first to try, 0: any */
};

/* Errors: COL_ENOMEM, COL_ENOTSUP (cryptography) with text. */
int engine_new(const struct engine_setup *setup, struct engine **ret_engine,
    struct col_error *error);
/*
 * Says goodbye to the BMCs of links that were freed with a session open, at
 * 20,000 a second, and frees.  All links have been freed before.  Accepts NULL.
 */
void engine_free(struct engine *engine);
/* Receives, ends what has waited long enough, sends.  Every 10 ms. */
void engine_tick(struct engine *engine);
/* True while something is in flight or waits. */
bool engine_is_busy(const struct engine *engine);

#endif
