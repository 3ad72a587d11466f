#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# OpenIPMI's ipmi_sim, a BMC that others wrote: sessions of the plugin with it,
# and its refusals named; what ipmitool reads is what is read, by single commands
# and by the daemon.
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
find_ipmi
need python3 curl
stage
ask=${top_builddir:?}/tests/plugin/ipmi_ask

secret() { # FILE TEXT
	(umask 077 && printf '%s\n' "$2" >"$dir/$1")
}
secret right mon-pass
secret wrong not-it
secret low low-pass
mkdir "$dir/state"
bmc=$(free_ports udp 1)
python3 "$here/ipmi_emu.py" "$dir" "$bmc" || fatal "the BMC is described" "$dir/sim.emu"
spawn sim "$ipmi_sim" -c "$dir/lan.conf" -f "$dir/sim.emu" -s "$dir/state" -n -p
sim_pid=$pid

# to [OPTION…] USER PASSWORD WORDS…: one command over our link
to() {
	options=
	while [ "${1#-}" != "$1" ]; do
		options="$options $1 $2"
		shift 2
	done
	# shellcheck disable=SC2086
	timeout 120 "$ask" $options 127.0.0.1 "$bmc" "$1" "$dir/$2" $3 ${4:-} ${5:-} \
	    >"$dir/answer" 2>&1
}
there() { to mon right ping; }
wait_for 20 there || fatal "ipmi_sim answers" "$dir/sim.log"
is "$(cat "$dir/answer")" 01 "a presence ping and capabilities find it"

# ---- sessions --------------------------------------------------------------------
raw() { # WORDS…: the same by ipmitool, with the completion code in front
	timeout 60 "$ipmitool" -I lanplus -C 3 -H 127.0.0.1 -p "$bmc" -U mon \
	    -f "$dir/right" raw "$@" 2>/dev/null | tr -s ' \n' ' ' | sed 's/^ *//; s/ *$//; s/^/00 /'
}
to mon right 0x06 0x01
ok $? "suite 17 is refused, 3 is taken, by itself" "$dir/answer"
is "$(cat "$dir/answer")" "$(raw 0x06 0x01)" "Get Device ID as ipmitool has it"
for number in 1 3 5 7; do
	to -s 3 mon right 0x04 0x2d $number
	is "$(cat "$dir/answer")" "$(raw 0x04 0x2d $number)" "sensor $number as ipmitool reads it"
done
to -n 50 mon right 0x04 0x2d 3
is "$(sort -u "$dir/answer" | wc -l) $(wc -l <"$dir/answer")" "1 50" "50 commands in one session"
to -p 4 mon right 0x06 0x01
ok $? "with administrator's privilege" "$dir/answer"

# ---- refusals --------------------------------------------------------------------
refused() { # WHAT PATTERN ARGUMENTS…
	what=$1 pattern=$2
	shift 2
	if to "$@"; then
		ok 1 "$what is refused" "$dir/answer"
	else
		has "$dir/answer" "$pattern" "$what: named"
	fi
}
refused "a wrong user" "wrong user: 'nobody'.*status 0Dh" nobody right 0x06 0x01
refused "a wrong password" "wrong password for 'mon'" mon wrong 0x06 0x01
refused "suite 17 alone" "cipher suite refused: the BMC takes no suite 17.*cipher_suite" \
    -s 17 mon right 0x06 0x01
to low low 0x06 0x01
ok $? "another user may read" "$dir/answer"

# ---- the daemon ------------------------------------------------------------------
dead=$(free_ports udp 1)
cat >"$dir/collectord.yaml" <<END
$(settings)
store: {dir: store, flush: 2s}
poll: {interval: 5s}
halls: [{id: h1}]
credentials:
  good: {ipmi: {user: mon, password: {file: right}}}
  bad-password: {ipmi: {user: mon, password: {file: wrong}}}
  bad-user: {ipmi: {user: nobody, password: {file: right}}}
devices:
$(for c in good bad-password bad-user; do
	echo "  - {id: $c, hall: h1, kind: bmc, plugin: ipmi, address: \"127.0.0.1:$bmc\", profile: auto, credential: [$c]}"
done)
  - {id: each, hall: h1, kind: bmc, plugin: ipmi, address: "127.0.0.1:$bmc", session: close, credential: [bad-password, good]}
  - {id: only-17, hall: h1, kind: bmc, plugin: ipmi, address: 127.0.0.1, port: $bmc, cipher_suite: 17, credential: [good]}
  - {id: dead, hall: h1, kind: bmc, plugin: ipmi, address: "127.0.0.1:$dead", credential: [good]}
END
daemon "$dir/collectord.yaml"
for device in good each; do
	comes 30 /devices/$device 'd["status"], d["error"]' '["up", null]' "$device is up"
done

# what ipmitool reads, as NAME<tab>VALUE, and what of it the daemon has
timeout 60 "$ipmitool" -I lanplus -C 3 -H 127.0.0.1 -p "$bmc" -U mon -f "$dir/right" \
    sdr elist full >"$dir/listing" 2>/dev/null
loaded() { [ "$(get /devices/good 'len([m for m in d["metrics"] if m["quality"] == "good"]) >= 8')" = true ]; }
wait_for 60 loaded
get /devices/good >"$dir/good.json"
python3 - "$dir/listing" "$dir/good.json" >"$dir/compared" 2>&1 <<'END'
import json, sys
metrics = json.load(open(sys.argv[2]))["metrics"]
n = 0
for line in open(sys.argv[1]):
    name, _, _, _, reading = [x.strip() for x in line.split("|")]
    value = float(reading.split()[0])
    mine = [m for m in metrics if m["source"].startswith(name + " ")]
    assert mine, f"{name} is not there: {metrics}"
    assert any(abs(m["value"] - value) < 0.0051 for m in mine), (name, value, mine)
    n += 1
assert n == 8, n
rack = [m for m in metrics if m["metric"] == "power_w" and not m["instance"]]
assert len(rack) == 1 and rack[0]["value"] == 296, rack
assert rack[0]["source"].startswith("Total_Power"), rack
END
ok $? "eight sensors with ipmitool's values; without DCMI the watts are Total_Power's" "$dir/compared"
named() { # DEVICE CODE WORDS WHAT
	comes 60 "/devices/$1" 'd["status"], (d["error"] or {}).get("code")' \
	    "[\"down\", \"$2\"]" "$4: down, and why"
	get "/devices/$1" 'd["error"]["text"]' >"$dir/error"
	has "$dir/error" "$3" "$4: the text names the remedy"
}
named bad-password auth "wrong password for 'mon' .credential bad-password" "a wrong password"
named bad-user auth "wrong user: 'nobody'" "a wrong user"
named only-17 auth "cipher suite refused.*'cipher_suite'" "suite 17 alone"
named dead timeout "no answer .Get Channel" "nobody there"
is "$(get /devices/good 'd["status"]')" up "and harm no neighbour"
"$collectorctl" --config "$dir/collectord.yaml" --plugin-dir "$plugins" poll good >"$dir/poll" 2>&1
has "$dir/poll" '^power_w +296 W +good +Total_Power' "collectorctl poll says the same"
"$collectorctl" --config "$dir/collectord.yaml" --plugin-dir "$plugins" --json discover \
    127.0.0.1:"$bmc" --plugin ipmi >"$dir/discover" 2>&1
has "$dir/discover" 'manufacturer 4753' "collectorctl discover finds it" # 1291h
is "$(cat "$dir"/*.log "$dir/poll" "$dir/discover" | grep -c -e mon-pass -e not-it)" 0 \
    "no secret in any log"
stop $daemon
is $status 0 "the daemon ends well"

# ---- a BMC that goes and comes ----------------------------------------------------
stop $sim_pid
to -d 3 mon right 0x06 0x01
has "$dir/answer" "^error -7: no answer \(Get Channel Authentication Capabilities\)" \
    "one that is gone: no answer, and to what"
rm -rf "$dir/state" && mkdir "$dir/state"
spawn sim2 "$ipmi_sim" -c "$dir/lan.conf" -f "$dir/sim.emu" -s "$dir/state" -n -p
sim_pid=$pid
wait_for 20 there
to mon right 0x06 0x01
ok $? "it is read again when it is back" "$dir/answer"
finish
