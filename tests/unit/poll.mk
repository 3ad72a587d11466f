UNIT_TESTS += %D%/test_poll_sched %D%/test_poll_poller
POLL_KIT = %D%/poll_kit.c %D%/poll_kit.h
%C%_test_poll_sched_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_poll_sched_LDADD = $(LIB_POLL) $(CMOCKA_LIBS)
%C%_test_poll_poller_SOURCES = %D%/test_poll_poller.c $(POLL_KIT)
%C%_test_poll_poller_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_poll_poller_LDADD = $(LIB_POLL) $(CMOCKA_LIBS)
