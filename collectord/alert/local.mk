noinst_LTLIBRARIES += %D%/libalert.la
%C%_libalert_la_SOURCES = \
	%D%/alert.h \
	%D%/transport.c %D%/transport.h
# rules, conditions, episodes
%C%_libalert_la_SOURCES += \
	%D%/adopt.c %D%/alert.c \
	%D%/conditions.c %D%/conditions.h \
	%D%/engine.c %D%/engine.h \
	%D%/episodes.c %D%/episodes.h \
	%D%/folding.c %D%/folding.h %D%/folding_inner.h %D%/folding_under.c \
	%D%/gauges.c %D%/gauges.h \
	%D%/instances.c %D%/instances.h \
	%D%/judge.c %D%/judge.h \
	%D%/machine.c %D%/machine.h \
	%D%/outbox.c %D%/outbox.h \
	%D%/publish.c %D%/publish.h \
	%D%/replay.c %D%/replay.h \
	%D%/sensor.c %D%/sensor.h \
	%D%/silent.c %D%/silent.h \
	%D%/take.c %D%/take.h \
	%D%/texts.c %D%/texts.h \
	%D%/thing.c %D%/thing.h \
	%D%/where.c %D%/where.h
# receiver formats and the transport of the daemon
%C%_libalert_la_SOURCES += \
	%D%/address.c %D%/address.h \
	%D%/format.c %D%/format.h \
	%D%/format_alertmanager.c %D%/format_cloudevents.c \
	%D%/format_pagerduty.c %D%/format_robots.c %D%/format_slack.c \
	%D%/format_teams.c %D%/format_template.c %D%/format_webhook.c \
	%D%/labels.c %D%/labels.h \
	%D%/post.c %D%/post.h \
	%D%/render.c %D%/render.h \
	%D%/signature.c %D%/signature.h \
	%D%/text.c %D%/text.h
# what has one cause
%C%_libalert_la_SOURCES += \
	%D%/fold.c %D%/fold.h %D%/fold_inner.h \
	%D%/fold_apply.c %D%/fold_ask.c \
	%D%/supply.c %D%/supply.h \
	%D%/topology.c %D%/topology.h
# delivery: what is told to whom, when, and until it has arrived
%C%_libalert_la_SOURCES += \
	%D%/compose.c %D%/compose.h \
	%D%/entries.c \
	%D%/groups.c \
	%D%/keep.c \
	%D%/mail.c \
	%D%/notify.c %D%/notify.h %D%/notify_inbox.h %D%/notify_inner.h \
	%D%/overflow.c \
	%D%/routes.c %D%/routes.h \
	%D%/send.c \
	%D%/silenced.c \
	%D%/trial.c \
	%D%/vigil.c
EXTRA_DIST += %D%/README.md
