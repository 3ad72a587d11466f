/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The engine that answers from a capture, with an agent's manners. */
#include <config.h>

#include "engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <collectord/err.h>

static const uint32_t descr[] = {1, 3, 6, 1, 2, 1, 1, 1, 0};
static const uint32_t load_1[] = {1, 3, 6, 1, 4, 1, 9, 1, 1};
static const uint32_t load[] = {1, 3, 6, 1, 4, 1, 9, 1};
static const uint32_t other[] = {1, 3, 6, 1, 4, 1, 9, 2};
static const uint32_t last[] = {1, 3, 6, 1, 4, 1, 9, 2, 1};
#define REF(subs) ((struct objref){subs, sizeof(subs) / sizeof(subs[0])})

/* What the last reply said. */
struct heard {
	unsigned n;
	enum engine_outcome outcome;
	size_t n_varbinds;
	enum varbind_type types[128];
	int64_t integers[128];
	char detail[300];
	void *again;                /* session to ask once more from inside */
	struct engine_request request;
};

static void
on_reply(void *arg, const struct engine_reply *reply)
{
	struct heard *heard = arg;

	heard->n++;
	heard->outcome = reply->outcome;
	heard->n_varbinds = reply->n_varbinds;
	for (size_t i = 0; i < reply->n_varbinds; i++) {
		heard->types[i] = reply->varbinds[i].type;
		heard->integers[i] = reply->varbinds[i].integer;
	}
	(void)snprintf(heard->detail, sizeof(heard->detail), "%s",
	    reply->detail != NULL ? reply->detail : "");
	if (heard->again != NULL) {
		assert_int_equal(engine_file.send(heard->again, &heard->request), 0);
		heard->again = NULL;
	}
}

struct bench { void *engine, *session; char path[64], address[80]; };

static int
set_up(void **state)
{
	static struct bench bench;
	struct engine_setup setup = {.window = 0};
	struct engine_target target = {.device = "d", .address = bench.address};
	struct col_error error = {.code = 0};
	FILE *file;

	(void)snprintf(bench.path, sizeof(bench.path), "/tmp/engine-file-%d.snmprec", (int)getpid());
	(void)snprintf(bench.address, sizeof(bench.address), "snmprec:%s", bench.path);
	file = fopen(bench.path, "w");
	if (file == NULL || fputs("1.3.6.1.2.1.1.1.0|4|Test\n1.3.6.1.4.1.9.1.1|2|11\n"
	    "1.3.6.1.4.1.9.1.2|2|12\n1.3.6.1.4.1.9.2.1|2|21\n", file) < 0 ||
	    fclose(file) != 0) {
		return -1;
	}
	*state = &bench;
	return engine_file.start(&setup, &bench.engine, &error) != 0 ||
	    engine_file.open(bench.engine, &target, &bench.session, &error) != 0;
}

static int
tear_down(void **state)
{
	struct bench *bench = *state;

	engine_file.close(bench->session);
	engine_file.close(NULL);
	engine_file.stop(bench->engine);
	return unlink(bench->path);
}

static void
ask(struct bench *bench, struct heard *heard, enum engine_verb verb,
    const struct objref *names, size_t n)
{
	struct engine_request request = {.verb = verb, .names = names, .n_names = n,
	    .n_once = 1, .n_repeat = 40, .fn = on_reply, .arg = heard};
	unsigned before = heard->n;

	assert_int_equal(engine_file.send(bench->session, &request), 0);
	assert_int_equal(engine_file.send(bench->session, &request), COL_EBUSY);
	assert_int_equal(heard->n, before);      /* from tick only */
	engine_file.tick(bench->engine);
	assert_int_equal(heard->n, before + 1);
}

static void
test_verbs(void **state)
{
	const struct objref get[] = {REF(descr), REF(load_1), REF(load)};
	const struct objref next[] = {REF(load), REF(last)};
	const struct objref bulk[] = {REF(descr), REF(load), REF(other)};
	struct heard heard = {.n = 0};

	ask(*state, &heard, ENGINE_GET, get, 3);
	assert_int_equal(heard.outcome, ENGINE_ANSWER);
	assert_int_equal(heard.types[0], VARBIND_OCTETS);
	assert_int_equal(heard.integers[1], 11);
	assert_int_equal(heard.types[2], VARBIND_NO_INSTANCE);
	ask(*state, &heard, ENGINE_GETNEXT, next, 2);
	assert_int_equal(heard.integers[0], 11);
	assert_int_equal(heard.types[1], VARBIND_END);
	/* one name once, then two columns side by side, cut at 64 like an agent's */
	ask(*state, &heard, ENGINE_GETBULK, bulk, 3);
	assert_int_equal(heard.n_varbinds, 64);
	assert_int_equal(heard.integers[0], 11);
	assert_int_equal(heard.integers[1], 11);
	assert_int_equal(heard.integers[2], 21);
	assert_int_equal(heard.integers[3], 12);
	assert_int_equal(heard.types[4], VARBIND_END);
}

/* What a reply asks for is answered a turn later, or a walk would never end. */
static void
test_a_request_from_a_reply_waits(void **state)
{
	struct bench *bench = *state;
	const struct objref name = REF(load_1);
	struct heard heard = {.n = 0, .again = bench->session};

	heard.request = (struct engine_request){.verb = ENGINE_GET, .names = &name,
	    .n_names = 1, .fn = on_reply, .arg = &heard};
	ask(bench, &heard, ENGINE_GET, &name, 1);
	engine_file.tick(bench->engine);
	assert_int_equal(heard.n, 2);
	assert_int_equal(engine_file.send(bench->session, &heard.request), 0);
	engine_file.cancel(bench->session);
	engine_file.tick(bench->engine);
	assert_int_equal(heard.n, 2);
	heard.request.n_names = 0;
	assert_int_equal(engine_file.send(bench->session, &heard.request), COL_EINVAL);
}

static void
test_no_file(void **state)
{
	struct bench *bench = *state, missing = {.engine = bench->engine};
	const struct objref name = REF(load_1);
	struct engine_target target = {.device = "d", .address = "snmprec:/no/such/file"};
	struct col_error error = {.code = 0};
	struct heard heard = {.n = 0};

	assert_int_equal(engine_file.open(bench->engine, &target, &missing.session, &error), 0);
	ask(&missing, &heard, ENGINE_GET, &name, 1);
	assert_int_equal(heard.outcome, ENGINE_UNREACHABLE);
	assert_non_null(strstr(heard.detail, "/no/such/file"));
	engine_file.close(missing.session);
	target.address = "192.0.2.1";
	assert_int_equal(engine_file.open(bench->engine, &target, &missing.session, &error),
	    COL_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_verbs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_request_from_a_reply_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
