# readings of the IPMI plugin
IPMI_TEST_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/plugins/ipmi
IPMI_KIT = tests/plugin/ipmi_kit.c tests/plugin/ipmi_kit.h
IPMI_TEST_LIBS = $(LIB_IPMI) $(CMOCKA_LIBS) $(YAML_LIBS)
UNIT_TESTS += %D%/test_ipmi_sdr %D%/test_ipmi_convert %D%/test_ipmi_units \
	%D%/test_ipmi_dcmi %D%/test_ipmi_chassis %D%/test_ipmi_states \
	%D%/test_ipmi_sel %D%/test_ipmi_fru %D%/test_ipmi_text
%C%_test_ipmi_sdr_SOURCES = %D%/test_ipmi_sdr.c $(IPMI_KIT)
%C%_test_ipmi_sdr_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_sdr_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_convert_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_convert_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_units_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_units_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_dcmi_SOURCES = %D%/test_ipmi_dcmi.c $(IPMI_KIT)
%C%_test_ipmi_dcmi_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_dcmi_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_chassis_SOURCES = %D%/test_ipmi_chassis.c $(IPMI_KIT)
%C%_test_ipmi_chassis_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_chassis_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_states_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_states_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_sel_SOURCES = %D%/test_ipmi_sel.c $(IPMI_KIT)
%C%_test_ipmi_sel_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_sel_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_fru_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_fru_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_text_SOURCES = %D%/test_ipmi_text.c $(IPMI_KIT)
%C%_test_ipmi_text_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_text_LDADD = $(IPMI_TEST_LIBS)
# those that poll a BMC of tables
IPMI_FAKE = $(IPMI_KIT) tests/plugin/ipmi_fake.c tests/plugin/ipmi_fake.h \
	tests/plugin/ipmi_profiles.c tests/plugin/ipmi_profiles.h \
	collectord/config/extend.c $(SNMP_KIT)
IPMI_FAKE_CPPFLAGS = $(IPMI_TEST_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
IPMI_FAKE_LIBS = $(IPMI_TEST_LIBS) collectord/base/libbase.la
UNIT_TESTS += %D%/test_ipmi_round %D%/test_ipmi_round_life
ROUND_KIT = %D%/round_kit.c %D%/round_kit.h $(IPMI_FAKE)
%C%_test_ipmi_round_SOURCES = %D%/test_ipmi_round.c $(ROUND_KIT)
%C%_test_ipmi_round_CPPFLAGS = $(IPMI_FAKE_CPPFLAGS)
%C%_test_ipmi_round_LDADD = $(IPMI_FAKE_LIBS)
%C%_test_ipmi_round_life_SOURCES = %D%/test_ipmi_round_life.c $(ROUND_KIT)
%C%_test_ipmi_round_life_CPPFLAGS = $(IPMI_FAKE_CPPFLAGS)
%C%_test_ipmi_round_life_LDADD = $(IPMI_FAKE_LIBS)
UNIT_TESTS += %D%/test_ipmi_repository %D%/test_ipmi_log_reader \
	%D%/test_ipmi_cache %D%/test_ipmi_keeper %D%/test_ipmi_profile
%C%_test_ipmi_repository_SOURCES = %D%/test_ipmi_repository.c $(IPMI_FAKE)
%C%_test_ipmi_repository_CPPFLAGS = $(IPMI_FAKE_CPPFLAGS)
%C%_test_ipmi_repository_LDADD = $(IPMI_FAKE_LIBS)
%C%_test_ipmi_log_reader_SOURCES = %D%/test_ipmi_log_reader.c $(IPMI_FAKE)
%C%_test_ipmi_log_reader_CPPFLAGS = $(IPMI_FAKE_CPPFLAGS)
%C%_test_ipmi_log_reader_LDADD = $(IPMI_FAKE_LIBS)
%C%_test_ipmi_cache_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_cache_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_keeper_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_keeper_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_profile_SOURCES = %D%/test_ipmi_profile.c $(IPMI_FAKE)
%C%_test_ipmi_profile_CPPFLAGS = $(IPMI_FAKE_CPPFLAGS)
%C%_test_ipmi_profile_LDADD = $(IPMI_FAKE_LIBS)
UNIT_TESTS += %D%/test_ipmi_choose
%C%_test_ipmi_choose_SOURCES = %D%/test_ipmi_choose.c $(IPMI_FAKE)
%C%_test_ipmi_choose_CPPFLAGS = $(IPMI_FAKE_CPPFLAGS)
%C%_test_ipmi_choose_LDADD = $(IPMI_FAKE_LIBS)
