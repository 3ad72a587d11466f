/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The handlers and their parameter tables, as the route table names them.
 *
 * Route: route.c -> api_*.c.  Thread: HTTP; none of them waits.
 */
#ifndef HTTP_API_H
#define HTTP_API_H

#include "http/route.h"

route_fn api_capacity, api_capacity_history, api_forecast,
    api_ledger, api_reconcile;
route_fn api_area, api_sites, api_site, api_halls, api_hall, api_operators;
route_fn api_frames;
route_fn api_racks, api_rack, api_feeds, api_feed;
route_fn api_devices, api_device, api_device_events;
route_fn api_explain_rack, api_explain_device;
route_fn api_series, api_series_list;
route_fn api_collector, api_plugins, api_profiles;
route_fn api_alerts, api_alert, api_alert_ack, api_alert_unack, api_explain_alert;
route_fn api_rules, api_silences, api_silence_add, api_silence_end;
route_fn api_receivers, api_receiver_test;
route_fn api_deliveries, api_delivery, api_delivery_replay;
route_fn api_reservations, api_reservation_add, api_reservation_release;
route_fn api_me, api_login, api_logout, api_setup, api_password;
route_fn api_users, api_user_new, api_user_change, api_user_delete;
route_fn api_tokens, api_token_new, api_token_delete, api_audit;
route_fn api_search, api_events, api_openapi;
route_fn metrics_daemon, metrics_racks, health_live, health_ready;
route_fn api_report_monthly, report_style;
route_fn pages_index, pages_asset;

route_fn api_plan, api_whatif;
extern const struct param api_plan_params[];
extern const struct param api_frames_params[], api_feeds_params[];
extern const struct param api_ledger_params[], api_reconcile_params[];
extern const struct param api_history_params[], api_forecast_params[], api_list_params[],
    api_racks_params[], api_devices_params[], api_series_params[],
    api_series_list_params[], api_search_params[], api_events_params[],
    metrics_racks_params[], api_reservations_params[], api_format_params[],
    api_report_params[], api_audit_params[], api_alerts_params[], api_silences_params[],
    api_deliveries_params[];

extern const struct member api_login_body[], api_setup_body[], api_password_body[],
    api_user_new_body[], api_user_body[], api_token_new_body[], api_reservation_body[],
    api_whatif_body[], api_ack_body[], api_silence_body[], api_receiver_test_body[];

#endif
