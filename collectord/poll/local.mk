noinst_LTLIBRARIES += %D%/libpoll.la
%C%_libpoll_la_SOURCES = \
	%D%/apply.c %D%/apply.h \
	%D%/describe.c %D%/describe.h \
	%D%/device.c %D%/device.h \
	%D%/ending.c %D%/ending.h \
	%D%/flight.c %D%/flight.h \
	%D%/folder.c %D%/folder.h \
	%D%/host.c %D%/host.h \
	%D%/load.c %D%/load.h \
	%D%/loop.c %D%/loop.h \
	%D%/oneshot.c \
	%D%/output.c %D%/output.h \
	%D%/poll.c %D%/poll.h \
	%D%/poller.c %D%/poller.h \
	%D%/pool.c %D%/pool.h \
	%D%/sched.c %D%/sched.h
