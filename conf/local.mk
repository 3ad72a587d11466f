# What stands in $(confdir) belongs to the admin: it is installed once and never
# written over.
include %D%/profiles/local.mk
# The shipped rules; what is installed as the admin's alerts.yaml takes them in.
shippeddir = $(pkgdatadir)
dist_shipped_DATA = %D%/alerts.yaml
conf_files = collectord.yaml inventory/example.yaml secrets/example-community

EXTRA_DIST += %D%/REFERENCE.md %D%/alerts-own.yaml %D%/collectord.yaml %D%/inventory/example.yaml \
	%D%/secrets/example-community \
	%D%/examples/ten-lines/collectord.yaml %D%/examples/ten-lines/community \
	%D%/examples/csv/collectord.yaml %D%/examples/csv/racks.csv \
	%D%/examples/csv/devices.csv

EXTRA_DIST += %D%/collectord.service %D%/collectord.sysusers %D%/collectorctl.bash
INSTALL_DATA_LOCAL += install-conf install-service install-completion
UNINSTALL_LOCAL += uninstall-conf uninstall-service uninstall-completion

completiondir = $(datadir)/bash-completion/completions
.PHONY: install-completion uninstall-completion
install-completion:
	@$(MKDIR_P) '$(DESTDIR)$(completiondir)'
	@$(INSTALL_DATA) '$(srcdir)/%D%/collectorctl.bash' '$(DESTDIR)$(completiondir)/collectorctl'
uninstall-completion:
	@rm -f '$(DESTDIR)$(completiondir)/collectorctl'

# The unit with the paths of this build in it.
systemddir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
.PHONY: install-service uninstall-service
install-service:
	@$(MKDIR_P) '$(DESTDIR)$(systemddir)' '$(DESTDIR)$(sysusersdir)'
	@sed -e 's|/usr/local/sbin|$(sbindir)|; s|/usr/local/etc/collectord|$(confdir)|' \
		-e 's|/usr/local/var/lib/collectord|$(statedir)|' \
		'$(srcdir)/%D%/collectord.service' \
		>'$(DESTDIR)$(systemddir)/collectord.service'
	@$(INSTALL_DATA) '$(srcdir)/%D%/collectord.sysusers' \
		'$(DESTDIR)$(sysusersdir)/collectord.conf'
uninstall-service:
	@rm -f '$(DESTDIR)$(systemddir)/collectord.service' \
		'$(DESTDIR)$(sysusersdir)/collectord.conf'

.PHONY: install-conf uninstall-conf reference
install-conf:
	@for f in $(conf_files); do \
		to='$(DESTDIR)$(confdir)'/$$f; \
		test -e "$$to" || { \
			$(MKDIR_P) "$${to%/*}" && \
			$(INSTALL_DATA) '$(srcdir)'/%D%/$$f "$$to"; } || exit 1; \
	done
	@test -e '$(DESTDIR)$(confdir)/alerts.yaml' || \
		$(INSTALL_DATA) '$(srcdir)/%D%/alerts-own.yaml' '$(DESTDIR)$(confdir)/alerts.yaml'
# Files that an admin has changed stay.
uninstall-conf:
	@for f in $(conf_files); do \
		to='$(DESTDIR)$(confdir)'/$$f; \
		if cmp -s '$(srcdir)'/%D%/$$f "$$to"; then rm -f "$$to"; fi; \
	done
	@to='$(DESTDIR)$(confdir)/alerts.yaml'; \
		if cmp -s '$(srcdir)/%D%/alerts-own.yaml' "$$to"; then rm -f "$$to"; fi
	@rmdir '$(DESTDIR)$(confdir)/inventory' '$(DESTDIR)$(confdir)/secrets' \
		'$(DESTDIR)$(confdir)' 2>/dev/null || :
# Writes REFERENCE.md anew after a table has changed.
reference: $(sbin_PROGRAMS)
	./$(sbin_PROGRAMS) --dump-reference >'$(srcdir)/%D%/REFERENCE.md'
