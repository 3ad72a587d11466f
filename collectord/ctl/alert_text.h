/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alerts in words: lists, one with its history, why it fires and why it is not
 * told; times that passed.
 *
 * Route: ctl commands.  Thread: MAIN.
 */
#ifndef CTL_ALERT_TEXT_H
#define CTL_ALERT_TEXT_H

#include <stddef.h>

#include <jansson.h>

/* "2 h 10 min", "45 s".  Units: s. */
void alert_text_span(char *to, size_t to_size, double seconds);
/* Prints a text of others, of any length: what controls terminals becomes blanks. */
void alert_text_put(const char *text);
void alert_text_list(const json_t *body);
void alert_text_one(const json_t *body);
void alert_text_explain(const json_t *body);
void alert_text_rules(const json_t *body);

#endif
