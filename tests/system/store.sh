#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 of the daemon and of the store process: what was accepted is in the
# RRD files, once and right, by racksim's own word.
. "$top_srcdir/tests/system/lib.sh"
need rrdtool curl python3 pgrep
stage
step=4
world="--racks 60 --step $step"

spawn racksim "$racksim" serve $world --port 0
wait_for 20 grep -q ready "$dir/racksim.log" || fatal "racksim starts" "$dir/racksim.log"
agents=$(sed -n 's/.*:\([0-9]*\) ready$/\1/p' "$dir/racksim.log")
"$racksim" inventory $world --port "$agents" --out "$dir" >/dev/null
printf 'public\n' >"$dir/community"
chmod 600 "$dir/community"
cat >"$dir/collectord.yaml" <<END
$(settings)
inventory: [inventory/*.yaml]
credentials: {demo-v2c: {snmp: {version: 2c, community: {file: community}}}}
poll: {interval: ${step}s}
store: {dir: store, flush: 8s}
END
daemon "$dir/collectord.yaml"
up() { [ "$(get /collector 'd["devices"]["up"] >= 0.9 * d["devices"]["total"]')" = true ]; }
wait_for 20 up || fatal "the devices are up" "$daemon_log"

# Racks that are polled well within their slot: five of them.
some=$(get '/devices?limit=1000&status=up' '" ".join(sorted({x["rack"] for x in d["items"]
	if x["rack"] and 0.2 < float(x["next_poll"][17:-1]) % '$step' < 2.2 and x["rtt_ms"] < 400
	and sum(y["rack"] == x["rack"] for y in d["items"]) == 2})[:5])')
is "$(echo "$some" | wc -w)" 5 "five racks are looked at: $some"
slot() { echo $(($(date +%s) / step * step)); }
reached() { [ "$(date +%s)" -ge "$1" ]; }
last() { # the earliest of the last rows of those racks' files
	for r in $some; do
		rrdtool last "$(find "$dir/store/rrd/rack" -name "$r.rrd")" || echo 0
	done | sort -n | head -n 1
}
flushed() { [ "$(last)" -ge "$1" ]; }
rows() { # FROM TO [--open]
	# shellcheck disable=SC2086
	points python3 "$here/rows.py" ${3:-} "$dir/store" "$racksim" "$world" $step "$1" "$2" $some
}
store_process() { pgrep -P "$daemon" | head -n 1; }

# ---- kill -9 of the daemon --------------------------------------------------------
first=$(($(slot) + step))
wait_for 60 reached $((first + 5 * step))
accepted=$(get /collector 'd["store"]["accepted"] > 0 and d["store"]["unflushed"] > 0')
is "$accepted" true "samples are accepted and not yet flushed"
child=$(store_process)
newest=$(($(slot) - step))
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
gone() { ! alive "$child"; }
wait_for 10 gone
ok $? "the store process ends with the daemon"
ok $(($(last) >= newest)) "some of it is in the journal only"
began=$(date +%s)
daemon "$dir/collectord.yaml" second
ok $(($(date +%s) - began > 5)) "the daemon is back within 5 s"
wait_for 40 flushed "$newest"
rows "$first" "$newest" --open

# ---- kill -9 of the store process ---------------------------------------------------
wait_for 20 up
second=$(($(slot) + 2 * step))
wait_for 60 reached $((second + 2 * step))
child=$(store_process)
ok "$([ -n "$child" ]; echo $?)" "there is a store process"
kill -KILL "$child"
back() { now=$(store_process); [ -n "$now" ] && [ "$now" != "$child" ]; }
wait_for 20 back
ok $? "it is started again"
ok "$(alive "$daemon"; echo $?)" "the daemon goes on"
third=$(($(slot) + 2 * step))
wait_for 60 reached $((third + step))
wait_for 60 flushed "$third"
rows "$second" "$third"
is "$(get /collector 'd["store"]["late_dropped"]')" 0 "nothing came too late for its file"

# ---- SIGTERM loses nothing either -----------------------------------------------------
wait_for 20 reached $((third + 3 * step))
fourth=$(($(slot) - step))
stop "$daemon"
is $status 0 "SIGTERM: exit 0"
daemon "$dir/collectord.yaml" third
wait_for 40 flushed "$fourth"
rows "$third" "$fourth" --open
stop "$daemon"
finish
