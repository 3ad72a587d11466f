#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# racksim against net-snmp's tools: what the wire says is what `racksim value`
# says, walks are in order and complete, faults come and go.
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
need snmpget snmpbulkwalk snmpwalk snmpset
stage
racks=300
# A step of a day: nothing moves between two questions.
world="--racks $racks --seed 5 --step 86400"
opts="-v2c -c public -t 2 -r 5 -On -Oq -Ot -Oe"

ask_agent() { # address oid
	snmpget $opts "$1:$agents" "$2" 2>&1 | sed 's/^[^ ]* //; s/"//g'
}
now=$(date +%s)
value() { # device metric instance
	"$racksim" value "$1" "$2" "$3" "$now" $world 2>&1
}

: >"$dir/faults"
spawn racksim "$racksim" serve $world --port 0 --faults "$dir/faults" --pidfile "$dir/pid"
sim_ready
is "$(sed -n 's/:[0-9]* ready/:PORT ready/; s/^racksim: [0-9]* dev/racksim: N dev/p' \
	"$sim_log")" "racksim: N devices on 127.16.0.0:PORT ready" "says it is ready"
is "$(cat "$dir/pid")" "$sim" "writes its pid"

"$racksim" inventory $world --port "$agents" --out "$dir/conf" >/dev/null
cat "$dir"/conf/inventory/*.yaml >"$dir/all.yaml"
is "$(ls "$dir/conf/inventory" | wc -l | tr -d ' ')" \
	"$(($(grep -c 'area: "' "$dir/all.yaml") + 1))" "one file per site"
# Row ranges and single racks of rows without the planned ones.
is "$(awk '
	/hall: .*template:/ { planned = /state: planned/ }
	/racks: \[/ && !planned {
		match($0, /\.\.[A-Z][0-9]+/)
		sum += substr($0, RSTART + 3, RLENGTH - 3)
	}
	/, row: / { sum++ }
	END { print sum }' "$dir/all.yaml")" $racks "declares exactly $racks racks"

# Devices that answer, one of each vendor, as ADDRESS/ID.
"$racksim" devices $world | awk -F'\t' '$5 == "-"' >"$dir/sound"
sound() { # KIND
	awk -F'\t' -v kind="$1" '$3 == kind { print $2 "/" $1; exit }' "$dir/sound"
}
apc=$(sound apc-1ph) raritan=$(sound raritan-1ph) ups=$(sound ups)
is "$(ask_agent "${apc%/*}" .1.3.6.1.2.1.1.2.0)" .1.3.6.1.4.1.318.1.3.4.6 "sysObjectID (APC)"
is "$(ask_agent "${raritan%/*}" .1.3.6.1.2.1.1.2.0)" .1.3.6.1.4.1.13742.6 "sysObjectID (Raritan)"
is "$(ask_agent "${apc%/*}" .1.3.6.1.2.1.1.5.0)" "${apc#*/}" "sysName is the id (APC)"
is "$(ask_agent "${raritan%/*}" .1.3.6.1.2.1.1.5.0)" "${raritan#*/}" \
	"sysName is the id (Raritan)"

# device/address, oid, metric, instance, scale
compare() {
	is "$(ask_agent "${1%/*}" "$2" | awk -v s="$5" '{ printf "%.6g\n", $1 * s }')" \
		"$(value "${1#*/}" "$3" "$4" | awk '{ printf "%.6g\n", $1 }')" \
		"${1#*/} $3 $4"
}
R=.1.3.6.1.4.1.318.1.1.26
compare "$apc" $R.4.3.1.5.1 power_w - 10
compare "$apc" $R.4.3.1.9.1 energy_wh - 100
compare "$apc" $R.4.3.1.16.1 apparent_va - 10
compare "$apc" $R.4.3.1.17.1 power_factor - 0.01
compare "$apc" $R.6.3.1.5.1 current_a L1 0.1
compare "$apc" $R.6.3.1.6.1 voltage_v L1 1
compare "$apc" $R.8.3.1.5.2 current_a bank2 0.1
compare "$apc" $R.9.4.3.1.7.1 power_w outlet1 1
R=.1.3.6.1.4.1.13742.6.5
compare "$raritan" $R.2.3.1.4.1.1.5 power_w - 1
compare "$raritan" $R.2.3.1.4.1.1.8 energy_wh - 1
compare "$raritan" $R.4.3.1.4.1.13.1 current_a 13 0.001
compare "$ups" .1.3.6.1.2.1.33.1.4.4.1.4.2 power_w L2 1
compare "$ups" .1.3.6.1.2.1.33.1.3.3.1.4.3 current_a in-L3 0.1
compare "$ups" .1.3.6.1.2.1.33.1.2.3.0 runtime_s - 60

# Walks: strictly increasing, and the same whichever way they are made.
ordered() {
	awk '{
		k = split(substr($1, 2), now, ".")
		for (i = 1; i <= k || i <= last_k; i++) {
			if (i > last_k) break
			if (i > k || now[i] + 0 < last[i] + 0) { bad++; break }
			if (now[i] + 0 > last[i] + 0) break
		}
		if (i > k && k == last_k) bad++
		last_k = k
		for (i = 1; i <= k; i++) last[i] = now[i]
	} END { print NR < 20 ? "only " NR " rows" : bad + 0 }'
}
for d in "$apc" "$raritan" "$ups"; do
	snmpbulkwalk $opts -Cc "${d%/*}:$agents" .1 >"$dir/bulk" 2>&1
	snmpwalk -v1 -c public -t 2 -r 5 -On -Oq -Ot -Oe "${d%/*}:$agents" .1 2>/dev/null |
		grep '^\.1' >"$dir/next"
	grep -v 'No more variables' "$dir/bulk" >"$dir/bulk1"
	is "$(ordered <"$dir/next")" 0 "${d#*/} walks in order"
	is "$(cmp "$dir/next" "$dir/bulk1" 2>&1)" "" \
		"${d#*/} walks alike by GETNEXT and GETBULK"
done

is "$(snmpget -v2c -c wrong -t 0.3 -r 0 -On "${apc%/*}:$agents" \
	.1.3.6.1.2.1.1.5.0 2>&1 | grep -c Timeout)" 1 "a wrong community gets nothing"
is "$(snmpset $opts "${apc%/*}:$agents" .1.3.6.1.2.1.1.5.0 s x 2>&1 |
	grep -c noAccess)" 1 "nothing can be set"
silent() { # address
	snmpget -v2c -c public -t 0.3 -r 0 -On "$1:$agents" .1.3.6.1.2.1.1.5.0 2>&1 |
		grep -c Timeout
}
is "$(silent 127.200.0.1)" 1 "an address without a device is silent"

# Faults, by the control command and by SIGHUP.
"$racksim" fault $world --faults "$dir/faults" --pidfile "$dir/pid" \
	silence "device=${apc#*/}"
wait_for 10 grep -q "1 faults in force" "$sim_log"
is "$(silent "${apc%/*}")" 1 "a device is silenced on order"
now=$(date +%s)
is "$("$racksim" value "${apc#*/}" power_w - "$now" $world \
	--faults "$dir/faults")" none "and its truth is none"
echo "explode everything" >>"$dir/faults"
kill -HUP "$sim"
wait_for 10 grep -q "the old faults stay" "$sim_log"
is "$(grep -c "faults:2: unknown fault 'explode'" "$sim_log")" 1 \
	"a bad fault file is named by line"
is "$(silent "${apc%/*}")" 1 "and the old faults stay"
cleared() { tail -n 1 "$sim_log" | grep -q "0 faults in force"; }
"$racksim" fault $world --faults "$dir/faults" --pidfile "$dir/pid" clear
wait_for 10 cleared
is "$(ask_agent "${apc%/*}" .1.3.6.1.2.1.1.5.0)" "${apc#*/}" "faults can be cleared"

# Hostile datagrams, then an ordinary question.
if command -v bash >/dev/null 2>&1; then
	bash -c 'for i in {1..300}; do
		head -c $((RANDOM % 200 + 1)) /dev/urandom >/dev/udp/'"${apc%/*}/$agents"'
	done' 2>/dev/null
fi
is "$(ask_agent "${apc%/*}" .1.3.6.1.2.1.1.5.0)" "${apc#*/}" "garbage does no harm"

stop "$sim"
is $status 0 "exits 0 on SIGTERM" "$sim_log"
is "$([ -e "$dir/pid" ] && echo there)" "" "and takes its pid file along"

# Replay: a capture made by our own walk comes back row for row.
awk 'BEGIN {
	print "1.3.6.1.2.1.1.1.0|4|a capture"
	print "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.9999.1"
	print "1.3.6.1.2.1.1.3.0|67|123456"
	for (i = 1; i <= 500; i++) print "1.3.6.1.4.1.9999.2." i "|66|" i * 7
	print "1.3.6.1.4.1.9999.3.0|4x|00FF10"
	print "1.3.6.1.4.1.9999.4.0|64|127.0.0.1"
	print "1.3.6.1.4.1.9999.5.0|70|18446744073709551615"
}' >"$dir/own.snmprec"
# More captures can be given, they are not part of the sources.
for capture in "$dir/own.snmprec" ${RACKSIM_CAPTURES:-}; do
	spawn replay "$racksim" replay --snmprec "$capture" --listen 127.0.0.1:0
	sim_ready
	snmpbulkwalk $opts -Cc "127.0.0.1:$agents" .1 \
		2>&1 | grep '^\.[0-9]' | grep -vc 'No more variables' >"$dir/count"
	is "$(cat "$dir/count")" "$(grep -c '|' "$capture")" \
		"replays all rows of ${capture##*/}"
	stop "$sim"
done
finish
