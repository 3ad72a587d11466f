# SPDX-License-Identifier: GPL-3.0-or-later
# One story per file: each is a test of its own, told by one program.
check_PROGRAMS += %D%/scenario
%C%_scenario_SOURCES = %D%/scenario.c %D%/run.h %D%/act.c %D%/compare.c %D%/compare.h \
	%D%/expect.c %D%/expect_alert.c %D%/expect_figures.c %D%/expect_outlook.c %D%/expect_past.c %D%/expect_plan.c %D%/expect_stock.c %D%/expect_store.c %D%/fetch.c %D%/fetch.h \
	%D%/told.c %D%/told.h
%C%_scenario_LDADD = $(LIB_DAEMON)
TEST_EXTENSIONS += .yaml
YAML_LOG_DRIVER = $(LOG_DRIVER)
YAML_LOG_COMPILER = $(top_builddir)/tests/scenario/scenario
STORIES = \
	%D%/bill.yaml \
	%D%/backoff.yaml \
	%D%/air.yaml \
	%D%/alert-overload.yaml \
	%D%/alert-restart.yaml \
	%D%/alert-stale.yaml \
	%D%/alert-supply.yaml \
	%D%/alert-told.yaml \
	%D%/bmc.yaml \
	%D%/contradicted.yaml \
	%D%/coarse.yaml \
	%D%/counters.yaml \
	%D%/dead-fifth.yaml \
	%D%/double.yaml \
	%D%/down-hall.yaml \
	%D%/energy.yaml \
	%D%/energised.yaml \
	%D%/events.yaml \
	%D%/failover.yaml \
	%D%/feed-lost.yaml \
	%D%/feedtree.yaml \
	%D%/foretold.yaml \
	%D%/gap.yaml \
	%D%/garbage.yaml \
	%D%/frames.yaml \
	%D%/healthy.yaml \
	%D%/history.yaml \
	%D%/implausible.yaml \
	%D%/jump-evidence.yaml \
	%D%/jump-off-grid.yaml \
	%D%/jump-back-restart.yaml \
	%D%/jump.yaml \
	%D%/kill-store-busy.yaml \
	%D%/kill-store.yaml \
	%D%/late.yaml \
	%D%/late-import.yaml \
	%D%/live.yaml \
	%D%/moved.yaml \
	%D%/outage.yaml \
	%D%/overload.yaml \
	%D%/partial.yaml \
	%D%/peaks.yaml \
	%D%/planned.yaml \
	%D%/reload-broken.yaml \
	%D%/reload-interval.yaml \
	%D%/reload-open-slot.yaml \
	%D%/reload.yaml \
	%D%/reload-steady.yaml \
	%D%/rename-reused.yaml \
	%D%/rename-stopped.yaml \
	%D%/rename.yaml \
	%D%/replaced.yaml \
	%D%/restart.yaml \
	%D%/silent-share.yaml \
	%D%/slow.yaml \
	%D%/stale.yaml \
	%D%/stock.yaml \
	%D%/whatif.yaml \
	%D%/surpass.yaml \
	%D%/targets.yaml \
	%D%/turn.yaml \
	%D%/unmonitored.yaml
EXTRA_DIST += $(STORIES) %D%/README.md
if PLUGIN_REPLAY
SCENARIO_TESTS += $(STORIES)
THREAD_STORIES += %D%/alert-restart.yaml %D%/feed-lost.yaml %D%/kill-store.yaml \
	%D%/reload.yaml %D%/restart.yaml
endif
