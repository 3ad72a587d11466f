#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The demo as a stranger sees it, with 90 racks: it counts, it verifies, it says
# what it does not know, and it ends when told, leaving nothing behind.
. "$top_srcdir/tests/system/lib.sh"
need rrdtool curl python3
stage
racks=90
demo=$dir/demo
set -- $(free_ports tcp 2)
url=http://127.0.0.1:$1

start() { # NAME OPTION…
	name=$1
	shift
	began=$(date +%s)
	spawn "$name" sh "$top_srcdir/tests/racksim/demo.sh" "$inst" "$dir" \
	    --racks $racks --dir "$demo" --port "${url##*:}" "$@"
	script=$pid
	demo_log=$dir/$name.log
	wait_for 60 grep -q 'open  *http' "$demo_log" || fatal "the demo starts" "$demo_log"
	took=$(($(date +%s) - began))
	sim=$(cat "$demo/racksim.pid")
	daemon=$(pgrep -P "$script" -x collectord)
	family="$sim $daemon $(pgrep -P "$daemon")"
}
none_left() {
	for p in $family; do
		if alive "$p"; then return 1; fi
	done
}
need pgrep

start demo
is "$(grep -c "http://127.0.0.1:${url##*:}/" "$demo_log")" 1 "it prints the URL"
is "$(curl -s -o "$dir/page" -w '%{http_code}' "$url/")" 200 "the page is there"
has "$dir/page" '<script' "with its program"

# ---- the first seconds -------------------------------------------------------------
polled() { python3 "$here/province.py" first "$url" >"$dir/polled" 2>&1; }
wait_for 15 polled
points cat "$dir/polled"
is "$(get /capacity '[d["racks"]["declared"], d["racks"]["planned"] > 0, d["demo"]]')" \
	"[$racks, true, true]" "exactly $racks racks are declared, planned ones come extra"
is "$(get /capacity '[(t["racks"], t["status"]) for t in d["targets"]]')" \
	"[[90000, \"overdue\"], [$((racks * 11 / 10)), \"behind\"]]" \
	"90,000 is the headline, a second target is alive"
wait_for 30 up
ok $? ">= 90 % of the devices answer"
served() { python3 "$here/province.py" devices "$url" >"$dir/served" 2>&1; }
wait_for 60 served
points cat "$dir/served"
# A rack of the seed could not do with one feed: the shipped rules say so.
at_risk() { [ "$(get '/alerts?rule=failover-risk' 'len(d["items"]) >= 1')" = true ]; }
wait_for 60 at_risk
ok $? "a shipped rule fires"
points echo "the rack at risk is told $(($(date +%s) - began)) s after the start"
is "$(get '/alerts?rule=failover-risk' 'd["items"][0]["entity"].split(":")[0]')" \
	rack "for a rack that one feed alone would not carry safely"
is "$(get '/capacity/history' 'len(d["t"]) >= 300 and d["declared"][-1]')" $racks \
	"a year of history leads to today's count"

# Who listens: of these processes only racksim, and it answers on 127/8 only.
listens() {
	for p in $family; do
		ls -l "/proc/$p/fd" 2>/dev/null | sed -n 's/.*socket:\[\([0-9]*\)\].*/\1/p'
	done >"$dir/inodes"
	awk 'NR == FNR { mine[$1] = 1; next } $4 == "0A" && $10 in mine { print $2 }' \
	    "$dir/inodes" /proc/net/tcp /proc/net/tcp6
}
is "$(listens)" "0100007F:$(printf %04X "${url##*:}")" "one TCP socket listens, on loopback"

verified() {
	[ "$(get /capacity 'd["racks"]["verified"] >= 0.8 * d["racks"]["declared"]')" = true ]
}
wait_for 60 verified
ok $? "after min_live racks are verified by their own telemetry"
points python3 "$here/province.py" counts "$url"
coverage() { python3 "$here/province.py" coverage "$url" >"$dir/coverage" 2>&1; }
wait_for 40 coverage
points cat "$dir/coverage"

# ---- one device is silent for some slots ---------------------------------------------
# Racks whose polls are not due at the very end of a slot, where an answer may
# come when the world has moved on.
step=10 store=$demo/store world="--racks $racks --bmc some --faults $demo/faults"
steady 5 8 500
silent=${some%% *}-pdu-b
from=$(($(slot) + 2 * step))
echo "silence device=$silent from=$from" >"$demo/faults"
kill -HUP "$sim"
down() { api_is "/devices/$silent" 'd["status"] in ("down", "degraded")' true; }
wait_for 60 down
ok $? "$silent is silent, and said to be"
partial() { api_is "/racks/${some%% *}" 'd["partial"] and d["power"]["known"] == 1' true; }
wait_for 20 partial
ok $? "its rack is partial meanwhile"
to=$(($(slot) + 2 * step))
echo "silence device=$silent from=$from to=$to" >"$demo/faults"
kill -HUP "$sim"
wait_for 60 reached $((to + 2 * step))

# ---- 30 % are silent ------------------------------------------------------------------
whole() { [ "$(get /capacity 'd["coverage"] > 0.85')" = true ]; }
wait_for 20 whole
covered=$(get /capacity 'd["coverage"]')
expected=$(get /capacity 'd["power"]["expected"]')
echo "silence percent=30 from=$(date +%s)" >>"$demo/faults"
kill -HUP "$sim"
fallen() {
	[ "$(get /capacity "0.55 < d['coverage'] < 0.85 < $covered")" = true ] && coverage
}
wait_for 60 fallen
ok $? "coverage falls from $covered to about 70 %" "$dir/coverage"
points cat "$dir/coverage"
is "$(get /capacity "[d['power']['partial'], d['power']['expected'], d['power']['known'] < $expected]")" \
	"[true, $expected, true]" "no total became a smaller complete one"
is "$(get /capacity 'd["racks"]["declared"]')" $racks "and no rack is lost"

# ---- rrdtool: exactly those rows are unknown -------------------------------------------
wait_for 90 flushed $((to + step))
ok $? "the files are flushed"
rows "$from" $((to + step)) --silent "$silent"

# ---- racksim is stopped -----------------------------------------------------------------
kill "$sim"
dead() { python3 "$here/province.py" dead "$url" $step >>"$dir/dead" 2>&1; }
wait_for 40 dead
points tail -n 2 "$dir/dead"
is "$(grep -c '^not ok - .* after' "$dir/dead")" 0 \
	"and none was called so for longer than three intervals"
is "$(get /capacity '[d["racks"]["declared"], d["racks"]["verified"] > 0]')" \
	"[$racks, true]" "they stay declared, and what was proven in the window stays proven"

# ---- the end, and a second start -----------------------------------------------------------
began=$(date +%s)
stop "$script" INT
is $status 0 "SIGINT: exit 0"
echo "# after $(($(date +%s) - began)) s, 5 are its aim"
wait_for 5 none_left
ok $? "no process is left"

start again --for 10
echo "# the second demo answers after $took s"
is "$(get /capacity '[d["racks"]["declared"], d["racks"]["verified"] > 0]')" \
	"[$racks, true]" "and knows what was proven"
began=$(date +%s)
status=0
wait "$script" || status=$?
is $status 0 "--for ends it with 0"
echo "# 10 s were asked for, it ended $(($(date +%s) - began)) s later"
wait_for 5 none_left
ok $? "and leaves no process"
finish
