UNIT_TESTS += %D%/test_state
%C%_test_state_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_state_LDADD = $(LIB_STATE) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_state_events
%C%_test_state_events_SOURCES = %D%/test_state_events.c %D%/fixture.c %D%/fixture.h
%C%_test_state_events_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_state_events_LDADD = $(LIB_STATE) $(CMOCKA_LIBS)
