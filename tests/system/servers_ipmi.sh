#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Racks of PDUs and servers as racksim plays them, polled over SNMP and IPMI:
# both sources of power stand side by side, what a rack shows is the sum of its
# servers' own readings, discover finds either kind, logs survive a restart.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
step=2
province --racks 24 --bmc some --seed 3 --step $step
sed -i 's/^credentials: {/&demo-bmc: {ipmi: {user: demo, password: {file: bmc.secret}}}, /' "$dir/collectord.yaml"
cat >>"$dir/collectord.yaml" <<END
poll: {interval: 2s}
store: {dir: store, flush: 2s}
evidence: {min_live: 4s}
END
daemon "$dir/collectord.yaml"

# both: the racks whose servers and feeds are all known
both() {
	[ "$(get '/racks?limit=100' 'len([x for x in d["items"] if x["power_source"] == "pdu" and x["devices"] == 4 and not x["partial"]]) >= 8')" = true ] &&
		rack=$(get '/racks?limit=100' '[x["id"] for x in d["items"] if x["power_source"] == "pdu" and x["devices"] == 4 and not x["partial"] and x["evidence"] == "verified"][0]') &&
		[ "$(get "/racks/$rack" 'all(s["known"] == s["expected"] for s in d["power_sources"]) and len(d["power_sources"])')" = 2 ]
}
wait_for 60 both
ok $? "racks with PDUs and servers are known by both" "$daemon_log"
comes 30 "/racks/$rack" '[d["power_source"], [s["source"] for s in d["power_sources"]], abs(d["power_difference_w"] - (d["power_sources"][0]["power_w"] - d["power_sources"][1]["power_w"])) < 1e-6]' \
	'["pdu", ["pdu", "ipmi"], true]' "$rack: the PDUs count, the servers and the difference stand beside"
comes 30 "/racks/$rack" 'abs(d["power_w"] - sum(f["power_w"] for f in d["feeds"])) < 1e-6' true "its power is that of its feeds"

# sums: the rack's figure against the servers' own, of one slot; values may
# change between two questions, so until they agree
sums() {
	curl -fsS "$url/api/v1/racks/$rack" >"$dir/rack.json" || return 1
	for b in 1 2; do
		curl -fsS "$url/api/v1/devices/$rack-bmc-$b" >"$dir/bmc-$b.json" || return 1
	done
	python3 - "$dir" <<-'END'
	import json, sys
	load = lambda name: json.load(open(f"{sys.argv[1]}/{name}.json"))
	watts = [m["value"] for b in (1, 2) for m in load(f"bmc-{b}")["metrics"]
	         if m["metric"] == "power_w" and m["instance"] is None]
	ipmi = [s["power_w"] for s in load("rack")["power_sources"] if s["source"] == "ipmi"]
	sys.exit(not (len(watts) == 2 and ipmi and abs(sum(watts) - ipmi[0]) < 1e-6))
	END
}
wait_for 30 sums
ok $? "what its servers say is the sum of their whole power" "$dir/rack.json"
comes 30 "/devices/$rack-bmc-1" '[d["kind"], d["plugin"], d["rack_use"]["power"]["counted"], d["rack_use"]["power"]["source"] is not None]' \
	'["bmc", "ipmi", false, true]' "a server says where its power was read, and that the PDUs count"

told() {
	[ "$(get "/devices/$rack-bmc-1/events" 'len(d["items"]) > 0')" = true ]
}
wait_for 60 told
ok $? "its System Event Log is told" "$daemon_log"
told_before=$(get "/devices/$rack-bmc-1/events" '[e["id"] for e in d["items"]]')

# ---- discover: either kind, as inventory ------------------------------------
address=$(get "/devices/$rack-bmc-1" 'd["address"].split(":")[0]')
ask found --config "$dir/collectord.yaml" discover "$address:$bmcs"
is $status 0 "discover finds a BMC"
has "$dir/found.out" "kind: bmc, plugin: ipmi, address: \"$address:$bmcs\"" "and prints it as one"
pdu=$(get "/devices/$rack-pdu-a" 'd["address"].split(":")[0]')
ask found-pdu --config "$dir/collectord.yaml" discover "$pdu:$agents"
has "$dir/found-pdu.out" "plugin: snmp, address: \"$pdu:$agents\"" "and a PDU by SNMP, without being told which"
{
	cat "$dir/collectord.yaml"
	cat "$dir/found.out"
} | sed "s/{id: found/{hall: $(get "/racks/$rack" 'd["place"]["hall"]["id"]'), id: found/" >"$dir/more.yaml"
ask more --config "$dir/more.yaml" check
is $status 0 "which is inventory once it says where"
ask poll --config "$dir/collectord.yaml" poll "$rack-bmc-1"
has "$dir/poll.out" '^# power for its rack .* W, good, read from ' "poll says which sensor is its power"
has "$dir/poll.out" '^# inlet temperature for its rack .* C, good, read from ' "and its inlet"

# ---- a restart ------------------------------------------------------------------
stop "$daemon"
is "$status" 0 "it stops" "$daemon_log"
is "$(find "$dir/store/plugins" -maxdepth 1 -mindepth 1 -perm 0700 -name ipmi | wc -l)" 1 "the plugin has kept its folder for itself"
daemon "$dir/collectord.yaml" again
# again: all that was told is there, each entry once
again() {
	[ "$(get "/devices/$rack-bmc-1/events" "[set($told_before) <= set(e['id'] for e in d['items']), len(set((e['id'], e['time']) for e in d['items'])) == len(d['items'])]")" = '[true, true]' ]
}
wait_for 30 again
ok $? "the log is there again, each entry once" "$daemon_log"
wait_for 60 both
ok $? "and both sources of power" "$daemon_log"
finish
