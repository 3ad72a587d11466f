#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# From the installed headers alone: our own plugins, and the example of
# plugins/README.md as it is printed there.
. "${top_srcdir:?}/tests/plugin/kit.sh"

make -s -C "$top_builddir" DESTDIR="$tmp/root" install-dist_colincludeHEADERS install-pkgconfigDATA \
    MAKEFLAGS= >"$tmp/install.out" 2>&1
status=$?
[ $status -eq 0 ] || tell "$tmp/install.out"
point $status "headers and collectord.pc can be installed"
pc=$(find "$tmp/root" -name collectord.pc)
export PKG_CONFIG_PATH="$(dirname "$pc")" PKG_CONFIG_SYSROOT_DIR="$tmp/root"
flags=$(pkg-config --cflags collectord) && [ -n "$flags" ]
point $? "pkg-config knows collectord ($(pkg-config --modversion collectord), ABI $(pkg-config --variable=abi collectord))"
grep -q "define COL_ABI_MAJOR $(pkg-config --variable=abi collectord | cut -d. -f1)\$" "$top_srcdir/collectord/include/collectord/plugin.h"
point $? "and names the ABI of the header"
unset PKG_CONFIG_SYSROOT_DIR

# libraries NAME: what a plugin of ours links besides libc
libraries() {
	case $1 in
	snmp) pkg-config --cflags --libs netsnmp libcrypto && echo -lm ;;
	ipmi) pkg-config --cflags --libs libcrypto && echo -lm ;;
	replay | jsonl) echo -lm ;;
	esac
}

# shared NAME: what it takes from plugins/common
shared() {
	case $1 in
	snmp | ipmi) echo "$top_srcdir"/plugins/common/*.c ;;
	esac
}

mkdir "$tmp/plugins"
for file in "$top_builddir"/plugins/*/.libs/*.so; do
	name=$(basename "$file" .so)
	# Only <collectord/...> and plugins are there to be included.
	# shellcheck disable=SC2046
	module "$top_srcdir/plugins/$name"/*.c $(shared "$name") -D_GNU_SOURCE -Wno-deprecated-declarations $flags \
	    -o "$tmp/plugins/$name.so" $(libraries "$name")
	point $? "$name builds out of tree"
done

awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$top_srcdir/plugins/README.md" >"$tmp/thermal.c"
[ -s "$tmp/thermal.c" ]
point $? "plugins/README.md has an example ($(wc -l <"$tmp/thermal.c") lines)"
module "$tmp/thermal.c" $flags -o "$tmp/plugins/thermal.so"
point $? "which compiles without a warning"

"$top_builddir/tests/plugin/list" "$tmp/plugins" >"$tmp/list" 2>&1
! grep -v ': loaded: ' "$tmp/list" >"$tmp/refused"
status=$?
[ $status -eq 0 ] || tell "$tmp/refused"
point $status "the host takes them all ($(wc -l <"$tmp/list"))"
driven "$tmp/plugins/thermal.so"
point $? "the example lives by the rules ($(grep -c '^ok' "$tmp/drive.out") points)"
finish
