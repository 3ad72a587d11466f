/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Silence has many causes, a feed is only one: so it counts as lost power only
 * when a neighbour on another feed answered in the same slot.  All devices of a
 * rack are polled together, so that neighbour's answer comes within seconds,
 * before or after; both ends look for the other.
 */
#include <config.h>

#include "alert/supply.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Phase to neutral.  Source: domain.md 2.3 formula 1 (China: 220/380 V). */
#define NOMINAL_V 220.0

/* What is known of one device. */
struct voice {
	int64_t good_slot_ns;  /* wall: slot of its last answer */
	int64_t slot_ns;       /* of its last poll without one */
	int64_t started_ns;    /* mono: start of that poll */
	uint8_t failures;      /* in a row */
	uint8_t word;          /* enum fold_word: of its feed */
	bool heard;            /* has answered once */
	bool has_volts;        /* has measured a voltage once */
};

struct supply {
	struct fold *fold;
	struct voice *voices;  /* [n_voices] by dense id of the device */
	uint32_t n_voices;
	bool ready;
};

struct supply *
supply_new(struct fold *fold)
{
	struct supply *supply = calloc(1, sizeof(*supply));

	if (supply != NULL) {
		supply->fold = fold;
	}
	return supply;
}

void
supply_free(struct supply *supply)
{
	if (supply != NULL) {
		free(supply->voices);
		free(supply);
	}
}

int
supply_apply(struct supply *supply)
{
	const struct inventory *inventory = fold_topology(supply->fold)->inventory;
	uint32_t n = inventory->n_devices;
	struct voice *voices = realloc(supply->voices, ((size_t)n + 1) * sizeof(*voices));

	supply->ready = voices != NULL;
	if (voices == NULL) {
		return COL_ENOMEM;
	}
	if (n > supply->n_voices) {
		memset(voices + supply->n_voices, 0,
		    (n - supply->n_voices) * sizeof(*voices));
	}
	/* dense ids are not used again, so a hole's voice is nobody's */
	supply->voices = voices;
	supply->n_voices = n;
	return COL_OK;
}

/* One poll as it is worked on. */
struct heard {
	struct supply *supply;
	const struct inventory *inventory;
	const struct device *device;
	const struct rack *rack;       /* NULL: stands in none */
	bool counts;                   /* its rack is in use, not under maintenance */
	struct mono now;
};

static void
report(const struct heard *heard, enum fold_by by, uint32_t leaf, enum fold_word word,
    const struct voice *of)
{
	struct fold_report report = { by, leaf, heard->counts ? word : FOLD_ABSENT,
	    { of->started_ns }, { of->slot_ns } };

	if (leaf != TOPOLOGY_NONE) {
		fold_report(heard->supply->fold, &report, heard->now);
	}
}

static uint32_t
feed_of(const struct heard *heard, uint32_t device)
{
	return topology_feed(fold_topology(heard->supply->fold), device);
}

/* A device of the rack on this feed, or on any other, has answered in a slot or
 * later and has not failed since. */
static bool
answers(const struct heard *heard, int feed, bool same, int64_t slot_ns)
{
	for (uint32_t i = 0; i < heard->rack->n_devices; i++) {
		uint32_t d = heard->rack->devices[i];
		const struct device *device = heard->inventory->devices[d];
		const struct voice *voice = &heard->supply->voices[d];

		if (device->feed >= 0 && (device->feed == feed) == same && voice->heard &&
		    voice->failures == 0 && voice->good_slot_ns >= slot_ns) {
			return true;
		}
	}
	return false;
}

/* A device is silent: is it its feed? */
static void
weigh_silence(const struct heard *heard, uint32_t d)
{
	const struct device *device;
	struct voice *voice = &heard->supply->voices[d];

	if (voice->failures < SUPPLY_FAILURES || !voice->heard) {
		return; /* the usual: nothing else is looked up for it */
	}
	device = heard->inventory->devices[d];
	if (device->feed < 0) {
		return;
	}
	/* one that is known to be lost stays so, whoever answers */
	if (voice->word == FOLD_LOST || (answers(heard, device->feed, false,
	    voice->slot_ns) && !answers(heard, device->feed, true, voice->slot_ns))) {
		voice->word = FOLD_LOST;
		report(heard, FOLD_SUPPLY, feed_of(heard, d), FOLD_LOST, voice);
	}
}

static double
nominal(const struct heard *heard)
{
	const struct feed *feed = &heard->rack->feeds[heard->device->feed];

	if (feed->volts > 0.0) {
		return feed->volts;
	}
	if (feed->from != NULL && feed->power < heard->inventory->n_power &&
	    heard->inventory->power[feed->power].volts > 0.0) {
		return heard->inventory->power[feed->power].volts;
	}
	return NOMINAL_V;
}

static bool
draws(const struct reading *reading)
{
	bool current = false;

	for (unsigned p = 0; p < READING_PHASES; p++) {
		current = current || ((reading->phase_mask & 1u << p) != 0 &&
		    reading->current_ma[p] > 0);
	}
	return current || ((reading->flags & READING_POWER) != 0 && reading->power_w > 0.0);
}

/* What an answer says of the feed; UNKNOWN: nothing. */
static enum fold_word
word_of(const struct heard *heard, const struct reading *reading, struct voice *voice)
{
	if (reading != NULL && (reading->flags & READING_VOLTAGE) != 0) {
		double ratio = (double)reading->voltage_v / nominal(heard);

		voice->has_volts = true;
		return ratio < SUPPLY_LOST_RATIO ? FOLD_LOST :
		    ratio >= SUPPLY_GOOD_RATIO ? FOLD_GOOD : FOLD_UNKNOWN;
	}
	if (voice->has_volts) {
		return FOLD_UNKNOWN;
	}
	if (reading != NULL && ((reading->flags & READING_POWER) != 0 ||
	    reading->phase_mask != 0)) {
		/* nothing is drawn: an empty rack, or a module on the other feed */
		return draws(reading) ? FOLD_GOOD : FOLD_UNKNOWN;
	}
	/* it measures nothing: but it has power again */
	return voice->word == FOLD_LOST ? FOLD_GOOD : FOLD_UNKNOWN;
}

/* What a good answer says of silent ones on the same feed: not the feed. */
static void
absolve(const struct heard *heard)
{
	for (uint32_t i = 0; i < heard->rack->n_devices; i++) {
		uint32_t d = heard->rack->devices[i];
		struct voice *voice = &heard->supply->voices[d];

		if (d != heard->device->index && voice->failures > 0 &&
		    heard->inventory->devices[d]->feed == heard->device->feed) {
			voice->word = FOLD_UNKNOWN;
		}
	}
}

static void
take_answer(const struct heard *heard, const struct batch *batch,
    const struct reading *reading)
{
	uint32_t device = heard->device->index, feed = feed_of(heard, device);
	struct voice *voice = &heard->supply->voices[device];
	struct voice at = { .slot_ns = batch->slot.ns, .started_ns = batch->started.ns };

	voice->heard = true;
	voice->failures = 0;
	voice->good_slot_ns = batch->slot.ns;
	if (feed != TOPOLOGY_NONE) {
		enum fold_word word = word_of(heard, reading, voice);

		if (word != FOLD_UNKNOWN) {
			voice->word = (uint8_t)word;
		}
		if (word == FOLD_GOOD) {
			absolve(heard);
		}
		report(heard, FOLD_SUPPLY, feed, word, &at);
	}
	report(heard, FOLD_REACH, device, FOLD_GOOD, &at);
	/* others of the rack may have waited for it */
	for (uint32_t i = 0; feed != TOPOLOGY_NONE && i < heard->rack->n_devices; i++) {
		if (heard->rack->devices[i] != device) {
			weigh_silence(heard, heard->rack->devices[i]);
		}
	}
}

static void
take_silence(const struct heard *heard, const struct batch *batch)
{
	uint32_t device = heard->device->index;
	struct voice *voice = &heard->supply->voices[device];

	voice->slot_ns = batch->slot.ns;
	voice->started_ns = batch->started.ns;
	voice->failures += voice->failures < UINT8_MAX;
	if (voice->heard && voice->failures >= SUPPLY_FAILURES) {
		weigh_silence(heard, device);
		report(heard, FOLD_REACH, device, FOLD_LOST, voice);
	}
}

static bool
is_answer(const struct batch *batch, const struct reading *reading)
{
	if (reading != NULL && (reading->flags & READING_GOOD) != 0) {
		return true;
	}
	switch (batch->status) {
	case COL_POLL_OK:
	case COL_POLL_PARTIAL:
	case COL_POLL_AUTH:
	case COL_POLL_REPLY:
	case COL_POLL_PROFILE:
		return true;
	case COL_POLL_TIMEOUT:
	case COL_POLL_ADDRESS:
	case COL_POLL_CANCELLED:
	case COL_POLL_INTERNAL:
	case COL_STATUS_N:
		break;
	}
	return false;
}

void
supply_polled(struct supply *supply, const struct batch *batch,
    const struct reading *reading, struct wall at, struct mono now)
{
	struct heard heard = { .supply = supply, .now = now };

	if (!supply->ready || batch->device >= supply->n_voices) {
		return;
	}
	heard.inventory = fold_topology(supply->fold)->inventory;
	heard.device = heard.inventory->devices[batch->device];
	if (heard.device == NULL) {
		return;
	}
	if (heard.device->rack < heard.inventory->n_racks) {
		heard.rack = heard.inventory->racks[heard.device->rack];
	}
	heard.counts = heard.rack == NULL || (rack_is_declared(heard.rack->state) &&
	    !rack_maintained(heard.rack, at));
	if (is_answer(batch, reading)) {
		take_answer(&heard, batch, reading);
	} else if (batch->status == COL_POLL_TIMEOUT ||
	    batch->status == COL_POLL_ADDRESS) {
		take_silence(&heard, batch);
	}
}

double
supply_feed(const struct supply *supply, uint32_t rack, uint32_t feed)
{
	const struct topology *topology = fold_topology(supply->fold);
	const struct inventory *inventory = topology != NULL ? topology->inventory : NULL;
	double value = NAN;

	if (!supply->ready || inventory == NULL || rack >= inventory->n_racks ||
	    inventory->racks[rack] == NULL) {
		return NAN;
	}
	for (uint32_t i = 0; i < inventory->racks[rack]->n_devices; i++) {
		uint32_t d = inventory->racks[rack]->devices[i];

		if (d >= supply->n_voices || inventory->devices[d]->feed != (int)feed) {
			continue;
		}
		if (supply->voices[d].word == FOLD_LOST) {
			return 1.0;
		}
		if (supply->voices[d].word == FOLD_GOOD) {
			value = 0.0;
		}
	}
	return value;
}

unsigned
supply_failures(const struct supply *supply, uint32_t device)
{
	return supply->ready && device < supply->n_voices &&
	    supply->voices[device].heard ? supply->voices[device].failures : 0;
}
