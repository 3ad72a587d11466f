#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# racksim's BMCs against ipmitool and FreeIPMI: two other readings of the same
# specification find what `racksim value` says, in all models and both suites.
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
stage
find_ipmi
racks=300
# A step of a day: nothing moves between two questions.
world="--racks $racks --seed 1 --step 86400 --bmc only"

: >"$dir/faults"
spawn racksim "$racksim" serve $world --port 0 --bmc-port 0 --faults "$dir/faults" \
    --pidfile "$dir/pid"
sim_ready
now=$(date +%s)
"$racksim" devices $world >"$dir/devices"
(umask 077 && echo demo-bmc-pass >"$dir/password" && echo wrong >"$dir/wrong")

# a host that runs, of a model, as ADDRESS/ID
sound() {
	awk -F'\t' -v kind="bmc-$1" '$3 == kind && $4 == "in_service" && $5 == "-" {
		print $2 "/" $1; exit }' "$dir/devices"
}
# tool DEVICE SUITE WORDS…: ipmitool; FILE may name another password
tool() {
	at=${1%/*} suite=$2
	shift 2
	timeout 60 "$ipmitool" -I lanplus -C "$suite" -H "$at" -p "$bmcs" -U demo \
	    -f "${file:-$dir/password}" -L USER -N 1 -R "${tries:-8}" "$@" 2>"$dir/tool.err"
}
# free DEVICE SUITE PROGRAM WORDS…: one of FreeIPMI's tools
free() {
	at=${1%/*} program=$3
	(umask 077 && printf '%s\n' 'username demo' 'password demo-bmc-pass' \
	    'privilege-level USER' 'driver-type LAN_2_0' "cipher-suite-id $2" >"$dir/free.conf")
	shift 3
	timeout 60 "$freeipmi/$program" --config-file="$dir/free.conf" -h "$at:$bmcs" \
	    "$@" 2>"$dir/tool.err"
}

# Readings of all sensors: lines "NAME VALUE UNIT", names with dashes, twins
# with their entity behind.
readings() { # DEVICE SUITE
	tool "$1" "$2" sdr elist full | awk -F' *[|] *' '
		$5 ~ /^-?[0-9.]+ / {
			name = $1
			sub(/ +$/, "", name)
			gsub(/[^A-Za-z0-9]/, "-", name)
			split($5, part, " ")
			rest = substr($5, length(part[1]) + 2)
			sub(/,.*/, "", rest)
			entity = $4
			sub(/\./, "-", entity)
			print name "-" entity, part[1], rest
		}'
}
metric() { # UNIT NAME
	case $1 in
	"degrees C") echo temperature_c ;;
	Volts) echo voltage_v ;;
	Amps) echo current_a ;;
	*Watts*) echo power_w ;;
	RPM) echo fan_rpm ;;
	*) case $2 in Fan* | FAN*) echo fan_pct ;; *) echo load_pct ;; esac ;;
	esac
}
# compare DEVICE FILE: how many of FILE's readings are not the truth; why is on
# stderr; two decimals are what the tools print
compare() {
	while read -r name value unit; do
		echo "${1#*/} $(metric "$unit" "$name") $name $now" >>"$dir/ask"
		echo "$name $value" >>"$dir/got"
	done <"$2"
	"$racksim" values $world <"$dir/ask" >"$dir/truth"
	paste -d' ' "$dir/got" "$dir/truth" | awk '
		{ n++; d = $2 - $3 }
		$3 !~ /^-?[0-9.]+$/ || d > 0.0051 || d < -0.0051 { bad++; print > "/dev/stderr" }
		END { print (n > 8 ? bad + 0 : "only " n " readings") }'
	rm -f "$dir/ask" "$dir/got"
}

for pair in dell/3 dell/17 inspur/17 hpe/3 plain/3 supermicro/17 intel/17; do
	model=${pair%/*} suite=${pair#*/}
	bmc=$(sound "$model")
	readings "$bmc" "$suite" >"$dir/readings"
	is "$(compare "$bmc" "$dir/readings" 2>"$dir/wrong.log")" 0 \
	    "$model by suite $suite: $(wc -l <"$dir/readings") readings of ipmitool are the truth"
	[ ! -s "$dir/wrong.log" ] || sed 's/^/# /' "$dir/wrong.log"
	[ "$model" = plain ] || is \
	    "$(tool "$bmc" "$suite" dcmi power reading | awk '/Instantaneous/ { print $4 }')" \
	    "$("$racksim" value "${bmc#*/}" power_w dcmi "$now" $world)" "$model: watts by DCMI"
done
bmc=$(sound plain)
is "$("$racksim" value "${bmc#*/}" power_w - "$now" $world)" \
    "$(readings "$bmc" 3 | awk '/PSU. *-Input/ { sum += $2 } END { print sum }')" \
    "a host without DCMI draws what its supplies' inputs say"
tool "$bmc" 3 dcmi power reading >/dev/null
has "$dir/tool.err" "Invalid command" "and says so when asked"

# The other tools, on two models with habits.
for pair in hpe/17 intel/17; do
	model=${pair%/*}
	bmc=$(sound "$model")
	free "$bmc" 17 ipmi-sensors --sdr-cache-directory="$dir" --quiet-cache \
	    --comma-separated-output --no-header-output --ignore-not-available-sensors \
	    --entity-sensor-names >"$dir/free.out"
	has "$dir/free.out" "OK" "$model: ipmi-sensors lists them"
	free "$bmc" 17 ipmi-sensors --sdr-cache-directory="$dir" --quiet-cache \
	    --comma-separated-output --no-header-output | awk -F, '
		BEGIN {
			unit["C"] = "degrees C"; unit["V"] = "Volts"; unit["A"] = "Amps"
			unit["W"] = unit["W per hour"] = "Watts"
		}
		$4 ~ /^-?[0-9.]+$/ {
			gsub(/[^A-Za-z0-9]/, "-", $2)
			print $2, $4, ($5 in unit ? unit[$5] : $5)
		}' >"$dir/readings"
	is "$(compare "$bmc" "$dir/readings" 2>"$dir/wrong.log")" 0 \
	    "$model: $(wc -l <"$dir/readings") readings of ipmi-sensors are the truth"
	[ ! -s "$dir/wrong.log" ] || sed 's/^/# /' "$dir/wrong.log"
	is "$(free "$bmc" 17 ipmi-dcmi --get-system-power-statistics |
	    awk '/^Current Power/ { print $4 }')" \
	    "$("$racksim" value "${bmc#*/}" power_w - "$now" $world)" "$model: ipmi-dcmi's watts"
	free "$bmc" 17 ipmi-fru --sdr-cache-directory="$dir" --quiet-cache >"$dir/fru.out"
	has "$dir/fru.out" "FRU Product Serial Number: DEMO" "$model: ipmi-fru finds a serial number"
done

# Identity, log, chassis, sessions: one model is enough.
bmc=$(sound dell)
tool "$bmc" 17 mc info >"$dir/out"
has "$dir/out" "Manufacturer ID +: 674" "mc info"
tool "$bmc" 3 fru print >"$dir/out"
has "$dir/out" "Product Serial +: DEMO[0-9A-F]{8}" "fru print: serial number"
has "$dir/out" "Product Asset Tag +: RS-" "fru print: asset tag"
tool "$bmc" 17 chassis status >"$dir/out"
has "$dir/out" "System Power +: on" "chassis status"
tool "$bmc" 17 session info active >"$dir/out"
has "$dir/out" "privilege level +: USER" "session info"
tool "$bmc" 17 sel elist >"$dir/out"
is "$(wc -l <"$dir/out" | tr -d ' ')" 40 "sel elist: forty entries"
free "$bmc" 17 ipmi-sel --sdr-cache-directory="$dir" --quiet-cache --no-header-output \
    >"$dir/sel.out"
is "$(wc -l <"$dir/sel.out" | tr -d ' ')" 40 "ipmi-sel finds as many"
off=$(awk -F'\t' '$4 == "energized" && $5 == "-" { print $2 "/" $1; exit }' "$dir/devices")
tool "$off" 3 chassis status >"$dir/out"
has "$dir/out" "System Power +: off" "a host without load is off"

# Who is let in.
tries=1 file=$dir/wrong tool "$bmc" 17 mc info >/dev/null
is $? 1 "a wrong password is refused"
tries=1 tool "$bmc" 0 mc info >/dev/null
is $? 1 "suite 0 is refused"
tries=1 tool "$(sound plain)" 17 mc info >/dev/null
is $? 1 "a model without suite 17 refuses it"
tries=1 tool "$bmc" 17 -L ADMINISTRATOR mc info >/dev/null
is $? 1 "more privilege than the user has is refused"

# Faults on order.
order() { # WORDS…
	"$racksim" fault $world --faults "$dir/faults" --pidfile "$dir/pid" clear
	"$racksim" fault $world --faults "$dir/faults" --pidfile "$dir/pid" "$@"
	wait_for 10 ordered "$1"
}
ordered() { tail -n 1 "$sim_log" | grep -q "1 faults in force"; }
order bad_rakp2 "device=${bmc#*/}"
tries=1 tool "$bmc" 17 mc info >/dev/null
is $? 1 "a wrong code in RAKP 2 is noticed"
order bad_rakp4 "device=${bmc#*/}"
tries=1 tool "$bmc" 17 mc info >/dev/null
is $? 1 "a wrong code in RAKP 4 is noticed"
order no_slots "device=${bmc#*/}"
tool "$bmc" 17 mc info >/dev/null
has "$dir/tool.err" "nsufficient resources" "no slot is left"
order busy "device=${bmc#*/}"
tool "$bmc" 17 dcmi power reading >/dev/null
has "$dir/tool.err" "usy" "it is busy"
order sensors_gone sensors=100 "device=${bmc#*/}"
is "$(readings "$bmc" 17 | wc -l | tr -d ' ')" 0 "sensors can vanish"
order sel_event "at=$now" "device=${bmc#*/}"
tool "$bmc" 17 sel elist last 1 >"$dir/out"
has "$dir/out" "Failure detected" "an event comes into the log on order"

# Deviations, to which FreeIPMI's workarounds are the key: each on a host of its own,
# as refusals leave slots taken.
i=1
for pair in padded_user/intel20 long_rakp/supermicro20 long_rakp/sun20 bad_sum/nochecksumcheck; do
	i=$((i + 1))
	odd=$(awk -F'\t' -v i=$i '$3 == "bmc-dell" && $4 == "in_service" && $5 == "-" && ++n == i {
		print $2 "/" $1 }' "$dir/devices")
	order "${pair%/*}" "device=${odd#*/}"
	free "$odd" 3 bmc-info --session-timeout=2000 --retransmission-timeout=400 >"$dir/out"
	is "$(grep -c '^Manufacturer ID' "$dir/out")" 0 "${pair%/*}: FreeIPMI notices"
	free "$odd" 3 bmc-info -W "${pair#*/}" >"$dir/out"
	has "$dir/out" "^Manufacturer ID +: .*674" "${pair%/*}: and reads it with -W ${pair#*/}"
done
order drop percent=20 "device=${bmc#*/}"
tries=20 tool "$bmc" 17 mc info >"$dir/out"
has "$dir/out" "Manufacturer ID +: 674" "a lossy line is survived"

# The two pings know one port only, which may be someone else's here.
spawn ping "$racksim" serve --racks 20 --bmc only --port 0 --bmc-port 623
ping=$pid
ping_said() { grep -q ' ready$' "$dir/ping.log" || ! alive "$ping"; }
wait_for 20 ping_said
if alive "$ping"; then
	timeout 20 "$freeipmi/rmcpping" -c 1 127.16.2.1 >"$dir/out" 2>&1
	has "$dir/out" "pong received" "rmcpping: it is there"
	timeout 20 "$freeipmi/ipmiping" -c 1 127.16.2.1 >"$dir/out" 2>&1
	has "$dir/out" "1 responses received" "ipmiping: it is there"
else
	echo "# port 623 is taken or not allowed: no rmcpping, no ipmiping"
fi

# Hostile datagrams, then an ordinary question.
python3 - "${bmc%/*}" "$bmcs" <<'END'
import random, socket, sys
random.seed(7)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
heads = [b"", b"\x06\x00\xff\x07", b"\x06\x00\xff\x07\x06\x10", b"\x06\x00\xff\x07\x06\x12",
    b"\x06\x00\xff\x07\x06\x14", b"\x06\x00\xff\x07\x06\xc0", b"\x06\x00\xff\x06"]
for i in range(2000):
    body = bytes(random.randrange(256) for _ in range(random.randrange(120)))
    s.sendto(random.choice(heads) + body, (sys.argv[1], int(sys.argv[2])))
END
tool "$bmc" 17 mc info >"$dir/out"
has "$dir/out" "Manufacturer ID +: 674" "garbage does no harm"
stop "$sim"
is $status 0 "exits 0 on SIGTERM" "$sim_log"
finish
