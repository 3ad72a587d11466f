#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A store under load, killed at random instants: nothing accepted is lost, no row
# is wrong.  The same without the undo log spoils files: the test can see it.
. "$top_srcdir/tests/system/lib.sh"
need rrdtool
killt=$top_builddir/tests/system/killt/killt

run() { # NAME OPTIONS…: killt's last line in $line, its exit status in $status
	name=$1
	shift
	status=0
	timeout 300 "$killt" --dir "$dir" "$@" >"$dir/$name.out" 2>&1 || status=$?
	line=$(tail -n 1 "$dir/$name.out")
	echo "# $line"
}
field() { # NAME: the number behind that word of $line
	echo "$line" | tr ' ' '\n' | grep -A 1 -x "$1" | tail -n 1
}

run undo --kills 80
ok $status "80 kills of daemon and store process" "$dir/undo.out"
is "$(field lost)" 0 "no accepted value is lost, of $(field values) compared"
is "$(field wrong)" 0 "no value is wrong, none is there twice"
ok "$([ "$(field restored)" -gt 0 ]; echo $?)" "heads of $(field restored) files were put back"

run bare --no-undo --until-spoiled --kills 2000
ok $status "without the undo log a file is spoiled after $(field kills) kills" "$dir/bare.out"
is "$(field restored)" 0 "no head was put back there"
finish
