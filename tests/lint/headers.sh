#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every header stands alone and says its purpose, route or thread first.
. "${top_srcdir:?}/tests/lint/lib.sh"

cc=${CC:-cc}
sources 'collectord/*.h' >"$list"
: >"$faults"
while read -r h; do
	printf '#include "%s"\n' "$top_srcdir/$h" |
	    $cc -std=gnu11 -D_GNU_SOURCE -fsyntax-only -Wall -Wextra -I"$top_builddir" -Icollectord/include -Icollectord \
	    -xc - >"$faults.one" 2>&1 || { echo "$h: does not stand alone"; head -n 3 "$faults.one"; }
	rm -f "$faults.one"
done <"$list" >"$faults"
verdict "headers stand alone" "$faults" "$(wc -l <"$list")"

xargs awk '
	FNR == 1 { if (file != "" && !seen) print file ": says no Thread"; seen = 0; file = FILENAME }
	/Thread:/ { seen = 1 }
	END { if (!seen) print file ": says no Thread" }
' <"$list" >"$faults"
verdict "headers name their thread" "$faults" "$(wc -l <"$list")"

# An umbrella header is one that holds nothing but includes.
xargs awk '
	function tell() { if (file != "" && inc > 2 && decl == 0) print file ": an umbrella header" }
	FNR == 1 { tell(); inc = 0; decl = 0; file = FILENAME }
	/^#include/ { inc++ }
	/;[ \t]*$/ { decl++ }
	END { tell() }
' <"$list" >"$faults"
verdict "no umbrella header" "$faults" "$(wc -l <"$list")"
finish
