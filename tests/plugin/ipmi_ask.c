/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Asks a real BMC one command over the plugin's own link and prints the answer
 * in hexadecimal: what the system tests hold beside ipmitool.
 *
 * ipmi_ask [-s SUITE] [-p PRIVILEGE] [-q QUIRK] [-n TIMES] [-d SECONDS]
 *     ADDRESS PORT USER PASSWORDFILE (ping | NETFN COMMAND [BYTE…])
 *
 * Exit status: 0 answered, 1 the link failed (its words on stdout), 2 usage.
 */
#include <config.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link_life.h"
#include "snmp_host.h"

#define SECOND_NS INT64_C(1000000000)

struct run {
	struct link *link;
	struct link_request request;
	uint8_t data[LINK_DATA_MAX];
	unsigned long left;
	bool is_probe, done;
	int status;
	int64_t patience_ns;
	struct fakehost *fake;
};

static void on_answer(void *arg, int status, uint8_t completion,
    const uint8_t *data, size_t n);

static void
ask(struct run *run)
{
	run->request.deadline_ns = run->fake->host.now(&run->fake->host) +
	    run->patience_ns;
	if (run->is_probe) {
		(void)link_probe(run->link, run->request.deadline_ns, on_answer,
		    run);
	} else if (link_ask(run->link, &run->request) != 0) {
		run->status = 2;
		run->done = true;
	}
}

static void
on_answer(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct run *run = arg;

	run->left--;
	if (status != 0) {
		printf("error %d: %s\n", status, link_fault(run->link));
		run->status = 1;
	} else {
		printf("%02x", completion);
		for (size_t i = 0; i < n; i++) {
			printf(" %02x", data[i]);
		}
		printf("\n");
		run->status = 0;
	}
	(void)fflush(stdout);
	if (run->left == 0) {
		run->done = true;
	} else {
		ask(run);
	}
}

static unsigned long
number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 0);

	if (*text == '\0' || *end != '\0') {
		fprintf(stderr, "ipmi_ask: '%s' is no number\n", text);
		exit(2);
	}
	return n;
}

static void
read_password(const char *path, struct account *account)
{
	FILE *file = fopen(path, "r");
	char text[64] = "";
	size_t n;

	if (file == NULL || fgets(text, sizeof(text), file) == NULL) {
		perror(path);
		exit(2);
	}
	(void)fclose(file);
	n = strcspn(text, "\n");
	n = n < RAKP_PASSWORD_MAX ? n : RAKP_PASSWORD_MAX;
	memcpy(account->identity.password, text, n);
}

static void
read_command(struct run *run, char **words)
{
	if (strcmp(words[0], "ping") == 0) {
		run->is_probe = true;
		return;
	}
	if (words[1] == NULL) {
		fprintf(stderr, "ipmi_ask: the command is missing\n");
		exit(2);
	}
	run->request.netfn = (uint8_t)number(words[0]);
	run->request.command = (uint8_t)number(words[1]);
	run->request.data = run->data;
	for (words += 2; *words != NULL && run->request.n < LINK_DATA_MAX;
	    words++) {
		run->data[run->request.n++] = (uint8_t)number(*words);
	}
	run->request.fn = on_answer;
	run->request.arg = run;
}

static int
suite_of(unsigned long id)
{
	for (int i = 0; i < SEAL_SUITE_N; i++) {
		if (seal_facts(i)->id == id) {
			return i;
		}
	}
	return -1;
}

static void
go(struct engine *engine, struct run *run)
{
	struct pollfd none = {.fd = -1};

	ask(run);
	while (!run->done) {
		engine_tick(engine);
		(void)poll(&none, 1, 5);
	}
}

int
main(int argc, char **argv)
{
	static struct fakehost fake;
	struct account account = {.id = "test", .privilege = ACCOUNT_USER,
	    .timeout_ns = SECOND_NS / 2, .retries = 2};
	const struct account *accounts[] = {&account};
	struct link_setup setup = {.accounts = accounts, .n_accounts = 1,
	    .suite = -1};
	struct run run = {.left = 1, .patience_ns = 10 * SECOND_NS,
	    .fake = &fake};
	struct engine_setup engine_setup = {.host = &fake.host};
	union udp_address to = {.in = {.sin_family = AF_INET}};
	struct col_error error = {.code = 0};
	int option;

	while ((option = getopt(argc, argv, "+s:p:q:n:d:")) != -1) {
		switch (option) {
		case 's':
			setup.suite = suite_of(number(optarg));
			break;
		case 'p':
			setup.privilege = (uint8_t)number(optarg);
			break;
		case 'q':
			setup.quirks |= quirk_find(optarg);
			break;
		case 'n':
			run.left = number(optarg);
			break;
		case 'd':
			run.patience_ns = (int64_t)number(optarg) * SECOND_NS;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind < 5 ||
	    inet_pton(AF_INET, argv[optind], &to.in.sin_addr) != 1) {
		fprintf(stderr, "usage: ipmi_ask ADDRESS PORT USER PASSWORDFILE"
		    " (ping | NETFN COMMAND [BYTE...])\n");
		return 2;
	}
	to.in.sin_port = htons((uint16_t)number(argv[optind + 1]));
	account.identity.n_user = (uint8_t)strnlen(argv[optind + 2],
	    RAKP_USER_MAX);
	memcpy(account.identity.user, argv[optind + 2],
	    account.identity.n_user);
	read_password(argv[optind + 3], &account);
	read_command(&run, argv + optind + 4);
	fakehost_init(&fake);
	fake.real_clock = true;
	if (engine_new(&engine_setup, &setup.engine, &error) != 0 ||
	    link_new(&setup, &run.link) != 0) {
		fprintf(stderr, "ipmi_ask: %s\n", error.text);
		return 2;
	}
	link_address(run.link, &to);
	go(setup.engine, &run);
	link_free(run.link);
	engine_free(setup.engine);
	fakehost_done(&fake);
	return run.status;
}
