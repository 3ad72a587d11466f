colincludedir = $(includedir)/collectord
dist_colinclude_HEADERS = %D%/collectord/plugin.h %D%/collectord/err.h %D%/collectord/event.h \
	%D%/collectord/node.h %D%/collectord/unit.h
