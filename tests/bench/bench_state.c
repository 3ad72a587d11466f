/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the state database costs: the size of a ledger of 90,000 racks with
 * five years of daily counts, and how long it takes to apply and to answer.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "config/config.h"
#include "state/state.h"

#define PER_ROW 300u
#define DAYS (5 * 365 + 1)
#define FIRST_DAY 18628    /* 2021-01-01 */
#define N_AREAS 18
#define N_OPERATORS 10
#define N_SITES 300
#define N_HALLS 1000
#define N_PLACES (N_AREAS + N_OPERATORS + N_SITES + N_HALLS)

static char folder[] = "/tmp/bench-state-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[128];

	(void)str_format(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static double
now_s(void)
{
	return (double)clock_mono(clock_real()).ns / NS_PER_S;
}

static void
report(const char *name, double value, const char *unit)
{
	(void)printf("bench\t%s\t%.6g\t%s\n", name, value, unit);
}

/* A province of racks in a state, with the dates of all states before. */
static const struct config *
province(unsigned n_racks, const char *state, const char *dates, struct ids *ids)
{
	struct config_errors errors;
	const struct config *config = NULL;
	const char *file = path_of("c.yaml");
	FILE *to = fopen(file, "w");

	if (to == NULL) {
		exit(EXIT_FAILURE);
	}
	(void)fprintf(to, "province: {id: p, timezone: Asia/Shanghai}\n"
	    "areas: [{id: a1}]\nsites: [{id: s1, area: a1}]\n"
	    "halls: [{id: h1, site: s1}]\ntemplates: {std: {design_kw: 6}}\nrows:\n");
	for (unsigned r = 0; r * PER_ROW < n_racks; r++) {
		(void)fprintf(to, "  - {id: zz1-h1-r%u, hall: h1, template: std, "
		    "state: %s, dates: {%s}, racks: [A001..A%03u]}\n", r, state, dates,
		    PER_ROW);
	}
	(void)fclose(to);
	config_errors_init(&errors);
	if (config_load(file, NULL, ids, 1, clock_wall(clock_real()), &errors,
	    &config) < 0) {
		(void)fprintf(stderr, "%s\n", errors.items[0].text);
		exit(EXIT_FAILURE);
	}
	config_errors_done(&errors);
	return config;
}

static void
apply(struct state *state, unsigned n_racks, const char *at, const char *dates,
    const char *name)
{
	struct ids *ids = ids_new();
	const struct config *config = province(n_racks, at, dates, ids);
	double start = now_s();

	state_apply(state, config);
	(void)state_step(state);
	report(name, now_s() - start, "s");
	config_unref(config);
	ids_free(ids);
}

static void
put_days(struct state *state)
{
	for (int32_t day = FIRST_DAY; day < FIRST_DAY + DAYS; day++) {
		struct daily_place *rows = calloc(N_PLACES, sizeof(*rows));
		struct daily daily = { .day = day, .declared = 90000 - FIRST_DAY + day,
		    .verified = 80000, .planned = 500, .standard = 216000 };

		for (unsigned i = 0; rows != NULL && i < N_PLACES; i++) {
			rows[i] = (struct daily_place){ .kind = i < N_OPERATORS ?
			    ENTITY_KIND_N : i < N_OPERATORS + N_AREAS ? ENTITY_AREA :
			    i < N_PLACES - N_HALLS ? ENTITY_SITE : ENTITY_HALL,
			    .declared = 300 + day % 7, .verified = 280, .stale = 12,
			    .contradicted = 3, .unmonitored = 5, .planned = 20,
			    .standard = 720 };
			(void)str_format(rows[i].id, sizeof(rows[i].id),
			    "zhengzhou%u-hall%u", i / 3, i);
		}
		state_put_places(state, day, rows, N_PLACES);
		state_put_daily(state, &daily);
		/* a real day has a transaction of its own, and time for it */
		if (day % 128 == 0) {
			(void)state_step(state);
		}
	}
	(void)state_step(state);
}

static void
take_days(void *arg, int code, const struct daily *days, size_t n)
{
	(void)code;
	(void)days;
	*(size_t *)arg = n;
}

static const char all[] = "planned: 2021-01-01, installed: 2021-03-01, "
    "energized: 2021-04-01, in_service: 2021-05-01";

int
main(int argc, char **argv)
{
	struct state_setup setup = { .clock = clock_real() };
	unsigned n_racks = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 90000;
	struct state *state = NULL;
	struct col_error error = { 0, "" };
	struct stat st = { 0 };
	size_t n_days = 0;
	double start;

	if (mkdtemp(folder) == NULL) {
		return EXIT_FAILURE;
	}
	setup.path = strdup(path_of("state.db"));
	if (state_new(&setup, &state, &error) != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
		return EXIT_FAILURE;
	}
	apply(state, n_racks, "planned", "planned: 2021-01-01", "state apply, first");
	apply(state, n_racks, "in_service", all, "state apply, all change");
	apply(state, n_racks, "in_service", all, "state apply, no change");
	start = now_s();
	put_days(state);
	report("state days of five years", now_s() - start, "s");
	start = now_s();
	state_get_daily(state, 0, INT32_MAX, take_days, &n_days);
	(void)state_step(state);
	report("state history of five years", now_s() - start, "s");
	report("state history days", (double)n_days, "days");
	state_free(state);
	(void)stat(setup.path, &st);
	report("state ledger of five years", (double)st.st_size / 1e6, "MB");
	(void)unlink(setup.path);
	(void)unlink(path_of("c.yaml"));
	(void)rmdir(folder);
	free((char *)(uintptr_t)setup.path);
	return n_days == DAYS && st.st_size < 200000000 ? EXIT_SUCCESS : EXIT_FAILURE;
}
