# SPDX-License-Identifier: GPL-3.0-or-later
# The test kit for plugins: ours, bad ones, and those of others.
PLUGIN_TESTS += %D%/conform.sh %D%/refuse.sh %D%/outoftree.sh
check_PROGRAMS += %D%/list %D%/drive
EXTRA_DIST += %D%/kit.sh %D%/bad.c %D%/conform.sh %D%/refuse.sh %D%/outoftree.sh

%C%_list_SOURCES = %D%/list.c
%C%_list_LDADD = $(LIB_POLL)
%C%_drive_SOURCES = %D%/drive.c %D%/strict.c %D%/strict.h
%C%_drive_LDADD = $(LIB_POLL)
