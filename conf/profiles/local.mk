# Device profiles, installed where `profiles:` finds them by default.
profilesdir = $(pkgdatadir)/profiles
dist_profiles_DATA = \
	%D%/apc-rpdu2.yaml \
	%D%/eaton-epdu.yaml \
	%D%/raritan-pdu2.yaml \
	%D%/ups-mib.yaml \
	%D%/vertiv-geist.yaml
