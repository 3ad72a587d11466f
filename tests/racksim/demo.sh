#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# demo.sh INST BUILD [--racks N] [--port P] [--dir D] [--for SECONDS]
#
# Runs the installed binaries on an ordinary configuration written under D:
# racksim plays a province of racks on loopback addresses, collectord polls it
# over UDP and learns nothing any other way.
set -eu
inst=$1 build=$2
shift 2
racks=900 port="" dir=$build/demo limit=""
usage() {
	echo "usage: ./autogen.sh demo [--racks N] [--port P] [--dir D] [--for SECONDS]"
}
while [ $# -gt 0 ]; do
	case $1 in
	--racks | --port | --dir | --for)
		[ $# -ge 2 ] || { usage >&2; exit 2; }
		case $1 in
		--racks) racks=$2 ;;
		--port) port=$2 ;;
		--dir) dir=$2 ;;
		--for) limit=$2 ;;
		esac
		shift 2
		;;
	-h | --help) usage; exit 0 ;;
	*) echo "demo: what is '$1'?" >&2; usage >&2; exit 2 ;;
	esac
done
for number in "$racks" "${port:-1}" "${limit:-1}"; do
	case $number in
	*[!0-9]* | "") echo "demo: '$number' is no whole number" >&2; exit 2 ;;
	esac
done

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

# A second demo in the same folder would fight over its store.
if [ -e "$dir/racksim.pid" ] && kill -0 "$(cat "$dir/racksim.pid")" 2>/dev/null; then
	echo "demo: one is running in $dir (racksim has pid $(cat "$dir/racksim.pid")); stop it, or give another --dir and --port" >&2
	exit 1
fi

# free_port FIRST LAST PROTOCOL-FILE…: a port that nobody on this machine has
free_port() {
	first=$1 last=$2
	shift 2
	p=$first
	while [ "$p" -le "$last" ]; do
		hex=$(printf ':%04X ' "$p")
		if ! cat "$@" 2>/dev/null | awk '{ print $2 " " }' | grep -q "$hex"; then
			echo "$p"
			return 0
		fi
		p=$((p + 1))
	done
	echo "demo: no free port from $first to $last" >&2
	return 1
}
[ -n "$port" ] || port=$(free_port 8080 8999 /proc/net/tcp /proc/net/tcp6)

# A province of another size has other racks under the same names: start anew.
if [ "$(cat "$dir/racks" 2>/dev/null)" != "$racks" ]; then
	rm -rf "$dir/store" "$dir/inventory" "$dir/equipment"
	echo "$racks" >"$dir/racks"
fi
rm -rf "$dir/inventory" "$dir/equipment"
echo "# one fault a line, see racksim --help; SIGHUP to racksim reads it again" >"$dir/faults"

sim="" daemon="" timer=""
alive() { [ -n "$1" ] && kill -0 "$1" 2>/dev/null; }
stop() {
	trap '' INT TERM HUP
	for pid in "$timer" "$daemon" "$sim"; do
		! alive "$pid" || kill "$pid" 2>/dev/null || true
	done
	for pid in "$daemon" "$sim"; do
		n=0
		while alive "$pid" && [ $n -lt 300 ]; do
			sleep 0.1
			n=$((n + 1))
		done
		! alive "$pid" || kill -KILL "$pid" 2>/dev/null || true
		[ -z "$pid" ] || wait "$pid" 2>/dev/null || true
	done
	rm -f "$dir/racksim.pid"
}
# did_not WHAT: ends the demo with the end of its logs
did_not() {
	echo "demo: did not $1; the end of its logs ($dir/*.log):" >&2
	tail -n 15 "$dir"/racksim.log "$dir"/collectord.log >&2
	stop
	exit 1
}
trap 'stop; exit 0' INT TERM HUP

# racksim takes a free port of its own, which the inventory then names
: >"$dir/racksim.log" >"$dir/collectord.log"
"$inst/bin/racksim" serve --racks "$racks" --bmc some --port 0 --bmc-port 0 --pidfile "$dir/racksim.pid" \
    --faults "$dir/faults" >"$dir/racksim.log" 2>&1 &
sim=$!
udp="" n=0
while [ -z "$udp" ]; do
	alive "$sim" && [ $n -lt 1800 ] || did_not start
	sleep 0.1
	n=$((n + 1))
	udp=$(sed -n 's/.*:\([0-9]*\) ready$/\1/p' "$dir/racksim.log")
done
bmcs=$(sed -n 's/.* BMCs, on port \([0-9]*\)$/\1/p' "$dir/racksim.log")
"$inst/bin/racksim" inventory --racks "$racks" --bmc some --out "$dir" --port "$udp" --bmc-port "$bmcs" >/dev/null ||
    did_not "write its inventory"
(umask 077 && printf 'public\n' >"$dir/community")
by=$(date -u -d '+120 days' +%Y-%m-%d)
cat >"$dir/collectord.yaml" <<EOF
# Written by ./autogen.sh demo; everything in it is synthetic.
province: {id: henan, name: {en: Henan, zh: 河南省}, timezone: Asia/Shanghai}
demo: true
standard_rack_kw: 2.5
evidence: {window: 24h, min_power_w: 100, min_live: 20s}
targets:
  - {id: plan-2023, name: {en: "Work plan 2023", zh: "2023 年工作方案"}, racks: 90000, reach: above, basis: physical,
     by: 2023-12-31,
     source: {en: "Henan Digital Economy Development Work Plan 2023, as reported; the date is inferred",
       zh: "2023 年河南省数字经济发展工作方案，据报道；日期为推定"}}
  - {id: demo, name: {en: "Demo target", zh: "演示目标"}, racks: $((racks * 11 / 10)), reach: at_least, basis: physical,
     by: $by, source: {en: "invented for the demo", zh: "为演示虚构"}}
inventory: [inventory/*.yaml, equipment/*.csv]
history: [ledger.csv]
profile_dir: "$inst/share/collectord/profiles"
plugin_dir: "$inst/lib/collectord/plugins"
credentials:
  demo-v2c: {snmp: {version: 2c, community: {file: community}}}
  demo-bmc: {ipmi: {user: demo, password: {file: bmc.secret}}}
poll: {interval: 10s}
store: {dir: store, archives: lean, flush: 1m}
http: {listen: "127.0.0.1:$port", web_dir: "$inst/share/collectord/web"}
alerts: "$inst/share/collectord/alerts.yaml"
EOF

"$inst/sbin/collectord" --config "$dir/collectord.yaml" >"$dir/collectord.log" 2>&1 &
daemon=$!

# ready once the port listens: no tool of ours needed to ask
hex=$(printf ':%04X ' "$port")
n=0
until cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { print $2 " " }' | grep -q "$hex"; do
	alive "$daemon" && alive "$sim" && [ $n -lt 1800 ] || did_not start
	sleep 0.1
	n=$((n + 1))
done
cat <<EOF

  collectord demo: $racks racks, synthetic data (演示数据)
  open      http://127.0.0.1:$port/
  files     $dir (collectord.yaml, inventory/, store/, logs)
  faults    write lines such as 'silence site=zz1' to $dir/faults,
            then: kill -HUP $sim   (racksim --help has them all)
  stop      Ctrl-C${limit:+, or by itself in $limit s}

EOF
if [ -n "$limit" ]; then
	(trap 'exit 0' TERM; sleep "$limit" & wait $!; kill -TERM $$ 2>/dev/null) &
	timer=$!
fi
# racksim may be stopped to see what becomes of the pages: collectord stays
silent=""
while alive "$daemon"; do
	if [ -z "$silent" ] && ! alive "$sim"; then
		echo "demo: racksim has ended: from now on no device answers" >&2
		silent=yes
	fi
	sleep 1 &
	wait $! || true
done
echo "demo: collectord ended by itself; the end of its log:" >&2
tail -n 15 "$dir/collectord.log" >&2
stop
exit 1
