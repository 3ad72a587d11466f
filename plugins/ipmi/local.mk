# The core is a library of its own so that tests link it without dlopen.
noinst_LTLIBRARIES += %D%/libipmicore.la
LIB_IPMI = %D%/libipmicore.la $(LIB_PLUGIN_COMMON) $(CRYPTO_LIBS) -lm
%C%_libipmicore_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_libipmicore_la_CFLAGS = $(PLUGIN_CFLAGS) $(CRYPTO_CFLAGS)
# wire and link
%C%_libipmicore_la_SOURCES = \
	%D%/account.c %D%/account.h \
	%D%/counters.c %D%/counters.h \
	%D%/device.c %D%/device.h \
	%D%/engine.c %D%/engine.h \
	%D%/engine_receive.c \
	%D%/engine_send.c \
	%D%/farewell.c %D%/farewell.h \
	%D%/fault.c %D%/fault.h \
	%D%/hello.c %D%/hello.h %D%/hello_take.c \
	%D%/lanmsg.c %D%/lanmsg.h \
	%D%/link.c %D%/link.h \
	%D%/link_life.h %D%/link_take.c %D%/link_work.h \
	%D%/quirk.c %D%/quirk.h \
	%D%/rakp.c %D%/rakp.h \
	%D%/rmcp.c %D%/rmcp.h \
	%D%/seal.c %D%/seal.h \
	%D%/search.c %D%/search.h
# readings
%C%_libipmicore_la_SOURCES += \
	%D%/cache.c %D%/cache.h \
	%D%/cache_sweep.c %D%/cache_sweep.h \
	%D%/chassis.c %D%/chassis.h \
	%D%/choose.c %D%/choose.h %D%/choose_name.c \
	%D%/convert.c %D%/convert.h \
	%D%/dcmi.c %D%/dcmi.h \
	%D%/fru.c %D%/fru.h \
	%D%/inventory.c %D%/inventory.h \
	%D%/keeper.c %D%/keeper.h \
	%D%/log_reader.c %D%/log_reader.h \
	%D%/profile.c %D%/profile.h %D%/profile_match.c \
	%D%/profile_read.c %D%/profile_rule.c %D%/profile_work.h \
	%D%/readings.c %D%/readings.h \
	%D%/repository.c %D%/repository.h \
	%D%/round.c %D%/round.h %D%/round_work.h \
	%D%/round_after.c %D%/round_learn.c %D%/round_power.c %D%/round_values.c \
	%D%/sdr.c %D%/sdr.h \
	%D%/sel.c %D%/sel.h \
	%D%/set.c %D%/set.h \
	%D%/states.c %D%/states.h \
	%D%/task.h \
	%D%/text.c %D%/text.h \
	%D%/units.c %D%/units.h

if PLUGIN_IPMI
plugin_LTLIBRARIES += %D%/ipmi.la
endif
%C%_ipmi_la_SOURCES = %D%/plugin.c
%C%_ipmi_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_ipmi_la_CFLAGS = $(PLUGIN_CFLAGS)
%C%_ipmi_la_LDFLAGS = $(PLUGIN_LDFLAGS)
%C%_ipmi_la_LIBADD = $(LIB_IPMI)
EXTRA_DIST += %D%/README.md
