#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Servers beside PDUs and alone, as the replay plugin tells them: whose power a
# rack's is, which reading of a server it is judged by, and its log, in the
# API, in collectorctl and in /metrics, before and after a restart.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage

cat >"$dir/collectord.yaml" <<END
store: {dir: store, flush: 2s}
poll: {interval: 2s}
evidence: {min_live: 4s}
racks:
  - id: both
    feeds: {A: {breaker_a: 32, phases: 1, volts: 230}}
    devices:
      pdu-a: {feed: A, plugin: replay, address: x, readings: [{metric: power_w, value: 1000}]}
      bmc-1: {plugin: replay, address: x, readings: [{metric: power_w, value: 880, source: dcmi}, {metric: temperature_c, instance: inlet, value: 24}]}
  - id: alone
    devices:
      bmc-1:
        plugin: replay
        address: x
        info: {info_serial: SRV1}
        readings:
          - {metric: power_w, value: 300, source: dcmi}
          - {metric: temperature_c, instance: inlet, value: 25.5, source: Inlet Temp (0x04)}
          - {metric: temperature_c, instance: CPU1, value: 80}
        events:
          - {id: 1, time: 1795219200, skew: 90s, severity: info, code: event_log_cleared, text: "event log: cleared"}
          - {id: 2, time: 1795305700, skew: 90s, severity: critical, code: power_supply_input_lost, sensor: PSU1, text: "power supply: input lost"}
      bmc-2: {plugin: replay, address: x, readings: [{metric: power_w, value: 200}], faults: [{kind: silent}]}
$(settings)
END
daemon "$dir/collectord.yaml"

comes 20 /racks/both 'd["power_w"]' 1000 "a rack with both: its PDUs are its power"
comes 20 /racks/both '[d["power_source"], [[s["source"], s["power_w"]] for s in d["power_sources"]], d["power_difference_w"]]' \
	'["pdu", [["pdu", 1000], ["ipmi", 880]], 120]' "both stand side by side, with the difference"
comes 20 /racks/both '[d["temperature_c"], d["temperature_source"]]' '[24, "ipmi"]' "no probe: the server's inlet"
comes 20 /racks/alone '[d["power_source"], d["power"], d["power_difference_w"], d["evidence"]]' \
	'["ipmi", {"expected": 2, "known": 1, "partial": true}, null, "verified"]' "a rack of servers: theirs, partial, and it proves"
comes 20 /racks/alone '[[e["instance"], e["value"]] for e in d["environment"]]' '[["inlet", 25.5]]' "inside a server is not the rack's air"
comes 20 /capacity 'd["power_w"]' 1300 "no watt is counted twice in the province"
comes 20 /devices/alone-bmc-1 'd["rack_use"]' \
	'{"power": {"counted": true, "instance": null, "metric": "power_w", "source": "dcmi"}, "temperature": {"counted": true, "instance": "inlet", "metric": "temperature_c", "source": "Inlet Temp (0x04)"}}' \
	"a server says which of its readings count"
comes 20 /devices/both-bmc-1 'd["rack_use"]["power"]["counted"]' false "beside a PDU its power does not"

told() {
	[ "$(get /devices/alone-bmc-1/events 'len(d["items"])')" = 2 ]
}
wait_for 20 told
comes 20 /devices/alone-bmc-1/events '[[e["id"], e["severity"], e["skew_s"], e["time"]] for e in d["items"]]' \
	'[[2, "critical", 90, "2026-11-22T00:01:40Z"], [1, "info", 90, "2026-11-21T00:00:00Z"]]' "its log, newest first, once each"

ask events events alone-bmc-1
has "$dir/events.out" 'critical +power supply: input lost +PSU1' "collectorctl events"
ask explain explain device alone-bmc-1
has "$dir/explain.out" '^power for its rack: read from dcmi; it counts' "explain device: where its power is read"
has "$dir/explain.out" '^temperature for its rack: read from Inlet Temp \(0x04\); it counts' "and its inlet"
ask explain-both explain rack both
has "$dir/explain-both.out" "^power by pdu: 1000 W from 1 of 1 feeds: this is the rack's power" "explain rack: its source"
has "$dir/explain-both.out" '^power by ipmi: 880 W from 1 of 1 BMCs, shown beside it' "and the other"
ask racks racks
has "$dir/racks.out" '^alone .* ipmi ' "racks: the source stands in the list"
ask poll --config "$dir/collectord.yaml" poll alone-bmc-1
has "$dir/poll.out" '^# power for its rack .*: 300 W, good, read from dcmi' "poll: the chosen power sensor"
told_again() {
	curl -fsS "$url/metrics" >"$dir/metrics" && grep -q '^collectord_device_events_known_total [1-9]' "$dir/metrics"
}
wait_for 20 told_again
has "$dir/metrics" '^collectord_device_events_total 2$' "events are counted"
has "$dir/metrics" '^collectord_device_events_known_total [1-9]' "and those that were told again"

# ---- a restart: what was kept is there before the device tells it again
stop "$daemon"
is "$status" 0 "it stops" "$daemon_log"
sed -i '/^        events:/,/input lost/d' "$dir/collectord.yaml"
daemon "$dir/collectord.yaml"
wait_for 20 told
comes 20 /devices/alone-bmc-1/events '[e["id"] for e in d["items"]]' '[2, 1]' "the log survives"
finish
