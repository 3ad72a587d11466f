/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "control.h"
#include "devices.h"
#include "inventory.h"
#include "options.h"
#include "plan.h"
#include "replay.h"
#include "serve.h"
#include "truth.h"

static const char help[] =
"Usage: racksim COMMAND [OPTIONS]\n"
"Simulates the rack devices of a province on loopback addresses.\n"
"\n"
"Commands:\n"
"  serve                      answer SNMP v1/v2c/v3 and IPMI 2.0 for all devices\n"
"  value DEV METRIC INST TIME print what a correct collector stores\n"
"  values                     the same, one query per line of stdin;\n"
"                             TIME may be FROM/STEP/N: N answers on one line\n"
"  devices                    list ID ADDRESS KIND STATE FAULTS of each device\n"
"  inventory                  write the matching collectord configuration\n"
"  fault LINE | fault clear   change the faults of a running serve\n"
"  replay                     serve one .snmprec capture\n"
"\n"
"The province (give the same to serve, value and inventory):\n"
"  --racks N            declared racks\n"
"  --seed S             another province (default 1)\n"
"  --step S             values move at multiples of S seconds (default 10)\n"
"  --base A             first device address (default 127.16.0.0)\n"
"  --hall N             racks of a hall, about (default 160)\n"
"  --plan FILE          other sites, one per line:\n"
"                       ID|AREA CODE|WEIGHT|apc or raritan|EN|ZH|OPERATOR\n"
"  --bmc off|some|only  BMCs, two a rack: none (default), in every third row,\n"
"                       or in all racks and nothing but them\n"
"  --faults FILE|SPEC   what goes wrong, see below\n"
"\n"
"serve:      --port P (default 16100)  --community C (default public)\n"
"            --users FILE  --max-size B (default 1472)  --pidfile F\n"
"            --interval S: print counters to stderr every S seconds\n"
"            --bmc-port P (default 16623)  --suite-0 yes|no (default no)\n"
"            --delay MS, --loss PERCENT: of all answers, as on a long line\n"
"inventory:  --out DIR  --port P  --today YYYY-MM-DD  --snmp v2c|v3\n"
"            v3 writes credentials.yaml and secrets of the first user;\n"
"            with BMCs: --bmc-port P, and bmc.secret, the password of demo\n"
"devices:    as of now, or of TIME behind the command\n"
"fault:      --faults FILE  --pidfile F (the ones serve was given)\n"
"replay:     --snmprec FILE  --listen 127.0.0.1:PORT  --community C\n"
"\n"
"BMCs: users demo (password demo-bmc-pass, privilege USER) and admin\n"
"(demo-admin-pass, ADMINISTRATOR); cipher suites 3 and 17; six models.\n"
"\n"
"serve takes all of 127/8 by one socket on the wildcard address, bound to the\n"
"interface lo; what was not sent to 127/8 is dropped unread.\n"
"\n"
"SNMPv3 users, one per line of FILE: NAME [AUTH PASSPHRASE [PRIV PASSPHRASE]]\n"
"with AUTH md5 sha sha224 sha256 sha384 sha512, PRIV des aes128 aes192 aes256\n"
"aes192c aes256c (c: Reeder's keys, as Cisco has them). Without FILE there is\n"
"one: demo sha256 demo-auth-pass aes128 demo-priv-pass.\n"
"\n"
"Faults, one per line of FILE (re-read on SIGHUP) or split by ';' in SPEC.\n"
"Of single answers (percent= is of the answers):\n"
"  drop | delay ms=N | duplicate | reorder (30 ms late) | garbage | truncate\n"
"  oversize | shuffle (varbinds in reverse) | endless (walks never end)\n"
"  stuck (GETNEXT repeats itself) | toobig over=N (above N varbinds, GETBULK\n"
"  too) | wrong_id | wrong_community | other_address | other_port\n"
"  report stat=S (a forged SNMPv3 report goes ahead of the answer; S is\n"
"  unknown_user, unknown_engine, wrong_digest, not_in_window, decryption or\n"
"  unsupported_level)\n"
"  of BMCs: bad_rakp2 | bad_rakp4 (codes that fit no password) | bad_code |\n"
"  bad_sequence | busy (C0h to sensor and power readings)\n"
"Of devices (percent= is of the devices):\n"
"  silence | reboot at=T | wrap at=T | hot_aisle degrees=K\n"
"  feed_loss feed=A redundant=PERCENT (PDUs whose module has power from the\n"
"  other feed, too, say 0 V; the others, none by default 0, are silent)\n"
"  engine_change at=T | engine_same (all have one id) | boots_fall at=T\n"
"  engine_bare (discovery tells no time) | clock_jump seconds=N\n"
"  of BMCs: no_slots (01h to Open Session) | session_drop at=T | sdr_short |\n"
"  sdr_long | sdr_change at=T | sensors_gone sensors=PERCENT | no_dcmi |\n"
"  dcmi_short | dcmi_zero | sel_event at=T (a power supply fails)\n"
"  no_rmcpp (it says: IPMI 1.5) | no_role (0Ah to Open Session with one) |\n"
"  padded_user | long_rakp | zero_id | bad_sum, as clients' workarounds have it\n"
"each with a place (site= hall= row= rack= device=), devices= (percent of the\n"
"devices there), from=, to=.\n"
"Without from= a line counts since FILE was last changed, in SPEC always.\n"
"\n"
"TIME is unix seconds or RFC 3339; INST is -, L1, bank1, outlet12, top ...,\n"
"of a BMC -, dcmi, inlet, outlet 0x04 or a sensor's name (- for all signs)\n"
"A device that keeps silent at TIME prints none; what does not exist, exit 1.\n"
"\n"
"Examples:\n"
"  racksim serve --racks 900 --port 16100\n"
"  racksim inventory --racks 900 --port 16100 --out /tmp/demo\n"
"  racksim value zz1-h1-r1-a01-pdu-a power_w - 2026-01-01T00:00:00Z "
"--racks 900\n"
"  racksim serve --racks 900 --faults 'silence site=zz1; drop percent=5'\n"
"  racksim fault --racks 900 --faults f.txt --pidfile f.pid \\\n"
"      feed_loss hall=zz1-h1 feed=A\n"
"  snmpget -v3 -u demo -l authPriv -a SHA-256 -A demo-auth-pass -x AES \\\n"
"      -X demo-priv-pass 127.16.0.1:16100 1.3.6.1.2.1.1.5.0\n"
"  ipmitool -I lanplus -C 17 -H 127.16.2.1 -p 16623 -U demo -L USER \\\n"
"      -f FILE sdr elist              (FILE holds demo-bmc-pass)\n"
"  racksim replay --snmprec pdu.snmprec --listen 127.0.0.1:16101\n";

static int
run_command(const char *command, const struct options *options,
    const struct province *province)
{
	if (strcmp(command, "serve") == 0) {
		return serve_run(options, province);
	}
	if (strcmp(command, "value") == 0) {
		return truth_value(options, province);
	}
	if (strcmp(command, "values") == 0) {
		return truth_values(options, province);
	}
	if (strcmp(command, "devices") == 0) {
		return devices_run(options, province);
	}
	if (strcmp(command, "fault") == 0) {
		return control_run(options, province);
	}
	return inventory_run(options, province);
}

static int
run_province(const char *command, const struct options *options,
    const struct plan *plan)
{
	struct province_options layout = {
		.seed = options->seed,
		.step_s = options->step_s,
		.base = options->base,
		.n_racks = options->n_racks,
		.hall_racks = options->hall_racks,
		.bmc = options->bmc,
		.sites = plan->sites,
		.n_sites = plan->n,
	};
	struct province province;
	int status = 1;

	if (province_init(&province, &layout) != 0) {
		(void)fprintf(stderr, "racksim: %u racks do not fit into the "
		    "addresses from --base on\n", options->n_racks);
	} else {
		status = run_command(command, options, &province);
	}
	province_done(&province);
	return status;
}

static int
run_planned(const char *command, const struct options *options)
{
	char error[PLAN_ERROR_MAX];
	struct plan plan = {0};
	FILE *file;
	int status;

	if (options->n_racks == 0) {
		(void)fprintf(stderr, "racksim: %s needs --racks N\n", command);
		return 2;
	}
	if (options->plan == NULL) {
		return run_province(command, options, &plan);
	}
	file = fopen(options->plan, "re");
	if (file == NULL) {
		(void)fprintf(stderr, "racksim: %s: %s\n", options->plan,
		    strerror(errno));
		return 1;
	}
	status = plan_load(&plan, file, error);
	(void)fclose(file);
	if (status != 0) {
		(void)fprintf(stderr, "racksim: %s: %s\n", options->plan,
		    error);
		return 1;
	}
	status = run_province(command, options, &plan);
	plan_done(&plan);
	return status;
}

int
main(int argc, char **argv)
{
	static const char *const commands[] = {
		"serve", "value", "values", "devices", "inventory", "fault",
		"replay"
	};
	struct options options;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0) {
			(void)fputs(help, stdout);
			return 0;
		}
	}
	if (argc < 2) {
		(void)fputs(help, stderr);
		return 2;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i]) != 0) {
			continue;
		}
		if (options_parse(argc - 2, argv + 2, &options) != 0) {
			return 2;
		}
		return strcmp(commands[i], "replay") == 0 ?
		    replay_run(&options) : run_planned(commands[i], &options);
	}
	(void)fprintf(stderr, "racksim: unknown command %s "
	    "(try racksim --help)\n", argv[1]);
	return 2;
}
