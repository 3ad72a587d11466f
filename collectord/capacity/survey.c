/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rounds: each walks its places or racks one after the other and begins again
 * after its period.  What a round costs the store is paced by the number of
 * series that it asks for, whichever round it is.
 */
#include <config.h>

#include "capacity/survey_inner.h"

#include <stdlib.h>
#include <string.h>

/*
 * Time that one series takes of the pace: 100 a second in a first round of the
 * racks, then 20.  A read costs the store process some 0.1 ms, so that is 1 %
 * and 0.2 % of a core; 90,000 racks are seen in 15 minutes, then every 5 hours.
 */
#define READ_FIRST_NS (10 * NS_PER_MS)
#define READ_NS (50 * NS_PER_MS)
/* How often tables are made: one of 90,000 racks is 12 MB. */
#define PAST_NS (5 * NS_PER_S)
#define PAST_LARGE_NS (30 * NS_PER_S)
#define LARGE_RACKS 10000
/* Started, but not yet polled: the first slots have to close. */
#define BEGIN_NS (2 * NS_PER_S)

/* What is of whole days is read when the last slot of the day is surely kept. */
#define AFTER_MIDNIGHT_NS (1800 * NS_PER_S)

static const int64_t PERIODS[ROUND_N] = {
	[ROUND_DAY] = 300 * NS_PER_S,
	[ROUND_ROWS] = 1800 * NS_PER_S,
	[ROUND_MONTH] = 3600 * NS_PER_S,
	[ROUND_BILL] = 600 * NS_PER_S, /* to look whether one is due */
	[ROUND_LONG] = PAST_DAY_S * NS_PER_S, /* after each midnight */
	[ROUND_RACKS] = 600 * NS_PER_S,
};

struct survey *
survey_new(const struct survey_setup *setup)
{
	struct survey *survey = calloc(1, sizeof(*survey));

	if (survey == NULL) {
		return NULL;
	}
	survey->setup = *setup;
	survey->answers = queue_new("survey", SURVEY_JOBS_MAX + 1, setup->wake,
	    setup->wake_arg);
	pthread_mutex_init(&survey->lock, NULL);
	if (setup->state != NULL) {
		survey->bill.ended = state_energy_ended(setup->state);
		tenure_load(survey);
	}
	return survey;
}

void
survey_free(struct survey *survey)
{
	struct job *job;

	if (survey == NULL) {
		return;
	}
	while ((job = queue_take(survey->answers)) != NULL) {
		job_free(job);
	}
	queue_free(survey->answers);
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(survey->places[k]);
	}
	for (uint32_t i = 0; i < survey->n_devices; i++) {
		free(survey->devices[i]);
	}
	free(survey->devices);
	for (uint32_t i = 0; i < survey->n_racks; i++) {
		free(survey->tenures[i]);
		free(survey->parts[i]);
	}
	free(survey->tenures);
	free(survey->parts);
	free(survey->loaded);
	bill_free(survey);
	free(survey->operators);
	free(survey->racks);
	free(survey->sites);
	config_unref(survey->config);
	config_unref(survey->pending);
	past_unref(survey->past);
	pthread_mutex_destroy(&survey->lock);
	free(survey);
}

void
survey_apply(struct survey *survey, const struct config *config)
{
	const struct config *before;

	pthread_mutex_lock(&survey->lock);
	before = survey->pending;
	survey->pending = config_ref(config);
	pthread_mutex_unlock(&survey->lock);
	config_unref(before);
	if (survey->setup.wake != NULL) {
		survey->setup.wake(survey->setup.wake_arg);
	}
}

const struct past *
survey_past(void *arg)
{
	struct survey *survey = arg;
	const struct past *past;

	pthread_mutex_lock(&survey->lock);
	past = past_ref(survey->past);
	pthread_mutex_unlock(&survey->lock);
	return past;
}

uint32_t
survey_asked(const struct survey *survey)
{
	return survey->n_jobs;
}

/* ---- a configuration --------------------------------------------------------------- */

/* Makes an array longer; what is new in it is 0. */
static bool
grow(void *array, uint32_t n, uint32_t wanted, size_t size)
{
	void **items = array;
	char *more;

	if (wanted <= n) {
		return true;
	}
	more = realloc(*items, (size_t)wanted * size);
	if (more == NULL) {
		return false;
	}
	memset(more + (size_t)n * size, 0, (size_t)(wanted - n) * size);
	*items = more;
	return true;
}

/* False: there is no memory, the configuration before stays. */
static bool
make_room(struct survey *survey, const struct inventory *inventory)
{
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		uint32_t n = inventory->n_places[k];

		if (!grow(&survey->places[k], survey->n_places[k], n,
		    sizeof(*survey->places[k])) ||
		    (k == ENTITY_SITE && !grow(&survey->sites, survey->n_places[k], n,
		    sizeof(*survey->sites)))) {
			return false;
		}
		survey->n_places[k] = n > survey->n_places[k] ? n : survey->n_places[k];
	}
	if (!grow(&survey->tenures, survey->n_racks, inventory->n_racks,
	    sizeof(struct tenure *)) || !grow(&survey->parts, survey->n_racks,
	    inventory->n_racks, sizeof(struct past_part *)) ||
	    !grow(&survey->racks, survey->n_racks, inventory->n_racks,
	    sizeof(*survey->racks)) || !grow(&survey->devices, survey->n_devices,
	    inventory->n_devices, sizeof(struct past_power *))) {
		return false;
	}
	survey->n_racks = inventory->n_racks > survey->n_racks ? inventory->n_racks :
	    survey->n_racks;
	survey->n_devices = inventory->n_devices > survey->n_devices ?
	    inventory->n_devices : survey->n_devices;
	return true;
}

static void
take_config(struct survey *survey, struct mono now)
{
	const struct config *config;

	pthread_mutex_lock(&survey->lock);
	config = survey->pending;
	survey->pending = NULL;
	pthread_mutex_unlock(&survey->lock);
	if (config == NULL) {
		return;
	}
	if (!make_room(survey, config->inventory)) {
		config_unref(config);
		return;
	}
	if (survey->config == NULL) {
		int64_t begin_ns = now.ns + 2 * config->settings.interval_ns + BEGIN_NS;

		for (unsigned r = 0; r < ROUND_N; r++) {
			survey->rounds[r].next.ns = begin_ns;
		}
	}
	bill_gone(survey, config->inventory);
	tenure_take(survey, config->inventory);
	config_unref(survey->config);
	survey->config = config;
	survey->dirty = true;
}

/* ---- rounds ------------------------------------------------------------------------- */

/* Time left of the local day. */
static int64_t
to_midnight(const struct survey *survey)
{
	struct wall now = clock_wall(survey->setup.clock);
	int64_t offset_ns = clock_zone_offset(survey->config->settings.timezone, now) *
	    NS_PER_S;

	return PAST_DAY_S * NS_PER_S - (now.ns + offset_ns) % (PAST_DAY_S * NS_PER_S);
}

static void
begin(struct survey *survey, enum round_kind kind, struct mono now)
{
	int64_t interval_ns = survey->config->settings.interval_ns;
	struct round *round = &survey->rounds[kind];

	round->active = true;
	round->kind = kind == ROUND_ROWS ? ENTITY_ROW : ENTITY_PROVINCE;
	round->at = 0;
	/* before the next slot there is nothing new */
	round->next.ns = now.ns + (PERIODS[kind] > interval_ns ? PERIODS[kind] :
	    interval_ns);
	if (kind == ROUND_BILL) {
		round->active = survey->bill.walking = bill_begin(survey);
	}
	if (kind == ROUND_LONG) {
		round->next.ns = now.ns + to_midnight(survey) + AFTER_MIDNIGHT_NS;
	}
}

static void
end(struct survey *survey, enum round_kind kind)
{
	struct round *round = &survey->rounds[kind];

	round->active = false;
	round->again = true;
	survey->bill.walked = survey->bill.walked || kind == ROUND_BILL;
}

static uint32_t
read_place(struct survey *survey, enum round_kind kind, const struct place *place)
{
	switch (kind) {
	case ROUND_DAY:
		return place_day(survey, place);
	case ROUND_ROWS:
		return place_day(survey, place) + place_month(survey, place);
	case ROUND_MONTH:
		return place_month(survey, place);
	case ROUND_LONG:
		return place->kind == ENTITY_SITE || place->kind == ENTITY_HALL ?
		    place_long(survey, place) : 0;
	case ROUND_BILL:
		return bill_place(survey, place);
	case ROUND_RACKS:
	case ROUND_N:
		break;
	}
	return 0;
}

static uint32_t
read_rack(struct survey *survey, enum round_kind kind, const struct rack *rack)
{
	if (kind == ROUND_BILL) {
		return bill_rack(survey, rack);
	}
	survey->n_read += !survey->rounds[kind].again;
	return rack->n_devices > 0 ? rack_read(survey, rack) + rack_energy(survey, rack) : 0;
}

/* The next place of a round; NULL when it has been round. */
static const struct place *
next_place(struct survey *survey, struct round *round, enum entity_kind last)
{
	const struct inventory *inventory = survey->config->inventory;

	for (; round->kind <= last; round->kind++, round->at = 0) {
		while (round->at < inventory->n_places[round->kind]) {
			const struct place *place =
			    inventory->places[round->kind][round->at++];

			if (place != NULL && place->n_racks > 0) {
				return place;
			}
		}
	}
	return NULL;
}

static const struct rack *
next_rack(struct survey *survey, struct round *round)
{
	const struct inventory *inventory = survey->config->inventory;

	while (round->at < inventory->n_racks) {
		const struct rack *rack = inventory->racks[round->at++];

		if (rack != NULL) {
			return rack;
		}
	}
	return NULL;
}

/* One more of a round.  Returns how many series were asked for; 0: it has ended. */
static uint32_t
go_on(struct survey *survey, enum round_kind kind)
{
	struct round *round = &survey->rounds[kind];
	uint32_t n = 0;

	while (n == 0 && round->active) {
		const struct place *place = NULL;
		const struct rack *rack = NULL;

		if (kind != ROUND_RACKS) {
			place = next_place(survey, round, kind == ROUND_ROWS ?
			    ENTITY_ROW : ENTITY_HALL);
		}
		/* bills are of places first, then of racks */
		if (kind == ROUND_RACKS || (kind == ROUND_BILL && place == NULL)) {
			rack = next_rack(survey, round);
		}
		if (place == NULL && (kind == ROUND_DAY || kind == ROUND_MONTH) &&
		    round->at < survey->config->inventory->n_operators) {
			n = operator_read(survey, kind, round->at++);
		} else if (rack != NULL) {
			n = read_rack(survey, kind, rack);
		} else if (place != NULL) {
			n = read_place(survey, kind, place);
		} else {
			end(survey, kind);
		}
	}
	return n;
}

/* Starts what the pace allows. */
static void
start_jobs(struct survey *survey, struct mono now)
{
	for (unsigned r = 0; r < ROUND_N; r++) {
		if (!survey->rounds[r].active && now.ns >= survey->rounds[r].next.ns) {
			begin(survey, (enum round_kind)r, now);
		}
	}
	for (unsigned r = 0; r < ROUND_N; r++) {
		while (survey->rounds[r].active && now.ns >= survey->next_job.ns &&
		    survey->n_jobs < SURVEY_JOBS_MAX - 1) {
			uint32_t n = go_on(survey, (enum round_kind)r);
			bool slow = r == ROUND_RACKS && survey->rounds[r].again;

			survey->next_job.ns = now.ns + n * (slow ? READ_NS : READ_FIRST_NS);
		}
	}
}

/* ---- the table ------------------------------------------------------------------------ */

static uint32_t
count_devices(const struct survey *survey)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < survey->n_devices; i++) {
		n += survey->devices[i] != NULL;
	}
	return n;
}

/* A list of parts has n of the rack, then one that is empty. */
static uint32_t
count_parts(const struct past_part *parts)
{
	uint32_t n = 0;

	while (parts != NULL && parts[n].to_s != 0) {
		n++;
	}
	return n;
}

static void
put_parts(const struct survey *survey, struct past_draft *draft)
{
	struct past_part *items;
	uint32_t n = 0;

	for (uint32_t r = 0; r < survey->n_racks; r++) {
		n += count_parts(survey->parts[r]);
	}
	items = n > 0 ? calloc(n, sizeof(*items)) : NULL;
	if (items == NULL) {
		return;
	}
	n = 0;
	for (uint32_t r = 0; r < survey->n_racks; r++) {
		for (uint32_t i = 0; i < count_parts(survey->parts[r]); i++) {
			items[n++] = survey->parts[r][i];
		}
	}
	past_set_parts(draft, items, n);
}

static void
put_operators(const struct survey *survey, struct past_draft *draft)
{
	struct past_operator *items = survey->n_operators == 0 ? NULL :
	    malloc(survey->n_operators * sizeof(*items));

	if (items != NULL) {
		memcpy(items, survey->operators, survey->n_operators * sizeof(*items));
		past_set_operators(draft, items, survey->n_operators);
	}
}

static void
publish(struct survey *survey)
{
	const struct past *before;
	struct past_draft draft;
	uint32_t n = 0;

	if (past_new(survey->n_places, survey->n_racks, count_devices(survey), &draft) != 0) {
		return;
	}
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		if (survey->n_places[k] > 0) {
			memcpy(draft.places[k], survey->places[k],
			    survey->n_places[k] * sizeof(*draft.places[k]));
		}
	}
	if (survey->n_racks > 0) {
		memcpy(draft.racks, survey->racks, survey->n_racks * sizeof(*draft.racks));
	}
	for (uint32_t i = 0; i < survey->n_devices; i++) {
		if (survey->devices[i] != NULL) {
			draft.devices[n++] = (struct past_device){ i, *survey->devices[i] };
		}
	}
	put_parts(survey, &draft);
	put_operators(survey, &draft);
	draft.past->number = ++survey->number;
	draft.past->made = clock_wall(survey->setup.clock);
	draft.past->racks_read = survey->n_read;
	pthread_mutex_lock(&survey->lock);
	before = survey->past;
	survey->past = draft.past;
	pthread_mutex_unlock(&survey->lock);
	past_unref(before);
	survey->dirty = false;
}

/* ---- the step -------------------------------------------------------------------------- */

static void
take_answers(struct survey *survey)
{
	struct job *job;

	while ((job = queue_take(survey->answers)) != NULL) {
		survey->n_jobs--;
		job->done(survey, job);
		job_free(job);
	}
}

/* When there is something to do by itself; answers wake. */
static struct mono
next_step(const struct survey *survey)
{
	struct mono next = { INT64_MAX };

	for (unsigned r = 0; r < ROUND_N; r++) {
		const struct round *round = &survey->rounds[r];

		if (round->active && survey->n_jobs < SURVEY_JOBS_MAX - 1 &&
		    survey->next_job.ns < next.ns) {
			next = survey->next_job;
		} else if (!round->active && round->next.ns < next.ns) {
			next = round->next;
		}
	}
	if (survey->dirty && survey->next_past.ns < next.ns) {
		next = survey->next_past;
	}
	return next;
}

struct mono
survey_step(void *arg)
{
	struct survey *survey = arg;
	struct mono now = clock_mono(survey->setup.clock);

	take_config(survey, now);
	if (survey->config == NULL) {
		return (struct mono){ INT64_MAX };
	}
	take_answers(survey);
	start_jobs(survey, now);
	bill_step(survey);
	if (survey->dirty && now.ns >= survey->next_past.ns) {
		publish(survey);
		survey->next_past.ns = now.ns + (survey->n_racks > LARGE_RACKS ?
		    PAST_LARGE_NS : PAST_NS);
	}
	return next_step(survey);
}
