#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The README's kind of configuration: one rack with a Raritan PX3, an APC
# AP8959EU3 and a Riello UPS, played by snmpsim from recorded walks.  The rack
# page, rrdtool and collectorctl must all show what the recordings say.
. "$top_srcdir/tests/system/lib.sh"
need snmpsimd snmpget rrdtool curl python3
find_captures
stage
chmod 755 "$dir"

# ---- three agents, one community: the n-th file answers on the n-th address
mkdir -p "$dir/sim/data/public" "$dir/sim/cache"
i=0
for capture in netmanplus_204 raritan-pdu_px3 apc_ap8959eu3; do
	[ -e "$captures/$capture.snmprec" ] || lacking "no capture $capture"
	cp "$captures/$capture.snmprec" "$dir/sim/data/public/1.3.6.1.6.1.1.$i.snmprec"
	i=$((i + 1))
done
user=
if [ "$(id -u)" = 0 ]; then
	chown -R nobody:nogroup "$dir/sim"
	user="--process-user=nobody --process-group=nogroup"
fi
agents=$(free_ports udp 1)
# shellcheck disable=SC2086
spawn snmpsimd snmpsimd --data-dir="$dir/sim/data" --cache-dir="$dir/sim/cache" \
    --agent-udpv4-endpoint="127.77.3.1:$agents" \
    --agent-udpv4-endpoint="127.77.3.2:$agents" \
    --agent-udpv4-endpoint="127.77.3.3:$agents" \
    $user --v2c-arch --logging-method=null
answers() {
	snmpget -v2c -c public -t 1 -r 0 "127.77.3.3:$agents" .1.3.6.1.2.1.1.2.0
}
wait_for 40 answers || fatal "snmpsimd answers" "$dir/snmpsimd.log"

printf 'public\n' >"$dir/community"
chmod 600 "$dir/community"
cat >"$dir/collectord.yaml" <<END
credentials: {lab: {snmp: {version: 2c, timeout: 4s, retries: 1, community: {file: community}}}}
store: {dir: store, flush: 10s}
poll: {interval: 10s}
evidence: {min_live: 10s}
racks:
  - id: r1
    feeds: {A: {breaker_a: 32, phases: 1, volts: 230}, B: {breaker_a: 32, phases: 1, volts: 230}}
    devices:
      ups: {plugin: snmp, address: "127.77.3.1:$agents", credential: lab}
      pdu-a: {plugin: snmp, address: "127.77.3.2:$agents", credential: lab, feed: A}
      pdu-b: {plugin: snmp, address: "127.77.3.3:$agents", credential: lab, feed: B}
$(settings)
END
"$collectord" --config "$dir/collectord.yaml" --check >"$dir/check.out" 2>&1
ok $? "the configuration is good" "$dir/check.out"
daemon "$dir/collectord.yaml"

# ---- the rack page -----------------------------------------------------------
# Feed A: 1665 W, 13742.6.5.2.3.1.4.1.1.5 (activePower, no decimals).
# Feed B: 27 of 0.01 kW, 318.1.1.26.4.3.1.5.1 (rPDU2DeviceStatusPower).
comes 30 /racks/r1 'd["power_w"]' 1935 "the rack draws 1665 W + 270 W"
comes 20 /racks/r1 '{f["id"]: f["power_w"] for f in d["feeds"]}' \
	'{"A": 1665, "B": 270}' "each feed has its own power"
comes 20 /racks/r1 'd["power"]' \
	'{"expected": 2, "known": 2, "partial": false}' "both feeds are known"
comes 20 /racks/r1 '{x["role"]: [x["status"], x["profile"]] for x in d["devices"]}' \
	'{"pdu-a": ["up", "raritan-pdu2"], "pdu-b": ["up", "apc-rpdu2"], "ups": ["up", "riello-netman"]}' \
	"each device found its profile"
# Line currents: 7467 with 3 decimals; 13 of 0.1 A.
comes 20 /racks/r1 '[f["current_a"] for f in d["feeds"]]' \
	'[{"L1": 7.467}, {"L1": 1.3}]' "each feed has its line current"
comes 20 /racks/r1 '[round(f["load_pct"], 2) for f in d["feeds"]]' \
	'[23.33, 4.06]' "and its share of the breaker's 32 A"
comes 20 /racks/r1 'd["evidence"], d["evidence_reason"]["code"], d["live"]' \
	'["verified", "power_seen", true]' "its own telemetry verifies the rack"
comes 10 /capacity 'd["racks"]["declared"], d["racks"]["verified"], d["targets"][0]["racks"]' \
	'[1, 1, 90000]' "it counts against 90,000"

# ---- every value of the recordings that a person would look up ---------------
cat >"$dir/wanted" <<'END'
r1-pdu-a power_w "" 1665 1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.5
r1-pdu-a apparent_va "" 1751 1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.6
r1-pdu-a power_factor "" 0.98 1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.7
r1-pdu-a energy_wh "" 74057676 1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.8
r1-pdu-a current_a "" 7.467 1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.1
r1-pdu-a voltage_v "" 229 1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.4
r1-pdu-a frequency_hz "" 50 1.3.6.1.4.1.13742.6.5.2.3.1.4.1.1.23
r1-pdu-a rated_current_a "" 32 1.3.6.1.4.1.13742.6.3.3.3.1.7.1.1
r1-pdu-b power_w "" 270 1.3.6.1.4.1.318.1.1.26.4.3.1.5.1
r1-pdu-b apparent_va "" 300 1.3.6.1.4.1.318.1.1.26.4.3.1.16.1
r1-pdu-b power_factor "" 0.82 1.3.6.1.4.1.318.1.1.26.4.3.1.17.1
r1-pdu-b energy_wh "" 1967700 1.3.6.1.4.1.318.1.1.26.4.3.1.9.1
r1-pdu-b current_a L1 1.3 1.3.6.1.4.1.318.1.1.26.6.3.1.5.1
r1-pdu-b voltage_v L1 231 1.3.6.1.4.1.318.1.1.26.6.3.1.6.1
r1-pdu-b power_w L1 250 1.3.6.1.4.1.318.1.1.26.6.3.1.7.1
r1-ups runtime_s "" 8100 1.3.6.1.2.1.33.1.2.3.0
r1-ups charge_pct "" 100 1.3.6.1.2.1.33.1.2.4.0
r1-ups voltage_v battery 122.5 1.3.6.1.2.1.33.1.2.5.0
r1-ups temperature_c battery 37 1.3.6.1.2.1.33.1.2.7.0
r1-ups frequency_hz output 50.1 1.3.6.1.2.1.33.1.4.2.0
r1-ups voltage_v "output L1" 231 1.3.6.1.2.1.33.1.4.4.1.2.1
r1-ups current_a "output L1" 1.1 1.3.6.1.2.1.33.1.4.4.1.3.1
r1-ups power_w "output L1" 184 1.3.6.1.2.1.33.1.4.4.1.4.1
r1-ups load_pct "output L1" 8 1.3.6.1.2.1.33.1.4.4.1.5.1
r1-ups state_battery "" 2 1.3.6.1.2.1.33.1.2.1.0
END
for device in r1-pdu-a r1-pdu-b r1-ups; do
	get "/devices/$device" >"$dir/$device.json"
	ask "poll-$device" --config "$dir/collectord.yaml" --json poll $device
	is $status 0 "collectorctl poll $device"
done
ask run-pdu-a --json profile run --snmprec "$captures/raritan-pdu_px3.snmprec"
ask run-pdu-b --json profile run --snmprec "$captures/apc_ap8959eu3.snmprec"
ask run-ups --json profile run --snmprec "$captures/netmanplus_204.snmprec"
cp "$dir/run-pdu-a.out" "$dir/run-r1-pdu-a.out"
cp "$dir/run-pdu-b.out" "$dir/run-r1-pdu-b.out"
cp "$dir/run-ups.out" "$dir/run-r1-ups.out"
points python3 "$here/readings.py" "$dir" "$dir/wanted"
# A current of -1 says "no such thing": absent, not -1 A and not 0 A.
is "$(get /devices/r1-ups '[[m["value"], m["quality"]] for m in d["metrics"]
	if m["source"] == "1.3.6.1.2.1.33.1.3.3.1.4.1"]')" '[[null, "unavailable"]]' \
	"the UPS's input current of -1 is unavailable"

# ---- rrdtool shows the same ----------------------------------------------------
rrd=$dir/store/rrd
flushed() {
	file=$(find "$rrd" -name 'r1.rrd') && [ -n "$file" ] &&
	    [ "$(row "$file" power_w)" = 1935 ] && [ "$(row "$file" pdu-b_power_w)" = 270 ]
}
# row FILE DS: the newest known value of a data source
row() {
	rrdtool fetch "$1" AVERAGE -r 10 -s end-60 -e "$(rrdtool last "$1")" | awk -v ds="$2" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == ds) column = i + 1 }
		NR > 1 && column && $column !~ /nan/ { value = $column + 0 }
		END { print value }'
}
wait_for 20 flushed
file=$(find "$rrd" -name 'r1.rrd')
for pair in power_w=1935 pdu-a_power_w=1665 pdu-b_power_w=270 pdu-a_current_a=7.467 \
    pdu-a_voltage_v=229 pdu-b_current_a_L1=1.3 pdu-b_voltage_v_L1=231; do
	is "$(row "$file" "${pair%=*}")" "${pair#*=}" "rrdtool fetch: ${pair%=*}"
done
for kind in row hall site area province; do
	summed() { file=$(find "$rrd/$kind" -name '*.rrd' | head -n 1) && [ "$(row "$file" power_w)" = 1935 ]; }
	wait_for 10 summed
	is "$(row "$file" power_w)" 1935 "rrdtool fetch: the $kind's sum"
done
is "$(get '/series?entity=rack:r1&metric=power_w&from=-120s&cf=avg' \
	'sorted({v for v in d["avg"] if v is not None})')" '[1935]' "and so does /series"
is "$(get '/series?entity=rack:r1&role=pdu-a&metric=current_a&from=-120s' \
	'sorted({round(v, 6) for v in d["avg"] if v is not None})')" '[7.467]' \
	"/series of a device's role"
is "$(get '/series?entity=feed:r1-a&metric=power_w&from=-120s' \
	'sorted({v for v in d["avg"] if v is not None})')" '[1665]' "/series of a feed"
is "$(get '/series?entity=feed:r1-b&metric=current_a&from=-120s' \
	'sorted({round(v, 6) for v in d["avg"] if v is not None})')" '[1.3]' \
	"a feed's current is that of its devices"
energy() { # what has been seen so far, in steps of an interval at 1935 W
	get /racks/r1 '[(m["energy_wh"] > 0.01, round(m["energy_wh"] * 3600 / 1935) % 10,
		0 < m["coverage"] < 0.01) for m in d["energy_per_month"]][-1]'
}
energy_seen() { [ "$(energy)" = '[true, 0, true]' ]; }
wait_for 20 energy_seen
is "$(energy)" '[true, 0, true]' "energy of the month: only what was seen"

# ---- collectorctl ----------------------------------------------------------------
parses() { # NAME EXPRESSION WANTED WHAT
	is "$(python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
print(json.dumps(eval(sys.argv[2]), sort_keys=True))' "$dir/$1.out" "$2" 2>&1)" "$3" "$4"
}
ask racks racks
is $status 0 "collectorctl racks"
has "$dir/racks.out" '^r1 .*in_service.*verified.*1935' "shows the rack in a line"
ask racks-json --json racks --evidence verified
parses racks-json '[r["id"] for r in d["items"]]' '["r1"]' "racks --json filters"
ask devices --json devices --rack r1
parses devices 'sorted(x["id"] for x in d["items"])' \
	'["r1-pdu-a", "r1-pdu-b", "r1-ups"]' "devices --json"
ask explain --json explain rack r1
parses explain '[d["id"], d["evidence"], len(d["devices"])]' '["r1", "verified", 3]' \
	"explain rack --json"
ask explain-device explain device r1-pdu-a
is $status 0 "explain device"
wait_for 20 api_is /collector 'd["devices"]["up"]' 3
ask status --json status
parses status '[d["capacity"]["racks"]["declared"], d["collector"]["devices"]["up"]]' \
	'[1, 3]' "status --json"
ask status-text status
has "$dir/status-text.out" '1 declared: 1 verified' "status in words"
ask series --json series rack:r1 power_w --from -120s
parses series 'sorted({v for v in d["avg"] if v is not None})' '[1935]' "series --json"
ask names --json series rack:r1 --list
parses names '[x["metric"] for x in d["items"] if x["role"] == "pdu-a" and x["ds"] == "pdu-a_current_a"]' \
	'["current_a"]' "series --list names the sources of the files"
ask names-text series --list rack:r1
set -- $(awk '$1 == "-" && $2 == "power_w" { print $5, $6 }' "$dir/names-text.out")
is "$(row "$2" "$1")" 1935 "rrdtool fetch with what series --list prints"
ask check --config "$dir/collectord.yaml" --json check
parses check '[d["racks"], d["devices"]]' '[1, 3]' "check --json"
ask profiles --json profile list
parses profiles '{"apc-rpdu2", "raritan-pdu2", "ups-mib"} <= {p["id"] for p in d["items"]}' \
	true "profile list --json"
# The agents are slow, and answer the daemon too; what is not SNMP ends snmpsimd.
discover() { # NAME OPTION…: has found the three
	name=$1
	shift
	ask "$name" --config "$dir/collectord.yaml" "$@" discover --plugin snmp --timeout 30s "127.77.3.0/29:$agents"
	[ "$(grep -o '127\.77\.3\.[123]:' "$dir/$name.out" | sort -u | wc -l)" = 3 ]
}
wait_for 60 discover discover --json
is $status 0 "discover finds devices in 127.77.3.0/29"
has "$dir/discover.out" '127\.77\.3\.1' "the UPS"
has "$dir/discover.out" '127\.77\.3\.2' "the Raritan"
has "$dir/discover.out" '127\.77\.3\.3' "the APC"
wait_for 60 discover found
{
	echo 'credentials: {lab: {snmp: {version: 2c, community: {file: community}}}}'
	settings
	echo 'halls: [{id: h1}]'
	sed 's/{id: /{hall: h1, id: /' "$dir/found.out"
} >"$dir/found.yaml"
ask found-check --config "$dir/found.yaml" --json check
is $status 0 "what discover prints is inventory, once it says where"
parses found-check 'd["devices"]' 3 "with its three devices"

# exit status: 1 failed, 2 wrong usage
ask no-device --config "$dir/collectord.yaml" poll r1-pdu-z
is $status 1 "a device that is not there: 1"
has "$dir/no-device.err" "no device 'r1-pdu-z'" "and its name"
ask no-rack explain rack r9
is $status 1 "a rack that is not there: 1"
has "$dir/no-rack.err" 'r9' "and its name"
ask no-usage poll
is $status 2 "an argument missing: 2"
ask no-command pol
is $status 2 "no such command: 2"
url=http://127.0.0.1:1
ask no-daemon status
is $status 1 "no daemon: 1"
has "$dir/no-daemon.err" '127\.0\.0\.1:1' "and where it was looked for"

stop "$daemon"
is $status 0 "collectord ends with 0 on SIGTERM" "$daemon_log"
finish
