/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/explain_kpi.h"

#include <stdbool.h>
#include <stdio.h>

#include "ctl/ask.h"

static bool
known(const json_t *body, const char *path)
{
	return json_is_number(table_at(body, path));
}

/* "silent: pdu-b since 03:12; speaking: pdu-a 1900 W" */
static void
print_devices(const json_t *body)
{
	const json_t *device;
	size_t i;

	json_array_foreach(table_at(body, "reason.params.silent"), i, device) {
		(void)printf("silent: %s, last heard %s\n", ask_text(device, "device"),
		    json_is_string(json_object_get(device, "since")) ?
		    ask_text(device, "since") : "never");
	}
	json_array_foreach(table_at(body, "reason.params.speaking"), i, device) {
		(void)printf("speaking: %s", ask_text(device, "device"));
		if (known(device, "power_w")) {
			(void)printf(", %.0f W", ask_number(device, "power_w"));
		}
		(void)printf("\n");
	}
}

static void
print_failover(const json_t *body)
{
	if (!known(body, "failover.ratio")) {
		(void)printf("failover: %s\n", ask_text(body, "failover.state"));
		return;
	}
	(void)printf("failover: %s: when feed %s is lost, feed %s carries %.1f of %.0f A "
	    "(%.0f %%)%s%s; %.0f W may be added\n", ask_text(body, "failover.state"),
	    ask_text(body, "failover.lost"), ask_text(body, "failover.survivor"),
	    ask_number(body, "failover.current_a"), ask_number(body, "failover.rating_a"),
	    100 * ask_number(body, "failover.ratio"),
	    json_is_string(table_at(body, "failover.phase")) ? " on " : "",
	    json_is_string(table_at(body, "failover.phase")) ?
	    ask_text(body, "failover.phase") : "", ask_number(body, "failover.headroom_w"));
}

static void
print_air(const json_t *body)
{
	if (known(body, "environment_summary.inlet_max_c")) {
		(void)printf("air: hottest inlet %.1f C, recommended %.0f to %.0f C",
		    ask_number(body, "environment_summary.inlet_max_c"),
		    json_number_value(json_array_get(table_at(body,
		    "environment_summary.band.recommended"), 0)),
		    json_number_value(json_array_get(table_at(body,
		    "environment_summary.band.recommended"), 1)));
		if (known(body, "environment_summary.delta_t_k")) {
			(void)printf(", %.1f K warmer behind",
			    ask_number(body, "environment_summary.delta_t_k"));
		}
		(void)printf("\n");
	}
	if (known(body, "environment_summary.in_range")) {
		(void)printf("in the recommended range %.1f %% of the last %.1f h\n",
		    100 * ask_number(body, "environment_summary.in_range"),
		    ask_number(body, "environment_summary.in_range_s") / 3600);
	}
}

void
explain_kpi(const json_t *body)
{
	print_devices(body);
	print_failover(body);
	print_air(body);
}
