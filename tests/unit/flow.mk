UNIT_TESTS += %D%/test_flow_counter %D%/test_flow_normalise %D%/test_flow_latest \
	%D%/test_flow_slots %D%/test_flow_rollup
%C%_test_flow_counter_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_counter_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS) -lm
%C%_test_flow_normalise_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_normalise_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS) -lm
%C%_test_flow_latest_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_latest_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS)
%C%_test_flow_slots_SOURCES = %D%/test_flow_slots.c %D%/fixture.c %D%/fixture.h
%C%_test_flow_slots_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_slots_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS)
%C%_test_flow_rollup_SOURCES = %D%/test_flow_rollup.c %D%/fixture.c %D%/fixture.h
%C%_test_flow_rollup_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_rollup_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS) -lm
UNIT_TESTS += %D%/test_flow
%C%_test_flow_SOURCES = %D%/test_flow.c %D%/fixture.c %D%/fixture.h
%C%_test_flow_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS) -lm
