/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "faults.h"

#include <string.h>

static bool
drawn(const struct faults_fate *fate, enum faults_verb verb)
{
	return (fate->bmc >> (verb - FAULTS_BAD_RAKP2) & 1) != 0;
}

/* The later of what was and what one line adds, if its time has come. */
static int64_t
later(int64_t was, const struct fault *fault, int64_t t)
{
	return fault->at <= t && fault->at > was ? fault->at : was;
}

/* One line that is in force for as long as it says. */
static void
apply(const struct fault *fault, struct bmc_order *order)
{
	order->no_slots |= fault->verb == FAULTS_NO_SLOTS;
	order->no_rmcpp |= fault->verb == FAULTS_NO_RMCPP;
	order->no_role |= fault->verb == FAULTS_NO_ROLE;
	order->padded_user |= fault->verb == FAULTS_PADDED_USER;
	order->long_rakp |= fault->verb == FAULTS_LONG_RAKP;
	order->zero_id |= fault->verb == FAULTS_ZERO_ID;
	order->bad_sum |= fault->verb == FAULTS_BAD_SUM;
	order->sdr_short |= fault->verb == FAULTS_SDR_SHORT;
	order->sdr_long |= fault->verb == FAULTS_SDR_LONG;
	order->no_dcmi |= fault->verb == FAULTS_NO_DCMI;
	order->dcmi_short |= fault->verb == FAULTS_DCMI_SHORT;
	order->dcmi_zero |= fault->verb == FAULTS_DCMI_ZERO;
	if (fault->verb == FAULTS_SENSORS_GONE) {
		order->gone_percent = fault->sensors;
	}
	if (fault->verb == FAULTS_CLOCK_JUMP) {
		order->jump_s += fault->seconds;
	}
}

int64_t
faults_bmc(const struct faults *set, const struct province_device *device,
    int64_t t, const struct faults_fate *fate, struct bmc_order *ret)
{
	int64_t dropped = faults_boot(set, device, t);

	dropped = dropped > 0 ? dropped : 0;
	memset(ret, 0, sizeof(*ret));
	ret->bad_rakp2 = drawn(fate, FAULTS_BAD_RAKP2);
	ret->bad_rakp4 = drawn(fate, FAULTS_BAD_RAKP4);
	ret->bad_code = drawn(fate, FAULTS_BAD_CODE);
	ret->bad_sequence = drawn(fate, FAULTS_BAD_SEQUENCE);
	ret->busy = drawn(fate, FAULTS_BUSY);
	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];

		if (!faults_concerns(set, fault, device)) {
			continue;
		}
		if (fault->verb == FAULTS_SESSION_DROP) {
			dropped = later(dropped, fault, t);
		} else if (fault->verb == FAULTS_SDR_CHANGE) {
			ret->changed_at = later(ret->changed_at, fault, t);
		} else if (fault->verb == FAULTS_SEL_EVENT &&
		    ret->n_events < BMC_EVENTS_MAX) {
			ret->events[ret->n_events++] = fault->at;
		} else if (t >= fault->from && t < fault->to) {
			apply(fault, ret);
		}
	}
	return dropped;
}
