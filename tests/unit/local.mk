# SPDX-License-Identifier: GPL-3.0-or-later
# One program per .c file; one fragment per room.
UNIT_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
include %D%/base.mk
include %D%/model.mk
include %D%/config.mk
include %D%/poll.mk
include %D%/flow.mk
include %D%/store.mk
include %D%/state.mk
include %D%/capacity.mk
include %D%/alert.mk
include %D%/notify.mk
include %D%/alert_format.mk
include %D%/http.mk
include %D%/snmp.mk
include %D%/snmp_v3.mk
include %D%/racksim.mk
include %D%/ipmi_records.mk
include %D%/ipmi_link.mk
include %D%/daemon.mk
