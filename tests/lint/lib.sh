# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the lints: TAP and the lists of files.
cd "${top_srcdir:?run by make check}" || exit 1
n=0 bad=0

# sources PATTERN…: tracked files, or in a tarball all files, below our rooms
sources() {
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -- "$@"
	else
		for pattern in "$@"; do
			find . -path "./$pattern" -type f | sed 's|^\./||'
		done | sort -u
	fi
}

# verdict NAME FAULTS-FILE EXAMINED: one test point; faults become comments
verdict() {
	n=$((n + 1))
	if [ "$3" -eq 0 ]; then
		echo "not ok $n - $1: examined no file at all"
		bad=1
	elif [ -s "$2" ]; then
		sed 's/^/# /' "$2"
		echo "not ok $n - $1 ($(wc -l <"$2") faults in $3 files)"
		bad=1
	else
		echo "ok $n - $1 ($3 files)"
	fi
}

finish() {
	echo "1..$n"
	exit $bad
}
faults=$(mktemp) && list=$(mktemp) || exit 99
trap 'rm -f "$faults" "$list"' EXIT
