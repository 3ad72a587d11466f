#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the shipped profiles read from recorded devices, against captures.tsv:
# figures read by hand from recording and MIB.  The recordings lie beside the
# checkout and are never committed; without them this is a skip.
. "${top_srcdir:?}/tests/plugin/kit.sh"
. "$top_srcdir/tests/upward.sh"

table=${CAPTURES_TSV:-$top_srcdir/tests/plugin/captures.tsv}
captures=${CAPTURES_DIR:-$(upward "$top_srcdir" shared/snmprec)}
if [ -z "$captures" ]; then
	if [ "${CI:-}" = true ]; then
		echo "not ok 1 - there are captures in ../shared/snmprec"
		echo "1..1"
		exit 1
	fi
	echo "1..0 # SKIP no captures in ../shared/snmprec"
	exit 0
fi

# wanted CAPTURE: its lines of the table that the golden form on stdin lacks
wanted() {
	awk -F '\t' -v capture="$1" '
	function same(a, b) {
		if (a == b) return 1
		if (a !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ || b !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/) return 0
		d = a - b; if (d < 0) d = -d
		m = b < 0 ? -b : b
		return d <= 1e-9 * (m > 1 ? m : 1)
	}
	FNR == NR {
		if ($1 == "profile" && NF == 2) profile = $2
		else if (NF == 2) { value[$1 SUBSEP ""] = $2; unit[$1 SUBSEP ""] = "" }
		else { value[$1 SUBSEP $2] = $3; unit[$1 SUBSEP $2] = $4 }
		next
	}
	/^#/ || $1 != capture { next }
	$2 != profile { print "profile " profile ", not " $2; exit }
	{
		key = $3 SUBSEP $4
		if ($5 == "absent") {
			if (key in value) print $3 " \"" $4 "\" should not be there, is " value[key]
		} else if (!(key in value)) print $3 " \"" $4 "\" is missing, should be " $5 " " $6
		else if (!same(value[key], $5) || unit[key] != $6)
			print $3 " \"" $4 "\" is " value[key] " " unit[key] ", should be " $5 " " $6
	}' - "$table"
}

for capture in $(awk -F '\t' '!/^#/ && NF >= 5 && !seen[$1]++ { print $1 }' "$table"); do
	file=$captures/$capture.snmprec
	if [ ! -e "$file" ]; then
		n=$((n + 1))
		if [ "${CI:-}" = true ]; then
			bad=1
			echo "not ok $n - $capture: no such capture"
		else
			echo "ok $n # SKIP $capture: no such capture"
		fi
		continue
	fi
	"$top_builddir/collectorctl" --plugin-dir "$top_builddir/plugins/snmp/.libs" \
	    --profiles "$top_srcdir/conf/profiles" profile run --snmprec "$file" \
	    --format golden >"$tmp/golden" 2>"$tmp/errors"
	status=$?
	wanted "$capture" <"$tmp/golden" >"$tmp/faults"
	[ $status -eq 0 ] && [ ! -s "$tmp/faults" ]
	status=$?
	[ $status -eq 0 ] || tell "$tmp/errors"
	[ $status -eq 0 ] || tell "$tmp/faults"
	point $status "$capture"
done
[ $n -gt 0 ]
point $? "captures.tsv names captures"
finish
