#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each small agent of tests/fixtures/snmp, read with the shipped profiles,
# gives exactly its golden file.  GOLDEN=write makes them anew: look at the
# difference before it is committed.
dir=$top_srcdir/tests/fixtures/snmp
run=${SNMP_RUN:-$top_builddir/tests/plugin/snmp_run}
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT
n=0
bad=0
for walk in "$dir"/*.walk; do
	n=$((n + 1))
	name=$(basename "$walk" .walk)
	golden=$dir/$name.golden.json
	# The second poll goes another way (GET) to the same values.
	"$run" -n 2 -p "$top_srcdir/conf/profiles" "snmprec:$walk" >"$out" 2>&1
	if [ "${GOLDEN:-}" = write ]; then
		cp "$out" "$golden"
	fi
	if cmp -s "$out" "$golden"; then
		echo "ok $n - $name"
	else
		bad=1
		diff "$golden" "$out" | sed 's/^/# /'
		echo "not ok $n - $name"
	fi
done
if [ "$n" -eq 0 ]; then
	echo "not ok 1 - there are agents in $dir"
	n=1
	bad=1
fi
echo "1..$n"
exit $bad
