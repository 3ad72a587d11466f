#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Under systemd: the installed unit is good and names what is installed, the
# daemon says what it does, and secrets come by credential.
. "$top_srcdir/tests/system/lib.sh"
need python3 curl
stage
unit=$inst/lib/systemd/system/collectord.service
is "$(sed -n 's/^ExecStart=\([^ ]*\) --config .*/\1/p' "$unit")" "${collectord#"$to"}" \
	"the unit starts the installed program"
is "$(sed -n 's/^ExecStart=.* --config //p' "$unit")" "${inst#"$to"}/etc/collectord/collectord.yaml" \
	"with the installed configuration"
has "$unit" '^Type=notify$' "it waits for READY"
has "$unit" '^User=collectord$' "it has a user of its own"
has "$inst/lib/sysusers.d/collectord.conf" '^u collectord ' "who is made by systemd-sysusers"
if command -v systemd-analyze >/dev/null 2>&1; then
	sed "s|$(printf %s "${inst#"$to"}/sbin")|$inst/sbin|" "$unit" >"$dir/collectord.service"
	systemd-analyze verify --man=no "$dir/collectord.service" >"$dir/verify" 2>&1
	ok $? "systemd-analyze finds no fault in the unit" "$dir/verify"
else
	echo "# no systemd-analyze: the unit is not checked by it"
fi

# ---- what it says to systemd -----------------------------------------------------
cat >"$dir/listen.py" <<'END'
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    print(s.recv(4096).decode(), flush=True)
END
spawn notify python3 "$dir/listen.py" "$dir/notify"
wait_for 10 test -S "$dir/notify" || fatal "the listener listens" "$dir/notify.log"
mkdir "$dir/credentials"
printf 'public\n' >"$dir/credentials/lab"
chmod 600 "$dir/credentials/lab"
cat >"$dir/collectord.yaml" <<END
$(settings)
credentials: {lab: {snmp: {version: 2c, community: {credential: lab}}}}
store: {dir: store}
racks: []
END
export NOTIFY_SOCKET="$dir/notify" CREDENTIALS_DIRECTORY="$dir/credentials"
daemon "$dir/collectord.yaml"
unset NOTIFY_SOCKET CREDENTIALS_DIRECTORY
said() { [ "$(tr '\n' ' ' <"$dir/notify.log")" = "$1" ]; }
wait_for 10 said "READY=1 "
is "$(cat "$dir/notify.log")" "READY=1" "READY when it is ready"
is "$(curl -s "$url/healthz")" ok "and it is"
kill -HUP "$daemon"
wait_for 10 said "READY=1 RELOADING=1 READY=1 "
is "$(tr '\n' ' ' <"$dir/notify.log")" "READY=1 RELOADING=1 READY=1 " "a reload begins and ends"
stop "$daemon"
is $status 0 "SIGTERM ends it" "$daemon_log"
wait_for 10 said "READY=1 RELOADING=1 READY=1 STOPPING=1 "
is "$(tail -n 1 "$dir/notify.log")" "STOPPING=1" "and it said so"

# ---- a second signal --------------------------------------------------------------
sed 's/^racks: .*//; s/{credential: lab}/{file: credentials\/lab}/; s/version: 2c,/& timeout: 30s,/' \
	"$dir/collectord.yaml" >"$dir/twice.yaml"
cat >>"$dir/twice.yaml" <<'END'
poll: {interval: 10s}
rows: [{id: r, racks: [A1], devices: {pdu-a: {plugin: snmp, address: "127.0.0.1:9", credential: lab}}}]
END
in_flight() { [ "$(get /collector 'd["polls"]["in_flight"]')" = 1 ]; }
# twice N: ends a daemon by two signals, the second while it stops, which takes
# two seconds; where that one came too late, it is tried again
twice() {
	daemon "$dir/twice.yaml" "twice-$1"
	wait_for 15 in_flight || fatal "a poll waits for its answer" "$daemon_log"
	kill -TERM "$daemon"
	until grep -q stopping "$daemon_log"; do :; done
	stop "$daemon"
	[ $status -ne 0 ] || [ "$1" -ge 8 ] || twice $(($1 + 1))
}
twice 1
is $status 1 "a second SIGTERM does not wait for the poll in flight"
lacks() { ! grep -q "$2" "$1"; }
lacks "$daemon_log" ': stopped'
ok $? "nor for anything else" "$daemon_log"

"$collectord" --config "$dir/collectord.yaml" --check >"$dir/check" 2>&1
is $? 1 "without systemd's credentials the configuration is refused"
has "$dir/check" 'LoadCredential=lab' "and the message names the remedy"
finish
