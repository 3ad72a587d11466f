#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Real snmpd agents polled by collectord: v2c, SNMPv3 with SHA-256/AES-128 and
# with SHA-512/AES-256; what is let in has the values that snmpget shows; who
# has a wrong community, name or password is told so, and harms no neighbour.
. "$top_srcdir/tests/system/lib.sh"
need snmpget snmpwalk curl python3
find_snmpd
stage

cat >"$dir/snmpd.conf" <<'END'
exactEngineID 0x80001f8804746573742061
createUser small SHA-256 "auth small 1" AES "priv small 1"
createUser large SHA-512 "auth large 1" AES-256 "priv large 1"
rouser small priv
rouser large priv
rocommunity right 127.0.0.1
sysDescr a host in the test
override 1.3.6.1.4.1.8072.9999.9999.1.0 integer 235
override 1.3.6.1.4.1.8072.9999.9999.2.0 integer 1234
END
agent=127.0.0.1:$(free_ports udp 1)
spawn snmpd "$snmpd" -f -Lo -C -c "$dir/snmpd.conf" "udp:$agent"
snmpd_pid=$pid
shown() { # OID…: with the agent's own tool
	snmpget -v2c -c right -t 1 -r 2 -Oqv "$agent" "$@" | tr -d '"'
}
answers() { shown .1.3.6.1.2.1.1.1.0 | grep -q host; }
wait_for 20 answers || fatal "snmpd answers" "$dir/snmpd.log"

secret() { # FILE TEXT
	printf '%s\n' "$2" >"$dir/$1"
	chmod 600 "$dir/$1"
}
secret right right
secret wrong wrong-community
secret a1 "auth small 1"
secret p1 "priv small 1"
secret a2 "auth large 1"
secret p2 "priv large 1"
secret bad "not the password"
cat >"$dir/collectord.yaml" <<END
$(settings)
profiles: ["$top_srcdir/tests/fixtures/system/*.yaml"]
store: {dir: store, flush: 2s}
poll: {interval: 2s}
halls: [{id: h1}]
credentials:
  v2c: {snmp: {version: 2c, community: {file: right}}}
  small: {snmp: {version: 3, user: small, auth: {sha256: {file: a1}}, priv: {aes128: {file: p1}}}}
  large: {snmp: {version: 3, user: large, auth: {sha512: {file: a2}}, priv: {aes256: {file: p2}}}}
  no-community: {snmp: {version: 2c, timeout: 200ms, community: {file: wrong}}}
  no-auth: {snmp: {version: 3, timeout: 200ms, user: small, auth: {sha256: {file: bad}}, priv: {aes128: {file: p1}}}}
  no-priv: {snmp: {version: 3, timeout: 200ms, user: large, auth: {sha512: {file: a2}}, priv: {aes256: {file: bad}}}}
  no-user: {snmp: {version: 3, timeout: 200ms, user: nobody-here, auth: {sha256: {file: a1}}, priv: {aes128: {file: p1}}}}
devices:
$(for c in v2c small large no-community no-auth no-priv no-user; do
	echo "  - {id: d-$c, hall: h1, kind: switch, plugin: snmp, address: \"$agent\", credential: [$c]}"
done)
$(for c in v2c small large no-auth no-priv no-user; do
	echo "  - {id: o-$c, hall: h1, kind: switch, plugin: snmp, engine: netsnmp, address: \"$agent\", credential: [$c]}"
done)
  - {id: d-list, hall: h1, kind: switch, plugin: snmp, address: "$agent", credential: [no-user, no-community, small]}
END
daemon "$dir/collectord.yaml"

# ---- who is let in ---------------------------------------------------------------
read_cell() { # DEVICE METRIC INSTANCE
	get "/devices/$1" "[m['value'] for m in d['metrics'] if m['metric'] == '$2'
		and (m['instance'] or '') == '$3' and m['quality'] == 'good'][0]"
}
# d-: the default engine, o-: the other one
for device in d-v2c d-small d-large d-list o-v2c o-small o-large; do
	comes 20 /devices/$device 'd["status"], d["profile"], d["error"]' \
		'["up", "host", null]' "$device is up"
	is "$(read_cell $device temperature_c '')" 23.5 "$device: 235 of 0.1 C"
	is "$(read_cell $device power_w '')" "$(shown .1.3.6.1.4.1.8072.9999.9999.2.0)" \
		"$device: power as snmpget shows it"
	is "$(get /devices/$device 'd["info"]["model"]')" \
		"$(shown .1.3.6.1.2.1.1.1.0)" "$device: the text that sysDescr is"
done

# Counters move while one looks: what a poll reads lies between two snmpgets.
snmpwalk -v2c -c right -Oqn "$agent" .1.3.6.1.2.1.31.1.1.1.1 |
    tr -d '"' >"$dir/names"
is "$(grep -c ' lo$' "$dir/names")" 1 "the agent has a loopback interface"
lo=$(sed -n 's/^.*\.\([0-9]*\) lo$/\1/p' "$dir/names")
for device in d-v2c d-small d-large; do
	before=$(shown ".1.3.6.1.2.1.31.1.1.1.6.$lo")
	ask "poll-$device" --config "$dir/collectord.yaml" --json poll $device
	is $status 0 "collectorctl poll $device"
	# snmpd keeps its interface table for some seconds: wait for a newer one
	newer() { [ "$(shown ".1.3.6.1.2.1.31.1.1.1.6.$lo")" -gt "$before" ]; }
	wait_for 15 newer
	after=$(shown ".1.3.6.1.2.1.31.1.1.1.6.$lo")
	python3 - "$dir/poll-$device.out" "$before" "$after" "$lo" >"$dir/between" 2>&1 <<'END'
import json, sys
m = [m for m in json.load(open(sys.argv[1]))["metrics"]
     if m["metric"] == "octets_in" and m["instance"] == "lo"]
print(m, sys.argv[2:])
assert len(m) == 1 and m[0]["source"] == "1.3.6.1.2.1.31.1.1.1.6." + sys.argv[4]
assert int(sys.argv[2]) <= m[0]["value"] <= int(sys.argv[3])
END
	ok $? "$device: ifHCInOctets as snmpget shows it" "$dir/between"
done
is "$(get /devices/d-small 'sorted({m["metric"] for m in d["metrics"]})')" \
	'["octets_in", "octets_out", "power_w", "runtime_s", "temperature_c"]' \
	"scalars and tables of the profile are there"
is "$(get /devices/d-small 'len([m for m in d["metrics"] if m["metric"] == "octets_in"])')" \
	"$(grep -c . "$dir/names")" "as many interfaces as the agent has"

# ---- who is not ---------------------------------------------------------------------
refused() { # DEVICE CODE WORDS WHAT
	comes 30 "/devices/$1" 'd["status"], (d["error"] or {}).get("code")' \
		"[\"down\", \"$2\"]" "$4: is down, and why"
	get "/devices/$1" 'd["error"]["text"]' >"$dir/error"
	has "$dir/error" "$3" "$4: the text names the remedy"
}
refused d-no-community timeout 'community' "wrong community"
for engine in d o; do
	refused $engine-no-auth auth 'authentication password' \
		"$engine: wrong authentication password"
	refused $engine-no-priv auth 'privacy password' "$engine: wrong privacy password"
	refused $engine-no-user auth 'user' "$engine: unknown user"
done
for c in no-auth no-priv no-user; do
	is "$(get /devices/d-$c 'd["error"]["text"]')" \
		"$(get /devices/o-$c 'd["error"]["text"]')" "$c: the same words whichever engine"
done
ask no-auth --config "$dir/collectord.yaml" poll d-no-auth
is $status 1 "collectorctl poll fails too"
has "$dir/no-auth.err" 'authentication password' "with the same words"
is "$(grep -c -e 'not the password' -e 'auth small 1' -e wrong-community \
	"$dir/collectord.log" "$dir/no-auth.err" | grep -cv ':0$')" 0 "no secret in any log"

# Neighbours: the same agent, polled every time, at its own pace.
failures() {
	get "/devices/$1" 'd["polls"]["failed"] + d["polls"]["timeouts"]'
}
for device in d-v2c d-small d-large o-small o-large; do
	is "$(failures $device)" 0 "$device: no poll failed beside the refused ones"
done

# The plugin's own counters, in both places.
counter() { # NAME
	get /plugins "[c['value'] for p in d['items'] if p['name'] == 'snmp'
		for c in p['counters'] if c['name'] == '$1'][0]"
}
is "$(get /plugins '[p["name"] for p in d["items"] if p["counters"]]')" '["snmp"]' \
	"/plugins shows counters of snmp"
is "$([ "$(counter answers)" -gt 10 ] && [ "$(counter window)" -ge 16 ] && echo many)" \
	many "answers are counted"
is "$([ "$(counter timeouts)" -gt 0 ] && [ "$(counter retries)" -gt 0 ] && echo some)" \
	some "so are the silent ones and retries"
curl -s -m 10 "$url/metrics" >"$dir/metrics"
has "$dir/metrics" '^collectord_snmp_answers_total [1-9]' "/metrics has them too"
has "$dir/metrics" '^# TYPE collectord_snmp_in_flight gauge' "gauges are gauges"

curl -s "$url/metrics" >"$dir/metrics"
for report in wrong_digests unknown_user_names; do
	ok "$(awk -v n="v3_$report" 'index($1, n) && $2 > 0 { f = 1 } END { print !f }' \
		"$dir/metrics")" "/metrics counts $report" "$dir/metrics"
done

# ---- an agent that goes away and comes back --------------------------------------------
stop $snmpd_pid
comes 30 /devices/d-small 'd["status"]' down "the agent is gone: down"
is "$(get /devices/d-small '[m["value"] for m in d["metrics"] if m["quality"] == "good"]')" \
	'[]' "no value is shown as good for it"
spawn snmpd2 "$snmpd" -f -Lo -C -c "$dir/snmpd.conf" "udp:$agent"
for device in d-v2c d-small d-large o-v2c o-small o-large; do
	comes 60 /devices/$device 'd["status"]' up \
		"the agent is back, with new boots and time: $device is up"
done

# ---- an agent that has lost its count of boots -------------------------------------------
stop $pid
rm -rf "${SNMP_PERSISTENT_DIR:?}"
mkdir "$SNMP_PERSISTENT_DIR"
spawn snmpd3 "$snmpd" -f -Lo -C -c "$dir/snmpd.conf" "udp:$agent"
wait_for 20 answers || fatal "snmpd answers" "$dir/snmpd3.log"
again() { # DEVICE: has answered since
	[ "$(get "/devices/$1" 'd["polls"]["ok"]')" -gt "$2" ]
}
for device in d-small d-large o-small o-large; do
	before=$(get "/devices/$device" 'd["polls"]["ok"]')
	wait_for 60 again $device "$before"
	ok $? "the same engine, fewer boots: $device answers again"
done

# ---- passwords that are rotated ----------------------------------------------------------
# The agent has a new one first; then its file says so, and nothing else changes.
stop $pid
sed 's/auth small 1/auth small 2/' "$dir/snmpd.conf" >"$dir/snmpd2.conf"
rm -rf "${SNMP_PERSISTENT_DIR:?}"
mkdir "$SNMP_PERSISTENT_DIR"
spawn snmpd4 "$snmpd" -f -Lo -C -c "$dir/snmpd2.conf" "udp:$agent"
wait_for 20 answers || fatal "snmpd answers" "$dir/snmpd4.log"
refused d-small auth 'authentication password' "a new password, not yet told to us"
large=$(get /devices/d-large 'd["polls"]["ok"]')
secret a1 "auth small 2"
kill -HUP "$daemon"
wait_for 20 grep -q 'configuration reloaded' "$daemon_log"
# d-small, o-small, d-list, and those with another wrong part: no-user of both
has "$daemon_log" 'configuration reloaded: .*devices [+]0 -0 changed 5' \
	"a reload takes the devices for changed whose secret is another"
for device in d-small o-small d-list; do
	before=$(get /devices/$device 'd["polls"]["ok"]')
	wait_for 60 again $device "$before"
	ok $? "$device answers with the new password"
done
wait_for 20 again d-large "$large"
ok $? "d-large goes on as before"
is "$(grep -c -e 'auth small' "$dir/collectord.log")" 0 "neither password is in the log"
stop "$daemon"
is $status 0 "collectord ends with 0" "$daemon_log"
finish
