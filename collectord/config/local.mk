noinst_LTLIBRARIES += %D%/libconfig.la
%C%_libconfig_la_SOURCES = \
	%D%/alerts.c %D%/alerts.h \
	%D%/areas.c %D%/areas.h \
	%D%/braces.c %D%/braces.h \
	%D%/catalog.c %D%/catalog.h \
	%D%/check.c %D%/check.h \
	%D%/config.c %D%/config.h \
	%D%/csv.c %D%/csv.h \
	%D%/diff.c \
	%D%/draft.c %D%/draft.h \
	%D%/draft_assets.h \
	%D%/draft_device.c \
	%D%/draft_equipment.c \
	%D%/draft_floor.c \
	%D%/draft_life.c \
	%D%/draft_place.c \
	%D%/draft_power.c \
	%D%/draft_tables.c \
	%D%/encoding.c %D%/encoding.h \
	%D%/errors.c %D%/errors.h \
	%D%/extend.c %D%/extend.h \
	%D%/extend_profile.c \
	%D%/files.c %D%/files.h \
	%D%/link.c %D%/link.h \
	%D%/link_assets.c \
	%D%/link_through.c \
	%D%/load.h \
	%D%/node.c %D%/node.h \
	%D%/number.c \
	%D%/options.c \
	%D%/peek.c \
	%D%/range.c %D%/range.h \
	%D%/receivers.c \
	%D%/reference.c \
	%D%/routes.c \
	%D%/rule_limit.c \
	%D%/rule_where.c \
	%D%/rule_words.c \
	%D%/rules.c \
	%D%/schema.c %D%/schema.h \
	%D%/secret.c %D%/secret.h \
	%D%/settings.c %D%/settings.h \
	%D%/value.c \
	%D%/yaml.c
