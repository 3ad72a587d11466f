/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Faults on order: a small language of lines that say what goes wrong where
 * and when. What a line selects is a hash, so two runs fail alike.
 *
 * Route:  file or command line -> faults -> values (feeds, heat), serve
 *         (packets), truth (silence).
 * Thread: immutable once loaded, any.
 */
#ifndef RACKSIM_FAULTS_H
#define RACKSIM_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bmc.h"
#include "pdu.h"
#include "province.h"

/* Lines in one set. */
#define FAULTS_MAX 1024
/* Boundaries of feed losses that one rack's energy is integrated over. */
#define FAULTS_EDGES_MAX 64
/* Room for the message of a failed load. */
#define FAULTS_ERROR_MAX 256

enum faults_verb {
	FAULTS_SILENCE,
	FAULTS_DROP,
	FAULTS_DELAY,
	FAULTS_DUPLICATE,
	FAULTS_REORDER,
	FAULTS_GARBAGE,
	FAULTS_TRUNCATE,
	FAULTS_OVERSIZE,
	FAULTS_SHUFFLE,
	FAULTS_ENDLESS,
	FAULTS_STUCK,
	FAULTS_TOO_BIG,
	FAULTS_WRONG_ID,
	FAULTS_WRONG_COMMUNITY,
	FAULTS_OTHER_ADDRESS,
	FAULTS_OTHER_PORT,
	FAULTS_BAD_RAKP2,
	FAULTS_BAD_RAKP4,
	FAULTS_BAD_CODE,
	FAULTS_BAD_SEQUENCE,
	FAULTS_BUSY,
	FAULTS_REPORT,
	FAULTS_REBOOT,
	FAULTS_WRAP,
	FAULTS_ENGINE_CHANGE,
	FAULTS_ENGINE_SAME,
	FAULTS_ENGINE_BARE,
	FAULTS_BOOTS_FALL,
	FAULTS_CLOCK_JUMP,
	FAULTS_FEED_LOSS,
	FAULTS_HOT_AISLE,
	FAULTS_NO_SLOTS,
	FAULTS_NO_RMCPP,
	FAULTS_NO_ROLE,
	FAULTS_PADDED_USER,
	FAULTS_LONG_RAKP,
	FAULTS_ZERO_ID,
	FAULTS_BAD_SUM,
	FAULTS_SDR_SHORT,
	FAULTS_SDR_LONG,
	FAULTS_SDR_CHANGE,
	FAULTS_NO_DCMI,
	FAULTS_DCMI_SHORT,
	FAULTS_DCMI_ZERO,
	FAULTS_SENSORS_GONE,
	FAULTS_SESSION_DROP,
	FAULTS_SEL_EVENT,
	FAULTS_VERB_N
};

enum faults_scope {
	FAULTS_ALL,
	FAULTS_SITE,
	FAULTS_HALL,
	FAULTS_ROW,
	FAULTS_RACK,
	FAULTS_DEVICE,
	FAULTS_SCOPE_N
};

struct fault {
	enum faults_verb verb;
	enum faults_scope scope;
	uint32_t place;			/* site, hall or row number */
	struct province_device device;	/* for racks and devices */
	int feed;			/* 0 = A, 1 = B, -1 = both */
	double percent;			/* 0..100, of devices or of packets */
	double devices;			/* 0..100, of the devices in scope */
	uint32_t ms;			/* delay */
	uint32_t over;			/* toobig: varbinds still answered */
	int64_t seconds;		/* clock_jump */
	int stat;			/* report: an enum v3_report */
	double degrees;			/* hot_aisle, K above normal */
	double sensors;			/* sensors_gone, 0..100 */
	double redundant;		/* feed_loss, 0..100: PDUs that go on
					 * answering, on the other feed */
	int64_t from, to;		/* unix seconds, from <= t < to */
	int64_t at;			/* reboot, wrap, engine_change, boots_fall */
};

struct faults {
	const struct province *province;	/* borrowed */
	struct fault *list;
	size_t n;
};

/* What happens to one answer. */
struct faults_fate {
	bool drop, duplicate, garbage, truncate;
	bool other_address, other_port;	/* it leaves from there */
	bool report;			/* a forged Report goes ahead of it */
	int stat;			/* which, an enum v3_report */
	uint32_t delay_ms;		/* 0 = at once */
	size_t ahead;			/* octets of it, behind the answer */
	struct pdu_quirks quirks;	/* what is wrong inside */
	uint32_t bmc;			/* bit per verb from FAULTS_BAD_RAKP2 on */
};

/* What the faults do to a device's SNMPv3 engine. */
struct faults_engine {
	int64_t changed_at;	/* it has another id since, -1 = its own */
	bool is_same;		/* it has the id that others have, too */
	bool is_bare;		/* discovery says neither boots nor time */
	int64_t fell_at;	/* its boots fell to 1 then, -1 = never */
	int64_t jump_s;		/* its clock is wrong by so much */
	uint32_t n_boots;	/* ordered restarts so far */
};

/*
 * Loads a set from a file, or from text with ';' between lines when no such
 * file exists. A line without from= counts from the file's last change, and
 * from the epoch when there is no file.
 * Owns:   the set borrows the province; free with faults_done.
 * Errors: -1 with "file:line: message" in error (FAULTS_ERROR_MAX bytes); the
 *         set is untouched then.
 */
int faults_load(struct faults *set, const struct province *province,
    const char *source, char *error);

/* Frees what a set holds; a zeroed set is an empty one. */
void faults_done(struct faults *set);

/*
 * Tells whether a device keeps silent at a time, its own flaws and lost feeds
 * included: a PDU without power, and for a while after it came back; a BMC
 * without any.
 */
bool faults_silent(const struct faults *set,
    const struct province_device *device, int64_t t);

/* Draws the fate of one answer; `serial` numbers the datagrams. */
struct faults_fate faults_fate(const struct faults *set,
    const struct province_device *device, int64_t t, uint64_t serial);

/* Tells whether a rack's feed (0 = A, 1 = B) is without power at a time. */
bool faults_feed_lost(const struct faults *set, struct province_rack rack,
    int feed, int64_t t);

/*
 * Lists when the feeds of a rack change, unsorted.
 * Shape:  FAULTS_EDGES_MAX places; returns how many were filled.
 */
size_t faults_feed_edges(const struct faults *set, struct province_rack rack,
    int64_t *ret_edges);

/* Units:  returns kelvin above normal at a row's inlets. */
double faults_heat(const struct faults *set, uint32_t row, int64_t t);

/* Returns when a device last restarted, on order or with its feed, or -1. */
int64_t faults_boot(const struct faults *set,
    const struct province_device *device, int64_t t);

/* Tells what is ordered for a device's engine at a time. */
void faults_engine(const struct faults *set,
    const struct province_device *device, int64_t t,
    struct faults_engine *ret);

/*
 * Tells what is ordered for a BMC and its next answer.
 * Shape:  returns when its sessions were last dropped, 0 = never.
 */
int64_t faults_bmc(const struct faults *set,
    const struct province_device *device, int64_t t,
    const struct faults_fate *fate, struct bmc_order *ret);

/* Tells whether a line is about a device, whenever that may be. */
bool faults_concerns(const struct faults *set, const struct fault *fault,
    const struct province_device *device);

/* Returns the word of a fault in files. */
const char *faults_word(enum faults_verb verb);

/* Tells whether a line is in force for a device at a time. */
bool faults_applies(const struct faults *set, const struct fault *fault,
    const struct province_device *device, int64_t t);

/* Returns when a device's energy counter is to wrap, or -1. */
int64_t faults_wrap(const struct faults *set,
    const struct province_device *device);

#endif
