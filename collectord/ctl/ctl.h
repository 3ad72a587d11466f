/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collectorctl put together: one table of commands, what each gets, and the
 * few things they share.
 *
 * Route: beside it: asks the daemon's API, or works on files.  Thread: MAIN.
 * Source: DESIGN.md 4.2.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>

#include <collectord/err.h>

/* Exit statuses of every command. */
enum ctl_status { CTL_OK = 0, CTL_FAILED = 1, CTL_USAGE = 2 };

/* What stood on the command line before and behind the command. */
struct ctl_args {
	const char *url;         /* --url, default http://127.0.0.1:8080 */
	const char *auth;        /* --auth FILE with a token, else $COLLECTORD_TOKEN_FILE */
	const char *cacert;      /* --cacert FILE, NULL: the system's */
	const char *config;      /* --config */
	const char *plugin_dir;  /* --plugin-dir, NULL: as configured */
	const char *profiles;    /* --profiles DIR, NULL: as installed */
	bool json;               /* --json: the shapes of the API */
	bool csv;                /* --csv: lists for spreadsheets */
	int argc;                /* the command's own arguments */
	char **argv;
};

typedef int ctl_fn(const struct ctl_args *args);

struct ctl_command {
	const char *name;        /* "profile run": one or two words */
	const char *arguments;   /* "(rack|device) ID" */
	const char *help;        /* one sentence */
	const char *example;
	int min, max;            /* number of arguments, options included */
	ctl_fn *fn;
};

extern const struct ctl_command CTL_COMMANDS[]; /* ends with name NULL */

/*
 * Finds "--name VALUE" among the arguments; NULL when it is not there.  Marks
 * nothing: a command lists its options in its help.
 */
const char *ctl_option(const struct ctl_args *args, const char *name);
/* The i-th argument that is neither an option nor an option's value, or NULL. */
const char *ctl_word(const struct ctl_args *args, int i);

/* Prints "collectorctl: text" on stderr and returns CTL_FAILED. */
int ctl_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* commands that ask the daemon */
ctl_fn ctl_status_command, ctl_racks, ctl_devices, ctl_explain, ctl_events, ctl_series;
ctl_fn ctl_feeds;
ctl_fn ctl_areas, ctl_sites, ctl_halls, ctl_operators, ctl_forecast, ctl_history,
    ctl_ledger, ctl_reconcile;
ctl_fn ctl_report;
ctl_fn ctl_setup, ctl_user_list, ctl_user_add, ctl_user_change, ctl_user_remove,
    ctl_password, ctl_token_list, ctl_token_new, ctl_token_remove, ctl_audit;
ctl_fn ctl_plan, ctl_whatif, ctl_reservations, ctl_reserve, ctl_release;
ctl_fn ctl_alerts, ctl_alert_show, ctl_alert_ack, ctl_alert_unack, ctl_alert_rules,
    ctl_alert_explain, ctl_alert_replay;
ctl_fn ctl_silences, ctl_silence_add, ctl_silence_end;
ctl_fn ctl_webhooks, ctl_webhook_test, ctl_webhook_deliveries, ctl_webhook_show,
    ctl_webhook_replay;
/* commands that work on files and devices */
ctl_fn ctl_check, ctl_poll, ctl_discover;
ctl_fn ctl_profile_list, ctl_profile_new, ctl_profile_run, ctl_profile_test;
/* commands that make inventory files */
ctl_fn ctl_import_csv, ctl_import_netbox;
/* commands that look after the store's files */
ctl_fn ctl_backup, ctl_restore, ctl_doctor, ctl_store_verify, ctl_store_rewind;

#endif
