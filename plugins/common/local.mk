# What the plugins that poll over UDP share: addresses, sockets, round trips,
# strict trees, credentials in memory for keys.
noinst_LTLIBRARIES += %D%/libplugincommon.la
LIB_PLUGIN_COMMON = %D%/libplugincommon.la
%C%_libplugincommon_la_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/agenda.c %D%/agenda.h \
	%D%/credential_set.c %D%/credential_set.h \
	%D%/resolver.c \
	%D%/rto.c %D%/rto.h \
	%D%/told.c %D%/told.h \
	%D%/tree.c %D%/tree.h \
	%D%/udp.c %D%/udp.h \
	%D%/vault.c %D%/vault.h
%C%_libplugincommon_la_CPPFLAGS = $(PLUGIN_CPPFLAGS) -D_GNU_SOURCE
%C%_libplugincommon_la_CFLAGS = $(PLUGIN_CFLAGS)
