/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What flow and capacity cost at province size: ns of CPU per batch of 60
 * values, ms per closed slot, per published view, per saved evidence.
 *
 * Use: bench_flow [RACKS]   (default 90,000, two devices each)
 * Prints a table, then "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "capacity/capacity.h"
#include "capacity/window.h"
#include "flow/flow.h"

#define VALUES 60
#define INTERVAL (60 * NS_PER_S)
#define START (1800000000 * NS_PER_S)
#define CHUNK 4096
#define PER_ROW 100
#define SLOTS 4
#define SAVE_RACKS 1000 /* as capacity.c */
enum { TOP = 2, CURRENT, MIDDLE = 5, BOTTOM, EXHAUST, HUMIDITY };

struct bench {
	struct clock *clock;
	struct flow *flow;
	struct capacity *capacity;
	const struct config *config;
	const struct col_layout *layout;
	double drain_ns, rollup_ms, credit_ms, publish_ms;
	double closed_at_ms;
	uint64_t n_batches, n_records;
};

static double
cpu_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static const struct config *
load(unsigned n_racks, struct ids *ids)
{
	char file[] = "/tmp/bench-XXXXXX";
	struct config_errors errors;
	const struct config *config = NULL;
	int fd = mkstemp(file);
	FILE *to = fdopen(fd, "w");
	struct buf text;

	(void)fputs("province: {id: henan, timezone: Asia/Shanghai}\n"
	    "store: {dir: /tmp/none}\ntargets: [{id: t, racks: 90000}]\n"
	    "areas: [{id: a1}]\nsites: [{id: s1, area: a1}]\n"
	    "halls: [{id: h1, site: s1}]\n"
	    "templates: {std: {design_kw: 6, feeds: {A: {breaker_a: 32},"
	    " B: {breaker_a: 32}}}}\nrows:\n", to);
	for (unsigned r = 0; r * PER_ROW < n_racks; r++) {
		(void)fprintf(to, "  - {id: r%u, hall: h1, template: std, "
		    "state: in_service, racks: [A001..A%03u], devices: {"
		    "pdu-a: {feed: A, plugin: snmp, address: 127.%u.%u.{n}}, "
		    "pdu-b: {feed: B, plugin: snmp, address: 127.%u.%u.{n}}}}\n",
		    r, PER_ROW, 1 + r / 200, r % 200, 101 + r / 200, r % 200);
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

static void
count_record(void *arg, const struct record *record)
{
	struct bench *bench = arg;

	bench->n_records += record->layout->n_slots > 0;
}

static void
on_config(void *arg, const struct config *config)
{
	struct bench *bench = arg;

	capacity_config(bench->capacity, config);
}

static void
on_closed(void *arg, const struct rollup *rollup)
{
	struct bench *bench = arg;
	double before = cpu_ms();

	bench->closed_at_ms = before;
	capacity_closed(bench->capacity, rollup);
	bench->credit_ms += cpu_ms() - before;
}

static void
on_good(void *arg, uint32_t rack, struct wall slot)
{
	struct bench *bench = arg;

	capacity_good(bench->capacity, rack, slot);
}

static struct batch *
make(const struct bench *bench, uint32_t device, struct wall slot)
{
	struct batch *batch = batch_new(device, slot, clock_mono(bench->clock));
	struct col_value values[VALUES];

	for (unsigned i = 0; i < VALUES; i++) {
		values[i].number = 100.0 + device % 97 + i;
		values[i].quality = COL_GOOD;
	}
	values[TOP].number = values[MIDDLE].number = values[BOTTOM].number = 2952;
	values[EXHAUST].number = 3072;
	values[HUMIDITY].number = 45;
	values[CURRENT].number = 8 + device % 97 * 0.1;
	if (batch_add(batch, bench->layout, values, 86400000) < 0) {
		exit(EXIT_FAILURE);
	}
	return batch;
}

/* One slot of all devices; the last batch, which closes it, is timed apart. */
static void
run_slot(struct bench *bench, struct wall slot)
{
	uint32_t n = bench->config->inventory->n_devices;
	double before;

	for (uint32_t d = 0; d < n; d++) {
		flow_put(bench->flow, make(bench, d, slot));
		if (d % CHUNK == CHUNK - 1 || d == n - 2 || d == n - 1) {
			before = cpu_ms();
			(void)flow_step(bench->flow);
			if (d == n - 1) {
				bench->rollup_ms += bench->closed_at_ms - before;
			} else {
				bench->drain_ns += (cpu_ms() - before) * 1e6;
			}
		}
	}
	bench->n_batches += n - 1;
	before = cpu_ms();
	(void)capacity_step(bench->capacity);
	bench->publish_ms += cpu_ms() - before;
}

static void
intern(struct bench *bench)
{
	struct col_slot slots[VALUES];
	char names[VALUES][32];
	struct col_error error;

	for (unsigned i = 0; i < VALUES; i++) {
		(void)str_format(names[i], sizeof(names[i]), "outlet %u", i);
		slots[i] = (struct col_slot){ "current_a", names[i], "A", "", 0, 0, 0 };
	}
	slots[0] = (struct col_slot){ "power_w", "", "W", "", 0, 0, 0 };
	slots[1] = (struct col_slot){ "voltage_v", "", "V", "", 0, 0, 0 };
	slots[2] = (struct col_slot){ "temperature_c", "top", "0.1K", "", 0, 0, 0 };
	/* what failover, the power factor and the air are judged by */
	slots[3] = (struct col_slot){ "current_a", "", "A", "", 0, 0, 0 };
	slots[4] = (struct col_slot){ "apparent_va", "", "VA", "", 0, 0, 0 };
	slots[5] = (struct col_slot){ "temperature_c", "middle", "0.1K", "", 0, 0, 0 };
	slots[6] = (struct col_slot){ "temperature_c", "bottom", "0.1K", "", 0, 0, 0 };
	slots[7] = (struct col_slot){ "temperature_c", "exhaust", "0.1K", "", 0, 0, 0 };
	slots[8] = (struct col_slot){ "humidity_pct", "top", "%", "", 0, 0, 0 };
	bench->layout = layout_intern(slots, VALUES, &error);
}

static void
time_save(const struct bench *bench)
{
	struct window window;
	struct window_save save;
	double before, longest = 0, total = 0;
	bool done = false;

	window_init(&window);
	window_advance(&window, (struct wall){ START });
	if (window_apply(&window, bench->config) < 0) {
		exit(EXIT_FAILURE);
	}
	for (uint32_t r = 0; r < window.n_racks; r++) {
		window.last_good[r].ns = START;
		for (unsigned b = 0; b < WINDOW_BUCKETS; b++) {
			window.cells[b][r] = (struct window_cell){ 900, 900, 0, 900 };
		}
	}
	if (!window_save_begin(&save, &window)) {
		exit(EXIT_FAILURE);
	}
	while (!done) {
		double ms;

		before = cpu_ms();
		done = window_save_some(&save, &window, bench->config->inventory,
		    SAVE_RACKS);
		ms = cpu_ms() - before;
		total += ms;
		longest = ms > longest ? ms : longest;
	}
	(void)printf("saving the evidence of %zu racks       %8.1f ms, "
	    "longest piece %.1f ms\n", save.n, total, longest);
	free(save.rows);
	window_done(&window);
}

/* A bench that measures nothing because nothing arrived is no bench. */
static void
check(const struct bench *bench)
{
	const struct view *view = capacity_view(bench->capacity);
	const struct place_view *province = &view->places[ENTITY_PROVINCE][0];
	uint32_t n_racks = bench->config->inventory->count_racks;

	if (province->n_live != n_racks || province->sum.n_power != 2 * n_racks ||
	    view->racks[0].power_s != SLOTS * 60 ||
	    bench->n_records < (uint64_t)SLOTS * 3 * n_racks) {
		(void)fprintf(stderr, "bench_flow: %u live, %u feeds, %u s, %llu records\n",
		    province->n_live, province->sum.n_power, view->racks[0].power_s,
		    (unsigned long long)bench->n_records);
		exit(EXIT_FAILURE);
	}
	view_unref(view);
}

int
main(int argc, char **argv)
{
	struct bench bench = { .clock = clock_test_new((struct wall){ START },
	    (struct mono){ NS_PER_S }) };
	struct capacity_setup capacity = { .clock = bench.clock };
	struct flow_setup flow = { .clock = bench.clock, .config_fn = on_config,
	    .closed_fn = on_closed, .good_fn = on_good, .arg = &bench };
	uint64_t n_racks = 90000;
	struct ids *ids = ids_new();

	if (argc > 1 && str_to_uint(argv[1], 100, 1000000, &n_racks) < 0) {
		(void)fprintf(stderr, "usage: bench_flow [RACKS]\n");
		return EXIT_FAILURE;
	}
	intern(&bench);
	bench.config = load((unsigned)n_racks, ids);
	bench.capacity = capacity_new(&capacity);
	flow.sinks[0] = (struct record_sink){ count_record, &bench };
	bench.flow = flow_new(&flow);
	flow_apply(bench.flow, bench.config);
	(void)flow_step(bench.flow);
	for (int n = 0; n < SLOTS; n++) {
		run_slot(&bench, (struct wall){ START + n * INTERVAL });
		clock_test_advance(bench.clock, INTERVAL);
		if (n == 0) {
			/* The first slot touches all memory for the first time. */
			bench.drain_ns = bench.rollup_ms = 0;
			bench.credit_ms = bench.publish_ms = 0;
			bench.n_batches = 0;
		}
	}
	(void)printf("%u racks, %u devices of %d values, CPU time\n",
	    bench.config->inventory->count_racks,
	    bench.config->inventory->count_devices, VALUES);
	(void)printf("batch of %d values, queue to latest     %8.0f ns\n", VALUES,
	    bench.drain_ns / (double)bench.n_batches);
	(void)printf("closing a slot: sums and records        %8.1f ms\n",
	    bench.rollup_ms / (SLOTS - 1));
	(void)printf("crediting the evidence                  %8.1f ms\n",
	    bench.credit_ms / (SLOTS - 1));
	(void)printf("publishing a view                       %8.1f ms\n",
	    bench.publish_ms / (SLOTS - 1));
	(void)printf("bench\tflow_batch60\t%.0f\tns\nbench\tflow_close_slot\t%.2f\tms\n"
	    "bench\tflow_credit\t%.2f\tms\nbench\tflow_publish\t%.2f\tms\n",
	    bench.drain_ns / (double)bench.n_batches, bench.rollup_ms / (SLOTS - 1),
	    bench.credit_ms / (SLOTS - 1), bench.publish_ms / (SLOTS - 1));
	time_save(&bench);
	check(&bench);
	flow_free(bench.flow);
	capacity_free(bench.capacity);
	config_unref(bench.config);
	ids_free(ids);
	clock_free(bench.clock);
	layout_reset();
	return EXIT_SUCCESS;
}
