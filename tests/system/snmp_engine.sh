#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each engine against a real snmpd: v1, v2c and SNMPv3 with old and new
# algorithms; whoever has a wrong name, password or level is told so.
snmpd=${SNMPD:-}
for place in "$snmpd" "${top_builddir:-.}/peers/usr/sbin/snmpd" /usr/sbin/snmpd; do
	[ -x "$place" ] && break
	place=
done
snmpd=$place
run=${SNMP_RUN:-${top_builddir:-.}/tests/plugin/snmp_run}
if [ -z "$snmpd" ]; then
	if [ "${CI:-}" = true ]; then
		echo "1..1"
		echo "not ok 1 - snmpd is here"
		exit 1
	fi
	echo "1..0 # SKIP no snmpd here"
	exit 0
fi

dir=$(mktemp -d) || exit 99
pid=
cleanup() {
	[ -z "$pid" ] || { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 99' INT TERM

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
MIBS=
SNMP_PERSISTENT_DIR=$dir/state
export MIBS SNMP_PERSISTENT_DIR
mkdir "$dir/state"
# A free port: whoever loses the race tries the next one.
for port in 31161 31162 31163 31164 31165 31166 31167 31168; do
	"$snmpd" -f -Lf "$dir/log" -C -c "$dir/snmpd.conf" \
		"udp:127.0.0.1:$port" >/dev/null 2>&1 &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q 'NET-SNMP version' "$dir/log" 2>/dev/null && break 2
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	wait "$pid" 2>/dev/null
	pid=
	rm -f "$dir/log"
done
[ -n "$pid" ] || { echo "1..1"; echo "not ok 1 - snmpd starts"; exit 1; }

n=0
failed=0
# polled CREDENTIAL PATTERN WHAT [POLLS]: the output of the last poll has it
polled() {
	n=$((n + 1))
	echo "$1" >"$dir/credential.yaml"
	"$run" -e "$engine" -n "${4:-2}" -p "$top_srcdir/conf/profiles" \
		-c "$dir/credential.yaml" "127.0.0.1:$port" >"$dir/out" 2>&1
	if tail -n 20 "$dir/out" | grep -q "$2"; then
		echo "ok $n - $engine: $3"
	else
		failed=1
		sed 's/^/# /' "$dir/out"
		echo "not ok $n - $engine: $3"
	fi
}
v3() { # user auth-name auth-secret priv-name priv-secret
	printf 'c: {version: 3, timeout: 200ms, user: %s, auth: {%s: {credential: %s}}' "$1" "$2" "$3"
	[ -z "${4:-}" ] || printf ', priv: {%s: {credential: %s}}' "$4" "$5"
	echo '}'
}
good='"power_w", "instance": "output L1", "value": 400'

try_engine() {
	polled 'c: {version: 2c, community: {credential: right}}' "$good" "v2c"
	polled 'c: {version: 1, community: {credential: right}}' "$good" "v1"
	polled 'c: {version: 2c, timeout: 100ms, community: {credential: wrong}}' \
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
	n=$((n + 1))
	if "$run" -e "$engine" -d -p "$top_srcdir/conf/profiles" -c "$dir/credential.yaml" \
		"127.0.0.1:$port" | grep -q '"found": 1, "kind": "ups", "profile": "ups-mib"'; then
		echo "ok $n - $engine: discovery finds it"
	else
		failed=1
		echo "not ok $n - $engine: discovery finds it"
	fi
}
for engine in native netsnmp; do
	try_engine
done
if command -v strace >/dev/null 2>&1; then
	n=$((n + 1))
	strace -f -e trace=openat,open -o "$dir/trace" "$run" \
		-p "$top_srcdir/conf/profiles" -c "$dir/credential.yaml" \
		"127.0.0.1:$port" >/dev/null 2>&1
	if grep -E 'snmp\.conf|/mibs|\.snmp/' "$dir/trace"; then
		failed=1
		echo "not ok $n - libsnmp reads no configuration and no MIB"
	else
		echo "ok $n - libsnmp reads no configuration and no MIB"
	fi
fi
echo "1..$n"
exit $failed
