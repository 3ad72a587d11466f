/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fetch.h"

#include <inttypes.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"

#define FIELDS_MAX 512
#define LINE_SIZE 65536
#define UNKNOWN (-2)
#define NOT_THERE (-1)

extern char **environ;

/* ---- the dictionary: "T number n (name role metric instance unit)… #crc",
 * "F kind id part step class path table #crc", separated by tabs ------------- */

struct source { char path[1024], name[32]; };

static size_t
split(char *line, char *fields[FIELDS_MAX])
{
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	while (n < FIELDS_MAX) {
		fields[n++] = line;
		line = strchr(line, '\t');
		if (line == NULL) {
			break;
		}
		*line++ = '\0';
	}
	return n;
}

/* Name of the wanted source in a table's line; false: it is not there. */
static bool
in_table(const struct fetch *fetch, char **fields, size_t n, char name[32])
{
	for (size_t i = 3; i + 5 < n; i += 5) {
		if (strcmp(fields[i + 1], fetch->role) == 0 &&
		    strcmp(fields[i + 2], fetch->metric) == 0 &&
		    strcmp(fields[i + 3], fetch->instance) == 0) {
			str_copy(name, 32, fields[i]);
			return true;
		}
	}
	return false;
}

static bool
is_file(const struct fetch *fetch, char **fields, size_t n)
{
	char step[24];

	str_format(step, sizeof(step), "%" PRId64, fetch->step_s);
	return n == 9 && strcmp(fields[0], "F") == 0 &&
	    strcmp(fields[1], fetch->kind) == 0 && strcmp(fields[2], fetch->id) == 0;
}

/* The table of that number; its line stands before those of its files. */
static bool
find_name(const struct fetch *fetch, FILE *dict, const char *number, char name[32])
{
	char *line = malloc(LINE_SIZE), *fields[FIELDS_MAX];
	bool found = false;

	rewind(dict);
	while (line != NULL && !found && fgets(line, LINE_SIZE, dict) != NULL) {
		size_t n = split(line, fields);

		found = n > 3 && strcmp(fields[0], "T") == 0 &&
		    strcmp(fields[1], number) == 0 && in_table(fetch, fields, n, name);
	}
	free(line);
	return found;
}

/* A file's newest line counts: files grow. */
static bool
find_source(const struct fetch *fetch, FILE *dict, struct source *source)
{
	char *line = malloc(LINE_SIZE), *fields[FIELDS_MAX], name[32];
	bool found = false;
	long at = 0;

	while (line != NULL && fgets(line, LINE_SIZE, dict) != NULL) {
		size_t n = split(line, fields);

		at = ftell(dict);
		if (is_file(fetch, fields, n) &&
		    find_name(fetch, dict, fields[7], name)) {
			str_format(source->path, sizeof(source->path), "%s/rrd/%s",
			    fetch->dir, fields[6]);
			str_copy(source->name, sizeof(source->name), name);
			found = true;
		}
		(void)fseek(dict, at, SEEK_SET);
	}
	free(line);
	return found;
}

/* ---- rrdtool ---------------------------------------------------------------------- */

/* Starts rrdtool; its output comes from *ret_file. */
static bool
spawn(const struct fetch *fetch, const struct source *source, FILE **ret_file,
    pid_t *ret_pid)
{
	char from[24], to[24], step[24];
	char *argv[] = { (char *)"rrdtool", (char *)"fetch", (char *)source->path,
		(char *)"AVERAGE", (char *)"-r", step, (char *)"-s", from, (char *)"-e",
		to, NULL };
	posix_spawn_file_actions_t actions;
	int fds[2], rc;

	str_format(from, sizeof(from), "%" PRId64, fetch->from_s - fetch->step_s);
	str_format(to, sizeof(to), "%" PRId64, fetch->to_s);
	str_format(step, sizeof(step), "%" PRId64, fetch->step_s);
	if (pipe(fds) != 0) {
		return false;
	}
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	(void)posix_spawn_file_actions_addclose(&actions, fds[0]);
	rc = posix_spawnp(ret_pid, "rrdtool", &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	*ret_file = rc == 0 ? fdopen(fds[0], "r") : NULL;
	if (*ret_file == NULL) {
		(void)close(fds[0]);
	}
	return *ret_file != NULL;
}

/* Column of the source by the line of names; NOT_THERE. */
static int
column_of(char *line, const char *name)
{
	char *rest = NULL;
	int i = 0;

	for (char *word = strtok_r(line, " \n", &rest); word != NULL;
	    word = strtok_r(NULL, " \n", &rest), i++) {
		if (strcmp(word, name) == 0) {
			return i;
		}
	}
	return NOT_THERE;
}

/* "1700000060: 1.0e+02 -nan …"; a row of one slot has its stamp. */
static void
take_row(const struct fetch *fetch, char *line, int column,
    struct found rows[FETCH_ROWS_MAX], bool seen[FETCH_ROWS_MAX])
{
	char *rest = NULL, *time = strtok_r(line, ": \n", &rest), *word = NULL;
	int64_t at;

	for (int i = 0; i <= column; i++) {
		word = strtok_r(NULL, " \n", &rest);
	}
	if (time == NULL || word == NULL ||
	    str_to_int(time, 0, INT64_MAX, &at) != 0) {
		return;
	}
	at -= fetch->from_s;
	if (at < 0 || at % fetch->step_s != 0 || at / fetch->step_s >= FETCH_ROWS_MAX) {
		return;
	}
	double number = strtod(word, NULL);
	rows[at / fetch->step_s] = FOUND(!isnan(number), number);
	seen[at / fetch->step_s] = true;
}

static bool
read_rows(struct fetch *fetch, FILE *file, const char *name,
    struct found rows[FETCH_ROWS_MAX])
{
	char *line = malloc(LINE_SIZE);
	bool seen[FETCH_ROWS_MAX] = { false };
	int column = UNKNOWN;

	while (line != NULL && fgets(line, LINE_SIZE, file) != NULL) {
		if (column == UNKNOWN) {
			column = column_of(line, name);
		} else if (column >= 0) {
			take_row(fetch, line, column, rows, seen);
		}
	}
	free(line);
	fetch->n_rows = 0;
	size_t n = (size_t)((fetch->to_s - fetch->from_s) / fetch->step_s);
	while (fetch->n_rows < n && fetch->n_rows < FETCH_ROWS_MAX &&
	    seen[fetch->n_rows]) {
		fetch->n_rows++;
	}
	return column >= 0 && fetch->n_rows == n;
}

bool
fetch_rows(struct fetch *fetch, struct found rows[FETCH_ROWS_MAX], char text[256])
{
	struct source source;
	char path[1024];
	FILE *file;
	pid_t pid;
	int status = 0;

	str_format(path, sizeof(path), "%s/series.dict", fetch->dir);
	file = fopen(path, "r");
	fetch->absent = file == NULL || !find_source(fetch, file, &source);
	if (file != NULL) {
		(void)fclose(file);
	}
	if (fetch->absent) {
		str_copy(text, 256, "no file has such a source");
		return false;
	}
	if (!spawn(fetch, &source, &file, &pid)) {
		str_copy(text, 256, "rrdtool cannot be run");
		return false;
	}
	bool ok = read_rows(fetch, file, source.name, rows);
	(void)fclose(file);
	(void)waitpid(pid, &status, 0);
	if (!ok || status != 0) {
		str_format(text, 256, "rrdtool fetch %.180s: status %d, %zu rows",
		    source.path, status, fetch->n_rows);
		return false;
	}
	return true;
}
