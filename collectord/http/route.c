/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See route.h. */
#include <config.h>

#include "http/route.h"

#include <string.h>

#include "base/str.h"
#include "http/api.h"

#define JSON "application/json"
#define V1 "/api/v1"
/* of "{id}" */
#define ID_SIZE 4
#define SNAPSHOT (ROUTE_VIEW | ROUTE_ETAG)

const char *
method_text(enum method method)
{
	static const char *const texts[METHOD_N] = {"GET", "POST", "DELETE"};

	return texts[method];
}

enum method
method_find(const char *text)
{
	enum method method = METHOD_GET;

	if (strcmp(text, "HEAD") == 0) {
		return METHOD_GET;
	}
	while (method < METHOD_N && strcmp(text, method_text(method)) != 0) {
		method++;
	}
	return method;
}

/* One line per API route: path, name, group, handler, parameters, flags, words. */
#define API(path, name, group, fn, params, flags, summary) \
	{V1 path, name, group, summary, fn, params, ROLE_VIEWER, flags, JSON, \
	    METHOD_GET, NULL}
/* The same of a change: path, name, group, handler, body, role, words. */
#define API_POST(path, name, group, fn, body, role, summary) \
	{V1 path, name, group, summary, fn, NULL, role, ROUTE_VIEW, JSON, METHOD_POST, body}
/* Of the daemon itself: path, name, method, handler, body, role, words. */
#define SELF(path, name, method, fn, body, role, summary) \
	{V1 path, name, "Users", summary, fn, NULL, role, 0, JSON, method, body}
/* Outside /api/v1. */
#define PLAIN(path, name, fn, params, role, flags, media, summary) \
	{path, name, "Outside the API", summary, fn, params, role, \
	    ROUTE_PLAIN | (flags), media, METHOD_GET, NULL}
#define PAGE(path) \
	{path, "page", "Pages", "A page of the dashboards.", pages_index, NULL, \
	    ROLE_NOBODY, ROUTE_PAGE | ROUTE_PLAIN, "text/html", \
	    METHOD_GET, NULL}

const struct route route_table[] = {
	API("/capacity", "capacity", "Capacity", api_capacity, api_format_params,
	    SNAPSHOT,
	    "The province against its targets, with the sums of every area."),
	API("/capacity/history", "capacity_history", "Capacity", api_capacity_history,
	    api_history_params, ROUTE_VIEW,
	    "Daily counts of racks: declared, verified, planned, standard racks, with what "
	    "was learned of a day since; of a place with the kinds of evidence."),
	API("/capacity/forecast", "forecast", "Capacity", api_forecast,
	    api_forecast_params, SNAPSHOT, "When a target is passed at the pace of the last "
	    "weeks: date, 80 % interval, the fan of counts week by week, and what is planned. "
	    "`reason` says why there is no date: `not_enough_history`, "
	    "`not_at_current_rate`, `reached`; `later_than` stands for an upper end more than "
	    "20 years away."),
	API("/ledger", "ledger", "Capacity", api_ledger, api_ledger_params, ROUTE_VIEW,
	    "What was written down of all racks, newest first: who, when, why, from which "
	    "file. `at` is since when it holds, `written` when it was learned; nothing is "
	    "rewritten, an entry that was wrong is `voided` by a later one."),
	API("/reconcile", "reconcile", "Capacity", api_reconcile, api_reconcile_params,
	    ROUTE_VIEW, "Where inventory, telemetry and ledger disagree: racks that are "
	    "silent, without a device or with a device that is down, that draw too little "
	    "or should draw nothing, that are overdue, that went back to an earlier state."),
	API("/areas/{id}", "area", "Places", api_area, NULL, SNAPSHOT,
	    "One area and its sites."),
	API("/sites", "sites", "Places", api_sites, api_list_params, SNAPSHOT,
	    "All sites."),
	API("/sites/{id}", "site", "Places", api_site, NULL, SNAPSHOT,
	    "One site and its halls."),
	API("/halls", "halls", "Places", api_halls, api_list_params, SNAPSHOT,
	    "All halls."),
	API("/halls/{id}", "hall", "Places", api_hall, NULL, SNAPSHOT,
	    "One hall, its rows and their racks: what the floor plan draws."),
	API("/halls/{id}/frames", "frames", "Places", api_frames, api_frames_params,
	    ROUTE_VIEW, "What the floor plan showed in the last 24 hours: means of "
	    "15 minutes, the newest still running; null is a hole."),
	API("/operators", "operators", "Places", api_operators,
	    api_format_params, SNAPSHOT,
	    "Who runs sites: the sums of their sites."),
	API("/racks", "racks", "Racks", api_racks, api_racks_params, SNAPSHOT,
	    "Racks by place, state, evidence or text, sorted."),
	API("/racks/{id}", "rack", "Racks", api_rack, NULL, ROUTE_VIEW,
	    "One rack: place, state, evidence, power by source, feeds, environment, "
	    "devices, ledger."),
	API("/feeds", "feeds", "Places", api_feeds, api_feeds_params, SNAPSHOT,
	    "The feed tree: what every node carries, may carry, and would have to carry "
	    "if another is lost."),
	API("/feeds/{id}", "feed", "Racks", api_feed, NULL, ROUTE_VIEW,
	    "A node of the feed tree with what hangs on it; or one feed of a rack: its id "
	    "is the rack's, a dash, and the feed's in lower case."),
	API("/devices", "devices", "Devices", api_devices, api_devices_params, ROUTE_VIEW,
	    "Devices by status, plugin, rack or text."),
	API("/devices/{id}", "device", "Devices", api_device, NULL, ROUTE_VIEW,
	    "One device: status, what it says of itself, and all it measures."),
	API("/devices/{id}/events", "device_events", "Devices", api_device_events,
	    api_format_params, ROUTE_VIEW, "What the device's own log says, newest first: "
	    "the last 100 events. "
	    "`time` is by the device's clock, which was `skew_s` ahead when it was read."),
	API("/explain/rack/{id}", "explain_rack", "Explain", api_explain_rack, NULL,
	    ROUTE_VIEW, "Why a rack counts as it does: seconds of evidence and its devices."),
	API("/explain/device/{id}", "explain_device", "Explain", api_explain_device, NULL,
	    ROUTE_VIEW, "Why a device is polled as it is: phase, back-off, last error."),
	API("/plan", "plan", "Capacity", api_plan, api_plan_params, ROUTE_VIEW,
	    "Places for n equal servers in an order that packs well: the racks first that "
	    "they fill best. Counts what is committed, reserved and shared (nodes of the "
	    "feed tree, design and cooling of halls); `refused` says why one more fits "
	    "nowhere, `bound_by` counts the racks by it."),
	API_POST("/whatif", "whatif", "Capacity", api_whatif, api_whatif_body, ROLE_VIEWER,
	    "What becomes of racks, feed tree and free room when something is lost, weakened, "
	    "taken away or put in; changes nothing. `broken` has the worst first, 1000 at "
	    "most: `dark`, `overload` (above its rating), `partly_dark` (equipment with one "
	    "cord), `at_risk` (above 80 %). `before` and `after` are of the province."),
	API("/alerts", "alerts", "Alerts", api_alerts, api_alerts_params, ROUTE_VIEW,
	    "What fires, worst first; lost data makes an alert `stale`, never resolved. "
	    "`folded` ones have a common cause that speaks for them (`under`). Resolved ones "
	    "newest first. `counts` is of all that is open; by severity of those nobody has "
	    "acknowledged or silenced."),
	API("/alerts/{id}", "alert", "Alerts", api_alert, NULL, ROUTE_VIEW,
	    "One alert with all that happened to it, what is folded into it, and who was "
	    "told."),
	API_POST("/alerts/{id}/ack", "alert_ack", "Alerts", api_alert_ack, api_ack_body,
	    ROLE_OPERATOR, "Acknowledges: repeats stop, who was told is told. 409 "
	    "`already_acknowledged`, `alert_resolved`."),
	{V1 "/alerts/{id}/ack", "alert_unack", "Alerts", "Takes the acknowledgement back.",
	    api_alert_unack, NULL, ROLE_OPERATOR, ROUTE_VIEW, JSON, METHOD_DELETE, NULL},
	API("/explain/alert/{id}", "explain_alert", "Alerts", api_explain_alert, NULL,
	    ROUTE_VIEW, "Why an open alert fires, by which limits, and in `untold` why it is "
	    "not told: folded, silenced, flapping, group_wait, no_receiver."),
	API("/rules", "rules", "Alerts", api_rules, api_format_params, ROUTE_VIEW,
	    "What is watched, by which limits, from which line of which file."),
	API("/silences", "silences", "Alerts", api_silences, api_silences_params, ROUTE_VIEW,
	    "What is not told for a while, newest first."),
	API_POST("/silences", "silence_add", "Alerts", api_silence_add, api_silence_body,
	    ROLE_OPERATOR, "Silences a place, rack, feed or device and all below it until a "
	    "time. What still fires then is told then."),
	{V1 "/silences/{id}", "silence_end", "Alerts", "Ends a silence now; 409 "
	    "`silence_over`.", api_silence_end, NULL, ROLE_OPERATOR, ROUTE_VIEW, JSON,
	    METHOD_DELETE, NULL},
	API("/receivers", "receivers", "Alerts", api_receivers, api_format_params, ROUTE_VIEW,
	    "Who is told, and how they fare; addresses without their secrets."),
	API_POST("/receivers/{id}/test", "receiver_test", "Alerts", api_receiver_test,
	    api_receiver_test_body, ROLE_OPERATOR, "Sends a test by the way of every "
	    "message, with real data, and says what was sent and answered. 504 "
	    "`test_under_way` when there is no answer yet."),
	API("/deliveries", "deliveries", "Alerts", api_deliveries, api_deliveries_params,
	    ROUTE_VIEW, "Messages to receivers, newest first."),
	API("/deliveries/{id}", "delivery", "Alerts", api_delivery, NULL, ROUTE_VIEW,
	    "One message with what it says and all tries: request (secrets masked), "
	    "status, reply, ms."),
	API_POST("/deliveries/{id}/replay", "delivery_replay", "Alerts", api_delivery_replay,
	    NULL, ROLE_OPERATOR, "Sends a message again under the same key; answered 202 "
	    "with the id of the new one, 409 `delivery_waits`."),
	API("/reservations", "reservations", "Capacity", api_reservations,
	    api_reservations_params, ROUTE_VIEW,
	    "What is kept for whom: made here (`source` `api`), newest first, then what the "
	    "inventory says (`reserved_for`), by rack."),
	API_POST("/reservations", "reservation_add", "Capacity", api_reservation_add,
	    api_reservation_body, ROLE_OPERATOR,
	    "Keeps room or power of racks for a tenant until it expires by itself. Answered "
	    "201 with the new items once they are on the disk; 409 `reserved` names the rack "
	    "that another tenant has as a whole."),
	API_POST("/reservations/{id}/release", "reservation_release", "Capacity",
	    api_reservation_release, NULL, ROLE_OPERATOR,
	    "Ends a reservation now; 409 `not_active` when it has ended already."),
	{V1 "/reservations/{id}", "reservation_delete", "Capacity", "The same as release.",
	    api_reservation_release, NULL, ROLE_OPERATOR, ROUTE_VIEW, JSON, METHOD_DELETE,
	    NULL},
	API("/series", "series", "Series", api_series, api_series_params, ROUTE_VIEW,
	    "One time series in columns; null is a gap."),
	API("/series/list", "series_list", "Series", api_series_list,
	    api_series_list_params, ROUTE_VIEW, "The series kept for an entity."),
	API("/reports/monthly", "report_monthly", "Reports", api_report_monthly,
	    api_report_params, ROUTE_VIEW, "Energy of a month by rack, tenant and site, and "
	    "how much of it is measured: `energy_wh` is of the measured time, null when there "
	    "is none. `complete`: the month has ended and is written down."),
	API("/search", "search", "Places", api_search, api_search_params, SNAPSHOT,
	    "Places, racks and devices whose id or name holds a text."),
	API("/collector", "collector", "The daemon", api_collector, NULL, 0,
	    "The daemon's own health: polling, queues, storage, configuration."),
	API("/plugins", "plugins", "The daemon", api_plugins, api_format_params, 0,
	    "Plugins, loaded and refused."),
	API("/profiles", "profiles", "The daemon", api_profiles, api_format_params, 0,
	    "Device profiles and how many devices use each."),
	SELF("/me", "me", METHOD_GET, api_me, NULL, ROLE_NOBODY,
	    "Who you are to the daemon, and whether there are users at all."),
	SELF("/session", "session", METHOD_GET, api_me, NULL, ROLE_NOBODY,
	    "The same as /me: `csrf` goes into the header X-CSRF-Token of changes."),
	SELF("/session", "login", METHOD_POST, api_login, api_login_body, ROLE_NOBODY,
	    "Log in: sets the cookie of a session of at most 12 h, 30 min unused. After five "
	    "failures of a user from an address: 429 with Retry-After."),
	SELF("/session", "logout", METHOD_DELETE, api_logout, NULL, ROLE_VIEWER, "Log out."),
	SELF("/setup", "setup", METHOD_POST, api_setup, api_setup_body, ROLE_NOBODY,
	    "Make the first admin, with the token that the first start has printed."),
	SELF("/me/password", "password", METHOD_POST, api_password, api_password_body,
	    ROLE_VIEWER, "Change your own password; your sessions end."),
	SELF("/users", "users", METHOD_GET, api_users, NULL, ROLE_ADMIN, "All users."),
	SELF("/users", "user_new", METHOD_POST, api_user_new, api_user_new_body, ROLE_ADMIN,
	    "A new user."),
	SELF("/users/{id}", "user_change", METHOD_POST, api_user_change, api_user_body,
	    ROLE_ADMIN, "Change what a user may do, or its password."),
	SELF("/users/{id}", "user_delete", METHOD_DELETE, api_user_delete, NULL, ROLE_ADMIN,
	    "Remove a user with its tokens; answers those that are left."),
	SELF("/tokens", "tokens", METHOD_GET, api_tokens, NULL, ROLE_VIEWER,
	    "Your tokens; an admin's are everybody's."),
	SELF("/tokens", "token_new", METHOD_POST, api_token_new, api_token_new_body,
	    ROLE_VIEWER, "A new token of yours: `token` is shown this once. Send it as "
	    "`Authorization: Bearer …`."),
	SELF("/tokens/{id}", "token_delete", METHOD_DELETE, api_token_delete, NULL,
	    ROLE_VIEWER, "Remove a token."),
	{V1 "/audit", "audit", "Users", "Who changed what, newest first.", api_audit,
	    api_audit_params, ROLE_ADMIN, 0, JSON, METHOD_GET, NULL},
	{V1 "/events", "events", "Events",
	    "Server-sent events: what changed, never the bodies.", api_events,
	    api_events_params, ROLE_VIEWER, 0, "text/event-stream",
	    METHOD_GET, NULL},
	API("/openapi.json", "openapi", "The daemon", api_openapi, NULL, 0,
	    "This description."),
	PLAIN("/metrics", "metrics", metrics_daemon, NULL, ROLE_VIEWER, 0,
	    "application/openmetrics-text", "The daemon itself, as OpenMetrics."),
	PLAIN("/metrics/racks", "metrics_racks", metrics_racks, metrics_racks_params,
	    ROLE_VIEWER, ROUTE_VIEW, "application/openmetrics-text",
	    "The racks of one site, as OpenMetrics."),
	PLAIN("/report.css", "report_style", report_style, NULL, ROLE_NOBODY, 0, "text/css",
	    "The style of printed reports."),
	PLAIN("/healthz", "healthz", health_live, NULL, ROLE_NOBODY, 0, "text/plain",
	    "200 as long as the process serves."),
	PLAIN("/readyz", "readyz", health_ready, NULL, ROLE_NOBODY, 0, JSON,
	    "200 when data is shown and stored, else 503, and which part lacks."),
	PAGE("/"), PAGE("/areas/{id}"), PAGE("/sites"), PAGE("/sites/{id}"),
	PAGE("/operators"), PAGE("/halls/{id}"), PAGE("/racks"), PAGE("/racks/{id}"),
	PAGE("/discrepancies"), PAGE("/devices"), PAGE("/devices/{id}"),
	PAGE("/planner"), PAGE("/whatif"), PAGE("/reports"), PAGE("/collector"),
	PAGE("/alerts"), PAGE("/alerts/{id}"), PAGE("/silences"), PAGE("/rules"),
	PAGE("/receivers"), PAGE("/deliveries"), PAGE("/deliveries/{id}"),
	PAGE("/login"), PAGE("/setup"), PAGE("/users"), PAGE("/tokens"), PAGE("/audit"),
};
const size_t route_table_size = sizeof(route_table) / sizeof(route_table[0]);

/* True when path is pattern with an id in the place of {id}. */
static bool
matches(const char *pattern, const char *path, char id[QUERY_ID_SIZE])
{
	const char *brace = strchr(pattern, '{');
	size_t head = brace != NULL ? (size_t)(brace - pattern) : 0;
	char text[QUERY_ID_SIZE];
	size_t n;

	if (brace == NULL) {
		return strcmp(pattern, path) == 0;
	}
	if (strncmp(pattern, path, head) != 0) {
		return false;
	}
	n = strcspn(path + head, "/");
	if (n >= sizeof(text) || strcmp(path + head + n, brace + ID_SIZE) != 0) {
		return false;
	}
	memcpy(text, path + head, n);
	text[n] = '\0';
	if (!str_is_id(text)) {
		return false;
	}
	(void)str_copy(id, QUERY_ID_SIZE, text);
	return true;
}

const struct route *
route_find(const char *path, enum method method, char id[QUERY_ID_SIZE],
    unsigned *ret_methods)
{
	id[0] = '\0';
	*ret_methods = 0;
	/* "/series/list" stands as text before any "{id}" could take "list" */
	for (size_t i = 0; i < route_table_size; i++) {
		if (!matches(route_table[i].path, path, id)) {
			continue;
		}
		if (route_table[i].method == method) {
			return &route_table[i];
		}
		*ret_methods |= 1u << route_table[i].method;
	}
	return NULL;
}

void
route_allow(unsigned methods, char *to, size_t to_size)
{
	size_t len = 0;

	to[0] = '\0';
	for (enum method m = METHOD_GET; m < METHOD_N; m++) {
		if ((methods & 1u << m) != 0) {
			len += str_format(to + len, to_size - len, "%s%s%s",
			    len > 0 ? ", " : "", method_text(m),
			    m == METHOD_GET ? ", HEAD" : "");
		}
	}
}
