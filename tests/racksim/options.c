/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "options.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent.h"
#include "text.h"

/* Enough for 250,000 racks in 127.16.0.0 and above. */
#define RACKS_MAX 250000
#define BASE_DEFAULT 0x7f100000U

static int
take_number(const char *s, uint64_t min, uint64_t max, uint32_t *ret_value)
{
	uint64_t value;

	if (text_u64(s, max, &value) != 0 || value < min) {
		return -1;
	}
	*ret_value = (uint32_t)value;
	return 0;
}

static int
take_port(const char *s, uint16_t *ret_port)
{
	uint32_t port;

	if (take_number(s, 0, 65535, &port) != 0) {
		return -1;
	}
	*ret_port = (uint16_t)port;
	return 0;
}

static int
take_base(const char *s, uint32_t *ret_base)
{
	uint32_t base;

	if (text_ipv4(s, &base) != 0 || base >> 24 != 127 ||
	    (base & 0xff) != 0) {
		return -1;
	}
	*ret_base = base;
	return 0;
}

/* Reads "127.0.0.1:PORT". */
static int
take_listen(const char *s, struct options *options)
{
	char address[32];
	const char *colon = strrchr(s, ':');

	if (colon == NULL || (size_t)(colon - s) >= sizeof(address)) {
		return -1;
	}
	memcpy(address, s, (size_t)(colon - s));
	address[colon - s] = '\0';
	return text_ipv4(address, &options->listen) != 0 ||
	    options->listen >> 24 != 127 ? -1 :
	    take_port(colon + 1, &options->listen_port);
}

static int
take_day(const char *s, int64_t *ret_today)
{
	char time[40];

	if (snprintf(time, sizeof(time), "%sT00:00:00Z", s) >=
	    (int)sizeof(time)) {
		return -1;
	}
	return text_time(time, ret_today);
}

static int
take_bmc(const char *s, enum province_bmc *ret_bmc)
{
	static const char *const words[PROVINCE_BMC_N] = {
		[PROVINCE_BMC_OFF] = "off",
		[PROVINCE_BMC_SOME] = "some",
		[PROVINCE_BMC_ONLY] = "only",
	};

	for (int i = 0; i < PROVINCE_BMC_N; i++) {
		if (strcmp(words[i], s) == 0) {
			*ret_bmc = (enum province_bmc)i;
			return 0;
		}
	}
	return -1;
}

/* What serve alone wants; 1 = no such option, -1 = a bad value. */
static int
take_serving(const char *name, const char *value, struct options *o)
{
	if (strcmp(name, "--bmc-port") == 0) {
		return take_port(value, &o->bmc_port);
	}
	if (strcmp(name, "--delay") == 0) {
		return take_number(value, 0, 60000, &o->delay_ms);
	}
	if (strcmp(name, "--loss") == 0) {
		return take_number(value, 0, 100, &o->loss_pct);
	}
	if (strcmp(name, "--suite-0") == 0) {
		o->allow_suite_0 = strcmp(value, "yes") == 0;
		return o->allow_suite_0 || strcmp(value, "no") == 0 ? 0 : -1;
	}
	return 1;
}

/* Takes one option with its value; 1 = no such option, -1 = a bad value. */
static int
take(const char *name, const char *value, struct options *o)
{
	const struct {
		const char *name;
		const char **place;
	} texts[] = {
		{"--community", &o->community}, {"--faults", &o->faults},
		{"--plan", &o->plan}, {"--pidfile", &o->pidfile},
		{"--out", &o->out}, {"--snmprec", &o->snmprec},
		{"--users", &o->users},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].place = value;
			return value[0] == '\0' ? -1 : 0;
		}
	}
	if (strcmp(name, "--racks") == 0) {
		return take_number(value, 1, RACKS_MAX, &o->n_racks);
	}
	if (strcmp(name, "--hall") == 0) {
		return take_number(value, 12, PROVINCE_HALL_RACKS_MAX, &o->hall_racks);
	}
	if (strcmp(name, "--seed") == 0) {
		return text_u64(value, UINT64_MAX, &o->seed);
	}
	if (strcmp(name, "--step") == 0) {
		return take_number(value, 1, 86400, &o->step_s);
	}
	if (strcmp(name, "--port") == 0) {
		return take_port(value, &o->port);
	}
	if (strcmp(name, "--base") == 0) {
		return take_base(value, &o->base);
	}
	if (strcmp(name, "--max-size") == 0) {
		return take_number(value, 484, AGENT_SIZE_MAX, &o->size_max);
	}
	if (strcmp(name, "--interval") == 0) {
		return take_number(value, 1, 86400, &o->report_s);
	}
	if (strcmp(name, "--today") == 0) {
		return take_day(value, &o->today);
	}
	if (strcmp(name, "--snmp") == 0) {
		o->is_v3 = strcmp(value, "v3") == 0;
		return o->is_v3 || strcmp(value, "v2c") == 0 ? 0 : -1;
	}
	if (strcmp(name, "--bmc") == 0) {
		return take_bmc(value, &o->bmc);
	}
	if (strcmp(name, "--listen") == 0) {
		return take_listen(value, o);
	}
	return take_serving(name, value, o);
}

static int
parse_option(int argc, char **argv, int *at, struct options *options)
{
	char name[32];
	char *equals = strchr(argv[*at], '=');
	const char *value = NULL;
	size_t len = equals ? (size_t)(equals - argv[*at]) : strlen(argv[*at]);
	int status;

	if (len < sizeof(name)) {
		memcpy(name, argv[*at], len);
		name[len] = '\0';
		value = equals ? equals + 1 :
		    *at + 1 < argc ? argv[*at + 1] : "";
		status = take(name, value, options);
	} else {
		status = 1;
	}
	if (status != 0) {
		(void)fprintf(stderr, status > 0 ?
		    "racksim: unknown option %s (try racksim --help)\n" :
		    "racksim: bad or missing value for %s\n", argv[*at]);
		return -1;
	}
	*at += equals ? 1 : 2;
	return 0;
}

int
options_parse(int argc, char **argv, struct options *ret_options)
{
	struct options options = {
		.seed = 1,
		.step_s = 10,
		.base = BASE_DEFAULT,
		.port = 16100,
		.bmc_port = 16623,
		.size_max = AGENT_SIZE_DEFAULT,
		.community = "public",
	};
	int at = 0, n = 0;

	options.today = (int64_t)time(NULL);
	options.today -= options.today % 86400;
	/* Words may stand before and after options; they gather in front. */
	while (at < argc) {
		if (strncmp(argv[at], "--", 2) != 0) {
			argv[n++] = argv[at++];
		} else if (parse_option(argc, argv, &at, &options) != 0) {
			return -1;
		}
	}
	options.words = argv;
	options.n_words = n;
	*ret_options = options;
	return 0;
}
