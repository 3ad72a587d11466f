if PLUGIN_JSONL
plugin_LTLIBRARIES += %D%/jsonl.la
endif
%C%_jsonl_la_SOURCES = %D%/jsonl.c %D%/line.c %D%/line.h
%C%_jsonl_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
%C%_jsonl_la_CFLAGS = $(PLUGIN_CFLAGS)
%C%_jsonl_la_LDFLAGS = $(PLUGIN_LDFLAGS)
EXTRA_DIST += %D%/README.md
