#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What collectorctl says of the count: forecast, history, ledger, disagreements,
# as text, JSON and CSV, from a daemon that knows racks by files alone.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage

# day OFFSET: a day before or after today
day() {
	date -u -d "$1 days" +%F
}

# Two racks a week for ten weeks; the days between are interpolated.
{
	echo date,declared,verified,planned,standard
	for week in 10 9 8 7 6 5 4 3 2 1; do
		echo "$(day -$((week * 7))),$((20 - 2 * week)),$((10 - week)),9,$((40 - 4 * week))"
	done
} >"$dir/history.csv"

# inventory STATE: 20 racks, one of them in that state; nine planned
inventory() {
	settings
	cat <<-END
	province: {id: henan, name: {en: Henan}, timezone: UTC}
	store: {dir: store}
	history: [history.csv]
	targets: [{id: thirty, name: {en: Thirty}, racks: 30, reach: at_least, basis: physical}]
	areas: [{id: "410100", name: {en: Zhengzhou}}]
	operators: [{id: op1, name: {en: "=Operator, one"}}]
	sites: [{id: zz1, area: "410100", operator: op1, name: {en: Site}}]
	halls: [{id: h1, site: zz1}]
	templates: {std: {design_kw: 5}}
	rows:
	  - {id: r1, hall: h1, template: std, state: in_service, since: 2024-05-01, racks: [A01..A19]}
	  - {id: r2, hall: h1, template: std, state: planned, due: $(day 30), racks: [B01..B08]}
	  - {id: r3, hall: h1, template: std, state: planned, due: $(day -3), racks: [C01]}
	  - {id: r4, hall: h1}
	racks: [{id: d1, row: r4, design_kw: 5, state: $1, since: 2024-06-01}]
	END
}
inventory in_service >"$dir/collectord.yaml"
daemon "$dir/collectord.yaml"

ctl() {
	"$collectorctl" --url "$url" "$@"
}
# said FILE EXPRESSION: of JSON in a file, in python; d is the body
said() {
	python3 -c '
import json, sys
d = json.load(open(sys.argv[1]))
v = eval(sys.argv[2])
print(v if isinstance(v, str) else json.dumps(v))' "$1" "$2" 2>&1
}

# ---- the forecast --------------------------------------------------------------------
ctl forecast --json >"$dir/forecast.json"
is "$(said "$dir/forecast.json" '[d["k"], d["mean_per_week"], d["count"], d["threshold"]]')" \
	"[10, 2, 20, 30]" "ten weeks at two a week"
is "$(said "$dir/forecast.json" 'd["date"]')" "$(day 35)" "the last ten come in five weeks"
is "$(said "$dir/forecast.json" 'd["pipeline"]["count"]')" "[20, 21, 29]" "what is planned, the overdue one today"
ctl forecast >"$dir/forecast.txt"
has "$dir/forecast.txt" "10 weeks of history: 2.0 racks a week" "the forecast in words"
has "$dir/forecast.txt" "not passed by what is planned" "planned racks are one too few"
ctl forecast --csv >"$dir/forecast.csv"
is "$(head -c 3 "$dir/forecast.csv" | od -An -tx1 | tr -d ' ')" efbbbf "CSV begins with the byte order mark"
has "$dir/forecast.csv" "^$(day 35),30,30,30" "the fan on that day"

# ---- history and lists -----------------------------------------------------------------
ctl history --from "$(day -70)" --csv >"$dir/history.out"
has "$dir/history.out" "^$(day -70),0,0,9,0," "history as it was kept"
ctl racks --csv >"$dir/racks.csv"
is "$(wc -l <"$dir/racks.csv")" 30 "all racks and a header"
ctl operators --csv >"$dir/operators.csv"
has "$dir/operators.csv" ",op1,\"'=Operator, one\"," "a name that looks like a formula is none"
ctl areas >"$dir/areas.txt"
has "$dir/areas.txt" "^410100 .*Zhengzhou +20 " "areas as a table"
status=0
ctl doctor --csv >"$dir/doctor.out" 2>&1 || status=$?
is $status 2 "a command without lists refuses --csv"

# ---- what disagrees --------------------------------------------------------------------
ctl reconcile --json >"$dir/reconcile.json"
is "$(said "$dir/reconcile.json" 'sorted({x["kind"] for x in d["items"]})')" '["no_device", "overdue"]' \
	"racks without a device, and one that is overdue"
is "$(said "$dir/reconcile.json" '[x["params"]["days"] for x in d["items"] if x["kind"] == "overdue"]')" \
	"[3]" "by three days"
echo '[{"address": "192.0.2.7", "plugin": "snmp", "description": "PDU"}]' >"$dir/found.json"
ctl reconcile --kind overdue --discovered "$dir/found.json" >"$dir/found.txt"
has "$dir/found.txt" "unknown_device +192.0.2.7 answers snmp \(PDU\), but is not in the inventory" \
	"what was discovered and the inventory lacks"

# A start takes a state that goes back, and says so from then on.
stop "$daemon"
inventory installed >"$dir/collectord.yaml"
daemon "$dir/collectord.yaml" again
back() {
	ctl reconcile --kind backwards --json >"$dir/back.json"
	[ "$(said "$dir/back.json" 'len(d["items"])')" = 1 ]
}
wait_for 10 back
is "$(said "$dir/back.json" '[d["items"][0]["rack"]] + [d["items"][0]["params"][k] for k in
    ("ledger", "inventory", "since", "file")]')" \
	"[\"d1\", \"in_service\", \"installed\", \"2024-06-01T00:00:00Z\", \"$dir/collectord.yaml\"]" \
	"the ledger has it in service, the file installed"
ctl ledger --rack d1 --json >"$dir/ledger.json"
is "$(said "$dir/ledger.json" '[[x["state"], x["voided"], x["reason"]] for x in d["items"]]')" \
	'[["installed", false, "goes backwards, without a reason"], ["in_service", true, null]]' \
	"both are in the ledger, newest first"
ctl ledger --csv >"$dir/ledger.csv"
is "$(wc -l <"$dir/ledger.csv")" 31 "the whole ledger and a header"
finish
