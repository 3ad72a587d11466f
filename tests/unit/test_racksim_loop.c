/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop.h"

/* The loop answers in a process of its own; the test asks it over UDP. */
struct fixture {
	struct udp *udp, *other;
	pid_t child;
	int fd;			/* of the asker */
};

/* Echoes what was asked; the first octet says what fate the answer has. */
static size_t
echo(void *arg, const struct udp_packet *packet, int64_t t, uint8_t *out,
    struct faults_fate *ret_fate)
{
	(void)arg;
	assert_true(t > 1000000000);
	memcpy(out, packet->bytes, packet->len);
	ret_fate->drop = out[0] == 'x';
	ret_fate->duplicate = out[0] == '2';
	ret_fate->truncate = out[0] == 't';
	ret_fate->other_address = out[0] == 'a';
	ret_fate->other_port = out[0] == 'p';
	ret_fate->delay_ms = out[0] == 'd' ? 150 : 0;
	if (out[0] == 'f') {
		memcpy(out + packet->len, "first", 5);
		ret_fate->ahead = 5;
	}
	return out[0] == '0' ? 0 : packet->len;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int signal_fd;

	assert_non_null(f);
	f->udp = udp_open(0, 0);
	f->other = udp_open(0, 0);
	assert_true(f->udp != NULL && f->other != NULL);
	f->child = fork();
	assert_true(f->child >= 0);
	if (f->child == 0) {
		struct loop loop = {.udp = f->udp, .other = f->other,
		    .out_size = 8192 + 64, .answer = echo};

		signal_fd = loop_signals();
		_exit(signal_fd >= 0 && loop_run(&loop, signal_fd) == 0 ? 0 : 1);
	}
	f->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(f->fd >= 0);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	int status = -1;

	(void)close(f->fd);
	assert_int_equal(kill(f->child, SIGTERM), 0);
	assert_int_equal(waitpid(f->child, &status, 0), f->child);
	udp_close(f->udp);
	udp_close(f->other);
	free(f);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void
ask(const struct fixture *f, const char *text)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(udp_port(f->udp)),
	    .sin_addr.s_addr = htonl(0x7f224406U)};

	assert_int_equal(sendto(f->fd, text, strlen(text), 0,
	    (struct sockaddr *)&to, sizeof(to)), (ssize_t)strlen(text));
}

/* Both lie in the socket before the loop, which is held up, takes the first. */
static void
ask_at_once(const struct fixture *f, const char *one, const char *two)
{
	int status;

	assert_int_equal(kill(f->child, SIGSTOP), 0);
	assert_int_equal(waitpid(f->child, &status, WUNTRACED), f->child);
	ask(f, one);
	ask(f, two);
	assert_int_equal(kill(f->child, SIGCONT), 0);
}

/* Waits for one answer; -1 when `ms` pass without. */
static ssize_t
take(const struct fixture *f, int ms, char *ret_text, struct sockaddr_in *from)
{
	struct pollfd poll_fd = {.fd = f->fd, .events = POLLIN};
	socklen_t len = sizeof(*from);
	ssize_t n;

	if (poll(&poll_fd, 1, ms) != 1) {
		return -1;
	}
	n = recvfrom(f->fd, ret_text, 255, 0, (struct sockaddr *)from, &len);
	assert_true(n >= 0);
	ret_text[n] = '\0';
	return n;
}

static void
answers_leave_from_where_they_were_asked(void **state)
{
	struct sockaddr_in from;
	char text[256];

	ask(*state, "hello");
	assert_int_equal(take(*state, 60000, text, &from), 5);
	assert_string_equal(text, "hello");
	assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f224406U);
	ask(*state, "a");
	assert_int_equal(take(*state, 60000, text, &from), 1);
	assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f224407U);
	ask(*state, "p");
	assert_int_equal(take(*state, 60000, text, &from), 1);
	assert_int_equal(ntohl(from.sin_addr.s_addr), 0x7f224406U);
	assert_int_equal(ntohs(from.sin_port),
	    udp_port(((struct fixture *)*state)->other));
}

static void
fates_are_met(void **state)
{
	struct sockaddr_in from;
	char text[256];

	ask(*state, "x lost");
	ask(*state, "0 silent");
	ask(*state, "2");
	assert_int_equal(take(*state, 60000, text, &from), 1);
	assert_int_equal(take(*state, 60000, text, &from), 1);
	assert_string_equal(text, "2");
	ask(*state, "t0123456789");
	assert_in_range(take(*state, 60000, text, &from), 1, 10);
	ask(*state, "f");
	assert_int_equal(take(*state, 60000, text, &from), 5);
	assert_string_equal(text, "first");
	assert_int_equal(take(*state, 60000, text, &from), 1);
	/* What is late is overtaken. */
	ask_at_once(*state, "d", "now");
	assert_int_equal(take(*state, 60000, text, &from), 3);
	assert_int_equal(take(*state, 60000, text, &from), 1);
	assert_string_equal(text, "d");
	assert_int_equal(take(*state, 0, text, &from), -1);
}

static void
oversized_requests_are_dropped(void **state)
{
	struct fixture *f = *state;
	char *text = malloc(UDP_REQUEST_SIZE + 2);
	struct sockaddr_in from;
	char answer[256];

	assert_non_null(text);
	memset(text, 'y', UDP_REQUEST_SIZE + 1);
	text[UDP_REQUEST_SIZE + 1] = '\0';
	ask(f, text);
	ask(f, "after");
	assert_int_equal(take(f, 60000, answer, &from), 5);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    answers_leave_from_where_they_were_asked, setup, teardown),
		cmocka_unit_test_setup_teardown(fates_are_met, setup, teardown),
		cmocka_unit_test_setup_teardown(oversized_requests_are_dropped,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
