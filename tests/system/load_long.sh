#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The load test at size, for `make check-long`: 20,000 PDUs every 60 s for ten
# minutes, first all sound, then a fifth of them dead.  LOAD="…" takes other
# options of load.sh.
# shellcheck disable=SC2086
set -- ${LOAD:---devices 20000 --minutes 10 --interval 60 --apart}
. "${top_srcdir:?run by make check-long}/tests/system/load.sh"
