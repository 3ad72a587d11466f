#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# racksim's SNMPv3 against net-snmp's tools: every protocol, every report, the
# tricks of engines; and the daemon polling with the credentials it wrote.
. "${top_srcdir:?run by make check}/tests/system/lib.sh"
need snmpget snmpbulkwalk
stage
world="--racks 100 --seed 5"
cat >"$dir/users" <<'END'
# name, digest, passphrase, cipher, passphrase
collector sha256 auth-pass-256 aes128 priv-pass-256
strong sha512 auth-pass-512 aes256 priv-pass-512
longer sha384 auth-pass-384 aes192 priv-pass-384
old md5 auth-pass-md5 des priv-pass-des
b192 sha auth-pass-sha aes192 priv-pass-sha
b256 sha auth-pass-sha aes256 priv-pass-sha
c192 sha auth-pass-sha aes192c priv-pass-sha
c256 sha auth-pass-sha aes256c priv-pass-sha
m256 md5 auth-pass-md5 aes256c priv-pass-md5
signs sha224 auth-pass-224
open
END
: >"$dir/faults"
spawn racksim "$racksim" serve $world --port 0 --users "$dir/users" \
    --faults "$dir/faults" --pidfile "$dir/pid"
sim_ready
"$racksim" devices $world >"$dir/devices"
set -- $(awk '$5 == "-" { print $2, $1 }' "$dir/devices")
address=$1 device=$2 other=$3 other_device=$4

# v3 USER LEVEL ARGUMENTS…: sysName of the device, or what the tool says
v3() {
	user=$1 level=$2
	shift 2
	snmpget -v3 -t 2 -r 5 -On -Oq -u "$user" -l "$level" "$@" \
	    "${at:-$address}:$agents" .1.3.6.1.2.1.1.5.0 2>&1 |
	    sed 's/^[.0-9]* "//; s/"$//; s/^snmpget: //; s/ (.*//' |
	    grep -v '^Error in packet\|^Failed object\|^$' | head -n 1
}
good() { # USER DIGEST PASSPHRASE CIPHER PASSPHRASE
	is "$(v3 "$1" authPriv -a "$2" -A "$3" -x "$4" -X "$5")" "$device" "$2 and $4"
}
good collector SHA-256 auth-pass-256 AES priv-pass-256
good strong SHA-512 auth-pass-512 AES-256 priv-pass-512
good longer SHA-384 auth-pass-384 AES-192 priv-pass-384
good old MD5 auth-pass-md5 DES priv-pass-des
good b192 SHA auth-pass-sha AES-192 priv-pass-sha
good b256 SHA auth-pass-sha AES-256 priv-pass-sha
good c192 SHA auth-pass-sha AES-192-C priv-pass-sha
good c256 SHA auth-pass-sha AES-256-C priv-pass-sha
good m256 MD5 auth-pass-md5 AES-256-C priv-pass-md5
is "$(v3 signs authNoPriv -a SHA-224 -A auth-pass-224)" "$device" "SHA-224 alone"
is "$(v3 open noAuthNoPriv)" "$device" "neither digest nor cipher"

is "$(v3 nobody authNoPriv -a SHA -A auth-pass-sha)" "Unknown user name" "usmStatsUnknownUserNames"
is "$(v3 signs authNoPriv -a SHA-224 -A auth-pass-XXX)" "Authentication failure" \
    "usmStatsWrongDigests"
is "$(v3 signs authPriv -a SHA-224 -A auth-pass-224 -x AES -X priv-pass-256)" \
    "Unsupported security level" "usmStatsUnsupportedSecLevels"
is "$(v3 collector authPriv -a SHA-256 -A auth-pass-256 -x AES -X priv-pass-XXX)" \
    "Decryption error" "usmStatsDecryptionErrors (AES)"
is "$(v3 old authPriv -a MD5 -A auth-pass-md5 -x DES -X priv-pass-XXX)" \
    "Decryption error" "usmStatsDecryptionErrors (DES)"
is "$(v3 signs noAuthNoPriv)" "Reason: authorizationError" \
    "below its level a user may do nothing"
is "$(v3 collector authPriv -a SHA-256 -A auth-pass-256 -x AES -X priv-pass-256 -Z 1,1)" \
    "$device" "usmStatsNotInTimeWindows sets the asker's clock"

strong="-v3 -t 2 -r 5 -u strong -l authPriv -a SHA-512 -A auth-pass-512 -x AES-256 -X priv-pass-512"
snmpbulkwalk $strong -Cr50 -On -Oq "$address:$agents" .1 >"$dir/walk3" 2>&1
snmpbulkwalk -v2c -c public -t 2 -r 5 -Cr50 -On -Oq "$address:$agents" .1 >"$dir/walk2" 2>&1
is "$(cut -d' ' -f1 "$dir/walk3" | md5sum)" "$(cut -d' ' -f1 "$dir/walk2" | md5sum)" \
    "a walk by v3 finds what one by v2c finds ($(wc -l <"$dir/walk3") rows)"

# order FAULT…: puts faults in force
order() {
	before=$(grep -c 'in force' "$sim_log")
	"$racksim" fault $world --faults "$dir/faults" --pidfile "$dir/pid" "$@" ||
	    fatal "racksim fault $*"
	wait_for 10 ordered || fatal "racksim takes: $*" "$sim_log"
}
ordered() {
	[ "$(grep -c 'in force' "$sim_log")" -gt "$before" ]
}
# engine ADDRESS: the engine id in hexadecimal, as discovery tells it
engine() {
	snmpget -v3 -u open -l noAuthNoPriv -t 2 -r 5 -d -On "$1:$agents" \
	    .1.3.6.1.2.1.1.5.0 2>&1 | awk '
		/^[0-9]+: / { text = text substr($0, 7, 48) }
		END { gsub(/ /, "", text); if (match(text, /80007ED905/))
			print substr(text, RSTART, 26) }'
}
mine=$(engine "$address")
is "$(expr length "$mine")" 26 "an engine id of 13 octets ($mine)"
order engine_same
is "$(engine "$address")" "$(engine "$other")" "engine_same: two devices have one id"
is "$(at=$other v3 collector authPriv -a SHA-256 -A auth-pass-256 -x AES -X priv-pass-256)" \
    "$other_device" "engine_same: and both answer"
order clear
is "$(engine "$address")" "$mine" "the id is the same again"
order engine_change "device=$device"
is "$([ "$(engine "$address")" != "$mine" ] && echo other)" other "engine_change"
good collector SHA-256 auth-pass-256 AES priv-pass-256
order clear
order engine_bare "device=$device"
good collector SHA-256 auth-pass-256 AES priv-pass-256
order clear
order report stat=unknown_user "device=$device"
v3 collector authPriv -a SHA-256 -A auth-pass-256 -x AES -X priv-pass-256 >"$dir/forged"
has "$dir/forged" "Unknown user name|$device" "a forged report is on the wire"
order clear

# The daemon, with what `racksim inventory --snmp v3` writes.
"$racksim" inventory $world --port "$agents" --out "$dir/conf" --snmp v3 \
    --users "$dir/users" >/dev/null
is "$(stat -c %a "$dir/conf/auth.secret" "$dir/conf/priv.secret" | tr '\n' ' ')" \
    "600 600 " "secrets are for their owner alone"
{
	settings
	cat <<-END
	province: {id: henan, timezone: Asia/Shanghai}
	inventory: [inventory/*.yaml]
	poll: {interval: 10s}
	store: {dir: store, archives: lean, flush: 1m}
	END
	cat "$dir/conf/credentials.yaml"
} >"$dir/conf/collectord.yaml"
daemon "$dir/conf/collectord.yaml"
up=$(awk '$5 == "-"' "$dir/devices" | wc -l)
comes 40 '/devices?status=up&limit=1000' 'len(d["items"])' "$up" \
    "collectord polls all $up devices that answer by SNMPv3"
stop "$daemon"
is "$status" 0 "collectord ends well" "$daemon_log"
stop "$sim"
is "$status" 0 "racksim ends well" "$sim_log"
finish
