noinst_LTLIBRARIES += %D%/libstate.la
%C%_libstate_la_SOURCES = \
	%D%/audit.c %D%/audit.h \
	%D%/changes.c %D%/changes.h \
	%D%/alert_row.c %D%/alert_row.h \
	%D%/alerts.c %D%/alerts.h \
	%D%/alerts_get.c \
	%D%/copy.c \
	%D%/daily.c \
	%D%/deliveries.c %D%/deliveries.h \
	%D%/deliveries_get.c \
	%D%/delivery_row.c %D%/delivery_row.h \
	%D%/energy.c %D%/energy.h \
	%D%/entry.c %D%/entry.h \
	%D%/evidence.c \
	%D%/events.c \
	%D%/import.c %D%/import.h \
	%D%/ledger.c \
	%D%/ledger_get.c \
	%D%/open.c %D%/open.h \
	%D%/own.h \
	%D%/places.c \
	%D%/post.h \
	%D%/reserve.c %D%/reserve.h \
	%D%/restate.c \
	%D%/schema.c %D%/schema.h \
	%D%/silences.c \
	%D%/sql.c %D%/sql.h \
	%D%/send.c \
	%D%/state.c %D%/state.h \
	%D%/tidy.c %D%/tidy.h \
	%D%/users.c %D%/users.h
