#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# profile new: a draft made from a recording loads, is chosen for the device
# that was recorded, and gives the values that the recording holds.
. "${top_srcdir:?run by make check}/tests/plugin/kit.sh"
ctl=$top_builddir/collectorctl
recordings=$top_srcdir/tests/fixtures/profiles
acme=$top_srcdir/tests/fixtures/sketch
# only the MIB files that a test names
MIBDIRS=$tmp/none HOME=$tmp
export MIBDIRS HOME

# draft FILE [OPTION…]: makes $tmp/one/draft.yaml
draft() {
	file=$1
	shift
	rm -rf "$tmp/one"
	mkdir "$tmp/one"
	"$ctl" profile new --from-walk "$file" "$@" >"$tmp/one/draft.yaml" 2>"$tmp/err"
}
# run FILE [OPTION…]: its golden form with that draft, in $tmp/golden; profiles
# that are installed are there too
run() {
	recording=$1
	shift
	"$ctl" --plugin-dir "$top_builddir/plugins/snmp/.libs" --profiles "$tmp/one" \
	    profile run --snmprec "$recording" "$@" --format golden >"$tmp/golden" 2>>"$tmp/err"
}
# gives FILE METRIC INSTANCE VALUE QUALITY: one line of the golden form
gives() {
	awk -F '\t' -v m="$2" -v i="$3" -v v="$4" -v q="$5" '
	    $1 == m && $2 == i && $3 == v && $5 == q { found = 1 }
	    END { exit !found }' "$1"
	point $? "$2 of '$3' is $4"
}

# ---- without a MIB: by range and by the device's own texts
draft "$recordings/delta-ups-three.walk" --name acme-ups &&
	run "$recordings/delta-ups-three.walk" --profile draft
point $? "a recorded UPS gives a draft that runs"
grep -q '^profile	draft$' "$tmp/golden"
point $? "it is used for the recorded device"
gives "$tmp/golden" voltage_v 4.3 229 good
gives "$tmp/golden" frequency_hz 4.2 50 good
grep -q '^kind: ups .*guess' "$tmp/one/draft.yaml"
point $? "the kind is a guess by sysDescr"
grep -q '^  # - {metric: ?, oid: dev.7.8.0} .*: 100$' "$tmp/one/draft.yaml"
point $? "what nothing tells is a comment with its sample"
[ ! -s "$tmp/err" ] || tell "$tmp/err"

# ---- a saved snmpwalk, first bare, then with its MIB
draft "$acme/acme.walk" && run "$acme/acme.walk"
gives "$tmp/golden" temperature_c '9 1 Temperature' 23.1 good
gives "$tmp/golden" temperature_c '9 2 Temp 2' 26.4 good
! grep -q 'current_a\|9[.]1[.]4' "$tmp/golden"
point $? "nothing else is said to be understood"

draft "$acme/acme.walk" --name acme-pdu --mibs "$acme/mibs" && run "$acme/acme.walk"
point $? "with a MIB too the draft runs"
gives "$tmp/golden" power_w 'acmeOutlet 1 2 right "a"' 90 good
gives "$tmp/golden" power_w 'acmeOutlet 2 1 guest' - unavailable
gives "$tmp/golden" current_a 'acmeOutlet 1 1 left' 0.95 good
gives "$tmp/golden" frequency_hz '' 49.9 good
grep -q '^state_acme_pdu_supply	.*	normal' "$tmp/golden"
point $? "an enumeration has its words"
grep -q 'index: \[acme_unit, acme_outlet\]' "$tmp/one/draft.yaml"
point $? "the parts of the index have the MIB's names"
grep -q '# - {.*dev.5.1.6}.*acmeOutletCurrentThreshold' "$tmp/one/draft.yaml"
point $? "a threshold is no measurement"
grep -q 'sysobjectid: 1.3.6.1.4.1.99999.7,' "$tmp/one/draft.yaml"
point $? "it is for the family of the recorded device"
! grep -q ZA0123456789 "$tmp/one/draft.yaml"
point $? "the serial number is not in it"
! grep -q 'column: dev[.]5[.]1[.][0-9]*[.]' "$tmp/one/draft.yaml"
point $? "and no row of the recording"
grep -q '^# left out: system' "$tmp/one/draft.yaml" && ! grep -q '1[.]3[.]6[.]1[.]2[.]1' "$tmp/one/draft.yaml"
point $? "standard trees are left out with a word"

# ---- every draft loads
mkdir "$tmp/all"
wrong=0 made=0
for walk in "$recordings"/*.walk; do
	name=$(basename "$walk" .walk)
	if "$ctl" profile new --from-walk "$walk" --name "$name" >"$tmp/all/$name.yaml" 2>"$tmp/err"; then
		made=$((made + 1))
	elif rm "$tmp/all/$name.yaml" && ! grep -q 'nothing but standard trees' "$tmp/err"; then
		tell "$tmp/err"
		wrong=1
	fi
done
[ $wrong -eq 0 ] && [ $made -ge 50 ]
point $? "each recording gives a draft, or says that it needs none"
"$ctl" --plugin-dir "$top_builddir/plugins/snmp/.libs" --profiles "$tmp/all" profile list \
    >"$tmp/list" 2>"$tmp/err" && [ "$(wc -l <"$tmp/list")" -ge $made ]
status=$?
tell "$tmp/err"
point $status "and all of them load"

# ---- what cannot be
draft "$recordings/if-mib.walk"
[ $? -eq 1 ] && grep -q 'nothing but standard trees' "$tmp/err" && [ ! -s "$tmp/one/draft.yaml" ]
point $? "a switch with standard trees alone needs no profile"
draft "$tmp/nothing"
[ $? -eq 1 ] && grep -q 'No such file' "$tmp/err"
point $? "a missing recording is named"
draft "$acme/acme.walk" --name 'a b'
[ $? -eq 2 ]
point $? "a name that is no id is refused"
draft "$acme/acme.walk" --mibs "$tmp/nothing"
[ $? -eq 1 ] && grep -q 'no such folder' "$tmp/err"
point $? "so is a folder of MIBs that is not there"
finish
