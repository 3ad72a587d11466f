/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The truth of every row.  A slot was never begun, or begun (its samples may be
 * there, device and own apart), or accepted (they must be).  What a begun slot
 * turned out to hold is kept, so that consolidated rows can be computed from it:
 * the mean of the known slots, unknown when more than half of them are not.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "killt.h"
#include "store/rrdhead.h"

#define KINDS 3                 /* device, own, the one that joined */
#define LINE_SIZE 8192
#define TOLERANCE 1e-6
#define COMPLAINTS 12

enum state { NEVER = 0, BEGUN, ACCEPTED, THERE, NOT_THERE };

struct rows {
	unsigned n_racks;
	int32_t end;            /* behind the last slot begun */
	unsigned n_archives;    /* of a rack's file; 0: any */
	/* [rack or province][kind][slot] */
	unsigned char *states[KILLT_RACKS_MAX + 1][KINDS];
	FILE *to, *from;        /* rrdtool */
	pid_t pid;
	unsigned n_complaints;
};

static bool
start_rrdtool(struct rows *rows)
{
	int in[2], out[2];

	if (pipe(in) != 0 || pipe(out) != 0) {
		return false;
	}
	rows->pid = fork();
	if (rows->pid == 0) {
		(void)dup2(in[0], 0);
		(void)dup2(out[1], 1);
		for (int fd = 3; fd < 64; fd++) {
			(void)close(fd);
		}
		(void)unsetenv("LD_PRELOAD");
		(void)execlp("rrdtool", "rrdtool", "-", (char *)NULL);
		_exit(127);
	}
	(void)close(in[0]);
	(void)close(out[1]);
	rows->to = fdopen(in[1], "w");
	rows->from = fdopen(out[0], "r");
	return rows->pid > 0 && rows->to != NULL && rows->from != NULL;
}

struct rows *
rows_new(unsigned n_racks)
{
	struct rows *rows = calloc(1, sizeof(*rows));

	if (rows == NULL || !start_rrdtool(rows)) {
		abort();
	}
	rows->n_racks = n_racks;
	for (unsigned i = 0; i <= KILLT_RACKS_MAX; i++) {
		for (unsigned k = 0; k < KINDS; k++) {
			rows->states[i][k] = calloc(KILLT_SLOTS_MAX, 1);
			if (rows->states[i][k] == NULL) {
				abort();
			}
		}
	}
	return rows;
}

void
rows_free(struct rows *rows)
{
	(void)fclose(rows->to);
	(void)fclose(rows->from);
	(void)waitpid(rows->pid, NULL, 0);
	for (unsigned i = 0; i <= KILLT_RACKS_MAX; i++) {
		for (unsigned k = 0; k < KINDS; k++) {
			free(rows->states[i][k]);
		}
	}
	free(rows);
}

bool
rows_own(const struct rows *rows, int pid)
{
	return rows->pid == pid;
}

static void
set_all(struct rows *rows, int32_t slot, enum state state)
{
	if (slot < 0 || slot >= KILLT_SLOTS_MAX) {
		abort();
	}
	for (unsigned i = 0; i <= KILLT_RACKS_MAX; i++) {
		for (unsigned k = 0; k < KINDS - (slot < KILLT_JOINS(i)); k++) {
			rows->states[i][k][slot] = (unsigned char)state;
		}
	}
}

void
rows_begun(struct rows *rows, int32_t slot)
{
	set_all(rows, slot, BEGUN);
	rows->end = slot + 1;
}

void
rows_accepted(struct rows *rows, int32_t slot)
{
	set_all(rows, slot, ACCEPTED);
}

void
rows_archives(struct rows *rows, unsigned n)
{
	rows->n_archives = n;
}

/* ---- one file ------------------------------------------------------------------------ */

struct check {
	struct rows *rows;
	struct rows_result *result;
	const char *path;
	unsigned rack;           /* KILLT_RACKS_MAX: the province */
	unsigned n_columns;
	int columns[RING_DS_MAX]; /* of the file: number of the source, -1: none of ours */
	uint32_t step_s;
	bool is_max;
	bool spoiled;
};

static void
complain(struct check *check, const char *what, int64_t t, int ds, double got, double want)
{
	check->spoiled = true;
	if (check->rows->n_complaints++ < COMPLAINTS) {
		(void)printf("# %s: row %lld (slot %lld) of %u s, source %d: %s: %.10g, "
		    "not %.10g\n", check->path, (long long)t,
		    (long long)(t - KILLT_T0) / KILLT_STEP, check->step_s, ds, what, got, want);
	}
}


static unsigned char *
state_of(const struct check *check, int ds, int64_t slot)
{
	static unsigned char never;
	unsigned kind = ds < KILLT_DS ? 0 : (unsigned)ds - KILLT_DS + 1;

	never = NEVER;
	return slot < 0 || slot >= check->rows->end ? &never :
	    &check->rows->states[check->rack][kind][slot];
}

/* A row of the finest archive: says what begun slots hold. */
static void
compare_slot(struct check *check, int64_t t, int ds, double got)
{
	int64_t slot = (t - KILLT_T0) / KILLT_STEP;
	unsigned char *state = state_of(check, ds, slot);
	double want = killt_value(check->rack, (unsigned)ds, slot);

	check->result->n_values++;
	if (isnan(got)) {
		if (*state == ACCEPTED || *state == THERE) {
			check->result->n_lost++;
			complain(check, "lost", t, ds, got, want);
		} else if (*state == BEGUN && check->step_s == KILLT_STEP) {
			/* all sources of a record share its fate: the last decides */
			*state = ds >= KILLT_DS - 1 ? NOT_THERE : BEGUN;
		}
		return;
	}
	if (*state == NEVER || *state == NOT_THERE || fabs(got - want) > TOLERANCE) {
		check->result->n_wrong++;
		complain(check, "wrong", t, ds, got, *state == NEVER ? (double)NAN : want);
	} else if (*state == BEGUN) {
		*state = THERE;
	}
}

/* A consolidated row that ends at t. */
static void
compare_row(struct check *check, int64_t t, int ds, double got)
{
	int64_t last = (t - KILLT_T0) / KILLT_STEP, n = check->step_s / KILLT_STEP, known = 0;
	double sum = 0, max = 0, want;

	for (int64_t slot = last - n + 1; slot <= last; slot++) {
		enum state state = (enum state)*state_of(check, ds, slot);

		if (state == ACCEPTED || state == THERE) {
			double value = killt_value(check->rack, (unsigned)ds, slot);

			sum += value;
			max = known == 0 || value > max ? value : max;
			known++;
		}
	}
	check->result->n_values++;
	want = 2 * (n - known) > n ? (double)NAN : check->is_max ? max : sum / (double)known;
	if (isnan(want) != isnan(got) || (!isnan(got) &&
	    fabs(got - want) > TOLERANCE * fabs(want))) {
		check->result->n_wrong++;
		complain(check, check->is_max ? "wrong maximum" : "wrong mean", t, ds, got,
		    want);
	}
}

static int
source_of(const char *name)
{
	static const char *const NAMES[KILLT_DS + 2] = { "d_power_w", "d_power_w_L1",
		"d_power_w_L2", "d_power_w_L3", "d_current_a_L1", "d_current_a_L2",
		"d_current_a_L3", "d_voltage_v_L1", "d_voltage_v_L2", "d_voltage_v_L3",
		"power_w", "e_power_w" };

	for (int i = 0; i <= KILLT_JOINED; i++) {
		if (strcmp(NAMES[i], name) == 0) {
			return i;
		}
	}
	return -1;
}

static void
take_names(struct check *check, char *line)
{
	char *save = NULL;

	check->n_columns = 0;
	for (char *word = strtok_r(line, " \n", &save);
	    word != NULL && check->n_columns < RING_DS_MAX;
	    word = strtok_r(NULL, " \n", &save)) {
		check->columns[check->n_columns++] = source_of(word);
	}
}

static void
take_row(struct check *check, char *line)
{
	char *at = strchr(line, ':'), *save = NULL;
	int64_t t = strtoll(line, NULL, 10);
	unsigned i = 0;

	check->result->n_rows++;
	for (char *word = strtok_r(at + 1, " \n", &save);
	    word != NULL && i < check->n_columns; word = strtok_r(NULL, " \n", &save), i++) {
		double value = strstr(word, "nan") != NULL ? (double)NAN : strtod(word, NULL);

		if (check->columns[i] < 0) {
			continue;
		}
		if (check->step_s == KILLT_STEP) {
			compare_slot(check, t, check->columns[i], value);
		} else {
			compare_row(check, t, check->columns[i], value);
		}
	}
}

/* One archive, all of it: (last - span, last]. */
static bool
fetch(struct check *check, const struct rrdhead *head, const struct rrdhead_rra *rra)
{
	char line[LINE_SIZE];
	bool has_names = false;
	int64_t end;

	check->step_s = (uint32_t)rra->steps_per_row * head->step_s;
	check->is_max = rra->is_max;
	end = head->last_s / check->step_s * check->step_s;
	(void)fprintf(check->rows->to, "fetch %s %s -r %u -s %lld -e %lld\n", check->path,
	    rra->is_max ? "MAX" : "AVERAGE", check->step_s,
	    (long long)(end - (int64_t)rra->n_rows * check->step_s),
	    (long long)(end - check->step_s));
	(void)fflush(check->rows->to);
	while (fgets(line, sizeof(line), check->rows->from) != NULL) {
		if (str_starts(line, "ERROR")) {
			(void)printf("# %s: %s", check->path, line);
			check->spoiled = true;
			return true;
		}
		if (str_starts(line, "OK ")) {
			return has_names;
		}
		if (!has_names && strchr(line, ':') == NULL) {
			has_names = strtok_r(line + strspn(line, " "), "\n",
			    &(char *){ NULL }) != NULL;
			if (has_names) {
				take_names(check, line);
			}
		} else if (strchr(line, ':') != NULL) {
			take_row(check, line);
		}
	}
	return false;
}

static bool
check_file(struct check *check)
{
	struct rrdhead head;
	struct col_error error;
	bool ok = true;

	check->result->n_files++;
	if (rrdhead_verify(check->path, &head, &error) != 0) {
		(void)printf("# %s\n", error.text);
		check->spoiled = true;
	} else {
		if (check->rack < KILLT_RACKS_MAX && check->rows->n_archives > 0 &&
		    head.n_rra != check->rows->n_archives) {
			(void)printf("# %s: %u archives, not %u\n", check->path, head.n_rra,
			    check->rows->n_archives);
			check->spoiled = true;
		}
		for (uint32_t i = 0; i < head.n_rra && ok; i++) {
			ok = fetch(check, &head, &head.rras[i]);
		}
	}
	check->result->n_spoiled += check->spoiled;
	return ok;
}

bool
rows_check(struct rows *rows, const char *dir, struct rows_result *result)
{
	bool ok = true;

	for (unsigned i = 0; i <= rows->n_racks && ok; i++) {
		char name[32], path[1024] = "";
		struct check check = { .rows = rows, .result = result, .path = path,
		    .rack = i < rows->n_racks ? i : KILLT_RACKS_MAX };
		FILE *find;

		str_format(name, sizeof(name), i < rows->n_racks ? "k%02u.rrd" :
		    "henan.rrd", i);
		/* the folder of a file is a hash of its name */
		for (unsigned h = 0; h < 256; h++) {
			str_format(path, sizeof(path), "%s/rrd/%s/%02x/%s", dir,
			    i < rows->n_racks ? "rack" : "province", h, name);
			find = fopen(path, "r");
			if (find != NULL) {
				(void)fclose(find);
				ok = check_file(&check);
				break;
			}
		}
	}
	return ok;
}
