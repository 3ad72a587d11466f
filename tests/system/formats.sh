#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Messages of all types over the daemon's own transport, to a receiver that checks
# them by their owners' documents, over TLS; and to a real Alertmanager.
. "$top_srcdir/tests/system/lib.sh"
need python3 curl
notices=$top_builddir/tests/system/notices
mkdir "$dir/tls" "$dir/other" "$dir/secrets"
"$top_builddir/tests/system/mkcert" "$dir/tls" 30 || fatal "a certificate"
"$top_builddir/tests/system/mkcert" "$dir/other" 30 || fatal "a certificate"
ca=$dir/tls/cert.pem

# receiver NAME OPTION…: starts one; its port in $port
receiver() {
	name=$1
	shift
	spawn "$name" python3 "$here/receiver.py" --log "$dir/$name.jsonl" "$@"
	receiver_log=$log
	wait_for 20 grep -q '^ready ' "$receiver_log" || fatal "the receiver starts" "$receiver_log"
	port=$(sed -n 's/^ready //p' "$receiver_log")
}

# order PATH ANSWER…: what it answers next
order() {
	path=$1
	shift
	answers=
	for a in "$@"; do
		answers="$answers${answers:+,}\"$a\""
	done
	curl -s --cacert "$ca" "$url/_order" -d "{\"path\": \"$path\", \"answers\": [$answers]}" >/dev/null ||
		fatal "the receiver takes orders"
}

post() { # KIND TYPE…: lines in $dir/out
	"$notices" "$dir/secrets" "$ca" "$url" "$@" >"$dir/out" 2>&1
}

receiver checker --tls "$dir/tls" --secret keyword=告警 --secret token=s3cr3t-t0ken
url=https://127.0.0.1:$port

# ---- all types, all kinds ------------------------------------------------------------
# WeCom and the like have no keyword: theirs are checked by a receiver without one below
with_keyword="webhook alertmanager alertmanager-webhook cloudevents slack teams pagerduty dingtalk feishu template"
for kind in calm single resolved hostile huge heartbeat canary test; do
	post $kind $with_keyword
	ok $? "$kind: accepted by the checks of all types" "$dir/out"
done

# ---- the checks check -------------------------------------------------------------------
receiver stranger --tls "$dir/tls" --secret webhook=whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA \
	--secret dingtalk=SECother --secret feishu=other
url=https://127.0.0.1:$port
post calm webhook dingtalk feishu
is "$(grep -c ' refused 400 .*does not fit' "$dir/out")" 3 "another secret does not fit"
post calm wecom
ok $? "WeCom's message is accepted" "$dir/out"
post huge wecom
ok $? "a huge one is, too" "$dir/out"
receiver turned --tls "$dir/tls" \
	--secret webhook=whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
url=https://127.0.0.1:$port
post calm webhook
ok $? "while a secret is replaced the other fits, too" "$dir/out"

# ---- answers ------------------------------------------------------------------------------
order /webhook 500 429:7 302 410 404 garbage close redirect 503:3
for want in 'retry 500' 'retry 429' 'refused 302' 'gone 410' 'refused 404' 'retry 0' 'retry 0' \
	'refused 302 .*redirects are not followed' 'retry 503' 'accepted 200'; do
	post calm webhook
	has "$dir/out" "^webhook calm $want" "the receiver said so: $want"
done
order /dingtalk robot:310000 robot:130101 'body:<html>login</html>'
for want in 'refused 200 errcode 310000' 'retry 200 errcode 130101' 'retry 200 .*no errcode' \
	'accepted 200'; do
	post calm dingtalk
	has "$dir/out" "^dingtalk calm $want" "the robot said so: $want"
done

# ---- trust -----------------------------------------------------------------------------------
before=$(wc -l <"$dir/turned.jsonl")
"$notices" "$dir/secrets" "$dir/other/cert.pem" "$url" calm webhook >"$dir/out" 2>&1
has "$dir/out" '^webhook calm retry 0 .*[Cc]ertificate' "another CA's certificate is not taken"
"$notices" "$dir/secrets" /etc/ssl/certs/none.pem "$url" calm webhook >"$dir/out" 2>&1
has "$dir/out" '^webhook calm retry 0 ' "nor any without a CA"
"$notices" "$dir/secrets" "$ca" "https://localhost:$port" calm webhook >"$dir/out" 2>&1
has "$dir/out" '^webhook calm retry 0 ' "nor one of another name"
"$notices" "$dir/secrets" "$ca" "http://127.0.0.1:$port" calm webhook >"$dir/out" 2>&1
has "$dir/out" 'allow_http' "nothing goes without TLS unless it may"
is "$(wc -l <"$dir/turned.jsonl")" "$before" "nothing has left"

# ---- the daemon's own test-fire ---------------------------------------------------------------
stage
receiver fired --tls "$dir/tls" --secret keyword=告警 --secret token=s3cr3t-t0ken
base=https://127.0.0.1:$port
trust="ca_file: $ca, allow: [127.0.0.0/8]"
secret() { # NAME TEXT
	printf '%s\n' "$2" >"$dir/$1"
	chmod 600 "$dir/$1"
}
secret whsec whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
secret token s3cr3t-t0ken
secret routing 0123456789abcdef0123456789abcdef
secret ding SECdemo0123456789
secret fei demo0123456789
secret url-slack "$base/slack/services/T0/B0/x"
secret url-teams "$base/teams/workflows/1?sig=x"
secret url-ding "$base/dingtalk/robot/send?access_token=x"
secret url-wecom "$base/wecom/cgi-bin/webhook/send?key=x"
secret url-fei "$base/feishu/open-apis/bot/v2/hook/x-1"
{
	settings
	cat <<-END
	store: {dir: store}
	receivers:
	  r-webhook: {type: webhook, url: "$base/webhook", secret: {file: whsec}, $trust}
	  r-alertmanager: {type: alertmanager, url: "$base/alertmanager", $trust}
	  r-v4: {type: alertmanager-webhook, url: "$base/alertmanager-webhook", token: {file: token}, $trust}
	  r-cloudevents: {type: cloudevents, url: "$base/cloudevents", $trust}
	  r-slack: {type: slack, url: {file: url-slack}, $trust}
	  r-teams: {type: teams, url: {file: url-teams}, $trust}
	  r-pagerduty: {type: pagerduty, url: "$base/pagerduty/v2/enqueue", token: {file: routing}, $trust}
	  r-dingtalk: {type: dingtalk, url: {file: url-ding}, secret: {file: ding}, keyword: 告警, $trust}
	  r-wecom: {type: wecom, url: {file: url-wecom}, keyword: 告警, mentions: [all], $trust}
	  r-feishu: {type: feishu, url: {file: url-fei}, secret: {file: fei}, keyword: 告警, $trust}
	  r-template: {type: template, url: "$base/template", $trust,
	    body: {t: "{title}", l: {each: alerts, item: {s: "{summary}", v: "{value}"}}}}
	  r-inner: {type: webhook, url: "$base/webhook", ca_file: $ca}
	END
} >"$dir/collectord.yaml"
daemon "$dir/collectord.yaml"
setup=$(sed -n 's/.*with the token \([^ ,]*\),.*/\1/p' "$daemon_log")
printf '%s\n%s\n' "$setup" "correct horse" | "$collectorctl" --url "$url" setup --user li >"$dir/out" 2>&1
printf 'correct horse\n' | "$collectorctl" --url "$url" token new ops --user li --role admin \
	--out "$dir/admin" >>"$dir/out" 2>&1 || fatal "a token" "$dir/out"
fire_once() { # RECEIVER: the API's word on a test; false when there was none in time
	curl -s -m 60 -X POST -H "Authorization: Bearer $(cat "$dir/admin")" \
		-H 'Content-Type: application/json' -d '{}' "$url/api/v1/receivers/$1/test" >"$dir/out"
	grep -q '"verdict"' "$dir/out"
}
fire() {
	wait_for 10 fire_once "$1"
}
for r in webhook alertmanager v4 cloudevents slack teams pagerduty dingtalk wecom feishu template; do
	fire r-$r
	has "$dir/out" '"verdict":"accepted"' "$r: the daemon's test is accepted by the checks"
	cat "$dir/out" >>"$dir/all"
done
fire r-inner
has "$dir/out" "127.0.0.1 is loopback.*'allow'" "without allow nothing goes to loopback, and the error says so"
is "$(grep -cE 's3cr3t-t0ken|0123456789abcdef0123|SECdemo|demo0123|whsec_|services/T0|hook/x-1|access_token=x|key=x|sig=x' "$dir/all")" 0 \
	"no secret is shown"
is "$(grep -cE 's3cr3t-t0ken|0123456789abcdef0123|SECdemo|demo0123|whsec_|services/T0|hook/x-1' "$daemon_log")" 0 "nor logged"
curl -s --cacert "$ca" "$base/_order" -d '{"path": "/webhook", "answers": ["hang"]}' >/dev/null
(fire_once r-webhook) &
wait_for 20 grep -q '"answer": "hang"' "$dir/fired.jsonl"
stop "$daemon"
is "$status" 0 "it stops while a receiver hangs"
wait $!

# ---- a real Alertmanager ------------------------------------------------------------------------
am=$(find_peer usr/bin/prometheus-alertmanager) ||
	am=$(command -v prometheus-alertmanager) || am=
if [ -z "$am" ]; then
	[ "${CI:-}" != true ] || ok 1 "prometheus-alertmanager is here (./autogen.sh peers)"
	echo "# no prometheus-alertmanager here (./autogen.sh peers)"
	finish
fi
# Debian's binary wants its templates where the package would have put them; a copy of
# the unpacked one takes them from its working folder (a path of the same length)
am_folder=/usr/share/prometheus/alertmanager
if [ ! -e $am_folder/default.tmpl ]; then
	am_folder=$(find_peer usr/share/prometheus/alertmanager) || fatal "Alertmanager's templates"
	LC_ALL=C sed 's|/usr/share/prometheus/alertmanager|/proc/self/cwd////////////////////|g' \
		"$am" >"$dir/alertmanager"
	chmod +x "$dir/alertmanager"
	am=$dir/alertmanager
fi
receiver peer
hook=http://127.0.0.1:$port
cat >"$dir/am.yaml" <<END
route: {receiver: peer, group_by: [alertname, site, hall], group_wait: 0s, group_interval: 1s}
receivers: [{name: peer, webhook_configs: [{url: "$hook/alertmanager-webhook", send_resolved: true}]}]
END
spawn alertmanager env --chdir="$am_folder" "$am" --config.file="$dir/am.yaml" --storage.path="$dir/am" \
	--web.listen-address=127.0.0.1:0 --cluster.listen-address=
am_log=$log am_pid=$pid
am_listens_or_ended() {
	am_listens || ! alive "$am_pid"
}
am_listens() {
	am_port=$(sed -n 's/.*[Ll]isten.*address=127.0.0.1:\([1-9][0-9]*\).*/\1/p' "$am_log" | tail -n 1)
	[ -n "$am_port" ] && curl -s "http://127.0.0.1:$am_port/-/ready"
}
wait_for 20 am_listens_or_ended
[ -n "$am_port" ] || fatal "Alertmanager starts" "$am_log"
am_url=http://127.0.0.1:$am_port

# its API has our alert firing, or no more
am_shows() {
	curl -s "$am_url/api/v2/alerts?filter=alertname=feed-overload" | python3 -c '
import json, sys
a = json.load(sys.stdin)
sys.exit(not (len(a) == 1 and a[0]["status"]["state"] == "active"
    and a[0]["labels"]["entity"] == "feed:zz1-h1-r1-a07-a"
    and a[0]["annotations"]["episode"] == "12"))'
}
am_lacks() {
	[ "$(curl -s "$am_url/api/v2/alerts?filter=alertname=feed-overload")" = "[]" ]
}
peer_said() {
	grep -q "\"status\": \"$1\", \"receiver\": \"peer\"" "$dir/peer.jsonl" ||
		grep "\"receiver\": \"peer\"" "$dir/peer.jsonl" | grep -q "\"status\": \"$1\""
}
am_post() { # KIND: to Alertmanager itself, and our own webhook's form to the receiver
	"$notices" "$dir/secrets" - "$hook" "$1" alertmanager-webhook >"$dir/out" 2>&1
	ok $? "$1: our own form is accepted" "$dir/out"
	NOTICES_BARE=1 "$notices" "$dir/secrets" - "$am_url" "$1" alertmanager >"$dir/out" 2>&1
	ok $? "$1: Alertmanager takes it" "$dir/out"
}
am_post single
wait_for 10 am_shows
ok $? "it shows it firing" "$am_log"
wait_for 10 peer_said firing
ok $? "and tells its own webhook" "$am_log"
am_post resolved
wait_for 10 am_lacks
ok $? "it shows it no more once it is resolved" "$am_log"
wait_for 10 peer_said resolved
ok $? "and tells its own webhook" "$am_log"
is "$(grep -c '"faults": \[\]' "$dir/peer.jsonl")" "$(wc -l <"$dir/peer.jsonl")" \
	"Alertmanager's own messages pass the receiver's checks"
points python3 "$here/alertmanager.py" "$dir/peer.jsonl"
finish
