# SPDX-License-Identifier: GPL-3.0-or-later
# The dashboards: one bundle, built by node where there is one, else as the tarball brought it.
web_sources = \
	%D%/.npmrc \
	%D%/build.mjs \
	%D%/package-lock.json \
	%D%/package.json \
	%D%/src/css.d.ts \
	%D%/src/data/tiles.ts \
	%D%/src/i18n/alerts.en.json \
	%D%/src/i18n/alerts.ts \
	%D%/src/i18n/alerts.zh.json \
	%D%/src/i18n/device.en.json \
	%D%/src/i18n/device.ts \
	%D%/src/i18n/device.zh.json \
	%D%/src/i18n/en.json \
	%D%/src/i18n/more.en.json \
	%D%/src/i18n/more.ts \
	%D%/src/i18n/more.zh.json \
	%D%/src/i18n/places.en.json \
	%D%/src/i18n/places.ts \
	%D%/src/i18n/places.zh.json \
	%D%/src/i18n/plan.en.json \
	%D%/src/i18n/plan.ts \
	%D%/src/i18n/plan.zh.json \
	%D%/src/i18n/racks.en.json \
	%D%/src/i18n/racks.ts \
	%D%/src/i18n/racks.zh.json \
	%D%/src/i18n/users.en.json \
	%D%/src/i18n/users.ts \
	%D%/src/i18n/users.zh.json \
	%D%/src/i18n/zh.json \
	%D%/src/icon.svg \
	%D%/src/index.html \
	%D%/src/lib/absent.ts \
	%D%/src/lib/account.ts \
	%D%/src/lib/api.ts \
	%D%/src/lib/api_alerts.ts \
	%D%/src/lib/api_floor.ts \
	%D%/src/lib/api_rules.ts \
	%D%/src/lib/elevation.ts \
	%D%/src/lib/floor.ts \
	%D%/src/lib/api_ledger.ts \
	%D%/src/lib/format.ts \
	%D%/src/lib/i18n.ts \
	%D%/src/lib/keep.ts \
	%D%/src/lib/layers.ts \
	%D%/src/lib/live.ts \
	%D%/src/lib/planform.ts \
	%D%/src/lib/post.ts \
	%D%/src/lib/query.ts \
	%D%/src/lib/range.ts \
	%D%/src/lib/save.ts \
	%D%/src/lib/theme.ts \
	%D%/src/lib/time.ts \
	%D%/src/lib/url.ts \
	%D%/src/lib/who.ts \
	%D%/src/main.tsx \
	%D%/src/pages/alert.tsx \
	%D%/src/pages/alerts.tsx \
	%D%/src/pages/area.tsx \
	%D%/src/pages/audit.tsx \
	%D%/src/pages/collector.tsx \
	%D%/src/pages/deliveries.tsx \
	%D%/src/pages/device.tsx \
	%D%/src/pages/devices.tsx \
	%D%/src/pages/discrepancies.tsx \
	%D%/src/pages/hall.tsx \
	%D%/src/pages/login.tsx \
	%D%/src/pages/operators.tsx \
	%D%/src/pages/overview.tsx \
	%D%/src/pages/planner.tsx \
	%D%/src/pages/rack.tsx \
	%D%/src/pages/racks.tsx \
	%D%/src/pages/receivers.tsx \
	%D%/src/pages/reports.tsx \
	%D%/src/pages/rules.tsx \
	%D%/src/pages/setup.tsx \
	%D%/src/pages/silences.tsx \
	%D%/src/pages/site.tsx \
	%D%/src/pages/sites.tsx \
	%D%/src/pages/tokens.tsx \
	%D%/src/pages/users.tsx \
	%D%/src/pages/whatif.tsx \
	%D%/src/parts/alarm.tsx \
	%D%/src/parts/alertacts.tsx \
	%D%/src/parts/alertchart.tsx \
	%D%/src/parts/alertlist.tsx \
	%D%/src/parts/alertmark.tsx \
	%D%/src/parts/alertnav.tsx \
	%D%/src/parts/alertshere.tsx \
	%D%/src/parts/areas.tsx \
	%D%/src/parts/attempt.tsx \
	%D%/src/parts/bar.tsx \
	%D%/src/parts/burnup.tsx \
	%D%/src/parts/chart.tsx \
	%D%/src/parts/deep.tsx \
	%D%/src/parts/devicelog.tsx \
	%D%/src/parts/dialog.tsx \
	%D%/src/parts/elevation.tsx \
	%D%/src/parts/environment.tsx \
	%D%/src/parts/feeds.tsx \
	%D%/src/parts/feedtree.tsx \
	%D%/src/parts/filter.tsx \
	%D%/src/parts/floor.tsx \
	%D%/src/parts/floorkey.tsx \
	%D%/src/parts/frame.tsx \
	%D%/src/parts/fresh.tsx \
	%D%/src/parts/growth.tsx \
	%D%/src/parts/icon.tsx \
	%D%/src/parts/kpi.tsx \
	%D%/src/parts/num.tsx \
	%D%/src/parts/outlook.tsx \
	%D%/src/parts/peek.tsx \
	%D%/src/parts/password.tsx \
	%D%/src/parts/place.tsx \
	%D%/src/parts/plot.ts \
	%D%/src/parts/rackcharts.tsx \
	%D%/src/parts/reason.ts \
	%D%/src/parts/refusal.tsx \
	%D%/src/parts/refused.ts \
	%D%/src/parts/reservations.tsx \
	%D%/src/parts/role.tsx \
	%D%/src/parts/rulewords.ts \
	%D%/src/parts/search.tsx \
	%D%/src/parts/sensors.tsx \
	%D%/src/parts/state.tsx \
	%D%/src/parts/silenceform.tsx \
	%D%/src/parts/stock.tsx \
	%D%/src/parts/table.tsx \
	%D%/src/parts/tilemap.tsx \
	%D%/src/parts/timeline.tsx \
	%D%/src/parts/trend.tsx \
	%D%/src/parts/usermenu.tsx \
	%D%/src/parts/witness.tsx \
	%D%/src/style/alerts.css \
	%D%/src/style/base.css \
	%D%/src/style/chart.css \
	%D%/src/style/frame.css \
	%D%/src/style/late.css \
	%D%/src/style/main.css \
	%D%/src/style/pages.css \
	%D%/src/style/parts.css \
	%D%/src/style/plan.css \
	%D%/src/style/print.css \
	%D%/src/style/tokens.css \
	%D%/src/style/users.css \
	%D%/tsconfig.json

EXTRA_DIST += $(web_sources) %D%/bundle.sh %D%/lock.mjs

if HAVE_NODE
web_stamp = %D%/bundle.stamp
else
if HAVE_WEB_DIST
web_stamp = %D%/bundle.stamp
else
web_stamp =
endif
endif

noinst_DATA += $(web_stamp)
CLEANFILES += %D%/bundle.stamp

%D%/bundle.stamp: $(web_sources) %D%/bundle.sh
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/bundle.sh $(srcdir)/%D% $(builddir)/%D% '$(NODE)' '$(NPM)'
	@touch $@

webdir = $(pkgdatadir)/web
INSTALL_DATA_LOCAL += install-web
UNINSTALL_LOCAL += uninstall-web
CLEAN_LOCAL += clean-web
DIST_LOCAL += dist-web

.PHONY: install-web uninstall-web clean-web dist-web
install-web: $(web_stamp)
	@test -z '$(web_stamp)' || { \
		$(MKDIR_P) '$(DESTDIR)$(webdir)/assets' && \
		rm -f '$(DESTDIR)$(webdir)'/assets/* && \
		$(INSTALL_DATA) $(builddir)/%D%/dist/assets/* '$(DESTDIR)$(webdir)/assets' && \
		$(INSTALL_DATA) $(builddir)/%D%/dist/index.html* '$(DESTDIR)$(webdir)'; }
uninstall-web:
	rm -rf '$(DESTDIR)$(webdir)'
# What a tarball brought stays when it is built in place.
clean-web:
	rm -rf %D%/node_modules %D%/bundling %D%/bundle.stamp
	test '$(srcdir)' = . || rm -rf %D%/dist %D%/package.json %D%/package-lock.json %D%/.npmrc
# Without the bundle there is no tarball: it must build without node.
dist-web: %D%/bundle.stamp
	rm -rf '$(distdir)/%D%/dist'
	cp -pR $(builddir)/%D%/dist '$(distdir)/%D%/dist'
