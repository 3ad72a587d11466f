# Benches print what things cost; they are built and run only when asked for.
EXTRA_PROGRAMS = %D%/bench_flow
%C%_bench_flow_LDADD = $(LIB_CAPACITY)
CLEANFILES += $(EXTRA_PROGRAMS)

.PHONY: bench-flow
bench: bench-flow
bench-flow: %D%/bench_flow$(EXEEXT)
	$(builddir)/tests/bench/bench_flow$(EXEEXT)
