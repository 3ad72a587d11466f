/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bmc_hosts.h"
#include "bmc_model.h"
#include "faults.h"
#include "kind.h"
#include "text.h"

static const char *const kinds[KIND_MODEL_N] = {
	[KIND_APC_1PH] = "apc-1ph",
	[KIND_APC_3PH] = "apc-3ph",
	[KIND_RARITAN_1PH] = "raritan-1ph",
	[KIND_RARITAN_1PH_A] = "raritan-1ph",
	[KIND_RARITAN_1PH_B] = "raritan-1ph",
	[KIND_RARITAN_3PH] = "raritan-3ph",
	[KIND_RARITAN_3PH_A] = "raritan-3ph",
	[KIND_RARITAN_3PH_B] = "raritan-3ph",
	[KIND_UPS] = "ups",
};

/* Prints the words of all faults in force, each once. */
static void
print_faults(const struct faults *faults,
    const struct province_device *device, int64_t t)
{
	bool found[FAULTS_VERB_N] = {false};
	const char *comma = "";

	found[FAULTS_SILENCE] = faults_silent(faults, device, t);
	for (size_t i = 0; i < faults->n; i++) {
		found[faults->list[i].verb] |= faults_applies(faults,
		    &faults->list[i], device, t);
	}
	for (int verb = 0; verb < FAULTS_VERB_N; verb++) {
		if (found[verb]) {
			(void)printf("%s%s", comma,
			    faults_word((enum faults_verb)verb));
			comma = ",";
		}
	}
	(void)puts(comma[0] == '\0' ? "-" : "");
}

static void
print_device(const struct province *p, const struct faults *faults,
    const struct province_device *device, int64_t t)
{
	struct values_world world = {.province = p, .faults = faults};
	uint32_t address = province_address(p, device);
	struct kind_subject subject;
	const char *kind;
	char id[PROVINCE_ID_MAX];

	if (province_is_bmc(device->role)) {
		kind = bmc_hosts_model(p, device)->word;
	} else {
		kind_subject_init(&subject, &world, device, t);
		kind = kinds[subject.model];
	}
	province_device_id(p, device, id);
	(void)printf("%s\t%u.%u.%u.%u\t%s\t%s\t", id, address >> 24,
	    address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff,
	    kind, !province_in_rack(device->role) ? "-" :
	    province_state_name(province_state(p, device->rack)));
	print_faults(faults, device, t);
}

int
devices_run(const struct options *options, const struct province *p)
{
	struct faults faults = {.province = p};
	char error[FAULTS_ERROR_MAX];
	struct province_device device;
	int64_t t = (int64_t)time(NULL);
	uint32_t end = p->base + (uint32_t)(p->n_rows *
	    PROVINCE_BLOCKS_PER_ROW + p->n_halls) * 256;

	if (options->n_words > 1 || (options->n_words == 1 &&
	    text_time(options->words[0], &t) != 0)) {
		(void)fprintf(stderr, "racksim: devices takes one TIME\n");
		return 2;
	}
	if (options->faults != NULL &&
	    faults_load(&faults, p, options->faults, error) != 0) {
		(void)fprintf(stderr, "racksim: %s\n", error);
		return 1;
	}
	for (uint32_t address = p->base; address < end; address++) {
		if (province_at(p, address, &device) == 0) {
			print_device(p, &faults, &device, t);
		}
	}
	faults_done(&faults);
	return ferror(stdout) || fflush(stdout) != 0;
}
