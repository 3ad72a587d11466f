#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Users with the installed programs: the first admin, roles, tokens, TLS, and that all
# of it is there after kill -9.
. "$top_srcdir/tests/system/lib.sh"
need curl python3
stage
mkdir "$dir/tls" "$dir/old"
"$top_builddir/tests/system/mkcert" "$dir/tls" 30 || fatal "a certificate"
"$top_builddir/tests/system/mkcert" "$dir/old" -3 || fatal "a certificate"

# config NAME TLS-FOLDER: a daemon without racks
config() {
	cat >"$dir/$1.yaml" <<-END
	plugin_dir: "$plugins"
	profile_dir: "$share/profiles"
	http: {listen: "127.0.0.1:0", web_dir: "$share/web"${2:+, tls: {cert: $2/cert.pem, key: {file: $2/key.pem}}}}
	store: {dir: store}
	END
}

# ---- a certificate that cannot be served is told in words ------------------------------
config expired old
status=0
"$collectord" --config "$dir/expired.yaml" >"$dir/expired.log" 2>&1 </dev/null || status=$?
is $status 1 "with a certificate that ran out the daemon does not start"
has "$dir/expired.log" 'http.tls.cert: .*/old/cert.pem ran out 3 days ago: renew it' \
	"and says which, and since when"
cp "$dir/old/key.pem" "$dir/tls/other.pem"
config mixed tls
sed -i 's/key.pem/other.pem/' "$dir/mixed.yaml"
"$collectord" --config "$dir/mixed.yaml" >"$dir/mixed.log" 2>&1 </dev/null
has "$dir/mixed.log" 'do not go together' "so is a key of another certificate"

# ---- the first start --------------------------------------------------------------------
config collectord tls
daemon "$dir/collectord.yaml"
url=https://127.0.0.1:$port
setup=$(sed -n 's/.*with the token \([^ ,]*\),.*/\1/p' "$daemon_log")
ctl() { "$collectorctl" --url "$url" --cacert "$dir/tls/cert.pem" "$@"; }
# code TOKEN PATH [CURL-OPTION…]: the status alone
code() {
	token=$1 path=$2
	shift 2
	curl -s -o "$dir/answer" -w '%{http_code}' --cacert "$dir/tls/cert.pem" \
		${token:+-H "Authorization: Bearer $token"} "$@" "$url$path"
}

is "$(curl -s -o /dev/null -w '%{ssl_verify_result}' --cacert "$dir/tls/cert.pem" "$url/healthz")" 0 \
	"the certificate is the configured one"
status=0
curl -s --cacert "$dir/tls/cert.pem" --tls-max 1.1 "$url/healthz" >/dev/null || status=$?
is $((status != 0)) 1 "TLS 1.1 is refused"
is "$(code '' /api/v1/capacity)" 401 "over TLS nobody is a viewer"
is "$(code '' /)" 200 "the pages are there, to log in"
is "$(code '' /metrics)" 401 "the metrics are not"
is "$(code "$setup" /api/v1/capacity)" 401 "the set-up token is no other"
printf '%s\n%s\n' "not-the-token" "correct horse" | ctl setup --user li >"$dir/out" 2>&1
has "$dir/out" 'HTTP 401' "a wrong set-up token is refused"
printf '%s\n%s\n' "$setup" "correct horse" | ctl setup --user li >"$dir/out" 2>&1
has "$dir/out" 'li is the first admin' "the right one makes the first admin"
printf '%s\n%s\n' "$setup" "correct horse" | ctl setup --user wu >"$dir/out" 2>&1
has "$dir/out" 'HTTP 401' "once"
is "$(grep -c 'correct horse' "$daemon_log")" 0 "no password is logged"

# ---- tokens and roles ---------------------------------------------------------------------
printf 'correct horse\n' | ctl token new ops --user li --role admin --out "$dir/admin" >"$dir/out" 2>&1
ok $? "a token is made" "$dir/out"
status=0
printf 'correct horse\n' | ctl token new short --user li --days 30d --out "$dir/short" >"$dir/out" 2>&1 || status=$?
is "$status $([ -e "$dir/short" ] || echo none)" "2 none" "a token with a wrong --days is none, not one for ever"
is "$(stat -c %a "$dir/admin")" 600 "its file is its owner's alone"
admin=$(cat "$dir/admin")
is "$(grep -c -e "$admin" "$dir/out" "$daemon_log" | grep -vc ':0$')" 0 "and it is shown nowhere"
COLLECTORD_TOKEN_FILE=$dir/admin
export COLLECTORD_TOKEN_FILE
printf 'correct horse\n' | ctl user add wang --role operator --places site:zz1 >"$dir/out" 2>&1
ok $? "the admin adds a user" "$dir/out"
printf 'short\n' | ctl user add wu --role viewer >"$dir/out" 2>&1
has "$dir/out" 'at least 10 letters' "a weak password is refused, and why"
ctl user remove li >"$dir/out" 2>&1
has "$dir/out" 'last admin' "the last admin stays"
printf 'correct horse\n' | ctl token new grafana --user wang --out "$dir/wang" >"$dir/out" 2>&1
ok $? "a user makes a token" "$dir/out"
wang=$(cat "$dir/wang")
is "$(code "$wang" /api/v1/capacity)" 200 "which may read"
is "$(code "$wang" /api/v1/users)" 403 "and not manage"
is "$(code "$wang" /metrics)" 200 "and scrape"
chmod 644 "$dir/wang"
"$collectorctl" --url "$url" --cacert "$dir/tls/cert.pem" --auth "$dir/wang" status >"$dir/out" 2>&1
has "$dir/out" 'may be read by others; run: chmod 600' "a token file that others can read is refused"
is "$(code "$admin" /api/v1/users -H 'Sec-Fetch-Site: cross-site' -X POST \
	-H 'Content-Type: application/json' -d '{}')" 403 "what another site's page sends is refused"
ctl user change wang --disabled yes >"$dir/out" 2>&1
is "$(code "$wang" /api/v1/capacity)" 401 "a disabled user's token is refused"
ctl audit >"$dir/out" 2>&1
for word in setup login token_add user_add user_change; do
	has "$dir/out" " $word " "the audit log has $word"
done

# ---- headers ---------------------------------------------------------------------------------
curl -s -D "$dir/head" -o /dev/null --cacert "$dir/tls/cert.pem" -H 'Content-Type: application/json' \
	-d '{"user":"li","password":"correct horse"}' "$url/api/v1/session"
has "$dir/head" '^Set-Cookie: __Host-collectord=[^;]*; Path=/; HttpOnly; SameSite=Strict; Secure' \
	"the cookie is of this host, over TLS alone"
has "$dir/head" '^Strict-Transport-Security: max-age=' "browsers come back by TLS alone"

# ---- kill -9 -----------------------------------------------------------------------------------
stop "$daemon" KILL
daemon "$dir/collectord.yaml" again
url=https://127.0.0.1:$port
is "$(grep -c 'there are no users yet' "$daemon_log")" 0 "after kill -9 there is no set-up any more"
is "$(code "$admin" /api/v1/users)" 200 "the token goes on"
is "$(python3 -c 'import json,sys; print([(u["name"], u["disabled"]) for u in json.load(open(sys.argv[1]))["items"]])' "$dir/answer")" \
	"[('li', False), ('wang', True)]" "users are as they were"
strings_of() { tr -c '[:print:]' '\n' <"$1" | grep -c -e "$2"; }
is "$(strings_of "$dir/store/state.db" 'correct horse')$(strings_of "$dir/store/state.db" "$admin")" 00 \
	"the database holds neither password nor token"
stop "$daemon"
is $status 0 "and it ends well" "$daemon_log"
finish
