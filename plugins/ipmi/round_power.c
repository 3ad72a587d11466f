/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine draws by DCMI, at polls and between them, and whether it is
 * on.
 */
#include "round_work.h"

#include <string.h>

#include "dcmi.h"
#include "quirk.h"

#define DCMI_MISSES_MAX 5        /* polls until another source is chosen */
/* What was kept belongs to the poll that comes: a bound for many. */
#define KEPT_MAX 1000

bool
power_ask(struct round *round)
{
	static const struct task_ask ask = {.netfn = DCMI_NETFN,
	    .command = DCMI_POWER_READING, .n = 4,
	    .data = {DCMI_GROUP, 1, 0, 0}};

	/* Where no profile wants it, it is not asked. */
	if (round->dcmi == ROUND_DCMI_NONE) {
		return false;
	}
	for (size_t i = 0; i < round->profile->n_powers; i++) {
		if (round->profile->powers[i] == PROFILE_POWER_DCMI) {
			return round_ask(round, &ask);
		}
	}
	return false;
}

static bool
read_power(const struct round *round, const struct task_answer *answer,
    double *ret_w)
{
	struct dcmi_power power;

	if (answer->completion != CC_OK || dcmi_power(answer->data, answer->n,
	    &power) != 0 || (power.watts == 0 && (link_quirks(round->link) &
	    QUIRK_ZEROWATTS) == 0)) {
		return false;
	}
	*ret_w = power.watts;
	return true;
}

/* A BMC that never gave power is asked again with the hourly look. */
void
power_take(struct round *round, const struct task_answer *answer)
{
	struct round_work *work = round->work;

	if (read_power(round, answer, &work->power_w)) {
		work->has_power = true;
		round->dcmi = ROUND_DCMI_GOOD;
		round->dcmi_misses = 0;
	} else if (round->dcmi == ROUND_DCMI_UNKNOWN && !round->kept.dcmi) {
		round->dcmi = ROUND_DCMI_NONE;
	} else if (++round->dcmi_misses >= DCMI_MISSES_MAX) {
		round->dcmi = ROUND_DCMI_NONE;
		round->dcmi_misses = 0;
	} else {
		round->dcmi = ROUND_DCMI_GOOD;
	}
	if (round->kept.dcmi != (round->dcmi == ROUND_DCMI_GOOD)) {
		round->kept.dcmi = round->dcmi == ROUND_DCMI_GOOD;
		round->dirty = true;
	}
}

bool
power_ask_state(struct round *round)
{
	static const struct task_ask ask = {.netfn = NETFN_CHASSIS,
	    .command = CHASSIS_STATUS};

	return !round->no_chassis && round_ask(round, &ask);
}

void
power_take_state(struct round *round, const struct task_answer *answer)
{
	struct round_work *work = round->work;

	work->has_chassis = answer->completion == CC_OK && chassis_status(
	    answer->data, answer->n, &work->chassis) == 0;
	if (answer->completion == CC_INVALID_COMMAND) {
		round->no_chassis = true;
	}
	/* Switched on: sensors that were silent may have something to say. */
	if (work->has_chassis && round->was_known &&
	    work->chassis.on != round->was_on && round->misses != NULL) {
		memset(round->misses, 0, round->plan->n_asks);
	}
	if (work->has_chassis) {
		round->was_on = work->chassis.on;
		round->was_known = true;
	}
}

/* ---- between polls ----------------------------------------------------------------------- */

static void
on_kept(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct round *round = arg;
	const struct task_answer answer = {completion, data, n};
	double watts = 0;

	round->keeping = false;
	if (status == 0 && round->dcmi == ROUND_DCMI_GOOD &&
	    round->n_kept < KEPT_MAX && read_power(round, &answer, &watts)) {
		round->keep_w += watts;
		round->n_kept++;
	}
}

int
round_keepalive(struct round *round, int64_t deadline_ns)
{
	static const uint8_t power[] = {DCMI_GROUP, 1, 0, 0};
	bool dcmi = round->dcmi == ROUND_DCMI_GOOD;
	const struct link_request request = {
	    .netfn = dcmi ? DCMI_NETFN : NETFN_APP,
	    .command = dcmi ? DCMI_POWER_READING : APP_DEVICE_ID,
	    .data = dcmi ? power : NULL, .n = dcmi ? sizeof(power) : 0,
	    .deadline_ns = deadline_ns, .fn = on_kept, .arg = round};
	int rc;

	if (round->work != NULL) {
		return COL_EBUSY;
	}
	rc = link_ask(round->link, &request);
	round->keeping = rc == 0;
	return rc;
}
