# SPDX-License-Identifier: GPL-3.0-or-later
UNIT_TESTS += %D%/test_daemon
%C%_test_daemon_SOURCES = %D%/test_daemon.c
%C%_test_daemon_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_daemon_LDADD = $(LIB_DAEMON) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_own
%C%_test_own_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_own_LDADD = $(LIB_DAEMON) $(CMOCKA_LIBS)
