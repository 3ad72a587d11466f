/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What folding costs at province size: ms for the topology of an inventory, ns of
 * CPU per report while all is well, while a hall is dark, and while every row is;
 * per poll through supply; and bytes.  A tree of six levels, switches of rows
 * and halls.  Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 */
#include <config.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alert/supply.h"
#include "base/buf.h"
#include "config/config.h"

#define PER_ROW 25u
#define ROWS_PER_HALL 16u
#define HALLS_PER_SITE 4u
#define SLOTS 10
#define INTERVAL (60 * NS_PER_S)

static uint32_t n_verdicts;

static double
cpu_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void
count(void *arg, const struct fold_verdict *verdict)
{
	(void)arg;
	(void)verdict;
	n_verdicts++;
}

static void
write_hall(FILE *to, unsigned h)
{
	for (char c = 'a'; c <= 'b'; c++) {
		(void)fprintf(to, "  - {id: u%u%c, from: g%u%c, kind: ups}\n"
		    "  - {id: d%u%c, from: u%u%c, kind: distribution}\n", h, c,
		    h / HALLS_PER_SITE, c, h, c, h, c);
		for (unsigned r = 0; r < ROWS_PER_HALL; r++) {
			(void)fprintf(to, "  - {id: b%u-%u%c, from: d%u%c, kind: busway}\n"
			    "  - {id: k%u-%u%c, from: b%u-%u%c, kind: breaker}\n", h, r, c,
			    h, c, h, r, c, h, r, c);
		}
	}
}

static void
write_rows(FILE *to, unsigned h)
{
	for (unsigned r = 0; r < ROWS_PER_HALL; r++) {
		(void)fprintf(to, "  - {id: h%u-r%u, hall: h%u, racks: [A01..A%02u], "
		    "feeds_from: {A: k%u-%ua, B: k%u-%ub}, devices: {pdu-a: {feed: A, "
		    "plugin: snmp, address: x, through: sw-h%u}, pdu-b: {feed: B, "
		    "plugin: snmp, address: x, through: sw-h%u-r%u}}}\n", h, r, h, PER_ROW,
		    h, r, h, r, h, h, r);
	}
}

static const struct config *
load(unsigned n_racks, struct ids *ids)
{
	char file[] = "/tmp/bench-XXXXXX";
	struct config_errors errors;
	const struct config *config = NULL;
	unsigned n_halls = n_racks / PER_ROW / ROWS_PER_HALL;
	FILE *to = fdopen(mkstemp(file), "w");
	struct buf text;

	(void)fputs("province: {id: henan, timezone: Asia/Shanghai}\n"
	    "store: {dir: /tmp/none}\nareas: [{id: a1}]\nsites:\n", to);
	for (unsigned s = 0; s * HALLS_PER_SITE < n_halls; s++) {
		(void)fprintf(to, "  - {id: s%u, area: a1}\n", s);
	}
	(void)fputs("halls:\n", to);
	for (unsigned h = 0; h < n_halls; h++) {
		(void)fprintf(to, "  - {id: h%u, site: s%u}\n", h, h / HALLS_PER_SITE);
	}
	(void)fputs("feed_tree:\n", to);
	for (unsigned s = 0; s * HALLS_PER_SITE < n_halls; s++) {
		(void)fprintf(to, "  - {id: g%ua, site: s%u, kind: utility}\n"
		    "  - {id: g%ub, site: s%u, kind: utility}\n", s, s, s, s);
	}
	for (unsigned h = 0; h < n_halls; h++) {
		write_hall(to, h);
	}
	(void)fputs("devices:\n", to);
	for (unsigned h = 0; h < n_halls; h++) {
		(void)fprintf(to, "  - {id: sw-h%u, hall: h%u, kind: switch, plugin: snmp, "
		    "address: x}\n", h, h);
		for (unsigned r = 0; r < ROWS_PER_HALL; r++) {
			(void)fprintf(to, "  - {id: sw-h%u-r%u, row: h%u-r%u, kind: switch, "
			    "plugin: snmp, address: x}\n", h, r, h, r);
		}
	}
	(void)fputs("rows:\n", to);
	for (unsigned h = 0; h < n_halls; h++) {
		write_rows(to, h);
	}
	(void)fclose(to);
	config_errors_init(&errors);
	if (config_load(file, NULL, ids, 1, clock_wall(clock_real()), &errors,
	    &config) < 0) {
		buf_init(&text, 0);
		config_errors_print(&errors, &text);
		(void)fprintf(stderr, "%.2000s", text.data);
		exit(EXIT_FAILURE);
	}
	config_errors_done(&errors);
	(void)unlink(file);
	return config;
}

/* Leaves in the order of their polls: as if thrown. */
static uint32_t *
shuffle(uint32_t n)
{
	uint32_t *order = calloc(n, sizeof(*order));
	uint64_t seed = 88172645463325252;

	for (uint32_t i = 0; order != NULL && i < n; i++) {
		uint32_t k;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		k = (uint32_t)(seed % (i + 1));
		order[i] = order[k];
		order[k] = i;
	}
	if (order == NULL) {
		exit(EXIT_FAILURE);
	}
	return order;
}

struct bench { struct fold *fold; uint32_t *order; uint32_t n; int64_t now_ns; };

/* Rounds of reports: the first n_dark leaves are lost.  Returns ns per report. */
static double
rounds(struct bench *bench, uint32_t n_dark, int n)
{
	double begin = cpu_ns();

	for (int slot = 0; slot < n; slot++) {
		for (uint32_t i = 0; i < bench->n; i++) {
			struct fold_report report = { FOLD_SUPPLY, bench->order[i],
			    bench->order[i] < n_dark ? FOLD_LOST : FOLD_GOOD,
			    { bench->now_ns + i * (INTERVAL / bench->n) },
			    { bench->now_ns } };

			fold_report(bench->fold, &report, report.started);
		}
		bench->now_ns += INTERVAL;
		(void)fold_step(bench->fold, (struct mono){ bench->now_ns });
	}
	return (cpu_ns() - begin) / ((double)n * bench->n);
}

static void
print(const char *name, double value, const char *unit)
{
	(void)printf("bench\tfold_%s\t%.3f\t%s\n", name, value, unit);
}

static double
polls(struct bench *bench, struct supply *supply, uint32_t n)
{
	struct reading reading = { .flags = READING_ENDED | READING_GOOD | READING_VOLTAGE,
	    .voltage_v = 221.0f };
	uint32_t *order = shuffle(n);
	double begin = cpu_ns();

	for (int slot = 0; slot < SLOTS; slot++) {
		for (uint32_t i = 0; i < n; i++) {
			struct batch batch = { .device = order[i],
			    .slot = { bench->now_ns },
			    .started = { bench->now_ns + i * (INTERVAL / n) } };

			supply_polled(supply, &batch, &reading, batch.slot, batch.started);
		}
		bench->now_ns += INTERVAL;
	}
	free(order);
	return (cpu_ns() - begin) / ((double)SLOTS * n);
}

int
main(int argc, char **argv)
{
	unsigned n_racks = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 90000;
	struct ids *ids = ids_new();
	const struct config *config = load(n_racks, ids);
	struct bench bench = { .fold = fold_new(count, NULL), .now_ns = INTERVAL };
	struct supply *supply = supply_new(bench.fold);
	size_t before = mallinfo2().uordblks;
	struct topology *topology;
	double begin = cpu_ns();

	topology = topology_new(config->inventory);
	print("topology", (cpu_ns() - begin) / 1e6, "ms");
	begin = cpu_ns();
	if (topology == NULL || supply == NULL || fold_apply(bench.fold, topology, INTERVAL,
	    (struct mono){ bench.now_ns }) != 0 || supply_apply(supply) != 0) {
		return EXIT_FAILURE;
	}
	print("apply", (cpu_ns() - begin) / 1e6, "ms");
	print("memory", (double)(mallinfo2().uordblks - before) / 1e6, "MB");
	bench.n = topology->graphs[FOLD_SUPPLY].n_leaves;
	bench.order = shuffle(bench.n);
	print("leaves", bench.n, "");
	(void)rounds(&bench, 0, 1);
	print("report_good", rounds(&bench, 0, SLOTS), "ns");
	print("report_hall_lost", rounds(&bench, PER_ROW * ROWS_PER_HALL * 2, SLOTS), "ns");
	print("report_half_lost", rounds(&bench, bench.n / 2, SLOTS), "ns");
	print("report_back", rounds(&bench, 0, SLOTS), "ns");
	print("verdicts", n_verdicts, "");
	begin = cpu_ns();
	topology = topology_new(config->inventory);
	if (topology == NULL || fold_apply(bench.fold, topology, INTERVAL,
	    (struct mono){ bench.now_ns }) != 0) {
		return EXIT_FAILURE;
	}
	print("reload", (cpu_ns() - begin) / 1e6, "ms");
	print("poll", polls(&bench, supply, config->inventory->n_devices), "ns");
	free(bench.order);
	supply_free(supply);
	fold_free(bench.fold);
	config_unref(config);
	ids_free(ids);
	return EXIT_SUCCESS;
}
