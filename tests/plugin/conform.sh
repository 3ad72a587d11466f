#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every built plugin: one exported symbol, no symbol of the daemon, and a whole
# life under a host that forgives nothing.
. "${top_srcdir:?}/tests/plugin/kit.sh"

# What the daemon's own code defines: no plugin may want any of it.
nm -g --defined-only "$top_builddir"/collectord/*/.libs/*.a 2>/dev/null |
    awk 'NF == 3 { print $3 }' | sort -u >"$tmp/daemon"
[ "$(wc -l <"$tmp/daemon")" -gt 100 ]
point $? "the daemon's own symbols are known ($(wc -l <"$tmp/daemon"))"

# arguments NAME: what a plugin needs to be driven
arguments() {
	case $1 in
	jsonl) echo "options={path: $tmp/out.jsonl}" ;;
	replay) echo "device={readings: [{metric: power_w, value: 100}], faults: [{from: 1s, to: 3s, kind: silent}]}" ;;
	esac
}

examined=0
for file in "$top_builddir"/plugins/*/.libs/*.so; do
	[ -e "$file" ] || continue
	examined=$((examined + 1))
	name=$(basename "$file" .so)
	nm -D --defined-only "$file" | awk '{ print $NF }' | grep -vE '^(__(asan|ubsan|tsan|odr_asan|sanitizer|start|stop|llvm|lsan)|_(init|fini|end|edata)$|___asan)' >"$tmp/defined"
	[ "$(cat "$tmp/defined")" = col_plugin ]
	status=$?
	[ $status -eq 0 ] || tell "$tmp/defined"
	point $status "$name exports col_plugin and nothing else"
	nm -D -u "$file" | awk '{ print $NF }' | sed 's/@.*//' | sort -u | comm -12 - "$tmp/daemon" >"$tmp/wanted"
	[ ! -s "$tmp/wanted" ]
	status=$?
	[ $status -eq 0 ] || tell "$tmp/wanted"
	point $status "$name wants no symbol of the daemon"
	argument=$(arguments "$name")
	if [ -n "$argument" ]; then
		driven "$file" "$argument"
	else
		driven "$file"
	fi
	point $? "$name lives by the rules ($(grep -c '^ok' "$tmp/drive.out") points)"
done
# The kit itself: a plugin that breaks a rule does not pass.
replay=$top_builddir/plugins/replay/.libs/replay.so
for kind in late double garbage; do
	[ -e "$replay" ] || continue
	driven "$replay" "device={readings: [{metric: power_w, value: 1}], faults: [{kind: $kind}]}" >"$tmp/broken"
	[ $? -ne 0 ] && grep -q '^# # fault: ' "$tmp/broken"
	point $? "a plugin's fault of the kind $kind is found: $(grep -m1 '^# # fault: ' "$tmp/broken" | cut -c 12-)"
done
[ $examined -gt 0 ]
point $? "plugins were examined ($examined)"
[ ! -e "$top_builddir/plugins/jsonl/.libs/jsonl.so" ] || {
	"${PYTHON:-python3}" -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)' "$tmp/out.jsonl" 2>"$tmp/json.out"
	status=$?
	[ $status -eq 0 ] || tell "$tmp/json.out"
	point $status "jsonl wrote lines of JSON ($(wc -l <"$tmp/out.jsonl"))"
}
finish
