noinst_LTLIBRARIES += %D%/libbase.la
%C%_libbase_la_SOURCES = \
	%D%/arena.c %D%/arena.h \
	%D%/buf.c %D%/buf.h \
	%D%/clock.c %D%/clock.h \
	%D%/counters.c %D%/counters.h \
	%D%/err.c %D%/err.h \
	%D%/file.c %D%/file.h \
	%D%/hash.c %D%/hash.h \
	%D%/json.c %D%/json.h \
	%D%/log.c %D%/log.h \
	%D%/manifest.c %D%/manifest.h \
	%D%/queue.c %D%/queue.h \
	%D%/stats.c %D%/stats.h \
	%D%/str.c %D%/str.h \
	%D%/thread.c %D%/thread.h \
	%D%/wheel.c %D%/wheel.h \
	%D%/zone.c %D%/zone.h
