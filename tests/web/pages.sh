#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# pages.mjs with the packages and the bundle of the build directory.
here=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
built=${top_builddir:-$here}
node=${NODE:-$(command -v node || command -v nodejs)}
if test -z "$node"; then
	echo "1..0 # SKIP no node"
	exit 0
fi
NODE_MODULES=${NODE_MODULES:-$built/web/node_modules}
DIST=${DIST:-$built/web/dist}
export NODE_MODULES DIST
exec "$node" "$here/tests/web/pages.mjs"
