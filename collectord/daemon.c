/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "daemon.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/thread.h"
#include "capacity/board.h"
#include "own.h"
#include "store/calculator.h"
#include "tell.h"

#define STOP_STEPS 64
#define STOP_TELLS 4

struct daemon {
	const struct clock *clock;
	const char *config_file, *program;
	bool threads;
	uint64_t version;               /* of the newest configuration tried */
	const struct config *config;    /* in force */
	struct ids *ids;
	/* the route, in its order */
	struct poll *poll;
	struct flow *flow;
	struct capacity *capacity;
	struct alerts *alerts;
	struct alerts_loaded open_alerts;  /* until alerts has taken them */
	struct tell *tell;                 /* NULL: nobody is told */
	struct transport *transport;       /* of a test */
	struct own own;                    /* FLOW's */
	struct wall board_slot;            /* FLOW's: of the board that was made last */
	struct mono board_at;
	struct store *store;
	struct survey *survey;
	struct state *state;
	struct users_all users;            /* until http has taken them */
	struct http *http;
	/* what wakes them may run before they are made and after they have ended */
	struct thread *_Atomic flow_thread, *_Atomic store_thread;
	struct thread *_Atomic state_thread, *_Atomic survey_thread;
	const struct queue *queues[2];
};

/* ---- what one room calls in another, without knowing it ------------------- */

static void
batch_to_flow(void *arg, struct batch *batch)
{
	flow_put(((struct daemon *)arg)->flow, batch);
}

static int
event_to_state(void *arg, const struct device_event *event)
{
	return state_put_event(((struct daemon *)arg)->state, event);
}

static void
wake_flow(void *arg)
{
	thread_wake(((struct daemon *)arg)->flow_thread);
}

static void
wake_store(void *arg)
{
	thread_wake(((struct daemon *)arg)->store_thread);
}

static void
wake_state(void *arg)
{
	thread_wake(((struct daemon *)arg)->state_thread);
}

static void
wake_survey(void *arg)
{
	thread_wake(((struct daemon *)arg)->survey_thread);
}

static void
changes_to_tell(void *arg, const struct alert_change *changes, size_t n_changes)
{
	tell_changes(((struct daemon *)arg)->tell, changes, n_changes);
}

static void
silent_to_alerts(void *arg, const char *receiver, double silent_s)
{
	alert_own(((struct daemon *)arg)->alerts, GAUGE_RECEIVER_SILENT_S, receiver, silent_s);
}

/* Rules look at a view once per slot, whatever is published meanwhile; without
 * slots once per interval, for the collector's own sake. */
static void
view_to_alerts(struct daemon *daemon, const struct view *view)
{
	struct wall slot = view->rollup != NULL ? view->rollup->slot : (struct wall){ 0 };
	struct mono now = clock_mono(daemon->clock);
	struct own_now own;
	struct board *board;

	if (slot.ns == daemon->board_slot.ns && daemon->board_at.ns != 0 &&
	    now.ns < daemon->board_at.ns + view->config->settings.interval_ns) {
		return;
	}
	board = board_of_view(view, alert_want(daemon->alerts));
	if (board != NULL) {
		own_read(&own, daemon->clock, poll_lateness(daemon->poll), daemon->store);
		own_put(&daemon->own, &own, board);
		daemon->board_slot = slot;
		daemon->board_at = now;
	}
	alert_board(daemon->alerts, board);
}

static void
view_published(void *arg, const struct view *view)
{
	struct daemon *daemon = arg;

	if (daemon->http != NULL) {
		http_publish(daemon->http, view);
	}
	view_to_alerts(daemon, view);
}

static void
alerts_published(void *arg, const struct alert_list *list)
{
	struct daemon *daemon = arg;

	if (daemon->http != NULL) {
		http_publish_alerts(daemon->http, list);
	}
}

/* ---- flow's hooks: capacity and alert ---------------------------------------- */

static void
flow_configured(void *arg, const struct config *config)
{
	struct daemon *daemon = arg;

	capacity_config(daemon->capacity, config);
	alert_config(daemon->alerts, config);
}

static void
flow_closed(void *arg, const struct rollup *rollup)
{
	capacity_closed(((struct daemon *)arg)->capacity, rollup);
}

static void
flow_good(void *arg, uint32_t rack, struct wall slot)
{
	capacity_good(((struct daemon *)arg)->capacity, rack, slot);
}

static void
flow_ended(void *arg, const struct batch *batch, const struct reading *reading)
{
	alert_polled(((struct daemon *)arg)->alerts, batch, reading);
}

static struct mono
flow_stepped(void *arg)
{
	struct daemon *daemon = arg;
	struct mono capacity = capacity_step(daemon->capacity);
	struct mono alert = alert_step(daemon->alerts);

	return alert.ns < capacity.ns ? alert : capacity;
}

static void
days_to_capacity(void *arg, int code, const struct daily *days, size_t n_days)
{
	if (code == 0) {
		capacity_history(arg, days, n_days);
	}
}

/* ---- configuration ----------------------------------------------------------- */

static void
print_errors(const struct config_errors *errors)
{
	struct buf out;

	buf_init(&out, 0);
	config_errors_print(errors, &out);
	if (out.size > 0) {
		(void)fwrite(out.data, 1, out.size, stderr);
	}
	if (errors->n_total > errors->n_items) {
		(void)fprintf(stderr, "… and %zu more\n",
		    errors->n_total - errors->n_items);
	}
	buf_done(&out);
}

/* The plugins' folder stands in the file that they help to check. */
static int
open_plugins(struct daemon *daemon, struct col_error *error)
{
	struct poll_setup setup = {
		.clock = daemon->clock,
		.sink = { batch_to_flow, daemon },
		.events = { event_to_state, daemon },
	};
	struct config_basics basics;
	int rc = config_peek(daemon->config_file, &basics, error);

	if (rc != 0) {
		return rc;
	}
	if (daemon->threads) {
		log_init(basics.log_json ? LOG_JSON : LOG_TEXT,
		    (enum col_log_level)basics.log_level, STDERR_FILENO);
	}
	setup.plugin_dir = basics.plugin_dir;
	setup.n_threads = !daemon->threads ? 0 :
	    basics.poll_threads > 0 ? basics.poll_threads : 1;
	rc = poll_new(&setup, &daemon->poll, error);
	config_basics_done(&basics);
	return rc;
}

static int
load(struct daemon *daemon, const struct config **ret_config,
    struct config_errors *errors)
{
	if (daemon->config != NULL) {
		return config_reload(daemon->config, poll_plugins(daemon->poll),
		    daemon->ids, ++daemon->version, clock_wall(daemon->clock), errors,
		    ret_config);
	}
	return config_load(daemon->config_file, poll_plugins(daemon->poll),
	    daemon->ids, ++daemon->version, clock_wall(daemon->clock), errors,
	    ret_config);
}

/* ---- start and stop ------------------------------------------------------------ */

static int
open_state(struct daemon *daemon, struct col_error *error)
{
	const struct settings *settings = &daemon->config->settings;
	struct state_setup setup = {
		.clock = daemon->clock, .wake = wake_state, .wake_arg = daemon,
	};
	char path[4096];
	int rc;

	(void)snprintf(path, sizeof(path), "%s/state.db", settings->store_dir);
	setup.path = path;
	rc = state_new(&setup, &daemon->state, error);
	for (size_t i = 0; rc == 0 && i < settings->n_history; i++) {
		rc = state_import_daily(daemon->state, settings->history[i], error);
	}
	if (rc == 0 && users_load(daemon->state, &daemon->users) != 0) {
		rc = err_set(error, COL_EIO, "state database: users cannot be read");
	}
	if (rc == 0 && alerts_load(daemon->state, &daemon->open_alerts) != 0) {
		rc = err_set(error, COL_EIO, "state database: alerts cannot be read");
	}
	if (rc == 0) {
		state_apply(daemon->state, daemon->config);
	}
	return rc;
}

/* Before anything happens to the alerts that were loaded. */
static int
open_tell(struct daemon *daemon, struct col_error *error)
{
	struct tell_setup setup = {
		.clock = daemon->clock, .state = daemon->state,
		.open = &daemon->open_alerts, .transport = daemon->transport,
		.silent = silent_to_alerts, .silent_arg = daemon,
	};

	/* on virtual time there is no network, unless the test brings one */
	return daemon->threads || daemon->transport != NULL ?
	    tell_new(&setup, daemon->config, &daemon->tell, error) : 0;
}

static int
open_store(struct daemon *daemon, struct col_error *error)
{
	struct store_setup setup = {
		.clock = daemon->clock, .program = daemon->program,
		.wake = wake_store, .wake_arg = daemon, .in_steps = daemon->threads,
	};

	return store_new(&setup, daemon->config, &daemon->store, error);
}

static void
open_survey(struct daemon *daemon)
{
	struct survey_setup setup = {
		.clock = daemon->clock, .store = daemon->store, .state = daemon->state,
		.wake = wake_survey, .wake_arg = daemon,
	};

	daemon->survey = survey_new(&setup);
	assert(daemon->survey != NULL);
	survey_apply(daemon->survey, daemon->config);
}

static void
open_flow(struct daemon *daemon)
{
	struct capacity_setup capacity = {
		.clock = daemon->clock, .state = daemon->state,
		.published = view_published, .published_arg = daemon,
		.past = survey_past, .past_arg = daemon->survey,
	};
	struct flow_setup setup = {
		.clock = daemon->clock,
		.config_fn = flow_configured, .closed_fn = flow_closed,
		.good_fn = flow_good, .ended_fn = flow_ended, .step_fn = flow_stepped,
		.arg = daemon, .wake = wake_flow, .wake_arg = daemon,
	};
	struct alert_setup alert = {
		.clock = daemon->clock, .state = daemon->state,
		.published = alerts_published, .changed = changes_to_tell, .arg = daemon,
		.wake = wake_flow, .wake_arg = daemon,
	};

	daemon->capacity = capacity_new(&capacity);
	daemon->alerts = alert_new(&alert, &daemon->open_alerts);
	assert(daemon->alerts != NULL);
	alerts_loaded_done(&daemon->open_alerts);
	state_get_daily(daemon->state, INT32_MIN, INT32_MAX, days_to_capacity,
	    daemon->capacity);
	(void)state_step(daemon->state);
	setup.sinks[0] = (struct record_sink){ store_put, daemon->store };
	setup.sinks[1] = poll_outputs(daemon->poll);
	setup.sinks[2] = (struct record_sink){ alert_record, daemon->alerts };
	daemon->flow = flow_new(&setup);
	capacity_latest(daemon->capacity, flow_latest(daemon->flow));
	flow_apply(daemon->flow, daemon->config);
	(void)flow_step(daemon->flow);
}

static int
open_http(struct daemon *daemon, struct col_error *error)
{
	struct http_setup setup = {
		.clock = daemon->clock, .capacity = daemon->capacity,
		.flow = daemon->flow, .poll = daemon->poll,
		.store = daemon->store, .state = daemon->state,
		.alerts = daemon->alerts, .notify = tell_notify(daemon->tell),
		.users = &daemon->users, .version = PACKAGE_VERSION, .queues = daemon->queues,
	};
	int rc;

	daemon->queues[0] = flow_queue(daemon->flow);
	rc = http_new(&setup, daemon->config, &daemon->http, error);
	users_all_done(&daemon->users);
	return rc;
}

static int
run(struct daemon *daemon, struct col_error *error)
{
	if (daemon->threads) {
		daemon->state_thread = thread_start("state", state_step, daemon->state);
		daemon->store_thread = thread_start("store", store_step, daemon->store);
		daemon->flow_thread = thread_start("flow", flow_step, daemon->flow);
		daemon->survey_thread = thread_start("survey", survey_step, daemon->survey);
		tell_start(daemon->tell);
	}
	return poll_apply(daemon->poll, daemon->config, error);
}

int
daemon_start(const struct daemon_setup *setup, struct daemon **ret_daemon,
    struct col_error *error)
{
	struct daemon *daemon = calloc(1, sizeof(*daemon));
	struct config_errors errors;
	int rc;

	assert(daemon != NULL);
	config_errors_init(&errors);
	daemon->clock = setup->clock;
	daemon->config_file = setup->config_file;
	daemon->program = setup->program;
	daemon->threads = setup->threads;
	daemon->transport = setup->transport;
	daemon->ids = ids_new();
	if ((rc = open_plugins(daemon, error)) != 0) {
		goto out;
	}
	if ((rc = load(daemon, &daemon->config, &errors)) != 0) {
		print_errors(&errors);
		(void)err_set(error, rc, "%s: %zu error(s), see above",
		    daemon->config_file, errors.n_total);
		goto out;
	}
	if ((rc = open_state(daemon, error)) != 0 ||
	    (rc = open_tell(daemon, error)) != 0 ||
	    (rc = open_store(daemon, error)) != 0) {
		goto out;
	}
	open_survey(daemon);
	open_flow(daemon);
	if (daemon->threads && (rc = open_http(daemon, error)) != 0) {
		goto out;
	}
	rc = run(daemon, error);
out:
	config_errors_done(&errors);
	if (rc != 0) {
		daemon_stop(daemon);
		return rc;
	}
	*ret_daemon = daemon;
	return 0;
}

/* What its step leaves for the next one, too, unless the disk refuses. */
static void
finish_state(struct daemon *daemon)
{
	for (unsigned i = 0; daemon->state != NULL && i < STOP_STEPS &&
	    state_step(daemon->state).ns != INT64_MAX; i++) {
	}
}

/* Attempts whose outcome is not on the disk yet would be made again. */
static void
finish_tell(struct daemon *daemon)
{
	for (unsigned i = 0; daemon->tell != NULL && i < STOP_TELLS; i++) {
		(void)tell_step(daemon->tell);
		finish_state(daemon);
	}
}

/* Last of all: who still runs may wake any of them, ended or not. */
static void
free_threads(struct daemon *daemon)
{
	thread_free(daemon->flow_thread);
	thread_free(daemon->state_thread);
	thread_free(daemon->store_thread);
	thread_free(daemon->survey_thread);
}

void
daemon_stop(struct daemon *daemon)
{
	if (daemon == NULL) {
		return;
	}
	if (daemon->poll != NULL) {
		poll_stop(daemon->poll);
	}
	thread_end(daemon->flow_thread);
	http_free(daemon->http);
	tell_stop(daemon->tell);
	thread_end(daemon->state_thread);
	finish_state(daemon);             /* answers what capacity has asked */
	finish_tell(daemon);
	capacity_free(daemon->capacity);  /* posts its evidence to state */
	alert_free(daemon->alerts);       /* posts what is not on the disk yet */
	flow_free(daemon->flow);
	thread_end(daemon->survey_thread); /* its last step asks the store */
	thread_end(daemon->store_thread);
	store_free(daemon->store);        /* its syncer and its answers still wake */
	survey_free(daemon->survey);
	finish_state(daemon);
	state_free(daemon->state);        /* tells notify what it has not kept */
	tell_free(daemon->tell);
	poll_free(daemon->poll);
	free_threads(daemon);
	alerts_loaded_done(&daemon->open_alerts);
	config_unref(daemon->config);
	ids_free(daemon->ids);
	free(daemon);
}

/* ---- reload --------------------------------------------------------------------- */

static void
adopt(struct daemon *daemon, const struct config *config)
{
	struct config_diff diff;
	struct col_error error;

	config_diff(daemon->config, config, &diff);
	LOG_INFO("main", NULL, NULL, "configuration reloaded: racks +%u -%u "
	    "changed %u, devices +%u -%u changed %u kept %u%s%s", diff.racks_added,
	    diff.racks_removed, diff.racks_changed, diff.devices_added,
	    diff.devices_removed, diff.devices_changed, diff.devices_kept,
	    diff.profiles_changed ? ", profiles changed" : "",
	    diff.alerting_changed ? ", alerts changed" : "");
	for (size_t i = 0; i < config->n_waiting; i++) {
		LOG_WARN("main", "setting", config->waiting[i], "takes effect only "
		    "after a restart; the old value stays until then");
	}
	state_apply(daemon->state, config);
	/* what the ledger has learned changes the days behind us, too */
	state_get_daily(daemon->state, INT32_MIN, INT32_MAX, days_to_capacity,
	    daemon->capacity);
	store_apply(daemon->store, config);
	survey_apply(daemon->survey, config);
	flow_apply(daemon->flow, config);
	tell_apply(daemon->tell, config);
	if (poll_apply(daemon->poll, config, &error) != 0) {
		LOG_ERROR("main", NULL, NULL, "%s", error.text);
	}
	if (daemon->http != NULL) {
		http_apply(daemon->http, config, NULL);
	}
	config_unref(daemon->config);
	daemon->config = config;
	stats_add(STATS_CONFIG_RELOADS, 1);
}

void
daemon_reload(struct daemon *daemon)
{
	const struct config *config;
	struct config_errors errors;
	char text[256];

	config_errors_init(&errors);
	if (load(daemon, &config, &errors) == 0) {
		adopt(daemon, config);
	} else {
		print_errors(&errors);
		(void)snprintf(text, sizeof(text), "%s:%u:%u: %s",
		    errors.n_items > 0 ? errors.items[0].file : daemon->config_file,
		    errors.n_items > 0 ? errors.items[0].line : 0,
		    errors.n_items > 0 ? errors.items[0].column : 0,
		    errors.n_items > 0 ? errors.items[0].text : "cannot be read");
		LOG_ERROR("main", NULL, NULL, "configuration not reloaded, what "
		    "runs keeps running: %zu error(s), first: %s", errors.n_total, text);
		stats_add(STATS_CONFIG_REFUSED, 1);
		if (daemon->http != NULL) {
			http_apply(daemon->http, daemon->config, text);
		}
	}
	config_errors_done(&errors);
}

/* ---- for tests and --check -------------------------------------------------------- */

struct mono
daemon_step(struct daemon *daemon)
{
	struct mono next = poll_step(daemon->poll), due[5];

	due[0] = flow_step(daemon->flow);
	due[1] = survey_step(daemon->survey);
	due[2] = store_step(daemon->store);
	due[3] = state_step(daemon->state);
	due[4] = tell_step(daemon->tell);
	for (unsigned i = 0; i < 5; i++) {
		if (due[i].ns < next.ns) {
			next = due[i];
		}
	}
	return next;
}

uint16_t
daemon_port(const struct daemon *daemon)
{
	return daemon->http != NULL ? http_port(daemon->http) : 0;
}

struct capacity *
daemon_capacity(const struct daemon *daemon)
{
	return daemon->capacity;
}

struct alerts *
daemon_alerts(const struct daemon *daemon)
{
	return daemon->alerts;
}

struct notify *
daemon_notify(const struct daemon *daemon)
{
	return tell_notify(daemon->tell);
}

struct store *
daemon_store(const struct daemon *daemon)
{
	return daemon->store;
}

struct flow *
daemon_flow(const struct daemon *daemon)
{
	return daemon->flow;
}

struct state *
daemon_state(const struct daemon *daemon)
{
	return daemon->state;
}

struct poll *
daemon_poll(const struct daemon *daemon)
{
	return daemon->poll;
}

const struct config *
daemon_config(const struct daemon *daemon)
{
	return daemon->config;
}

static void
print_line(void *arg, const char *line)
{
	(void)arg;
	(void)puts(line);
}

/* Says what each archive class would need, and whether the chosen one fits. */
static int
check_disk(const struct config *config)
{
	const char *dir = config->settings.store_dir;
	struct calculation calculation;
	struct col_error error;
	int rc = calculator_survey(config, dir, &calculation, &error);

	if (rc == 0) {
		calculator_tell(&calculation, dir, print_line, NULL);
		rc = calculator_verdict(&calculation, dir, &error);
	}
	if (rc != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
	}
	return rc;
}

int
daemon_check(const char *config_file)
{
	struct daemon daemon = { .clock = clock_real(), .config_file = config_file };
	struct config_errors errors;
	struct col_error error;
	int rc;

	config_errors_init(&errors);
	daemon.ids = ids_new();
	rc = open_plugins(&daemon, &error);
	if (rc != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
	} else if ((rc = load(&daemon, &daemon.config, &errors)) != 0) {
		print_errors(&errors);
	} else {
		const struct inventory *inventory = daemon.config->inventory;

		(void)printf("%s: ok: %u racks, %u devices, %zu profiles, %zu rules, "
		    "%zu receivers\n", config_file, inventory->count_racks,
		    inventory->count_devices, daemon.config->n_profiles,
		    daemon.config->alerting.n_rules, daemon.config->alerting.n_receivers);
		rc = check_disk(daemon.config);
	}
	config_errors_done(&errors);
	config_unref(daemon.config);
	poll_free(daemon.poll);
	ids_free(daemon.ids);
	return rc;
}
