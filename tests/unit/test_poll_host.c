/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every service of a host: what a plugin may keep, hear, wait for and tell. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/counters.h"
#include "base/log.h"
#include "base/stats.h"
#include "model/layout.h"
#include "model/states.h"
#include "poll/host.h"

#define START_NS (100 * NS_PER_S)

static struct device_event last;
static unsigned n_told;
static int answer;

static int
on_event(void *arg, const struct device_event *event)
{
	assert_ptr_equal(arg, &last);
	n_told++;
	last = *event;
	return answer;
}

static struct host
make(const char *store_dir)
{
	struct host host;

	host_init(&host, "fake", clock_real(), NULL);
	host.store_dir = store_dir;
	n_told = 0;
	answer = 0;
	return host;
}

static void
a_plugin_has_a_folder_of_its_own(void **state)
{
	char dir[] = "/tmp/collectord-host-XXXXXX", want[100], path[100] = "as it was";
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	struct host host = make(dir);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(host.col.folder(&host.col, path, sizeof(path)), 0);
	}
	(void)snprintf(want, sizeof(want), "%s/plugins/fake", dir);
	assert_string_equal(path, want);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(host.col.folder(&host.col, want, strlen(path)), COL_ERANGE);
	assert_int_equal(rmdir(path), 0);
	/* what stands there and is no folder is not followed */
	assert_int_equal(symlink("/", path), 0);
	assert_int_equal(host.col.folder(&host.col, want, sizeof(want)), COL_EIO);
	assert_int_equal(unlink(path), 0);
	host_done(&host);
	(void)snprintf(want, sizeof(want), "%s/plugins", dir);
	assert_int_equal(rmdir(want), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void
without_a_store_there_is_none(void **state)
{
	char path[16] = "as it was";
	struct host host = make(NULL);

	(void)state;
	assert_int_equal(host.col.folder(&host.col, path, sizeof(path)), COL_ENOTSUP);
	assert_string_equal(path, "as it was");
	host_done(&host);
}

static void
events_reach_their_sink(void **state)
{
	struct host host = make(NULL);
	struct col_event event = { .size = sizeof(event), .id = 3,
		.time_ns = COL_TIME_UNKNOWN, .skew_ns = COL_TIME_UNKNOWN,
		.severity = COL_SEVERITY_WARNING, .code = "fan_failure",
		.text = "A fan\nhas failed" };

	(void)state;
	assert_int_equal(host.col.event(&host.col, "b1", &event), COL_ENOTSUP);
	host.events = (struct event_sink){ on_event, &last };
	assert_int_equal(host.col.event(&host.col, "b1", &event), 0);
	assert_int_equal(n_told, 1);
	assert_string_equal(last.device, "b1");
	assert_string_equal(last.text, "A fan has failed");
	assert_true(last.seen.ns > 0);
	answer = COL_EFULL;
	assert_int_equal(host.col.event(&host.col, "b1", &event), COL_EFULL);
	event.code = "Fan failure";
	assert_int_equal(host.col.event(&host.col, "b1", &event), COL_EINVAL);
	assert_int_equal(n_told, 2);
	host_done(&host);
}

/* ---- words --------------------------------------------------------------------- */

/* What was logged since log_here(), as text that is used up. */
static FILE *logged;

static void
log_here(void)
{
	logged = tmpfile();
	assert_non_null(logged);
	log_init(LOG_TEXT, COL_LOG_DEBUG, fileno(logged));
}

static void
log_end(char *text, size_t size)
{
	size_t n;

	rewind(logged);
	n = fread(text, 1, size - 1, logged);
	text[n] = '\0';
	log_init(LOG_TEXT, COL_LOG_INFO, STDERR_FILENO);
	(void)fclose(logged);
}

static void
what_a_plugin_says_is_cleaned_and_has_its_name(void **state)
{
	struct host host = make(NULL);
	struct col_node at = { .file = "p.yaml", .line = 7, .column = 3 };
	char text[4096], *line, *save = NULL;

	(void)state;
	log_here();
	host.col.log(&host.col, COL_LOG_WARN, "b1", "a %s\x1b[2J\nnew line", "bell\a");
	host.col.log(&host.col, (enum col_log_level)99, NULL, "of no such level");
	host.col.log(&host.col, COL_LOG_DEBUG, NULL, "%02000d", 5);
	host.col.report(&host.col, &at, "no such key '%s'", "po\twer");
	host.col.report(&host.col, NULL, "nowhere");
	log_end(text, sizeof(text));
	line = strtok_r(text, "\n", &save);
	assert_non_null(strstr(line, " warn  fake: device=b1: a bell  [2J new line"));
	line = strtok_r(NULL, "\n", &save);
	assert_non_null(strstr(line, " error fake: of no such level"));
	line = strtok_r(NULL, "\n", &save);
	assert_non_null(strstr(line, " debug fake: "));
	assert_in_range(strlen(line), 800, 1200);
	line = strtok_r(NULL, "\n", &save);
	assert_non_null(strstr(line, " error fake: p.yaml:7:3: no such key 'po wer'"));
	line = strtok_r(NULL, "\n", &save);
	assert_non_null(strstr(line, " error fake: nowhere"));
	assert_null(strtok_r(NULL, "\n", &save));
	host_done(&host);
}

static void
shapes_states_and_counters_are_shared(void **state)
{
	static const struct col_slot slots[] = { { .metric = "power_w", .instance = "",
	    .unit = "W", .source = "1.3.6.1" } };
	struct host host = make(NULL), other = make(NULL);
	const struct col_layout *layout;
	struct col_error error = { 0 };
	struct col_counter *counter;

	(void)state;
	other.name = "other";
	layout = host.col.layout(&host.col, slots, 1, &error);
	assert_non_null(layout);
	assert_ptr_equal(other.col.layout(&other.col, slots, 1, &error), layout);
	counter = host.col.counter(&host.col, "asked", false, "what was asked");
	assert_non_null(counter);
	assert_string_equal(counter->owner, "fake");
	assert_ptr_equal(host.col.counter(&host.col, "asked", true, "again"), counter);
	assert_ptr_not_equal(other.col.counter(&other.col, "asked", false, "x"), counter);
	assert_null(host.col.counter(&host.col, "Asked", false, "x"));
	host.col.count(counter, 3);
	host.col.count(NULL, 3);
	assert_int_equal(counters_value(counter), 3);
	host_done(&host);
	host_done(&other);
	layout_reset();
}

static void
chance_and_time_are_the_hosts(void **state)
{
	struct clock *clock = clock_test_new((struct wall){ START_NS },
	    (struct mono){ START_NS });
	uint64_t seen[4];
	struct host host;

	(void)state;
	host_init(&host, "fake", clock, NULL);
	assert_true(host.col.now(&host.col) == START_NS);
	clock_test_advance(clock, 5);
	assert_true(host.col.now(&host.col) == START_NS + 5);
	for (int i = 0; i < 4; i++) {
		seen[i] = host.col.random(&host.col);
	}
	assert_true(seen[0] != seen[1] && seen[1] != seen[2] && seen[2] != seen[3]);
	host_done(&host);
	clock_free(clock);
}

/* ---- timers and descriptors ------------------------------------------------------ */

/* A host on a loop of its own. */
struct place {
	struct clock *clock;
	struct loop loop;
	struct host host;
	struct col_timer *armed;
	struct col_watch *watch;
	unsigned n_fired, n_ready;
};

static int
place_open(void **state, bool real)
{
	struct place *place = calloc(1, sizeof(*place));
	struct col_error error = { 0 };

	assert_non_null(place);
	place->clock = clock_test_new((struct wall){ START_NS }, (struct mono){ START_NS });
	assert_int_equal(loop_init(&place->loop, real ? clock_real() : place->clock, real,
	    &error), 0);
	host_init(&place->host, "fake", place->loop.clock, &place->loop);
	*state = place;
	return 0;
}

static int
on_test_clock(void **state)
{
	return place_open(state, false);
}

static int
on_libuv(void **state)
{
	return place_open(state, true);
}

static int
place_close(void **state)
{
	struct place *place = *state;

	loop_done(&place->loop);
	clock_free(place->clock);
	free(place);
	return 0;
}

static void
on_fired(void *arg)
{
	((struct place *)arg)->n_fired++;
}

/* Arms the next one from within the call, as poll loops do. */
static void
on_chain(void *arg)
{
	struct place *place = arg;
	const struct col_host *col = &place->host.col;

	place->n_fired++;
	place->armed = col->timer(col, col->now(col) + NS_PER_S, on_fired, place);
}

static void
pass(struct place *place, int64_t ns)
{
	clock_test_advance(place->clock, ns);
	(void)loop_step(&place->loop);
}

static void
timers_fire_once_and_not_when_cancelled(void **state)
{
	struct place *place = *state;
	const struct col_host *col = &place->host.col;
	struct col_timer *never;

	(void)loop_step(&place->loop);
	assert_null(col->timer(col, START_NS, NULL, place));
	assert_non_null(col->timer(col, START_NS + NS_PER_S, on_chain, place));
	never = col->timer(col, START_NS + NS_PER_S, on_fired, place);
	col->timer_cancel(col, never);
	col->timer_cancel(col, NULL);
	pass(place, NS_PER_S / 2);
	assert_int_equal(place->n_fired, 0);
	pass(place, NS_PER_S);
	assert_int_equal(place->n_fired, 1);
	pass(place, 2 * NS_PER_S);
	assert_int_equal(place->n_fired, 2);
	pass(place, 60 * NS_PER_S);
	assert_int_equal(place->n_fired, 2);
	host_done(&place->host);
}

static void
what_is_left_behind_is_taken_away(void **state)
{
	struct place *place = *state;
	const struct col_host *col = &place->host.col;

	for (int i = 1; i <= 3; i++) {
		assert_non_null(col->timer(col, START_NS + i * NS_PER_S, on_fired, place));
	}
	host_done(&place->host);
	assert_null(place->host.timers);
	pass(place, 60 * NS_PER_S);
	assert_int_equal(place->n_fired, 0);
}

static void
on_ready(void *arg, int fd, unsigned events)
{
	struct place *place = arg;
	const struct col_host *col = &place->host.col;
	char byte;

	assert_int_equal(events, COL_FD_READ);
	assert_int_equal(read(fd, &byte, 1), 1);
	if (++place->n_ready == 2) {
		col->fd_unwatch(col, place->watch);   /* within its own call */
		loop_stop(&place->loop);
	}
}

static void
descriptors_are_told_until_unwatched(void **state)
{
	struct place *place = *state;
	const struct col_host *col = &place->host.col;
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_null(col->fd_watch(col, -1, COL_FD_READ, on_ready, place));
	place->watch = col->fd_watch(col, fds[0], COL_FD_READ, on_ready, place);
	assert_non_null(place->watch);
	col->fd_unwatch(col, NULL);
	assert_int_equal(write(fds[1], "ab", 2), 2);
	loop_run(&place->loop);
	assert_int_equal(place->n_ready, 2);
	assert_null(place->host.watches);
	/* one is left behind */
	assert_non_null(col->fd_watch(col, fds[0], COL_FD_READ, on_ready, place));
	host_done(&place->host);
	assert_null(place->host.watches);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

/* Output plugins and those that block have no loop. */
static void
without_a_loop_there_are_neither(void **state)
{
	struct host host = make(NULL);

	(void)state;
	assert_null(host.col.timer(&host.col, 1, on_fired, NULL));
	assert_null(host.col.fd_watch(&host.col, 0, COL_FD_READ, on_ready, NULL));
	host_done(&host);
}

/* ---- discovery --------------------------------------------------------------------- */

static unsigned n_found, n_discovered;

static void
on_found(void *arg, const struct col_found *found)
{
	assert_string_equal(found->address, arg);
	n_found++;
}

static void
on_discovered(void *arg)
{
	(void)arg;
	n_discovered++;
}

static void
what_comes_after_the_end_of_a_discovery_is_counted(void **state)
{
	static char address[] = "192.0.2.1";
	struct host host = make(NULL);
	struct col_discovery to = { .magic = HOST_DISCOVERY_MAGIC, .found = on_found,
		.discovered = on_discovered, .arg = address };
	struct col_found found = { .size = sizeof(found), .address = address };
	int64_t late = stats_get(STATS_POLL_LATE_CALLS);

	(void)state;
	host.col.found(&to, &found);
	host.col.found(&to, &found);
	host.col.found(&to, NULL);
	assert_int_equal(n_found, 2);
	host.col.discovered(&to);
	assert_int_equal(n_discovered, 1);
	assert_int_equal(stats_get(STATS_POLL_LATE_CALLS), late);
	host.col.found(&to, &found);
	host.col.discovered(&to);
	host.col.found(NULL, &found);
	assert_int_equal(n_found, 2);
	assert_int_equal(n_discovered, 1);
	assert_int_equal(stats_get(STATS_POLL_LATE_CALLS), late + 3);
	host_done(&host);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plugin_has_a_folder_of_its_own),
		cmocka_unit_test(without_a_store_there_is_none),
		cmocka_unit_test(events_reach_their_sink),
		cmocka_unit_test(what_a_plugin_says_is_cleaned_and_has_its_name),
		cmocka_unit_test(shapes_states_and_counters_are_shared),
		cmocka_unit_test(chance_and_time_are_the_hosts),
		cmocka_unit_test_setup_teardown(timers_fire_once_and_not_when_cancelled,
		    on_test_clock, place_close),
		cmocka_unit_test_setup_teardown(what_is_left_behind_is_taken_away,
		    on_test_clock, place_close),
		cmocka_unit_test_setup_teardown(descriptors_are_told_until_unwatched,
		    on_libuv, place_close),
		cmocka_unit_test(without_a_loop_there_are_neither),
		cmocka_unit_test(what_comes_after_the_end_of_a_discovery_is_counted),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
