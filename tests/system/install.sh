#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What `make install` puts on a machine: these files and no other; plugins that
# know nothing of the daemon; a reference and man pages that are current.
. "$top_srcdir/tests/system/lib.sh"
need nm
stage

# ---- the files -----------------------------------------------------------------
find "$to" -mindepth 1 -not -type d -not -path "$to/done" | sed "s|^$inst/||" |
	sed 's|^share/collectord/web/assets/\([a-z]*\)-[0-9A-Za-z]*\.|share/collectord/web/assets/\1-HASH.|' |
	LC_ALL=C sort -u >"$dir/have"
{
	cat <<-'END'
	bin/collectorctl
	bin/racksim
	etc/collectord/alerts.yaml
	etc/collectord/collectord.yaml
	etc/collectord/inventory/example.yaml
	etc/collectord/secrets/example-community
	include/collectord/err.h
	include/collectord/event.h
	include/collectord/node.h
	include/collectord/plugin.h
	include/collectord/unit.h
	lib/pkgconfig/collectord.pc
	lib/systemd/system/collectord.service
	lib/sysusers.d/collectord.conf
	sbin/collectord
	share/bash-completion/completions/collectorctl
	share/collectord/alerts.yaml
	share/collectord/web/assets/app-HASH.js
	share/collectord/web/assets/app-HASH.js.gz
	share/collectord/web/assets/chunk-HASH.js
	share/collectord/web/assets/chunk-HASH.js.gz
	share/collectord/web/assets/icon-HASH.svg
	share/collectord/web/assets/icon-HASH.svg.gz
	share/collectord/web/assets/style-HASH.css
	share/collectord/web/assets/style-HASH.css.gz
	share/collectord/web/index.html
	share/collectord/web/index.html.gz
	share/man/man1/collectorctl.1
	share/man/man1/racksim.1
	share/man/man8/collectord.8
	END
	# a file for each module that comes when it is wanted
	grep -rhoE "import\('\./[a-z/]+'\)" "$top_srcdir/web/src" |
		sed "s|.*/\([a-z]*\)'.*|share/collectord/web/assets/\1-HASH.js|; p; s|\$|.gz|"
	for p in ipmi jsonl replay snmp; do
		echo "lib/collectord/plugins/$p.so"
	done
	for p in "$top_srcdir"/conf/profiles/*.yaml; do
		echo "share/collectord/profiles/${p##*/}"
	done
} | LC_ALL=C sort -u >"$dir/want"
diff "$dir/want" "$dir/have" >"$dir/diff"
ok $? "the installed files are these and no other" "$dir/diff"

# ---- completion ------------------------------------------------------------------
completes() { # WORDS…: what bash offers for the last of them
	PATH=$inst/bin:$PATH bash -c '. "$1"; shift
		compopt() { :; }
		COMP_WORDS=(collectorctl "$@") COMP_CWORD=$#
		_collectorctl && echo ${COMPREPLY[*]}' bash \
	    "$inst/share/bash-completion/completions/collectorctl" "$@"
}
is "$(completes doc)" doctor "completion of a command"
is "$(completes --json profile l)" list "of its second word"
is "$(completes devices --st)" --status "of its options"
is "$(completes --config x explain r)" rack "of what it wants"

# ---- the plugins -----------------------------------------------------------------
for file in "$plugins"/*.so; do
	name=${file##*/}
	is "$(nm -D --defined-only "$file" | awk '{ print $3 }' | grep -v '^_' | tr '\n' ' ')" \
		"col_plugin " "$name exports col_plugin and nothing else"
	nm -D --undefined-only "$file" | awk '{ sub(/@.*/, "", $2); print $2 }' >"$dir/wants"
	nm --defined-only "$collectord" 2>/dev/null | awk '$2 == "T" { print $3 }' |
		grep -v '^_' | LC_ALL=C sort -u >"$dir/daemon"
	is "$(LC_ALL=C sort -u "$dir/wants" | LC_ALL=C comm -12 - "$dir/daemon" | tr '\n' ' ')" "" \
		"$name wants no symbol of the daemon"
done
ok "$([ -s "$dir/daemon" ] && echo 0 || echo 1)" "(and the daemon's symbols were seen)"

# ---- versions, reference ---------------------------------------------------------------
version=$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p' "$top_builddir/config.h")
is "$("$collectord" --version)" "collectord $version" "collectord --version"
is "$("$collectorctl" --version)" "collectorctl $version" "collectorctl --version"
is "$(sed -n 's/^Version: //p' "$inst/lib/pkgconfig/collectord.pc")" "$version" \
	"collectord.pc has the version"
"$collectord" --dump-reference >"$dir/reference" 2>&1
cmp "$dir/reference" "$top_srcdir/conf/REFERENCE.md" >"$dir/diff" 2>&1
ok $? "conf/REFERENCE.md is what --dump-reference prints" "$dir/diff"
status=0
"$collectord" --no-such >"$dir/usage" 2>&1 || status=$?
is $status 2 "a wrong option: exit status 2"
has "$dir/usage" 'usage:' "and the usage"
"$collectorctl" --help >"$dir/help" 2>&1
is $? 0 "collectorctl --help: 0"
for word in status check racks devices explain poll 'profile list' 'profile run' series discover; do
	has "$dir/help" "^  $word" "the help has $word"
done

# The shipped example is good where it is installed.
{ cat "$inst/etc/collectord/collectord.yaml"; settings | grep -v ^http; } \
	>"$inst/etc/collectord/test.yaml"
"$collectord" --config "$inst/etc/collectord/test.yaml" --check >"$dir/check" 2>&1
ok $? "the installed configuration is good" "$dir/check"
rm -f "$inst/etc/collectord/test.yaml"

# ---- man pages --------------------------------------------------------------------------
if command -v groff >/dev/null 2>&1; then
	for page in "$inst"/share/man/man?/*.[18]; do
		groff -man -ww -Tutf8 "$page" >"$dir/page" 2>"$dir/warnings"
		is "$(cat "$dir/warnings")" "" "${page##*/} renders without warnings"
	done
else
	echo "# no groff: the man pages are not rendered"
fi
finish
