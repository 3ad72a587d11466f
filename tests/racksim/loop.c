/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "delay.h"
#include "hash.h"

/* One run of the loop. */
struct run {
	const struct loop *loop;
	struct delay delay;
	uint8_t *out;		/* UDP_BATCH answers of out_size bytes */
	uint64_t serial;	/* datagrams seen */
	int64_t report_ms;	/* when the next report is due */
};

int
loop_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
		return -1;
	}
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int64_t
clock_ms(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Spoils an answer: flips bytes, cuts it, or replaces it. */
static size_t
spoil(uint8_t *bytes, size_t len, uint64_t serial)
{
	uint64_t hash = hash_mix(serial, 1);

	switch (hash % 3) {
	case 0:
		for (uint64_t i = 0; i < 4; i++) {
			bytes[hash_mix(hash, i) % len] ^=
			    (uint8_t)(1 + hash_mix(hash, 10 + i) % 255);
		}
		return len;
	case 1:
		return 1 + hash_mix(hash, 20) % len;
	default:
		for (size_t i = 0; i < len; i++) {
			bytes[i] = (uint8_t)hash_mix(hash, 100 + i);
		}
		return len;
	}
}

static void
dispatch(struct run *run, const struct udp_packet *asked, uint8_t *bytes,
    size_t len, const struct faults_fate *fate)
{
	struct udp *udp = fate->other_port && run->loop->other != NULL ?
	    run->loop->other : asked->via;
	struct udp_packet to = *asked;

	if (fate->drop) {
		return;
	}
	if (fate->other_address) {
		/* The neighbour's, who may be polled at this very moment. */
		to.local ^= 1;
	}
	if (fate->garbage) {
		len = spoil(bytes, len, run->serial);
	}
	if (fate->truncate) {
		len = 1 + hash_mix(run->serial, 2) % (len > 1 ? len - 1 : 1);
	}
	for (int i = 0; i < 1 + fate->duplicate; i++) {
		if (fate->delay_ms == 0) {
			udp_send(udp, &to, bytes, len);
		} else {
			(void)delay_put(&run->delay,
			    clock_ms(CLOCK_MONOTONIC) + fate->delay_ms, &to,
			    bytes, len);
		}
	}
}

/* Answers all that has arrived at one socket. */
static void
receive(struct run *run, struct udp *from)
{
	const struct loop *loop = run->loop;
	struct udp_packet packets[UDP_BATCH];
	int n;

	while ((n = udp_receive(from, packets)) >= 0) {
		int64_t t = clock_ms(CLOCK_REALTIME) / 1000;

		for (int i = 0; i < n; i++) {
			uint8_t *out = run->out + (size_t)i * loop->out_size;
			struct faults_fate fate = {0};
			size_t len;

			run->serial++;
			len = loop->answer(loop->arg, &packets[i], t, out,
			    &fate);
			if (fate.ahead > 0) {
				udp_send(from, &packets[i], out + len,
				    fate.ahead);
			}
			if (len > 0) {
				dispatch(run, &packets[i], out, len, &fate);
			}
		}
		udp_flush(from);
		if (loop->other != NULL) {
			udp_flush(loop->other);
		}
		/* A flood must not keep signals and delays waiting. */
		if (n < UDP_BATCH) {
			break;
		}
		if (run->serial % (UDP_BATCH * 16) < UDP_BATCH) {
			break;
		}
	}
}

static void
send_due(struct run *run)
{
	int64_t now = clock_ms(CLOCK_MONOTONIC);
	struct delay_item item;

	while (delay_take(&run->delay, now, &item) == 0) {
		udp_send(item.to.via, &item.to, item.to.bytes, item.to.len);
		udp_flush(item.to.via);
		free((void *)(uintptr_t)item.to.bytes);
	}
	if (run->loop->report_s > 0 && now >= run->report_ms) {
		run->loop->report(run->loop->arg);
		run->report_ms = now + (int64_t)run->loop->report_s * 1000;
	}
}

/* Returns 1 when it is time to stop. */
static int
take_signals(struct run *run, int signal_fd)
{
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGHUP) {
			return 1;
		}
		if (run->loop->reload != NULL) {
			run->loop->reload(run->loop->arg);
		}
	}
	return 0;
}

static int
wait_ms(const struct run *run)
{
	int64_t now = clock_ms(CLOCK_MONOTONIC);
	int64_t wait = delay_wait(&run->delay, now);

	if (run->loop->report_s > 0) {
		int64_t report = run->report_ms > now ?
		    run->report_ms - now : 0;

		wait = wait < 0 || report < wait ? report : wait;
	}
	return wait > 60000 ? 60000 : (int)wait;
}

int
loop_run(const struct loop *loop, int signal_fd)
{
	struct run run = {.loop = loop};
	struct pollfd fds[3] = {
		{.fd = udp_fd(loop->udp), .events = POLLIN},
		{.fd = signal_fd, .events = POLLIN},
		/* poll(2) passes over a negative one. */
		{.fd = loop->second != NULL ? udp_fd(loop->second) : -1,
		    .events = POLLIN},
	};
	int status = 0;

	run.out = malloc(loop->out_size * UDP_BATCH);
	if (run.out == NULL) {
		(void)close(signal_fd);
		return -1;
	}
	run.report_ms = clock_ms(CLOCK_MONOTONIC) +
	    (int64_t)loop->report_s * 1000;
	for (;;) {
		if (poll(fds, 3, wait_ms(&run)) < 0 && errno != EINTR) {
			status = -1;
			break;
		}
		if (take_signals(&run, signal_fd)) {
			break;
		}
		receive(&run, loop->udp);
		if (loop->second != NULL) {
			receive(&run, loop->second);
		}
		send_due(&run);
	}
	delay_done(&run.delay);
	free(run.out);
	(void)close(signal_fd);
	return status;
}
