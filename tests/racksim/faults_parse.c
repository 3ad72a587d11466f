/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "faults.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "text.h"
#include "v3.h"

#define LINE_SIZE 1024
/* What a hot aisle adds when the line does not say. */
#define HOT_AISLE_K 10

static const char *const verbs[FAULTS_VERB_N] = {
	[FAULTS_SILENCE] = "silence",
	[FAULTS_DROP] = "drop",
	[FAULTS_DELAY] = "delay",
	[FAULTS_DUPLICATE] = "duplicate",
	[FAULTS_REORDER] = "reorder",
	[FAULTS_GARBAGE] = "garbage",
	[FAULTS_TRUNCATE] = "truncate",
	[FAULTS_OVERSIZE] = "oversize",
	[FAULTS_SHUFFLE] = "shuffle",
	[FAULTS_ENDLESS] = "endless",
	[FAULTS_STUCK] = "stuck",
	[FAULTS_TOO_BIG] = "toobig",
	[FAULTS_WRONG_ID] = "wrong_id",
	[FAULTS_WRONG_COMMUNITY] = "wrong_community",
	[FAULTS_OTHER_ADDRESS] = "other_address",
	[FAULTS_OTHER_PORT] = "other_port",
	[FAULTS_BAD_RAKP2] = "bad_rakp2",
	[FAULTS_BAD_RAKP4] = "bad_rakp4",
	[FAULTS_BAD_CODE] = "bad_code",
	[FAULTS_BAD_SEQUENCE] = "bad_sequence",
	[FAULTS_BUSY] = "busy",
	[FAULTS_REPORT] = "report",
	[FAULTS_REBOOT] = "reboot",
	[FAULTS_WRAP] = "wrap",
	[FAULTS_ENGINE_CHANGE] = "engine_change",
	[FAULTS_ENGINE_SAME] = "engine_same",
	[FAULTS_ENGINE_BARE] = "engine_bare",
	[FAULTS_BOOTS_FALL] = "boots_fall",
	[FAULTS_CLOCK_JUMP] = "clock_jump",
	[FAULTS_FEED_LOSS] = "feed_loss",
	[FAULTS_HOT_AISLE] = "hot_aisle",
	[FAULTS_NO_SLOTS] = "no_slots",
	[FAULTS_NO_RMCPP] = "no_rmcpp",
	[FAULTS_NO_ROLE] = "no_role",
	[FAULTS_PADDED_USER] = "padded_user",
	[FAULTS_LONG_RAKP] = "long_rakp",
	[FAULTS_ZERO_ID] = "zero_id",
	[FAULTS_BAD_SUM] = "bad_sum",
	[FAULTS_SDR_SHORT] = "sdr_short",
	[FAULTS_SDR_LONG] = "sdr_long",
	[FAULTS_SDR_CHANGE] = "sdr_change",
	[FAULTS_NO_DCMI] = "no_dcmi",
	[FAULTS_DCMI_SHORT] = "dcmi_short",
	[FAULTS_DCMI_ZERO] = "dcmi_zero",
	[FAULTS_SENSORS_GONE] = "sensors_gone",
	[FAULTS_SESSION_DROP] = "session_drop",
	[FAULTS_SEL_EVENT] = "sel_event",
};

/* The counters that a forged report may name. */
static const char *const stats[V3_REPORT_N] = {
	[V3_UNSUPPORTED_SEC_LEVELS] = "unsupported_level",
	[V3_NOT_IN_TIME_WINDOWS] = "not_in_window",
	[V3_UNKNOWN_USER_NAMES] = "unknown_user",
	[V3_UNKNOWN_ENGINE_IDS] = "unknown_engine",
	[V3_WRONG_DIGESTS] = "wrong_digest",
	[V3_DECRYPTION_ERRORS] = "decryption",
};

const char *
faults_word(enum faults_verb verb)
{
	return verbs[verb];
}

static int
parse_place(const struct province *p, struct fault *fault, const char *key,
    const char *value)
{
	if (fault->scope != FAULTS_ALL) {
		return -1;
	}
	if (strcmp(key, "site") == 0) {
		fault->scope = FAULTS_SITE;
		return province_find_site(p, value, &fault->place);
	}
	if (strcmp(key, "hall") == 0) {
		fault->scope = FAULTS_HALL;
		return province_find_hall(p, value, &fault->place);
	}
	if (strcmp(key, "row") == 0) {
		fault->scope = FAULTS_ROW;
		return province_find_row(p, value, &fault->place);
	}
	if (strcmp(key, "rack") == 0) {
		fault->scope = FAULTS_RACK;
		return province_find_rack(p, value, &fault->device.rack);
	}
	fault->scope = FAULTS_DEVICE;
	return province_find_device(p, value, &fault->device);
}

static bool
names_place(const char *key)
{
	static const char *const keys[] = {
		"site", "hall", "row", "rack", "device"
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i], key) == 0) {
			return true;
		}
	}
	return false;
}

static int
parse_number(const char *value, uint64_t max, double *ret)
{
	uint64_t number;

	if (text_u64(value, max, &number) != 0) {
		return -1;
	}
	*ret = (double)number;
	return 0;
}

static int
parse_u32(const char *value, uint64_t max, uint32_t *ret)
{
	uint64_t number;

	if (text_u64(value, max, &number) != 0) {
		return -1;
	}
	*ret = (uint32_t)number;
	return 0;
}

static int
parse_stat(const char *value, int *ret)
{
	for (int i = 0; i < V3_REPORT_N; i++) {
		if (stats[i] != NULL && strcmp(stats[i], value) == 0) {
			*ret = i;
			return 0;
		}
	}
	return -1;
}

/* Reads one key=value that is neither a place nor a time. */
static int
parse_measure(struct fault *fault, const char *key, const char *value)
{
	if (strcmp(key, "percent") == 0) {
		return parse_number(value, 100, &fault->percent);
	}
	if (strcmp(key, "devices") == 0) {
		return parse_number(value, 100, &fault->devices);
	}
	if (strcmp(key, "degrees") == 0) {
		return parse_number(value, 60, &fault->degrees);
	}
	if (strcmp(key, "sensors") == 0) {
		return parse_number(value, 100, &fault->sensors);
	}
	if (strcmp(key, "redundant") == 0) {
		return parse_number(value, 100, &fault->redundant);
	}
	if (strcmp(key, "ms") == 0) {
		return parse_u32(value, 60000, &fault->ms);
	}
	if (strcmp(key, "over") == 0) {
		return parse_u32(value, 10000, &fault->over);
	}
	if (strcmp(key, "stat") == 0) {
		return parse_stat(value, &fault->stat);
	}
	if (strcmp(key, "seconds") == 0) {
		return text_i64(value, &fault->seconds);
	}
	return -1;
}

/* Reads one key=value that is not a place. */
static int
parse_setting(struct fault *fault, const char *key, const char *value)
{
	if (strcmp(key, "feed") == 0) {
		fault->feed = value[0] == 'A' || value[0] == 'a' ? 0 : 1;
		return strlen(value) == 1 && strchr("AaBb", value[0]) ? 0 : -1;
	}
	if (strcmp(key, "from") == 0) {
		return text_time(value, &fault->from);
	}
	if (strcmp(key, "to") == 0) {
		return text_time(value, &fault->to);
	}
	if (strcmp(key, "at") == 0) {
		return text_time(value, &fault->at);
	}
	return parse_measure(fault, key, value);
}

static int
parse_verb(const char *word, enum faults_verb *ret_verb)
{
	for (int i = 0; i < FAULTS_VERB_N; i++) {
		if (strcmp(verbs[i], word) == 0) {
			*ret_verb = (enum faults_verb)i;
			return 0;
		}
	}
	return -1;
}

/*
 * Parses one line into *fault; returns 1 for a blank line or a comment and -1
 * with the reason in `why` (FAULTS_ERROR_MAX / 2 bytes).
 */
static int
parse_line(const struct province *p, char *line, struct fault *fault, char *why)
{
	char *word = text_word(&line), *equals;

	if (word == NULL || word[0] == '#') {
		return 1;
	}
	if (parse_verb(word, &fault->verb) != 0) {
		(void)snprintf(why, FAULTS_ERROR_MAX / 2,
		    "unknown fault '%.40s'", word);
		return -1;
	}
	while ((word = text_word(&line)) != NULL && word[0] != '#') {
		int status;

		equals = strchr(word, '=');
		if (equals == NULL) {
			(void)snprintf(why, FAULTS_ERROR_MAX / 2,
			    "'%.40s' is not key=value", word);
			return -1;
		}
		*equals = '\0';
		status = names_place(word) ?
		    parse_place(p, fault, word, equals + 1) :
		    parse_setting(fault, word, equals + 1);
		if (status != 0) {
			(void)snprintf(why, FAULTS_ERROR_MAX / 2,
			    "bad, unknown or second %.20s=%.64s", word,
			    equals + 1);
			return -1;
		}
	}
	if (fault->at < 0) {
		fault->at = fault->from;
	}
	return 0;
}

/* Text being cut into lines. */
struct source {
	const char *name;
	const char *separators;
	char *text;
	int64_t since;
};

static int
parse_all(const struct province *p, struct source *source, struct faults *set,
    char *error)
{
	char *cursor = source->text, *line;
	char why[FAULTS_ERROR_MAX / 2];
	int number = 0;

	while ((line = strsep(&cursor, source->separators)) != NULL) {
		struct fault fault = {
			.feed = -1,
			.percent = 100,
			.devices = 100,
			.sensors = 100,
			.stat = V3_UNKNOWN_USER_NAMES,
			.degrees = HOT_AISLE_K,
			.from = source->since,
			.to = INT64_MAX,
			.at = -1,
		};
		int status = parse_line(p, line, &fault, why);

		number++;
		if (status == 0 && set->n == FAULTS_MAX) {
			(void)snprintf(why, sizeof(why), "over %d faults",
			    FAULTS_MAX);
			status = -1;
		}
		if (status < 0) {
			(void)snprintf(error, FAULTS_ERROR_MAX, "%.80s:%d: %s",
			    source->name, number, why);
			return -1;
		}
		if (status == 0) {
			set->list[set->n++] = fault;
		}
	}
	return 0;
}

/* Reads a whole file of at most LINE_SIZE * FAULTS_MAX bytes. */
static char *
slurp(FILE *file)
{
	size_t size = (size_t)LINE_SIZE * FAULTS_MAX, len;
	char *text = malloc(size + 1);

	if (text == NULL) {
		return NULL;
	}
	len = fread(text, 1, size, file);
	if (ferror(file) || !feof(file) || memchr(text, '\0', len) != NULL) {
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

static int
open_source(const char *given, struct source *ret_source)
{
	struct stat st = {0};
	FILE *file = fopen(given, "re");

	if (file == NULL) {
		/* A path that went away must not turn into a line of text. */
		if (errno != ENOENT || strchr(given, '/') != NULL) {
			return -1;
		}
		ret_source->name = "--faults";
		ret_source->separators = ";";
		ret_source->text = strdup(given);
		ret_source->since = 0;
		return ret_source->text == NULL ? -1 : 0;
	}
	ret_source->name = given;
	ret_source->separators = "\n";
	ret_source->text = fstat(fileno(file), &st) == 0 ? slurp(file) : NULL;
	ret_source->since = (int64_t)st.st_mtime;
	(void)fclose(file);
	return ret_source->text == NULL ? -1 : 0;
}

int
faults_load(struct faults *set, const struct province *province,
    const char *source, char *error)
{
	struct faults fresh = {.province = province};
	struct source text = {0};
	int status;

	if (open_source(source, &text) != 0) {
		(void)snprintf(error, FAULTS_ERROR_MAX, "%.80s: cannot be read",
		    source);
		return -1;
	}
	fresh.list = calloc(FAULTS_MAX, sizeof(*fresh.list));
	if (fresh.list == NULL) {
		(void)snprintf(error, FAULTS_ERROR_MAX, "out of memory");
		free(text.text);
		return -1;
	}
	status = parse_all(province, &text, &fresh, error);
	free(text.text);
	if (status != 0) {
		faults_done(&fresh);
		return -1;
	}
	faults_done(set);
	*set = fresh;
	return 0;
}
