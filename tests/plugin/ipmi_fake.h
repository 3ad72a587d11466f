/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A link that is no link: it asks a BMC made of tables, and answers when the
 * test says so.
 *
 * Route: tests of plugins/ipmi.  Thread: one.
 */
#ifndef TESTS_IPMI_FAKE_H
#define TESTS_IPMI_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipmi_kit.h"
#include "link.h"

#define FAKE_RECORDS 256
#define FAKE_LOG 512

/* What a sensor answers. */
struct fake_sensor {
	uint8_t raw, completion;
	bool unavailable, not_scanning;
	uint16_t states;
};

struct fakebmc {
	uint8_t device_id[15];
	uint8_t guid[16];
	bool device_sdrs;            /* they are there instead of a repository */
	uint32_t added, erased;
	size_t n_records;
	uint8_t records[FAKE_RECORDS][KIT_RECORD_MAX];
	size_t sizes[FAKE_RECORDS];
	bool endless;                /* the last record names itself + 1 for ever */
	uint8_t max_read;            /* refuses more bytes of a record; 0: none */
	unsigned lose_every;         /* loses the reservation at each Nth read */
	uint16_t reservation;
	struct fake_sensor sensors[256];
	uint8_t dcmi_completion;
	uint16_t watts;
	size_t dcmi_n;               /* bytes of its answer; 0: all */
	uint8_t chassis[3], chassis_completion;
	size_t n_fru;
	uint8_t fru[512];
	uint8_t fru_max;             /* bytes at once; 0: any */
	size_t n_log;
	uint8_t log[FAKE_LOG][16];
	uint32_t log_added, log_erased, clock_s;
	unsigned n_asks, n_reads, n_gets; /* all, Get Sensor Reading, Get SDR */
	unsigned n_log_gets;
};

struct link {
	struct fakebmc *bmc;
	struct link_request request;
	uint8_t data[LINK_DATA_MAX];
	bool busy;
	bool is_crowded;             /* what is patient gets no turn */
	uint32_t quirks;
	const char *fault;
	unsigned n_cancelled;
	/* Not answered: network function and command; sensor reading's number. */
	int mute_netfn, mute_command, mute_sensor;
	int64_t *clock_ns;           /* moves on by this at each answer */
	int64_t answer_ns;
	int64_t silence_ns;          /* … and by this where there is none */
};

/* A BMC of Inspur's with one set of everything, and no sensors. */
void fakebmc_init(struct fakebmc *bmc);
/* Adds a sensor as a listing shows it; its number is its place + 1. */
uint8_t fakebmc_add(struct fakebmc *bmc, const struct kit_sensor *sensor);
void fakebmc_log(struct fakebmc *bmc, const char *hex);
void fakelink_init(struct link *link, struct fakebmc *bmc, int64_t *clock_ns);
/* Answers what is asked until nothing is, or n answers have been given. */
unsigned fakelink_run(struct link *link, unsigned n);

#endif
