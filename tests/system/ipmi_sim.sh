#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# OpenIPMI's ipmi_sim, a BMC that others wrote: sessions of the plugin with it,
# and its refusals named; what ipmitool reads is what is read.
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
find_ipmi
need python3
ask=${top_builddir:?}/tests/plugin/ipmi_ask

secret() { # FILE TEXT
	(umask 077 && printf '%s\n' "$2" >"$dir/$1")
}
secret right mon-pass
secret wrong not-it
secret low low-pass
mkdir "$dir/state"
port=$(free_ports udp 1)
python3 "$here/ipmi_emu.py" "$dir" "$port" || fatal "the BMC is described" "$dir/sim.emu"
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
	timeout 120 "$ask" $options 127.0.0.1 "$port" "$1" "$dir/$2" $3 ${4:-} ${5:-} \
	    >"$dir/answer" 2>&1
}
there() { to mon right ping; }
wait_for 20 there || fatal "ipmi_sim answers" "$dir/sim.log"
is "$(cat "$dir/answer")" 01 "a presence ping and capabilities find it"

# ---- sessions --------------------------------------------------------------------
raw() { # WORDS…: the same by ipmitool, with the completion code in front
	timeout 60 "$ipmitool" -I lanplus -C 3 -H 127.0.0.1 -p "$port" -U mon \
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
