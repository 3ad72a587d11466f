#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole daemon under load, killed at random instants: it, its store process, or
# both.  Then every row is compared with what racksim says of its slot: within a life
# all are there, and no row of any time is wrong.  For `make check-long`.
. "${top_srcdir:?run by make check-long}/tests/system/lib.sh"
need rrdtool curl python3 pgrep
stage
kills=${DAEMON_KILLS:-12} step=4
world="--racks 200 --step $step"

# shellcheck disable=SC2086
province $world
cat >>"$dir/collectord.yaml" <<END
poll: {interval: ${step}s}
store: {dir: store, flush: 8s}
END
daemon "$dir/collectord.yaml" life-0
wait_for 60 up || fatal "the devices are up" "$daemon_log"
# Racks that are polled well within their slot.
steady 8 2.2 400
# a number below N
random() { echo $(($(od -An -N2 -tu2 /dev/urandom) % $1)); }

begin=$(($(slot) + step))
for life in $(seq 1 "$kills"); do
	first=$(($(slot) + 2 * step))
	wait_for 60 reached $((first + (2 + $(random 4)) * step))
	python3 -c "import time; time.sleep($(random 4000) / 1000)"
	# the slot before the one that has just ended was closed and accepted
	newest=$(($(slot) - 2 * step))
	child=$(pgrep -P "$daemon" | head -n 1)
	lateness
	case $(random 3) in
	0) what=daemon; kill -KILL "$daemon" ;;
	1) what=both; kill -KILL "$child" "$daemon" ;;
	2) what="store process, then daemon"; kill -KILL "$child"
		python3 -c "import time; time.sleep($(random 2500) / 1000)"
		kill -KILL "$daemon" ;;
	esac
	wait "$daemon" 2>/dev/null
	echo "$first $newest" >>"$dir/lives"
	daemon "$dir/collectord.yaml" "life-$life"
	wait_for 60 up
	ok $? "life $life: slots $first to $newest, then kill -9 of $what; it is back" "$daemon_log"
done
end=$(slot)
wait_for 60 flushed "$end"
ok $? "all files are written to" "$daemon_log"
while read -r first newest; do
	rows "$first" "$newest"
done <"$dir/lives"
rows "$begin" "$end" --gaps
is "$(get /collector 'd["store"]["late_dropped"]')" 0 "nothing came too late for its file"
stop "$daemon"
is $status 0 "it ends well" "$daemon_log"
finish
