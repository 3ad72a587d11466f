FLOW_FIXTURE = %D%/fixture.c %D%/fixture.h
UNIT_TESTS += %D%/test_flow_counter %D%/test_flow_normalise
%C%_test_flow_counter_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_counter_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS) -lm
%C%_test_flow_normalise_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_flow_normalise_LDADD = $(LIB_FLOW) $(CMOCKA_LIBS) -lm
