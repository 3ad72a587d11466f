/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What rules cost at province size: 12 rules on the gauges of each rack, all
 * quiet, then with one rack in a hundred beyond its limits; a rule with a rolling
 * window; rules on metrics with two PDUs per rack; ends of polls; and a thousand
 * episodes on their way to the disk.  ns of CPU per condition, and percent of a
 * core at an interval of 60 s.
 * Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 */
#include <config.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alert/alert.h"
#include "model/layout.h"

#define PER_ROW 24u
#define ROWS_PER_HALL 10u
#define INTERVAL_S 60
#define SLOTS 10u
#define N_METRICS 30u

static const struct { enum gauge gauge; const char *name, *fire; double quiet, loud; } rules[] = {
	{ GAUGE_POWER_W, "power_w", "above: 7 kW", 3000, 8000 },
	{ GAUGE_LOAD_PCT, "load_pct", "above: 90", 50, 95 },
	{ GAUGE_VOLTAGE_V, "voltage_v", "outside: [198, 242]", 225, 190 },
	{ GAUGE_FAILOVER_PCT, "failover_pct", "above: 80", 60, 99 },
	{ GAUGE_IMBALANCE_PCT, "imbalance_pct", "above: 30", 5, 50 },
	{ GAUGE_POWER_FACTOR, "power_factor", "below: 0.85", 0.97, 0.7 },
	{ GAUGE_INLET_C, "inlet_c", "above: 35", 23, 40 },
	{ GAUGE_INLET_OVER_K, "inlet_over_k", "above: 0", -3, 5 },
	{ GAUGE_INLET_UNDER_K, "inlet_under_k", "above: 0", -3, 5 },
	{ GAUGE_HUMIDITY_PCT, "humidity_pct", "outside: [20, 80]", 45, 95 },
	{ GAUGE_DEW_POINT_C, "dew_point_c", "above: 17", 9, 20 },
	{ GAUGE_DELTA_T_K, "delta_t_k", "above: 25", 11, 30 },
};
#define N_RULES (sizeof(rules) / sizeof(rules[0]))

static double
cpu_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
print(const char *name, double value, const char *unit)
{
	(void)printf("bench\talert_%s\t%.4g\t%s\n", name, value, unit);
}

static void
write_rules(FILE *to, const char *more)
{
	(void)fputs("alerts:\n  rules:\n", to);
	for (size_t i = 0; i < N_RULES; i++) {
		(void)fprintf(to, "    - {id: g%zu, on: rack, metric: %s, fire: {%s, for: 5m}, "
		    "summary: '{name}: {value} {unit}'}\n", i, rules[i].name, rules[i].fire);
	}
	(void)fputs("    - {id: s0, on: sensor, metric: current_a, fire: {above: 16}}\n"
	    "    - {id: s1, on: sensor, metric: state_breaker, fire: {worse: warning}}\n"
	    "    - {id: d0, on: device, metric: silent_s, fire: {above: 60m}}\n"
	    "    - {id: f0, on: feed, metric: supply_lost, fire: {equals: 1, for: 1m}, "
	    "folds: [supply]}\n"
	    "    - {id: f1, on: node, metric: supply_lost, fire: {equals: 1}}\n", to);
	(void)fputs(more, to);
}

static const struct config *
load(unsigned n_racks, struct ids *ids, const char *more)
{
	char file[] = "/tmp/bench-XXXXXX";
	struct config_errors errors;
	const struct config *config = NULL;
	FILE *to = fdopen(mkstemp(file), "w");
	struct buf text;

	(void)fputs("province: {id: henan, timezone: Asia/Shanghai}\n"
	    "poll: {interval: 60s}\nstore: {dir: /tmp/none}\nareas: [{id: a1}]\n"
	    "sites: [{id: s1, area: a1}]\n"
	    "templates: {std: {design_kw: 6, feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}}\n"
	    "halls:\n", to);
	for (unsigned h = 0; h * ROWS_PER_HALL * PER_ROW < n_racks; h++) {
		(void)fprintf(to, "  - {id: h%u, site: s1}\n", h);
	}
	(void)fputs("rows:\n", to);
	for (unsigned r = 0; r < n_racks / PER_ROW; r++) {
		(void)fprintf(to, "  - {id: r%u, hall: h%u, template: std, state: in_service, "
		    "racks: [A01..A%02u], devices: {"
		    "pdu-a: {feed: A, plugin: snmp, address: 127.%u.%u.{n}}, "
		    "pdu-b: {feed: B, plugin: snmp, address: 127.%u.%u.{n}}}}\n", r,
		    r / ROWS_PER_HALL, PER_ROW, 1 + r / 200, r % 200, 101 + r / 200, r % 200);
	}
	write_rules(to, more);
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

struct world {
	struct clock *clock;
	struct state *state;
	struct alerts *alerts;
	const struct config *config;
};

static void
begin(struct world *world, unsigned n_racks, struct ids *ids, const char *more)
{
	struct state_setup setup = { .path = ":memory:" };
	struct alert_setup alert = { .clock = NULL };
	struct alerts_loaded loaded = { .next_id = 1 };
	struct col_error error;
	double before;

	world->clock = clock_test_new((struct wall){ INT64_C(1795359600) * NS_PER_S },
	    (struct mono){ NS_PER_S });
	setup.clock = world->clock;
	if (state_new(&setup, &world->state, &error) != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
		exit(EXIT_FAILURE);
	}
	world->config = load(n_racks, ids, more);
	alert.clock = world->clock;
	alert.state = world->state;
	world->alerts = alert_new(&alert, &loaded);
	before = cpu_ms();
	alert_config(world->alerts, world->config);
	print("config", cpu_ms() - before, "ms");
}

static void
end(struct world *world)
{
	alert_free(world->alerts);
	(void)state_step(world->state);
	state_free(world->state);
	config_unref(world->config);
	clock_free(world->clock);
}

/* Every loud-th rack is beyond all its limits; 0: none. */
static struct board *
make_board(const struct world *world, unsigned loud)
{
	const struct inventory *inventory = world->config->inventory;
	uint32_t n[LEVEL_N] = { [LEVEL_RACK] = inventory->n_racks };
	struct board *board = board_new(inventory, alert_want(world->alerts), n);

	board->slot = clock_wall(world->clock);
	board->as_of = board->slot;
	for (size_t i = 0; i < N_RULES; i++) {
		double *column = board->columns[LEVEL_RACK][rules[i].gauge];

		for (uint32_t r = 0; r < inventory->n_racks; r++) {
			column[r] = loud > 0 && r % loud == 0 ? rules[i].loud :
			    rules[i].quiet + 0.001 * (r % 100);
		}
	}
	return board;
}

static double
scan(struct world *world, unsigned loud)
{
	double ms = 0;

	for (unsigned s = 0; s < SLOTS; s++) {
		struct board *board = make_board(world, loud);
		double before = cpu_ms();

		alert_board(world->alerts, board);
		(void)alert_step(world->alerts);
		ms += cpu_ms() - before;
		(void)state_step(world->state);
		clock_test_advance(world->clock, INTERVAL_S * NS_PER_S);
	}
	return ms / SLOTS;
}

static void
tell(const char *name, double ms, double n_conditions)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%s_ms", name);
	print(text, ms, "ms per slot");
	(void)snprintf(text, sizeof(text), "%s_ns", name);
	print(text, ms * 1e6 / n_conditions, "ns per condition");
	(void)snprintf(text, sizeof(text), "%s_core", name);
	print(text, ms / (INTERVAL_S * 10.0), "% of a core at 60 s");
}

/* One poll of each device: its record, then its end. */
static double
poll_all(struct world *world)
{
	struct col_slot slots[N_METRICS];
	char names[N_METRICS][16];
	struct sample samples[N_METRICS];
	const struct inventory *inventory = world->config->inventory;
	struct reading reading = { .flags = READING_ENDED | READING_GOOD | READING_POWER };
	struct record record = { .inventory = inventory, .samples = samples,
	    .slot = clock_wall(world->clock) };
	struct col_error error;
	struct batch *batch = batch_new(0, record.slot, clock_mono(world->clock));
	double before;

	for (unsigned i = 0; i < N_METRICS; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "outlet %u", i);
		slots[i] = (struct col_slot){ i % 3 == 0 ? "current_a" : "power_w", names[i],
		    i % 3 == 0 ? "A" : "W", "", 0, 0, 0 };
		samples[i] = (struct sample){ 5, COL_GOOD };
	}
	record.layout = layout_intern(slots, N_METRICS, &error);
	before = cpu_ms();
	for (uint32_t d = 0; d < inventory->n_devices; d++) {
		record.device = d;
		record.entity = (struct entity_ref){ ENTITY_RACK,
		    inventory->devices[d]->rack };
		batch->device = d;
		alert_record(world->alerts, &record);
		alert_polled(world->alerts, batch, &reading);
	}
	before = cpu_ms() - before;
	batch_free(batch);
	return before;
}

int
main(int argc, char **argv)
{
	unsigned n_racks = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 90000;
	struct ids *ids = ids_new();
	struct world world;
	size_t before = mallinfo2().uordblks;
	double n;

	begin(&world, n_racks, ids, "");
	n = (double)world.config->inventory->n_racks * N_RULES;
	tell("quiet", scan(&world, 0), n);
	tell("loud", scan(&world, 100), n);
	print("memory", (double)(mallinfo2().uordblks - before) / 1e6, "MB with the inventory");
	(void)poll_all(&world);
	clock_test_advance(world.clock, INTERVAL_S * NS_PER_S);
	tell("polls", poll_all(&world), (double)world.config->inventory->n_devices);
	end(&world);
	begin(&world, n_racks, ids, "    - {id: mean, on: rack, metric: inlet_c, "
	    "take: {what: mean, over: 15m}, fire: {above: 30}}\n");
	tell("window", scan(&world, 0), n + n / N_RULES);
	end(&world);
	ids_free(ids);
	return 0;
}
