EXTRA_DIST += tests/fixtures/config %D%/config_fake.h
check_LTLIBRARIES += %D%/libconfigfake.la
%C%_libconfigfake_la_SOURCES = %D%/config_fake.c %D%/config_fake.h
%C%_libconfigfake_la_CPPFLAGS = $(UNIT_CPPFLAGS)
CONFIG_FAKE = tests/unit/libconfigfake.la $(LIB_CONFIG) $(CMOCKA_LIBS)

UNIT_TESTS += %D%/test_config %D%/test_config_csv %D%/test_config_diff \
	%D%/test_config_files %D%/test_config_inventory %D%/test_config_options \
	%D%/test_config_range %D%/test_config_yaml
%C%_test_config_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_LDADD = $(CONFIG_FAKE)
%C%_test_config_csv_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_csv_LDADD = $(LIB_CONFIG) $(CMOCKA_LIBS)
%C%_test_config_diff_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_diff_LDADD = $(CONFIG_FAKE)
%C%_test_config_files_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_files_LDADD = $(CONFIG_FAKE)
%C%_test_config_inventory_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_inventory_LDADD = $(CONFIG_FAKE)
%C%_test_config_options_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_options_LDADD = $(CONFIG_FAKE)
%C%_test_config_range_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_range_LDADD = $(LIB_CONFIG) $(CMOCKA_LIBS)
%C%_test_config_yaml_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_yaml_LDADD = $(LIB_CONFIG) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_config_extend
%C%_test_config_extend_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_extend_LDADD = $(CONFIG_FAKE)
UNIT_TESTS += %D%/test_config_assets %D%/test_config_encoding
%C%_test_config_assets_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_assets_LDADD = $(CONFIG_FAKE)
%C%_test_config_encoding_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_encoding_LDADD = $(LIB_CONFIG) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_config_rules %D%/test_config_receivers
%C%_test_config_rules_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_rules_LDADD = $(CONFIG_FAKE)
%C%_test_config_receivers_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_config_receivers_LDADD = $(CONFIG_FAKE)
