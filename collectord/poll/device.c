/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/device.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "poll/sched.h"

/* A device that is new is learned over some polls: that is no news so soon. */
#define NEW_POLLS 10

/* How a poll ended, for programs and for people. */
static const struct {
	const char *code;    /* docs/api.md */
	const char *text;
	const char *remedy;
} STATUS[COL_STATUS_N] = {
	[COL_POLL_OK] = { "ok", "answers", "" },
	[COL_POLL_PARTIAL] = { "partial", "some values are missing",
	    "compare the device's profile with what it offers" },
	[COL_POLL_TIMEOUT] = { "timeout", "no answer in time",
	    "check its power, its address, the way there and that it lets this "
	    "host ask" },
	[COL_POLL_AUTH] = { "auth", "wrong community, user or password",
	    "check its credential" },
	[COL_POLL_REPLY] = { "bad_reply", "its answer breaks the protocol",
	    "check its firmware" },
	[COL_POLL_PROFILE] = { "no_profile", "no profile fits it",
	    "name a profile for it or write one" },
	[COL_POLL_ADDRESS] = { "address", "its address cannot be reached",
	    "check the address and the name service" },
	[COL_POLL_CANCELLED] = { "cancelled", "the poll was cancelled", "" },
	[COL_POLL_INTERNAL] = { "internal", "its plugin failed",
	    "look for the plugin's own messages above" },
};

static const char *const STATE[DEVICE_STATE_N] = {
	[DEVICE_UNKNOWN] = "unknown", [DEVICE_UP] = "up",
	[DEVICE_DEGRADED] = "degraded", [DEVICE_DOWN] = "down",
};

const char *
device_state_text(enum device_state state)
{
	return (unsigned)state < DEVICE_STATE_N ? STATE[state] : "unknown";
}

const char *
poll_status_code(enum col_status status)
{
	return (unsigned)status < COL_STATUS_N ? STATUS[status].code : "internal";
}

void
device_init(struct device_health *health)
{
	*health = (struct device_health){ .rtt_ms = -1 };
}

void
device_done(struct device_health *health)
{
	free(health->detail);
	free(health->profile);
	free(health->credential);
	health->detail = health->profile = health->credential = NULL;
}

bool
device_is_failure(enum col_status status)
{
	return status != COL_POLL_OK && status != COL_POLL_PARTIAL &&
	    status != COL_POLL_CANCELLED;
}

/* Keeps text in *to; "" is kept as NULL.  Out of memory loses a text only. */
static void
keep(char **to, const char *text)
{
	if (str_equal(*to != NULL ? *to : "", text)) {
		return;
	}
	free(*to);
	*to = text[0] != '\0' ? strdup(text) : NULL;
}

/* What the plugin learned stays true until it says otherwise. */
static void
learn(char **to, char *in_batch, size_t size)
{
	if (in_batch[0] != '\0') {
		keep(to, in_batch);
	} else if (*to != NULL) {
		str_copy(in_batch, size, *to);
	}
}

static enum device_state
state_after(const struct device_health *health, enum col_status status)
{
	if (status == COL_POLL_OK) {
		return DEVICE_UP;
	}
	if (status == COL_POLL_PARTIAL) {
		return DEVICE_DEGRADED;
	}
	if (health->n_failures >= SCHED_DOWN_AFTER) {
		return DEVICE_DOWN;
	}
	/* One lost poll says little about a device that never answered. */
	return health->state == DEVICE_UNKNOWN ? DEVICE_UNKNOWN : DEVICE_DEGRADED;
}

static void
tell(const struct device_health *health, enum device_state was,
    const char *id, struct wall now)
{
	const char *detail = health->detail != NULL ? health->detail
	    : STATUS[health->last_status].text;
	const char *remedy = STATUS[health->last_status].remedy;

	switch (health->state) {
	case DEVICE_UP:
		if (was != DEVICE_DOWN && !health->was_up) {
			LOG_DEBUG("poll", "device", id, "answers for the first time");
		} else if (was == DEVICE_DOWN) {
			LOG_INFO("poll", "device", id, "is up again after %" PRId64 " s",
			    (now.ns - health->down_since.ns) / NS_PER_S);
		} else {
			LOG_INFO("poll", "device", id, "is up again");
		}
		break;
	case DEVICE_DEGRADED:
		LOG_WARN("poll", "device", id, "is degraded: %s; %s", detail, remedy);
		break;
	case DEVICE_DOWN:
		LOG_WARN("poll", "device", id, "is down: %s; %s", detail, remedy);
		break;
	case DEVICE_UNKNOWN:
	case DEVICE_STATE_N:
		break;
	}
}

/* Whether how it is now is worth a line. */
static bool
is_news(const struct device_health *health, enum device_state was)
{
	if (health->state == DEVICE_DEGRADED && !health->was_up &&
	    health->last_status == COL_POLL_PARTIAL && was != DEVICE_DOWN) {
		return health->n_ok == NEW_POLLS;
	}
	return health->state != was;
}

static void
take_answer(struct device_health *health, const struct batch *batch,
    struct wall now)
{
	health->n_failures = 0;
	health->pause = 0;
	health->n_ok++;
	health->last_ok = now;
	health->rtt_ms = (double)(batch->ended.ns - batch->started.ns) /
	    (double)NS_PER_MS;
	health->n_layouts = batch->n_parts;
	health->n_slots = 0;
	for (uint32_t i = 0; i < batch->n_parts; i++) {
		health->n_slots += batch->parts[i].layout->n_slots;
	}
}

bool
device_ended(struct device_health *health, struct device_key key,
    struct batch *batch, struct wall now)
{
	enum device_state was = health->state;
	enum col_status status = batch->status;

	learn(&health->profile, batch->profile, sizeof(batch->profile));
	learn(&health->credential, batch->credential, sizeof(batch->credential));
	if (status == COL_POLL_CANCELLED) {
		return false;
	}
	if (device_is_failure(status)) {
		health->n_failures++;
		health->n_failed++;
		health->n_timeouts += status == COL_POLL_TIMEOUT;
		health->pause = sched_gap(health->n_failures, key.hash) - 1;
	} else {
		take_answer(health, batch, now);
	}
	health->last_status = status;
	keep(&health->detail, batch->detail);
	health->state = state_after(health, status);
	if (health->state == DEVICE_DOWN && was != DEVICE_DOWN) {
		health->down_since = now;
	}
	if (is_news(health, was)) {
		tell(health, was, key.id, now);
	}
	if (health->state != DEVICE_DOWN) {
		health->down_since = (struct wall){ 0 };
	}
	health->was_up |= health->state == DEVICE_UP;
	return health->state != was;
}

void
device_copy(const struct device_health *health, struct device_status *ret_status)
{
	*ret_status = (struct device_status){
		.state = health->state, .last_ok = health->last_ok,
		.down_since = health->down_since, .rtt_ms = health->rtt_ms,
		.last_status = health->last_status,
		.n_ok = health->n_ok, .n_failed = health->n_failed,
		.n_timeouts = health->n_timeouts, .n_late = health->n_late,
		.n_skipped = health->n_skipped, .backoff = health->n_failures,
		.n_layouts = health->n_layouts, .n_slots = health->n_slots,
		.next_poll = ret_status->next_poll,
		.phase_ns = ret_status->phase_ns,
	};
	str_copy(ret_status->detail, sizeof(ret_status->detail),
	    health->detail != NULL ? health->detail : "");
	str_copy(ret_status->profile, sizeof(ret_status->profile),
	    health->profile != NULL ? health->profile : "");
	str_copy(ret_status->credential, sizeof(ret_status->credential),
	    health->credential != NULL ? health->credential : "");
}
