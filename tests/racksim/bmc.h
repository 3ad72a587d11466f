/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A baseboard management controller: one datagram in, one datagram out.
 * Nothing is stored per BMC but its open sessions; readings, log and records
 * are a function of the model, the hash and the time.
 *
 * Route:  serve (or a test) -> bmc -> bmc_session -> bmc_command -> bmc_sdr,
 *         bmc_sel, bmc_fru, bmc_dcmi.
 * Thread: one per struct bmc_setup; never blocks.
 * Source: IPMI v2.0 rev. 1.1 sections 13, 20, 22; DCMI v1.5; ASF 2.0 3.2.4.
 */
#ifndef RACKSIM_BMC_H
#define RACKSIM_BMC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bmc_crypt.h"

/* Requests above this size are dropped; no answer is larger. */
#define BMC_SIZE_MAX 1024
/* Source: IPMI section 6.12.15: a session ends 60 s after its last message. */
#define BMC_IDLE_S 60
/* Events ordered for the log of one BMC. */
#define BMC_EVENTS_MAX 8

/* Source: IPMI section 6.8. */
enum bmc_privilege {
	BMC_NO_PRIVILEGE,
	BMC_CALLBACK,
	BMC_USER,
	BMC_OPERATOR,
	BMC_ADMIN
};

/* Who may log in. */
struct bmc_user {
	const char *name;		/* <= 16 characters */
	const char *password;		/* <= 20 characters */
	enum bmc_privilege limit;
};

/* All that a BMC can measure, before any scale. */
struct bmc_values {
	bool on;			/* the host runs */
	bool fed[2];			/* supply i has input */
	double power_w;			/* sum of the supplies' inputs */
	double load;			/* 0..1 of what it was built for */
	double inlet_c, outlet_c;
	double psu_w[2], psu_v[2];	/* inputs */
	double drift;			/* -1..1, a slow wave of its own */
};

/* What is ordered to go wrong with the answer in hand. */
struct bmc_order {
	bool bad_rakp2, bad_rakp4;	/* codes that fit no password */
	bool bad_code;			/* integrity codes of messages */
	bool bad_sequence;		/* answers far outside the window */
	bool busy;			/* C0h to every sensor and DCMI read */
	bool no_slots;			/* 01h to every Open Session */
	/* Deviations of real ones, for which clients have workarounds. */
	bool no_rmcpp;			/* says that it has IPMI 1.5 only */
	bool no_role;			/* Open Session with a role: 0Ah */
	bool padded_user;		/* names are 16 octets, with zeros */
	bool long_rakp;			/* RAKP 2 and 4 end in one too many */
	bool zero_id;			/* answers with session id 0 */
	bool bad_sum;			/* checksums of messages */
	bool sdr_short, sdr_long;	/* records cut, or longer than said */
	bool no_dcmi;			/* C1h */
	bool dcmi_short;		/* fewer octets than the reading has */
	bool dcmi_zero;			/* 0 W, whatever it draws */
	double gone_percent;		/* of the sensors: CBh */
	int64_t jump_s;			/* its clock is wrong by so much */
	int64_t changed_at;		/* its records were renewed, 0 = never */
	int64_t events[BMC_EVENTS_MAX];	/* when entries went into the log */
	size_t n_events;
};

struct bmc;
struct bmc_model;
struct bmc_session;

/* Measures a BMC's host at a time (unix seconds). */
typedef void bmc_measure_fn(void *arg, uint32_t id, int64_t t,
    struct bmc_values *ret);

/* What all BMCs of one process share. */
struct bmc_setup {
	struct bmc_crypt *crypt;	/* borrowed */
	const struct bmc_user *users;
	size_t n_users;
	bool allow_suite_0;
	bmc_measure_fn *measure;
	void *arg;			/* of measure */
	uint64_t answered, refused, dropped;	/* counters */
	uint64_t sessions;		/* open now, in all of them */
};

struct bmc {
	struct bmc_setup *setup;	/* borrowed */
	const struct bmc_model *model;
	struct bmc_session *sessions;	/* NULL while none is open */
	uint64_t hash;			/* serial numbers, GUID, log */
	uint32_t id;			/* its address, given to measure */
	uint32_t n_opened;		/* sessions so far */
	int64_t booted;			/* sessions from before are no more */
	const struct bmc_order *order;	/* of the next answer, NULL = sound */
	uint16_t sdr_reservation, sel_reservation;
};

/*
 * Prepares a BMC; `hash` tells it from all others, `id` names it to measure.
 * Owns:   borrows setup and model.
 */
void bmc_init(struct bmc *bmc, struct bmc_setup *setup,
    const struct bmc_model *model, uint64_t hash, uint32_t id);

/* Frees the sessions. */
void bmc_done(struct bmc *bmc);

/*
 * Answers one datagram at `now`.
 * Units:  now in unix seconds; sizes in octets.
 * Errors: 0 when there is nothing to say, or `size` is too small.
 */
int bmc_answer(struct bmc *bmc, int64_t now, const uint8_t *in, size_t n,
    uint8_t *out, size_t size);

/* Closes all sessions that were opened before `t`, as a restart does. */
void bmc_restart(struct bmc *bmc, int64_t t);

/* Counts the open sessions at `now`. */
unsigned int bmc_sessions(struct bmc *bmc, int64_t now);

/* Gives what is ordered; never NULL. */
const struct bmc_order *bmc_orders(const struct bmc *bmc);

#endif
