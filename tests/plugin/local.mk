# SPDX-License-Identifier: GPL-3.0-or-later
# The test kit for plugins: ours, bad ones, and those of others.
PLUGIN_TESTS += %D%/conform.sh %D%/refuse.sh %D%/outoftree.sh
check_PROGRAMS += %D%/list %D%/drive
EXTRA_DIST += %D%/kit.sh %D%/bad.c %D%/conform.sh %D%/refuse.sh %D%/outoftree.sh

%C%_list_SOURCES = %D%/list.c
%C%_list_LDADD = $(LIB_POLL)
%C%_drive_SOURCES = %D%/drive.c %D%/strict.c %D%/strict.h
%C%_drive_LDADD = $(LIB_POLL)

# snmp: profiles over small agents of our own
PLUGIN_TESTS += %D%/snmp_golden.sh
check_PROGRAMS += %D%/snmp_run
EXTRA_DIST += %D%/snmp_golden.sh \
	tests/fixtures/snmp/apc-chain.walk tests/fixtures/snmp/apc-chain.golden.json \
	tests/fixtures/snmp/raritan-two-inlets.walk tests/fixtures/snmp/raritan-two-inlets.golden.json \
	tests/fixtures/snmp/ups-odd.walk tests/fixtures/snmp/ups-odd.golden.json
%C%_snmp_run_SOURCES = %D%/snmp_run.c $(SNMP_KIT) plugins/snmp/snmp.c \
	collectord/config/extend.c
%C%_snmp_run_CPPFLAGS = $(AM_CPPFLAGS)
%C%_snmp_run_LDADD = $(LIB_SNMP) collectord/base/libbase.la $(YAML_LIBS)

# the shipped profiles over recorded agents: ours, and those beside the checkout
PLUGIN_TESTS += %D%/profiles.sh %D%/captures.sh
EXTRA_DIST += %D%/profiles.sh %D%/captures.sh %D%/captures.tsv tests/fixtures/profiles

# the draft of a profile
PLUGIN_TESTS += %D%/profile_new.sh
EXTRA_DIST += %D%/profile_new.sh tests/fixtures/sketch

# ipmi: one command to a real BMC
check_PROGRAMS += %D%/ipmi_ask
%C%_ipmi_ask_SOURCES = %D%/ipmi_ask.c %D%/snmp_host.c %D%/snmp_host.h
%C%_ipmi_ask_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE -I$(top_srcdir)/plugins/ipmi
%C%_ipmi_ask_LDADD = $(LIB_IPMI)

# ipmi: sensor sets made from listings of ipmitool, polled with the shipped
# profiles
PLUGIN_TESTS += %D%/ipmi_listings.sh
check_PROGRAMS += %D%/ipmi_listing
EXTRA_DIST += %D%/ipmi_listings.sh %D%/ipmi_listings.tsv tests/fixtures/ipmi
%C%_ipmi_listing_SOURCES = %D%/ipmi_listing.c $(IPMI_FAKE)
%C%_ipmi_listing_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/ipmi -D_GNU_SOURCE
%C%_ipmi_listing_LDADD = $(LIB_IPMI) $(YAML_LIBS) collectord/base/libbase.la
