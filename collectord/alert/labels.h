/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An alert as Alertmanager sees it: labels, which are its identity, and
 * annotations, which are not; so that what we post and what its webhooks say agree.
 *
 * Route: formats alertmanager and alertmanager-webhook.  Thread: NOTIFY.
 * Source: Prometheus data model (names of labels); Alertmanager API v2.
 */
#ifndef ALERT_LABELS_H
#define ALERT_LABELS_H

#include <stddef.h>

#include "alert/render.h"

#define LABELS_MAX 16

struct label { const char *name; char text[ALERT_TEXT_SIZE]; };

/* None is empty: to Alertmanager an empty label is none.  Return how many. */
size_t labels_of(const struct notice *notice, const struct alert *alert,
    struct label labels[LABELS_MAX]);
size_t labels_annotations(const struct render *render, const struct alert *alert,
    struct label notes[LABELS_MAX]);
/* Of a notice without alerts (heartbeat, canary, test): "collectord_heartbeat". */
size_t labels_of_notice(const struct notice *notice, struct label labels[LABELS_MAX]);
/* Drops what other has not or has otherwise; returns how many are left. */
size_t labels_common(struct label *labels, size_t n, const struct label *other,
    size_t n_other);
void labels_write(struct json *json, const char *key, const struct label *labels, size_t n);

#endif
