# Device profiles, installed where `profiles:` finds them by default.
profilesdir = $(pkgdatadir)/profiles
dist_profiles_DATA = \
	%D%/apc-rpdu2.yaml \
	%D%/raritan-pdu2.yaml \
	%D%/ups-mib.yaml
