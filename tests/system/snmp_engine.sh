#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each engine against a real snmpd: v1, v2c and SNMPv3 with old and new
# algorithms; whoever has a wrong name, password or level is told so.
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
find_snmpd
run=$top_builddir/tests/plugin/snmp_run

cat >"$dir/snmpd.conf" <<END
createUser modern SHA-512 "authpass512" AES-256 "privpass512"
createUser usual SHA-256 "authpass256" AES "privpass256"
createUser old MD5 "authpassmd5" DES "privpassdes"
createUser plain SHA "authpass001"
rouser modern priv
rouser usual priv
rouser old priv
rouser plain auth
rocommunity right 127.0.0.1
sysDescr test agent
sysObjectID 1.3.6.1.4.1.99999.1
override 1.3.6.1.2.1.33.1.2.4.0 integer 97
override 1.3.6.1.2.1.33.1.4.4.1.2.1 integer 231
override 1.3.6.1.2.1.33.1.4.4.1.4.1 integer 400
END
port=$(free_ports udp 1)
spawn snmpd "$snmpd" -f -Lo -C -c "$dir/snmpd.conf" "udp:127.0.0.1:$port"
snmpd_said() { grep -q 'NET-SNMP version' "$log" || ! alive "$pid"; }
wait_for 20 snmpd_said
ok "$(alive "$pid"; echo $?)" "snmpd runs" "$log"

# polled CREDENTIAL PATTERN WHAT [POLLS]: the output of the last poll has it
polled() {
	echo "$1" >"$dir/credential.yaml"
	"$run" -e "$engine" -n "${4:-2}" -p "$top_srcdir/conf/profiles" \
		-c "$dir/credential.yaml" "127.0.0.1:$port" >"$dir/out" 2>&1
	tail -n 20 "$dir/out" >"$dir/last"
	has "$dir/last" "$2" "$engine: $3"
}
v3() { # user auth-name auth-secret priv-name priv-secret
	printf 'c: {version: 3, timeout: 500ms, user: %s, auth: {%s: {credential: %s}}' "$1" "$2" "$3"
	[ -z "${4:-}" ] || printf ', priv: {%s: {credential: %s}}' "$4" "$5"
	echo '}'
}
good='"power_w", "instance": "output L1", "value": 400'

try_engine() {
	polled 'c: {version: 2c, community: {credential: right}}' "$good" "v2c"
	polled 'c: {version: 1, community: {credential: right}}' "$good" "v1"
	polled 'c: {version: 2c, timeout: 200ms, community: {credential: wrong}}' \
		'"timeout", "detail": "no answer: unreachable, or wrong community"' \
		"a wrong community is told as what it may be" 1
	polled "$(v3 modern sha512 authpass512 aes256 privpass512)" "$good" "SHA-512, AES-256"
	polled "$(v3 usual sha256 authpass256 aes128 privpass256)" "$good" "SHA-256, AES-128"
	polled "$(v3 old md5 authpassmd5 des privpassdes)" "$good" "MD5, DES"
	polled "$(v3 plain sha authpass001)" "$good" "SHA, no privacy"
	polled "$(v3 usual sha256 authpassXXX aes128 privpass256)" \
		'"auth", .*wrongDigests' "a wrong password is refused"
	polled "$(v3 usual sha512 authpass256 aes128 privpass256)" \
		'"auth", ' "a wrong protocol is refused"
	polled "$(v3 usual sha256 authpass256 aes128 privpassXXX)" \
		'"auth", .*privacy' "a wrong privacy password is refused"
	polled "$(v3 nobody sha256 authpass256 aes128 privpass256)" \
		'"auth", .*unknown user' "an unknown user is refused"
	polled "$(v3 usual sha256 authpass256)" '"auth", .*security level' \
		"too low a level is refused"
	polled "$(v3 nobody sha256 authpass256 | sed 's/^c/a/')
$(v3 modern sha512 authpass512 aes256 privpass512)" "$good" \
		"the second credential of a list is tried"
	polled 'c: {version: 2c, community: {credential: right}}' "$good" \
		"fifty polls in a row" 50
	"$run" -e "$engine" -d -p "$top_srcdir/conf/profiles" -c "$dir/credential.yaml" \
		"127.0.0.1:$port" >"$dir/found" 2>&1
	has "$dir/found" '"found": 1, "kind": "ups", "profile": "ups-mib"' \
		"$engine: discovery finds it"
}
for engine in native netsnmp; do
	try_engine
done
if command -v strace >/dev/null 2>&1; then
	strace -f -e trace=openat,open -o "$dir/trace" "$run" \
		-p "$top_srcdir/conf/profiles" -c "$dir/credential.yaml" \
		"127.0.0.1:$port" >/dev/null 2>&1
	grep -E 'snmp\.conf|/mibs|\.snmp/' "$dir/trace" >"$dir/read"
	is "$(cat "$dir/read")" "" "libsnmp reads no configuration and no MIB"
fi
finish
