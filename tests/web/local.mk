# SPDX-License-Identifier: GPL-3.0-or-later
# The pages: their library under node, every page in a browser, over a fake daemon
# and over the real one.
WEB_TESTS += %D%/unit.sh %D%/pages.sh %D%/demo.sh
dist_check_SCRIPTS += %D%/unit.sh %D%/pages.sh %D%/demo.sh
EXTRA_DIST += \
	%D%/alerts.mjs \
	%D%/fake-alerts.mjs \
	%D%/fake-data.mjs \
	%D%/fake-floor.mjs \
	%D%/fake-ledger.mjs \
	%D%/fake-server.mjs \
	%D%/fake-users.mjs \
	%D%/modules.mjs \
	%D%/pages.mjs \
	%D%/tap.mjs \
	%D%/unit.mjs
