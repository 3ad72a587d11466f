/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells systemd how the service is doing, when systemd started it.
 *
 * Thread: MAIN.  Source: sd_notify(3), "the protocol is a datagram".
 */
#ifndef NOTIFY_H
#define NOTIFY_H

/* Sends "READY=1" and the like to $NOTIFY_SOCKET; silent when there is none. */
void notify_send(const char *state);

#endif
