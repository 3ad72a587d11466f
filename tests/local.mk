# SPDX-License-Identifier: GPL-3.0-or-later
# Every test speaks TAP.  tests/tap runs a program and mends cmocka's TAP.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/tests/driver
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/tap
TEST_EXTENSIONS = .sh
SH_LOG_DRIVER = $(LOG_DRIVER)
SH_LOG_COMPILER = $(SHELL)
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	ASAN_OPTIONS=handle_segv=2:handle_sigbus=2:handle_sigfpe=2:handle_sigill=2:detect_leaks=1; export ASAN_OPTIONS; \
	UBSAN_OPTIONS=print_stacktrace=1; export UBSAN_OPTIONS; \
	CC='$(CC)'; export CC;
EXTRA_DIST += %D%/tap %D%/driver %D%/upward.sh

include %D%/unit/local.mk
include %D%/plugin/local.mk
include %D%/scenario/local.mk
include %D%/system/local.mk
include %D%/web/local.mk
include %D%/fuzz/local.mk
include %D%/bench/local.mk
include %D%/lint/local.mk
include %D%/racksim/local.mk

check_PROGRAMS += $(UNIT_TESTS)
# A sanitizer build runs the layers that exercise code of ours in one process.
# What waits comes first, what computes runs beside it: tests/run takes two jobs
# a core.
ALL_TESTS = $(SYSTEM_TESTS) $(WEB_TESTS) $(LINT_TESTS) $(SCENARIO_TESTS) $(UNIT_TESTS) $(PLUGIN_TESTS)
SANITIZED_TESTS = $(UNIT_TESTS) $(PLUGIN_TESTS) $(SCENARIO_TESTS)
TESTS += $(ALL_TESTS)
noinst_PROGRAMS += $(FUZZERS)

# The layers by name: make check-unit, check-lint, …
.PHONY: check-sanitized check-threads check-unit check-plugin check-lint check-scenario check-system check-web
check-sanitized: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(SANITIZED_TESTS)'
# Stories run the daemon's steps on one thread: a few show the syncer's and keepers'.
check-threads: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(UNIT_TESTS) $(PLUGIN_TESTS) $(THREAD_STORIES)'
check-unit: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(UNIT_TESTS)'
check-plugin: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(PLUGIN_TESTS)'
check-lint: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(LINT_TESTS)'
check-scenario: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(SCENARIO_TESTS)'
check-long: all
	TEST_LIMIT=0 $(MAKE) $(AM_MAKEFLAGS) check TESTS='$(LONG_TESTS)'
check-system: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(SYSTEM_TESTS)'
check-web: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(WEB_TESTS)'
EXTRA_DIST += tests/run tests/README.md
