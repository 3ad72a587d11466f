# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by tests that look for what lies beside the checkout.

# upward START PATH: PATH in START or the nearest folder above that has it; the
# distribution's own check runs some folders further down
upward() {
	at=$1
	until [ -e "$at/$2" ]; do
		[ -n "$at" ] || return 1
		at=${at%/*}
	done
	echo "$at/$2"
}
