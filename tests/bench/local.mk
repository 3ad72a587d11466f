# Benches print what things cost; they are built and run only when asked for.
BENCHES = %D%/bench_alert %D%/bench_flow %D%/bench_fold %D%/bench_http %D%/bench_ipmi %D%/bench_snmp %D%/bench_state \
	%D%/bench_stock %D%/bench_store %D%/bench_usm
EXTRA_PROGRAMS = $(BENCHES)
%C%_bench_alert_CPPFLAGS = $(AM_CPPFLAGS)
%C%_bench_alert_LDADD = $(LIB_ALERT)
%C%_bench_flow_LDADD = $(LIB_CAPACITY)
%C%_bench_stock_LDADD = $(LIB_CAPACITY)
%C%_bench_fold_LDADD = $(LIB_ALERT)
%C%_bench_http_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_bench_http_LDADD = $(LIB_HTTP_ALONE)
%C%_bench_state_CPPFLAGS = $(AM_CPPFLAGS)
%C%_bench_state_LDADD = $(LIB_STATE)
%C%_bench_store_SOURCES = %D%/bench_store.c %D%/store_load.c %D%/store_load.h \
	%D%/store_peers.c
%C%_bench_store_CPPFLAGS = $(AM_CPPFLAGS)
%C%_bench_store_LDADD = $(LIB_STORE) -lm
%C%_bench_snmp_SOURCES = %D%/bench_snmp.c %D%/agents.c %D%/agents.h \
	%D%/snmp_agents.c %D%/snmp_agents.h \
	%D%/snmp_floor.c %D%/snmp_floor.h %D%/snmp_load.c %D%/snmp_load.h \
	%D%/snmp_sessions.c %D%/snmp_sessions.h %D%/meter.c %D%/meter.h \
	$(SNMP_KIT) tests/unit/usm_kit.c tests/unit/usm_kit.h
%C%_bench_snmp_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
%C%_bench_snmp_LDADD = $(LIB_SNMP) $(YAML_LIBS)
# beside libracksim's BMCs
%C%_bench_ipmi_SOURCES = %D%/bench_ipmi.c %D%/agents.c %D%/agents.h \
	%D%/bmc_agents.c %D%/bmc_agents.h \
	%D%/ipmi_peers.c %D%/ipmi_peers.h \
	tests/plugin/snmp_host.c tests/plugin/snmp_host.h
%C%_bench_ipmi_CPPFLAGS = $(AM_CPPFLAGS) -D_GNU_SOURCE -I$(top_srcdir)/plugins/ipmi
%C%_bench_ipmi_LDADD = tests/racksim/libracksim.la $(LIB_IPMI)
CLEANFILES += $(EXTRA_PROGRAMS)
EXTRA_DIST += %D%/run.py %D%/peers.py

# All in one table; BENCH=--quick for a first look, bench-doc for the page.
BENCH_RUN = python3 $(top_srcdir)/tests/bench/run.py --build '$(abs_top_builddir)' \
	--source '$(abs_top_srcdir)' $(BENCH)
.PHONY: bench-doc bench-peers bench-alert bench-flow bench-fold bench-http bench-ipmi bench-snmp bench-state bench-stock \
	bench-store bench-usm
bench: all $(BENCHES)
	$(BENCH_RUN)
bench-doc: all $(BENCHES)
	$(BENCH_RUN) --doc '$(abs_top_srcdir)/docs/BENCHMARKS.md'
# Beside collectd and snmp_exporter, where they are installed.
bench-peers: all
	@if [ -e tests/system/stage/done ]; then :; else \
		rm -rf tests/system/stage && $(MAKE) $(AM_MAKEFLAGS) -s install DESTDIR='$(abs_top_builddir)/tests/system/stage'; \
	fi
	python3 $(top_srcdir)/tests/bench/peers.py --build '$(abs_top_builddir)'
bench-alert: %D%/bench_alert$(EXEEXT)
	$(builddir)/tests/bench/bench_alert$(EXEEXT)
bench-flow: %D%/bench_flow$(EXEEXT)
	$(builddir)/tests/bench/bench_flow$(EXEEXT)
bench-fold: %D%/bench_fold$(EXEEXT)
	$(builddir)/tests/bench/bench_fold$(EXEEXT)
bench-http: %D%/bench_http$(EXEEXT)
	$(builddir)/tests/bench/bench_http$(EXEEXT)
bench-ipmi: %D%/bench_ipmi$(EXEEXT)
	FREEIPMI='$(abs_top_builddir)/peers/usr/sbin' \
	LIBIPMIMONITORING=$$(find '$(abs_top_builddir)/peers' -name libipmimonitoring.so.6 2>/dev/null | head -n 1) \
	$(builddir)/tests/bench/bench_ipmi$(EXEEXT)
bench-snmp: %D%/bench_snmp$(EXEEXT)
	$(builddir)/tests/bench/bench_snmp$(EXEEXT)
# SNMPv3 without sockets
%C%_bench_usm_SOURCES = %D%/bench_usm.c $(USM_KIT)
%C%_bench_usm_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
%C%_bench_usm_LDADD = $(LIB_SNMP)
bench-usm: %D%/bench_usm$(EXEEXT)
	$(builddir)/tests/bench/bench_usm$(EXEEXT)
bench-store: %D%/bench_store$(EXEEXT)
	$(builddir)/tests/bench/bench_store$(EXEEXT)
bench-stock: %D%/bench_stock$(EXEEXT)
	$(builddir)/tests/bench/bench_stock$(EXEEXT)
bench-state: %D%/bench_state$(EXEEXT)
	$(builddir)/tests/bench/bench_state$(EXEEXT)
