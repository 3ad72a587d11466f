#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Reservations of a real daemon: only an operator makes them, what was answered
# survives kill -9, the planner respects them at once, they expire by themselves.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
cat >"$dir/collectord.yaml" <<END
$(settings)
inventory: [inventory.yaml]
store: {dir: store}
END
cat >"$dir/inventory.yaml" <<'END'
areas: [{id: "410100"}]
sites: [{id: z, area: "410100"}]
halls: [{id: h, site: z}]
templates: {t: {units: 10, design_kw: 2, feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}}
rows: [{id: r, hall: h, template: t, state: installed, racks: [A1..A2]}]
END
daemon "$dir/collectord.yaml"
api=$url/api/v1

# send STATUS METHOD PATH [BODY]: as the admin; the answer in $dir/answer
send() {
	said=$(curl -s -m 20 -b "$dir/cookies" -c "$dir/cookies" -o "$dir/answer" \
		-w '%{http_code}' -X "$2" ${csrf:+-H "X-CSRF-Token: $csrf"} \
		${4:+-H 'Content-Type: application/json' -d "$4"} "$api$3")
	is "$said" "$1" "$2 $3 answers $1"
}
answer() {
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$dir/answer" "$1" 2>&1
}

csrf=
body='{"rack":"r-a1","tenant":"bank","until":"2126-01-01T00:00:00Z"}'
send 403 POST /reservations "$body"
is "$(answer 'd["code"]')" needs_role "an anonymous viewer may not reserve"
token=$(sed -n 's/.*no users yet: .* with the token \([^,]*\),.*/\1/p' "$daemon_log")
send 200 POST /setup "{\"token\":\"$token\",\"user\":\"boss\",\"password\":\"correct horse 42\"}"
csrf=$(answer 'd["csrf"]')
[ -n "$csrf" ] || fatal "the first admin is made" "$daemon_log"
send 400 POST /reservations "$body"
is "$(answer 'd["params"]["member"]')" until "a hundred years are a slip of the pen"

until=$(date -u -d '+30 days' +%Y-%m-%dT%H:%M:%SZ)
send 201 POST /reservations "{\"rack\":\"r-a1\",\"tenant\":\"bank\",\"until\":\"$until\",\"reason\":\"new hall\"}"
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
is "$(answer 'd["items"][0]["id"], d["items"][0]["actor"], d["items"][0]["state"]')" \
	"('1', 'boss', 'active')" "it is answered with its number"

daemon "$dir/collectord.yaml" again
api=$url/api/v1
is "$(get '/reservations' '[(x["id"], x["rack"], x["tenant"], x["state"]) for x in d["items"]]')" \
	'[["1", "r-a1", "bank", "active"]]' "it survives kill -9"
is "$(get /racks/r-a1 '[(x["state"], x["actor"]) for x in d["ledger"]][0]')" \
	'["reserved", "boss"]' "the ledger of the rack has it"
comes 10 /racks/r-a1 '[d["reserved"]["for"], d["space"]["reserved"], d["budget"]["reserved_w"]]' \
	'["bank", 10, 2000]' "the rack says for whom, all its units and its power are kept"
comes 10 '/plan?n=100' '[[x["rack"] for x in d["placements"]], d["bound_by"].get("reserved")]' \
	'[["r-a2"], 1]' "the planner keeps out of it"
is "$(get '/plan?n=100&tenant=bank' 'sorted(x["rack"] for x in d["placements"])')" \
	'["r-a1", "r-a2"]' "but not for whom it is kept"

# the session ended with the daemon
send 200 POST /session '{"user":"boss","password":"correct horse 42"}'
csrf=$(answer 'd["csrf"]')
send 409 POST /reservations "{\"racks\":[\"r-a2\",\"r-a1\"],\"tenant\":\"shop\",\"until\":\"$until\"}"
is "$(answer 'd["code"], d["params"]["rack"]')" "('reserved', 'r-a1')" "another tenant is told where"
is "$(get '/reservations' 'len(d["items"])')" 1 "and has none of the others either"
send 200 POST /reservations/1/release
is "$(get '/plan?n=100' 'd["bound_by"].get("reserved")')" null "released, its room is free at once"
soon=$(date -u -d '+8 seconds' +%Y-%m-%dT%H:%M:%SZ)
send 201 POST /reservations "{\"rack\":\"r-a2\",\"tenant\":\"shop\",\"until\":\"$soon\",\"units\":4,\"power_w\":500}"
comes 20 '/reservations?rack=r-a2' '[x["state"] for x in d["items"]]' '["expired"]' \
	"it expires by itself"
send 409 DELETE /reservations/2
has "$dir/answer" not_active "what has expired cannot be released"
is "$(get '/reservations?state=released' '[x["id"] for x in d["items"]]')" '["1"]' \
	"the released one stays listed"
curl -s -b "$dir/cookies" "$api/audit" >"$dir/answer"
is "$(answer '[x["action"] for x in d["items"] if x["action"].startswith("reservation")]')" \
	"['reservation_add', 'reservation_release', 'reservation_add']" "the audit log has all three"
stop "$daemon"
is "$status" 0 "the daemon ends well" "$daemon_log"
finish
