/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An engine of the ipmi plugin and a few of racksim's BMCs, on loopback
 * sockets and on the test's own clock.
 *
 * Route: tests of plugins/ipmi's sessions.  Thread: one.
 */
#ifndef TESTS_BMC_KIT_H
#define TESTS_BMC_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../plugin/snmp_host.h"
#include "../racksim/bmc.h"
#include "../racksim/bmc_model.h"
#include "link_life.h"
#include "link_work.h"

#define KIT_BMCS 8
#define KIT_LATE 64            /* answers held back */
#define KIT_MS INT64_C(1000000)
#define KIT_S (1000 * KIT_MS)

struct kit;

/*
 * Looks at a datagram before it goes on, may change it; false: it is lost.
 * to_bmc: which way it goes.
 */
typedef bool kit_filter_fn(struct kit *kit, unsigned i, bool to_bmc,
    uint8_t *bytes, size_t *n);

struct kit_bmc {
	int fd;
	union udp_address at;
	struct bmc bmc;
	struct bmc_order order;
	bool is_silent;
	int64_t delay_ns;          /* of its answers */
	unsigned n_asked;          /* datagrams that came */
	struct link *link;
};

struct kit_late {
	bool used;
	unsigned i;
	int64_t due_ns;
	union udp_address to;
	size_t n;
	uint8_t bytes[BMC_SIZE_MAX];
};

struct kit {
	struct fakehost fake;      /* first */
	struct engine *engine;
	struct bmc_setup setup;
	struct account accounts[3];
	const struct account *list[3];
	struct kit_bmc bmcs[KIT_BMCS];
	unsigned n;
	int stray_fd;              /* answers from here come from a stranger */
	bool answers_astray;
	bool has_answered;              /* since the last tick */
	struct kit_late late[KIT_LATE];
	kit_filter_fn *filter;
	/* of the last command */
	unsigned n_ends;
	int status;
	uint8_t completion, data[LINK_ANSWER_MAX];
	size_t n_data;
};

/* n BMCs of the model; "mon" may be user, "root" administrator. */
void kit_start(struct kit *kit, unsigned n, const char *model);
void kit_stop(struct kit *kit);
/* A link to BMC i with the first n accounts of kit->list. */
struct link *kit_link(struct kit *kit, unsigned i, unsigned n_accounts);
/* The same with a setup of the caller's; engine and accounts are filled in. */
struct link *kit_link_with(struct kit *kit, unsigned i, unsigned n_accounts,
    struct link_setup setup);
/* Lets ns pass in steps of 10 ms. */
void kit_pass(struct kit *kit, int64_t ns);
/* Starts a command that ends in kit->status and the rest. */
void kit_ask(struct kit *kit, struct link *link, uint8_t netfn,
    uint8_t command, int64_t patience_ns);
/* The same, and lets time pass until it has ended.  Returns the status. */
int kit_wait(struct kit *kit, struct link *link, uint8_t netfn,
    uint8_t command, int64_t patience_ns);
/* Get Device ID with 10 s of patience. */
int kit_device_id(struct kit *kit, struct link *link);
/* unix seconds of the BMCs now. */
int64_t kit_time(const struct kit *kit);

#endif
