bin_PROGRAMS += collectorctl
collectorctl_SOURCES = \
	%D%/api.c \
	%D%/client.c %D%/client.h \
	%D%/ctl.h \
	%D%/loaded.c %D%/loaded.h \
	%D%/local.c \
	%D%/main.c \
	%D%/print.c %D%/print.h \
	%D%/profile.c \
	%D%/table.c %D%/table.h
collectorctl_LDADD = $(LIB_POLL) collectord/flow/libflow.la $(CURL_LIBS) $(JANSSON_LIBS)
