/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read when the values of a poll have been told, in the first half of
 * its time: FRU texts once a day, the event log in slices.  Nothing of it
 * makes a poll fail.
 */
#include "round_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "states.h"

#define DAY_NS INT64_C(86400000000000)
#define LOG_EVERY_NS INT64_C(55000000000) /* with each poll of a minute */
#define LOG_SLICE 12             /* commands in one poll */
#define INVENTORY_SHARE 4        /* sensors come before serial numbers */

static void
tell(const struct round *round, const char *metric, const char *text)
{
	if (text != NULL && text[0] != '\0') {
		round->readings->host->info(round->work->poll, metric, text);
	}
}

/* As it comes, byte by byte: makers disagree about their order. */
static void
tell_guid(const struct round *round)
{
	const uint8_t *guid = round->kept.key.guid;
	char text[2 * sizeof(round->kept.key.guid) + 1];
	bool any = false;

	for (size_t i = 0; i < sizeof(round->kept.key.guid); i++) {
		(void)snprintf(text + 2 * i, 3, "%02x", guid[i]);
		any |= guid[i] != 0;
	}
	tell(round, "info_guid", any ? text : NULL);
}

void
after_identity(struct round *round)
{
	const struct cache_key *key = &round->kept.key;
	char text[40];

	if (key->firmware_major != 0 || key->firmware_minor != 0) {
		chassis_firmware(&round->work->who, text);
		tell(round, "info_firmware", text);
	}
	if (key->manufacturer != 0) {
		tell(round, "info_vendor", chassis_maker(key->manufacturer));
		(void)snprintf(text, sizeof(text), "%" PRIu32 ":%u",
		    key->manufacturer, key->product);
		tell(round, "info_product_id", text);
	}
	tell_guid(round);
}

/* ---- FRU ------------------------------------------------------------------------------ */

static const char *
first_of(const char *a, const char *b, const char *c)
{
	return a[0] != '\0' ? a : b[0] != '\0' ? b : c;
}

static void
tell_inventory(struct round *round)
{
	const struct fru *fru = &round->work->inventory.fru;

	/* The maker's name from the number is shorter and always the same. */
	if (chassis_maker(round->kept.key.manufacturer) == NULL) {
		tell(round, "info_vendor", first_of(fru->maker,
		    fru->board_maker, ""));
	}
	tell(round, "info_model", first_of(fru->product, fru->model,
	    fru->board_product));
	tell(round, "info_serial", first_of(fru->serial, fru->chassis_serial,
	    fru->board_serial));
	tell(round, "info_part_number", fru->model);
	tell(round, "info_asset", fru->asset);
	tell(round, "info_board", fru->board_product);
	tell(round, "info_board_serial", fru->board_serial);
	tell(round, "info_chassis_serial", fru->chassis_serial);
}

static bool
ask_fru(struct round *round)
{
	struct round_work *work = round->work;
	struct task_ask ask;

	if (!work->in_inventory) {
		if (!round->profile->fru || work->start_ns < round->fru_ns ||
		    round->set == NULL || round->readings->n_loading >=
		    ROUND_LOADS / INVENTORY_SHARE) {
			return false;
		}
		round->readings->n_loading++;
		inventory_init(&work->inventory);
		work->in_inventory = true;
	}
	if (!round_time_left(round, 1, 2)) {
		return false;            /* the next poll begins anew */
	}
	if (inventory_next(&work->inventory, &ask)) {
		return round_ask(round, &ask);
	}
	if (round->fru_ns <= work->start_ns) {
		round->fru_ns = work->start_ns + DAY_NS;
		tell_inventory(round);
	}
	return false;
}

/* ---- the event log --------------------------------------------------------------------- */

static void
tell_skew(struct round *round, int64_t *ret_skew_ns)
{
	const struct log_reader *log = &round->log;
	int64_t skew_s;
	char text[40];

	*ret_skew_ns = COL_TIME_UNKNOWN;
	if (!log->has_time || log->time_s == SEL_TIME_UNKNOWN) {
		return;
	}
	skew_s = (int64_t)log->time_s - round->readings->wall_s();
	*ret_skew_ns = skew_s * 1000000000;
	(void)snprintf(text, sizeof(text), "%+" PRId64 " s", skew_s);
	tell(round, "info_clock_skew", text);
}

/* "power supply 2": of sensors that are called the same. */
static const char *
place_of(const struct sdr_sensor *sensor, char *text, size_t size)
{
	const char *name = states_entity_name(sensor->entity);

	if (name == NULL) {
		return NULL;
	}
	(void)snprintf(text, size, "%s %u", name, sensor->entity_instance);
	return text;
}

static int
tell_entry(struct round *round, const struct sel_entry *entry)
{
	const struct col_host *host = round->readings->host;
	const struct sdr_sensor *sensor = entry->kind == SEL_SYSTEM &&
	    round->set != NULL ? set_find(round->set, entry->sensor) : NULL;
	char where[64];
	struct sel_words words;
	struct col_event event = {.size = sizeof(event), .id = entry->id,
	    .time_ns = entry->time_s == SEL_TIME_UNKNOWN ? COL_TIME_UNKNOWN :
	    (int64_t)entry->time_s * 1000000000};

	if (host->event == NULL) {
		return 0;
	}
	sel_words(entry, &words);
	tell_skew(round, &event.skew_ns);
	event.severity = words.severity;
	event.cleared = words.cleared;
	event.code = words.code;
	event.sensor = sensor == NULL ? NULL : sensor->name;
	event.instance = sensor == NULL ? NULL : place_of(sensor, where,
	    sizeof(where));
	event.text = words.text;
	event.source = words.source;
	return host->event(host, round->id, &event);
}

static bool
ask_log(struct round *round)
{
	struct round_work *work = round->work;
	struct task_ask ask;

	if (!round->profile->log || work->n_log >= LOG_SLICE ||
	    !round_time_left(round, 1, 2)) {
		return false;
	}
	if (work->n_log == 0 && round->log.step == LOG_IDLE) {
		if (work->start_ns < round->log_ns) {
			return false;
		}
		round->log_ns = work->start_ns + LOG_EVERY_NS;
		log_start(&round->log);
	}
	work->n_log++;
	return log_next(&round->log, &ask) && round_ask(round, &ask);
}

static void
take_log(struct round *round, const struct task_answer *answer)
{
	struct log_reader *log = &round->log;
	struct log_position before = log->position;
	struct sel_entry entry;
	int64_t skew_ns;

	if (log_take(log, answer, &entry) &&
	    tell_entry(round, &entry) == COL_EFULL) {
		/* The host has no room: this one comes again with a later look. */
		log->position = before;
		log->step = LOG_IDLE;
		round->work->n_log = LOG_SLICE;
	} else if (log->step == LOG_CHECK || log->step == LOG_NEWEST) {
		if (log->has_time && log->n_read == 0) {
			tell_skew(round, &skew_ns);
		}
	}
	round->dirty |= memcmp(&before, &log->position, sizeof(before)) != 0;
}

/* ---- together ------------------------------------------------------------------------------ */

bool
after_ask(struct round *round)
{
	return round->work->phase == ROUND_FRU ? ask_fru(round) :
	    ask_log(round);
}

void
after_take(struct round *round, const struct task_answer *answer)
{
	if (round->work->phase == ROUND_FRU) {
		inventory_take(&round->work->inventory, answer);
	} else {
		take_log(round, answer);
	}
}

void
after_end(struct round *round)
{
	/* A device's file is of use only with the records that it names. */
	if (round->dirty && round->known && round->set != NULL) {
		round->kept.log = round->log.position;
		/* A disk that does not keep up gets it after a later poll. */
		round->dirty = keeper_device(&round->readings->keeper,
		    round->id, &round->kept) == COL_EFULL;
	}
}
