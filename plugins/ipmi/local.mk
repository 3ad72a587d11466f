# The core is a library of its own so that tests link it without dlopen.
noinst_LTLIBRARIES += %D%/libipmicore.la
LIB_IPMI = %D%/libipmicore.la $(LIB_PLUGIN_COMMON) $(CRYPTO_LIBS) -lm
%C%_libipmicore_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_libipmicore_la_CFLAGS = $(PLUGIN_CFLAGS) $(CRYPTO_CFLAGS)
# wire and link
%C%_libipmicore_la_SOURCES = \
	%D%/link.h \
	%D%/quirk.c %D%/quirk.h
# readings
%C%_libipmicore_la_SOURCES +=
