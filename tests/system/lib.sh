# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the system tests: TAP, a staged installation, peers on loopback.
#
# A test works in $dir, which is removed at the end with every process that it
# started by spawn.  Nothing sleeps for its own sake: wait_for tries a condition
# until it holds or its seconds are over.
: "${top_srcdir:?run by make check}" "${top_builddir:?run by make check}"
. "$top_srcdir/tests/upward.sh"
here=$top_srcdir/tests/system
LC_ALL=C.UTF-8 TZ=UTC0 SNMPCONFPATH=/nonexistent MIBS=
export LC_ALL TZ SNMPCONFPATH MIBS
n=0 failed=0 pids=
dir=$(mktemp -d "${TMPDIR:-/tmp}/collectord-test.XXXXXX") || exit 99
dir=$(cd "$dir" && pwd -P)
# Where net-snmp's tools keep theirs; they would say so when they make it.
SNMP_PERSISTENT_DIR=$dir/snmp
export SNMP_PERSISTENT_DIR
mkdir -p "$SNMP_PERSISTENT_DIR/cert_indexes"

# ---- processes -------------------------------------------------------------

# spawn NAME COMMAND…: in the background, output in $dir/NAME.log, pid in $pid;
# SIGINT works there, which the shell would otherwise have it ignore
spawn() {
	log=$dir/$1.log
	shift
	env --default-signal=INT "$@" >"$log" 2>&1 </dev/null &
	pid=$!
	pids="$pids $pid"
}

alive() {
	kill -0 "$1" 2>/dev/null
}

# stop PID [SIGNAL]: ends it, waits for it however long that takes, gives its
# exit status in $status: 134 is an abort, 139 a bad address
stop() {
	kill "-${2:-TERM}" "$1" 2>/dev/null
	status=0
	wait "$1" 2>/dev/null || status=$?
}

cleanup() {
	trap '' INT TERM HUP
	for p in $pids; do
		kill "$p" 2>/dev/null
	done
	for p in $pids; do
		tries=0
		while alive "$p" && [ $tries -lt 50 ]; do
			tries=$((tries + 1))
			sleep 0.1
		done
		kill -KILL "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	[ -n "${KEEP:-}" ] || rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 99' INT TERM HUP

# wait_for SECONDS COMMAND…: until the command succeeds.  SECONDS are what an
# idle machine may need; a busy one gets six times that and a minute at least,
# for what comes late has come: how long it took is a note, never a verdict.
wait_for() {
	wait_due=$1
	wait_began=$(date +%s)
	shift
	until "$@" >/dev/null 2>&1; do
		wait_took=$(($(date +%s) - wait_began))
		[ $wait_took -lt 60 ] || [ $wait_took -lt $((wait_due * 6)) ] || return 1
		sleep 0.2
	done
	wait_took=$(($(date +%s) - wait_began))
	[ $wait_took -le "$wait_due" ] || echo "# $1 took $wait_took s, not $wait_due"
}

# ---- TAP -------------------------------------------------------------------

# ok STATUS WHAT [FILE]: FILE is shown when it fails
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
		[ -z "${3:-}" ] || tail -n 25 "$3" | sed 's/^/# /'
	fi
}

is() { # GOT WANTED WHAT [FILE]: FILE is shown when it fails
	n=$((n + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $n - $3"
	else
		failed=$((failed + 1))
		echo "not ok $n - $3"
		printf 'got:    %s\nwanted: %s\n' "$1" "$2" | sed 's/^/# /'
		[ -z "${4:-}" ] || tail -n 40 "$4" | sed 's/^/# /'
	fi
}

# has FILE PATTERN WHAT: a line of FILE matches (extended) PATTERN
has() {
	n=$((n + 1))
	if grep -Eq -e "$2" "$1"; then
		echo "ok $n - $3"
	else
		failed=$((failed + 1))
		echo "not ok $n - $3"
		echo "# no line like '$2' in:"
		tail -n 25 "$1" | sed 's/^/# /'
	fi
}

# points COMMAND…: a checker that prints lines "ok - WHAT" and "not ok - WHAT"
points() {
	"$@" >"$dir/points" 2>&1
	points_status=$?
	while IFS= read -r line; do
		case $line in
		"ok - "*) n=$((n + 1)); echo "ok $n - ${line#ok - }" ;;
		"not ok - "*)
			n=$((n + 1)) failed=$((failed + 1))
			echo "not ok $n - ${line#not ok - }"
			;;
		*) echo "# $line" ;;
		esac
	done <"$dir/points"
	[ $points_status -eq 0 ] || ok $points_status "${2##*/} ended well"
}

finish() {
	echo "1..$n"
	[ "$failed" -eq 0 ]
	exit $?
}

# lacking WHAT: a peer or data set is not here: a skip, in CI a failure
lacking() {
	if [ "${CI:-}" = true ]; then
		echo "1..1"
		echo "not ok 1 - $1"
		exit 1
	fi
	echo "1..0 # SKIP $1"
	exit 0
}

need() { # PROGRAM…
	for program in "$@"; do
		command -v "$program" >/dev/null 2>&1 || lacking "no $program here"
	done
}

# fatal WHAT [FILE]: nothing after it would make sense
fatal() {
	ok 1 "$@"
	finish
}

# ---- the installed programs --------------------------------------------------

# stage: installs this build below its own folder, once for all tests, and
# names what is there: $inst, $collectord, $collectorctl, $racksim, $plugins
stage() {
	to=$top_builddir/tests/system/stage
	mkdir -p "$to"
	exec 9>"$to.lock"
	flock 9
	if [ ! -e "$to/done" ] || [ -n "$(find "$top_builddir/collectord" \
	    "$top_builddir/plugins" "$top_builddir/racksim" "$top_srcdir/conf" \
	    "$top_srcdir/web" "$top_builddir/Makefile" -type f -newer "$to/done" \
	    -not -path '*/node_modules/*' -not -name '*.log' -print -quit 2>/dev/null)" ]; then
		rm -rf "${to:?}"/*
		(unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
			exec ${MAKE:-make} -s -C "$top_builddir" install DESTDIR="$to") \
		    >"$to.log" 2>&1 9>&- || fatal "make install DESTDIR=…" "$to.log"
		touch "$to/done"
	fi
	exec 9>&-
	collectord=$(find "$to" -path '*/sbin/collectord' -type f)
	inst=${collectord%/sbin/collectord}
	collectorctl=$inst/bin/collectorctl
	racksim=$inst/bin/racksim
	plugins=$(find "$to" -path '*/collectord/plugins' -type d)
	share=$(find "$to" -path '*/collectord/profiles' -type d)
	share=${share%/profiles}
}

# settings: what a configuration must say to use the staged files; port 0
settings() {
	cat <<-END
	plugin_dir: "$plugins"
	profile_dir: "$share/profiles"
	http: {listen: "127.0.0.1:0", web_dir: "$share/web"}
	END
}

# daemon CONFIG [NAME]: starts collectord and waits until it is ready;
# its pid in $daemon, its log in $dir/NAME.log, its address in $url
daemon() {
	daemon_log=$dir/${2:-collectord}.log
	spawn "${2:-collectord}" "$collectord" --config "$1"
	daemon=$pid
	wait_for 30 daemon_said || fatal "collectord starts" "$daemon_log"
	port=$(sed -n 's/.*ready: .*http port \([0-9]*\)$/\1/p' "$daemon_log" | tail -n 1)
	[ -n "$port" ] || fatal "collectord starts" "$daemon_log"
	url=http://127.0.0.1:$port
}

daemon_said() {
	grep -q 'ready: ' "$daemon_log" || ! alive "$daemon"
}

# get PATH [EXPRESSION]: of the API's JSON, in python; d is the body
get() {
	curl -s -m 30 "$url/api/v1$1" | python3 -c '
import json, sys
d = json.load(sys.stdin)
if len(sys.argv) < 2:
    json.dump(d, sys.stdout)
else:
    v = eval(sys.argv[1])
    print(v if isinstance(v, str) else json.dumps(v, sort_keys=True))
' ${2:+"$2"} 2>/dev/null
}

# api_is PATH EXPRESSION WANTED: a condition for wait_for; what it was in $api_said
api_is() {
	api_said=$(get "$1" "$2")
	[ "$api_said" = "$3" ]
}

# comes SECONDS PATH EXPRESSION WANTED WHAT: the API says so in the end
comes() {
	wait_for "$1" api_is "$2" "$3" "$4"
	is "$api_said" "$4" "$5"
}

# sim_ready: waits for the racksim just spawned; its pid in $sim, its log in
# $sim_log, its port in $agents, that of its BMCs in $bmcs
sim_ready() {
	sim=$pid sim_log=$log
	wait_for 20 sim_said || fatal "racksim starts" "$sim_log"
	agents=$(sed -n 's/.*:\([0-9]*\) ready$/\1/p' "$sim_log")
	[ -n "$agents" ] || fatal "racksim starts" "$sim_log"
	bmcs=$(sed -n 's/.* BMCs, on port \([0-9]*\)$/\1/p' "$sim_log")
}

sim_said() {
	grep -q ' ready$' "$sim_log" || ! alive "$sim"
}

# province OPTIONS…: racksim plays one; the configuration that polls it in
# $dir/collectord.yaml, but for what the test adds
province() {
	spawn racksim "$racksim" serve "$@" --port 0 --bmc-port 0
	sim_ready
	"$racksim" inventory "$@" --port "$agents" --bmc-port "${bmcs:-0}" --out "$dir" >/dev/null
	printf 'public\n' >"$dir/community"
	chmod 600 "$dir/community"
	{
		settings
		cat <<-END
		inventory: [inventory/*.yaml]
		credentials: {demo-v2c: {snmp: {version: 2c, community: {file: community}}}}
		END
	} >"$dir/collectord.yaml"
}

# up: most devices of the province answer, a condition for wait_for
up() {
	[ "$(get /collector 'd["devices"]["up"] >= 0.9 * d["devices"]["total"]')" = true ]
}

# steady N LATEST RTT: N racks of two PDUs in $some, polled so early in the slot
# of $step seconds that their samples are surely of it
steady() {
	latest=$2
	wait_for 20 chosen "$@"
	is "$(echo "$some" | wc -w)" "$1" "$1 racks are looked at: $some"
}

chosen() {
	some=$(get '/devices?limit=1000&status=up' '" ".join(sorted({x["rack"] for x in d["items"]
		if x["rack"] and 0.2 <= float(x["next_poll"][17:-1]) % '"$step"' < '"$2"' and x["rtt_ms"] < '"$3"'
		and sum(y["rack"] == x["rack"] for y in d["items"]) == 2})[:'"$1"'])')
	[ "$(echo "$some" | wc -w)" = "$1" ]
}

slot() {
	echo $(($(date +%s) / step * step))
}

reached() {
	[ "$(date +%s)" -ge "$1" ]
}

# last: the earliest of the last rows of the files of $some; $store is the
# daemon's folder, if not $dir/store
last() {
	for r in $some; do
		rrdtool last "$(find "${store:-$dir/store}/rrd/rack" -name "$r.rrd")" || echo 0
	done | sort -n | head -n 1
}

flushed() {
	[ "$(last)" -ge "$1" ]
}

# lateness: how late a daemon of this test was at most, in ms, in $late; to be
# called before one is killed
late=0
lateness() {
	late_now=$(get /collector 'round(d["lateness_ms"]["max"] or 0)')
	[ "${late_now:-0}" -le "$late" ] || late=$late_now
}

# rows FROM TO [--open | --silent DEVICE]: what rrdtool fetch says of $some is
# what racksim says
rows() {
	from=$1 to=$2
	shift 2
	lateness
	# shellcheck disable=SC2086
	points python3 "$here/rows.py" "${store:-$dir/store}" "$racksim" "$world" $step "$from" "$to" $some \
	    --late "$late" --latest "$latest" "$@"
}

# ask NAME ARGUMENTS…: collectorctl with the daemon's URL; output in $dir/NAME.out
# and .err, its exit status in $status
ask() {
	ask_name=$1
	shift
	status=0
	"$collectorctl" --url "${url:-http://127.0.0.1:1}" --plugin-dir "$plugins" \
	    --profiles "$share/profiles" "$@" \
	    >"$dir/$ask_name.out" 2>"$dir/$ask_name.err" </dev/null || status=$?
}

# free_ports udp|tcp N: so many port numbers that nobody holds now
free_ports() {
	python3 - "$1" "$2" <<-'END'
	import socket, sys
	kind = socket.SOCK_DGRAM if sys.argv[1] == "udp" else socket.SOCK_STREAM
	held = []
	for _ in range(int(sys.argv[2])):
	    s = socket.socket(socket.AF_INET, kind)
	    s.bind(("127.0.0.1", 0))
	    held.append(s)
	print(*[s.getsockname()[1] for s in held])
	END
}

# find_peer PATH: where Debian's package unpacked by autogen.sh, or this machine,
# has the program; PATH as in the package: usr/sbin/ipmi-sensors
find_peer() {
	upward "$top_srcdir" "build/peers/$1" || upward "$top_builddir" "peers/$1" ||
	    PATH=$PATH:/usr/sbin command -v "${1##*/}"
}

find_snmpd() {
	snmpd=$(find_peer usr/sbin/snmpd) ||
	    lacking "no snmpd here (./autogen.sh check unpacks one)"
}

# find_ipmi: the IPMI peers: $ipmi_sim, $ipmitool and the folder of FreeIPMI's
# tools, $freeipmi
find_ipmi() {
	ipmi_sim=$(find_peer usr/bin/ipmi_sim) && ipmitool=$(find_peer usr/bin/ipmitool) &&
	    freeipmi=$(find_peer usr/sbin/ipmi-sensors) ||
	    lacking "no ipmi_sim, ipmitool or FreeIPMI here (./autogen.sh check unpacks them)"
	freeipmi=${freeipmi%/*}
}

# find_captures: recorded walks, beside the checkout
find_captures() {
	captures=$(upward "$top_srcdir" shared/snmprec) ||
	    lacking "no captures in ../shared/snmprec"
}
