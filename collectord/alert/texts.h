/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * texts: fills the summary and advice of an alert in both languages, with
 * numbers in units fit for people.
 *
 * Route: episodes calls it at each change.  Thread: any; no state.
 * Source: docs/alerts.md, model/placeholder.h.
 */
#ifndef ALERT_TEXTS_H
#define ALERT_TEXTS_H

#include "alert/thing.h"
#include "config/config.h"
#include "model/alert.h"

#define TEXTS_NUMBER_SIZE 48

/*
 * Writes a number for people: three or four digits, no zeros behind the point,
 * and its unit: 4213 W are "4.21" and "kW".  like: the number that chooses the
 * scale.  An unknown one (NAN) is "-".
 */
void texts_number(double number, double like, const char *unit,
    char text[TEXTS_NUMBER_SIZE], char ret_unit[16]);

/* Summary and advice of alert from rule; value, limit, unit, word, count, since
 * and ids are taken from the alert. */
void texts_fill(const struct config *config, const struct rule *rule,
    const uint32_t *feeds, struct thing thing, struct alert *alert);

#endif
