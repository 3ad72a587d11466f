noinst_LTLIBRARIES += %D%/libcapacity.la
%C%_libcapacity_la_SOURCES = \
	%D%/capacity.c %D%/capacity.h \
	%D%/window.c %D%/window.h %D%/window_save.c \
	%D%/failover.c %D%/failover.h \
	%D%/forecast.c %D%/forecast.h \
	%D%/history.c %D%/history.h \
	%D%/kpi.c %D%/kpi.h \
	%D%/places.c %D%/places.h \
	%D%/target.c %D%/target.h \
	%D%/view.c %D%/view.h
