STORE_KIT = %D%/store_kit.c %D%/store_kit.h %D%/fixture.c %D%/fixture.h
UNIT_TESTS += %D%/test_store
%C%_test_store_SOURCES = %D%/test_store.c $(STORE_KIT)
%C%_test_store_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_store_LDADD = $(LIB_STORE) $(CMOCKA_LIBS) -lm
