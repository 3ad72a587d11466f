noinst_LTLIBRARIES += %D%/libstore.la
%C%_libstore_la_SOURCES = \
	%D%/accept.c \
	%D%/ahead.c %D%/ahead.h \
	%D%/answer.c \
	%D%/archive.c %D%/archive.h \
	%D%/backup.c %D%/backup.h \
	%D%/buckets.c %D%/buckets.h \
	%D%/calculator.c %D%/calculator.h \
	%D%/child.c %D%/child.h \
	%D%/dict.c %D%/dict.h \
	%D%/flush.c \
	%D%/inner.h \
	%D%/intake.c \
	%D%/jobs.c %D%/jobs.h \
	%D%/journal.c %D%/journal.h \
	%D%/migrate.c \
	%D%/open.c \
	%D%/problem.c %D%/problem.h \
	%D%/lock.c %D%/lock.h \
	%D%/process.c \
	%D%/proto.c %D%/proto.h \
	%D%/read.c \
	%D%/ring.c %D%/ring.h \
	%D%/rrdfile.c %D%/rrdfile.h \
	%D%/rrdhead.c %D%/rrdhead.h \
	%D%/rrdmigrate.c %D%/rrdmigrate.h \
	%D%/segment.c %D%/segment.h \
	%D%/series.c %D%/series.h \
	%D%/sparse.c %D%/sparse.h \
	%D%/store.c %D%/store.h \
	%D%/syncer.c %D%/syncer.h \
	%D%/undo.c %D%/undo.h \
	%D%/verify.c %D%/verify.h
