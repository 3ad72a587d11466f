#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The kill test at length, for `make check-long`: 1,000 kills, 500 power
# cuts, 300 kills in the middle of migrations.
KILLS=${KILLS:-1000} CUTS=${CUTS:-500} MOVES=${MOVES:-300}
. "${top_srcdir:?run by make check-long}/tests/system/kill.sh"
