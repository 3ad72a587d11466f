/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rooms below http, faked: a province of any size, one view of it, and a
 * store and a state that answer at once, later, or never.
 *
 * Route: test programs of http link this instead of the rooms.
 * Thread: the test's, where not said otherwise.
 */
#ifndef TESTS_HTTP_FAKE_H
#define TESTS_HTTP_FAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "capacity/view.h"
#include "config/config.h"
#include "http/http.h"
#include "store/store.h"

struct outlook;

/* Unix time of all views. */
#define FAKE_NOW_S INT64_C(1795320000)
/* The first midnight of that month in the province's zone. */
#define FAKE_MONTH_S INT64_C(1793462400)

enum fake_answer { FAKE_NOW = 0, FAKE_LATER, FAKE_NEVER };

/* Makes the province: n racks with two PDUs each, rows of 24, 18 areas. */
void fake_setup(uint32_t n_racks);
void fake_done(void);
const struct config *fake_config(void);      /* borrowed */
/* Publishes the next view; returns it, borrowed until the next call. */
const struct view *fake_publish(void);
void fake_unpublish(void);                   /* capacity_view gives NULL again */
/* What foretells the view's only target; its own. */
struct outlook *fake_outlook(const struct config *config);
/* What the archives say; its own. */
const struct past *fake_past(const struct inventory *inventory);
struct http_setup fake_http_setup(const struct clock *clock);

/* How store and state answer from now on.  Thread: any. */
void fake_answer(enum fake_answer how);
/* Number of answers that wait.  Thread: any. */
unsigned fake_waiting(void);
/* Gives the answers that wait, from the calling thread. */
void fake_give(void);
/* Code of answers from now on. */
void fake_code(int code);
/* Who all requests are from now on: a viewer is anonymous, others are "li"; UNSET:
 * whom the server takes them to be. */
void fake_role(enum role role);
who_fn fake_who;
/* No reservation is left. */
void fake_reservations_forget(void);
/* The last query that the store saw. */
struct store_query fake_query(void);

/* Figures of that inventory; fake_figures_done frees them. */
const struct figures *fake_figures(const struct inventory *inventory);
void fake_figures_done(void);

#endif
