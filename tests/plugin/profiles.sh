#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each recording of tests/fixtures/profiles finds its profile by itself and
# gives exactly its golden file.  UPDATE=1 writes them anew: look at the
# difference before it is committed.
exec "${top_builddir:?}/collectorctl" --plugin-dir "$top_builddir/plugins/snmp/.libs" \
    --profiles "${top_srcdir:?}/conf/profiles" profile test \
    "$top_srcdir/tests/fixtures/profiles"
