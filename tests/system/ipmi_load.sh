#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The load test with BMCs: 300 of them on a line of 20 ms that loses one answer
# in a hundred, sound and sick side by side.
set -- --bmc --devices 300 --interval 10 --slots 4 --line "--delay 20 --loss 1"
. "${top_srcdir:?run by make check}/tests/system/load.sh"
