/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plugin with one fault, chosen by -DFAULT_...: refuse.sh builds them all.
 * Without any it is the smallest plugin that fits.
 */
#include <collectord/plugin.h>

#ifndef NAME
#define NAME "bad"
#endif
#ifndef MAJOR
#define MAJOR COL_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR COL_ABI_MINOR
#endif
#ifndef SIZE
#define SIZE sizeof(struct col_plugin)
#endif
#ifndef SYMBOL
#define SYMBOL col_plugin
#endif
#ifndef METRIC
#define METRIC "flow_lps"
#endif
#ifndef UNIT
#define UNIT "l/s"
#endif
#ifndef OPTION
#define OPTION "host"
#endif
#ifndef HELP
#define HELP "A sentence."
#endif
#ifndef WRITE
#define WRITE write_batch
#endif

static int
start(const struct col_host *host, const struct col_option_value *options,
    void **ret_state, struct col_error *error)
{
	(void)host;
	(void)options;
	(void)error;
	*ret_state = 0;
	return 0;
}

static int __attribute__((unused))
write_batch(void *state, const struct col_batch *batch)
{
	(void)state;
	(void)batch;
	return 0;
}

static void
stop(void *state)
{
	(void)state;
}

static const struct col_option OPTIONS[] = {
	{ OPTION, COL_OPT_TEXT, .help = HELP },
	{ .name = 0 },
};

#ifdef WITH_METRIC
static const struct col_metric METRICS[] = {
	{ METRIC, UNIT, COL_GAUGE, 0, 0, false, "Flow", "流量" },
	{ .name = 0 },
};
#endif

static const struct col_output OUTPUT = { start, WRITE, stop };

extern const struct col_plugin SYMBOL;
COL_EXPORT const struct col_plugin SYMBOL = {
	.size = SIZE, .abi_major = MAJOR, .abi_minor = MINOR, .name = NAME,
	.summary = "for tests", .options = OPTIONS,
#ifdef WITH_METRIC
	.metrics = METRICS,
#endif
#ifndef NO_OUTPUT
	.output = &OUTPUT,
#endif
};
