#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A store under load, killed at random instants: nothing accepted is lost, no row
# is wrong.  The same without the undo log spoils files: the test can see it.
. "$top_srcdir/tests/system/lib.sh"
need rrdtool
kills=${KILLS:-80} cuts=${CUTS:-50}
killt=$top_builddir/tests/system/killt/killt
shim=$top_builddir/tests/system/killt/.libs/shim.so

# Power cuts keep copies of everything that is synced: in memory where there is room.
work=$dir
if free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }') &&
    [ "${free:-0}" -gt 200000 ] && work=$(mktemp -d -p /dev/shm); then
	trap 'rm -rf "$work"; cleanup' EXIT
fi

run() { # NAME OPTIONS…: killt's last line in $line, its exit status in $status
	name=$1
	shift
	status=0
	timeout $((1200 + 4 * kills)) "$killt" "$@" >"$dir/$name.out" 2>&1 || status=$?
	line=$(tail -n 1 "$dir/$name.out")
	echo "# $line"
}
field() { # NAME: the number behind that word of $line
	echo "$line" | tr ' ' '\n' | grep -A 1 -x "$1" | tail -n 1
}

run undo --dir "$dir" --kills "$kills"
ok $status "$kills kills of daemon and store process" "$dir/undo.out"
is "$(field lost)" 0 "no accepted value is lost, of $(field values) compared"
is "$(field wrong)" 0 "no value is wrong, none is there twice"
ok "$([ "$(field restored)" -gt 0 ]; echo $?)" "heads of $(field restored) files were put back"

run bare --dir "$dir" --no-undo --until-spoiled --kills 2000
ok $status "without the undo log a file is spoiled after $(field kills) kills" "$dir/bare.out"
is "$(field restored)" 0 "no head was put back there"

# ---- while files get other archives, racks other names, files more sources ----------------
run migrate --dir "$dir" --migrate --every 5 --kills "${MOVES:-20}"
ok $status "kills while $(field moved) files are being given other archives" "$dir/migrate.out"
is "$(field lost)" 0 "no accepted value is lost, of $(field values) compared"
is "$(field wrong)" 0 "no value is wrong; all are in the archives wanted last"
ok "$([ "$(field moved)" -gt 50 ]; echo $?)" "$(field moved) changes were begun"

# ---- the same with power cuts: what was not synced may be lost, sector by sector ----
run power --dir "$work" --power "$shim" --racks 6 --every 5 --kills "$cuts"
ok $status "$cuts power cuts" "$dir/power.out"
is "$(field lost)" 0 "no accepted value is lost, of $(field values) compared"
is "$(field wrong)" 0 "no value is wrong, none is there twice"
run powerless --dir "$work" --power "$shim" --racks 6 --every 5 --no-undo --until-spoiled --kills 500
ok $status "without the undo log a file is spoiled after $(field cuts) cuts" "$dir/powerless.out"
finish
