/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Last words to BMCs: Close Session commands, which outlive their sessions and
 * links, at a pace, and again when nobody confirms them.
 *
 * Route: link, hello -> here -> socket; engine_receive tells of answers.
 * Thread: the POLL thread of the engine.
 * Source: engine.md sections 7 (a lost Close leaks a slot for a minute) and 9.
 */
#ifndef PLUGIN_IPMI_FAREWELL_H
#define PLUGIN_IPMI_FAREWELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/udp.h"

struct engine;
struct link;

#define FAREWELL_BYTES 128

/*
 * Has n bytes sent to the link's BMC soon.  console_id: of the session that
 * they close, whose answer is waited for; 0: they are said once.
 */
void farewell_say(const struct link *link, const uint8_t *bytes, size_t n,
    uint32_t console_id);
/* True when a message of this session was the answer to one of them.  It is
 * not authenticated: its keys are gone, and all it can do is end repeating. */
bool farewell_answered(struct engine *engine, uint32_t console_id,
    const union udp_address *from);
/* Sends some, 20,000 a second; those without an answer again, twice. */
void farewell_tick(struct engine *engine);
/* Says all at the end of the engine.  Blocks for 1.5 s at most, or what it
 * takes to say each once. */
void farewell_all(struct engine *engine);

#endif
