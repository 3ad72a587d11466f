/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the numbers of state metrics mean: tables of code, word and severity,
 * interned, shared by all devices of a kind, never freed within a run.
 *
 * Route: made when a plugin names the states of a slot; read by http and ctl.
 * Thread: any (one lock inside states_intern; tables are immutable).
 */
#ifndef MODEL_STATES_H
#define MODEL_STATES_H

#include <stdint.h>

#include <collectord/plugin.h>

#define STATES_MAX 64           /* of one table */
#define STATES_WORD_SIZE 64     /* of a word, with its NUL */

/*
 * Interns; the order of the codes does not matter.  Returns a number > 0.
 * Errors: COL_EINVAL (a code twice, a word that is none), COL_ERANGE,
 * COL_EFULL (65,535 tables).
 */
int states_intern(const struct col_state *states, size_t n_states,
    struct col_error *error);
/* NULL when number is 0 or unknown, or the table has no such code. */
const struct col_state *states_find(uint32_t number, double code);
/* "ok", "warning"; NULL for COL_SEVERITY_NONE. */
const char *states_severity(enum col_severity severity);
/* Frees all; only at the end of a process or test, no other thread running. */
void states_reset(void);

#endif
