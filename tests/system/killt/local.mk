# SPDX-License-Identifier: GPL-3.0-or-later
check_PROGRAMS += %D%/killt
%C%_killt_SOURCES = %D%/killt.c %D%/killt.h %D%/drive.c %D%/rows.c \
	%D%/power.c %D%/snapshot.c %D%/snapshot.h
# objects of their own: snapshot.c is compiled for the shim too
%C%_killt_CPPFLAGS = $(AM_CPPFLAGS)
%C%_killt_LDADD = $(LIB_STORE) -lm

# Sees every sync; loaded into the driver by LD_PRELOAD.
check_LTLIBRARIES += %D%/shim.la
%C%_shim_la_SOURCES = %D%/shim.c %D%/snapshot.c %D%/snapshot.h
%C%_shim_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere

# 1,000 kills, and as many without the undo log beside them.
.PHONY: check-killt
check-long: check-killt
check-killt: %D%/killt$(EXEEXT) %D%/shim.la
	$(builddir)/tests/system/killt/killt$(EXEEXT) --kills 1000
	$(builddir)/tests/system/killt/killt$(EXEEXT) --kills 1000 --no-undo
	$(builddir)/tests/system/killt/killt$(EXEEXT) --kills 500 \
	    --power $(abs_builddir)/tests/system/killt/.libs/shim.so

# Makes calls of a daemon fail.
check_LTLIBRARIES += %D%/fault.la
%C%_fault_la_SOURCES = %D%/fault.c
%C%_fault_la_CPPFLAGS = $(AM_CPPFLAGS) -U_FORTIFY_SOURCE
%C%_fault_la_LDFLAGS = -module -avoid-version -shared -rpath /nowhere
