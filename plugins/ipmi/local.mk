# The core is a library of its own so that tests link it without dlopen.
noinst_LTLIBRARIES += %D%/libipmicore.la
LIB_IPMI = %D%/libipmicore.la $(LIB_PLUGIN_COMMON) $(CRYPTO_LIBS) -lm
%C%_libipmicore_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_libipmicore_la_CFLAGS = $(PLUGIN_CFLAGS) $(CRYPTO_CFLAGS)
# wire and link
%C%_libipmicore_la_SOURCES = \
	%D%/lanmsg.c %D%/lanmsg.h \
	%D%/link.h \
	%D%/quirk.c %D%/quirk.h \
	%D%/rakp.c %D%/rakp.h \
	%D%/rmcp.c %D%/rmcp.h \
	%D%/seal.c %D%/seal.h
# readings
%C%_libipmicore_la_SOURCES += \
	%D%/chassis.c %D%/chassis.h \
	%D%/convert.c %D%/convert.h \
	%D%/dcmi.c %D%/dcmi.h \
	%D%/fru.c %D%/fru.h \
	%D%/readings.h %D%/round.h \
	%D%/sdr.c %D%/sdr.h \
	%D%/sel.c %D%/sel.h \
	%D%/states.c %D%/states.h \
	%D%/text.c %D%/text.h \
	%D%/units.c %D%/units.h
