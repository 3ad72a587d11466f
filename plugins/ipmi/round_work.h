/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parts of a round share: the device's lasting state and that of the
 * poll in flight.
 *
 * Route: within round*.c and readings.c.  Thread: of the device.
 */
#ifndef IPMI_ROUND_WORK_H
#define IPMI_ROUND_WORK_H

#include "cache.h"
#include "chassis.h"
#include "choose.h"
#include "inventory.h"
#include "keeper.h"
#include "log_reader.h"
#include "profile.h"
#include "repository.h"
#include "round.h"
#include "set.h"

#define ROUND_DETAIL_SIZE 200
/* Repositories and inventories that are read at once on one thread.  The link
 * gives their commands a pace; this bounds their memory, 8 KiB each. */
#define ROUND_LOADS 2048
#define ROUND_MISSES 3           /* in a row, until a sensor is left alone */
#define ROUND_NEW (ROUND_MISSES - 1) /* misses of one that was never read */

struct readings {
	const struct col_host *host;
	struct profile_set profiles;
	uint64_t profiles_version;   /* rises with each readings_profiles */
	struct set_table sets;
	struct plan_set plans;
	struct cache cache;
	struct keeper keeper;        /* writes the cache */
	unsigned n_loading;          /* repositories and inventories */
	int64_t (*wall_s)(void);     /* wall clock; tests have their own */
};

enum round_phase {
	ROUND_WHO = 0, ROUND_GUID, ROUND_INFO, /* learning */
	ROUND_POWER, ROUND_CHASSIS,
	ROUND_LOAD,                  /* the sensor records, once */
	ROUND_SENSORS, ROUND_FACTORS,
	ROUND_FRU, ROUND_LOG,        /* after the values have been told */
	ROUND_END,
};

/* The poll in flight. */
struct round_work {
	struct col_poll *poll;
	int64_t start_ns, deadline_ns;
	round_done_fn *fn;
	void *arg;
	enum round_phase phase;
	bool learning;               /* WHO to INFO are asked */
	bool crowded;                /* what can wait waits for a later poll */
	struct device_id who;
	uint8_t guid[16];
	struct repository info;      /* only its first command */
	bool has_power, has_chassis;
	double power_w;              /* of DCMI */
	struct chassis_status chassis;
	struct col_value *values;    /* one per slot of the plan */
	size_t position;             /* of the next ask, in this poll's order */
	size_t n_read;               /* asks that have an answer */
	uint8_t raw;                 /* while factors are asked for it */
	double total_w;              /* of inputs */
	bool total_good, total_bad;  /* one has a value; one could not be read */
	enum plan_health health;
	bool has_health;
	unsigned n_answers, n_timeouts;
	bool emitted;
	unsigned n_log;              /* commands of this poll's slice */
	struct inventory inventory;
	bool in_inventory;
	enum col_status status;
	char detail[ROUND_DETAIL_SIZE];
	struct col_timer *timer;     /* an end that must not come at once */
};

enum round_dcmi { ROUND_DCMI_UNKNOWN = 0, ROUND_DCMI_GOOD, ROUND_DCMI_NONE };

struct round {
	struct readings *readings;
	struct link *link;
	char *id;
	char *profile_id;            /* NULL: auto */
	struct profile *profile;     /* NULL: not known yet */
	uint64_t profiles_version;   /* with which it was chosen */
	struct sensor_set *set;      /* NULL: not read yet */
	struct plan *plan;
	uint8_t *misses;             /* per ask, see round_values.c */
	struct repository *repository; /* being read, also between polls */
	struct round_work *work;     /* while a poll is in flight */
	struct cache_device kept;    /* what the file on disk says, or will */
	int64_t check_ns, load_ns, fru_ns, log_ns; /* when to look again */
	int64_t last_ns;             /* end of the last poll that read sensors */
	uint16_t turn;               /* sensors that an early end left out */
	uint8_t dcmi;                /* enum round_dcmi */
	uint8_t dcmi_misses;
	bool known;                  /* kept.key is this BMC's */
	bool device_sdrs, no_chassis;
	bool was_on, was_known;      /* power state at the last poll */
	bool dirty;                  /* kept is newer than the file */
	bool keeping;                /* a keepalive is in flight */
	double keep_w;               /* sum of n_kept readings between polls */
	unsigned n_kept;
	struct log_reader log;
	const char *load_fault;      /* why the sensors are not known */
};

int64_t round_now(const struct round *round);
/* Asks; the answer goes to round_answer. */
bool round_ask(struct round *round, const struct task_ask *ask);
bool round_time_left(const struct round *round, int num, int den);

/* ---- round_learn.c: who it is, which sensors it has ---- */
bool learn_due(const struct round *round, int64_t now_ns);
/* Commands of WHO, GUID, INFO, LOAD.  False: nothing to ask in that phase. */
bool learn_ask(struct round *round);
void learn_take(struct round *round, const struct task_answer *answer);
/* After INFO: the profile; records from the cache, or to be loaded. */
void learn_decide(struct round *round);
/* The plan of what is known now.  False: the poll has failed. */
bool learn_plan(struct round *round);
void learn_forget(struct round *round); /* set, plan, profile, repository */
void learn_stop_load(struct round *round);

/* ---- round_power.c: DCMI power, chassis ---- */
/* False: it is not asked. */
bool power_ask(struct round *round);
void power_take(struct round *round, const struct task_answer *answer);
bool power_ask_state(struct round *round);
void power_take_state(struct round *round, const struct task_answer *answer);

/* ---- round_values.c: numbers ---- */
bool values_ask(struct round *round);
void values_take(struct round *round, const struct task_answer *answer);
/* A sensor that did not answer at all. */
void values_miss(struct round *round);
bool values_start(struct round *round);
void values_emit(struct round *round);

/* ---- round_after.c: what does not count for the poll ---- */
bool after_ask(struct round *round);
void after_take(struct round *round, const struct task_answer *answer);
void after_end(struct round *round); /* at the end of each poll */
void after_identity(struct round *round); /* info of Get Device ID */

#endif
