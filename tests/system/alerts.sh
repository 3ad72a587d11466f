#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Alerts from the command line: what fires in a real daemon is listed, acknowledged,
# silenced and told; what racksim does wrong is found again by the replay of its rule.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
: >"$dir/faults"
world="--racks 30 --step 2 --faults $dir/faults"
# shellcheck disable=SC2086
province $world --pidfile "$dir/pid"
spawn receiver python3 "$here/receiver.py" --log "$dir/receiver.jsonl"
wait_for 20 grep -q '^ready' "$dir/receiver.log" || fatal "the receiver starts" "$dir/receiver.log"
to=http://127.0.0.1:$(sed -n 's/^ready \([0-9]*\).*/\1/p' "$dir/receiver.log")
printf 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n' >"$dir/secret"
chmod 600 "$dir/secret"
cat >>"$dir/collectord.yaml" <<END
poll: {interval: 2s}
store: {dir: store}
receivers:
  noc: {type: webhook, url: "$to/webhook/alerts", secret: {file: secret}, allow_http: true, allow: [127.0.0.0/8]}
  away: {type: webhook, url: "http://127.0.0.1:1/", secret: {file: secret}, allow_http: true, allow: [127.0.0.0/8]}
END
cat >"$dir/alerts.yaml" <<'END'
shipped: true
rules:
  - {id: aisle-hot, on: rack, metric: inlet_c, fire: {above: 40 C}, severity: critical,
     summary: {en: "{name}: inlet {value} {unit}"}}
END
daemon "$dir/collectord.yaml"
wait_for 30 up || fatal "the devices are up" "$daemon_log"

# ---- users ---------------------------------------------------------------------------
setup=$(sed -n 's/.*with the token \([^ ,]*\),.*/\1/p' "$daemon_log")
printf '%s\n%s\n' "$setup" "correct horse" >"$dir/lines"
ask setup setup --user boss --secrets "$dir/lines"
is $status 0 "the first admin" "$dir/setup.err"
printf 'correct horse\n' >"$dir/lines"
ask token token new t --user boss --role admin --out "$dir/boss" --secrets "$dir/lines"
is $status 0 "has a token" "$dir/token.err"

# as NAME ARGUMENTS…: ask as the admin
as() {
	as_name=$1
	shift
	ask "$as_name" --auth "$dir/boss" "$@"
}
# in_json NAME EXPRESSION: of the JSON that a command has printed
in_json() {
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
v = eval(sys.argv[2])
print(v if isinstance(v, str) else json.dumps(v))' "$dir/$1.out" "$2" 2>&1
}

# ---- what fires -----------------------------------------------------------------------
fires() {
	ask list alerts --rule "$1" --json && [ "$(in_json list 'len(d["items"]) > 0')" = true ]
}
wait_for 30 fires failover-risk
ok $? "a shipped rule fires" "$daemon_log"
id=$(in_json list 'd["items"][0]["id"]') entity=$(in_json list 'd["items"][0]["entity"]')
row=$(in_json list 'd["items"][0]["row"]')
is "$(in_json list 'all(k in d for k in ("as_of", "items", "next", "counts"))')" true \
	"--json is the API's shape"
ask list alerts --at "$entity"
has "$dir/list.out" "^$id  *warning  *firing  *failover-risk  *$entity .*%" "it stands in the table"
has "$dir/list.out" '^open: [0-9]+ critical' "with the counts below"
ask csv alerts --rule failover-risk --csv
has "$dir/csv.out" "^$id,.*,failover-risk,warning,firing,$entity" "and in the CSV"
ask show alerts show "$id"
has "$dir/show.out" "^alert $id: warning, firing" "one with its history"
has "$dir/show.out" ' fired ' "says when it fired"
ask rules alerts rules
has "$dir/rules.out" '^failover-risk  *rack  *failover_pct  *above 80 % .*alerts.yaml:[0-9]+ *$' \
	"rules are listed with their lines"
ask explain explain alert "$id"
has "$dir/explain.out" '^it fires when failover_pct of the rack is above 80 %; it clears when below 76 %' \
	"explain says by which limits"

# ---- acknowledged -----------------------------------------------------------------------
ask ack alerts ack "$id"
is $status 1 "nobody acknowledges without a role"
as ack alerts ack "$id" --note "on the way"
is "$status $(cat "$dir/ack.out")" "0 alert $id is acknowledged" "an operator does" "$dir/ack.err"
as ack alerts ack "$id"
is $status 1 "once"
ask show alerts show "$id"
has "$dir/show.out" '^acknowledged by boss at .*: on the way' "and it says who and why"
as ack alerts unack "$id"
is "$status $(cat "$dir/ack.out")" "0 alert $id is firing" "it is taken back"

# ---- silenced ---------------------------------------------------------------------------
as silence silence add "$entity" --for 2h --reason "陈 changes PDU" --rule 'failover-*' --json
is $status 0 "a silence is made" "$dir/silence.err"
silence=$(in_json silence 'd["id"]')
ask list silence list --state active
has "$dir/list.out" "^$silence  *active  *$entity  *failover-\\*.*陈 changes PDU" "listed"
silenced() {
	ask explain explain alert "$id" && grep -q "silence $silence holds" "$dir/explain.out"
}
wait_for 10 silenced
ok $? "explain names it" "$dir/explain.out"
as silence silence end "$silence"
is $status 0 "it is ended" "$dir/silence.err"
as silence silence end "$silence"
is $status 1 "once"
ask list silence
has "$dir/list.out" "^$silence  *over " "and stays listed"

# ---- receivers --------------------------------------------------------------------------
ask hooks webhook list
has "$dir/hooks.out" '^noc  *webhook ' "receivers are listed"
as test webhook test noc --alert "$id"
is $status 0 "a test is taken" "$dir/test.out"
has "$dir/test.out" '^answered 200 in [0-9]+ ms' "with what was answered"
has "$dir/test.out" "failover-risk" "and what was sent"
is "$(grep -c MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw "$dir/test.out")" 0 "without the secret"
as test webhook test away
is $status 1 "a receiver that is not there fails"
has "$dir/test.out" '^verdict: ' "and says so"
delivered() {
	ask posts webhook deliveries --receiver noc --state delivered --json &&
		[ "$(in_json posts 'len(d["items"]) > 0')" = true ]
}
wait_for 30 delivered
ok $? "what was sent is listed" "$dir/posts.out"
post=$(in_json posts 'd["items"][0]["id"]')
ask post webhook show "$post"
has "$dir/post.out" '^verdict: accepted' "one message with its tries"
as again webhook replay "$post"
is $status 0 "is sent again" "$dir/again.err"

# ---- replay -----------------------------------------------------------------------------
began=$(date -u -d '-20 seconds' +%Y-%m-%dT%H:%M:%SZ)
fault() {
	# shellcheck disable=SC2086
	"$racksim" fault $world --pidfile "$dir/pid" "$@" >"$dir/fault.log" 2>&1
}
fault hot_aisle degrees=25 "row=$row"
ok $? "racksim heats $row" "$dir/fault.log"
wait_for 20 fires aisle-hot
ok $? "the rule of this site fires" "$daemon_log"
# played: the racks that the replay of the rule finds
played() {
	ask replay --config "$dir/collectord.yaml" alerts replay aisle-hot --from "$began" --json &&
		in_json replay 'sorted(x["entity"] for x in d["items"])'
}
same() {
	hot=$(played) && ask list alerts --rule aisle-hot --json &&
		[ "$(in_json list 'sorted(x["entity"] for x in d["items"])')" = "$hot" ]
}
wait_for 20 same
ok $? "its replay finds the same racks" "$dir/replay.out"
fault clear
over() {
	ask open alerts --rule aisle-hot --json && [ "$(in_json open 'len(d["items"])')" = 0 ] &&
		ask list alerts --state resolved --rule aisle-hot --json &&
		[ "$(in_json list 'len(d["items"])')" -gt 0 ]
}
wait_for 20 over
ok $? "and is over when it has cooled down" "$dir/list.out"
cp "$dir/list.out" "$dir/real.out"
replayed() {
	ask replay --config "$dir/collectord.yaml" alerts replay aisle-hot --from "$began" --json &&
		[ "$(in_json replay 'all(x["resolved"] for x in d["items"]) and len(d["items"]) > 0')" = true ]
}
wait_for 20 replayed
is $status 0 "the rule is replayed" "$dir/replay.err"
lateness
python3 - "$dir/real.out" "$dir/replay.out" "$late" >"$dir/compared" 2>&1 <<'END'
import datetime
import json
import sys


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def of(body):
    return sorted((x["entity"], at(x["since"])) for x in body["items"])


real, played = (json.load(open(name)) for name in sys.argv[1:3])
a, b = of(real), of(played)
# what was polled late is in the archive, but was not in the slot's figures
step = played["basis"]["finest_s"] + float(sys.argv[3]) / 1000
print(a, b, step)
assert a and [x[0] for x in a] == [x[0] for x in b]
assert all(abs(x[1] - y[1]) <= step for x, y in zip(a, b))
END
ok $? "it finds the same things at the same times" "$dir/compared"
sed 's/40 C/80 C/' "$dir/alerts.yaml" >"$dir/draft.yaml"
ask replay --config "$dir/collectord.yaml" alerts replay aisle-hot --from "$began" --file "$dir/draft.yaml"
has "$dir/replay.out" 'draft.yaml:3\) would have fired 0 times' "a draft is played instead"
has "$dir/replay.out" '^basis: averages of 2 s, as polled' "and says what of"
ask replay --config "$dir/collectord.yaml" alerts replay failover-risk --from "$began" --at "$entity" --json
is "$(in_json replay '[x["entity"] for x in d["items"]] == ["'"$entity"'"]')" true \
	"failover is made of the feeds' currents" "$dir/replay.out"
sed 's/above: 40 C/above: 400 C/' "$dir/alerts.yaml" >"$dir/draft.yaml"
ask replay --config "$dir/collectord.yaml" alerts replay aisle-hot --from "$began" --file "$dir/draft.yaml"
is $status 1 "a draft is checked"
has "$dir/replay.err" 'draft.yaml:3:[0-9]+: ' "with the place of the mistake"
ask replay --config "$dir/collectord.yaml" alerts replay device-silent --from -1h
is $status 1 "what is not archived is refused"
has "$dir/replay.err" 'single polls, which are not archived; those on a rack' "and why, and what can be"

# ---- wrong input --------------------------------------------------------------------------
wrong() { # STATUS ARGUMENTS…
	wanted=$1
	shift
	as wrong "$@"
	is $status "$wanted" "$* exits $wanted"
}
wrong 2 alerts --colour red
wrong 1 alerts --state burning
wrong 2 alerts show twelve
wrong 1 alerts show 999999
wrong 1 alerts ack 999999
wrong 2 silence add "$entity" --for 2h
wrong 2 silence add "$entity" --for soon --reason x
wrong 1 silence add rack:no-such --for 2h --reason x
wrong 2 silence end x
wrong 1 webhook test nobody
wrong 2 webhook replay
wrong 2 alerts replay aisle-hot --from yesterday
wrong 2 alerts replay aisle-hot --to now
wrong 1 explain alert 999999

# ---- who did it ----------------------------------------------------------------------------
as audit audit
for word in alert_ack alert_unack silence_add silence_end receiver_test delivery_replay; do
	has "$dir/audit.out" " boss .* $word " "the audit log has $word"
done
stop "$daemon"
is "$status" 0 "the daemon ends well" "$daemon_log"
finish
