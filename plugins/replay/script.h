/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a replayed device says when: read from the YAML of the device or of a
 * profile, then asked by time.
 *
 * Route: configuration -> script -> replay.c.  Thread: one POLL thread.
 */
#ifndef REPLAY_SCRIPT_H
#define REPLAY_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define SCRIPT_LAYOUTS_MAX 16

enum script_fault {
	FAULT_NONE = 0,
	FAULT_SILENT,   /* never answers; ends the poll when it is cancelled */
	FAULT_NEVER,    /* never answers and does not even heed the cancel */
	FAULT_SLOW,     /* answers after delay */
	FAULT_ERROR,    /* ends with status */
	FAULT_PARTIAL,  /* every second value is unavailable */
	FAULT_LATE,     /* answers after it was cancelled */
	FAULT_DOUBLE,   /* ends twice and goes on emitting */
	FAULT_GARBAGE,  /* values, texts and times that cannot be */
	FAULT_N
};

struct script_phase {
	int64_t from_ns, to_ns;      /* to_ns is not part of it */
	enum script_fault fault;
	enum col_status status;      /* FAULT_ERROR */
	int64_t delay_ns;            /* FAULT_SLOW */
};

struct script;

/*
 * Reads readings, faults, info and reboots (each may be NULL); every fault in
 * them is reported through host.
 * Owns: returns *ret_script with one reference; borrows host for its life,
 * copies the nodes.
 * Errors: COL_ECONFIG after reporting, COL_ENOMEM.
 */
struct script_nodes {
	const struct col_node *readings, *faults, *info, *reboots;
};
int script_new(const struct col_host *host, const struct script_nodes *nodes,
    struct script **ret_script);
struct script *script_ref(struct script *script);
void script_unref(struct script *script); /* NULL is fine */

/* The fault at a time since the start; FAULT_NONE outside all of them. */
struct script_phase script_phase_at(const struct script *script, int64_t at_ns);
/*
 * Emits what the device says at a time.  every: 1 for all values, 2 leaves
 * every second one unavailable.  Units: uptime at time 0 in ns, < 0: none.
 */
void script_emit(const struct script *script, struct col_poll *poll,
    int64_t at_ns, int64_t uptime_ns, unsigned every);
/* Emits what no device should say. */
void script_emit_garbage(const struct script *script, struct col_poll *poll);

#endif
