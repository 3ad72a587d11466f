#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Layers: a file includes its own room or one of lower rank; plugins include
# the ABI only; libraries stay behind their one room.
. "${top_srcdir:?}/tests/lint/lib.sh"

sources 'collectord/*.c' 'collectord/*.h' >"$list"
xargs grep -Hn '^#include "' <"$list" | awk -F'[:"]' '
	BEGIN {
		split("include 0 base 1 model 2 config 3 poll 4 flow 4 store 4 state 4 capacity 5 alert 5 http 6 ctl 7", t, " ")
		for (i = 1; i in t; i += 2) rank[t[i]] = t[i + 1]
	}
	{
		n = split($1, path, "/"); from = n > 2 ? path[2] : "main"
		m = split($4, inc, "/"); to = m > 1 ? inc[1] : "main"
		fr = from == "main" ? 7 : rank[from]; tr = to == "main" ? 7 : rank[to]
		if (!(from == "main") && !(from in rank)) print $1 ": unknown room " from
		else if (to == "snmp" && $1 ~ /ctl\/profile_new\.c$/) next   # the sketch: profile new
		else if (to != "main" && !(to in rank)) print $1 ":" $2 ": includes unknown room " to
		else if (from != to && tr >= fr) print $1 ":" $2 ": " from " (rank " fr ") includes " to " (rank " tr ")"
	}' >"$faults"
verdict "rooms include only lower ranks" "$faults" "$(wc -l <"$list")"

sources 'plugins/*.c' 'plugins/*.h' >"$list"
: >"$faults"
while read -r f; do
	dir=$(dirname "$f")
	grep -n '^#include "' "$f" | while IFS='"' read -r _ name _; do
		[ -e "$dir/$name" ] || [ "$name" = config.h ] || echo "$f includes $name: plugins know <collectord/…> and their own files only"
	done
	grep -n 'include <config.h>' "$f" | sed "s|^|$f:|; s|\$|: out of tree there is no config.h|"
done <"$list" >"$faults"
verdict "plugins include the ABI and their own files" "$faults" "$(wc -l <"$list")"

sources 'collectord/*.c' 'collectord/*.h' >"$list"
xargs grep -HnE '#include <(rrd|yaml|microhttpd|sqlite3|net-snmp|curl/curl|uv)\b?' <"$list" | awk -F: '
	/<rrd/ && $1 !~ /store\/rrdfile\.c$/ { print $1 ":" $2 ": librrd outside store/rrdfile.c" }
	/<yaml/ && $1 !~ /^collectord\/config\// { print $1 ":" $2 ": libyaml outside config" }
	/<microhttpd/ && $1 !~ /^collectord\/http\// { print $1 ":" $2 ": libmicrohttpd outside http" }
	/<sqlite3/ && $1 !~ /^collectord\/state\// { print $1 ":" $2 ": SQLite outside state" }
	/<net-snmp/ { print $1 ":" $2 ": net-snmp belongs to its plugin" }
	/<curl/ && $1 !~ /^collectord\/(ctl|alert)\// { print $1 ":" $2 ": libcurl outside ctl" }' >"$faults"
verdict "each library stays in its room" "$faults" "$(wc -l <"$list")"
finish
