/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "truth.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kind.h"
#include "text.h"

struct truth {
	const struct province *province;
	struct faults faults;
	struct values_world world;
};

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
	if (values_init(&truth->world, province, &truth->faults) != 0) {
		(void)fprintf(stderr, "racksim: out of memory\n");
		faults_done(&truth->faults);
		return -1;
	}
	return 0;
}

static void
truth_close(struct truth *truth)
{
	values_done(&truth->world);
	faults_done(&truth->faults);
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
	(void)puts(strcmp(text, "-0") == 0 ? "0" : text);
}

/* Prints one answer; returns a message instead when there is none. */
static const char *
answer(struct truth *truth, char *const words[4])
{
	struct province_device device;
	struct kind_subject subject;
	int64_t t;
	double value;

	if (province_find_device(truth->province, words[0], &device) != 0) {
		return "no such device";
	}
	if (text_time(words[3], &t) != 0) {
		return "not a time";
	}
	kind_subject_init(&subject, &truth->world, &device, t);
	if (kind_truth(&subject, words[1], words[2], &value) != 0) {
		return "no such metric or instance on this device";
	}
	if (faults_silent(&truth->faults, &device, t)) {
		(void)puts("none");
	} else {
		print_number(value);
	}
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
