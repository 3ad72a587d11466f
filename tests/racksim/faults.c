/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "hash.h"

/* How long a restarting management card stays away. */
#define BOOT_SILENCE_S 20
/* A reordered answer waits this long, so that later ones overtake it. */
#define REORDER_MS 30

enum {
	SALT_SELECT = 101,
	SALT_PACKET,
	SALT_DEVICES,
	SALT_REDUNDANT
};

void
faults_done(struct faults *set)
{
	free(set->list);
	memset(set, 0, sizeof(*set));
}

static bool
same_rack(struct province_rack a, struct province_rack b)
{
	return a.row == b.row && a.n == b.n;
}

static bool
in_place(const struct faults *set, const struct fault *fault,
    const struct province_device *device)
{
	bool in_rack = province_in_rack(device->role);

	switch (fault->scope) {
	case FAULTS_ALL:
		return true;
	case FAULTS_SITE:
		return set->province->halls[device->hall].site == fault->place;
	case FAULTS_HALL:
		return device->hall == fault->place;
	case FAULTS_ROW:
		return in_rack && device->rack.row == fault->place;
	case FAULTS_RACK:
		return in_rack && same_rack(device->rack, fault->device.rack);
	case FAULTS_DEVICE:
		return device->role == fault->device.role && (in_rack ?
		    same_rack(device->rack, fault->device.rack) :
		    device->hall == fault->device.hall);
	case FAULTS_SCOPE_N:
		break;
	}
	return false;
}

/* Whether a fault concerns a device, by place and by its share of devices. */
static bool
in_scope(const struct faults *set, const struct fault *fault,
    const struct province_device *device)
{
	return in_place(set, fault, device) && (fault->devices >= 100 ||
	    hash_unit(hash_mix(SALT_DEVICES, fault->verb),
	    province_device_hash(set->province, device)) * 100 <
	    fault->devices);
}

static bool
in_time(const struct fault *fault, int64_t t)
{
	return t >= fault->from && t < fault->to;
}

/* Whether a share of the devices, given in percent, includes this one. */
static bool
selected(const struct faults *set, const struct fault *fault,
    const struct province_device *device)
{
	return fault->percent >= 100 ||
	    hash_unit(hash_mix(SALT_SELECT, fault->verb),
	    province_device_hash(set->province, device)) * 100 < fault->percent;
}

static bool
flawed_silent(const struct faults *set, const struct province_device *device)
{
	if (!province_in_rack(device->role)) {
		return false;
	}
	switch (province_flaw(set->province, device->rack)) {
	case PROVINCE_SILENT:
		return true;
	case PROVINCE_LOST_A:
		return device->role == PROVINCE_PDU_A;
	case PROVINCE_LOST_B:
		return device->role == PROVINCE_PDU_B;
	case PROVINCE_SOUND:
	case PROVINCE_IDLE:
	case PROVINCE_FLAW_N:
		break;
	}
	return false;
}

/* A rack as a device, for scopes that do not care which of the two. */
static struct province_device
any_device(const struct faults *set, struct province_rack rack)
{
	struct province_device device = {
		.role = PROVINCE_PDU_A,
		.rack = rack,
		.hall = set->province->rows[rack.row].hall,
	};

	return device;
}

/*
 * Whether a line takes the power from a PDU, whenever that may be. One with a
 * redundant module goes on answering.
 */
static bool
unpowers(const struct faults *set, const struct fault *fault,
    const struct province_device *device)
{
	struct province_device rack;

	if (fault->verb != FAULTS_FEED_LOSS || province_is_bmc(device->role) ||
	    !province_in_rack(device->role) || (fault->feed >= 0 &&
	    fault->feed != (device->role == PROVINCE_PDU_B))) {
		return false;
	}
	rack = any_device(set, device->rack);
	return in_scope(set, fault, &rack) && selected(set, fault, &rack) &&
	    hash_unit(hash_mix(SALT_REDUNDANT, 0),
	    province_device_hash(set->province, device)) * 100 >=
	    fault->redundant;
}

/* Whether a device has no power, or has it again and starts. */
static bool
powerless(const struct faults *set, const struct province_device *device, int64_t t)
{
	if (province_is_bmc(device->role)) {
		return faults_feed_lost(set, device->rack, 0, t) &&
		    faults_feed_lost(set, device->rack, 1, t);
	}
	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];

		if (t >= fault->from && (in_time(fault, t) ||
		    t - fault->to < BOOT_SILENCE_S) && unpowers(set, fault, device)) {
			return true;
		}
	}
	return false;
}

bool
faults_silent(const struct faults *set, const struct province_device *device,
    int64_t t)
{
	if (flawed_silent(set, device) || powerless(set, device, t)) {
		return true;
	}
	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];

		if (fault->verb == FAULTS_SILENCE && in_time(fault, t) &&
		    in_scope(set, fault, device) &&
		    selected(set, fault, device)) {
			return true;
		}
		if (fault->verb == FAULTS_REBOOT && t >= fault->at &&
		    t < fault->at + BOOT_SILENCE_S &&
		    in_scope(set, fault, device) &&
		    selected(set, fault, device)) {
			return true;
		}
	}
	return false;
}

/* The faults that show inside the answer. */
static void
apply_inside(const struct fault *fault, struct pdu_quirks *quirks)
{
	quirks->oversize |= fault->verb == FAULTS_OVERSIZE;
	quirks->shuffle |= fault->verb == FAULTS_SHUFFLE;
	quirks->endless |= fault->verb == FAULTS_ENDLESS;
	quirks->stuck |= fault->verb == FAULTS_STUCK;
	quirks->wrong_id |= fault->verb == FAULTS_WRONG_ID;
	quirks->wrong_community |= fault->verb == FAULTS_WRONG_COMMUNITY;
	if (fault->verb == FAULTS_TOO_BIG) {
		quirks->too_big = true;
		quirks->too_big_over = fault->over;
	}
}

static void
apply(const struct fault *fault, struct faults_fate *fate)
{
	switch (fault->verb) {
	case FAULTS_DROP:
		fate->drop = true;
		break;
	case FAULTS_DELAY:
		fate->delay_ms += fault->ms;
		break;
	case FAULTS_DUPLICATE:
		fate->duplicate = true;
		break;
	case FAULTS_REORDER:
		fate->delay_ms += REORDER_MS;
		break;
	case FAULTS_GARBAGE:
		fate->garbage = true;
		break;
	case FAULTS_TRUNCATE:
		fate->truncate = true;
		break;
	case FAULTS_OTHER_ADDRESS:
		fate->other_address = true;
		break;
	case FAULTS_OTHER_PORT:
		fate->other_port = true;
		break;
	case FAULTS_BAD_RAKP2:
	case FAULTS_BAD_RAKP4:
	case FAULTS_BAD_CODE:
	case FAULTS_BAD_SEQUENCE:
	case FAULTS_BUSY:
		fate->bmc |= 1U << (fault->verb - FAULTS_BAD_RAKP2);
		break;
	case FAULTS_REPORT:
		fate->report = true;
		fate->stat = fault->stat;
		break;
	case FAULTS_OVERSIZE:
	case FAULTS_SHUFFLE:
	case FAULTS_ENDLESS:
	case FAULTS_STUCK:
	case FAULTS_TOO_BIG:
	case FAULTS_WRONG_ID:
	case FAULTS_WRONG_COMMUNITY:
		apply_inside(fault, &fate->quirks);
		break;
	case FAULTS_SILENCE:
	case FAULTS_REBOOT:
	case FAULTS_WRAP:
	case FAULTS_ENGINE_CHANGE:
	case FAULTS_ENGINE_SAME:
	case FAULTS_ENGINE_BARE:
	case FAULTS_BOOTS_FALL:
	case FAULTS_CLOCK_JUMP:
	case FAULTS_FEED_LOSS:
	case FAULTS_HOT_AISLE:
	case FAULTS_NO_SLOTS:
	case FAULTS_NO_RMCPP:
	case FAULTS_NO_ROLE:
	case FAULTS_PADDED_USER:
	case FAULTS_LONG_RAKP:
	case FAULTS_ZERO_ID:
	case FAULTS_BAD_SUM:
	case FAULTS_SDR_SHORT:
	case FAULTS_SDR_LONG:
	case FAULTS_SDR_CHANGE:
	case FAULTS_NO_DCMI:
	case FAULTS_DCMI_SHORT:
	case FAULTS_DCMI_ZERO:
	case FAULTS_SENSORS_GONE:
	case FAULTS_SESSION_DROP:
	case FAULTS_SEL_EVENT:
	case FAULTS_VERB_N:
		break;
	}
}

struct faults_fate
faults_fate(const struct faults *set, const struct province_device *device,
    int64_t t, uint64_t serial)
{
	struct faults_fate fate = {0};

	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];

		if (fault->verb >= FAULTS_DROP &&
		    fault->verb <= FAULTS_REPORT && in_time(fault, t) &&
		    in_scope(set, fault, device) &&
		    hash_unit(hash_mix(SALT_PACKET, i), serial) * 100 <
		    fault->percent) {
			apply(fault, &fate);
		}
	}
	return fate;
}

bool
faults_feed_lost(const struct faults *set, struct province_rack rack, int feed,
    int64_t t)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];
		struct province_device device;

		if (fault->verb != FAULTS_FEED_LOSS || !in_time(fault, t) ||
		    (fault->feed >= 0 && fault->feed != feed)) {
			continue;
		}
		device = any_device(set, rack);
		if (in_scope(set, fault, &device) &&
		    selected(set, fault, &device)) {
			return true;
		}
	}
	return false;
}

size_t
faults_feed_edges(const struct faults *set, struct province_rack rack,
    int64_t *ret_edges)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n && n + 2 <= FAULTS_EDGES_MAX; i++) {
		const struct fault *fault = &set->list[i];
		struct province_device device = any_device(set, rack);

		if (fault->verb == FAULTS_FEED_LOSS &&
		    in_scope(set, fault, &device)) {
			ret_edges[n++] = fault->from;
			ret_edges[n++] = fault->to;
		}
	}
	return n;
}

double
faults_heat(const struct faults *set, uint32_t row, int64_t t)
{
	struct province_rack rack = {.row = row, .n = 1};
	double heat = 0;

	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];
		struct province_device device;

		if (fault->verb != FAULTS_HOT_AISLE || !in_time(fault, t)) {
			continue;
		}
		device = any_device(set, rack);
		if (in_scope(set, fault, &device)) {
			heat += fault->degrees;
		}
	}
	return heat;
}

int64_t
faults_boot(const struct faults *set, const struct province_device *device,
    int64_t t)
{
	int64_t last = -1;

	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];

		if (fault->verb == FAULTS_REBOOT && fault->at <= t &&
		    fault->at > last && in_scope(set, fault, device) &&
		    selected(set, fault, device)) {
			last = fault->at;
		}
		if (fault->to <= t && fault->to > last &&
		    unpowers(set, fault, device)) {
			last = fault->to;
		}
	}
	return last;
}

void
faults_engine(const struct faults *set, const struct province_device *device,
    int64_t t, struct faults_engine *ret)
{
	*ret = (struct faults_engine){.changed_at = -1, .fell_at = -1};
	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];

		ret->n_boots += fault->to <= t && unpowers(set, fault, device);
		if (fault->verb < FAULTS_REBOOT ||
		    fault->verb > FAULTS_CLOCK_JUMP ||
		    !in_scope(set, fault, device) ||
		    !selected(set, fault, device)) {
			continue;
		}
		if (fault->verb == FAULTS_REBOOT) {
			ret->n_boots += fault->at <= t;
		} else if (fault->verb == FAULTS_ENGINE_CHANGE) {
			ret->changed_at = fault->at <= t ? fault->at :
			    ret->changed_at;
		} else if (fault->verb == FAULTS_BOOTS_FALL) {
			ret->fell_at = fault->at <= t ? fault->at :
			    ret->fell_at;
		} else if (in_time(fault, t)) {
			ret->is_same |= fault->verb == FAULTS_ENGINE_SAME;
			ret->is_bare |= fault->verb == FAULTS_ENGINE_BARE;
			ret->jump_s += fault->verb == FAULTS_CLOCK_JUMP ?
			    fault->seconds : 0;
		}
	}
}

bool
faults_concerns(const struct faults *set, const struct fault *fault,
    const struct province_device *device)
{
	return in_scope(set, fault, device) && selected(set, fault, device);
}

bool
faults_applies(const struct faults *set, const struct fault *fault,
    const struct province_device *device, int64_t t)
{
	bool is_per_answer = fault->verb >= FAULTS_DROP &&
	    fault->verb <= FAULTS_REPORT;

	return in_time(fault, t) && in_scope(set, fault, device) &&
	    (is_per_answer || selected(set, fault, device));
}

int64_t
faults_wrap(const struct faults *set, const struct province_device *device)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct fault *fault = &set->list[i];

		if (fault->verb == FAULTS_WRAP &&
		    in_scope(set, fault, device) &&
		    selected(set, fault, device)) {
			return fault->at;
		}
	}
	return -1;
}
