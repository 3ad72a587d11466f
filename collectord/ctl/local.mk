bin_PROGRAMS += collectorctl
collectorctl_SOURCES = \
	%D%/alerts.c %D%/silence.c %D%/webhook.c \
	%D%/alert_text.c %D%/alert_text.h \
	%D%/options.c %D%/options.h \
	%D%/replay.c %D%/replay.h %D%/replay_play.c %D%/replay_select.c \
	%D%/api.c \
	%D%/explain_kpi.c %D%/explain_kpi.h \
	%D%/ask.c %D%/ask.h \
	%D%/capacity.c \
	%D%/disagree.c \
	%D%/backup.c \
	%D%/client.c %D%/client.h \
	%D%/ctl.h \
	%D%/import.c %D%/import.h \
	%D%/import_diff.c \
	%D%/netbox.c %D%/netbox.h \
	%D%/netbox_map.c \
	%D%/netbox_power.c \
	%D%/reconcile.c \
	%D%/report.c \
	%D%/loaded.c %D%/loaded.h \
	%D%/doctor.c %D%/doctor.h \
	%D%/doctor_store.c \
	%D%/doctor_system.c \
	%D%/local.c \
	%D%/main.c \
	%D%/plan.c %D%/plan.h %D%/whatif.c %D%/reserve.c \
	%D%/print.c %D%/print.h \
	%D%/profile.c \
	%D%/profile_new.c \
	%D%/setup.c %D%/setup.h \
	%D%/table.c %D%/table.h \
	%D%/token_file.c %D%/token_file.h \
	%D%/user.c \
	%D%/verify.c
# profile new: the sketch is no part of the plugin itself
collectorctl_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins
collectorctl_LDADD = $(LIB_SNMP_SKETCH) $(LIB_POLL) collectord/alert/libalert.la collectord/capacity/libcapacity.la collectord/flow/libflow.la collectord/store/libstore.la collectord/state/libstate.la $(RRD_LIBS) $(SQLITE_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) -lm
