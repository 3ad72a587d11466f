/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "plan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define TEXT_MAX 262144
#define WEIGHT_MAX 1000000
/* Names go into YAML between double quotes. */
#define NAME_MAX_LEN 120
#define ID_MAX_LEN 16

enum {
	FIELD_ID,
	FIELD_AREA,
	FIELD_WEIGHT,
	FIELD_VENDOR,
	FIELD_EN,
	FIELD_ZH,
	FIELD_OPERATOR,
	FIELD_N
};

void
plan_done(struct plan *plan)
{
	free(plan->sites);
	free(plan->text);
	memset(plan, 0, sizeof(*plan));
}

/* A site's id starts all ids in it, so it has no dash of its own. */
static bool
is_id(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i++) {
		if (!islower((unsigned char)s[i]) &&
		    !isdigit((unsigned char)s[i])) {
			return false;
		}
	}
	return len > 0 && len <= ID_MAX_LEN;
}

static bool
is_name(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)s[i] < ' ' || s[i] == '"' || s[i] == '\\') {
			return false;
		}
	}
	return len > 0 && len <= NAME_MAX_LEN;
}

static bool
is_area(const char *s)
{
	for (size_t i = 0; i < SITES_UNITS_N; i++) {
		if (strcmp(sites_units[i].code, s) == 0) {
			return true;
		}
	}
	return false;
}

static bool
is_taken(const struct plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n; i++) {
		if (strcmp(plan->sites[i].id, id) == 0) {
			return true;
		}
	}
	return false;
}

/* Returns what is wrong with a line, or NULL. */
static const char *
parse_line(struct plan *plan, char *line)
{
	struct site_def *site = &plan->sites[plan->n];
	char *fields[FIELD_N];
	uint64_t weight;

	for (int i = 0; i < FIELD_N; i++) {
		fields[i] = strsep(&line, "|");
		if (fields[i] == NULL) {
			return "needs seven fields between |";
		}
	}
	if (line != NULL) {
		return "has more than seven fields";
	}
	if (!is_id(fields[FIELD_ID]) || is_taken(plan, fields[FIELD_ID])) {
		return "bad or second id";
	}
	if (!is_area(fields[FIELD_AREA])) {
		return "unknown area code";
	}
	if (text_u64(fields[FIELD_WEIGHT], WEIGHT_MAX, &weight) != 0) {
		return "bad weight";
	}
	if (strcmp(fields[FIELD_VENDOR], "apc") != 0 &&
	    strcmp(fields[FIELD_VENDOR], "raritan") != 0) {
		return "vendor must be apc or raritan";
	}
	if (!is_name(fields[FIELD_EN]) || !is_name(fields[FIELD_ZH]) ||
	    !is_name(fields[FIELD_OPERATOR])) {
		return "bad name";
	}
	site->id = fields[FIELD_ID];
	site->area = fields[FIELD_AREA];
	site->weight = (unsigned int)weight;
	site->vendor = fields[FIELD_VENDOR][0] == 'a' ? SITE_APC :
	    SITE_RARITAN;
	site->en = fields[FIELD_EN];
	site->zh = fields[FIELD_ZH];
	site->operator = fields[FIELD_OPERATOR];
	plan->n++;
	return NULL;
}

static int
parse_all(struct plan *plan, char *error)
{
	char *cursor = plan->text, *line;
	int number = 0;

	while ((line = strsep(&cursor, "\n")) != NULL) {
		const char *why = NULL;

		number++;
		if (line[0] == '\0' || line[0] == '#') {
			continue;
		}
		why = plan->n == PLAN_MAX ? "too many sites" :
		    parse_line(plan, line);
		if (why != NULL) {
			(void)snprintf(error, PLAN_ERROR_MAX, "line %d: %s",
			    number, why);
			return -1;
		}
	}
	if (plan->n == 0) {
		(void)snprintf(error, PLAN_ERROR_MAX, "no site in it");
		return -1;
	}
	return 0;
}

int
plan_load(struct plan *plan, FILE *file, char *error)
{
	size_t len;

	memset(plan, 0, sizeof(*plan));
	plan->text = malloc(TEXT_MAX + 1);
	plan->sites = calloc(PLAN_MAX, sizeof(*plan->sites));
	if (plan->text == NULL || plan->sites == NULL) {
		(void)snprintf(error, PLAN_ERROR_MAX, "out of memory");
		plan_done(plan);
		return -1;
	}
	len = fread(plan->text, 1, TEXT_MAX, file);
	plan->text[len] = '\0';
	if (ferror(file) || !feof(file) || strlen(plan->text) != len) {
		(void)snprintf(error, PLAN_ERROR_MAX, "not a text of at most "
		    "%d bytes", TEXT_MAX);
		plan_done(plan);
		return -1;
	}
	if (parse_all(plan, error) != 0) {
		plan_done(plan);
		return -1;
	}
	return 0;
}
