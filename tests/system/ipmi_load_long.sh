#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The load test with BMCs at size, for `make check-long`: 20,000 every 60 s, 20 ms
# away, one answer in a hundred lost, first all sound, then a fifth of them dead.
# LOAD="…" takes other options of load.sh.
# shellcheck disable=SC2086
if [ -n "${LOAD:-}" ]; then
	set -- --bmc $LOAD --line "${LINE:---delay 20 --loss 1}"
else
	set -- --bmc --devices 20000 --minutes 5 --interval 60 --apart --line "--delay 20 --loss 1"
fi
. "${top_srcdir:?run by make check-long}/tests/system/load.sh"
