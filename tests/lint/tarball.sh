#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The tarball holds every file that git knows, and the repository stays small.
. "${top_srcdir:?}/tests/lint/lib.sh"

if ! git rev-parse --git-dir >/dev/null 2>&1; then
	echo "1..0 # SKIP not in a git checkout"
	exit 0
fi
dist=$(mktemp -d) || exit 99
trap 'rm -f "$faults" "$list"; chmod -R u+w "$dist"; rm -rf "$dist"' EXIT
make -s -C "$top_builddir" distdir distdir="$dist/tree" >"$dist/log" 2>&1 || {
	sed 's/^/# /' "$dist/log"
	echo "not ok 1 - make distdir"
	echo "1..1"
	exit 1
}
git ls-files | grep -vE '^(\.ci/|\.gitignore|\.gitattributes)' >"$list"
while read -r f; do
	[ -e "$dist/tree/$f" ] || echo "$f is not in the tarball (EXTRA_DIST?)"
done <"$list" >"$faults"
verdict "every tracked file is in the tarball" "$faults" "$(wc -l <"$list")"

{
	git ls-files | grep -E '\.snmprec$' | sed 's/$/: captures stay out of the project/'
	git grep -nIE '"resolved": *"http|^deb +(\[|http)' -- . | sed 's/$/: names a registry host/'
	find $(git ls-files) -maxdepth 0 -size +400k 2>/dev/null | sed 's/$/: larger than 400 KB/'
} >"$faults"
verdict "no captures, registry hosts or large files" "$faults" "$(wc -l <"$list")"

ls "$top_srcdir" -A | grep -vE '^(collectord|plugins|conf|web|tests|docs|autogen\.sh|configure\.ac|Makefile\.am|README\.md|LICENSE|\.ci|\.git|\.gitignore|\.gitattributes|\.clang-format|build|build-aux|autom4te\.cache|aclocal\.m4|configure|configure~|config\.h\.in|config\.h\.in~|Makefile\.in)$' |
    sed 's/$/: not one of the top-level names/' >"$faults"
verdict "the top level is as designed" "$faults" "$(wc -l <"$list")"
finish
