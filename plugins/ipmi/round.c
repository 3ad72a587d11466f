/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The course of a poll: phases in order, each asking until it has nothing more
 * to ask.  A command that alone is not answered is taken as refused, so that
 * one slow sensor does not cost the others; twice, and the poll ends with what
 * it has.
 */
#include "round_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUTS_MAX 2           /* commands unanswered in one poll */
#define STALE_NS INT64_C(1800000000000) /* then nothing is skipped */

static void drive(struct round *round);
static void on_answer(void *arg, int status, uint8_t completion,
    const uint8_t *data, size_t n);

int64_t
round_now(const struct round *round)
{
	return round->readings->host->now(round->readings->host);
}

/* Whether less than num/den of the poll's time has passed. */
bool
round_time_left(const struct round *round, int num, int den)
{
	const struct round_work *work = round->work;

	return (round_now(round) - work->start_ns) * den <
	    (work->deadline_ns - work->start_ns) * num;
}

/* ---- life ------------------------------------------------------------------------ */

int
round_new(struct readings *readings, struct link *link,
    const struct col_device *device, struct round **ret_round)
{
	struct round *round = calloc(1, sizeof(*round));

	if (round == NULL) {
		return COL_ENOMEM;
	}
	round->readings = readings;
	round->link = link;
	round->id = strdup(device->id);
	if (device->profile != NULL && strcmp(device->profile, "auto") != 0) {
		round->profile_id = strdup(device->profile);
	}
	if (round->id == NULL || (device->profile != NULL &&
	    strcmp(device->profile, "auto") != 0 &&
	    round->profile_id == NULL)) {
		round_free(round);
		return COL_ENOMEM;
	}
	if (keeper_find(&readings->keeper, round->id, &round->kept) == 0) {
		round->log.position = round->kept.log;
	}
	*ret_round = round;
	return 0;
}

void
round_free(struct round *round)
{
	if (round == NULL) {
		return;
	}
	round_cancel(round);
	if (round->keeping) {
		link_cancel(round->link);
	}
	learn_forget(round);
	free(round->misses);
	free(round->id);
	free(round->profile_id);
	free(round);
}

static struct profile *
profile_by_id(const struct round *round)
{
	return round->profile_id == NULL ? NULL : profile_set_find(
	    &round->readings->profiles, round->profile_id);
}

/* Before the BMC has answered: the profile that is named, or was found. */
uint32_t
round_quirks(const struct round *round)
{
	const struct profile *profile = round->profile;

	if (profile == NULL) {
		profile = profile_by_id(round);
	}
	if (profile == NULL && round->profile_id == NULL &&
	    round->kept.key.manufacturer != 0) {
		profile = profile_set_match(&round->readings->profiles,
		    round->kept.key.manufacturer, round->kept.key.product);
	}
	return profile == NULL ? 0 : profile->quirks;
}

/* ---- the end ------------------------------------------------------------------------ */

static void
work_free(struct round *round)
{
	struct round_work *work = round->work;

	round->work = NULL;
	round->readings->host->timer_cancel(round->readings->host,
	    work->timer);
	if (work->in_inventory) {
		round->readings->n_loading--;
		inventory_done(&work->inventory);
	}
	repository_done(&work->info);
	free(work->values);
	free(work);
}

static void
finish(struct round *round)
{
	struct round_work *work = round->work;
	round_done_fn *fn = work->fn;
	void *arg = work->arg;
	enum col_status status = work->status;
	char detail[ROUND_DETAIL_SIZE];

	memcpy(detail, work->detail, sizeof(detail));
	after_end(round);
	work_free(round);
	fn(arg, status, detail[0] == '\0' ? NULL : detail);
}

static enum col_status
status_of(int rc)
{
	switch (rc) {
	case COL_ETIMEOUT:
	case COL_EBUSY:
	case COL_EFULL:
		return COL_POLL_TIMEOUT;
	case COL_EAUTH:
		return COL_POLL_AUTH;
	case COL_EPROTO:
	case COL_ENOTSUP:
		return COL_POLL_REPLY;
	case COL_EIO:
		return COL_POLL_ADDRESS;
	default:
		return COL_POLL_INTERNAL;
	}
}

/* The link is gone for this poll: what has been read is told. */
static void
fail(struct round *round, int rc)
{
	struct round_work *work = round->work;

	if (!work->emitted && (work->n_read > 0 || work->has_power) &&
	    learn_plan(round)) {
		values_emit(round);
	}
	if (work->emitted && (work->phase == ROUND_FRU ||
	    work->phase == ROUND_LOG)) {
		finish(round);           /* the poll itself was whole */
		return;
	}
	work->status = work->emitted ? COL_POLL_PARTIAL : status_of(rc);
	(void)snprintf(work->detail, sizeof(work->detail), "%s",
	    link_fault(round->link));
	finish(round);
}

static void
on_timer(void *arg)
{
	struct round *round = arg;

	round->work->timer = NULL;
	fail(round, COL_EBUSY);
}

/* What is learned, or read beside the values, lets all others go first. */
static int64_t
start_by(const struct round_work *work)
{
	int64_t time_ns = work->deadline_ns - work->start_ns;

	switch (work->phase) {
	case ROUND_LOAD:
		return work->start_ns + time_ns / 4 * 3;
	case ROUND_FRU:
	case ROUND_LOG:
		return work->start_ns + time_ns / 2;
	default:
		return 0;
	}
}

bool
round_ask(struct round *round, const struct task_ask *ask)
{
	struct round_work *work = round->work;
	const struct col_host *host = round->readings->host;
	const struct link_request request = {.netfn = ask->netfn,
	    .lun = ask->lun, .command = ask->command, .data = ask->data,
	    .n = ask->n, .deadline_ns = work->deadline_ns,
	    .start_by_ns = start_by(work), .fn = on_answer, .arg = round};

	if (link_ask(round->link, &request) != 0) {
		/* Never from inside the start of a poll. */
		work->timer = host->timer(host, host->now(host), on_timer,
		    round);
	}
	return true;
}

/* ---- phases -------------------------------------------------------------------------- */

/* Asks what the phase wants; false: it wants nothing more. */
static bool
phase_ask(struct round *round)
{
	struct round_work *work = round->work;

	switch (work->phase) {
	case ROUND_WHO:
	case ROUND_GUID:
	case ROUND_INFO:
	case ROUND_LOAD:
		return learn_ask(round);
	case ROUND_POWER:
		return power_ask(round);
	case ROUND_CHASSIS:
		return power_ask_state(round);
	case ROUND_SENSORS:
	case ROUND_FACTORS:
		return values_ask(round);
	case ROUND_FRU:
	case ROUND_LOG:
		return after_ask(round);
	case ROUND_END:
		break;
	}
	return false;
}

/* What happens between a phase that has ended and the next one. */
static bool
phase_end(struct round *round)
{
	struct round_work *work = round->work;

	if (work->phase == ROUND_INFO) {
		learn_decide(round);
		if (round->profile == NULL) {
			work->status = COL_POLL_PROFILE;
			(void)snprintf(work->detail, sizeof(work->detail),
			    round->profile_id != NULL ?
			    "no usable profile '%.60s' of the plugin ipmi" :
			    "no profile for its maker: extend the profile"
			    " 'ipmi', or name it%.0s", round->profile_id !=
			    NULL ? round->profile_id : "");
			return false;
		}
	}
	if (work->phase == ROUND_LOAD &&
	    (!learn_plan(round) || !values_start(round))) {
		return false;
	}
	/* FACTORS is a detour of SENSORS. */
	if (work->phase == ROUND_SENSORS) {
		values_emit(round);
		work->phase = ROUND_FACTORS;
	}
	work->phase++;
	return true;
}

static void
drive(struct round *round)
{
	struct round_work *work = round->work;

	while (work->phase != ROUND_END) {
		if (phase_ask(round)) {
			return;
		}
		if (!phase_end(round)) {
			break;
		}
	}
	finish(round);
}

static void
take(struct round *round, const struct task_answer *answer)
{
	switch (round->work->phase) {
	case ROUND_WHO:
	case ROUND_GUID:
	case ROUND_INFO:
	case ROUND_LOAD:
		learn_take(round, answer);
		break;
	case ROUND_POWER:
		power_take(round, answer);
		round->work->phase++;
		break;
	case ROUND_CHASSIS:
		power_take_state(round, answer);
		round->work->phase++;
		break;
	case ROUND_SENSORS:
	case ROUND_FACTORS:
		values_take(round, answer);
		break;
	case ROUND_FRU:
	case ROUND_LOG:
		after_take(round, answer);
		break;
	case ROUND_END:
		break;
	}
}

static void
on_answer(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct round *round = arg;
	struct round_work *work = round->work;
	const struct task_answer answer = {completion, data, n};
	const struct task_answer silence = {CC_TIMEOUT, NULL, 0};

	if (status == 0) {
		work->n_answers++;
		take(round, &answer);
	} else if (status == COL_ETIMEOUT && work->n_answers > 0 &&
	    ++work->n_timeouts < TIMEOUTS_MAX && round_time_left(round, 1, 1)) {
		if (work->phase == ROUND_SENSORS) {
			values_miss(round);
		} else {
			take(round, &silence);
		}
	} else if (status == COL_EFULL && work->phase == ROUND_LOAD) {
		work->crowded = true;
	} else {
		fail(round, status);
		return;
	}
	if (round->work != NULL) {
		drive(round);
	}
}

void
round_start(struct round *round, int64_t deadline_ns, struct col_poll *poll,
    round_done_fn *fn, void *arg)
{
	struct round_work *work = calloc(1, sizeof(*work));

	if (round->keeping) {
		link_cancel(round->link);
		round->keeping = false;
	}
	if (work == NULL) {
		/* Nothing can be said of it, not even later: there is no room. */
		fn(arg, COL_POLL_INTERNAL, "out of memory");
		return;
	}
	round->work = work;
	work->poll = poll;
	work->start_ns = round_now(round);
	work->deadline_ns = deadline_ns;
	work->fn = fn;
	work->arg = arg;
	work->status = COL_POLL_OK;
	work->learning = learn_due(round, work->start_ns);
	if (round->repository != NULL) {
		/* The session may be another one than at the last poll. */
		repository_resume(round->repository);
	}
	if (!work->learning) {
		work->phase = ROUND_POWER;
	}
	if (work->start_ns - round->last_ns > STALE_NS &&
	    round->misses != NULL) {
		memset(round->misses, ROUND_NEW, round->plan->n_asks);
	}
	drive(round);
}

void
round_cancel(struct round *round)
{
	if (round->work == NULL) {
		return;
	}
	link_cancel(round->link);
	learn_stop_load(round);
	after_end(round);
	work_free(round);
}
