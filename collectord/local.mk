# SPDX-License-Identifier: GPL-3.0-or-later
# One convenience library per room; LIB_x names a room's library and all below it.
include %D%/include/local.mk
include %D%/base/local.mk
include %D%/model/local.mk
include %D%/config/local.mk
include %D%/poll/local.mk
include %D%/flow/local.mk
include %D%/store/local.mk
include %D%/state/local.mk
include %D%/capacity/local.mk
include %D%/alert/local.mk
include %D%/http/local.mk
include %D%/ctl/local.mk

LIB_BASE = collectord/base/libbase.la $(GNUTLS_LIBS) $(CRYPT_LIBS)
LIB_MODEL = collectord/model/libmodel.la $(LIB_BASE) $(JANSSON_LIBS)
LIB_CONFIG = collectord/config/libconfig.la $(LIB_MODEL) $(YAML_LIBS)
LIB_POLL = collectord/poll/libpoll.la $(LIB_CONFIG) $(UV_LIBS)
LIB_FLOW = collectord/flow/libflow.la $(LIB_CONFIG)
LIB_STORE = collectord/store/libstore.la $(LIB_CONFIG) $(RRD_LIBS) $(UV_LIBS)
LIB_STATE = collectord/state/libstate.la $(LIB_CONFIG) $(SQLITE_LIBS)
LIB_CAPACITY = collectord/capacity/libcapacity.la $(LIB_FLOW) $(LIB_STATE) -lm
LIB_ALERT = collectord/alert/libalert.la $(LIB_FLOW) $(LIB_STATE) $(CURL_LIBS) $(JANSSON_LIBS) -lm
LIB_HTTP = collectord/http/libhttp.la $(LIB_CAPACITY) $(LIB_ALERT) $(LIB_STORE) $(LIB_POLL) \
	$(MHD_LIBS) $(ZLIB_LIBS) $(JANSSON_LIBS)

pkgconfig_DATA += %D%/collectord.pc

# The daemon but for its main(), so that scenario tests can run it whole.
noinst_LTLIBRARIES += %D%/libdaemon.la
%C%_libdaemon_la_SOURCES = %D%/daemon.c %D%/daemon.h %D%/own.c %D%/own.h \
	%D%/tell.c %D%/tell.h
LIB_DAEMON = %D%/libdaemon.la $(LIB_HTTP)

sbin_PROGRAMS += collectord/collectord
%C%_collectord_SOURCES = %D%/main.c %D%/notify.c %D%/notify.h
%C%_collectord_LDADD = $(LIB_DAEMON)
EXTRA_DIST += %D%/README.md
