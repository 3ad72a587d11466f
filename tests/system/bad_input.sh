#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input: one clear message that names the place and the remedy, an exit
# status, and what runs keeps running.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
printf 'public\n' >"$dir/community"
chmod 600 "$dir/community"

# ---- a world that works: racksim and one rack ---------------------------------------
world="--racks 90"
"$racksim" inventory $world --out "$dir/sim" --port 1 >/dev/null
sed -n 's/.*pdu-a: {feed: A, .*address: "\([0-9.]*\)\.{n}:.*/\1/p' "$dir"/sim/inventory/*.yaml |
	head -n 1 >"$dir/net"
spawn racksim "$racksim" serve $world --port 0
sim_ready
agent=$(cat "$dir/net").1:$agents

# base: a good configuration on standard output, without racks
base() {
	settings
	cat <<-END
	credentials: {lab: {snmp: {version: 2c, community: {file: community}}}}
	store: {dir: store, flush: 2s}
	poll: {interval: 2s}
	END
}
rack() { # ID [ADDRESS]
	echo "  - {id: $1, devices: {pdu-a: {plugin: snmp, address: \"${2:-$agent}\", credential: lab}}}"
}

# refused NAME PATTERN WHAT: collectord --check and a start of it both end with
# status 1 and one error, which is at a place and says the words
refused() {
	status=0
	"$collectord" --config "$dir/$1.yaml" --check >"$dir/$1.out" 2>&1 || status=$?
	is $status 1 "$3: --check ends with 1"
	has "$dir/$1.out" "$2" "$3: names the place and the remedy"
	is "$(grep -cE '^/.*:[0-9]+:[0-9]+: ' "$dir/$1.out")" 1 "$3: one message"
	status=0
	"$collectord" --config "$dir/$1.yaml" >"$dir/$1.start" 2>&1 </dev/null || status=$?
	is $status 1 "$3: the daemon does not start"
	has "$dir/$1.start" "$2" "$3: for the same reason"
}

{ base; echo racks:; rack r1; rack r2; rack r1; } >"$dir/twice.yaml"
refused twice "^$dir/twice.yaml:[0-9]+:[0-9]+: .*r1.*(twice|already|again|first)" \
	"a rack named twice"

{ base; echo "racks:"; rack r1; echo "devices:"
	echo "  - {id: lost, kind: pdu, plugin: snmp, address: \"$agent\", credential: lab}"
} >"$dir/lost.yaml"
refused lost "^$dir/lost.yaml:[0-9]+:[0-9]+: .*lost.*no rack.*add" "a device in no rack"

{ base; echo "racks:"; rack r1; echo "devices:"
	echo "  - {rack: r9, role: pdu-b, plugin: snmp, address: \"$agent\", credential: lab}"
} >"$dir/unknown.yaml"
refused unknown "^$dir/unknown.yaml:[0-9]+:[0-9]+: .*r9" "a device in a rack that is not there"

profile() { # NAME OID UNIT
	mkdir -p "$dir/p-$1"
	cat >"$dir/p-$1/odd.yaml" <<-END
	plugin: snmp
	kind: pdu
	summary: {en: odd, zh: 奇怪}
	match: [{sysobjectid: 1.3.6.1.4.1.99999}]
	scalars:
	  - {metric: power_w, oid: $2, unit: $3}
	END
	{ base; echo "profiles: [p-$1/*.yaml]"; echo racks:; rack r1; } >"$dir/$1.yaml"
}
profile oid 1.3.6.1.4.x.1.0 W
refused oid "^$dir/p-oid/odd.yaml:6:[0-9]+: .*1\.3\.6\.1\.4\.x" "a profile with a wrong OID"
profile unit 1.3.6.1.4.1.99999.1.0 kw
refused unit "^$dir/p-unit/odd.yaml:6:[0-9]+: .*kw.*W, kW, MW, mW" "a profile with a wrong unit"

# A unit of another quantity is as wrong as none.
profile quantity 1.3.6.1.4.1.99999.1.0 V
refused quantity "^$dir/p-quantity/odd.yaml:6:[0-9]+: .*V" "a profile with volts for power"

# ---- what only shows at the start ------------------------------------------------------
begins() { # NAME: its exit status in $status, or killed after two minutes
	status=0
	timeout 120 "$collectord" --config "$dir/$1.yaml" >"$dir/$1.start" 2>&1 </dev/null ||
	    status=$?
}
spawn holder python3 -u -c '
import signal, socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print(s.getsockname()[1])
signal.pause()'
pid_holder=$pid
wait_for 10 test -s "$dir/holder.log"
taken=$(cat "$dir/holder.log")
{ base | sed "s/127.0.0.1:0/127.0.0.1:$taken/"; echo racks:; rack r1; } >"$dir/port.yaml"
begins port
is $status 1 "a port in use: exit status 1"
has "$dir/port.start" "127.0.0.1 port $taken is in use.*free port" "a port in use: names it, and what is wrong"
stop "$pid_holder"

{ base | sed 's/^http:.*/http: {listen: "0.0.0.0:8080"}/'; echo racks:; rack r1; } >"$dir/open.yaml"
begins open
is $status 1 "listening off loopback: exit status 1"
has "$dir/open.start" 'open.yaml:[0-9]+:[0-9]+: .*open to other machines.*127\.0\.0\.1' "listening off loopback: says why not"

# A folder that even root cannot write: below a file.
: >"$dir/file"
{ base | sed "s|dir: store|dir: file/store|"; echo racks:; rack r1; } >"$dir/unwritable.yaml"
begins unwritable
is $status 1 "an unwritable store: exit status 1"
has "$dir/unwritable.start" "$dir/file/store" "an unwritable store: names the folder"
is "$(grep -c . "$dir/unwritable.start")" 1 "an unwritable store: one message"

# ---- a plugin of another ABI: its neighbours work ------------------------------------------
mkdir "$dir/plugins"
cp "$plugins"/*.so "$dir/plugins"
${CC:-cc} -std=gnu11 -fPIC -shared -fvisibility=hidden -DMAJOR=COL_ABI_MAJOR+1 \
	-I"$inst/include" "$top_srcdir/tests/plugin/bad.c" -o "$dir/plugins/alien.so" \
	>"$dir/cc.log" 2>&1
ok $? "a plugin of another ABI is built from the installed headers" "$dir/cc.log"
{ base | sed "s|^plugin_dir: .*|plugin_dir: plugins|"; echo racks:; rack r1
	rack r2 127.250.0.1:$agents
} >"$dir/live.yaml"
printf 'wrong\n' >"$dir/wrong"
chmod 600 "$dir/wrong"
sed -i 's/^credentials: {/&other: {snmp: {version: 2c, timeout: 300ms, community: {file: wrong}}}, /' \
	"$dir/live.yaml"
echo "  - {id: r3, devices: {pdu-a: {plugin: snmp, address: \"$agent\", credential: other}}}" \
	>>"$dir/live.yaml"
cp "$dir/live.yaml" "$dir/good.yaml"
daemon "$dir/live.yaml"
has "$dir/collectord.log" 'alien\.so.*ABI' "a plugin of another ABI: the file is named"
is "$(get /plugins '[p["state"] for p in d["items"] if "alien" in p["file"]]')" \
	'["refused"]' "and the API says refused"
get /plugins '[p["reason"] for p in d["items"] if "alien" in p["file"]][0]' >"$dir/reason"
has "$dir/reason" '[0-9].*[0-9]' "with found and wanted versions"
comes 20 /devices/r1-pdu-a 'd["status"]' up "other plugins work"

# ---- a wrong community, an address where nobody is: neighbours untouched -------------------
for device in r2-pdu-a r3-pdu-a; do
	comes 30 /devices/$device 'd["status"], d["error"]["code"]' '["down", "timeout"]' \
		"$device is down"
	get /devices/$device 'd["error"]["text"]' >"$dir/error"
	has "$dir/error" 'community' "$device: the error says what to look at"
done
is "$(get /devices/r1-pdu-a 'd["polls"]["failed"] + d["polls"]["timeouts"]')" 0 \
	"their neighbour has missed no poll"
is "$(get /racks/r2 'd["power_w"], d["power"]["known"], d["live"]')" '[null, 0, false]' \
	"unknown power is null, not 0"

# ---- a reload that is broken ------------------------------------------------------------------
count() { get /devices/r1-pdu-a 'd["polls"]["ok"]'; }
broken() { # PATTERN WHAT
	: >"$dir/seen"
	lines=$(grep -c . "$dir/collectord.log")
	before=$(count)
	kill -HUP "$daemon"
	said() { tail -n "+$((lines + 1))" "$dir/collectord.log" | grep -q 'not reloaded'; }
	wait_for 10 said
	tail -n "+$((lines + 1))" "$dir/collectord.log" >"$dir/seen"
	has "$dir/seen" "$1" "$2: the log names the place"
	get /collector 'str(d["config"]["error"])' >"$dir/error"
	has "$dir/error" "$1" "$2: the API says config.error"
	grown() { [ "$(count)" -gt $((before + 1)) ]; }
	wait_for 10 grown
	ok $? "$2: polls go on"
	is "$(get '/racks' '[r["id"] for r in d["items"]]')" '["r1", "r2", "r3"]' \
		"$2: the racks are what they were"
}
echo '  - {id: r1}' >>"$dir/live.yaml"
broken 'live\.yaml:[0-9]+:[0-9]+: .*r1' "a rack twice on reload"
printf 'racks: [{id: r1\n' >"$dir/live.yaml"
broken 'live\.yaml:[0-9]+:[0-9]+: ' "a file cut in the middle"
rm "$dir/live.yaml"
broken 'live\.yaml' "a file that is gone"
cp "$dir/good.yaml" "$dir/live.yaml"
rack r4 >>"$dir/live.yaml"
kill -HUP "$daemon"
comes 10 /collector 'd["config"]["error"]' null "mended: the error is gone"
is "$(get /racks 'len(d["items"])')" 4 "and the new rack is there"
stop "$daemon"
is $status 0 "collectord ends with 0" "$daemon_log"
finish
