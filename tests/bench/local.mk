# Benches print what things cost; they are built and run only when asked for.
EXTRA_PROGRAMS = %D%/bench_flow %D%/bench_http %D%/bench_store
%C%_bench_flow_LDADD = $(LIB_CAPACITY)
%C%_bench_http_CPPFLAGS = $(HTTP_CPPFLAGS)
%C%_bench_http_LDADD = $(LIB_HTTP_ALONE)
%C%_bench_store_LDADD = $(LIB_STORE) -lm
CLEANFILES += $(EXTRA_PROGRAMS)

.PHONY: bench-flow bench-http bench-store
bench: bench-flow bench-http bench-store
bench-flow: %D%/bench_flow$(EXEEXT)
	$(builddir)/tests/bench/bench_flow$(EXEEXT)
bench-http: %D%/bench_http$(EXEEXT)
	$(builddir)/tests/bench/bench_http$(EXEEXT)
bench-store: %D%/bench_store$(EXEEXT)
	$(builddir)/tests/bench/bench_store$(EXEEXT)
