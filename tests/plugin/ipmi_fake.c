/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ipmi_fake.h"

#include <string.h>

#include <collectord/err.h>

void
fakebmc_init(struct fakebmc *bmc)
{
	static const uint8_t id[15] = {0x20, 0x01, 0x04, 0x21, 0x02, 0xbf,
	    0x39, 0x94, 0x00, 0x01, 0x02, 0, 0, 0, 0};

	memset(bmc, 0, sizeof(*bmc));
	memcpy(bmc->device_id, id, sizeof(id));
	memset(bmc->guid, 0x5a, sizeof(bmc->guid));
	bmc->added = 1600000000;
	bmc->watts = 300;
	bmc->chassis[0] = 0x01;
	bmc->clock_s = 1700000000;
}

uint8_t
fakebmc_add(struct fakebmc *bmc, const struct kit_sensor *sensor)
{
	struct kit_sensor numbered = *sensor;
	size_t i = bmc->n_records++;
	uint8_t raw = 0;

	if (numbered.number == 0) {
		numbered.number = (uint8_t)(i + 1);
	}
	bmc->sizes[i] = kit_record(&numbered, (uint16_t)(i + 1),
	    bmc->records[i], &raw);
	bmc->sensors[numbered.number].raw = raw;
	bmc->sensors[numbered.number].unavailable =
	    sensor->state == KIT_ABSENT;
	if (strcmp(sensor->unit, "discrete") == 0) {
		bmc->sensors[numbered.number].states =
		    (uint16_t)sensor->value;
	}
	return numbered.number;
}

void
fakebmc_log(struct fakebmc *bmc, const char *hex)
{
	(void)kit_bytes(hex, bmc->log[bmc->n_log], 16);
	bmc->log[bmc->n_log][0] = (uint8_t)(bmc->n_log + 1);
	bmc->log[bmc->n_log][1] = (uint8_t)((bmc->n_log + 1) >> 8);
	bmc->n_log++;
	bmc->log_added++;
}

void
fakelink_init(struct link *link, struct fakebmc *bmc, int64_t *clock_ns)
{
	*link = (struct link){.bmc = bmc, .fault = "", .mute_netfn = -1,
	    .mute_command = -1, .mute_sensor = -1, .clock_ns = clock_ns,
	    .answer_ns = 1000000, .silence_ns = 1000000000};
}

/* ---- the BMC ------------------------------------------------------------------- */

struct reply {
	uint8_t completion, data[LINK_ANSWER_MAX];
	size_t n;
};

static void
put(struct reply *reply, const void *bytes, size_t n)
{
	memcpy(reply->data + reply->n, bytes, n);
	reply->n += n;
}

static void
put_number(struct reply *reply, uint32_t value, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		reply->data[reply->n++] = (uint8_t)(value >> 8 * i);
	}
}

static void
repository_info(const struct fakebmc *bmc, struct reply *reply)
{
	if (bmc->device_sdrs) {
		put_number(reply, (uint32_t)bmc->n_records, 1);
		put_number(reply, 0x81, 1);
		put_number(reply, bmc->added, 4);
		return;
	}
	put_number(reply, 0x51, 1);
	put_number(reply, (uint32_t)bmc->n_records, 2);
	put_number(reply, 0xffff, 2);
	put_number(reply, bmc->added, 4);
	put_number(reply, bmc->erased, 4);
	put_number(reply, 0x21, 1);
}

static void
get_record(struct fakebmc *bmc, const uint8_t *data, struct reply *reply)
{
	unsigned id = data[2] | (unsigned)data[3] << 8, offset = data[4];
	unsigned want = data[5];
	size_t i = id == 0 ? 0 : id - 1, left;

	if (bmc->endless && i >= bmc->n_records) {
		i = bmc->n_records - 1;
	}
	bmc->n_gets++;
	if (bmc->lose_every != 0 && bmc->n_gets % bmc->lose_every == 0) {
		bmc->reservation++;
	}
	if (i >= bmc->n_records) {
		reply->completion = 0xcb;
	} else if (offset > 0 && (data[0] | data[1] << 8) !=
	    bmc->reservation) {
		reply->completion = 0xc5;
	} else if (bmc->max_read != 0 && want > bmc->max_read) {
		reply->completion = 0xca;
	} else {
		left = offset < bmc->sizes[i] ? bmc->sizes[i] - offset : 0;
		put_number(reply, bmc->endless ? id + 1 :
		    i + 1 < bmc->n_records ? (uint32_t)i + 2 : 0xffff, 2);
		put(reply, bmc->records[i] + offset, want < left ? want :
		    left);
	}
}

static void
get_reading(struct fakebmc *bmc, const uint8_t *data, struct reply *reply)
{
	const struct fake_sensor *sensor = &bmc->sensors[data[0]];

	bmc->n_reads++;
	reply->completion = sensor->completion;
	if (sensor->completion == 0) {
		put_number(reply, sensor->raw, 1);
		put_number(reply, (sensor->unavailable ? 0xa0u : 0x80u) |
		    (sensor->not_scanning ? 0 : 0x40u), 1);
		put_number(reply, sensor->states, 2);
	}
}

static void
get_power(const struct fakebmc *bmc, struct reply *reply)
{
	reply->completion = bmc->dcmi_completion;
	if (reply->completion != 0) {
		return;
	}
	put_number(reply, 0xdc, 1);
	for (int i = 0; i < 4; i++) {
		put_number(reply, bmc->watts, 2);
	}
	put_number(reply, bmc->clock_s, 4);
	put_number(reply, 1000, 4);
	put_number(reply, 0, 1);         /* "deactivated" */
	if (bmc->dcmi_n != 0) {
		reply->n = bmc->dcmi_n;
	}
}

static void
get_log(struct fakebmc *bmc, const uint8_t *data, struct reply *reply)
{
	unsigned id = data[2] | (unsigned)data[3] << 8;
	size_t i = id == 0xffff ? bmc->n_log - 1 : id == 0 ? 0 : id - 1;

	bmc->n_log_gets++;
	if (bmc->n_log == 0 || i >= bmc->n_log) {
		reply->completion = 0xcb;
		return;
	}
	put_number(reply, i + 1 < bmc->n_log ? (uint32_t)i + 2 : 0xffff, 2);
	put(reply, bmc->log[i], 16);
}

static void
read_fru(const struct fakebmc *bmc, const uint8_t *data, struct reply *reply)
{
	size_t at = data[1] | (size_t)data[2] << 8, n = data[3];

	if (at >= bmc->n_fru || (bmc->fru_max != 0 && n > bmc->fru_max)) {
		reply->completion = at >= bmc->n_fru ? 0xc9 : 0xca;
		return;
	}
	n = n < bmc->n_fru - at ? n : bmc->n_fru - at;
	put_number(reply, (uint32_t)n, 1);
	put(reply, bmc->fru + at, n);
}

static void
answer_storage(struct fakebmc *bmc, const struct link *link,
    struct reply *reply)
{
	switch (link->request.command) {
	case 0x10:
		reply->completion = bmc->n_fru == 0 ? 0xc1 : 0;
		put_number(reply, (uint32_t)bmc->n_fru, 2);
		put_number(reply, 0, 1);
		break;
	case 0x11:
		read_fru(bmc, link->data, reply);
		break;
	case 0x20:
		repository_info(bmc, reply);
		break;
	case 0x22:
		put_number(reply, ++bmc->reservation, 2);
		break;
	case 0x23:
		get_record(bmc, link->data, reply);
		break;
	case 0x40:
		put_number(reply, 0x51, 1);
		put_number(reply, (uint32_t)bmc->n_log, 2);
		put_number(reply, 0xffff, 2);
		put_number(reply, bmc->log_added, 4);
		put_number(reply, bmc->log_erased, 4);
		put_number(reply, 0x02, 1);
		break;
	case 0x43:
		get_log(bmc, link->data, reply);
		break;
	case 0x48:
		put_number(reply, bmc->clock_s, 4);
		break;
	default:
		reply->completion = 0xc1;
	}
}

static void
answer_sensor(struct fakebmc *bmc, const struct link *link,
    struct reply *reply)
{
	switch (link->request.command) {
	case 0x20:
		repository_info(bmc, reply);
		break;
	case 0x21:
		get_record(bmc, link->data, reply);
		break;
	case 0x22:
		put_number(reply, ++bmc->reservation, 2);
		break;
	case 0x23:                       /* factors: M 2, the rest 0 */
		put(reply, (uint8_t[]){1, 2, 0, 0, 0, 0, 0}, 7);
		break;
	case 0x2d:
		get_reading(bmc, link->data, reply);
		break;
	default:
		reply->completion = 0xc1;
	}
}

static void
answer(struct fakebmc *bmc, const struct link *link, struct reply *reply)
{
	bmc->n_asks++;
	switch (link->request.netfn) {
	case 0x00:
		reply->completion = bmc->chassis_completion;
		put(reply, bmc->chassis, 3);
		break;
	case 0x04:
		answer_sensor(bmc, link, reply);
		break;
	case 0x06:
		put(reply, link->request.command == 1 ? bmc->device_id :
		    bmc->guid, link->request.command == 1 ? 15 : 16);
		break;
	case 0x0a:
		answer_storage(bmc, link, reply);
		break;
	case 0x2c:
		if (link->request.command == 2) {
			get_power(bmc, reply);
		} else {
			reply->completion = 0xc1;
		}
		break;
	default:
		reply->completion = 0xc1;
	}
}

/* ---- the link ------------------------------------------------------------------- */

int
link_ask(struct link *link, const struct link_request *request)
{
	if (link->busy) {
		return COL_EBUSY;
	}
	link->request = *request;
	if (request->n > 0) {
		memcpy(link->data, request->data, request->n);
	}
	link->busy = true;
	return 0;
}

void
link_cancel(struct link *link)
{
	link->n_cancelled += link->busy;
	link->busy = false;
}

bool
link_is_busy(const struct link *link)
{
	return link->busy;
}

uint32_t
link_quirks(const struct link *link)
{
	return link->quirks;
}

const char *
link_fault(const struct link *link)
{
	return link->fault;
}

static bool
is_mute(const struct link *link)
{
	return link->request.netfn == link->mute_netfn &&
	    link->request.command == link->mute_command &&
	    (link->mute_sensor < 0 || link->data[0] == link->mute_sensor);
}

unsigned
fakelink_run(struct link *link, unsigned n)
{
	unsigned count = 0;

	for (; link->busy && count < n; count++) {
		struct link_request request = link->request;
		struct reply reply = {.completion = 0};
		link->busy = false;
		if (link->is_crowded && request.start_by_ns > 0) {
			*link->clock_ns = request.start_by_ns;
			request.fn(request.arg, COL_EFULL, 0, NULL, 0);
			continue;
		}
		if (is_mute(link) || *link->clock_ns + link->answer_ns >
		    request.deadline_ns) {
			*link->clock_ns += link->silence_ns;
			link->fault = "no answer";
			request.fn(request.arg, COL_ETIMEOUT, 0, NULL, 0);
			continue;
		}
		*link->clock_ns += link->answer_ns;
		answer(link->bmc, link, &reply);
		request.fn(request.arg, 0, reply.completion, reply.data,
		    reply.n);
	}
	return count;
}
