#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 of the daemon and its store process in the middle of their work: how
# soon it polls again, and how soon every page has its history.
#
# Use: restart.sh [--racks N] [--interval S] [--minutes M]
. "${top_srcdir:?run by make check-long}/tests/system/lib.sh"
racks=${RESTART_RACKS:-2000} interval=10 minutes=1
while [ $# -gt 0 ]; do
	case $1 in
	--racks) racks=$2; shift 2 ;;
	--interval) interval=$2; shift 2 ;;
	--minutes) minutes=$2; shift 2 ;;
	*) fatal "restart.sh: what is '$1'?" ;;
	esac
done
need curl python3 pgrep
stage
world="--racks $racks --seed 7 --step $interval"
# shellcheck disable=SC2086
spawn racksim "$racksim" serve $world --port 0
wait_for 60 grep -q ready "$log" || fatal "racksim starts" "$log"
udp=$(sed -n 's/.*:\([0-9]*\) ready$/\1/p' "$log")
# shellcheck disable=SC2086
"$racksim" inventory $world --port "$udp" --out "$dir" >/dev/null
printf 'public\n' >"$dir/community"
chmod 600 "$dir/community"
cat >"$dir/collectord.yaml" <<END
$(settings)
inventory: [inventory/*.yaml]
credentials: {demo-v2c: {snmp: {version: 2c, community: {file: community}}}}
poll: {interval: ${interval}s}
store: {dir: store, archives: lean, flush: 15m}
evidence: {min_live: 20s}
END
daemon "$dir/collectord.yaml" first
up() { [ "$(get /collector 'd["devices"]["up"] >= 0.95 * d["devices"]["total"]')" = true ]; }
wait_for $((60 + racks / 50)) up || fatal "the devices are up" "$daemon_log"
files() { [ "$(get /collector 'd["store"]["files"]')" -ge "$racks" ]; }
wait_for $((60 + racks / 50)) files || fatal "there are files" "$daemon_log"
# Minutes of rows that only the journal has.
enough() { [ "$(get /collector 'd["store"]["unflushed"]')" -ge $((minutes * 60 / interval * racks)) ]; }
wait_for $((minutes * 60 + 120)) enough || fatal "rows wait" "$daemon_log"
get /collector '{k: d["store"][k] for k in ("files", "unflushed", "journal_bytes")}' | sed 's/^/# /'
python3 "$here/restart.py" --before "$url" "$dir/pages" || fatal "pages are noted"

child=$(pgrep -P "$daemon" | head -n 1)
kill -KILL "$daemon" "$child"
wait "$daemon" 2>/dev/null
now_ms() { echo $(($(date +%s%N) / 1000000)); }
began=$(now_ms)
since() { echo $(($(now_ms) - began)); }
tell() { printf 'bench\trestart_%s\t%s\t%s\n' "$1" "$2" "$3"; }
daemon "$dir/collectord.yaml" again
tell racks "$racks" racks
tell ready "$(since)" ms
python3 "$here/restart.py" "$url" "$dir/pages" "$began" >"$dir/restart.points" 2>&1
points cat "$dir/restart.points"
tell memory "$(awk '/VmRSS/ { printf "%.1f", $2 / '"$racks"' }' /proc/"$daemon"/status)" "kB a rack"
stop "$daemon"
is $status 0 "it ends well" "$daemon_log"
finish
