#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hall loses feed A, over the wire: its PDUs fall silent, those with redundant
# modules say 0 V.  By the shipped rules that is one alert, with the others in it;
# it is over with the power.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
world="--racks 90 --seed 4"
: >"$dir/faults"
# shellcheck disable=SC2086
province $world --faults "$dir/faults"
cat >>"$dir/collectord.yaml" <<END
poll: {interval: 2s}
store: {dir: store, flush: 60s}
END
daemon "$dir/collectord.yaml"
wait_for 30 up || fatal "the devices are up" "$daemon_log"

# the hall with the most racks, and how many PDUs of feed A answer in it
hall=$(get /halls 'max(d["items"], key=lambda h: h["racks"]["declared"])["id"]')
answering() {
	get "/devices?limit=1000&status=up" \
	    'sum(x["id"].startswith("'"$hall"'-") and x["id"].endswith("-pdu-a") for x in d["items"])'
}
pdus=$(answering)
[ "${pdus:-0}" -ge 10 ] || fatal "a hall of at least ten racks: $pdus in $hall" "$daemon_log"
get '/alerts?rule=supply-lost' 'len(d["items"])' >"$dir/before"
is "$(cat "$dir/before")" 0 "nothing is lost before"

order() {
	echo "$1" >"$dir/faults"
	kill -HUP "$sim"
}
order "feed_loss hall=$hall feed=A redundant=30"
comes 30 '/alerts?rule=supply-lost&state=firing' 'len(d["items"])' 1 "one alert of supply fires"
comes 30 '/alerts?rule=supply-lost&state=firing' \
	'max([x["count"] for x in d["items"]] + [0]) >= 0.9 * '"$pdus" true "it counts the racks of $hall"
comes 60 '/alerts?rule=feed-lost&state=folded&limit=1000' \
	'len(d["items"]) >= 0.9 * '"$pdus" true "theirs are folded into it"
is "$(get '/alerts?rule=feed-lost&state=firing&limit=1000' \
	'[x["entity"] for x in d["items"] if not x["folded"]]')" "[]" "and none of them speaks"
order ""
comes 120 '/alerts?rule=supply-lost&state=firing' 'len(d["items"])' 0 "it is over with the power"
comes 60 '/alerts?rule=supply-lost&state=resolved' 'len(d["items"])' 1 "once"
stop "$daemon"
is "$status" 0 "collectord stops"
finish
