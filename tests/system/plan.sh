#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A plan carried out: what the planner places is written into the inventory,
# loaded and polled; then every limit holds, and one server more is refused for
# the reason that was named.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
# the loads stand still, so that what fits is the same before and after
world="--racks 90 --step 86400"
# shellcheck disable=SC2086
province $world
sed -i 's#inventory/\*.yaml#inventory/*.yaml, equipment/*.csv#' "$dir/collectord.yaml"
cat >>"$dir/collectord.yaml" <<END
poll: {interval: 10s}
store: {dir: store, flush: 5s}
END
daemon "$dir/collectord.yaml"
wait_for 30 up || fatal "the devices are up" "$daemon_log"

plan() {
	python3 "$here/plan.py" "$@"
}

# known: the newest slot has the power of as many racks as will ever answer
known() {
	said=$(get '/racks?limit=1000' 'sum(x["power_w"] is not None for x in d["items"])')
	[ "${said:-0}" -ge 75 ] && [ "$said" = "$was" ] && return 0
	was=$said
	return 1
}
was=
wait_for 40 known
ok $? "the racks are measured: $said"

reload() {
	was_loaded=$(get /collector 'd["config"]["version"]')
	kill -HUP "$daemon"
	wait_for 20 loaded || fatal "the configuration is loaded" "$daemon_log"
	was=
	wait_for 40 known
}
loaded() {
	[ "$(get /collector 'd["config"]["version"]')" -gt "$was_loaded" ]
}

# carry_out QUERY
carry_out() {
	plan over "$url" >"$dir/over.json"
	# shellcheck disable=SC2046
	set -- "$1" $(plan put "$url" "$dir/inventory/zz-plan-$round.yaml" "$1")
	ok $? "$1: ${2:-no} servers in ${4:-no} racks, then $3"
	[ "${2:-0}" -gt 0 ] || ok 1 "servers are placed"
	reload
	is "$(get /collector 'd["config"]["error"]')" null "the plan is a valid inventory"
	points plan judge "$url" "$1" "$3" "$dir/over.json"
}

round=1
carry_out "u=2&kw=0.5"
round=2
carry_out "u=1&kw=0.1&kg=5&ports=0&outlets=0"
stop "$daemon"
is "$status" 0 "the daemon ends well" "$daemon_log"
finish
