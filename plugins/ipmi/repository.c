/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bounds: a BMC may name an ever further next record, say lengths that lead
 * nowhere, or lose each reservation; records, bytes and new tries are counted.
 */
#include "repository.h"

#include <stdlib.h>
#include <string.h>

#include "chassis.h"
#include "text.h"

/* Storage and sensor functions have the same three commands twice. */
#define STORAGE_INFO 0x20
#define STORAGE_RESERVE 0x22
#define STORAGE_GET 0x23
#define DEVICE_INFO 0x20
#define DEVICE_GET 0x21
#define DEVICE_RESERVE 0x22

#define LAST 0xffff
#define WHOLE 0xff
#define CHUNK_FIRST 32           /* after whole records were refused */
#define CHUNK_LEAST 8

void
repository_init(struct repository *repository, bool device_sdrs,
    uint8_t chunk)
{
	*repository = (struct repository){.device_sdrs = device_sdrs,
	    .whole = chunk == WHOLE, .chunk = chunk};
}

void
repository_done(struct repository *repository)
{
	free(repository->bytes);
	repository->bytes = NULL;
	repository->n_bytes = repository->size = 0;
}

static void
fail(struct repository *repository, const char *fault)
{
	repository->step = REPOSITORY_FAILED;
	repository->fault = fault;
}

void
repository_resume(struct repository *repository)
{
	if (repository->step == REPOSITORY_RECORD) {
		repository->step = REPOSITORY_RESERVE;
	}
}

static void
ask_record(struct repository *repository, struct task_ask *ask)
{
	size_t whole = repository->n_part >= SDR_HEADER ? SDR_HEADER +
	    (size_t)repository->part[4] : SDR_HEADER;
	size_t left = whole - repository->n_part;

	repository->asked = WHOLE;
	if (!repository->whole || repository->n_part > 0) {
		repository->asked = (uint8_t)(repository->chunk < left ||
		    repository->n_part == 0 ? repository->chunk : left);
	}
	ask->n = 6;
	ask->data[0] = (uint8_t)repository->reservation;
	ask->data[1] = (uint8_t)(repository->reservation >> 8);
	ask->data[2] = (uint8_t)repository->record;
	ask->data[3] = (uint8_t)(repository->record >> 8);
	ask->data[4] = (uint8_t)repository->n_part;
	ask->data[5] = repository->asked;
}

bool
repository_next(struct repository *repository, struct task_ask *ret_ask)
{
	bool device = repository->device_sdrs;

	*ret_ask = (struct task_ask){.netfn = device ? NETFN_SENSOR :
	    NETFN_STORAGE};
	switch (repository->step) {
	case REPOSITORY_INFO:
		ret_ask->command = device ? DEVICE_INFO : STORAGE_INFO;
		if (device) {            /* the number of SDRs, not sensors */
			ret_ask->data[0] = 1;
			ret_ask->n = 1;
		}
		return true;
	case REPOSITORY_RESERVE:
		ret_ask->command = device ? DEVICE_RESERVE : STORAGE_RESERVE;
		return true;
	case REPOSITORY_RECORD:
		ret_ask->command = device ? DEVICE_GET : STORAGE_GET;
		ask_record(repository, ret_ask);
		return true;
	case REPOSITORY_DONE:
	case REPOSITORY_FAILED:
		break;
	}
	return false;
}

/* ---- answers ------------------------------------------------------------------- */

static void
take_info(struct repository *repository, const struct task_answer *answer)
{
	const uint8_t *data = answer->data;

	if (answer->completion != CC_OK || answer->n <
	    (repository->device_sdrs ? 2u : 13u)) {
		fail(repository, answer->completion != CC_OK ?
		    "it refuses to tell about its sensor records" :
		    "what it tells about its sensor records is too short");
		return;
	}
	if (repository->device_sdrs) {
		repository->info.n_records = data[0];
		/* Bit 7: dynamic; four bytes that change with the sensors. */
		repository->info.added = answer->n >= 6 ? text_u32(data + 2) :
		    data[1];
		repository->info.erased = 0;
	} else {
		repository->info = (struct repository_info){
		    .n_records = text_u16(data + 1),
		    .added = text_u32(data + 5), .erased = text_u32(data + 9)};
	}
	repository->step = repository->info_only ? REPOSITORY_DONE :
	    REPOSITORY_RESERVE;
}

static void
take_reservation(struct repository *repository,
    const struct task_answer *answer)
{
	/* Some have none and need none while nobody writes. */
	repository->reservation = answer->completion == CC_OK &&
	    answer->n >= 2 ? text_u16(answer->data) : 0;
	repository->step = REPOSITORY_RECORD;
	repository->n_part = 0;
}

static bool
keep(struct repository *repository, size_t n)
{
	size_t needed = repository->n_bytes + n;

	if (repository->n_records == REPOSITORY_RECORDS_MAX ||
	    needed > REPOSITORY_BYTES_MAX) {
		fail(repository, "its list of sensor records has no end");
		return false;
	}
	if (needed > repository->size) {
		size_t size = needed + 4096;
		uint8_t *grown = realloc(repository->bytes, size);
		if (grown == NULL) {
			fail(repository, "out of memory");
			return false;
		}
		repository->bytes = grown;
		repository->size = size;
	}
	memcpy(repository->bytes + repository->n_bytes, repository->part, n);
	repository->n_bytes += n;
	repository->n_records++;
	return true;
}

static void
end_record(struct repository *repository, size_t n)
{
	if (!keep(repository, n)) {
		return;
	}
	repository->n_part = 0;
	/* An end that is told, and two that some firmware has instead. */
	if (repository->next == LAST || repository->next == 0 ||
	    repository->next == repository->record) {
		repository->step = REPOSITORY_DONE;
	}
	repository->record = repository->next;
}

static void
take_part(struct repository *repository, const uint8_t *data, size_t n)
{
	size_t room = sizeof(repository->part) - repository->n_part, whole;

	n = n < room ? n : room;
	if (n == 0) {
		fail(repository, "it gives empty pieces of sensor records");
		return;
	}
	memcpy(repository->part + repository->n_part, data, n);
	repository->n_part += n;
	if (repository->n_part < SDR_HEADER) {
		return;                  /* the rest of the header */
	}
	whole = SDR_HEADER + (size_t)repository->part[4];
	if (repository->n_part >= whole) {
		end_record(repository, whole);
	}
}

/* It cannot give that many bytes: whole records -> 32 -> 16 -> 8. */
static void
shrink(struct repository *repository)
{
	if (repository->whole) {
		repository->whole = false;
		repository->chunk = CHUNK_FIRST;
	} else if (repository->chunk / 2 >= CHUNK_LEAST) {
		repository->chunk /= 2;
	} else {
		fail(repository, "it refuses to read sensor records, even 8"
		    " bytes at once");
	}
}

static void
take_refusal(struct repository *repository, uint8_t completion)
{
	if (++repository->n_tries > REPOSITORY_TRIES_MAX) {
		fail(repository, "it takes back too many reservations of its"
		    " sensor records");
		return;
	}
	switch (completion) {
	case CC_RESERVATION:
		repository->step = REPOSITORY_RESERVE;
		break;
	case CC_LENGTH:
	case CC_TOO_LONG:
	case CC_RANGE:
	case CC_TOO_MANY:
	case CC_UNSPECIFIED:
		shrink(repository);
		break;
	case CC_ABSENT:
		/* The first one is not there: there are none. */
		if (repository->n_records == 0 && repository->record == 0) {
			repository->step = REPOSITORY_DONE;
			break;
		}
		fail(repository, "a sensor record that it named is not there");
		break;
	case CC_BUSY:
	case CC_TIMEOUT:
		break;                   /* once more: tries are counted */
	default:
		fail(repository, "it refuses to read sensor records");
	}
}

void
repository_take(struct repository *repository,
    const struct task_answer *answer)
{
	switch (repository->step) {
	case REPOSITORY_INFO:
		take_info(repository, answer);
		break;
	case REPOSITORY_RESERVE:
		take_reservation(repository, answer);
		break;
	case REPOSITORY_RECORD:
		if (answer->completion != CC_OK) {
			take_refusal(repository, answer->completion);
		} else if (answer->n < 2) {
			fail(repository, "its sensor records are cut short");
		} else {
			repository->next = text_u16(answer->data);
			take_part(repository, answer->data + 2, answer->n - 2);
		}
		break;
	case REPOSITORY_DONE:
	case REPOSITORY_FAILED:
		break;
	}
}
