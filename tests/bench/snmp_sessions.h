/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How programs usually poll with net-snmp, behind the engines' seam: one
 * session and socket per device (snmp_sess_open), a fresh PDU per request
 * (snmp_sess_async_send), and snmp_sess_read2 for each socket that epoll says
 * has an answer.
 *
 * Route: snmp_load -> here -> snmp_agents.  Thread: one.
 */
#ifndef BENCH_SNMP_SESSIONS_H
#define BENCH_SNMP_SESSIONS_H

#include "engine.h"

extern const struct engine_ops snmp_sessions;

#endif
