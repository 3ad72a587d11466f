#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pages.mjs against the real daemon: the demo with 90 racks, as it was built,
# in a folder of its own and on a free port.
here=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
built=${top_builddir:-$here}
node=${NODE:-$(command -v node || command -v nodejs)}
if [ -z "$node" ]; then
	if [ "${CI:-}" = true ] && [ -e "$here/.git" ]; then
		echo "1..1"
		echo "not ok 1 - node is there"
		exit 1
	fi
	echo "1..0 # SKIP no node"
	exit 0
fi

dir=$(mktemp -d) || exit 99
demo=""
cleanup() {
	if [ -n "$demo" ]; then
		kill -TERM "$demo" 2>/dev/null
		wait "$demo" 2>/dev/null
	fi
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 99' INT TERM HUP

# What `make install` would lay out, without it.
inst=$dir/inst
mkdir -p "$inst/bin" "$inst/sbin" "$inst/lib/collectord/plugins" \
    "$inst/share/collectord/profiles"
cp "$built/racksim" "$inst/bin/" &&
    cp "$built/collectord/collectord" "$inst/sbin/" &&
    cp "$here"/conf/profiles/*.yaml "$inst/share/collectord/profiles/" &&
    cp "$here"/conf/alerts.yaml "$inst/share/collectord/" &&
    cp -R "$built/web/dist" "$inst/share/collectord/web" &&
    find "$built/plugins" -path '*/.libs/*.so' \
	-exec cp {} "$inst/lib/collectord/plugins/" \; || exit 99

port=$("$node" -e 'const s = require("net").createServer().listen(0, "127.0.0.1",
	() => { console.log(s.address().port); s.close(); })')
sh "$here/tests/racksim/demo.sh" "$inst" "$dir" --racks 90 --dir "$dir/demo" --port "$port" \
    >"$dir/demo.log" 2>&1 &
demo=$!
n=0
until grep -q '^  open ' "$dir/demo.log"; do
	n=$((n + 1))
	if [ $n -ge 3600 ] || ! kill -0 "$demo" 2>/dev/null; then
		echo "1..1"
		echo "not ok 1 - the demo starts"
		sed 's/^/# /' "$dir/demo.log"
		exit 1
	fi
	sleep 0.1
done

BASE_URL=$(sed -n 's/^  open *//p' "$dir/demo.log")
NODE_MODULES=${NODE_MODULES:-$built/web/node_modules}
DIST=${DIST:-$built/web/dist}
FAULTS=$dir/demo/faults
SIM=$(cat "$dir/demo/racksim.pid")
LOG=$dir/demo/collectord.log
export BASE_URL NODE_MODULES DIST FAULTS SIM LOG
"$node" "$here/tests/web/pages.mjs"
code=$?
if [ $code -ne 0 ]; then
	sed 's/^/# /' "$dir/demo.log"
	tail -n 20 "$dir/demo/collectord.log" | sed 's/^/# /'
fi
exit $code
