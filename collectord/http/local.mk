noinst_LTLIBRARIES += %D%/libhttp.la
%C%_libhttp_la_SOURCES = \
	%D%/accounts.c %D%/accounts.h \
	%D%/alarms.c %D%/alarms.h \
	%D%/alert_body.c %D%/alert_body.h \
	%D%/api_alert.c %D%/api_alerts.c %D%/api_deliveries.c %D%/api_receivers.c \
	%D%/api_rules.c %D%/api_silences.c \
	%D%/delivery_body.c %D%/delivery_body.h %D%/rule_body.c %D%/rule_body.h \
	%D%/api.h %D%/api_capacity.c %D%/api_collector.c %D%/api_devices.c \
	%D%/api_device_events.c \
	%D%/api_explain.c %D%/api_history.c %D%/api_ledger.c %D%/api_reconcile.c \
	%D%/api_places.c %D%/api_rack.c %D%/api_racks.c %D%/api_report.c \
	%D%/api_reservations.c %D%/api_search.c %D%/api_series.c \
	%D%/api_feeds.c \
	%D%/api_session.c %D%/api_tokens.c %D%/api_users.c \
	%D%/attempts.c %D%/attempts.h \
	%D%/body.c %D%/body.h %D%/body_past.c \
	%D%/body_stock.c %D%/body_stock.h \
	%D%/api_frames.c %D%/api_operators.c \
	%D%/body_figures.c %D%/body_figures.h \
	%D%/change.c %D%/change.h \
	%D%/cursor.c %D%/cursor.h \
	%D%/device.c %D%/device.h \
	%D%/dispatch.c %D%/dispatch.h \
	%D%/energy.c %D%/energy.h \
	%D%/events.c %D%/events.h \
	%D%/feed.c %D%/feed.h \
	%D%/gather.c %D%/gather.h \
	%D%/guard.c %D%/guard.h \
	%D%/hall_floor.c %D%/hall_floor.h \
	%D%/hasher.c %D%/hasher.h \
	%D%/health.c \
	%D%/http.h \
	%D%/identity.c %D%/identity.h \
	%D%/input.c %D%/input.h \
	%D%/listen.c %D%/listen.h \
	%D%/metrics.c \
	%D%/openapi.c %D%/openapi.h %D%/openapi_body.c \
	%D%/order.c %D%/order.h \
	%D%/outlook.c %D%/outlook.h \
	%D%/pages.c %D%/pages.h \
	%D%/pending.c %D%/pending.h \
	%D%/power.c %D%/power.h \
	%D%/problem.c %D%/problem.h \
	%D%/query.c %D%/query.h \
	%D%/rack.c %D%/rack.h \
	%D%/rack_heard.c %D%/rack_heard.h \
	%D%/rack_assets.c %D%/rack_assets.h \
	%D%/reply.c %D%/reply.h \
	%D%/report.c %D%/report.h %D%/report_closed.c %D%/report_html.c \
	%D%/request.c %D%/request.h \
	%D%/route.c %D%/route.h \
	%D%/scan.c %D%/scan.h \
	%D%/series.c %D%/series.h \
	%D%/session.c %D%/session.h \
	%D%/serve.c %D%/serve.h \
	%D%/server.c %D%/server.h \
	%D%/table.c %D%/table.h %D%/tables.c \
	%D%/tls.c %D%/tls.h \
	%D%/use.c %D%/use.h \
	%D%/watch.c %D%/watch.h \
	%D%/who.c %D%/who.h
# plans and what-ifs
%C%_libhttp_la_SOURCES += %D%/api_plan.c %D%/api_whatif.c %D%/ask.c %D%/ask.h \
	%D%/desk.c %D%/desk.h
# places and operators by parameter
%C%_libhttp_la_SOURCES += %D%/whose.c %D%/whose.h
