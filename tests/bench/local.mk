# Benches print what things cost; they are built and run only when asked for.
EXTRA_PROGRAMS = %D%/bench_flow %D%/bench_http %D%/bench_store
EXTRA_PROGRAMS += %D%/bench_snmp
%C%_bench_flow_LDADD = $(LIB_CAPACITY)
%C%_bench_http_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_bench_http_LDADD = $(LIB_HTTP_ALONE)
%C%_bench_store_LDADD = $(LIB_STORE) -lm
%C%_bench_snmp_SOURCES = %D%/bench_snmp.c %D%/snmp_agents.c %D%/snmp_agents.h \
	$(SNMP_KIT) tests/unit/usm_kit.c tests/unit/usm_kit.h
%C%_bench_snmp_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
%C%_bench_snmp_LDADD = $(LIB_SNMP) $(YAML_LIBS)
CLEANFILES += $(EXTRA_PROGRAMS)

.PHONY: bench-flow bench-http bench-store
bench: bench-flow bench-http bench-store
bench-flow: %D%/bench_flow$(EXEEXT)
	$(builddir)/tests/bench/bench_flow$(EXEEXT)
bench-http: %D%/bench_http$(EXEEXT)
	$(builddir)/tests/bench/bench_http$(EXEEXT)
bench-store: %D%/bench_store$(EXEEXT)
	$(builddir)/tests/bench/bench_store$(EXEEXT)

.PHONY: bench-snmp
bench: bench-snmp
bench-snmp: %D%/bench_snmp$(EXEEXT)
	$(builddir)/tests/bench/bench_snmp$(EXEEXT)
# SNMPv3 without sockets
EXTRA_PROGRAMS += %D%/bench_usm
%C%_bench_usm_SOURCES = %D%/bench_usm.c $(USM_KIT)
%C%_bench_usm_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/plugins/snmp
%C%_bench_usm_LDADD = $(LIB_SNMP)
.PHONY: bench-usm
bench: bench-usm
bench-usm: %D%/bench_usm$(EXEEXT)
	$(builddir)/tests/bench/bench_usm$(EXEEXT)
