/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes from BMCs, by the first byte:
 *  0  sensor records: a set, a plan, every sensor's every byte as a number
 *  1  event log entries       2  FRU areas       3  short answers
 *  4  a device polled three times by a BMC that answers with the rest: one
 *     byte completion, one byte length, data; when it is over, silence
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "convert.h"
#include "dcmi.h"
#include "fru.h"
#include "round_work.h"
#include "sel.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define ANSWERS_MAX 3000

static const char language[] =
    "plugin: ipmi\nkind: bmc\nsummary: {en: x}\nmatch: [{any: true}]\n"
    "quirks: [discretereading, assumebmcowner]\n"
    "sensors:\n"
    "  - {name: p, unit: W, matches: '^(p|w)', metric: power_w, instance: ''}\n"
    "  - {name: i, unit: W, matches: '^i([0-9]*)', metric: power_w,"
    " instance: 'psu {1}', total: true}\n"
    "  - {name: t, unit: [C, F, K], type: temperature, metric: temperature_c,"
    " instance: inlet}\n"
    "  - {name: u, unit: [C, F, K], metric: temperature_c,"
    " instance: '{name} {entity}.{entity_instance} {number}'}\n"
    "  - {name: v, unit: V, metric: voltage_v}\n"
    "  - {name: a, unit: A, metric: current_a, scale: 0.5, range: [0, 5]}\n"
    "  - {name: r, unit: rpm, metric: fan_rpm}\n"
    "  - {name: l, unit: ['%', unspecified], metric: load_pct, as: '%'}\n"
    "  - {name: x, type: 192, metric: state_oem, states: {none: a, 1: b}}\n"
    "  - {name: s, reading: [specific, redundancy, digital, presence],"
    " metric: state_sensor}\n";

/* ---- the BMC that is the input --------------------------------------------------- */

struct link {
	const uint8_t *bytes;
	size_t at, size;
	struct link_request request;
	bool busy;
};

int
link_ask(struct link *link, const struct link_request *request)
{
	if (link->busy || request->n > LINK_DATA_MAX) {
		abort();
	}
	link->request = *request;
	link->busy = true;
	return 0;
}

void
link_cancel(struct link *link)
{
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
	(void)link;
	return 0;
}

const char *
link_fault(const struct link *link)
{
	(void)link;
	return "";
}

static void
serve(struct link *link, struct fakehost *fake)
{
	for (unsigned n = 0; link->busy && n < ANSWERS_MAX; n++) {
		struct link_request request = link->request;
		uint8_t *copy;
		size_t len;
		link->busy = false;
		fake->now_ns += 1000000;
		if (link->size - link->at < 2) {
			request.fn(request.arg, COL_ETIMEOUT, 0, NULL, 0);
			continue;
		}
		len = link->bytes[link->at + 1];
		len = len < link->size - link->at - 2 ? len : link->size -
		    link->at - 2;
		/* A block of its own: a byte beyond it is seen. */
		copy = malloc(len + 1);
		memcpy(copy, link->bytes + link->at + 2, len);
		link->at += 2 + len;
		request.fn(request.arg, 0, link->bytes[link->at - len - 2] &
		    0xf0 ? link->bytes[link->at - len - 2] : 0, copy, len);
		free(copy);
	}
}

static void
on_end(void *arg, enum col_status status, const char *detail)
{
	(void)status;
	(void)detail;
	++*(unsigned *)arg;
}

static void
fuzz_round(struct readings *readings, struct fakehost *fake,
    const uint8_t *bytes, size_t size)
{
	struct link link = {.bytes = bytes, .size = size};
	struct col_poll poll = {.fake = fake};
	struct round *round = NULL;
	unsigned n_ends = 0;

	if (round_new(readings, &link, &(struct col_device){.id = "f",
	    .profile = "auto"}, &round) != 0) {
		abort();
	}
	for (unsigned i = 1; i <= 3; i++) {
		fakehost_poll_clear(&poll);
		poll.fake = fake;
		round_start(round, fake->now_ns + INT64_C(30000000000), &poll,
		    on_end, &n_ends);
		serve(&link, fake);
		if (link.busy) {
			round_cancel(round);
			n_ends++;
		}
		if (n_ends != i) {
			abort();
		}
		fake->now_ns += INT64_C(3600000000000);
	}
	round_free(round);
	fakehost_poll_clear(&poll);
}

/* ---- parsers ------------------------------------------------------------------------ */

static void
fuzz_records(struct readings *readings, const uint8_t *bytes, size_t size)
{
	struct plan_look look = {.profile = readings->profiles.profiles[0],
	    .dcmi = size & 1, .chassis = true};
	struct sdr_locator locator;
	struct plan *plan;
	struct col_error error;
	double value = 0;

	(void)sdr_locator(bytes, size, &locator);
	if (set_get(&readings->sets, bytes, size, &look.set) != 0) {
		return;
	}
	look.quirks = look.profile->quirks;
	for (size_t i = 0; i < look.set->n_sensors; i++) {
		for (unsigned raw = 0; raw < 256; raw += 17) {
			if (convert_reading(&look.set->sensors[i].factors,
			    (uint8_t)raw, &value) && !isfinite(value)) {
				abort();
			}
		}
	}
	if (choose_plan(&readings->plans, &look, &plan, &error) == 0) {
		plan_unref(plan);
	}
	set_unref(look.set);
}

static void
fuzz_log(const uint8_t *bytes, size_t size)
{
	struct sel_entry entry;
	struct sel_words words;
	struct sel_info info;
	uint32_t time_s;
	uint16_t next;

	if (sel_entry(bytes, size, &next, &entry) == 0) {
		sel_words(&entry, &words);
		if (strlen(words.code) == 0 || strlen(words.text) == 0) {
			abort();
		}
	}
	(void)sel_info(bytes, size, &info);
	(void)sel_time(bytes, size, &time_s);
}

static void
fuzz_fru(const uint8_t *bytes, size_t size)
{
	struct fru fru = {.board_minutes = 0};
	struct fru_header header;
	uint8_t *sealed = malloc(size + 1), sum = 0;
	size_t area = 0;

	(void)fru_header(bytes, size, &header);
	memcpy(sealed, bytes, size);
	/* The checksum is made right, else nothing would get behind it. */
	if (fru_area_size(sealed, size, &area) == 0 && area <= size) {
		for (size_t i = 0; i + 1 < area; i++) {
			sum = (uint8_t)(sum + sealed[i]);
		}
		sealed[area - 1] = (uint8_t)-sum;
	}
	for (unsigned i = 0; i < FRU_AREA_N; i++) {
		(void)fru_area((enum fru_area)i, sealed, size, &fru);
	}
	free(sealed);
}

static void
fuzz_answers(const uint8_t *bytes, size_t size)
{
	struct dcmi_capabilities capabilities;
	struct dcmi_power power;
	struct device_id id;
	struct chassis_status status;
	struct sensor_reading reading;
	const uint8_t *tag;
	uint8_t total;
	size_t n;

	(void)dcmi_power(bytes, size, &power);
	(void)dcmi_capabilities(bytes, size, &capabilities);
	(void)dcmi_asset(bytes, size, &total, &tag, &n);
	(void)chassis_device_id(bytes, size, &id);
	(void)chassis_status(bytes, size, &status);
	(void)chassis_reading(bytes, size, &reading);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct readings *readings; /* compiling profiles costs most */
	static struct fakehost fake;
	static struct col_node *node;
	struct col_profile profile = {.id = "all"};
	struct col_error error;

	if (size == 0 || size > 65536) {
		return 0;
	}
	if (readings == NULL) {
		fakehost_init(&fake);
		node = yamltree_parse(language, "fuzz");
		profile.node = node;
		if (readings_new(&fake.host, &readings, &error) != 0 ||
		    readings_profiles(readings, &profile, 1, &error) != 0) {
			abort();
		}
	}
	fake.now_ns = 1000000000;
	switch (bytes[0] % 5) {
	case 0:
		fuzz_records(readings, bytes + 1, size - 1);
		break;
	case 1:
		fuzz_log(bytes + 1, size - 1);
		break;
	case 2:
		fuzz_fru(bytes + 1, size - 1);
		break;
	case 3:
		fuzz_answers(bytes + 1, size - 1);
		break;
	default:
		fuzz_round(readings, &fake, bytes + 1, size - 1);
	}
	if (readings->plans.n + readings->sets.n + readings->n_loading > 0) {
		abort();
	}
	fakehost_done(&fake);            /* the layouts of this run */
	return 0;
}
