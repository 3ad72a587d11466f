#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Build the dashboards: bundle.sh SRCDIR BUILDDIR [NODE [NPM]]
#
# SRCDIR is the source's web/ (may be read-only), BUILDDIR the build's web/.
# A release carries the bundle in SRCDIR/dist: while it is newer than the
# sources it is used as it is, and neither Node nor a network is needed.
set -eu

src=$1
build=$2
node=${3:-}
npm=${4:-}
files="package.json package-lock.json .npmrc tsconfig.json build.mjs src"

mkdir -p "$build"
src=$(cd "$src" && pwd)
build=$(cd "$build" && pwd)

prebuilt()
{
	test -f "$src/dist/index.html" || return 1
	for f in $files; do
		test -z "$(find "$src/$f" -type f -newer "$src/dist/index.html" | head -n 1)" || return 1
	done
}

if prebuilt; then
	if test "$src" != "$build"; then
		rm -rf "$build/dist"
		cp -R "$src/dist" "$build/dist"
		chmod -R u+w "$build/dist"
	fi
	exit 0
fi
if test -z "$node" || test -z "$npm"; then
	if test -f "$src/dist/index.html"; then
		echo "web: no node: using the bundle as it came, though sources are newer" >&2
		test "$src" = "$build" || { rm -rf "$build/dist"; cp -R "$src/dist" "$build/dist"; }
		exit 0
	fi
	echo "web: building the dashboards needs node >= 18 and npm" >&2
	exit 1
fi

# Packages: again only when the lock is another one.
cd "$build"
if test "$src" != "$build"; then
	for f in package.json package-lock.json .npmrc; do
		cp -f "$src/$f" "$f"
		chmod u+w "$f"
	done
fi
if ! cmp -s package-lock.json node_modules/.lock-installed; then
	"$npm" ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cp package-lock.json node_modules/.lock-installed
fi

# The sources beside node_modules, where both tools look for packages.
rm -rf bundling
mkdir bundling
for f in package.json tsconfig.json build.mjs src; do
	cp -R "$src/$f" "bundling/$f"
done
chmod -R u+w bundling
"$node" node_modules/typescript/bin/tsc -p bundling/tsconfig.json
"$node" bundling/build.mjs dist --quiet
rm -rf bundling
