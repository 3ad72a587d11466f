/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the feed tree and the stock cost at province size: ms of CPU per plan,
 * per slot, per what-if, per question to the planner, and bytes; and what a board
 * of the gauges costs that rules look at.  Each row hangs on two busways of its
 * own, each site on two UPSes; a rack holds five servers.
 * Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 */
#include <config.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "capacity/board.h"
#include "capacity/figures.h"
#include "capacity/inrange.h"
#include "capacity/kpi.h"
#include "capacity/stock.h"
#include "capacity/stock_plan.h"
#include "capacity/whatif.h"
#include "config/config.h"
#include "flow/reading.h"
#include "flow/rollup.h"

#define PER_ROW 24u
#define ROWS_PER_HALL 10u
#define ROWS_PER_SITE 40u
#define GEAR 5u
#define ROUNDS 10u

static double
cpu_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
write_rows(FILE *to, unsigned n_rows)
{
	(void)fputs("feed_tree:\n", to);
	for (unsigned s = 0; s * ROWS_PER_SITE < n_rows; s++) {
		(void)fprintf(to, "  - {id: g%u, site: s%u, kind: utility, rated_kva: 8000}\n"
		    "  - {id: ua%u, from: g%u, kind: ups, rated_kva: 4000}\n"
		    "  - {id: ub%u, from: g%u, kind: ups, rated_kva: 4000}\n", s, s, s, s, s, s);
	}
	for (unsigned r = 0; r < n_rows; r++) {
		(void)fprintf(to, "  - {id: ba%u, from: ua%u, kind: busway, rated_a: 250}\n"
		    "  - {id: bb%u, from: ub%u, kind: busway, rated_a: 250}\n", r,
		    r / ROWS_PER_SITE, r, r / ROWS_PER_SITE);
	}
	(void)fputs("rows:\n", to);
	for (unsigned r = 0; r < n_rows; r++) {
		(void)fprintf(to, "  - {id: r%u, hall: h%u, template: std, state: in_service, "
		    "racks: [A01..A%02u], feeds_from: {A: ba%u, B: bb%u}, devices: {"
		    "pdu-a: {feed: A, plugin: snmp, address: 127.%u.%u.{n}}, "
		    "pdu-b: {feed: B, plugin: snmp, address: 127.%u.%u.{n}}}}\n",
		    r, r / ROWS_PER_HALL, PER_ROW, r, r, 1 + r / 200, r % 200,
		    101 + r / 200, r % 200);
	}
	(void)fputs("equipment:\n", to);
	for (unsigned r = 0; r < n_rows; r++) {
		for (unsigned k = 0; k < PER_ROW * GEAR; k++) {
			(void)fprintf(to, "  - {id: e%u-%u, rack: r%u-a%02u, u: %u, height: 2, "
			    "nameplate_w: 600, kg: 25, feeds: [A, B], ports: 2}\n", r, k, r,
			    1 + k / GEAR, 1 + 5 * (k % GEAR));
		}
	}
}

static const struct config *
load(unsigned n_racks, struct ids *ids)
{
	char file[] = "/tmp/bench-XXXXXX";
	struct config_errors errors;
	const struct config *config = NULL;
	unsigned n_rows = n_racks / PER_ROW;
	FILE *to = fdopen(mkstemp(file), "w");
	struct buf text;

	(void)fputs("province: {id: henan, timezone: Asia/Shanghai}\n"
	    "store: {dir: /tmp/none}\nareas: [{id: a1}]\n"
	    "templates: {std: {units: 42, design_kw: 6, ports: 48, weight_limit_kg: 1000, "
	    "feeds: {A: {breaker_a: 32, outlets: 24}, B: {breaker_a: 32, outlets: 24}}}}\n"
	    "sites:\n", to);
	for (unsigned s = 0; s * ROWS_PER_SITE < n_rows; s++) {
		(void)fprintf(to, "  - {id: s%u, area: a1}\n", s);
	}
	(void)fputs("halls:\n", to);
	for (unsigned h = 0; h * ROWS_PER_HALL < n_rows; h++) {
		(void)fprintf(to, "  - {id: h%u, site: s%u, design_kw: 1000, cooling_kw: 1000}\n",
		    h, h * ROWS_PER_HALL / ROWS_PER_SITE);
	}
	write_rows(to, n_rows);
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

static const struct rollup *
slot_of(const struct inventory *inventory)
{
	struct rollup_plan *plan = rollup_plan_new(inventory);
	struct reading *readings = calloc(inventory->n_devices, sizeof(*readings));
	const struct rollup *rollup;

	for (uint32_t d = 0; readings != NULL && d < inventory->n_devices; d++) {
		readings[d] = (struct reading){ .power_w = 900 + d % 97,
		    .apparent_va = 950 + (float)(d % 97), .flags = READING_ENDED |
		    READING_GOOD | READING_POWER | READING_APPARENT | READING_PROBE,
		    .current_ma = { 4300 + (int32_t)(d % 97) }, .phase_mask = 1 };
		air_inlet(&readings[d].air, AIR_TOP, (int16_t)(2200 + d % 700));
	}
	rollup = plan != NULL && readings != NULL ? rollup_new(plan, readings,
	    (struct wall){ 60 * NS_PER_S }, 60 * NS_PER_S) : NULL;
	if (rollup == NULL) {
		exit(EXIT_FAILURE);
	}
	free(readings);
	rollup_plan_free(plan);
	return rollup;
}

/* Feed A is lost everywhere: the dearest what-if, for every rack changes. */
static double
whatif_ms(const struct stock *stock)
{
	struct overlay_change change = { .feeds_lost = 1 };
	uint32_t *of_rack = calloc(stock->inventory->n_racks, sizeof(*of_rack));
	struct overlay overlay = { .changes = &change, .of_rack = of_rack };
	double before = cpu_ms();

	stock_unref(stock_whatif(stock, &overlay));
	before = cpu_ms() - before;
	free(of_rack);
	return before;
}

static double
planner_ms(const struct stock *stock, unsigned n)
{
	struct planner_ask ask = { .n = n, .need = space_reference };
	struct planner_result result;
	double before = cpu_ms();

	if (planner_find(stock, NULL, &ask, &result) != 0) {
		exit(EXIT_FAILURE);
	}
	before = cpu_ms() - before;
	planner_done(&result);
	return before;
}

/* The whole question of whatif_ms: both sides, and who breaks. */
static double
question_ms(const struct config *config, const struct stock *stock)
{
	const struct whatif_ask ask = { .kind = WHATIF_LOSE_FEED, .feed = "A" };
	struct rack_view *racks = calloc(config->inventory->n_racks, sizeof(*racks));
	const struct view view = { .config = config, .rollup = stock->input.rollup,
	    .racks = racks };
	struct whatif_result result;
	double before = cpu_ms();

	if (racks == NULL || whatif_run(&view, stock, &ask, &result) != 0) {
		exit(EXIT_FAILURE);
	}
	before = cpu_ms() - before;
	whatif_done(&result);
	free(racks);
	return before;
}

/*
 * What shipped rules might want: eight columns of racks, two of feeds by phase,
 * two of nodes, three of places at all their levels.
 */
static void
want_some(struct board_want *want)
{
	static const enum gauge racks[] = { GAUGE_LOAD_PCT, GAUGE_VOLTAGE_V,
	    GAUGE_FAILOVER_PCT, GAUGE_IMBALANCE_PCT, GAUGE_INLET_OVER_K,
	    GAUGE_INLET_UNDER_K, GAUGE_INLET_BEYOND_K, GAUGE_DEW_POINT_C };

	memset(want, 0, sizeof(*want));
	for (size_t i = 0; i < sizeof(racks) / sizeof(racks[0]); i++) {
		want->gauges[LEVEL_RACK] |= UINT64_C(1) << racks[i];
	}
	want->gauges[LEVEL_FEED] = UINT64_C(1) << GAUGE_LOAD_PCT |
	    UINT64_C(1) << GAUGE_CURRENT_A;
	want->gauges[LEVEL_NODE] = UINT64_C(1) << GAUGE_LOAD_PCT |
	    UINT64_C(1) << GAUGE_FAILOVER_PCT;
	for (int l = LEVEL_PROVINCE; l <= LEVEL_ROW; l++) {
		want->gauges[l] = UINT64_C(1) << GAUGE_LOAD_PCT |
		    UINT64_C(1) << GAUGE_COVERAGE_PCT | UINT64_C(1) << GAUGE_AT_RISK;
	}
}

/* One board of the view of a slot, as each slot has it. */
static double
board_ms(const struct config *config, const struct stock *stock)
{
	const struct inventory *inventory = config->inventory;
	struct inrange inrange;
	struct view_draft draft;
	struct board_want want;
	double before;

	inrange_init(&inrange);
	want_some(&want);
	if (inrange_apply(&inrange, inventory) != 0 ||
	    view_new(config, stock->input.rollup, &draft) != 0) {
		exit(EXIT_FAILURE);
	}
	draft.view->figures = figures_new(inventory, stock->input.rollup, &inrange);
	draft.view->stock = stock_ref(stock);
	kpi_places(&draft);
	before = cpu_ms();
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct board *board = board_of_view(draft.view, &want);

		if (board == NULL) {
			exit(EXIT_FAILURE);
		}
		board_free(board);
	}
	before = (cpu_ms() - before) / ROUNDS;
	view_unref(draft.view);
	inrange_done(&inrange);
	return before;
}

int
main(int argc, char **argv)
{
	unsigned n_racks = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 90000;
	struct ids *ids = ids_new();
	const struct config *config = load(n_racks, ids);
	struct stock_input input = { .as_of = { 120 * NS_PER_S } };
	double before = cpu_ms(), plan_ms, stock_ms, board;
	size_t bytes = mallinfo2().uordblks + mallinfo2().hblkhd, plan_bytes, stock_bytes;
	const struct stock *stock;
	const struct stock_place *province;

	input.plan = stock_plan_new(config->inventory);
	plan_ms = cpu_ms() - before;
	plan_bytes = mallinfo2().uordblks + mallinfo2().hblkhd - bytes;
	input.rollup = slot_of(config->inventory);
	bytes = mallinfo2().uordblks + mallinfo2().hblkhd;
	stock = stock_new(&input, 1);
	stock_bytes = mallinfo2().uordblks + mallinfo2().hblkhd - bytes;
	before = cpu_ms();
	for (unsigned i = 0; i < ROUNDS; i++) {
		stock_unref(stock);
		stock = stock_new(&input, i + 2);
	}
	stock_ms = (cpu_ms() - before) / ROUNDS;
	province = &stock->places[ENTITY_PROVINCE][0];
	(void)printf("# %u racks: %u groups, %u nodes, %u pairs; %.0f servers fit, %.0f kW "
	    "available\n", config->inventory->n_racks, input.plan->tree->n_groups,
	    config->inventory->n_power, input.plan->tree->n_pairs, (double)province->n,
	    province->available_w / 1000);
	(void)printf("bench\tstock_plan\t%.1f\tms\n", plan_ms);
	(void)printf("bench\tstock_plan_memory\t%.1f\tMB\n", (double)plan_bytes / 1e6);
	(void)printf("bench\tstock_slot\t%.1f\tms\n", stock_ms);
	(void)printf("bench\tstock_slot_memory\t%.1f\tMB\n", (double)stock_bytes / 1e6);
	(void)printf("bench\tstock_whatif\t%.1f\tms\n", whatif_ms(stock));
	(void)printf("bench\tplanner_one\t%.1f\tms\n", planner_ms(stock, 1));
	(void)printf("bench\tplanner_most\t%.1f\tms\n", planner_ms(stock, PLANNER_SERVERS_MAX));
	(void)printf("bench\twhatif_feed\t%.1f\tms\n", question_ms(config, stock));
	board = board_ms(config, stock);
	(void)printf("bench\tboard\t%.1f\tms\n", board);
	(void)printf("bench\tboard_rack\t%.0f\tns\n", board * 1e6 / n_racks);
	stock_unref(stock);
	rollup_unref(input.rollup);
	stock_plan_unref(input.plan);
	config_unref(config);
	ids_free(ids);
	return 0;
}
