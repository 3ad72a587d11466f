# SPDX-License-Identifier: GPL-3.0-or-later
# The simulator is a program of its own: nothing of the daemon is in it.
noinst_LTLIBRARIES += %D%/libracksim.la
%C%_libracksim_la_SOURCES = \
	%D%/agent.c %D%/agent.h \
	%D%/ber.c %D%/ber.h \
	%D%/bmc.c %D%/bmc.h \
	%D%/bmc_command.c %D%/bmc_command.h \
	%D%/bmc_convert.c %D%/bmc_model.c %D%/bmc_model.h \
	%D%/bmc_crypt.c %D%/bmc_crypt.h \
	%D%/bmc_dcmi.c %D%/bmc_fru.c %D%/bmc_sdr.c %D%/bmc_sel.c \
	%D%/bmc_hosts.c %D%/bmc_hosts.h \
	%D%/bmc_session.c %D%/bmc_session.h \
	%D%/control.c %D%/control.h \
	%D%/delay.c %D%/delay.h \
	%D%/devices.c %D%/devices.h \
	%D%/engine.c %D%/engine.h \
	%D%/faults.c %D%/faults.h %D%/faults_bmc.c %D%/faults_parse.c \
	%D%/feedtree.c %D%/feedtree.h %D%/floor.c %D%/floor.h \
	%D%/gear.c %D%/gear.h \
	%D%/hash.h \
	%D%/inventory.c %D%/inventory.h \
	%D%/kind.c %D%/kind.h \
	%D%/kind_apc.c %D%/kind_raritan.c %D%/kind_ups.c \
	%D%/keys.c %D%/keys.h \
	%D%/ledger.c %D%/ledger.h \
	%D%/loop.c %D%/loop.h \
	%D%/mib.c %D%/mib.h \
	%D%/options.c %D%/options.h \
	%D%/pdu.c %D%/pdu.h \
	%D%/plan.c %D%/plan.h \
	%D%/province.c %D%/province.h %D%/province_id.c \
	%D%/replay.c %D%/replay.h \
	%D%/serve.c %D%/serve.h \
	%D%/sites.c %D%/sites.h \
	%D%/text.c %D%/text.h \
	%D%/truth.c %D%/truth.h \
	%D%/udp.c %D%/udp.h \
	%D%/users.c %D%/users.h \
	%D%/v3.c %D%/v3.h \
	%D%/v3_message.c %D%/v3_message.h \
	%D%/values.c %D%/values.h
%C%_libracksim_la_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
%C%_libracksim_la_LIBADD = $(CRYPTO_LIBS)

bin_PROGRAMS += racksim
racksim_SOURCES = %D%/racksim.c
racksim_LDADD = %D%/libracksim.la -lm
EXTRA_DIST += %D%/demo.sh
