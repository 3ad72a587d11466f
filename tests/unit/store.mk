# UNIT_TESTS += %D%/test_x; %C%_test_x_SOURCES = %D%/test_x.c; %C%_test_x_CPPFLAGS = $(UNIT_CPPFLAGS); %C%_test_x_LDADD = $(LIB_...) $(CMOCKA_LIBS)
