#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Calls and habits that the house does not use.
. "${top_srcdir:?}/tests/lint/lib.sh"

ours() { sources 'collectord/*.c' 'collectord/*.h' 'plugins/*.c' 'plugins/*.h' 'tests/racksim/*.c' 'tests/racksim/*.h'; }
# look NAME REGEX: faults are the lines that match outside comments
look() {
	: >"$faults"
	ours >"$list"
	xargs grep -HnE "$2" <"$list" | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/\*|\*)' >"$faults"
	verdict "$1" "$faults" "$(wc -l <"$list")"
}
look "no unbounded or locale-bound string calls" '(^|[^a-zA-Z0-9_])(atoi|atol|atof|strtok|strcpy|strcat|sprintf|vsprintf|gets|alloca)[[:space:]]*\('
look "no shell" '(^|[^a-zA-Z0-9_])(system|popen|execlp|execvp)[[:space:]]*\('
look "no line comments" '(^|[^:"])//[^"]*$'
look "no typedef of a struct" '^typedef[[:space:]]+(struct|union|enum)[^(]*$'

sources 'collectord/*.c' | grep -vE 'base/(clock|thread)\.c$' >"$list"
xargs grep -HnE '(^|[^a-zA-Z0-9_])(time|gettimeofday|clock_gettime|localtime|gmtime|localtime_r|gmtime_r|sleep|usleep|nanosleep)[[:space:]]*\((NULL|&|CLOCK|[0-9a-z])' <"$list" |
    grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/\*|\*)' | grep -vE '(->|\.)(time|now) *\(' >"$faults"
verdict "only base/clock.c knows the time" "$faults" "$(wc -l <"$list")"

sources 'collectord/*.h' 'collectord/*.c' 'plugins/*.c' 'plugins/*.h' >"$list"
xargs grep -LE 'SPDX-License-Identifier: (GPL-3.0-or-later|MIT)' <"$list" >"$faults"
verdict "every file names its licence" "$faults" "$(wc -l <"$list")"
finish
