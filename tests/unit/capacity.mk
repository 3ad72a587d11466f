UNIT_TESTS += %D%/test_capacity_forecast %D%/test_capacity_target %D%/test_capacity_window
%C%_test_capacity_forecast_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_capacity_forecast_LDADD = $(LIB_CAPACITY) $(CMOCKA_LIBS)
%C%_test_capacity_target_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_capacity_target_LDADD = $(LIB_CAPACITY) $(CMOCKA_LIBS)
%C%_test_capacity_window_SOURCES = %D%/test_capacity_window.c %D%/fixture.c %D%/fixture.h
%C%_test_capacity_window_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_capacity_window_LDADD = $(LIB_CAPACITY) $(CMOCKA_LIBS)
