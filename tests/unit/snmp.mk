UNIT_TESTS += %D%/test_snmp_ber %D%/test_snmp_convert %D%/test_snmp_pdu \
	%D%/test_snmp_profile %D%/test_snmp_reader
UNIT_TESTS += %D%/test_snmp_walk
UNIT_TESTS += %D%/test_snmp_native %D%/test_snmp_oracle
SNMP_TEST_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
SNMP_KIT = tests/plugin/snmp_host.c tests/plugin/snmp_host.h \
	tests/plugin/snmp_yaml.c tests/plugin/snmp_yaml.h
SNMP_TEST_LIBS = $(LIB_SNMP) $(CMOCKA_LIBS) $(YAML_LIBS)
%C%_test_snmp_ber_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_ber_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_convert_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_convert_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_pdu_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_pdu_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_profile_SOURCES = %D%/test_snmp_profile.c $(SNMP_KIT)
%C%_test_snmp_profile_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_profile_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_reader_SOURCES = %D%/test_snmp_reader.c $(SNMP_KIT)
%C%_test_snmp_reader_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_reader_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_walk_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_walk_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_native_SOURCES = %D%/test_snmp_native.c $(SNMP_KIT)
%C%_test_snmp_native_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_native_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_oracle_SOURCES = %D%/test_snmp_oracle.c $(SNMP_KIT)
%C%_test_snmp_oracle_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_oracle_LDADD = $(SNMP_TEST_LIBS)
