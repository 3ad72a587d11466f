/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Killed at any moment, with the real database: alerts change, messages go to a
 * receiver that writes down what it accepts and syncs it; then kill -9.  In the end
 * every alert was told, each that fired was resolved, in order, and nothing came
 * twice but what was under way at a kill, under its old key.  An argument says how
 * many kills (8).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include <collectord/err.h>

#include "alert/notify.h"
#include "base/str.h"
#include "config/config.h"
#include "state/deliveries.h"
#include "state/state.h"

#define RECEIVERS 2
#define GROUPS 5
#define OPEN_MAX 64
#define ALERTS_MAX 20000
#define AGE_MIN 6                 /* turns that an alert fires at least */
#define FLIGHTS_MAX 64
#define WAIT_S 300

static unsigned n_kills = 8;

/* ---- who is killed ------------------------------------------------------------ */

struct open_alert { struct alert alert; unsigned age; bool ending; };
struct flight { transport_done_fn *done; void *arg; bool broken; };

struct life {
	unsigned number;
	int log, progress;
	bool last;                      /* nothing new: everything ends */
	struct state *state;
	struct notify *notify;
	struct config *config;
	struct open_alert open[OPEN_MAX];
	size_t n_open;
	int64_t next_id;
	bool putting;
	struct flight flights[FLIGHTS_MAX];
	size_t n_flights;
};

static void
nothing(void *arg)
{
	(void)arg;
}

static const char *
header(const struct outgoing *outgoing, const char *name)
{
	for (size_t i = 0; i < outgoing->n_headers; i++) {
		if (str_starts(outgoing->headers[i], name)) {
			return outgoing->headers[i] + strlen(name);
		}
	}
	return "";
}

/* "LIFE HOW RECEIVER KEY ID+ ID-": on the disk before it is answered. */
static void
write_down(struct life *life, const struct receiver *receiver,
    const struct outgoing *outgoing, char how)
{
	json_t *body = json_loadb(outgoing->body, outgoing->body_size, 0, NULL);
	json_t *list = json_object_get(json_object_get(body, "data"), "alerts");
	char line[4096];
	size_t used = str_format(line, sizeof(line), "%u %c %s %s", life->number, how,
	    receiver->name, header(outgoing, "webhook-id: "));

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *alert = json_array_get(list, i);

		used += str_format(line + used, sizeof(line) - used, " %s%c",
		    json_string_value(json_object_get(alert, "id")),
		    strcmp(json_string_value(json_object_get(alert, "state")),
		    "resolved") == 0 ? '-' : '+');
	}
	json_decref(body);
	(void)str_format(line + used, sizeof(line) - used, "\n");
	if (write(life->log, line, strlen(line)) != (ssize_t)strlen(line) ||
	    fsync(life->log) != 0) {
		_exit(2);
	}
}

static int
send_it(void *self, const struct receiver *receiver, const struct outgoing *outgoing,
    transport_done_fn *done, void *arg)
{
	struct life *life = self;
	int chance = rand() % 16;

	if (life->n_flights == FLIGHTS_MAX) {
		return COL_EFULL;
	}
	if (life->last || chance > 2) {
		write_down(life, receiver, outgoing, 'A');
	} else if (chance == 2) {
		write_down(life, receiver, outgoing, 'S');
	}
	life->flights[life->n_flights++] = (struct flight){ done, arg,
	    !life->last && chance <= 2 };
	return COL_OK;
}

static void
land(struct life *life)
{
	size_t n = life->n_flights;
	struct flight flights[FLIGHTS_MAX];

	memcpy(flights, life->flights, sizeof(flights));
	life->n_flights = 0;
	for (size_t i = 0; i < n; i++) {
		struct answer answer = { .end = flights[i].broken ? TRANSPORT_BROKEN :
		    TRANSPORT_ANSWERED, .status = flights[i].broken ? 0 : 200,
		    .retry_after_s = -1 };

		flights[i].done(flights[i].arg, &answer);
	}
}

static void
on_put(void *arg, int code, const struct alert_change *changes, size_t n_changes)
{
	struct life *life = arg;

	life->putting = false;
	if (code != COL_OK || write(life->progress, "p", 1) != 1) {
		_exit(3);
	}
	notify_changes(life->notify, changes, n_changes);
}

static struct open_alert *
fire(struct life *life)
{
	struct open_alert *open = &life->open[life->n_open++];
	struct wall now = clock_wall(clock_real());

	*open = (struct open_alert){ .alert = { .id = life->next_id++,
	    .severity = SEVERITY_CRITICAL, .state = ALERT_FIRING, .value = NAN,
	    .limit = NAN, .since = now, .fired = now, .changed = now } };
	(void)str_format(open->alert.rule, sizeof(open->alert.rule), "rule-%d",
	    rand() % GROUPS);
	(void)str_format(open->alert.entity, sizeof(open->alert.entity), "rack:%lld",
	    (long long)open->alert.id);
	open->alert.fingerprint = (uint64_t)open->alert.id;
	return open;
}

static void
put_changes(struct life *life)
{
	struct alert_change changes[OPEN_MAX];
	size_t n = 0;

	for (size_t i = 0; i < life->n_open; i++) {
		struct open_alert *open = &life->open[i];

		if (++open->age > AGE_MIN && (life->last || rand() % 4 == 0)) {
			open->alert.state = ALERT_RESOLVED;
			open->alert.resolved = open->alert.changed = clock_wall(clock_real());
			open->alert.end = ALERT_END_CLEARED;
			changes[n++] = (struct alert_change){ .kind = CHANGE_RESOLVED,
			    .at = open->alert.changed, .alert = open->alert };
			*open = life->open[--life->n_open];
			i--;
		}
	}
	while (!life->last && n < OPEN_MAX && life->n_open < OPEN_MAX && rand() % 3 != 0) {
		const struct open_alert *open = fire(life);

		changes[n++] = (struct alert_change){ .kind = CHANGE_FIRED,
		    .at = open->alert.fired, .alert = open->alert };
	}
	if (n > 0) {
		life->putting = true;
		alerts_put(life->state, changes, n, on_put, life);
	}
}

static bool
is_quiet(struct life *life)
{
	struct notify_receiver *items;
	size_t n = notify_receivers(life->notify, &items);
	bool quiet = n == RECEIVERS && life->n_open == 0 && !life->putting;

	for (size_t i = 0; i < n; i++) {
		quiet = quiet && items[i].n_queued == 0;
	}
	free(items);
	return quiet;
}

static void
open_life(struct life *life, const char *path)
{
	static struct transport transport;
	static struct receiver receivers[RECEIVERS];
	static const struct col_node url = { .kind = COL_NODE_SCALAR,
	    .text = "https://receiver.example/hook" };
	struct state_setup setup = { .clock = clock_real(), .path = path };
	struct notify_setup notify = { .clock = clock_real(), .transport = &transport,
	    .wake = nothing };
	struct deliveries_loaded loaded;
	struct alerts_loaded open;
	struct col_error error;

	transport = (struct transport){ life, send_it };
	for (int i = 0; i < RECEIVERS; i++) {
		receivers[i] = (struct receiver){ .name = i == 0 ? "a" : "b", .url = &url,
		    .type = RECEIVER_WEBHOOK, .send_resolved = true, .hash = 1,
		    .keep_ns = 3600 * NS_PER_S };
	}
	if (state_new(&setup, &life->state, &error) != COL_OK ||
	    alerts_load(life->state, &open) != COL_OK ||
	    deliveries_load(life->state, &loaded) != COL_OK) {
		_exit(4);
	}
	notify.state = life->state;
	life->notify = notify_new(&notify, &loaded, &open);
	life->next_id = open.next_id;
	for (size_t i = 0; i < open.n_items; i++) {
		life->open[life->n_open++].alert = open.items[i];
	}
	/* config_ref counts behind what is public */
	life->config = calloc(1, sizeof(*life->config) + 64);
	life->config->alerting = (struct alerting){ .receivers = receivers,
	    .n_receivers = RECEIVERS, .group_by = 1u << GROUP_RULE, .canary_minute = -1,
	    .flap_window_ns = NS_PER_S, .group_interval_ns = NS_PER_MS };
	(void)config_ref(life->config);
	notify_apply(life->notify, life->config);
	alerts_loaded_done(&open);
	deliveries_loaded_done(&loaded);
}

static void
live(struct life *life, const char *path)
{
	open_life(life, path);
	for (;;) {
		if (!life->putting) {
			put_changes(life);
		}
		(void)notify_step(life->notify);
		(void)state_step(life->state);
		(void)notify_step(life->notify);
		land(life);
		if (write(life->progress, ".", 1) != 1) {
			_exit(5);
		}
		if (life->last && is_quiet(life)) {
			/* what is on the disk decides, not what is in memory */
			(void)notify_step(life->notify);
			(void)state_step(life->state);
			(void)state_step(life->state);
			_exit(0);
		}
	}
}

/* ---- who kills ------------------------------------------------------------------ */

static char folder[256];

static pid_t
begin(unsigned number, bool last, int *ret_progress)
{
	static struct life life;
	char path[300], log[300];
	int fds[2];
	pid_t child;

	(void)str_format(path, sizeof(path), "%s/state.db", folder);
	(void)str_format(log, sizeof(log), "%s/log", folder);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)close(fds[0]);
		srand(number);
		life.number = number;
		life.last = last;
		life.progress = fds[1];
		life.log = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
		(void)alarm(WAIT_S);
		live(&life, path);
	}
	(void)close(fds[1]);
	*ret_progress = fds[0];
	return child;
}

static void
run_and_kill(unsigned number)
{
	struct timeval wait = { 0, rand() % 3000 };
	int progress, status, n = 1 + rand() % 30;
	pid_t child = begin(number, false, &progress);
	char byte;

	for (int i = 0; i < n; i++) {
		assert_int_equal(read(progress, &byte, 1), 1);
	}
	/* into the midst of something */
	(void)select(0, NULL, NULL, NULL, &wait);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(WIFSIGNALED(status));
	(void)close(progress);
}

static void
run_to_the_end(unsigned number)
{
	int progress, status;
	pid_t child = begin(number, true, &progress);
	char bytes[256];

	while (read(progress, bytes, sizeof(bytes)) > 0) {
	}
	assert_true(waitpid(child, &status, 0) == child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	(void)close(progress);
}

/* ---- what is on the disk ---------------------------------------------------------- */

struct line { unsigned life; char how, receiver; char key[40], alerts[1024]; };

static struct line *lines;
static size_t n_lines;

static void
read_log(void)
{
	char path[300], text[4096];
	FILE *file;

	(void)str_format(path, sizeof(path), "%s/log", folder);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(text, sizeof(text), file) != NULL) {
		struct line *line;

		lines = realloc(lines, (n_lines + 1) * sizeof(*lines));
		assert_non_null(lines);
		line = &lines[n_lines++];
		memset(line, 0, sizeof(*line));
		assert_int_equal(sscanf(text, "%u %c %c %39s %1023[^\n]", &line->life,
		    &line->how, &line->receiver, line->key, line->alerts), 5);
	}
	(void)fclose(file);
}

/* What each receiver heard of each alert: 0 nothing, 1 that it fires, 2 that it is
 * over. */
static unsigned char heard[RECEIVERS][ALERTS_MAX];

static void
hear(const struct line *line)
{
	const char *text = line->alerts;
	char *end;

	for (;;) {
		long id = strtol(text, &end, 10);
		unsigned char *of;

		assert_true(id > 0 && id < ALERTS_MAX && end != text);
		of = &heard[line->receiver - 'a'][id];
		if (*end == '+') {
			assert_int_not_equal(*of, 2);   /* never after its end */
			*of = 1;
		} else {
			assert_int_equal(*end, '-');
			*of = 2;
		}
		if (end[1] == '\0') {
			return;
		}
		text = end + 1;
	}
}

/* Whether a line's key came before; twice in one life only when the first one was
 * swallowed. */
static bool
came_before(size_t at)
{
	const struct line *line = &lines[at];
	bool before = false;

	for (size_t i = 0; i < at; i++) {
		const struct line *was = &lines[i];

		if (was->receiver == line->receiver && strcmp(was->key, line->key) == 0) {
			assert_string_equal(was->alerts, line->alerts);
			assert_true(was->life != line->life || was->how == 'S');
			before = true;
		}
	}
	return before;
}

static void
check(void)
{
	char path[300];
	struct state_setup setup = { .clock = clock_real(), .path = path };
	struct state *state;
	struct alerts_loaded open;
	struct deliveries_loaded loaded;
	struct col_error error;
	size_t n_twice = 0;

	(void)str_format(path, sizeof(path), "%s/state.db", folder);
	assert_int_equal(state_new(&setup, &state, &error), 0);
	assert_int_equal(alerts_load(state, &open), 0);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	assert_int_equal(open.n_items, 0);
	assert_int_equal(loaded.n_queued, 0);
	read_log();
	for (size_t i = 0; i < n_lines; i++) {
		if (came_before(i)) {
			n_twice++;
		} else {
			hear(&lines[i]);
		}
	}
	/* what was under way at a kill, at most */
	print_message("%u kills, %lld alerts, %zu messages, %zu of them again\n", n_kills,
	    (long long)open.next_id - 1, n_lines, n_twice);
	for (int64_t id = 1; id < open.next_id; id++) {
		for (int r = 0; r < RECEIVERS; r++) {
			if (heard[r][id] != 2) {
				fail_msg("receiver %c has heard %d of alert %lld", 'a' + r,
				    heard[r][id], (long long)id);
			}
		}
	}
	alerts_loaded_done(&open);
	deliveries_loaded_done(&loaded);
	state_free(state);
	free(lines);
}

static void
test_kill(void **unused)
{
	const char *tmp = getenv("TMPDIR");

	(void)unused;
	(void)str_format(folder, sizeof(folder), "%s/notify-kill.XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	srand(1);
	for (unsigned i = 1; i <= n_kills; i++) {
		run_and_kill(i);
	}
	run_to_the_end(n_kills + 1);
	check();
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = { "state.db", "state.db-wal",
		    "state.db-shm", "log" };
		char path[300];

		(void)str_format(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_kill) };
	int64_t n;

	if (argc > 1 && str_to_int(argv[1], 1, 100000, &n) == COL_OK) {
		n_kills = (unsigned)n;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
