/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See reader_kit.h. */
#include <config.h>

#include "reader_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_yaml.h"
#include "capture.h"

struct session *open_sessions;

static int
agent_open(void *engine, const struct engine_target *target,
    void **ret_session, struct col_error *error)
{
	struct session *session = calloc(1, sizeof(*session));

	(void)error;
	session->agent = engine;
	session->credential = target->credential;
	session->next = open_sessions;
	open_sessions = session;
	*ret_session = session;
	return 0;
}

static void
agent_close(void *arg)
{
	struct session **at = &open_sessions;

	while (*at != arg) {
		at = &(*at)->next;
	}
	*at = (*at)->next;
	free(arg);
}

static int
agent_send(void *arg, const struct engine_request *request)
{
	struct session *session = arg;

	assert_false(session->busy);
	assert_true(request->n_names > 0 && request->n_names <= 62);
	session->request = *request;
	session->busy = true;
	return 0;
}

static void
agent_cancel(void *arg)
{
	((struct session *)arg)->busy = false;
}

static size_t
answer_bulk(struct agent *agent, const struct engine_request *request,
    struct varbind *out)
{
	size_t n = 0, width = request->n_names - request->n_once;

	for (size_t i = 0; i < request->n_once; i++) {
		const struct varbind *vb = snapshot_next(agent->snapshot,
		    request->names[i]);
		out[n++] = vb != NULL ? *vb : (struct varbind){
		    .name = request->names[i], .type = VARBIND_END};
	}
	for (unsigned turn = 0; turn < request->n_repeat && n + width < 128;
	    turn++) {
		for (size_t i = 0; i < width; i++) {
			struct objref after = turn == 0 || agent->repeats ?
			    request->names[request->n_once + i] :
			    out[n - width].name;
			const struct varbind *vb = snapshot_next(
			    agent->snapshot, after);
			out[n++] = vb != NULL ? *vb : (struct varbind){
			    .name = after, .type = VARBIND_END};
		}
	}
	return n;
}

static size_t
answer_names(struct agent *agent, const struct engine_request *request,
    struct varbind *out, struct engine_reply *reply)
{
	for (size_t i = 0; i < request->n_names; i++) {
		const struct varbind *vb = request->verb == ENGINE_GET ?
		    snapshot_get(agent->snapshot, request->names[i]) :
		    snapshot_next(agent->snapshot, request->names[i]);
		if (vb == NULL && agent->v1) {
			reply->error_status = ENGINE_NO_SUCH_NAME;
			reply->error_index = (unsigned)i + 1;
			return 0;
		}
		out[i] = vb != NULL ? *vb : (struct varbind){
		    .name = request->names[i], .type = VARBIND_NO_INSTANCE};
	}
	return request->n_names;
}

void
agent_serve(struct session *session)
{
	struct agent *agent = session->agent;
	struct engine_request request = session->request;
	struct engine_reply reply = {.outcome = ENGINE_ANSWER};
	struct varbind out[128];
	size_t n_wanted = request.n_names;

	session->busy = false;
	if (agent->fake->now_ns + agent->lasts_ns > request.deadline_ns) {
		agent->fake->now_ns = request.deadline_ns;
		reply.outcome = ENGINE_TIMEOUT;
		reply.detail = "no answer";
		request.fn(request.arg, &reply);
		return;
	}
	agent->fake->now_ns += agent->lasts_ns;
	agent->n_requests++;
	agent->n_bulk += request.verb == ENGINE_GETBULK;
	if (request.n_names > agent->n_biggest) {
		agent->n_biggest = (unsigned)request.n_names;
	}
	if (request.verb == ENGINE_GETBULK) {
		n_wanted = request.n_once + (size_t)request.n_repeat *
		    (request.n_names - request.n_once);
		if (n_wanted > agent->n_most) {
			agent->n_most = (unsigned)n_wanted;
		}
	}
	reply.varbinds = out;
	if (agent->dead || (agent->silent_over > 0 &&
	    n_wanted > agent->silent_over)) {
		reply.outcome = ENGINE_TIMEOUT;
		reply.detail = "no answer";
		request.fn(request.arg, &reply);
		return;
	}
	if (agent->answers_to != NULL && strcmp(agent->answers_to,
	    session->credential->id) != 0) {
		reply.outcome = agent->refuses ? ENGINE_AUTH : ENGINE_TIMEOUT;
		reply.detail = agent->refuses ? "refused" : "no answer";
	} else if (agent->too_big > 0 && request.n_names > agent->too_big) {
		reply.error_status = ENGINE_TOO_BIG;
	} else if (!agent->empty) {
		reply.n_varbinds = request.verb == ENGINE_GETBULK ?
		    answer_bulk(agent, &request, out) :
		    answer_names(agent, &request, out, &reply);
	}
	request.fn(request.arg, &reply);
}

const struct engine_ops agent_ops = {.name = "agent",
    .open = agent_open, .close = agent_close, .send = agent_send,
    .cancel = agent_cancel};

void
show(struct bench *bench, const char *text)
{
	struct col_error error;
	struct capture capture;

	snapshot_free(bench->agent.snapshot);
	assert_int_equal(capture_parse(text, strlen(text), &capture, &error),
	    0);
	bench->agent.snapshot = capture.snapshot;
}

void
add_profile(struct bench *bench, const char *id, const char *text)
{
	struct col_node *node = yamltree_parse(text, id);
	struct col_profile from = {id, node};

	if (profile_parse(&bench->fake.host, &from,
	    &bench->list[bench->n_profiles]) != 0) {
		fail_msg("%s", bench->fake.reports);
	}
	yamltree_free(node);
	bench->shared.profiles = (struct profile_set){bench->list,
	    ++bench->n_profiles};
}

void
set_up_with(struct bench *bench, const char *first, const char *second,
    const char *text)
{
	struct col_device device = {.size = sizeof(device), .id = "d",
	    .address = "127.0.0.1", .profile = "auto",
	    .credentials = bench->credentials, .n_credentials = 2};
	struct col_error error;

	memset(bench, 0, sizeof(*bench));
	fakehost_init(&bench->fake);
	bench->agent.fake = &bench->fake;
	bench->shared.host = &bench->fake.host;
	bench->shared.plans.host = &bench->fake.host;
	add_profile(bench, "p", first);
	if (second != NULL) {
		add_profile(bench, "q", second);
	}
	bench->shared.credentials = credential_set_new(&bench->fake.host,
	    sizeof(struct credential), credential_load);
	for (size_t i = 0; i < 2; i++) {
		bench->nodes[i] = yamltree_parse(
		    "{version: 2c, community: {credential: x}}", "c.yaml");
		bench->credentials[i].node = bench->nodes[i];
		bench->credentials[i].id = i == 0 ? "first" : "second";
	}
	assert_int_equal(reader_init(&bench->reader, &bench->shared, &device,
	    &error), 0);
	reader_use(&bench->reader, &agent_ops, &bench->agent);
	show(bench, text);
}

void
set_up(struct bench *bench, const char *text)
{
	set_up_with(bench, PROFILE, NULL, text);
}

void
tear_down(struct bench *bench)
{
	reader_done(&bench->reader);
	assert_null(open_sessions);
	assert_int_equal(bench->shared.plans.n, 0);
	for (size_t i = 0; i < bench->n_profiles; i++) {
		profile_unref(bench->list[i]);
	}
	credential_set_free(bench->shared.credentials);
	snapshot_free(bench->agent.snapshot);
	yamltree_free(bench->nodes[0]);
	yamltree_free(bench->nodes[1]);
	fakehost_poll_clear(&bench->poll);
	fakehost_done(&bench->fake);
}

enum col_status
poll_once(struct bench *bench)
{
	fakehost_poll_clear(&bench->poll);
	bench->agent.n_requests = 0;
	bench->agent.n_biggest = 0;
	bench->agent.n_most = 0;
	reader_poll(&bench->reader, bench->fake.now_ns +
	    (bench->agent.patience_ns > 0 ? bench->agent.patience_ns :
	    5000000000), &bench->poll);
	for (int i = 0; i < 100000 && !bench->poll.done; i++) {
		bool any = false;
		for (struct session *s = open_sessions; s != NULL && !any;
		    s = s->next) {
			if (s->busy) {
				any = true;
				agent_serve(s);
				break;
			}
		}
		assert_true(any);
	}
	assert_int_equal(bench->poll.n_done, 1);
	bench->fake.now_ns += 10000000000;
	return bench->poll.status;
}

double
value_of(const struct bench *bench, const char *metric, const char *instance)
{
	int i = fakehost_slot(&bench->poll, metric, instance);

	assert_true(i >= 0);
	assert_int_equal(bench->poll.values[i].quality, COL_GOOD);
	return bench->poll.values[i].number;
}

enum col_quality
quality_of(const struct bench *bench, const char *metric,
    const char *instance)
{
	int i = fakehost_slot(&bench->poll, metric, instance);

	assert_true(i >= 0);
	return bench->poll.values[i].quality;
}
