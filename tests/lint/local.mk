# SPDX-License-Identifier: GPL-3.0-or-later
LINT_TESTS += %D%/layers.sh %D%/banned.sh %D%/sizes.sh %D%/headers.sh %D%/tarball.sh
EXTRA_DIST += %D%/lib.sh $(LINT_TESTS)
