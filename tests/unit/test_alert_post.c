/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The transport against a server that does what servers do: answers, redirects,
 * hangs, drips, lies; against names that lead elsewhere; and its stop.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <config.h>

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/post.h"
#include "base/str.h"
#include "http_fake.h"

/* ---- names ------------------------------------------------------------------------ */

static pthread_mutex_t names_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t names_changed = PTHREAD_COND_INITIALIZER;
static bool slow_may_go;
static size_t n_slow;

typedef int getaddrinfo_fn(const char *, const char *, const struct addrinfo *,
    struct addrinfo **);

/* Instead of the library's: slow.test takes until the test lets it go, inner.test
 * is a private address, all others are what they are. */
int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **ret)
{
	getaddrinfo_fn *real = (getaddrinfo_fn *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");

	if (node != NULL && strcmp(node, "slow.test") == 0) {
		pthread_mutex_lock(&names_lock);
		n_slow++;
		pthread_cond_broadcast(&names_changed);
		while (!slow_may_go) {
			pthread_cond_wait(&names_changed, &names_lock);
		}
		n_slow--;
		pthread_cond_broadcast(&names_changed);
		pthread_mutex_unlock(&names_lock);
		return EAI_AGAIN;
	}
	if (node != NULL && strcmp(node, "missing.test") == 0) {
		return EAI_NONAME;
	}
	if (node != NULL && strcmp(node, "inner.test") == 0) {
		node = "10.0.0.1";
	} else if (node != NULL && strcmp(node, "self.test") == 0) {
		node = "127.0.0.1";
	}
	return real(node, service, hints, ret);
}

/* ---- a scene: a thread that posts, and what came of it ------------------------------- */

struct sent {
	struct scene *scene;
	struct receiver receiver;
	struct outgoing outgoing;
	char url[128];
	bool taken, done;
	int code;               /* of send */
	struct answer answer;
};

struct scene {
	struct http_fake *fake;
	struct post *post;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct sent *sents[128];
	size_t n_sents, n_steps;
};

static const char *const LOOPBACK[] = { "127.0.0.0/8", NULL };

static void
done(void *arg, const struct answer *answer)
{
	struct sent *sent = arg;

	pthread_mutex_lock(&sent->scene->lock);
	assert_false(sent->done);
	sent->answer = *answer;
	sent->done = true;
	pthread_cond_broadcast(&sent->scene->changed);
	pthread_mutex_unlock(&sent->scene->lock);
}

static struct mono
step(void *arg)
{
	struct scene *scene = arg;
	struct transport transport = post_transport(scene->post);

	pthread_mutex_lock(&scene->lock);
	scene->n_steps++;
	for (size_t i = 0; i < scene->n_sents; i++) {
		struct sent *sent = scene->sents[i];

		if (!sent->taken) {
			sent->taken = true;
			sent->code = transport.send(transport.self, &sent->receiver,
			    &sent->outgoing, done, sent);
		}
	}
	pthread_cond_broadcast(&scene->changed);
	pthread_mutex_unlock(&scene->lock);
	return (struct mono){ INT64_MAX };
}

static int
setup(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	pthread_mutex_init(&scene->lock, NULL);
	pthread_cond_init(&scene->changed, NULL);
	scene->fake = http_fake_start();
	scene->post = post_open(clock_real());
	post_start(scene->post, step, scene);
	*state = scene;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *scene = *state;

	post_stop(scene->post);
	post_close(scene->post);
	http_fake_stop(scene->fake);
	for (size_t i = 0; i < scene->n_sents; i++) {
		free(scene->sents[i]);
	}
	pthread_cond_destroy(&scene->changed);
	pthread_mutex_destroy(&scene->lock);
	free(scene);
	return 0;
}

static struct sent *
prepare(struct scene *scene, const char *host, const char *path)
{
	static char body[] = "{\"a\":1}";
	static char header[] = "Content-Type: text/test";
	struct sent *sent = calloc(1, sizeof(*sent));

	snprintf(sent->url, sizeof(sent->url), "http://%s:%u%s", host,
	    http_fake_port(scene->fake), path);
	sent->scene = scene;
	sent->receiver = (struct receiver){ .name = "noc", .allow_http = true,
	    .allow = LOOPBACK, .timeout_ns = 60 * NS_PER_S };
	sent->outgoing = (struct outgoing){ .url = sent->url, .body = body,
	    .body_size = strlen(body), .headers = { header }, .n_headers = 1 };
	return sent;
}

static void
hand_in(struct scene *scene, struct sent *sent)
{
	pthread_mutex_lock(&scene->lock);
	scene->sents[scene->n_sents++] = sent;
	pthread_mutex_unlock(&scene->lock);
	post_wake(scene->post);
}

static const struct answer *
wait_for(struct sent *sent)
{
	struct scene *scene = sent->scene;

	pthread_mutex_lock(&scene->lock);
	while (!sent->done && !(sent->taken && sent->code != 0)) {
		pthread_cond_wait(&scene->changed, &scene->lock);
	}
	pthread_mutex_unlock(&scene->lock);
	return &sent->answer;
}

static const struct answer *
ask(struct scene *scene, const char *path)
{
	struct sent *sent = prepare(scene, "127.0.0.1", path);

	hand_in(scene, sent);
	return wait_for(sent);
}

/* ---- what servers do ------------------------------------------------------------------ */

static void
answers_come_back(void **state)
{
	static const int CODES[] = { 200, 204, 400, 410, 500, 503 };
	struct scene *scene = *state;
	char path[16], *last;

	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		const struct answer *answer;

		snprintf(path, sizeof(path), "/%d", CODES[i]);
		answer = ask(scene, path);
		assert_int_equal(answer->end, TRANSPORT_ANSWERED);
		assert_int_equal(answer->status, CODES[i]);
		assert_int_equal(answer->retry_after_s, -1);
		assert_string_equal(answer->error, "");
		if (CODES[i] != 204) {
			assert_int_equal(answer->reply_size, 2);
			assert_memory_equal(answer->reply, "ok", 2);
		}
	}
	last = http_fake_last(scene->fake);
	assert_non_null(strstr(last, "POST /503 HTTP/1.1\r\n"));
	assert_non_null(strstr(last, "\r\nContent-Type: text/test\r\n"));
	assert_non_null(strstr(last, "\r\nUser-Agent: collectord/"));
	assert_non_null(strstr(last, "\r\n\r\n{\"a\":1}"));
	assert_null(strstr(last, "Expect"));
	free(last);
}

static void
retry_after_is_read(void **state)
{
	const struct answer *answer = ask(*state, "/429");

	assert_int_equal(answer->status, 429);
	assert_int_equal(answer->retry_after_s, 7);
	answer = ask(*state, "/429-date");
	assert_int_equal(answer->status, 429);
	assert_in_range(answer->retry_after_s, 1, 91);
}

static void
redirects_are_not_followed(void **state)
{
	struct scene *scene = *state;
	const struct answer *answer = ask(scene, "/302");

	assert_int_equal(answer->end, TRANSPORT_ANSWERED);
	assert_int_equal(answer->status, 302);
	assert_int_equal(http_fake_requests(scene->fake), 1);
}

static void
broken_answers_are_doubtful(void **state)
{
	static const char *const PATHS[] = { "/close", "/half", "/garbage" };

	for (size_t i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++) {
		const struct answer *answer = ask(*state, PATHS[i]);

		assert_int_equal(answer->end, TRANSPORT_BROKEN);
		assert_int_equal(answer->status, 0);
		assert_string_not_equal(answer->error, "");
	}
}

/* The head says that it has arrived. */
static void
a_broken_body_is_an_answer(void **state)
{
	const struct answer *answer = ask(*state, "/short");

	assert_int_equal(answer->end, TRANSPORT_ANSWERED);
	assert_int_equal(answer->status, 200);
	assert_string_not_equal(answer->error, "");
	answer = ask(*state, "/huge");
	assert_int_equal(answer->end, TRANSPORT_ANSWERED);
	assert_int_equal(answer->status, 200);
	assert_int_equal(answer->reply_size, TRANSPORT_REPLY_MAX);
}

/* On a busy machine a short time may be over before the request is out: longer ones
 * are tried until it was. */
static void
time_is_limited(void **state)
{
	static const struct { const char *path; enum transport_end end; } CASES[] = {
		{ "/hang", TRANSPORT_BROKEN }, { "/drip", TRANSPORT_ANSWERED },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		enum transport_end end = TRANSPORT_REFUSED;

		for (int64_t ms = 200; ms < 60000 && end != CASES[i].end; ms *= 4) {
			struct sent *sent = prepare(scene, "127.0.0.1", CASES[i].path);

			sent->receiver.timeout_ns = ms * NS_PER_MS;
			hand_in(scene, sent);
			end = wait_for(sent)->end;
			assert_string_not_equal(sent->answer.error, "");
		}
		assert_int_equal(end, CASES[i].end);
	}
}

static void
what_never_left_is_refused(void **state)
{
	struct scene *scene = *state;
	struct sent *sent = prepare(scene, "127.0.0.1", "/200");

	/* nobody listens there */
	snprintf(sent->url, sizeof(sent->url), "http://127.0.0.1:1/200");
	hand_in(scene, sent);
	assert_int_equal(wait_for(sent)->end, TRANSPORT_REFUSED);
	sent = prepare(scene, "missing.test", "/200");
	hand_in(scene, sent);
	assert_int_equal(wait_for(sent)->end, TRANSPORT_REFUSED);
	assert_non_null(strstr(sent->answer.error, "missing.test"));
	/* HTTP where TLS is wanted */
	sent = prepare(scene, "127.0.0.1", "/200");
	sent->receiver.allow_http = false;
	hand_in(scene, sent);
	assert_int_equal(wait_for(sent)->end, TRANSPORT_REFUSED);
	/* TLS where HTTP is spoken */
	sent = prepare(scene, "127.0.0.1", "/200");
	snprintf(sent->url, sizeof(sent->url), "https://127.0.0.1:%u/200",
	    http_fake_port(scene->fake));
	sent->receiver.timeout_ns = 400 * NS_PER_MS;
	hand_in(scene, sent);
	assert_int_equal(wait_for(sent)->end, TRANSPORT_REFUSED);
	assert_int_equal(http_fake_requests(scene->fake), 0);
}

static void
addresses_are_judged_after_dns(void **state)
{
	static const char *const HOSTS[] = { "127.0.0.1", "self.test", "inner.test",
		"[::1]", "169.254.169.254", "0x7f.1", "2130706433" };
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(HOSTS) / sizeof(HOSTS[0]); i++) {
		struct sent *sent = prepare(scene, HOSTS[i], "/200");

		sent->receiver.allow = NULL;
		hand_in(scene, sent);
		assert_int_equal(wait_for(sent)->end, TRANSPORT_REFUSED);
		assert_non_null(strstr(sent->answer.error, "'allow'"));
	}
	assert_int_equal(http_fake_requests(scene->fake), 0);
	/* a name that leads where the receiver allows */
	struct sent *sent = prepare(scene, "self.test", "/200");

	hand_in(scene, sent);
	assert_int_equal(wait_for(sent)->status, 200);
}

/* A proxy of the environment would see everything. */
static void
the_environment_does_not_count(void **state)
{
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
	assert_int_equal(ask(*state, "/200")->status, 200);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

static void
many_go_at_once(void **state)
{
	struct scene *scene = *state;
	struct sent *sents[POST_AT_ONCE + 1];

	pthread_mutex_lock(&scene->lock);
	for (size_t i = 0; i <= POST_AT_ONCE; i++) {
		sents[i] = prepare(scene, "127.0.0.1", "/200");
		scene->sents[scene->n_sents++] = sents[i];
	}
	pthread_mutex_unlock(&scene->lock);
	post_wake(scene->post);
	for (size_t i = 0; i < POST_AT_ONCE; i++) {
		assert_int_equal(wait_for(sents[i])->status, 200);
	}
	(void)wait_for(sents[POST_AT_ONCE]);
	assert_int_equal(sents[POST_AT_ONCE]->code, COL_EFULL);
	assert_false(sents[POST_AT_ONCE]->done);
	assert_in_range(http_fake_most(scene->fake), 1, POST_PER_HOST);
	assert_int_equal(post_under_way(scene->post), 0);
}

/* Those that wait for a connection to a host that hangs come to an end, too. */
static void
waiting_ones_end(void **state)
{
	struct scene *scene = *state;
	struct sent *sents[3 * POST_PER_HOST];
	const size_t n = sizeof(sents) / sizeof(sents[0]);

	pthread_mutex_lock(&scene->lock);
	for (size_t i = 0; i < n; i++) {
		sents[i] = prepare(scene, "127.0.0.1", "/hang");
		sents[i]->receiver.timeout_ns = 100 * NS_PER_MS;
		scene->sents[scene->n_sents++] = sents[i];
	}
	pthread_mutex_unlock(&scene->lock);
	post_wake(scene->post);
	for (size_t i = 0; i < n; i++) {
		assert_int_not_equal(wait_for(sents[i])->end, TRANSPORT_ANSWERED);
		assert_string_not_equal(sents[i]->answer.error, "");
	}
	assert_int_equal(post_under_way(scene->post), 0);
}

/* ---- its stop ------------------------------------------------------------------------ */

static void
stop_ends_what_hangs(void **state)
{
	struct scene *scene = *state;
	struct sent *sent = prepare(scene, "127.0.0.1", "/hang");
	struct sent *slow = prepare(scene, "slow.test", "/200");
	struct mono before;

	hand_in(scene, sent);
	hand_in(scene, slow);
	http_fake_wait(scene->fake, 1);
	pthread_mutex_lock(&names_lock);
	while (n_slow == 0) {
		pthread_cond_wait(&names_changed, &names_lock);
	}
	pthread_mutex_unlock(&names_lock);
	before = clock_mono(clock_real());
	post_stop(scene->post);
	print_message("stopped after %lld ms\n", (long long)((clock_mono(clock_real()).ns -
	    before.ns) / NS_PER_MS));
	assert_true(sent->done);
	assert_int_equal(sent->answer.end, TRANSPORT_BROKEN);
	assert_non_null(strstr(sent->answer.error, "stopped"));
	/* it came back although the name is still being asked for */
	assert_true(slow->done);
	assert_int_equal(slow->answer.end, TRANSPORT_REFUSED);
	pthread_mutex_lock(&names_lock);
	assert_int_equal(n_slow, 1);
	slow_may_go = true;
	pthread_cond_broadcast(&names_changed);
	while (n_slow > 0) {
		pthread_cond_wait(&names_changed, &names_lock);
	}
	slow_may_go = false;
	pthread_mutex_unlock(&names_lock);
}

/* A name that takes long must not hold up the others. */
static void
a_slow_name_holds_nobody_up(void **state)
{
	struct scene *scene = *state;
	struct sent *slow = prepare(scene, "slow.test", "/200");

	slow->receiver.timeout_ns = 50 * NS_PER_MS;
	hand_in(scene, slow);
	assert_int_equal(wait_for(slow)->end, TRANSPORT_REFUSED);
	assert_int_equal(ask(scene, "/200")->status, 200);
	pthread_mutex_lock(&names_lock);
	while (n_slow == 0) { /* it is asked for even so */
		pthread_cond_wait(&names_changed, &names_lock);
	}
	slow_may_go = true;
	pthread_cond_broadcast(&names_changed);
	while (n_slow > 0) {
		pthread_cond_wait(&names_changed, &names_lock);
	}
	slow_may_go = false;
	pthread_mutex_unlock(&names_lock);
}

static void
a_wake_is_a_step(void **state)
{
	struct scene *scene = *state;
	size_t before;

	pthread_mutex_lock(&scene->lock);
	while (scene->n_steps == 0) {
		pthread_cond_wait(&scene->changed, &scene->lock);
	}
	for (int i = 0; i < 3; i++) {
		before = scene->n_steps;
		post_wake(scene->post);
		while (scene->n_steps == before) {
			pthread_cond_wait(&scene->changed, &scene->lock);
		}
	}
	pthread_mutex_unlock(&scene->lock);
}

/* ---- Retry-After ------------------------------------------------------------------------ */

static void
retry_after_texts(void **unused)
{
	static const struct { const char *text; int64_t wait_s; } CASES[] = {
		{ "0", 0 }, { "7", 7 }, { "86400", 86400 }, { "86401", 86400 },
		{ "99999999999999999999999", -1 }, { "-1", -1 }, { "1.5", -1 }, { "", -1 },
		{ " 7", -1 }, { "7 s", -1 }, { "soon", -1 },
		{ "Tue, 14 Nov 2023 22:13:50 GMT", 30 },
		{ "Tuesday, 14-Nov-23 22:13:50 GMT", 30 },
		{ "Tue Nov 14 22:13:50 2023", 30 },
		{ "Tue, 14 Nov 2023 22:13:19 GMT", 0 },
		{ "Tue, 14 Nov 2033 22:13:50 GMT", 86400 },
		{ "Tue, 99 Nov 2023 99:99:99 GMT", -1 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		assert_int_equal(post_retry_after(CASES[i].text,
		    (struct wall){ 1700000000 * NS_PER_S }), CASES[i].wait_s);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_come_back), TEST(retry_after_is_read),
		TEST(redirects_are_not_followed), TEST(broken_answers_are_doubtful),
		TEST(a_broken_body_is_an_answer), TEST(time_is_limited),
		TEST(what_never_left_is_refused), TEST(addresses_are_judged_after_dns),
		TEST(the_environment_does_not_count), TEST(many_go_at_once), TEST(waiting_ones_end),
		TEST(stop_ends_what_hangs), TEST(a_slow_name_holds_nobody_up),
		TEST(a_wake_is_a_step), cmocka_unit_test(retry_after_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
