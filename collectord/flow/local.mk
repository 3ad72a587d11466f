noinst_LTLIBRARIES += %D%/libflow.la
%C%_libflow_la_SOURCES = \
	%D%/air.c %D%/air.h \
	%D%/counter.c %D%/counter.h \
	%D%/derived.c %D%/derived.h \
	%D%/digest.c %D%/digest.h \
	%D%/flow.c %D%/flow.h \
	%D%/infoset.c %D%/infoset.h \
	%D%/latest.c %D%/latest.h \
	%D%/normalise.c %D%/normalise.h \
	%D%/reading.c %D%/reading.h \
	%D%/rollup.c %D%/rollup.h \
	%D%/slots.c %D%/slots.h
