#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Sensor sets made from listings of ipmitool are polled with the shipped
# profiles: those of tests/fixtures/ipmi must give their golden files
# (UPDATE=1 writes them anew), those beside the checkout (shared/ipmi) the
# figures of ipmi_listings.tsv, checked by hand, and each number that they show.
: "${top_srcdir:?run by make check}" "${top_builddir:?run by make check}"
run=$top_builddir/tests/plugin/ipmi_listing
profiles=$top_srcdir/conf/profiles
tsv=$top_srcdir/tests/plugin/ipmi_listings.tsv
out=$(mktemp) || exit 99
trap 'rm -f "$out" "$out.want" "$out.have"' EXIT
n=0

# ok STATUS WHAT
ok() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

for listing in "$top_srcdir"/tests/fixtures/ipmi/*.txt; do
	golden=${listing%.txt}.golden
	"$run" "$profiles" 0 "$listing" >"$out" 2>&1
	[ -z "${UPDATE:-}" ] || cp "$out" "$golden"
	diff -u "$golden" "$out" | sed 's/^/# /'
	cmp -s "$golden" "$out"
	ok $? "$(basename "$listing") gives its golden file"
done

. "$top_srcdir/tests/upward.sh"
shared=$(upward "$top_srcdir" shared/ipmi)
if [ -z "$shared" ]; then
	n=$((n + 1))
	if [ "${CI:-}" = true ]; then
		echo "not ok $n - no listings in ../shared/ipmi"
	else
		echo "ok $n # SKIP no listings in ../shared/ipmi"
	fi
	echo "1..$n"
	exit 0
fi

tab=$(printf '\t')
# listings MAKER FILE: the figures of the table
while IFS="$tab" read -r file maker; do
	"$run" "$profiles" "$maker" "$shared/$file.txt" >"$out" 2>&1
	ok $? "$file is polled"
	while IFS="$tab" read -r of line; do
		[ "$of" = "$file" ] || continue
		grep -qxF "$line" "$out"
		ok $? "$file: $(echo "$line" | tr '\t' ' ')"
	done <"$tsv"
	# rows "NAME | 24 degrees C | ok": the number stands beside the name
	awk -F' *\\| *' 'NF == 3 && $2 ~ /^[0-9.-]+ / && $2 !~ /feet/ { split($2, v, " "); print $1 "\t" v[1] + 0 }' \
	    "$shared/$file.txt" >"$out.want"
	awk -F'\t' 'NF == 5 { sub(/ \(0x[0-9a-f]+\)$/, "", $5); print $5 "\t" $3 + 0 }' "$out" >"$out.have"
	missing=$(grep -vxFf "$out.have" "$out.want" | head -5)
	[ -z "$missing" ]
	ok $? "$file: each of its $(wc -l <"$out.want") plain numbers is there"
	[ -z "$missing" ] || echo "$missing" | sed 's/^/# missing: /'
done <<-EOF
	inspur-nf5280-sdr	37945
	dell-r730-idrac8	674
	intel-s2600-sdr-v	343
	hpe-gen8-ilo4-sdr	11
	supermicro-x10-sdr	10876
	ibm-x3650m3-imm-sdr	20301
EOF
echo "1..$n"
