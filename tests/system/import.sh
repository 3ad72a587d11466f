#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Imports: CSV as spreadsheets write it, and a NetBox (netbox.py); each shows
# what it would change, and nothing is ever half-applied.
. "$top_srcdir/tests/system/lib.sh"
need python3
stage
mkdir -p "$dir/etc" "$dir/csv"
printf 'public\n' >"$dir/etc/community"
chmod 600 "$dir/etc/community"
{
	settings
	cat <<-END
	credentials: {lab: {snmp: {version: 2c, community: {file: community}}}}
	sites: [{id: s1, area: "410300"}, {id: s2, area: "410300"}]
	halls: [{id: h1, site: s1}, {id: h2, site: s2}]
	rows: [{id: w1, hall: h1}, {id: w2, hall: h2}]
	inventory: ["inventory/*"]
	store: {dir: ../store}
	poll: {interval: 2s}
	END
} >"$dir/etc/c.yaml"
mkdir "$dir/etc/inventory"
printf 'racks: [{id: old, row: w1, state: planned}]\n' >"$dir/etc/inventory/own.yaml"

ctl() { # WORDS…: status in $status, output in $dir/out
	status=0
	"$collectorctl" --config "$dir/etc/c.yaml" --url http://127.0.0.1:1 "$@" \
		>"$dir/out" 2>&1 || status=$?
}
# sum_of: what stands in the folder of inventories now
sum_of() { (cd "$dir/etc/inventory" && cat -- * | cksum; ls -A) >"$dir/sum.$1"; }
# nothing_written WHAT
nothing_written() {
	sum_of after
	is "$(cat "$dir/sum.after")" "$(cat "$dir/sum.before")" "$1: nothing was written"
}

# ---- CSV ------------------------------------------------------------------------------
printf 'id,row,state,tenant,feeds.A.breaker_a,feeds.B.breaker_a,units\r\nr1,w1,in_service,郑州银行,32,32,42\r\nr2,w1,planned,,16,,42\r\n' |
	iconv -f UTF-8 -t GBK >"$dir/csv/racks.csv"
printf '\357\273\277rack,role,feed,plugin,address,credential\nr1,pdu-a,A,snmp,192.0.2.1,lab\n' >"$dir/csv/devices.csv"
printf 'id,rack,u,height,nameplate_w,feeds\ne1,r1,1,2,800,A B\n' >"$dir/csv/equipment.csv"
sum_of before
ctl import csv "$dir/csv/racks.csv" "$dir/csv/devices.csv" "$dir/csv/equipment.csv" --dry-run
is $status 0 "csv, dry run: is accepted"
has "$dir/out" '^\+ racks r1$' "csv, dry run: names what is added"
has "$dir/out" '^racks: \+2 -0 ~0$' "csv, dry run: counts"
has "$dir/out" '^devices: \+1 -0 ~0$' "csv, dry run: devices, too"
has "$dir/out" '^equipment: \+1 -0 ~0$' "csv, dry run: and equipment"
has "$dir/out" 'not compared with what answers' "csv: says that no daemon answers"
nothing_written "csv, dry run"
ctl import csv "$dir/csv/racks.csv" "$dir/csv/devices.csv" "$dir/csv/equipment.csv"
is $status 0 "csv: is written"
has "$dir/etc/inventory/racks.csv" '郑州银行' "csv: GBK has become UTF-8"
ctl check
is $status 0 "csv: the configuration with it is right" "$dir/out"
sed -i 's/r2,w1,planned/r2,w1,in_service/' "$dir/csv/racks.csv"
ctl import csv "$dir/csv/racks.csv" --dry-run
has "$dir/out" '^~ racks r2: state planned -> in_service$' "csv: a change is named"
# ---- what answers ----------------------------------------------------------------------
daemon "$dir/etc/c.yaml"
ctl --url "$url" import csv "$dir/csv/racks.csv" --dry-run
is $status 0 "csv, beside the daemon: is accepted" "$dir/out"
has "$dir/out" '^in the inventory, but silent: 2$' "reconcile: counts the silent"
has "$dir/out" '^  r1: its devices do not answer$' "reconcile: a rack that does not answer"
has "$dir/out" '^answers, but not in the inventory: 0$' "reconcile: nobody unknown"
ctl --url "$url" --json import csv "$dir/csv/racks.csv" --dry-run
is "$(python3 -c 'import json, sys; r = json.load(open(sys.argv[1]))
print(r["dry_run"], r["diff"]["racks"]["changed"][0]["id"], len(r["reconcile"]["contradictions"]))' "$dir/out")" \
	"True r2 0" "--json: the same for machines"
stop "$daemon"
is $status 0 "the daemon ends" "$daemon_log"

sum_of before
printf 'id,row\nr1,w1\nr9,w1\nr9,w2\n' >"$dir/csv/more.csv"
ctl import csv "$dir/csv/more.csv"
is $status 1 "csv, two rows of one rack: refused"
has "$dir/out" "^$dir/csv/more.csv:4:1: rack 'r9' is named twice" "csv, two rows: the place"
has "$dir/out" "^$dir/csv/more.csv:2:1: rack 'r1' is named twice|r1' is named twice; it is there already at $dir/csv/more.csv" \
	"csv, a rack that another file has: the place"
nothing_written "csv, two rows"
printf 'id,rack,u,height\ne7,r1,2,2\n' >"$dir/csv/over.csv"
ctl import csv "$dir/csv/over.csv"
is $status 1 "csv, overlapping units: refused"
has "$dir/out" "csv/over.csv:2:7: 'e7' \(units 2 to 3\) overlaps 'e1'" "csv, overlapping units: the place"
nothing_written "csv, overlapping units"
ctl import csv "$dir/csv/more.csv" --into "$dir/elsewhere"
has "$dir/out" "does not read $dir/elsewhere/more.csv" "csv: a folder that is not read is named"
is "$(test -e "$dir/elsewhere" && echo there)" "" "csv: and not made"

# ---- NetBox ----------------------------------------------------------------------------
: >"$dir/trouble"
spawn netbox python3 "$here/netbox.py" "$dir/trouble"
wait_for 20 grep -q ready "$dir/netbox.log" || fatal "netbox.py starts" "$dir/netbox.log"
base=http://127.0.0.1:$(sed 's/ .*//' "$dir/netbox.log")
printf '0123456789abcdef0123456789abcdef01234567\n' >"$dir/token"
chmod 600 "$dir/token"
netbox() { ctl import netbox "$base/" --token-file "$dir/token" "$@"; }

sum_of before
netbox --dry-run
is $status 0 "netbox, dry run: is accepted" "$dir/out"
has "$dir/out" '^racks: \+7 -0 ~0$' "netbox, dry run: counts"
nothing_written "netbox, dry run"
netbox --credential lab
is $status 0 "netbox: is written" "$dir/out"
file=$dir/etc/inventory/netbox.yaml
has "$file" 'id: zz-demo, .*area: "410100".*zh: "郑州示例数据中心"' "netbox: a region by its Chinese name"
has "$file" 'id: ly-two, .*area: "410300"' "netbox: a region by its English name"
has "$file" 'id: zz-demo-hall-1, ' "netbox: a location is a hall"
is "$(grep -c 'Store room' "$file")" 0 "netbox: a location without racks is none"
has "$file" 'netbox:rack:1".*state: in_service.*tenant: "Bank".*units: 42.*weight_limit_kg: 1000, design_kw: 6' "netbox: active is in_service"
has "$file" 'netbox:rack:1".*feeds: \{A: \{phases: 1, breaker_a: 32, volts: 220, from: zz-demo-rpp-a\}, B: \{.*from: zz-demo-rpp-b\}\}' "netbox: feeds and panels"
has "$file" 'netbox:rack:2".*state: energized.*A: \{phases: 3, breaker_a: 63, volts: 219' "netbox: available with a live feed is energized; three phases"
has "$file" 'netbox:rack:3".*state: installed.*reserved_for: "Bank"' "netbox: reserved is a reservation"
has "$file" 'netbox:rack:4".*state: planned' "netbox: planned is planned"
has "$file" 'netbox:rack:5".*state: decommissioning.*weight_limit_kg: 453\.59237' "netbox: deprecated is decommissioning; pounds"
has "$file" 'netbox:rack:7".*id: *|id: ly-two-nb7, external: "netbox:rack:7".*label: "机柜七"' "netbox: a name without letters gets an id all the same"
has "$file" 'netbox:device:31".*u: 10, height: 2, nameplate_w: 800, kg: 25, feeds: \[A, B\]' "netbox: dual-corded over two PDUs"
has "$file" 'netbox:device:32".*u: 12, height: 2, nameplate_w: 750, kg: 25, feeds: \[A\]' "netbox: single-corded"
has "$file" 'role: pdu-a, plugin: snmp, address: "192.0.2.33", credential: "lab", feed: A' "netbox: a PDU to poll"
ctl check
is $status 0 "netbox: the configuration with it is right" "$dir/out"

printf renamed >"$dir/trouble"
netbox --credential lab --dry-run
has "$dir/out" '^~ racks zz-demo-hall-1-a03: label A03 -> B99$' "netbox, renamed there: the id stays"
is "$(grep -c '^[+-] racks' "$dir/out")" 0 "netbox, renamed there: nothing comes or goes"
printf grown >"$dir/trouble"
netbox --credential lab --dry-run
has "$dir/out" '^racks: \+1196 -0 ~0$' "netbox: three pages"

sum_of before
trouble() { # WORD PATTERN
	printf '%s' "$1" >"$dir/trouble"
	netbox
	is $status 1 "netbox $1: fails"
	has "$dir/out" "$2" "netbox $1: says what it is, and what to do"
	is "$(grep -c '0123456789abcdef' "$dir/out")" 0 "netbox $1: the token is not shown"
	nothing_written "netbox $1"
}
trouble forbidden 'HTTP 403 \(Invalid token\): the token in .*token must be valid'
trouble busy 'HTTP 429 .*asks to wait 3600 s; try again later'
trouble broken 'HTTP 500.*NetBox is in trouble.*nothing was written'
trouble half 'half a page.*nothing was written'
trouble closed 'the answer broke off|transfer closed'
trouble empty 'an empty page, where 7 objects were announced'
printf busy-once >"$dir/trouble"
netbox --credential lab --dry-run
is $status 0 "netbox busy once: waits as it is asked, and goes on" "$dir/out"
: >"$dir/trouble"
chmod 644 "$dir/token"
netbox
has "$dir/out" 'may be read by others; run: chmod 600' "netbox: a token that others may read is refused"
chmod 600 "$dir/token"
ctl import netbox "$base/elsewhere" --token-file "$dir/token"
has "$dir/out" 'HTTP 404: is that a NetBox' "netbox: another address"
ctl import netbox "$base" --token-file "$dir/none"
has "$dir/out" 'token file .*none' "netbox: no token"
sed -i '/inventory:/d' "$dir/etc/c.yaml"
netbox
has "$dir/out" 'does not read .*inventory/netbox.yaml: add' "netbox: a configuration that would not read it"
finish
