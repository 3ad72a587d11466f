#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The restart test at size, for `make check-long`: as many of 90,000 racks as a third
# of the free disk holds (0.55 MB each), RESTART="…" takes other options of restart.sh.
fit=$(df -Pk "${TMPDIR:-/tmp}" | awk 'NR == 2 { n = int($4 / 3 / 550); print n > 90000 ? 90000 : n }')
# shellcheck disable=SC2086
set -- ${RESTART:---racks $fit --interval 60 --minutes 3}
. "${top_srcdir:?run by make check-long}/tests/system/restart.sh"
