# SNMPv3
UNIT_TESTS += %D%/test_snmp_usm_crypt %D%/test_snmp_usm_key %D%/test_snmp_vault
%C%_test_snmp_usm_crypt_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_usm_crypt_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_usm_key_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_usm_key_LDADD = $(SNMP_TEST_LIBS)
%C%_test_snmp_vault_CPPFLAGS = $(SNMP_TEST_CPPFLAGS)
%C%_test_snmp_vault_LDADD = $(SNMP_TEST_LIBS)
