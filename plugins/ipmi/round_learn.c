/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who a BMC is and which sensors it has.  Asked at first contact and each hour
 * (the repository's times, the firmware and the GUID tell whether anything has
 * changed); sensor records come from the cache where the key is the same, else
 * from the BMC, by some BMCs at a time, over as many polls as it takes.
 */
#include "round_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_NS INT64_C(3600000000000)
#define AGAIN_NS INT64_C(600000000000)   /* after a load that failed */

bool
learn_due(const struct round *round, int64_t now_ns)
{
	return !round->known || now_ns >= round->check_ns ||
	    round->profiles_version != round->readings->profiles_version ||
	    (round->set == NULL && round->repository == NULL &&
	    now_ns >= round->load_ns);
}

void
learn_stop_load(struct round *round)
{
	if (round->repository != NULL) {
		repository_done(round->repository);
		free(round->repository);
		round->repository = NULL;
		round->readings->n_loading--;
	}
}

static void
drop_plan(struct round *round)
{
	plan_unref(round->plan);
	round->plan = NULL;
	free(round->misses);
	round->misses = NULL;
}

void
learn_forget(struct round *round)
{
	learn_stop_load(round);
	drop_plan(round);
	set_unref(round->set);
	round->set = NULL;
	profile_unref(round->profile);
	round->profile = NULL;
}

/* ---- commands ---------------------------------------------------------------------- */

static bool
ask_load(struct round *round)
{
	struct task_ask ask;

	/* Room is left for the sensors themselves, or for saying so. */
	return round->repository != NULL && !round->work->crowded &&
	    round_time_left(round, 3, 4) &&
	    repository_next(round->repository, &ask) && round_ask(round, &ask);
}

bool
learn_ask(struct round *round)
{
	struct round_work *work = round->work;
	struct task_ask ask = {.netfn = NETFN_APP};

	if (work->phase == ROUND_LOAD) {
		return ask_load(round);
	}
	if (work->phase == ROUND_INFO) {
		return repository_next(&work->info, &ask) &&
		    round_ask(round, &ask);
	}
	ask.command = work->phase == ROUND_WHO ? APP_DEVICE_ID :
	    APP_SYSTEM_GUID;
	return round_ask(round, &ask);
}

static void
take_who(struct round *round, const struct task_answer *answer)
{
	struct round_work *work = round->work;

	/* One that is being updated answers with 0 for much: as if unknown. */
	if (answer->completion != CC_OK || chassis_device_id(answer->data,
	    answer->n, &work->who) != 0) {
		work->who = (struct device_id){.repository = true,
		    .sel = true, .fru = true};
	}
	round->device_sdrs = !work->who.repository && work->who.device_sdrs;
	repository_init(&work->info, round->device_sdrs, 0xff);
	work->info.info_only = true;
	work->phase = ROUND_GUID;
}

static void
take_guid(struct round *round, const struct task_answer *answer)
{
	if (answer->completion == CC_OK && answer->n >= 16) {
		memcpy(round->work->guid, answer->data, 16);
	}
	round->work->phase = ROUND_INFO;
}

/* All has been read: this is the model's set from now on. */
static void
end_load(struct round *round)
{
	struct repository *repository = round->repository;
	struct readings *readings = round->readings;
	struct sensor_set *set = NULL;
	int rc = COL_EPROTO;

	round->load_fault = repository->fault;
	if (repository->step == REPOSITORY_DONE) {
		rc = set_get(&readings->sets, repository->bytes == NULL ?
		    (const uint8_t *)"" : repository->bytes,
		    repository->n_bytes, &set);
		round->load_fault = rc == 0 ? NULL :
		    "its sensor records do not follow one another";
	}
	if (rc == 0) {
		drop_plan(round);
		set_unref(round->set);
		round->set = set;
		round->kept.set_hash = set->hash;
		round->kept.set_size = (uint32_t)set->size;
		round->kept.chunk = repository->whole ? 0xff :
		    repository->chunk;
		/* The set first: a device's file never names what is not there. */
		if (!set->kept) {
			set->kept = keeper_set(&readings->keeper, set->records,
			    (uint32_t)set->size) == 0;
		}
		round->dirty |= set->kept;
	} else {
		round->load_ns = round_now(round) + AGAIN_NS;
	}
	learn_stop_load(round);
}

static void
take_load(struct round *round, const struct task_answer *answer)
{
	repository_take(round->repository, answer);
	if (round->repository->step == REPOSITORY_DONE ||
	    round->repository->step == REPOSITORY_FAILED) {
		end_load(round);
	}
}

void
learn_take(struct round *round, const struct task_answer *answer)
{
	struct round_work *work = round->work;

	switch (work->phase) {
	case ROUND_WHO:
		take_who(round, answer);
		break;
	case ROUND_GUID:
		take_guid(round, answer);
		break;
	case ROUND_INFO:
		repository_take(&work->info, answer);
		break;
	default:
		take_load(round, answer);
		break;
	}
}

/* ---- decisions ---------------------------------------------------------------------- */

static struct cache_key
key_of(const struct round_work *work)
{
	struct cache_key key = {.manufacturer = work->who.manufacturer,
	    .product = work->who.product,
	    .firmware_major = work->who.firmware_major,
	    .firmware_minor = work->who.firmware_minor,
	    .info = work->info.info};

	memcpy(key.aux, work->who.aux, sizeof(key.aux));
	memcpy(key.guid, work->guid, sizeof(key.guid));
	return key;
}

static void
choose_profile(struct round *round)
{
	const struct profile_set *set = &round->readings->profiles;
	struct profile *profile = round->profile_id != NULL ?
	    profile_set_find(set, round->profile_id) :
	    profile_set_match(set, round->kept.key.manufacturer,
	    round->kept.key.product);

	round->profiles_version = round->readings->profiles_version;
	if (profile == round->profile) {
		return;
	}
	drop_plan(round);
	profile_unref(round->profile);
	round->profile = profile;
	if (profile != NULL) {
		profile->n_refs++;
		round->readings->host->identify(round->work->poll,
		    &(struct col_identity){.profile = profile->id});
	}
}

/* True when the records on disk are those of this BMC as it is now. */
static bool
take_cached(struct round *round)
{
	struct readings *readings = round->readings;
	uint8_t *records = NULL;
	int rc;

	/* Of a model that another device has brought here no file is read. */
	round->set = set_known(&readings->sets, round->kept.set_hash,
	    round->kept.set_size);
	if (round->set != NULL) {
		return true;
	}
	rc = cache_read_set(&readings->cache, round->kept.set_hash,
	    round->kept.set_size, &records);
	if (rc == 0) {
		rc = set_get(&readings->sets, records, round->kept.set_size,
		    &round->set);
		free(records);
	}
	return rc == 0;
}

static void
start_load(struct round *round)
{
	struct readings *readings = round->readings;
	uint8_t chunk = (uint8_t)round->profile->chunk;

	if (round->repository != NULL || readings->n_loading >= ROUND_LOADS) {
		return;
	}
	round->repository = malloc(sizeof(*round->repository));
	if (round->repository == NULL) {
		return;
	}
	/* What it could give last time saves asking for more. */
	if (round->kept.chunk >= 8 && round->kept.chunk < chunk) {
		chunk = round->kept.chunk;
	}
	repository_init(round->repository, round->device_sdrs, chunk);
	readings->n_loading++;
}

void
learn_decide(struct round *round)
{
	struct round_work *work = round->work;
	struct cache_key key = key_of(work);
	bool same, first = !round->known;

	if (!work->learning) {
		return;
	}
	same = cache_same_key(&key, &round->kept.key);
	if (!same) {
		learn_stop_load(round);
		drop_plan(round);
		set_unref(round->set);
		round->set = NULL;
		round->no_chassis = false;
		round->load_ns = 0;
		round->kept.key = key;
		round->kept.set_size = 0;
	}
	round->known = true;
	round->check_ns = work->start_ns + HOUR_NS;
	if (round->dcmi == ROUND_DCMI_NONE) {
		round->dcmi = ROUND_DCMI_UNKNOWN;
	}
	choose_profile(round);
	if (round->profile == NULL) {
		round->known = false;    /* looked at again with each poll */
		return;
	}
	if (first || !same) {
		after_identity(round);
		round->fru_ns = 0;
	}
	if (work->info.step == REPOSITORY_FAILED) {
		round->load_fault = work->info.fault;
		round->load_ns = work->start_ns + AGAIN_NS;
	} else if (round->set == NULL && work->start_ns >= round->load_ns &&
	    (round->kept.set_size == 0 || !take_cached(round))) {
		start_load(round);
	}
}

/* What nobody would miss on a page is said once, when it is learned. */
static void
log_left_out(const struct round *round)
{
	const struct col_host *host = round->readings->host;
	const struct plan *plan = round->plan;

	if (plan->n_left_out > 0) {
		host->log(host, COL_LOG_INFO, round->id, "%zu values of"
		    " sensors are left out: the profile %s reads %u sensors"
		    " (limits: {sensors: N})", plan->n_left_out,
		    round->profile->id, round->profile->max_sensors);
	}
	if (round->set != NULL && round->set->n_odd > 0) {
		host->log(host, COL_LOG_INFO, round->id, "%u of its %u sensor"
		    " records are too short, and left out",
		    round->set->n_odd, round->set->n_records);
	}
}

bool
learn_plan(struct round *round)
{
	struct round_work *work = round->work;
	struct plan_look look = {.set = round->set, .profile = round->profile,
	    .quirks = link_quirks(round->link) | (round->profile == NULL ? 0 :
	    round->profile->quirks), .dcmi = round->dcmi == ROUND_DCMI_GOOD,
	    .chassis = !round->no_chassis};
	struct col_error error = {.code = 0};
	struct plan *plan = NULL;

	if (round->profile == NULL) {
		return false;
	}
	if (choose_plan(&round->readings->plans, &look, &plan, &error) != 0) {
		work->status = COL_POLL_INTERNAL;
		(void)snprintf(work->detail, sizeof(work->detail), "%.180s",
		    error.text[0] == '\0' ? "out of memory" : error.text);
		return false;
	}
	if (plan == round->plan) {
		plan_unref(plan);
		return true;
	}
	drop_plan(round);
	round->plan = plan;
	round->turn = 0;
	round->misses = calloc(plan->n_asks + 1, 1);
	if (round->misses == NULL) {
		drop_plan(round);
		work->status = COL_POLL_INTERNAL;
		return false;
	}
	/* What has never been there is looked for once. */
	memset(round->misses, ROUND_NEW, plan->n_asks);
	log_left_out(round);
	return true;
}
