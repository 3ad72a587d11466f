# A fuzz target is one function of bytes, fuzz_NAME.c.  replay_NAME runs it over
# corpus/NAME in make check; --enable-fuzzers links fuzz_NAME with libFuzzer
# (clang, CFLAGS="-g -O1 -fsanitize=fuzzer-no-link,address,undefined").
FUZZ_REPLAYS =
EXTRA_DIST += %D%/corpus
libfuzzer_flags = $(AM_LDFLAGS) -fsanitize=fuzzer

FUZZ_REPLAYS += %D%/replay_config
%C%_replay_config_SOURCES = %D%/replay.c %D%/fuzz_config.c
%C%_replay_config_CPPFLAGS = $(AM_CPPFLAGS) -DCORPUS='"config"'
%C%_replay_config_LDADD = $(LIB_CONFIG)
if FUZZERS
FUZZERS += %D%/fuzz_config
%C%_fuzz_config_SOURCES = %D%/fuzz_config.c
%C%_fuzz_config_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_config_LDADD = $(LIB_CONFIG)
endif

FUZZ_REPLAYS += %D%/replay_http
%C%_replay_http_SOURCES = %D%/replay.c %D%/fuzz_http.c
%C%_replay_http_CPPFLAGS = $(HTTP_CPPFLAGS) -DCORPUS='"http"'
%C%_replay_http_LDADD = $(LIB_HTTP_ALONE)
if FUZZERS
FUZZERS += %D%/fuzz_http
%C%_fuzz_http_SOURCES = %D%/fuzz_http.c
%C%_fuzz_http_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_fuzz_http_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_http_LDADD = $(LIB_HTTP_ALONE)
endif

FUZZ_REPLAYS += %D%/replay_snmp
%C%_replay_snmp_SOURCES = %D%/replay.c %D%/fuzz_snmp.c $(SNMP_KIT)
%C%_replay_snmp_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp -DCORPUS='"snmp"'
%C%_replay_snmp_LDADD = $(LIB_SNMP) $(YAML_LIBS)
if FUZZERS
FUZZERS += %D%/fuzz_snmp
%C%_fuzz_snmp_SOURCES = %D%/fuzz_snmp.c $(SNMP_KIT)
%C%_fuzz_snmp_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
%C%_fuzz_snmp_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_snmp_LDADD = $(LIB_SNMP) $(YAML_LIBS)
endif

FUZZ_REPLAYS += %D%/replay_native
%C%_replay_native_SOURCES = %D%/replay.c %D%/fuzz_native.c
%C%_replay_native_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp -DCORPUS='"native"'
%C%_replay_native_LDADD = $(LIB_SNMP)
if FUZZERS
FUZZERS += %D%/fuzz_native
%C%_fuzz_native_SOURCES = %D%/fuzz_native.c
%C%_fuzz_native_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
%C%_fuzz_native_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_native_LDADD = $(LIB_SNMP)
endif

FUZZ_REPLAYS += %D%/replay_journal
%C%_replay_journal_SOURCES = %D%/replay.c %D%/fuzz_journal.c
%C%_replay_journal_CPPFLAGS = $(AM_CPPFLAGS) -DCORPUS='"journal"'
%C%_replay_journal_LDADD = $(LIB_STORE) -lm
if FUZZERS
FUZZERS += %D%/fuzz_journal
%C%_fuzz_journal_SOURCES = %D%/fuzz_journal.c
%C%_fuzz_journal_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_journal_LDADD = $(LIB_STORE) -lm
endif

FUZZ_REPLAYS += %D%/replay_usm
%C%_replay_usm_SOURCES = %D%/replay.c %D%/fuzz_usm.c $(USM_KIT)
%C%_replay_usm_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp -DCORPUS='"usm"'
%C%_replay_usm_LDADD = $(LIB_SNMP)
if FUZZERS
FUZZERS += %D%/fuzz_usm
%C%_fuzz_usm_SOURCES = %D%/fuzz_usm.c $(USM_KIT)
%C%_fuzz_usm_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
%C%_fuzz_usm_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_usm_LDADD = $(LIB_SNMP)
endif

FUZZ_REPLAYS += %D%/replay_rmcp
%C%_replay_rmcp_SOURCES = %D%/replay.c %D%/fuzz_rmcp.c
%C%_replay_rmcp_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/ipmi -DCORPUS='"rmcp"'
%C%_replay_rmcp_LDADD = $(LIB_IPMI)
if FUZZERS
FUZZERS += %D%/fuzz_rmcp
%C%_fuzz_rmcp_SOURCES = %D%/fuzz_rmcp.c
%C%_fuzz_rmcp_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/ipmi
%C%_fuzz_rmcp_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_rmcp_LDADD = $(LIB_IPMI)
endif

FUZZ_REPLAYS += %D%/replay_ipmi_readings
%C%_replay_ipmi_readings_SOURCES = %D%/replay.c %D%/fuzz_ipmi_readings.c $(SNMP_KIT)
%C%_replay_ipmi_readings_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/ipmi -DCORPUS='"ipmi_readings"'
%C%_replay_ipmi_readings_LDADD = $(LIB_IPMI) $(YAML_LIBS)
if FUZZERS
FUZZERS += %D%/fuzz_ipmi_readings
%C%_fuzz_ipmi_readings_SOURCES = %D%/fuzz_ipmi_readings.c $(SNMP_KIT)
%C%_fuzz_ipmi_readings_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/ipmi
%C%_fuzz_ipmi_readings_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_ipmi_readings_LDADD = $(LIB_IPMI) $(YAML_LIBS)
endif

FUZZ_REPLAYS += %D%/replay_alert
%C%_replay_alert_SOURCES = %D%/replay.c %D%/fuzz_alert.c
%C%_replay_alert_CPPFLAGS = $(AM_CPPFLAGS) -DCORPUS='"alert"'
%C%_replay_alert_LDADD = $(LIB_ALERT)
if FUZZERS
FUZZERS += %D%/fuzz_alert
%C%_fuzz_alert_SOURCES = %D%/fuzz_alert.c
%C%_fuzz_alert_LDFLAGS = $(libfuzzer_flags)
%C%_fuzz_alert_LDADD = $(LIB_ALERT)
endif

check_PROGRAMS += $(FUZZ_REPLAYS)
TESTS += $(FUZZ_REPLAYS)
