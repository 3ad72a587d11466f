# The core is a library of its own so that tests link it without dlopen.
noinst_LTLIBRARIES += %D%/libsnmpcore.la
LIB_SNMP = %D%/libsnmpcore.la $(LIB_PLUGIN_COMMON) $(SNMP_LIBS) $(CRYPTO_LIBS) -lm
%C%_libsnmpcore_la_SOURCES = \
	%D%/ber.c %D%/ber.h \
	%D%/capture.c %D%/capture.h \
	%D%/convert.c %D%/convert.h \
	%D%/credential.c %D%/credential.h \
	%D%/draft.c %D%/draft.h \
	%D%/draft_name.c \
	%D%/draft_row.c \
	%D%/draft_states.c \
	%D%/draft_total.c \
	%D%/draft_unit.c \
	%D%/engine.h \
	%D%/engine_file.c \
	%D%/engine_native.c %D%/native.h \
	%D%/engine_netsnmp.c %D%/engine_netsnmp.h \
	%D%/engine_netsnmp_codec.c \
	%D%/engine_netsnmp_usm.c \
	%D%/fetch.c %D%/fetch.h \
	%D%/fetch_bulk.c %D%/fetch_get.c \
	%D%/fetch_limit.c %D%/fetch_limit.h \
	%D%/fetch_walk.c %D%/fetch_work.h \
	%D%/info.c %D%/info.h \
	%D%/library.c %D%/library.h \
	%D%/message_v2.c %D%/native_codec.h \
	%D%/native_body.c %D%/native_body.h \
	%D%/native_counters.c %D%/native_counters.h \
	%D%/native_flight.c \
	%D%/native_receive.c \
	%D%/native_send.c \
	%D%/native_slots.c %D%/native_slots.h \
	%D%/objid.c %D%/objid.h \
	%D%/pdu.c %D%/pdu.h \
	%D%/peek.c %D%/peek.h \
	%D%/plan.c %D%/plan.h \
	%D%/plan_values.c %D%/plan_values.h \
	%D%/profile.c %D%/profile.h \
	%D%/profile_group.c %D%/profile_group.h \
	%D%/profile_match.c %D%/profile_match.h \
	%D%/profile_metric.c \
	%D%/profile_parse.c %D%/profile_parse.h \
	%D%/profile_read.c %D%/profile_ref.c %D%/profile_ref.h \
	%D%/profile_rule.c \
	%D%/profile_states.c \
	%D%/profile_table.c %D%/profile_unit.c \
	%D%/reader.c %D%/reader.h \
	%D%/reader_attempt.c %D%/reader_choose.c \
	%D%/reader_learn.c \
	%D%/reader_park.c \
	%D%/reader_turn.c \
	%D%/reader_values.c %D%/reader_work.h \
	%D%/snapshot.c %D%/snapshot.h \
	%D%/varbind.h \
	%D%/walk.c %D%/walk.h
%C%_libsnmpcore_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_libsnmpcore_la_CFLAGS = $(PLUGIN_CFLAGS) $(SNMP_CFLAGS) $(CRYPTO_CFLAGS)
# SNMPv3 of the native engine
%C%_libsnmpcore_la_SOURCES += \
	%D%/message_v3.c %D%/message_v3.h \
	%D%/usm.c %D%/usm.h \
	%D%/usm_build.c \
	%D%/usm_crypt.c %D%/usm_crypt.h \
	%D%/usm_engine.c %D%/usm_engine.h \
	%D%/usm_receive.c \
	%D%/usm_key.c %D%/usm_key.h

# profile new of collectorctl: not for the daemon, so not in the plugin
noinst_LTLIBRARIES += %D%/libsnmpsketch.la
LIB_SNMP_SKETCH = %D%/libsnmpsketch.la $(LIB_SNMP)
%C%_libsnmpsketch_la_SOURCES = \
	%D%/sketch.c %D%/sketch.h \
	%D%/sketch_body.c %D%/sketch_body.h \
	%D%/sketch_guess.c %D%/sketch_work.h \
	%D%/sketch_mib.c \
	%D%/sketch_span.c
%C%_libsnmpsketch_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_libsnmpsketch_la_CFLAGS = $(PLUGIN_CFLAGS) $(SNMP_CFLAGS)

if PLUGIN_SNMP
plugin_LTLIBRARIES += %D%/snmp.la
endif
%C%_snmp_la_SOURCES = %D%/snmp.c
%C%_snmp_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_snmp_la_CFLAGS = $(PLUGIN_CFLAGS)
%C%_snmp_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_snmp_la_LIBADD = $(LIB_SNMP)
EXTRA_DIST += %D%/README.md
