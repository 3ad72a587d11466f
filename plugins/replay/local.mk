if PLUGIN_REPLAY
plugin_LTLIBRARIES += %D%/replay.la
endif
%C%_replay_la_SOURCES = %D%/replay.c %D%/happened.c %D%/happened.h \
	%D%/script.c %D%/script.h %D%/text.c %D%/text.h
%C%_replay_la_CPPFLAGS = $(PLUGIN_CPPFLAGS)
%C%_replay_la_CFLAGS = $(PLUGIN_CFLAGS)
%C%_replay_la_LDFLAGS = $(PLUGIN_LDFLAGS)
EXTRA_DIST += %D%/README.md
