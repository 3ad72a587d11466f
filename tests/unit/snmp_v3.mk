# SNMPv3
UNIT_TESTS += %D%/test_snmp_usm_crypt %D%/test_snmp_usm_key %D%/test_snmp_vault
%C%_test_snmp_usm_crypt_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_usm_crypt_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_usm_key_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_usm_key_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_vault_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_vault_LDADD = $(SNMP_TEST_LIBS)
UNIT_TESTS += %D%/test_snmp_usm
USM_KIT = tests/unit/usm_kit.c tests/unit/usm_kit.h \
	tests/plugin/snmp_host.c tests/plugin/snmp_host.h
USM_SCENE = %D%/usm_scene.c %D%/usm_scene.h $(USM_KIT)
%C%_test_snmp_usm_SOURCES = %D%/test_snmp_usm.c $(USM_SCENE)
%C%_test_snmp_usm_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_usm_LDADD = $(SNMP_TEST_LIBS)
UNIT_TESTS += %D%/test_snmp_usm_forged %D%/test_snmp_usm_engine
%C%_test_snmp_usm_forged_SOURCES = %D%/test_snmp_usm_forged.c $(USM_SCENE)
%C%_test_snmp_usm_forged_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_usm_forged_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_usm_engine_SOURCES = %D%/test_snmp_usm_engine.c $(USM_SCENE)
%C%_test_snmp_usm_engine_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_usm_engine_LDADD = $(SNMP_TEST_LIBS)
UNIT_TESTS += %D%/test_snmp_message_v3
%C%_test_snmp_message_v3_SOURCES = %D%/test_snmp_message_v3.c $(USM_KIT)
%C%_test_snmp_message_v3_CPPFLAGS = $(SNMP_TEST_CPPFLAGS) -D_GNU_SOURCE
%C%_test_snmp_message_v3_LDADD = $(SNMP_TEST_LIBS)
