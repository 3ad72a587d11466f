UNIT_TESTS += %D%/test_state
%C%_test_state_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_state_LDADD = $(LIB_STATE) $(CMOCKA_LIBS)
