noinst_LTLIBRARIES += %D%/libalert.la
%C%_libalert_la_SOURCES = \
	%D%/alert.h \
	%D%/fold.h \
	%D%/format.h \
	%D%/judge.c %D%/judge.h \
	%D%/machine.c %D%/machine.h \
	%D%/notify.h \
	%D%/supply.h \
	%D%/topology.h \
	%D%/transport.c %D%/transport.h
EXTRA_DIST += %D%/README.md
