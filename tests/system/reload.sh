#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# SIGHUP: devices come, go and change; the others keep their phase, their
# counters and what was learned of them, and nothing is polled in a burst.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
world="--racks 90"
# shellcheck disable=SC2086
province $world
cat >>"$dir/collectord.yaml" <<END
poll: {interval: 10s, threads: 3}
store: {dir: store, flush: 5s}
END
daemon "$dir/collectord.yaml"
wait_for 30 up || fatal "the devices are up" "$daemon_log"

is "$(ls "/proc/$daemon/task" | while read -r t; do cat "/proc/$daemon/task/$t/comm"; done | grep '^poll' | sort -u | tr '\n' ' ')" \
	"poll0 poll1 poll2 " "three threads poll"

# A rack to go, one to change its device, one to come.
set -- $(get '/devices?limit=1000&status=up' '" ".join(sorted({x["rack"] for x in d["items"]
	if x["rack"] and sum(y["rack"] == x["rack"] for y in d["items"]) == 2})[:2])')
changed=$1 removed=$2
address=$(get "/devices/$changed-pdu-b" 'd["address"]')
snapshot() { curl -s "$url/api/v1/devices?limit=1000" >"$dir/$1.json"; }
snapshot before
began=$(date +%s)
get /collector 'd["polls"]["started"]' >"$dir/started"

# Exceptions from their rows: one rack loses its devices, one changes one.
cat >"$dir/inventory/zz-more.yaml" <<END
racks:
  - {id: $removed, state: in_service, row: ${removed%-*}, devices: {pdu-a: ~, pdu-b: ~}}
  - {id: $changed, state: in_service, row: ${changed%-*}, devices: {pdu-b: {feed: B, plugin: snmp, address: "127.250.0.1:$agents", credential: demo-v2c}}}
  - {id: new-1, row: ${changed%-*}, devices: {pdu-a: {kind: pdu, plugin: snmp, address: "$address", credential: demo-v2c}}}
END
kill -HUP "$daemon"
wait_for 10 grep -q 'configuration reloaded\|not reloaded' "$daemon_log"
has "$daemon_log" 'configuration reloaded: .*devices \+1 -2 changed 1' \
	"the log says what came, went and changed"
is "$(get /collector 'd["config"]["error"]')" null "no error"
snapshot after
is "$(get /devices/new-1-pdu-a 'd["rack"]')" new-1 "the new device is there"
is "$(curl -s -o /dev/null -w '%{http_code}' "$url/api/v1/devices/$removed-pdu-a")" 404 \
	"the removed device is gone"
is "$(get "/devices/$changed-pdu-b" 'd["address"]')" "127.250.0.1:$agents" \
	"the changed device has its new address"
python3 - "$dir/before.json" "$dir/after.json" "$changed-pdu-b" >"$dir/phases" 2>&1 <<'END'
import datetime, json, sys
def read(name):
    return {d["id"]: d for d in json.load(open(name))["items"]}
def phase(d):
    return datetime.datetime.fromisoformat(
        d["next_poll"].replace("Z", "+00:00")).timestamp() % 10
before, after = read(sys.argv[1]), read(sys.argv[2])
kept = [k for k in before if k in after and k != sys.argv[3]]
# a device that does not answer is asked less often, at the same phase
moved = [(k, phase(before[k]), phase(after[k])) for k in kept
         if before[k]["next_poll"] and after[k]["next_poll"]
         and abs((phase(before[k]) - phase(after[k]) + 5) % 10 - 5) > 0.002]
forgot = [k for k in kept if before[k]["last_ok"] and not after[k]["last_ok"]
          or before[k]["profile"] and before[k]["profile"] != after[k]["profile"]]
print(len(kept), "kept; moved:", moved[:5], "forgot:", forgot[:5])
sys.exit(bool(moved or forgot or len(kept) < 100))
END
ok $? "untouched devices keep phase and what was learned" "$dir/phases"
comes 30 /devices/new-1-pdu-a 'd["status"]' up "the new device is polled"
comes 40 "/devices/$changed-pdu-b" 'd["status"]' down "the changed one is polled at its new place"
# both counts were asked for between the two times, however long that took
get /collector '"total=%d polls=%d" % (d["devices"]["total"], d["polls"]["started"] - '"$(cat "$dir/started")"')' \
	>"$dir/polled"
spent=$(($(date +%s) + 1 - began))
. "$dir/polled"
[ "$polls" -le $((total * (spent / 10 + 1))) ]
ok $? "no burst: at most one poll per device and interval" "$dir/polled"

# The same file again changes nothing.
kill -HUP "$daemon"
same() { grep -q 'devices +0 -0 changed 0' "$daemon_log"; }
wait_for 10 same
ok $? "a reload of the same files changes nothing" "$daemon_log"
stop "$daemon"
is $status 0 "collectord ends with 0" "$daemon_log"
finish
