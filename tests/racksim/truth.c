/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "truth.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bmc_hosts.h"
#include "bmc_model.h"
#include "kind.h"
#include "text.h"

/* Times that one query may ask for. */
#define TIMES_MAX 4096

/* Points in time, evenly spaced. */
struct times {
	int64_t from, step;
	size_t n;
};

struct truth {
	const struct province *province;
	struct faults faults;
	struct values_world world;
	/* The device of the last query, measured: queries come in bunches. */
	char id[PROVINCE_ID_MAX];
	struct times times;
	struct kind_subject *subjects;	/* TIMES_MAX */
};

static void
truth_close(struct truth *truth)
{
	values_done(&truth->world);
	faults_done(&truth->faults);
	free(truth->subjects);
}

static int
truth_open(struct truth *truth, const struct options *options,
    const struct province *province)
{
	char error[FAULTS_ERROR_MAX];

	memset(truth, 0, sizeof(*truth));
	truth->province = province;
	truth->faults.province = province;
	if (options->faults != NULL && faults_load(&truth->faults, province,
	    options->faults, error) != 0) {
		(void)fprintf(stderr, "racksim: %s\n", error);
		return -1;
	}
	truth->subjects = malloc(TIMES_MAX * sizeof(*truth->subjects));
	if (values_init(&truth->world, province, &truth->faults) != 0 ||
	    truth->subjects == NULL) {
		(void)fprintf(stderr, "racksim: out of memory\n");
		truth_close(truth);
		return -1;
	}
	return 0;
}

/*
 * Prints up to 6 decimals without trailing zeros: scales are powers of ten, and
 * rounding here hides what binary fractions add to them.
 */
static void
print_number(double value)
{
	char text[64];
	char *end;

	(void)snprintf(text, sizeof(text), "%.6f", value);
	end = text + strlen(text) - 1;
	while (*end == '0') {
		*end-- = '\0';
	}
	if (*end == '.') {
		*end = '\0';
	}
	(void)fputs(strcmp(text, "-0") == 0 ? "0" : text, stdout);
}

/* Reads TIME or FROM/STEP/N; FROM must be unix seconds in the latter. */
static int
parse_times(const char *word, struct times *ret)
{
	char text[64], *cursor = text, *part[4];
	uint64_t step, count;
	size_t n = 0;

	if (strchr(word, '/') == NULL) {
		ret->step = 0;
		ret->n = 1;
		return text_time(word, &ret->from);
	}
	if (strlen(word) >= sizeof(text)) {
		return -1;
	}
	(void)snprintf(text, sizeof(text), "%s", word);
	while (n < 4 && (part[n] = strsep(&cursor, "/")) != NULL) {
		n++;
	}
	if (n != 3 || text_time(part[0], &ret->from) != 0 ||
	    text_u64(part[1], 86400, &step) != 0 || step == 0 ||
	    text_u64(part[2], TIMES_MAX, &count) != 0 || count == 0) {
		return -1;
	}
	ret->step = (int64_t)step;
	ret->n = count;
	return 0;
}

/* Makes the subjects of a device, unless they are there already. */
static int
aim(struct truth *truth, const char *id, const struct times *times)
{
	struct province_device device;

	if (strcmp(truth->id, id) == 0 && truth->times.from == times->from &&
	    truth->times.step == times->step && truth->times.n >= times->n) {
		return 0;
	}
	if (strlen(id) >= sizeof(truth->id) ||
	    province_find_device(truth->province, id, &device) != 0) {
		return -1;
	}
	for (size_t i = 0; i < times->n; i++) {
		kind_subject_init(&truth->subjects[i], &truth->world, &device,
		    times->from + (int64_t)i * times->step);
	}
	(void)snprintf(truth->id, sizeof(truth->id), "%s", id);
	truth->times = *times;
	return 0;
}

/* What a correct collector stores of a device at subject's time; -1 = no such
 * thing, 1 = no value then. */
static int
look_up(const struct truth *truth, struct kind_subject *subject, char *const words[4],
    int64_t t, double *ret_value)
{
	struct bmc_values v;

	if (!province_is_bmc(subject->device.role)) {
		return kind_truth(subject, words[1], words[2], ret_value);
	}
	bmc_hosts_measure(&truth->world, &subject->device, t, &v);
	return bmc_model_truth(bmc_hosts_model(truth->province,
	    &subject->device), &v, words[1], words[2], ret_value);
}

static bool
silent(const struct truth *truth, const struct province_device *device,
    int64_t t)
{
	return province_is_bmc(device->role) ?
	    bmc_hosts_silent(&truth->world, device, t) :
	    faults_silent(&truth->faults, device, t);
}

/* Prints one line of answers; returns a message instead when there is none. */
static const char *
answer(struct truth *truth, char *const words[4])
{
	struct kind_subject *subjects = truth->subjects;
	struct times times;
	double value;

	if (parse_times(words[3], &times) != 0) {
		return "not a time";
	}
	if (aim(truth, words[0], &times) != 0) {
		return "no such device";
	}
	if (look_up(truth, &subjects[0], words, times.from, &value) < 0) {
		return "no such metric or instance on this device";
	}
	for (size_t i = 0; i < times.n; i++) {
		int64_t t = times.from + (int64_t)i * times.step;

		(void)fputs(i == 0 ? "" : " ", stdout);
		if (silent(truth, &subjects[i].device, t) ||
		    look_up(truth, &subjects[i], words, t, &value) != 0) {
			(void)fputs("none", stdout);
		} else {
			print_number(value);
		}
	}
	(void)putchar('\n');
	return NULL;
}

int
truth_value(const struct options *options, const struct province *province)
{
	struct truth truth;
	const char *message;

	if (options->n_words != 4) {
		(void)fprintf(stderr, "racksim: value takes DEVICE METRIC "
		    "INSTANCE TIME (try racksim --help)\n");
		return 2;
	}
	if (truth_open(&truth, options, province) != 0) {
		return 1;
	}
	message = answer(&truth, options->words);
	if (message != NULL) {
		(void)fprintf(stderr, "racksim: %s %s %s %s: %s\n",
		    options->words[0], options->words[1], options->words[2],
		    options->words[3], message);
	}
	truth_close(&truth);
	return message != NULL;
}

int
truth_values(const struct options *options, const struct province *province)
{
	struct truth truth;
	char *line = NULL;
	size_t size = 0;
	int status = 0;

	if (truth_open(&truth, options, province) != 0) {
		return 1;
	}
	while (getline(&line, &size, stdin) >= 0) {
		char *cursor = line, *words[4];
		const char *message = "takes DEVICE METRIC INSTANCE TIME";
		int n = 0;

		while (n < 4 && (words[n] = text_word(&cursor)) != NULL) {
			n++;
		}
		if (n == 4 && text_word(&cursor) == NULL) {
			message = answer(&truth, words);
		}
		if (message != NULL) {
			(void)printf("error: %s\n", message);
			status = 1;
		}
	}
	free(line);
	truth_close(&truth);
	return status;
}
