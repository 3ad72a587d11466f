#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every recorded device, played by snmpsim: both engines read the same values
# as from the recording itself, each with its source.
. "$top_srcdir/tests/system/lib.sh"
need snmpsimd snmpget
find_captures
run=$top_builddir/tests/plugin/snmp_run
chmod 755 "$dir"
mkdir -p "$dir/sim/data" "$dir/sim/cache"
cp "$captures"/*.snmprec "$dir/sim/data/"
user=
if [ "$(id -u)" = 0 ]; then
	chown -R nobody:nogroup "$dir/sim"
	user="--process-user=nobody --process-group=nogroup"
fi
port=$(free_ports udp 1)
# shellcheck disable=SC2086
spawn snmpsimd snmpsimd --data-dir="$dir/sim/data" --cache-dir="$dir/sim/cache" \
    --agent-udpv4-endpoint="127.77.4.1:$port" $user --v2c-arch --logging-method=null
# the community is the recording's name
answers() {
	snmpget -v2c -c raritan-pdu_px3 -t 1 -r 0 "127.77.4.1:$port" .1.3.6.1.2.1.1.2.0
}
wait_for 60 answers || fatal "snmpsimd answers" "$dir/snmpsimd.log"

# values ENGINE|file CAPTURE: what is read, without what differs by nature
values() {
	printf 'sim: {version: 2c, community: {credential: %s}, timeout: 5s}\n' "$2" \
	    >"$dir/credentials.yaml"
	if [ "$1" = file ]; then
		"$run" -p "$top_srcdir/conf/profiles" "snmprec:$captures/$2.snmprec"
	else
		"$run" -p "$top_srcdir/conf/profiles" -c "$dir/credentials.yaml" -e "$1" \
		    "127.77.4.1:$port"
	fi 2>&1 | sed 's/"credential": "[a-z]*"/"credential": ""/'
}
for file in "$captures"/*.snmprec; do
	name=$(basename "$file" .snmprec)
	values file "$name" >"$dir/$name.file"
	for engine in native netsnmp; do
		values $engine "$name" >"$dir/$name.$engine"
		good=$(grep -c '"good"' "$dir/$name.$engine")
		[ "$good" -gt 0 ] && diff "$dir/$name.file" "$dir/$name.$engine" >"$dir/diff"
		ok $? "$name: $engine reads $good values as recorded" "$dir/diff"
	done
done
is "$n" $((2 * $(find "$captures" -name '*.snmprec' | wc -l))) "every recording was played"
finish
