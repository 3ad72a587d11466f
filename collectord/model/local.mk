noinst_LTLIBRARIES += %D%/libmodel.la
%C%_libmodel_la_SOURCES = \
	%D%/batch.c %D%/batch.h \
	%D%/event.c %D%/event.h \
	%D%/equipment.c %D%/equipment.h \
	%D%/floor.c %D%/floor.h \
	%D%/ids.c %D%/ids.h \
	%D%/inventory.c %D%/inventory.h \
	%D%/layout.c %D%/layout.h \
	%D%/metric.c %D%/metric.h \
	%D%/name.h \
	%D%/power.c %D%/power.h \
	%D%/reservation.c %D%/reservation.h \
	%D%/states.c %D%/states.h \
	%D%/plugins.c %D%/plugins.h \
	%D%/unit.c %D%/unit.h
