# The rooms below http are faked: only its own library, model and base are linked,
# and of capacity the files that are arithmetic alone.
check_LTLIBRARIES += %D%/http/libfake.la
%C%_http_libfake_la_SOURCES = %D%/http/fake.c %D%/http/fake.h \
	%D%/http/fake_alerts.c %D%/http/fake_alerts.h \
	%D%/http/fake_ledger.c %D%/http/fake_outlook.c %D%/http/fake_reserve.c %D%/http/fake_rooms.c \
	%D%/http/fake_users.c %D%/http/fake_users.h %D%/http/served.c %D%/http/served.h \
	%D%/http/client.c %D%/http/client.h %D%/http/parse.c %D%/http/parse.h \
	%D%/http/fake_assets.c %D%/http/fake_assets.h \
	%D%/http/fake_figures.c %D%/http/fake_stock.c %D%/http/fake_past.c \
	collectord/capacity/budget.c collectord/capacity/space.c
%C%_http_libfake_la_CPPFLAGS = $(HTTP_CPPFLAGS)
HTTP_CPPFLAGS = $(UNIT_CPPFLAGS) -I$(top_srcdir)/tests/unit
LIB_HTTP_ALONE = collectord/http/libhttp.la tests/unit/http/libfake.la \
	collectord/capacity/libcapacity.la collectord/flow/libflow.la $(LIB_CONFIG) \
	$(MHD_LIBS) $(ZLIB_LIBS) \
	$(JANSSON_LIBS) $(CMOCKA_LIBS) -lm
UNIT_TESTS += %D%/test_http_query %D%/test_http_guard %D%/test_http_cursor \
	%D%/test_http_reply %D%/test_http_openapi
%C%_test_http_query_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_query_LDADD = $(LIB_HTTP_ALONE)
%C%_test_http_guard_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_guard_LDADD = $(LIB_HTTP_ALONE)
%C%_test_http_cursor_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_cursor_LDADD = $(LIB_HTTP_ALONE)
%C%_test_http_reply_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_reply_LDADD = $(LIB_HTTP_ALONE)
%C%_test_http_openapi_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_openapi_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_input
%C%_test_http_input_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_input_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_figures
%C%_test_http_figures_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_figures_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_energy %D%/test_http_feed
%C%_test_http_energy_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_energy_LDADD = $(LIB_HTTP_ALONE)
%C%_test_http_feed_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_feed_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_server
%C%_test_http_server_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_server_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_wire %D%/test_http_events
%C%_test_http_wire_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_wire_LDADD = $(LIB_HTTP_ALONE)
%C%_test_http_events_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_events_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_assets
%C%_test_http_assets_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_assets_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_table
%C%_test_http_table_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_table_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_alerts
%C%_test_http_alerts_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_alerts_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_reservations
%C%_test_http_reservations_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_reservations_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_report
%C%_test_http_report_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_report_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_roles %D%/test_http_users
%C%_test_http_roles_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_roles_LDADD = $(LIB_HTTP_ALONE)
%C%_test_http_users_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_users_LDADD = $(LIB_HTTP_ALONE)
UNIT_TESTS += %D%/test_http_plan
%C%_test_http_plan_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_test_http_plan_LDADD = $(LIB_HTTP_ALONE)
