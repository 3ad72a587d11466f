/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store_kit.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "fixture.h"
#include "model/layout.h"

static const struct col_slot PDU[KIT_SLOTS] = {
	{ "power_w", "", "W", "1.2.3.1", 0, 0, 0 },
	{ "current_a", "L1", "A", "1.2.3.2", 0, 0, 0 },
	{ "current_a", "L2", "A", "1.2.3.3", 0, 0, 0 },
	{ "power_w", "outlet 12", "W", "1.2.3.4", COL_SLOT_ARCHIVE, 0, 0 },
};
static const struct col_slot DERIVED[] = {
	{ "power_w", "", "W", "", COL_SLOT_ARCHIVE, 0, 0 },
	{ "temperature_c", "", "C", "", COL_SLOT_ARCHIVE, 0, 0 },
};

void
kit_init(struct kit *kit)
{
	const char *tmp = getenv("TMPDIR");
	char dir[64];

	str_format(dir, sizeof(dir), "%s/store-XXXXXX",
	    tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(dir));
	kit_init_at(kit, dir, KIT_T0 + 1);
}

void
kit_init_at(struct kit *kit, const char *dir, int64_t wall_s)
{
	static const struct fixture_rack RACKS[KIT_RACKS] = {
		{ 0, RACK_IN_SERVICE, "AB", 6000, 1, 220, 32 },
		{ 0, RACK_IN_SERVICE, "AB", 6000, 1, 220, 32 },
		{ 1, RACK_IN_SERVICE, "AB", 6000, 1, 220, 32 },
	};
	struct settings *settings = &kit->config.settings;

	memset(kit, 0, sizeof(*kit));
	str_copy(kit->dir, sizeof(kit->dir), dir);
	kit->clock = clock_test_new((struct wall){ wall_s * NS_PER_S },
	    (struct mono){ 1000 * NS_PER_S });
	kit->inventory = fixture_inventory(RACKS, KIT_RACKS, 2);
	kit->config.inventory = kit->inventory;
	settings->interval_ns = 60 * NS_PER_S;
	settings->store_dir = kit->dir;
	settings->store_class = STORE_LEAN;
	settings->flush_ns = 300 * NS_PER_S;
	settings->journal_segment_bytes = 1 << 20;
	kit->pdu = layout_intern(PDU, KIT_SLOTS, NULL);
	kit->derived = layout_intern(DERIVED, 2, NULL);
	assert_non_null(kit->pdu);
	assert_non_null(kit->derived);
}

int
kit_open(struct kit *kit)
{
	static char program[256];
	const struct store_setup setup = { .clock = kit->clock, .program = program };
	struct col_error error = { 0, "" };
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int rc;

	assert_true(len > 0);
	program[len] = '\0';
	rc = store_new(&setup, &kit->config, &kit->store, &error);
	if (rc != 0) {
		print_message("store_new: %s\n", error.text);
	}
	return rc;
}

void
kit_close(struct kit *kit)
{
	store_free(kit->store);
	kit->store = NULL;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
kit_done(struct kit *kit)
{
	kit_close(kit);
	clock_free(kit->clock);
	inventory_unref(kit->inventory);
	(void)nftw(kit->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int
kit_set_up(void **state)
{
	struct kit *kit = malloc(sizeof(*kit));

	assert_non_null(kit);
	kit_init(kit);
	assert_int_equal(kit_open(kit), 0);
	*state = kit;
	return 0;
}

int
kit_tear_down(void **state)
{
	kit_done(*state);
	free(*state);
	layout_reset();
	return 0;
}

void
kit_put(struct kit *kit, uint32_t rack, const char *role, int64_t slot_s,
    const double values[KIT_SLOTS])
{
	struct sample samples[KIT_SLOTS];
	struct record record = { .inventory = kit->inventory,
	    .entity = { ENTITY_RACK, rack }, .device = 2 * rack, .role = role,
	    .slot = { slot_s * NS_PER_S }, .layout = kit->pdu, .samples = samples };

	for (unsigned i = 0; i < KIT_SLOTS; i++) {
		samples[i] = (struct sample){ isnan(values[i]) ? 0 : values[i],
		    isnan(values[i]) ? COL_ERROR : COL_GOOD };
	}
	store_put(kit->store, &record);
}

void
kit_put_derived(struct kit *kit, enum entity_kind kind, int64_t slot_s, double power_w,
    bool ended)
{
	const struct sample samples[2] = { { power_w, COL_GOOD },
	    { 0, COL_UNAVAILABLE } };
	const struct record record = { .inventory = kit->inventory,
	    .entity = { kind, 0 }, .device = INVENTORY_NONE, .role = "",
	    .slot = { slot_s * NS_PER_S }, .layout = kit->derived, .samples = samples,
	    .ended = ended };

	store_put(kit->store, &record);
}

double
kit_value(uint32_t rack, unsigned i, int64_t slot_s)
{
	return (double)((slot_s - KIT_T0) / 60) + 1000.0 * i + 0.125 * rack + 1.1;
}

int64_t
kit_slot(const struct kit *kit)
{
	return clock_wall(kit->clock).ns / NS_PER_S / 60 * 60;
}

void
kit_put_all(struct kit *kit, int64_t slot_s)
{
	for (uint32_t rack = 0; rack < KIT_RACKS; rack++) {
		double values[KIT_SLOTS];

		for (unsigned i = 0; i < KIT_SLOTS; i++) {
			values[i] = kit_value(rack, i, slot_s);
		}
		kit_put(kit, rack, "d0", slot_s, values);
	}
}

void
kit_until(struct kit *kit, bool (*done)(void *arg), void *arg)
{
	int64_t limit = clock_mono(clock_real()).ns + 180 * NS_PER_S;

	for (;;) {
		(void)store_step(kit->store);
		if (done(arg)) {
			return;
		}
		assert_true(clock_mono(clock_real()).ns < limit);
		(void)poll(NULL, 0, 1);
	}
}

void
kit_move(struct kit *kit, int64_t wall_s)
{
	while (clock_wall(kit->clock).ns < wall_s * NS_PER_S) {
		clock_test_advance(kit->clock, NS_PER_S);
		(void)store_step(kit->store);
	}
}

uint64_t
kit_waiting(struct kit *kit)
{
	struct store_health health;

	store_health(kit->store, &health);
	return health.unflushed_rows;
}

static bool
nothing_waits(void *arg)
{
	struct kit *kit = arg;

	/* a phase that passed while an answer was awaited comes round again */
	clock_test_advance(kit->clock, NS_PER_S);
	return kit_waiting(kit) == 0;
}

void
kit_flush(struct kit *kit)
{
	/* every file has its phase within the flush interval */
	kit_move(kit, clock_wall(kit->clock).ns / NS_PER_S +
	    kit->config.settings.flush_ns / NS_PER_S + 92);
	kit_until(kit, nothing_waits, kit);
}

void
kit_accept(struct kit *kit)
{
	(void)store_step(kit->store);
	clock_test_advance(kit->clock, 100 * NS_PER_MS);
	(void)store_step(kit->store);
}

static double *
copy(const double *from, uint32_t n)
{
	double *to = malloc((n + 1) * sizeof(*to));

	assert_non_null(to);
	memcpy(to, from, n * sizeof(*to));
	return to;
}

static void
take_answer(void *arg, int code, const struct store_series *series)
{
	struct kit_answer *answer = arg;

	assert_false(answer->done);
	answer->done = true;
	answer->code = code;
	if (series != NULL) {
		answer->series = *series;
		answer->series.avg = copy(series->avg, series->n);
		answer->series.min = copy(series->min, series->n);
		answer->series.max = copy(series->max, series->n);
		answer->series.t = malloc((series->n + 1) * sizeof(int64_t));
		answer->series.known = malloc(series->n + 1);
		memcpy(answer->series.t, series->t, series->n * sizeof(int64_t));
		memcpy(answer->series.known, series->known, series->n);
		answer->series.share = malloc((series->n + 1) * sizeof(float));
		memcpy(answer->series.share, series->share, series->n * sizeof(float));
	}
}

static bool
is_answered(void *arg)
{
	return ((struct kit_answer *)arg)->done;
}

struct kit_answer
kit_read(struct kit *kit, const struct store_query *query)
{
	struct kit_answer answer = { .done = false };

	store_read(kit->store, query, take_answer, &answer);
	kit_until(kit, is_answered, &answer);
	return answer;
}

struct store_query
kit_query(uint32_t rack, const char *role, const char *metric, const char *instance,
    int64_t from_s, int64_t to_s)
{
	struct store_query query = { .entity = { ENTITY_RACK, rack },
	    .from = { from_s * NS_PER_S }, .to = { to_s * NS_PER_S },
	    .max_points = 10000 };

	str_format(query.entity_id, sizeof(query.entity_id), "rack-%u", rack);
	str_copy(query.role, sizeof(query.role), role);
	str_copy(query.metric, sizeof(query.metric), metric);
	str_copy(query.instance, sizeof(query.instance), instance);
	return query;
}

static char found[256], wanted_name[64];

static int
look_for(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	if (strcmp(path + ftw->base, wanted_name) == 0) {
		str_copy(found, sizeof(found), path);
	}
	return 0;
}

void
kit_path(struct kit *kit, uint32_t rack, char path[256])
{
	found[0] = '\0';
	str_format(wanted_name, sizeof(wanted_name), "rack-%u.rrd", rack);
	(void)nftw(kit->dir, look_for, 16, FTW_PHYS);
	assert_true(found[0] != '\0');
	str_copy(path, 256, found);
}

static FILE *
run_fetch(const char *const *argv, pid_t *ret_pid)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	*ret_pid = fork();
	assert_true(*ret_pid >= 0);
	if (*ret_pid == 0) {
		(void)dup2(fds[1], 1);
		(void)close(fds[0]);
		(void)execvp("rrdtool", (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	(void)close(fds[1]);
	return fdopen(fds[0], "r");
}

static unsigned
split_names(char *line, char names[64][20])
{
	unsigned n = 0;
	char *save = NULL;

	for (char *word = strtok_r(line, " \n", &save); word != NULL;
	    word = strtok_r(NULL, " \n", &save)) {
		assert_true(n < 64);
		str_copy(names[n++], 20, word);
	}
	return n;
}

unsigned
kit_rrdtool(const char *path, const char *cf, int64_t from_s, int64_t to_s,
    unsigned step_s, char names[64][20], struct kit_row *rows, unsigned room)
{
	char from[32], to[32], step[16], line[8192];
	const char *const argv[] = { "rrdtool", "fetch", path, cf, "-s", from, "-e", to,
		"-r", step, NULL };
	unsigned n = 0, n_names;
	int status;
	pid_t pid;
	FILE *file;

	str_format(from, sizeof(from), "%lld", (long long)from_s);
	str_format(to, sizeof(to), "%lld", (long long)to_s);
	str_format(step, sizeof(step), "%u", step_s);
	file = run_fetch(argv, &pid);
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	n_names = split_names(line, names);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *at = strchr(line, ':'), *save = NULL;
		struct kit_row *row = &rows[n];

		if (at == NULL) {
			continue;
		}
		assert_true(n++ < room);
		*row = (struct kit_row){ .t = strtoll(line, NULL, 10) };
		for (char *word = strtok_r(at + 1, " \n", &save); word != NULL;
		    word = strtok_r(NULL, " \n", &save)) {
			row->known[row->n] = strstr(word, "nan") == NULL;
			row->values[row->n++] = strtod(word, NULL);
		}
		assert_int_equal(row->n, n_names);
	}
	(void)fclose(file);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return n;
}

int
kit_main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], STORE_PROCESS_ARG) == 0) {
		return store_process_main(argc, argv);
	}
	return -1;
}
