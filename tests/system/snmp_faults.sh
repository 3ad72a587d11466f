#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fault of racksim against the running daemon, one device each, by every
# SNMP engine there is: whoever is sound stays untouched, whoever is not says
# what is wrong, and all recover when the faults are over.
#
# Use: snmp_faults.sh [ENGINE…]   (default: all)
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
need curl python3
stage
world="--racks 100 --seed 5"
engines=${*:-netsnmp native}

: >"$dir/faults"
spawn racksim "$racksim" serve $world --port 0 --faults "$dir/faults" \
    --pidfile "$dir/pid"
sim_ready
"$racksim" devices $world | awk -F'\t' '$5 == "-"' >"$dir/sound"

mkdir "$dir/conf"
printf 'public\n' >"$dir/conf/community"
printf 'demo-auth-pass\n' >"$dir/conf/auth"
printf 'demo-priv-pass\n' >"$dir/conf/priv"
(cd "$dir/conf" && chmod 600 community auth priv)

python3 "$here/faults.py" inventory "$here/faults.tsv" "$dir" "$agents" $engines
{
	settings
	cat <<-END
	province: {id: henan, timezone: Asia/Shanghai}
	inventory: [inventory.yaml]
	poll: {interval: 4s}
	store: {dir: store, archives: lean, flush: 1m}
	credentials:
	  v2c: {snmp: {version: 2c, community: {file: community}, timeout: 300ms, retries: 1}}
	  v3: {snmp: {version: 3, user: demo, auth: {sha256: {file: auth}}, priv: {aes128: {file: priv}}, timeout: 300ms, retries: 1}}
	END
} >"$dir/conf/collectord.yaml"

# order FILE: puts the lines of FILE in force
order() {
	before=$(grep -c 'in force' "$sim_log")
	cp "$1" "$dir/faults.new"
	mv "$dir/faults.new" "$dir/faults"
	kill -HUP "$sim"
	wait_for 10 ordered || fatal "racksim takes $1" "$sim_log"
}
ordered() {
	[ "$(grep -c 'in force' "$sim_log")" -gt "$before" ]
}
# settled PHASE: a condition for wait_for
settled() {
	# shellcheck disable=SC2086
	python3 "$here/faults.py" check "$here/faults.tsv" "$dir" "$url" "$1" $engines \
	    >"$dir/settled" 2>&1
}
phase() { # PHASE SECONDS
	wait_for "$2" settled "$1"
	points cat "$dir/settled"
}

# First the faults that only show while a device is learnt.
order "$dir/learn.faults"
daemon "$dir/conf/collectord.yaml"
phase learn 40
: >"$dir/none"
order "$dir/none"
phase sound 120
order "$dir/poll.faults"
phase poll 60
order "$dir/none"
phase sound 120
ok "$(alive "$daemon"; echo $?)" "the daemon runs" "$daemon_log"
stop "$daemon"
is "$status" 0 "and ends well" "$daemon_log"
is "$(grep -ciE 'sanitizer|assert|segmentation' "$daemon_log")" 0 "nothing bad in its log"
stop "$sim"
is "$status" 0 "racksim ends well" "$sim_log"
finish
