/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Daily counts from before the daemon ran, out of a CSV that a person keeps.
 */
#include <config.h>

#include "state/import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#define LINE_MAX_ 256
#define HEADER "date,declared,verified,planned,standard"
#define FIELDS 5

/* Splits at commas in place; returns the number of fields, at most FIELDS + 1. */
static unsigned
split(char *line, char *fields[FIELDS], unsigned columns[FIELDS])
{
	unsigned n = 0;
	char *at = line, *next;

	for (; at != NULL; at = next) {
		next = strchr(at, ',');
		if (next != NULL) {
			*next++ = '\0';
		}
		if (n < FIELDS) {
			fields[n] = at;
			columns[n] = (unsigned)(at - line) + 1;
		}
		n++;
	}
	return n;
}

static int
parse_line(char *line, struct daily *day, const char *file, unsigned number,
    struct col_error *error)
{
	int64_t *const counts[] = { &day->declared, &day->verified, &day->planned,
	    &day->standard };
	char *fields[FIELDS];
	unsigned columns[FIELDS], n = split(line, fields, columns);
	struct wall at;

	if (n != FIELDS) {
		return err_set(error, COL_EINVAL, "%s:%u:1: %u fields instead of %d: "
		    HEADER, file, number, n, FIELDS);
	}
	if (strlen(fields[0]) != 10 || clock_parse(fields[0], &at) != 0) {
		return err_set(error, COL_EINVAL, "%s:%u:1: '%s' is no date like "
		    "2025-11-22", file, number, fields[0]);
	}
	day->day = clock_day("UTC", at);
	for (unsigned i = 0; i < FIELDS - 1; i++) {
		if (str_to_int(fields[i + 1], 0, INT32_MAX, counts[i]) != 0) {
			return err_set(error, COL_EINVAL, "%s:%u:%u: '%s' is no count",
			    file, number, columns[i + 1], fields[i + 1]);
		}
	}
	return 0;
}

static bool
next_line(FILE *stream, char line[LINE_MAX_])
{
	if (fgets(line, LINE_MAX_, stream) == NULL) {
		return false;
	}
	line[strcspn(line, "\r\n")] = '\0';
	return true;
}

static int
parse_all(FILE *stream, const char *file, struct import *import,
    struct col_error *error)
{
	char line[LINE_MAX_], *at;
	unsigned number = 1;
	int rc = 0;

	if (!next_line(stream, line)) {
		return err_set(error, COL_EINVAL, "%s:1:1: empty; the first line is "
		    HEADER, file);
	}
	at = str_starts(line, "\xef\xbb\xbf") ? line + 3 : line; /* Excel's BOM */
	if (strcmp(at, HEADER) != 0) {
		return err_set(error, COL_EINVAL, "%s:1:1: the first line must be "
		    HEADER, file);
	}
	while (rc == 0 && next_line(stream, line)) {
		number++;
		if (line[0] == '\0') {
			continue;
		}
		if (import->n == IMPORT_DAYS_MAX) {
			return err_set(error, COL_EFULL, "%s:%u:1: more than %d days",
			    file, number, IMPORT_DAYS_MAX);
		}
		rc = parse_line(line, &import->days[import->n], file, number, error);
		import->n += rc == 0;
	}
	return rc;
}

int
import_read(const char *file, struct import *ret_import, struct col_error *error)
{
	struct import import = { .days = calloc(IMPORT_DAYS_MAX, sizeof(struct daily)) };
	FILE *stream = fopen(file, "re");
	int rc = COL_ENOMEM;

	if (stream == NULL) {
		rc = err_errno(error, COL_EIO, "%s", file);
	} else if (import.days == NULL) {
		(void)err_set(error, rc, "%s: out of memory", file);
	} else {
		rc = parse_all(stream, file, &import, error);
	}
	if (stream != NULL) {
		(void)fclose(stream);
	}
	if (rc != 0) {
		free(import.days);
		return rc;
	}
	*ret_import = import;
	return 0;
}
