noinst_LTLIBRARIES += %D%/libmodel.la
%C%_libmodel_la_SOURCES = \
	%D%/alert.c %D%/alert.h \
	%D%/batch.c %D%/batch.h \
	%D%/delivery.c %D%/delivery.h \
	%D%/event.c %D%/event.h \
	%D%/equipment.c %D%/equipment.h \
	%D%/floor.c %D%/floor.h \
	%D%/gauge.c %D%/gauge.h \
	%D%/ids.c %D%/ids.h \
	%D%/inventory.c %D%/inventory.h \
	%D%/layout.c %D%/layout.h \
	%D%/metric.c %D%/metric.h \
	%D%/name.h %D%/notice.c %D%/notice.h \
	%D%/placeholder.c %D%/placeholder.h \
	%D%/power.c %D%/power.h \
	%D%/receiver.c %D%/receiver.h \
	%D%/rule.c %D%/rule.h \
	%D%/reservation.c %D%/reservation.h \
	%D%/states.c %D%/states.h \
	%D%/plugins.c %D%/plugins.h \
	%D%/unit.c %D%/unit.h
