noinst_LTLIBRARIES += %D%/libalert.la
%C%_libalert_la_SOURCES = \
	%D%/alert.h \
	%D%/judge.c %D%/judge.h \
	%D%/machine.c %D%/machine.h \
	%D%/notify.h \
	%D%/transport.c %D%/transport.h
# receiver formats and the transport of the daemon
%C%_libalert_la_SOURCES += \
	%D%/address.c %D%/address.h \
	%D%/format.c %D%/format.h \
	%D%/format_webhook.c \
	%D%/post.c %D%/post.h \
	%D%/render.c %D%/render.h \
	%D%/signature.c %D%/signature.h \
	%D%/text.c %D%/text.h
# what has one cause
%C%_libalert_la_SOURCES += \
	%D%/fold.c %D%/fold.h %D%/fold_inner.h \
	%D%/fold_apply.c %D%/fold_ask.c \
	%D%/supply.c %D%/supply.h \
	%D%/topology.c %D%/topology.h
EXTRA_DIST += %D%/README.md
