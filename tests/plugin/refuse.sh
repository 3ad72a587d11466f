#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plugins that do not fit are refused, each with what was found and wanted.
. "${top_srcdir:?}/tests/plugin/kit.sh"

mkdir "$tmp/plugins"
# bad NAME EXPECTED [-D…]: builds NAME.so; EXPECTED is part of what list says
bad() {
	name=$1 expected=$2
	shift 2
	case " $* " in
	*" -DNAME="*) ;;
	*) set -- "$@" "-DNAME=\"$name\"" ;;
	esac
	module "$@" "$top_srcdir/tests/plugin/bad.c" -I"$top_srcdir/collectord/include" \
	    -Wno-unused -o "$tmp/plugins/$name.so" || {
		point 1 "$name builds"
		return
	}
	printf '%s\t%s\n' "$name" "$expected" >>"$tmp/expected"
}

bad good 'loaded: for tests'
bad newer 'newer.so: made for ABI 2.2, this host has 1.2: rebuild it' -DMAJOR=2
bad older 'older.so: made for ABI 0.9, this host has 1.2: rebuild it' -DMAJOR=0 -DMINOR=9
bad minor 'minor.so: made for ABI 1.7, this host has 1.2: rebuild it' -DMINOR=7
bad size 'its descriptor has 8 bytes, ABI 1.2 wants' -DSIZE=8
bad symbol 'has no symbol col_plugin' -DSYMBOL=my_plugin
bad name "calls itself 'other', its file is named 'name'" '-DNAME="other"'
bad empty 'has no input or output' -DNO_OUTPUT
bad hollow 'has no output->write' -DWRITE=0
bad helpless "row 1 of its options ('host') has no help" '-DHELP=""'
bad capital "row 1 of its options ('Host') is not a lower-case name" '-DOPTION="Host"'
bad unit "its metric 'flow_lps' is not in a base unit" -DWITH_METRIC
bad metric "its metric 'Flow' is not a lower-case name" -DWITH_METRIC '-DMETRIC="Flow"' '-DUNIT="W"'
bad clash 'power_w' -DWITH_METRIC '-DMETRIC="power_w"' '-DUNIT="V"'
cp "$tmp/plugins/good.so" "$tmp/plugins/Upper.so"
printf 'Upper\tplugin files have lower-case names\n' >>"$tmp/expected"
cp "$tmp/plugins/good.so" "$tmp/plugins/open.so"
chmod 666 "$tmp/plugins/open.so"
printf 'open\tanyone may write to it (mode 0666)\n' >>"$tmp/expected"
echo 'not a library' >"$tmp/plugins/text.so"
printf 'text\tcannot be opened\n' >>"$tmp/expected"
mkdir "$tmp/plugins/folder.so"
printf 'folder\tis not a file\n' >>"$tmp/expected"
: >"$tmp/plugins/readme.txt"
: >"$tmp/plugins/.hidden.so"

"$top_builddir/tests/plugin/list" "$tmp/plugins" >"$tmp/list" 2>"$tmp/list.err"
point $? "a folder of bad plugins can be read"
while IFS="$(printf '\t')" read -r name expected; do
	line=$(grep "^$name: " "$tmp/list")
	case $line in
	*"$expected"*) point 0 "$name: ${line#*: }" ;;
	*)
		echo "# wanted: $expected"
		echo "# got: $line"
		point 1 "$name"
		;;
	esac
done <"$tmp/expected"
[ "$(wc -l <"$tmp/list")" -eq "$(wc -l <"$tmp/expected")" ]
point $? "files that are no *.so are no plugins"
"$top_builddir/tests/plugin/list" "$tmp/nosuch" >"$tmp/list" 2>"$tmp/list.err"
[ $? -eq 1 ] && grep -q "nosuch" "$tmp/list.err"
point $? "a folder that is not there is an error"
finish
