# sessions of the IPMI plugin, and what it shares with snmp
UNIT_TESTS += %D%/test_agenda %D%/test_ipmi_rmcp %D%/test_ipmi_lanmsg \
	%D%/test_ipmi_seal %D%/test_ipmi_rakp
%C%_test_agenda_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/plugins/common
%C%_test_agenda_LDADD = $(LIB_PLUGIN_COMMON) $(CMOCKA_LIBS)
%C%_test_ipmi_rmcp_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_rmcp_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_lanmsg_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_lanmsg_LDADD = $(IPMI_TEST_LIBS)
HEX_KIT = %D%/hex.c %D%/hex.h
%C%_test_ipmi_seal_SOURCES = %D%/test_ipmi_seal.c $(HEX_KIT)
%C%_test_ipmi_seal_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_seal_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_rakp_SOURCES = %D%/test_ipmi_rakp.c $(HEX_KIT)
%C%_test_ipmi_rakp_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_rakp_LDADD = $(IPMI_TEST_LIBS)
UNIT_TESTS += %D%/test_ipmi_link
BMC_KIT = %D%/bmc_kit.c %D%/bmc_kit.h %D%/loopback.c %D%/loopback.h tests/plugin/snmp_host.c \
	tests/plugin/snmp_host.h
BMC_KIT_LIBS = tests/racksim/libracksim.la $(IPMI_TEST_LIBS)
%C%_test_ipmi_link_SOURCES = %D%/test_ipmi_link.c $(BMC_KIT)
%C%_test_ipmi_link_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_link_LDADD = $(BMC_KIT_LIBS)
UNIT_TESTS += %D%/test_ipmi_link_answers
%C%_test_ipmi_link_answers_SOURCES = %D%/test_ipmi_link_answers.c $(BMC_KIT)
%C%_test_ipmi_link_answers_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_link_answers_LDADD = $(BMC_KIT_LIBS)
UNIT_TESTS += %D%/test_ipmi_quirks
%C%_test_ipmi_quirks_SOURCES = %D%/test_ipmi_quirks.c $(BMC_KIT)
%C%_test_ipmi_quirks_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_quirks_LDADD = $(BMC_KIT_LIBS)
UNIT_TESTS += %D%/test_ipmi_churn
%C%_test_ipmi_churn_SOURCES = %D%/test_ipmi_churn.c $(BMC_KIT)
%C%_test_ipmi_churn_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_churn_LDADD = $(BMC_KIT_LIBS)
UNIT_TESTS += %D%/test_ipmi_fault %D%/test_ipmi_account %D%/test_told
%C%_test_ipmi_fault_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_fault_LDADD = $(IPMI_TEST_LIBS)
%C%_test_ipmi_account_SOURCES = %D%/test_ipmi_account.c $(SNMP_KIT)
%C%_test_ipmi_account_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_account_LDADD = $(IPMI_TEST_LIBS)
%C%_test_told_CPPFLAGS = $(IPMI_TEST_CPPFLAGS) -I$(top_srcdir)/plugins/common
%C%_test_told_LDADD = $(IPMI_TEST_LIBS)
UNIT_TESTS += %D%/test_ipmi_plugin
%C%_test_ipmi_plugin_SOURCES = %D%/test_ipmi_plugin.c $(BMC_KIT) plugins/ipmi/plugin.c \
	tests/plugin/snmp_yaml.c tests/plugin/snmp_yaml.h
%C%_test_ipmi_plugin_CPPFLAGS = $(IPMI_TEST_CPPFLAGS)
%C%_test_ipmi_plugin_LDADD = $(BMC_KIT_LIBS)
