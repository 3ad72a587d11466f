#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Alerts, their database and what is told of them, killed at many random instants,
# for `make check-long`: nothing lost, nothing twice but under its old key.
. "${top_srcdir:?run by make check-long}/tests/system/lib.sh"
kills=${KILLS:-1000}

status=0
TMPDIR=$dir "$top_builddir/tests/unit/test_alert_kill" "$kills" >"$dir/out" 2>&1 || status=$?
ok $status "$(sed -n 's/^\([0-9]* kills, .*\)/\1/p' "$dir/out" | tail -n 1)" "$dir/out"
finish
