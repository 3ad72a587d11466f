/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * notices FOLDER CA URL KIND TYPE…: renders a notice as each type, posts it over the
 * daemon's own transport and says what became of it.  URL is a base, to which the
 * type and its own path are added; "-" as CA: HTTP is fine.  FOLDER gets secrets.
 *
 * KIND: calm single resolved hostile huge heartbeat canary test
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/format.h"
#include "alert/post.h"
#include "base/str.h"
#include "unit/format_kit.h"

struct job {
	struct post *post;
	struct receiver *receiver;
	struct outgoing outgoing;
	struct answer answer;
	bool sent, done;
	int code;
};

/* The types' own paths, as their owners' URLs have them. */
static const char *const PATHS[RECEIVER_TYPE_N] = {
	[RECEIVER_WEBHOOK] = "/webhook/in", [RECEIVER_ALERTMANAGER] = "/alertmanager/",
	[RECEIVER_ALERTMANAGER_WEBHOOK] = "/alertmanager-webhook",
	[RECEIVER_CLOUDEVENTS] = "/cloudevents", [RECEIVER_SLACK] = "/slack/services/T0/B0/x",
	[RECEIVER_TEAMS] = "/teams/workflows/1?sig=x", [RECEIVER_PAGERDUTY] =
	    "/pagerduty/v2/enqueue",
	[RECEIVER_DINGTALK] = "/dingtalk/robot/send?access_token=x",
	[RECEIVER_WECOM] = "/wecom/cgi-bin/webhook/send?key=x",
	[RECEIVER_FEISHU] = "/feishu/open-apis/bot/v2/hook/x-1", [RECEIVER_TEMPLATE] = "/template",
};

static void
done(void *arg, const struct answer *answer)
{
	struct job *job = arg;

	job->answer = *answer;
	job->done = true;
}

static struct mono
step(void *arg)
{
	struct job *job = arg;
	struct transport transport = post_transport(job->post);

	if (!job->sent) {
		job->sent = true;
		job->code = transport.send(transport.self, job->receiver, &job->outgoing, done,
		    job);
	}
	if (job->done || job->code != 0) {
		post_stop(job->post);
	}
	return (struct mono){ INT64_MAX };
}

static void
make_notice(const char *kind, struct notice *notice)
{
	struct wall now = clock_wall(clock_real());

	if (strcmp(kind, "calm") == 0) {
		format_kit_calm(notice);
	} else if (strcmp(kind, "hostile") == 0) {
		format_kit_hostile(notice);
	} else if (strcmp(kind, "huge") == 0) {
		format_kit_huge(notice, 100, "机");
	} else {
		format_kit_single(notice);
	}
	if (strcmp(kind, "heartbeat") == 0 || strcmp(kind, "canary") == 0) {
		notice->type = kind[0] == 'h' ? NOTICE_HEARTBEAT : NOTICE_CANARY;
		notice->n_alerts = 0;
	} else if (strcmp(kind, "test") == 0) {
		notice->type = NOTICE_TEST;
		notice->test = true;
	} else if (strcmp(kind, "resolved") == 0) {
		notice->type = NOTICE_RESOLVED;
		notice->alerts[0].state = ALERT_RESOLVED;
		notice->alerts[0].end = ALERT_END_CLEARED;
		notice->alerts[0].resolved = now;
	}
	notice->at = now;
}

static bool
post_one(enum receiver_type type, char **argv)
{
	struct arena *arena = arena_new();
	struct job job = { .post = post_open(clock_real()) };
	struct col_error error = { 0 };
	struct notice notice;
	char words[200] = "";
	int64_t wait_s;
	enum verdict verdict = VERDICT_REFUSED;
	static const char *const ALLOW[] = { "127.0.0.0/8", NULL };

	/* NOTICES_BARE: URL is that of a real server, without our paths */
	job.receiver = format_kit_usual(arena, type, argv[1], arena_format(arena, "%s%s",
	    argv[3], getenv("NOTICES_BARE") != NULL ? "" : PATHS[type]));
	job.receiver->allow = ALLOW;
	job.receiver->allow_http = strcmp(argv[2], "-") == 0;
	job.receiver->ca_file = job.receiver->allow_http ? NULL : argv[2];
	make_notice(argv[4], &notice);
	if (format_render(job.receiver, &notice, clock_wall(clock_real()), &job.outgoing,
	    &error) != 0) {
		(void)str_copy(words, sizeof(words), error.text);
	} else {
		post_run(job.post, step, &job);
		verdict = format_judge(job.receiver, &job.answer, words, &wait_s);
	}
	printf("%s %s %s %ld %s\n", receiver_type_text(type), argv[4], verdict_text(verdict),
	    job.answer.status, words);
	outgoing_done(&job.outgoing);
	notice_done(&notice);
	post_close(job.post);
	arena_free(arena);
	return verdict == VERDICT_ACCEPTED;
}

int
main(int argc, char **argv)
{
	bool good = true;

	if (argc < 5) {
		(void)fprintf(stderr, "usage: notices FOLDER CA URL KIND [TYPE…]\n");
		return 2;
	}
	for (int type = 0; type < RECEIVER_TYPE_N; type++) {
		bool wanted = argc == 5;

		for (int i = 5; i < argc; i++) {
			wanted |= strcmp(argv[i], receiver_type_text((enum receiver_type)type)) == 0;
		}
		if (wanted) {
			good &= post_one((enum receiver_type)type, argv);
		}
	}
	return good ? 0 : 1;
}
