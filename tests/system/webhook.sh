#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hall of 400 racks loses feed A: every receiver is told once, not 400 times, also
# those that are down, slow or in trouble, and though the daemon is killed meanwhile;
# and once that it is over.  No secret is seen anywhere.
. "$top_srcdir/tests/system/lib.sh"
need python3 curl
stage
step=5
mkdir "$dir/tls" "$dir/secrets"
"$top_builddir/tests/system/mkcert" "$dir/tls" 30 || fatal "a certificate"
ca=$dir/tls/cert.pem

# ---- who is told -----------------------------------------------------------------------
whsec=whsec_$(printf 'sEcReT-of-the-webhook-0001' | base64)
listen() { # NAME OPTION…
	name=$1
	shift
	spawn "$name" python3 "$here/receiver.py" --log "$dir/$name.jsonl" --tls "$dir/tls" \
		--secret "webhook=$whsec" --secret dingtalk=SECsEcReTding --secret feishu=sEcReTfei \
		--secret token=sEcReTtoken "$@"
	receiver_log=$log
	wait_for 20 grep -q '^ready ' "$receiver_log" || fatal "the receiver starts" "$receiver_log"
}
listen told
base=https://127.0.0.1:$(sed -n 's/^ready //p' "$dir/told.log")
down=$(free_ports tcp 1)
secret() { # NAME TEXT
	(umask 077 && printf '%s\n' "$2" >"$dir/secrets/$1")
}
secret webhook "$whsec"
secret ding SECsEcReTding
secret fei sEcReTfei
secret token sEcReTtoken
secret routing sEcReTsEcReTsEcReTsEcReTsEcReT01
secret slack-url "$base/slack/services/T0/B0/sEcReTslack"
secret teams-url "$base/teams/workflows/1?sig=sEcReTteams"
secret ding-url "$base/dingtalk/robot/send?access_token=sEcReTding"
secret wecom-url "$base/wecom/cgi-bin/webhook/send?key=sEcReTwecom"
secret fei-url "$base/feishu/open-apis/bot/v2/hook/sEcReT-fei"
good="hook am amw ce slack teams pd ding wecom fei own"
# those in trouble; r-down listens nowhere yet
bad="r-500 r-429 r-hang r-moved r-junk r-down"

receivers() {
	way="ca_file: $ca, allow: [127.0.0.0/8], lang: en"
	url_of() { echo "url: {file: secrets/$1-url}"; }
	cat <<-END
	receivers:
	  hook: {type: webhook, url: $base/webhook/hook, secret: {file: secrets/webhook}, token: {file: secrets/token}, $way}
	  am: {type: alertmanager, url: $base/alertmanager/, $way}
	  amw: {type: alertmanager-webhook, url: $base/alertmanager-webhook/x, $way}
	  ce: {type: cloudevents, url: $base/cloudevents/x, $way}
	  slack: {type: slack, $(url_of slack), $way}
	  teams: {type: teams, $(url_of teams), $way}
	  pd: {type: pagerduty, url: $base/pagerduty/v2/enqueue, token: {file: secrets/routing}, $way}
	  ding: {type: dingtalk, $(url_of ding), secret: {file: secrets/ding}, $way}
	  wecom: {type: wecom, $(url_of wecom), $way}
	  fei: {type: feishu, $(url_of fei), secret: {file: secrets/fei}, $way}
	  own: {type: template, url: $base/template/x, token: {file: secrets/token}, $way,
	    body: {title: "{title}", state: "{state}", items: {each: alerts, item: {what: "{summary}", where: "{entity}"}}}}
	END
	for r in $bad; do
		to=$base
		[ $r != r-down ] || to=https://127.0.0.1:$down
		echo "  $r: {type: webhook, url: $to/webhook/$r, secret: {file: secrets/webhook}, timeout: 20s, $way}"
	done
}
list() { echo "$*" | sed 's/ /, /g'; }
order() { # PATH STAY ANSWER
	curl -s --cacert "$ca" "$base/_order" \
		-d "{\"path\": \"$1\", \"stay\": $2, \"answers\": [\"$3\"]}" >/dev/null ||
		fatal "the receiver takes orders"
}
order /webhook/r-500 false 500
order /webhook/r-429 false 429:2
order /webhook/r-hang true hang
order /webhook/r-moved true redirect
order /webhook/r-junk false garbage

# ---- a hall -------------------------------------------------------------------------------
printf 'zz1|410100|1|apc|Zhengzhou 1|郑州一|Operator\n' >"$dir/plan"
: >"$dir/faults"
world="--racks 400 --hall 400 --plan $dir/plan --step $step --faults $dir/faults"
# shellcheck disable=SC2086
province $world --pidfile "$dir/racksim.pid"
sed 's/ --pidfile.*//' /dev/null
cat >"$dir/alerts.yaml" <<END
shipped: true
groups: {by: [rule, site, hall], wait: 1s, interval: 5s}
page_url: https://collectord.example
routes:
  - {rules: [supply-lost], to: [$(list $bad)], continue: true}
  - {to: [$(list $good)]}
END
{
	receivers
	cat <<-END
	poll: {interval: ${step}s}
	store: {dir: store, flush: 5s}
	END
} >>"$dir/collectord.yaml"
daemon "$dir/collectord.yaml"
setup=$(sed -n 's/.*with the token \([^ ,]*\),.*/\1/p' "$daemon_log")
wait_for 30 up || fatal "the devices are up" "$daemon_log"
is "$(get /receivers 'len(d["items"])')" 17 "all receivers are known"

hear() { python3 "$here/webhook.py" "$dir" "$@"; }
feed() { # LINE…: a fault, or clear
	# shellcheck disable=SC2086
	"$racksim" fault $world --pidfile "$dir/racksim.pid" "$@" >/dev/null || fatal "racksim takes a fault"
}
# shellcheck disable=SC2086
"$racksim" devices $world >"$dir/devices"
at=$(date +%s.%N)
feed feed_loss hall=zz1-h1 feed=A redundant=60

# shellcheck disable=SC2086
wait_for 30 hear told firing $good
ok $? "all that can hear are told" "$daemon_log"
listed() { lost=$(get '/alerts?rule=supply-lost' 'd["items"][0]["id"]') && [ -n "$lost" ]; }
wait_for 10 listed || fatal "it is listed" "$daemon_log"
gathered() { [ "$(get "/alerts/$lost" 'd["count"] >= 350')" = true ]; }
wait_for 30 gathered
ok $? "$(get "/alerts/$lost" 'd["count"]') rack feeds are one alert of $(get "/alerts/$lost" 'd["entity"]')"
hear note "$at" "$(get "/alerts/$lost" 'd["fired"]')"
missed() { # RECEIVER: an attempt has failed
	[ "$(get /receivers '[x["failed"] is not None for x in d["items"] if x["name"] == "'"$1"'"][0]')" = true ]
}
for r in r-500 r-429 r-junk r-moved r-down; do
	wait_for 20 missed $r
	ok $? "$r does not take its message at once"
done

# ---- killed meanwhile ---------------------------------------------------------------------
stop "$daemon" KILL
listen late --port "$down"
daemon "$dir/collectord.yaml" again
# shellcheck disable=SC2086
wait_for 60 hear told firing r-500 r-429 r-junk r-down
ok $? "after kill -9 those that were in trouble are told, too" "$daemon_log"
again() { [ "$(get "/alerts/$lost" 'd["state"] in ("firing", "stale") and d["count"] >= 350')" = true ]; }
wait_for 30 again
is "$(get "/alerts/$lost" 'd["state"] in ("firing", "stale")')" true "it goes on" "$daemon_log"
dead() { [ "$(get '/deliveries?receiver=r-moved&state=dead' 'len(d["items"])')" != 0 ]; }
wait_for 20 dead
ok $? "what is sent elsewhere is a dead letter"

# ---- over -----------------------------------------------------------------------------------
feed clear
# shellcheck disable=SC2086
wait_for 60 hear told resolved $good r-500 r-429 r-junk r-down
ok $? "all are told that it is over" "$daemon_log"
# shellcheck disable=SC2086
points python3 "$here/webhook.py" "$dir" judge "$at" $good

# ---- secrets ---------------------------------------------------------------------------------
curl -s "$url/metrics" >"$dir/metrics.txt"
for path in /receivers /deliveries /alerts "/alerts/$lost" /collector /rules "/explain/alert/$lost"; do
	curl -s "$url/api/v1$path"
done >"$dir/api.txt"
for id in $(get '/deliveries?limit=1000' '" ".join(x["id"] for x in d["items"])'); do
	curl -s "$url/api/v1/deliveries/$id"
done >>"$dir/api.txt"
tr '\0' '\n' <"/proc/$daemon/cmdline" >"$dir/process.txt"
tr '\0' '\n' <"/proc/$daemon/environ" >>"$dir/process.txt"
has "$dir/api.txt" '"request"' "deliveries show what was sent"
stop "$daemon"
is "$status" 0 "the daemon ends well" "$daemon_log"
for file in collectord.log again.log store/state.db store/state.db-wal metrics.txt api.txt process.txt; do
	[ ! -e "$dir/$file" ] ||
		is "$(grep -ac "sEcReT\|${whsec#whsec_}" "$dir/$file")" 0 "$file holds no secret"
done
finish
