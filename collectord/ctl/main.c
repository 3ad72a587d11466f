/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collectorctl: finds the command in the table and runs it.
 */
#include <config.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/log.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/token_file.h"

#define URL_DEFAULT "http://127.0.0.1:8080"
#define CONFIG_DEFAULT COLLECTORD_CONFDIR "/collectord.yaml"

const struct ctl_command CTL_COMMANDS[] = {
	{ "status", "", "Shows the count, the targets and the collector's health.",
	    "collectorctl status", 0, 0, ctl_status_command },
	{ "check", "", "Checks a configuration and prints every error with its place.",
	    "collectorctl --config /etc/collectord/collectord.yaml check", 0, 0,
	    ctl_check },
	{ "racks", "[--area|--site|--hall|--row|--state|--evidence|--failover|--q|--sort|"
	    "--limit V] [--csv]",
	    "Lists racks with state, evidence, failover and power.",
	    "collectorctl racks --evidence contradicted", 0, 20, ctl_racks },
	{ "devices", "[--status|--plugin|--q|--rack|--limit V] [--csv]",
	    "Lists devices with their last poll.",
	    "collectorctl devices --status down", 0, 10, ctl_devices },
	{ "explain", "(rack|device|alert) ID", "Says why a number is what it is.",
	    "collectorctl explain rack zz1-h1-r1-a01", 2, 2, ctl_explain },
	{ "events", "DEVICE-ID [--csv]", "Lists what a device's own log says, newest first.",
	    "collectorctl events zz1-h1-r1-a01-bmc-1", 1, 1, ctl_events },
	{ "series", "ENTITY (--list | METRIC "
	    "[--role|--instance|--from|--to|--max_points|--cf V]) [--csv]",
	    "Prints the history of one series; --list: what there is, in which RRD file.",
	    "collectorctl series rack:zz1-h1-r1-a01 power_w --from -6h", 2, 14,
	    ctl_series },
	{ "areas", "[--csv]", "Lists areas with what they count, measure and plan.",
	    "collectorctl areas --csv > areas.csv", 0, 0, ctl_areas },
	{ "sites", "[--area V] [--limit V] [--csv]", "The same of sites.",
	    "collectorctl sites --area 410100", 0, 4, ctl_sites },
	{ "halls", "[--area|--site|--limit V] [--csv]", "The same of halls.",
	    "collectorctl halls --site zz1", 0, 6, ctl_halls },
	{ "operators", "[--csv]", "The same of those who run sites.",
	    "collectorctl operators --json", 0, 0, ctl_operators },
	{ "feeds", "[--site V] [--limit V] [--csv]",
	    "Lists the feed tree: what each node carries, may carry and has promised.",
	    "collectorctl feeds --site zz1", 0, 4, ctl_feeds },
	{ "forecast", "[--target ID] [--of declared|verified] [--csv]",
	    "Says when a target is passed at the pace of the last weeks, and by what is "
	    "planned; --csv: the fan week by week.",
	    "collectorctl forecast --target plan-2023 --of verified", 0, 4, ctl_forecast },
	{ "history", "[--from|--to TIME] [--place KIND:ID] [--csv]",
	    "Prints the daily counts of the province, a place or an operator.",
	    "collectorctl history --from -28d --place area:410100", 0, 6, ctl_history },
	{ "ledger", "[--from|--to TIME] [--rack ID] [--kind V] [--limit V] [--csv]",
	    "Lists what was written down of racks, newest first: who, when, why, from "
	    "which file.",
	    "collectorctl ledger --from -7d --kind state,rename", 0, 10, ctl_ledger },
	{ "report", "[--month 2026-10] [--place KIND:ID] [--format json|csv|html] [--lang en|zh]",
	    "Prints the energy of a month by site and tenant; as csv the racks, as html a "
	    "page to be printed.",
	    "collectorctl report --month 2026-10 --place site:zz1 --format html > zz1.html",
	    0, 10, ctl_report },
	{ "reconcile", "[--kind V] [--place KIND:ID] [--limit V] [--discovered FILE] [--csv]",
	    "Lists where inventory, telemetry and ledger disagree; --discovered: also what "
	    "'discover --json' has found and the inventory lacks.",
	    "collectorctl reconcile --kind silent,planned_draws --place site:zz1", 0, 8,
	    ctl_reconcile },
	{ "plan", "[--n 40] [--u 2] [--kw 0.5] [--kg V] [--outlets V] [--ports V] "
	    "[--redundancy 2n|n|any] [--tenant T] [--area|--site|--hall|--row ID] [--csv]",
	    "Finds places for n equal servers, and says why one more fits nowhere.",
	    "collectorctl plan --n 40 --u 2 --kw 0.5 --hall zz1-h1", 0, 18, ctl_plan },
	{ "whatif", "(lose-feed FEED | lose-device|lose-node|lose-rack|remove-rack ID | "
	    "derate-node ID --share 0.5 | add --n 40 [--u|--kw|--kg|--outlets|--ports|"
	    "--redundancy V]) [--at KIND:ID]",
	    "Says who breaks and what the counts become; changes nothing.",
	    "collectorctl whatif lose-feed A --at hall:zz1-h1", 1, 17, ctl_whatif },
	{ "reservations add", "(--rack ID | --racks ID,ID…) --tenant T --until DAY "
	    "[--kw V] [--units V] [--reason TEXT]",
	    "Keeps power or units of racks for somebody, or racks as a whole.",
	    "collectorctl reservations add --rack zz1-h1-r1-a01 --tenant bank "
	    "--until 2027-03-01 --kw 2", 6, 12, ctl_reserve },
	{ "reservations release", "ID", "Ends a reservation before its time.",
	    "collectorctl reservations release 12", 1, 1, ctl_release },
	{ "reservations", "[--state|--source|--rack|--tenant|--limit V] [--csv]",
	    "Lists what is kept for whom, here and in the inventory.",
	    "collectorctl reservations --state active", 0, 10, ctl_reservations },
	{ "alerts show", "ID", "Prints one alert with its history, who was told, and what is "
	    "folded into it.", "collectorctl alerts show 12", 1, 1, ctl_alert_show },
	{ "alerts ack", "ID [--note TEXT]", "Acknowledges an alert: it is not told again.",
	    "collectorctl alerts ack 12 --note 'electrician is on the way'", 1, 3,
	    ctl_alert_ack },
	{ "alerts unack", "ID", "Takes that back.", "collectorctl alerts unack 12", 1, 1,
	    ctl_alert_unack },
	{ "alerts rules", "[--csv]", "Lists what is watched, by which limits, from which line.",
	    "collectorctl alerts rules", 0, 0, ctl_alert_rules },
	{ "alerts replay", "RULE --from TIME [--to TIME] [--at KIND:ID] [--file alerts.yaml]",
	    "Says when a rule, or a draft of one, would have fired over what is stored.",
	    "collectorctl alerts replay inlet-hot --from -7d --file draft.yaml", 3, 9,
	    ctl_alert_replay },
	{ "alerts", "[--state|--severity|--at KIND:ID|--rule|--q|--limit V] [--csv]",
	    "Lists what fires, worst first.",
	    "collectorctl alerts --at site:zz1 --severity critical", 0, 12, ctl_alerts },
	{ "silence list", "[--state active|future|over] [--csv]",
	    "Lists what is not told for a while; 'silence' alone does, too.",
	    "collectorctl silence list --state active", 0, 2, ctl_silences },
	{ "silence add", "KIND:ID (--for 2h | --until TIME) --reason TEXT [--rule GLOB] "
	    "[--maintenance]",
	    "Tells nobody of a place, rack, feed or device and all below it for a while.",
	    "collectorctl silence add hall:zz1-h1 --for 2h --reason 'UPS test'", 5, 8,
	    ctl_silence_add },
	{ "silence end", "ID", "Ends a silence; what still fires is told then.",
	    "collectorctl silence end 3", 1, 1, ctl_silence_end },
	{ "silence", "[--state V] [--csv]", "The same as silence list.",
	    "collectorctl silence", 0, 2, ctl_silences },
	{ "webhook list", "[--csv]", "Lists who is told, and how they fare.",
	    "collectorctl webhook list", 0, 0, ctl_webhooks },
	{ "webhook test", "NAME [--alert ID]",
	    "Sends a test as every message goes, shows what was sent and answered, and fails "
	    "unless it is taken.", "collectorctl webhook test noc", 1, 3, ctl_webhook_test },
	{ "webhook deliveries", "[--receiver|--state|--alert|--limit V] [--csv]",
	    "Lists messages, newest first; state dead: those that were given up.",
	    "collectorctl webhook deliveries --state dead", 0, 8, ctl_webhook_deliveries },
	{ "webhook show", "ID", "Prints one message with all its tries.",
	    "collectorctl webhook show 77", 1, 1, ctl_webhook_show },
	{ "webhook replay", "ID", "Sends a message again, under the same key.",
	    "collectorctl webhook replay 77", 1, 1, ctl_webhook_replay },
	{ "poll", "DEVICE-ID [--timeout 10s]",
	    "Polls one device of the configuration now, without the daemon.",
	    "collectorctl --config collectord.yaml poll zz1-h1-r1-a01-pdu-a", 1, 3,
	    ctl_poll },
	{ "discover", "ADDRESS|CIDR[:PORT] [--plugin snmp|ipmi] [--rate 50] [--timeout 2s]",
	    "Probes addresses with every plugin that can and prints inventory YAML.",
	    "collectorctl --config collectord.yaml discover 192.0.2.0/24", 1, 7,
	    ctl_discover },
	{ "profile list", "", "Lists the device profiles.",
	    "collectorctl profile list", 0, 0, ctl_profile_list },
	{ "profile new", "--from-walk FILE [--name ID] [--mibs DIR]",
	    "Prints a draft profile made from a recording: what it guesses it says.",
	    "collectorctl profile new --from-walk device.walk --name acme-pdu", 2, 6,
	    ctl_profile_new },
	{ "profile run", "--snmprec FILE [--profile ID] [--format golden]",
	    "Runs a profile over a recording (.snmprec or a saved snmpwalk -On) and prints "
	    "every metric.",
	    "collectorctl profile run --snmprec pdu.snmprec --json", 2, 6,
	    ctl_profile_run },
	{ "profile test", "DIR [--update]",
	    "Compares what each recording DIR/NAME.walk gives with DIR/NAME.golden.",
	    "collectorctl profile test tests/fixtures/profiles", 1, 2,
	    ctl_profile_test },
	{ "import csv", "FILE… [--into DIR] [--dry-run]",
	    "Checks CSV inventories (UTF-8, UTF-16 or GBK), shows what they change and "
	    "what answers, and puts them beside the configuration.",
	    "collectorctl import csv racks.csv devices.csv --dry-run", 1, 64,
	    ctl_import_csv },
	{ "import netbox", "URL --token-file FILE [--area CODE] [--credential ID] "
	    "[--name netbox] [--into DIR] [--dry-run]",
	    "The same of sites, locations, racks, devices, power panels and feeds of a "
	    "NetBox.",
	    "collectorctl import netbox https://netbox.example --token-file token "
	    "--dry-run", 3, 13, ctl_import_netbox },
	{ "setup", "--user NAME [--secrets FILE]", "Makes the first admin, with the token that the "
	    "first start has printed; asks for it and for a password.",
	    "collectorctl setup --user li", 2, 4, ctl_setup },
	{ "user list", "", "Lists users and what they may.", "collectorctl user list", 0, 0,
	    ctl_user_list },
	{ "user add", "NAME --role viewer|operator|admin [--places P] [--secrets FILE]",
	    "Adds a user; asks for a password.",
	    "collectorctl user add wang --role operator --places site:zz1", 3, 7,
	    ctl_user_add },
	{ "user change", "NAME [--role R] [--places P] [--disabled yes|no]",
	    "Changes what a user may.", "collectorctl user change wang --disabled yes", 3, 7,
	    ctl_user_change },
	{ "user password", "NAME [--secrets FILE]", "Gives a user a new password.",
	    "collectorctl user password wang", 1, 3, ctl_password },
	{ "user remove", "NAME", "Removes a user and its tokens.",
	    "collectorctl user remove wang", 1, 1, ctl_user_remove },
	{ "token list", "", "Lists tokens.", "collectorctl token list", 0, 0, ctl_token_list },
	{ "token new", "NAME --user U --out FILE [--role R] [--places P] [--days N] "
	    "[--secrets FILE]",
	    "Makes a token of a user, asks for the password, and writes it to a new file for "
	    "--auth.", "collectorctl token new laptop --user li --role admin --out ~/.collectord",
	    5, 13, ctl_token_new },
	{ "token remove", "ID", "Removes a token.", "collectorctl token remove tk3x", 1, 1,
	    ctl_token_remove },
	{ "audit", "[--limit N]", "Lists who changed what, newest first.",
	    "collectorctl audit --limit 20", 0, 2, ctl_audit },
	{ "doctor", "", "Looks at all that a working installation needs; changes nothing.",
	    "collectorctl --config /etc/collectord/collectord.yaml doctor", 0, 0,
	    ctl_doctor },
	{ "store verify", "", "Reads every file of the store and names those that are bad.",
	    "collectorctl store verify --json", 0, 0, ctl_store_verify },
	{ "store rewind", "", "Takes rows that a wrong clock has put into the future out of "
	    "the RRD files, which refuse samples until then; the daemon does it.",
	    "collectorctl store rewind", 0, 0, ctl_store_rewind },
	{ "backup", "FOLDER",
	    "Copies store, state database and configuration, while the daemon runs.",
	    "collectorctl backup /backup/collectord-2026-11-22", 1, 1, ctl_backup },
	{ "restore", "FOLDER [--to STORE-FOLDER] [--config-files yes|no]",
	    "Checks a backup whole, then puts it in the place of the store.",
	    "collectorctl restore /backup/collectord-2026-11-22", 1, 5, ctl_restore },
	{ NULL, NULL, NULL, NULL, 0, 0, NULL },
};

int
ctl_fail(const char *format, ...)
{
	va_list args;

	(void)fputs("collectorctl: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputs("\n", stderr);
	return CTL_FAILED;
}

const char *
ctl_option(const struct ctl_args *args, const char *name)
{
	for (int i = 0; i + 1 < args->argc; i++) {
		if (strcmp(args->argv[i], name) == 0) {
			return args->argv[i + 1];
		}
	}
	return NULL;
}

const char *
ctl_word(const struct ctl_args *args, int i)
{
	for (int at = 0; at < args->argc; at++) {
		if (strncmp(args->argv[at], "--", 2) == 0) {
			at++;
		} else if (i-- == 0) {
			return args->argv[at];
		}
	}
	return NULL;
}

static void
usage(FILE *out)
{
	(void)fputs("usage: collectorctl [--url URL] [--config FILE] [--plugin-dir DIR] "
	    "[--profiles DIR] [--json] COMMAND\n\n"
	    "  --url URL         the daemon (default " URL_DEFAULT ")\n"
	    "  --config FILE     configuration (default " CONFIG_DEFAULT ")\n"
	    "  --plugin-dir DIR  plugins (default: as configured or installed)\n"
	    "  --profiles DIR    device profiles (default: as installed)\n"
	    "  --json            print JSON, in the shapes of the API\n"
	    "  --csv             print the whole list for spreadsheets, where a command "
	    "names it\n\ncommands:\n", out);
	for (const struct ctl_command *c = CTL_COMMANDS; c->name != NULL; c++) {
		(void)fprintf(out, "  %s %s\n      %s\n      %s\n", c->name,
		    c->arguments, c->help, c->example);
	}
	(void)fputs("\nexit status: 0 done, 1 failed, 2 wrong usage\n", out);
}

/* Number of words of the command's name that argv begins with; 0: another. */
static int
words_matched(const struct ctl_command *command, int argc, char **argv)
{
	const char *rest = strchr(command->name, ' ');
	size_t len = rest != NULL ? (size_t)(rest - command->name)
	    : strlen(command->name);

	if (argc < 1 || strlen(argv[0]) != len ||
	    strncmp(argv[0], command->name, len) != 0) {
		return 0;
	}
	if (rest == NULL) {
		return 1;
	}
	return argc >= 2 && strcmp(argv[1], rest + 1) == 0 ? 2 : 0;
}

/* Takes our own options, which may stand anywhere, out of argv. */
static int
global_options(struct ctl_args *args, int argc, char **argv)
{
	struct { const char *name, **to; } options[] = {
		{ "--url", &args->url }, { "--config", &args->config },
		{ "--plugin-dir", &args->plugin_dir },
		{ "--profiles", &args->profiles }, { "--auth", &args->auth },
		{ "--cacert", &args->cacert },
	};
	enum { N_OPTIONS = sizeof(options) / sizeof(options[0]) };
	int n = 0;

	for (int i = 1; i < argc; i++) {
		size_t o = 0;

		if (strcmp(argv[i], "--json") == 0) {
			args->json = true;
			continue;
		}
		if (strcmp(argv[i], "--csv") == 0) {
			args->csv = true;
			continue;
		}
		for (; o < N_OPTIONS && strcmp(argv[i], options[o].name) != 0; o++) {
		}
		if (o == N_OPTIONS) {
			argv[n++] = argv[i];
		} else if (i + 1 < argc) {
			*options[o].to = argv[++i];
		} else {
			(void)ctl_fail("%s wants a value", argv[i]);
			return -1;
		}
	}
	return n;
}

/* Reads the token that goes along with each question, if there is one. */
static int
identify(const struct ctl_args *args, struct client_auth *auth, char token[TOKEN_FILE_SIZE])
{
	const char *file = args->auth != NULL ? args->auth : getenv("COLLECTORD_TOKEN_FILE");
	struct col_error error;

	auth->cacert = args->cacert;
	if (file != NULL && file[0] != '\0') {
		if (token_file_read(file, token, &error) != 0) {
			return ctl_fail("%s", error.text);
		}
		auth->token = token;
	}
	client_auth(auth);
	return CTL_OK;
}

int
main(int argc, char **argv)
{
	struct ctl_args args = { .url = URL_DEFAULT, .config = CONFIG_DEFAULT };
	const struct ctl_command *command = CTL_COMMANDS;
	struct client_auth auth = {0};
	char token[TOKEN_FILE_SIZE];
	int n, words = 0, status;

	log_init(LOG_TEXT, COL_LOG_WARN, 2);
	n = global_options(&args, argc, argv);
	if (n < 0) {
		return CTL_USAGE;
	}
	if (n == 0 || strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "help") == 0) {
		usage(n == 0 ? stderr : stdout);
		return n == 0 ? CTL_USAGE : CTL_OK;
	}
	if (strcmp(argv[0], "--version") == 0) {
		(void)printf("collectorctl %s\n", PACKAGE_VERSION);
		return CTL_OK;
	}
	while (command->name != NULL &&
	    (words = words_matched(command, n, argv)) == 0) {
		command++;
	}
	if (command->name == NULL) {
		(void)ctl_fail("no command '%s'; collectorctl --help lists them", argv[0]);
		return CTL_USAGE;
	}
	args.argc = n - words;
	args.argv = argv + words;
	if (args.argc < command->min || args.argc > command->max) {
		(void)ctl_fail("usage: collectorctl %s %s\n  example: %s", command->name,
		    command->arguments, command->example);
		return CTL_USAGE;
	}
	/* what a command's help does not name it does not take */
	if (args.csv && strstr(command->arguments, "--csv") == NULL) {
		(void)ctl_fail("%s has no --csv", command->name);
		return CTL_USAGE;
	}
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
	status = identify(&args, &auth, token);
	status = status != CTL_OK ? status : command->fn(&args);
	explicit_bzero(token, sizeof(token));
	curl_global_cleanup();
	return status;
}
