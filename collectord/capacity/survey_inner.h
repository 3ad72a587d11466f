/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The survey's own state, shared by its files; nobody outside includes it.
 *
 * Route: survey.c starts jobs in rounds; survey_job.c reads; survey_place.c and
 * survey_rack.c say what is read and what it means.
 * Thread: SURVEY, but for what says otherwise.
 */
#ifndef CAPACITY_SURVEY_INNER_H
#define CAPACITY_SURVEY_INNER_H

#include <pthread.h>

#include "base/queue.h"
#include "capacity/strip.h"
#include "capacity/survey.h"
#include "state/energy.h"

/* Jobs whose answers are awaited at a time, and what a job may ask for. */
#define SURVEY_JOBS_MAX 4
#define SURVEY_PARTS_MAX 96

/* What is walked over and over, the most wanted first. */
enum round_kind {
	ROUND_DAY = 0,     /* the last day of halls and above */
	ROUND_ROWS,        /* the last day and 30 days of rows */
	ROUND_MONTH,       /* the last 30 days of halls and above */
	ROUND_BILL,        /* the month that has ended, of all places and racks */
	ROUND_LONG,        /* weeks of halls and sites, a year of sites' meters */
	ROUND_RACKS,       /* 30 days of racks and equipment */
	ROUND_N
};

struct round {
	bool active;
	bool again;                /* it has been round once */
	enum entity_kind kind;     /* of the next place */
	uint32_t at;               /* the next place or rack */
	struct mono next;          /* when it begins again */
};

struct job;
/* Takes the answers of a job that has them all. */
typedef void job_done_fn(struct survey *survey, struct job *job);

/* What a part of a job is for, where it is not said by its place. */
enum part_use { PART_PLAIN = 0, PART_FACILITY, PART_COOLING,
	PART_ENERGY,               /* the same device's meter, behind its power */
	PART_USE_N };

struct job_part {
	struct job *job;
	enum part_use use;
	int code;
	struct strip *strip;       /* NULL: not kept, or it failed */
	uint32_t device;           /* of whom it is, where a job asks for several */
	struct store_query query;
};

struct job {
	struct survey *survey;
	enum round_kind round;
	struct entity_ref entity;
	int64_t from_s, to_s, step_s; /* the window, and averages of about step_s */
	job_done_fn *done;
	_Atomic uint32_t n_left;
	uint32_t n;
	uint32_t n_utilities, n_metered; /* of a site; those with a device */
	bool lacks_meters;         /* more than a job may ask for */
	struct job_part parts[SURVEY_PARTS_MAX];
};

/* Mean powers of a site over the window that its PUE is of. */
struct site_energy { struct past_pue pue; double facility_w, it_w; };

/* Changes of a rack's tenant, oldest first. */
struct tenure {
	uint32_t n;                /* > 0 */
	struct { int64_t at_s; char tenant[ENERGY_ID_SIZE]; } items[];
};
/* A tenant's part of a span. */
#define TENURE_PARTS_MAX 32
struct tenure_part { int64_t from_s, to_s; const char *tenant; };

/* The month that is being written down. */
struct bill {
	int32_t ended;             /* the newest that was; 0: none */
	int32_t month;
	int64_t from_s, to_s;
	bool walking, walked;      /* under way; all of it has been asked for */
	bool failed;               /* something was not read */
	uint32_t n_jobs;
	struct energy_row *rows;   /* not yet posted */
	size_t n_rows, n_kept;
	struct energy_place *places;
	size_t n_places;
};

struct survey {
	struct survey_setup setup;
	struct queue *answers;     /* jobs that have all their answers; put by STORE */
	struct round rounds[ROUND_N];
	uint32_t n_jobs;           /* under way */
	struct mono next_job;
	const struct config *config; /* one reference; NULL: none yet */
	/* what is known, by dense id */
	uint32_t n_places[ENTITY_PLACE_N], n_racks;
	struct past_place *places[ENTITY_PLACE_N];
	struct past_rack *racks;
	struct past_power **devices; /* [n_devices]; NULL: does not speak for any */
	uint32_t n_devices;
	struct site_energy *sites; /* [n_places[ENTITY_SITE]] */
	struct bill bill;
	struct tenure **tenures;   /* [n_racks]; NULL: never had a tenant */
	struct past_part **parts;  /* [n_racks]: of the open month; NULL: one tenant's */
	bool has_tenures;          /* what is not noted has not been */
	struct tenancy *loaded;    /* from the database, until the first configuration */
	size_t n_loaded;
	struct past_operator *operators; /* by their ids, in no order */
	uint32_t n_operators;
	uint32_t n_read;           /* racks read in the first round */
	bool dirty;
	struct mono next_past;
	uint64_t number;
	pthread_mutex_t lock;      /* of the two below */
	const struct config *pending;
	const struct past *past;
};

/* survey_job.c */
/* A job without parts yet; NULL when memory is out. */
struct job *job_new(struct survey *survey, enum round_kind round, struct entity_ref entity,
    job_done_fn *done);
/* The series that a part is of. */
struct job_series {
	struct entity_ref entity;  /* that keeps it */
	const char *id, *role, *metric;
	uint32_t device;           /* INVENTORY_NONE: of none */
};
/*
 * Adds a series to be read over the job's window.  Returns its part; NULL past
 * SURVEY_PARTS_MAX.
 */
struct job_part *job_add(struct job *job, const struct job_series *series);
/* A device's series stands in its rack's files. */
struct job_part *job_add_device(struct job *job, const struct inventory *inventory,
    const struct device *device, const char *metric);
/* Asks for all parts; from then on the job is the answers' queue's. */
void job_start(struct job *job);
void job_free(struct job *job);

/* survey_place.c: start the job of one place; return how many series it asks for. */
uint32_t place_day(struct survey *survey, const struct place *place);
uint32_t place_month(struct survey *survey, const struct place *place);
uint32_t place_long(struct survey *survey, const struct place *place);
/* Sets the window of a job: the last day, or the last 30. */
void place_span(const struct survey *survey, struct job *job, bool is_day);
void place_add_sums(struct job *job, const struct place *place);
struct strip_sums place_sums(const struct job *job);

/* survey_pue.c: adds a site's meters to a job; judges what they say; the
 * province's, from its sites'. */
void pue_add(struct survey *survey, struct job *job, const struct place *site);
struct site_energy pue_judge(struct job *job, const struct strip_sums *parts);
void pue_province(struct survey *survey);
struct site_energy pue_over(struct job *job, const struct strip_sums *parts,
    int64_t from_s, int64_t to_s);

/* survey_operator.c: the same of one operator, in the rounds of a day or month. */
uint32_t operator_read(struct survey *survey, enum round_kind round, uint32_t index);

/* survey_rack.c: the same of one rack; what it has used in the open month. */
uint32_t rack_read(struct survey *survey, const struct rack *rack);
uint32_t rack_energy(struct survey *survey, const struct rack *rack);
/* A rack's power and meters: to be asked for, and what came. */
void rack_add_energy(struct job *job, const struct inventory *inventory,
    const struct rack *rack);
struct account_input;
void rack_input(const struct job *job, const struct inventory *inventory,
    const struct rack *rack, struct account_input *ret_input);

/* survey_bill.c: a round; false: no month is due. */
bool bill_begin(struct survey *survey);
uint32_t bill_place(struct survey *survey, const struct place *place);
uint32_t bill_rack(struct survey *survey, const struct rack *rack);
void bill_step(struct survey *survey);
/* Before another inventory is taken: racks that it lacks. */
void bill_gone(struct survey *survey, const struct inventory *inventory);
void bill_free(struct survey *survey);

/* survey_tenure.c */
void tenure_load(struct survey *survey);
void tenure_take(struct survey *survey, const struct inventory *inventory);
/* The parts of a span by who holds the rack; returns how many, at least 1. */
uint32_t tenure_parts(const struct survey *survey, const struct rack *rack, int64_t from_s,
    int64_t to_s, struct tenure_part parts[TENURE_PARTS_MAX]);

#endif
