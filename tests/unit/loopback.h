/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams on loopback for tests that own the clock: sent is delivered.
 *
 * Route: unit tests with sockets.  Thread: the one that sends, kept on one CPU.
 */
#ifndef TESTS_LOOPBACK_H
#define TESTS_LOOPBACK_H

/*
 * Waits until every datagram that this thread has sent on loopback since the
 * first call lies in its receiver's socket.
 */
void loopback_settle(void);

#endif
