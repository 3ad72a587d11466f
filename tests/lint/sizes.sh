#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bars for files, functions, lines, includes and #if.
. "${top_srcdir:?}/tests/lint/lib.sh"

code() { sources 'collectord/*.c' 'plugins/*.c' 'tests/racksim/*.c'; }
code >"$list"
xargs wc -l <"$list" | awk '$2 != "total" && $1 > 700 { print $2 ": " $1 " lines (stop 700)" }' >"$faults"
verdict ".c files of at most 700 lines" "$faults" "$(wc -l <"$list")"

sources 'collectord/*.h' 'plugins/*.h' 'tests/racksim/*.h' >"$list"
xargs wc -l <"$list" | awk '$2 != "total" && $1 > ($2 ~ /plugin\.h$/ ? 400 : 250) { print $2 ": " $1 " lines (stop 250)" }' >"$faults"
verdict "headers of at most 250 lines" "$faults" "$(wc -l <"$list")"

# A function is what stands between a '{' and a '}' in column 0; tables, which
# begin with "= {" at a line's end, are exempt.
code >"$list"
xargs awk '
	FNR == 1 { start = 0 }
	/^{/ { start = FNR }
	/^}/ && start { len = FNR - start - 1; if (len > 80) print FILENAME ":" start ": function of " len " lines (stop 80)"; start = 0 }
' <"$list" >"$faults"
verdict "functions of at most 80 lines" "$faults" "$(wc -l <"$list")"

sources 'collectord/*.c' 'collectord/*.h' 'plugins/*.c' 'plugins/*.h' 'tests/racksim/*.c' 'tests/racksim/*.h' >"$list"
xargs awk '
	{ line = $0; gsub(/\t/, "        ", line); gsub(/[\200-\277]/, "", line)
	  if (length(line) > 100) print FILENAME ":" FNR ": " length(line) " columns (stop 100)" }
' <"$list" >"$faults"
verdict "lines of at most 100 columns" "$faults" "$(wc -l <"$list")"

code >"$list"
xargs awk '
	FNR == 1 { if (file != "" && inc > 18) print file ": " inc " includes (stop 18)"; inc = 0; file = FILENAME }
	/^#include/ { inc++ }
	END { if (inc > 18) print file ": " inc " includes (stop 18)" }
' <"$list" >"$faults"
verdict "at most 18 includes" "$faults" "$(wc -l <"$list")"

sources 'collectord/*.c' >"$list"
xargs awk '
	/^#[ \t]*if/ { n++ } { lines++ }
	END { if (lines > 0 && n * 1000 / lines > 4) printf "%d #if in %d lines (stop 4 in 1000)\n", n, lines }
' <"$list" >"$faults"
verdict "few #if" "$faults" "$(wc -l <"$list")"
finish
