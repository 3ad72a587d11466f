# SPDX-License-Identifier: GPL-3.0-or-later
# A plugin is a module that sees <collectord/...> and exports one symbol.
PLUGIN_CPPFLAGS = -I$(top_srcdir)/collectord/include $(HARDEN_CPPFLAGS)
PLUGIN_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
PLUGIN_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared $(Z_DEFS)
EXTRA_DIST += %D%/README.md

include %D%/common/local.mk
include %D%/replay/local.mk
include %D%/jsonl/local.mk
include %D%/snmp/local.mk
include %D%/ipmi/local.mk
