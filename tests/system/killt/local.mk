# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += %D%/killt
%C%_killt_SOURCES = %D%/killt.c %D%/killt.h %D%/drive.c %D%/rows.c
%C%_killt_LDADD = $(LIB_STORE) -lm

# 1,000 kills, and as many without the undo log beside them.
.PHONY: check-killt
check-long: check-killt
check-killt: %D%/killt$(EXEEXT)
	$(builddir)/tests/system/killt/killt$(EXEEXT) --kills 1000
	$(builddir)/tests/system/killt/killt$(EXEEXT) --kills 1000 --no-undo
