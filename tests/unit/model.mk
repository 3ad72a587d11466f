UNIT_TESTS += %D%/test_model
%C%_test_model_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_model_LDADD = $(LIB_MODEL) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_model_states
%C%_test_model_states_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_model_states_LDADD = $(LIB_MODEL) $(CMOCKA_LIBS)
