#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 of the daemon and of the store process: what was accepted is in the
# RRD files, once and right, by racksim's own word.
. "$top_srcdir/tests/system/lib.sh"
need rrdtool curl python3 pgrep
stage
step=4
world="--racks 60 --step $step"

# shellcheck disable=SC2086
province $world
cat >>"$dir/collectord.yaml" <<END
poll: {interval: ${step}s}
store: {dir: store, flush: 8s}
END
daemon "$dir/collectord.yaml"
wait_for 20 up || fatal "the devices are up" "$daemon_log"
# Racks that are polled well within their slot.
steady 5 2.2 400
store_process() { pgrep -P "$daemon" | head -n 1; }

# ---- kill -9 of the daemon --------------------------------------------------------
first=$(($(slot) + step))
wait_for 60 reached $((first + 5 * step))
accepted=$(get /collector 'd["store"]["accepted"] > 0 and d["store"]["unflushed"] > 0')
is "$accepted" true "samples are accepted and not yet flushed"
child=$(store_process)
newest=$(($(slot) - step))
lateness
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
gone() { ! alive "$child"; }
wait_for 10 gone
ok $? "the store process ends with the daemon"
ok $(($(last) >= newest)) "some of it is in the journal only"
began=$(date +%s)
daemon "$dir/collectord.yaml" second
echo "# the daemon is ready again after $(($(date +%s) - began)) s"
wait_for 40 flushed "$newest"
ok $? "the daemon is back and writes what the journal holds"
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
lateness
stop "$daemon"
is $status 0 "SIGTERM: exit 0" "$daemon_log"
daemon "$dir/collectord.yaml" third
wait_for 40 flushed "$fourth"
rows "$third" "$fourth" --open
stop "$daemon"
finish
