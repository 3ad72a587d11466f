# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the tests of plugins: TAP and the way to the built files.
: "${top_srcdir:?run by make check}" "${top_builddir:?}"
cc=${CC:-cc}
n=0 bad=0
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

# point STATUS NAME: one test point
point() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		bad=1
	fi
}

# tell FILE: its lines as comments
tell() {
	sed 's/^/# /' "$1"
}

# driven FILE.so [KEY=YAML…]: the plugin's whole life under the strict host
driven() {
	"$top_builddir/tests/plugin/drive" "$@" >"$tmp/drive.out" 2>&1
	status=$?
	if [ $status -ne 0 ] || ! grep -q '^1\.\.' "$tmp/drive.out"; then
		tell "$tmp/drive.out"
		status=1
	fi
	return $status
}

# module SOURCE… -o FILE.so …: compiles a plugin as its writer would
module() {
	$cc -std=gnu11 -g -O1 -Wall -Wextra -Werror -fPIC -shared -fvisibility=hidden -Wl,-z,defs "$@" >"$tmp/cc.out" 2>&1
	status=$?
	[ $status -eq 0 ] || tell "$tmp/cc.out"
	return $status
}

finish() {
	echo "1..$n"
	exit $bad
}
