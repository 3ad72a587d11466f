#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Many PDUs, or BMCs, for a while: every sample is where it belongs, and stays there when
# a fifth of the devices is dead, 5 % are slow and 1 % answer garbage.
#
# Use: load.sh [--devices N] [--minutes M | --slots N] [--interval S]
#              [--snmp v2c|v3] [--bmc] [--line "OPTIONS"] [--apart] [--kill]
# --bmc: BMCs and nothing else; --line: of racksim serve, such as "--delay 20".
# Without --apart the sound and the sick province run side by side.  --kill ends
# the sound one by kill -9 and tells how soon it is back.
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
devices=500 interval=5 slots=6 snmp=v2c bmc=off line= apart= kill=
while [ $# -gt 0 ]; do
	case $1 in
	--devices) devices=$2; shift 2 ;;
	--minutes) minutes=$2; shift 2 ;;
	--slots) slots=$2; shift 2 ;;
	--interval) interval=$2; shift 2 ;;
	--snmp) snmp=$2; shift 2 ;;
	--bmc) bmc=only; shift ;;
	--line) line=$2; shift 2 ;;
	--apart) apart=yes; shift ;;
	--kill) kill=yes; shift ;;
	*) fatal "load.sh: what is '$1'?" ;;
	esac
done
[ -z "${minutes:-}" ] || slots=$((minutes * 60 / interval))
need rrdtool python3
stage
racks=$((devices * 102 / 200))

# begin NAME FAULTS…: a province with its daemon; sets NAME_pid, NAME_url, …
begin() {
	run=$1
	shift
	at=$dir/$run
	mkdir "$at"
	printf '%s\n' "$@" >"$at/faults"
	world="--racks $racks --seed 7 --bmc $bmc --step $interval --faults $at/faults"
	# shellcheck disable=SC2086
	spawn "racksim-$run" "$racksim" serve $world --port 0 --bmc-port 0 $line
	sim_ready
	# shellcheck disable=SC2086
	"$racksim" inventory $world --port "$agents" --bmc-port "${bmcs:-0}" --out "$at" \
	    --snmp "$snmp" >/dev/null
	printf 'public\n' >"$at/community"
	chmod 600 "$at/community"
	{
		settings
		cat <<-END
		province: {id: henan, timezone: Asia/Shanghai}
		inventory: [inventory/*.yaml]
		poll: {interval: ${interval}s}
		store: {dir: store, archives: lean, flush: $((interval < 60 ? interval : 60))s}
		END
		if [ "$bmc" = only ]; then
			echo 'credentials: {demo-bmc: {ipmi: {user: demo, password: {file: bmc.secret}}}}'
		elif [ "$snmp" = v3 ]; then
			cat "$at/credentials.yaml"
		else
			echo 'credentials: {demo-v2c: {snmp: {version: 2c, community: {file: community}}}}'
		fi
	} >"$at/collectord.yaml"
	daemon "$at/collectord.yaml" "$run"
	eval "${run}_daemon=$daemon ${run}_sim=$sim ${run}_url=$url"
}
# watch NAME: runs the checker
watch() {
	eval "daemon=\$${1}_daemon url=\$${1}_url"
	# shellcheck disable=SC2086
	LINE=$line python3 "$here/load.py" "$1" "$dir/$1/store" "$url" "$daemon" "$interval" "$slots" \
	    "$racksim" --racks $racks --seed 7 --bmc $bmc --step "$interval" --faults "$dir/$1/faults" \
	    >"$dir/$1.points" 2>&1
}
now_ms() {
	echo $(($(date +%s%N) / 1000000))
}
polls() {
	[ "$(get /collector 'd["polls"]["ok"] > 0')" = true ]
}
# restart NAME: kills the daemon and takes the time until it polls again
restart() {
	kill -KILL "$daemon"
	wait "$daemon" 2>/dev/null
	began=$(now_ms)
	daemon "$dir/$1/collectord.yaml" "$1-again"
	ready=$(now_ms)
	wait_for 60 polls
	ok $? "$1: after kill -9 it is back and polls"
	printf '# bench\tdaemon_%s_ready\t%d\tms\n# bench\tdaemon_%s_polling\t%d\tms\n' \
	    "$1" $((ready - began)) "$1" $(($(now_ms) - began))
}
end() {
	points cat "$dir/$1.points"
	eval "daemon=\$${1}_daemon sim=\$${1}_sim"
	ok "$(alive "$daemon"; echo $?)" "$1: the daemon runs" "$dir/$1.log"
	[ -z "$kill" ] || [ "$1" != sound ] || restart "$1"
	stop "$daemon"
	is "$status" 0 "$1: and ends well" "$dir/$1.log"
	stop "$sim"
	rm -rf "${dir:?}/$1"
}
# Slow, yet fast enough to be learnt within a poll.
sick="silence devices=20
delay ms=$((interval * 5)) devices=5
garbage devices=1"
begin sound ""
if [ -n "$apart" ]; then
	watch sound
	end sound
	begin sick "$sick"
	watch sick
	end sick
else
	begin sick "$sick"
	watch sound &
	first=$!
	watch sick
	wait $first
	end sound
	end sick
fi
finish
