# SPDX-License-Identifier: GPL-3.0-or-later
# The installed programs with real peers on loopback.  lib.sh stages them once,
# below this folder of the build.
# The longest first, which mostly wait: make -j runs the others beside them.
SYSTEM_TESTS += %D%/demo.sh
SYSTEM_TESTS += %D%/store.sh
SYSTEM_TESTS += %D%/faults.sh
SYSTEM_TESTS += %D%/snmp_faults.sh
SYSTEM_TESTS += %D%/load.sh
SYSTEM_TESTS += %D%/ipmi_load.sh
SYSTEM_TESTS += %D%/backup.sh
SYSTEM_TESTS += %D%/reload.sh
SYSTEM_TESTS += %D%/racksim.sh
SYSTEM_TESTS += %D%/racksim_v3.sh
SYSTEM_TESTS += %D%/racksim_bmc.sh
SYSTEM_TESTS += %D%/snmp_engine.sh
SYSTEM_TESTS += %D%/ipmi_sim.sh
SYSTEM_TESTS += %D%/captures.sh
SYSTEM_TESTS += %D%/engines.sh
SYSTEM_TESTS += %D%/snmpd.sh
SYSTEM_TESTS += %D%/servers.sh %D%/servers_ipmi.sh
SYSTEM_TESTS += %D%/bad_input.sh
SYSTEM_TESTS += %D%/counts.sh
SYSTEM_TESTS += %D%/install.sh
SYSTEM_TESTS += %D%/service.sh
SYSTEM_TESTS += %D%/kill.sh
SYSTEM_TESTS += %D%/import.sh
SYSTEM_TESTS += %D%/plan.sh %D%/reserve.sh
SYSTEM_TESTS += %D%/users.sh %D%/alerts.sh
SYSTEM_TESTS += %D%/formats.sh
SYSTEM_TESTS += %D%/feed_loss.sh
EXTRA_DIST += %D%/receiver.py %D%/alertmanager.py
SYSTEM_TESTS += %D%/webhook.sh
EXTRA_DIST += %D%/webhook.py
EXTRA_DIST += %D%/plan.py
LONG_TESTS += %D%/load_long.sh %D%/ipmi_load_long.sh %D%/kill_long.sh %D%/kill_daemon.sh \
	%D%/restart_long.sh %D%/notify_kill_long.sh
EXTRA_DIST += $(SYSTEM_TESTS) $(LONG_TESTS)
EXTRA_DIST += %D%/lib.sh %D%/rows.py %D%/province.py %D%/readings.py
EXTRA_DIST += %D%/load.py %D%/faults.py %D%/faults.tsv %D%/ipmi_emu.py
EXTRA_DIST += %D%/netbox.py
EXTRA_DIST += %D%/restart.sh %D%/restart.py
EXTRA_DIST += tests/fixtures/system/host.yaml

CLEAN_LOCAL += clean-stage
.PHONY: clean-stage
clean-stage:
	rm -rf %D%/stage %D%/stage.lock %D%/stage.log
# Debian's base has nothing that makes a certificate
check_PROGRAMS += %D%/mkcert
%C%_mkcert_SOURCES = %D%/mkcert.c
%C%_mkcert_LDADD = $(GNUTLS_LIBS)
# a notice of each type over the daemon's own transport
check_PROGRAMS += %D%/notices
%C%_notices_SOURCES = %D%/notices.c tests/unit/format_kit.c tests/unit/format_kit.h
%C%_notices_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
%C%_notices_LDADD = $(LIB_ALERT)
include %D%/killt/local.mk
