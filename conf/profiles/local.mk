# Device profiles, installed where `profiles:` finds them by default.
profilesdir = $(pkgdatadir)/profiles
dist_profiles_DATA = \
	%D%/apc-rpdu.yaml \
	%D%/apc-rpdu2.yaml \
	%D%/apc-ups.yaml \
	%D%/cyberpower-epdu.yaml \
	%D%/cyberpower-epdu2.yaml \
	%D%/cyberpower-ups.yaml \
	%D%/dell-idrac.yaml \
	%D%/delta-mini-snmp.yaml \
	%D%/eaton-epdu.yaml \
	%D%/eaton-ups.yaml \
	%D%/enlogic.yaml \
	%D%/entity-sensor.yaml \
	%D%/generex-cs1.yaml \
	%D%/h3c-comware.yaml \
	%D%/h3c-hdm.yaml \
	%D%/hpe-ilo.yaml \
	%D%/huawei-ibmc.yaml \
	%D%/huawei-smu.yaml \
	%D%/huawei-ups.yaml \
	%D%/huawei-ups2000.yaml \
	%D%/huawei-vrp.yaml \
	%D%/if-mib.yaml \
	%D%/inspur-bmc.yaml \
	%D%/lenovo-xcc.yaml \
	%D%/liebert-mph.yaml \
	%D%/liebert-ups.yaml \
	%D%/megatec-ppc.yaml \
	%D%/panduit-g5.yaml \
	%D%/raritan-pdu2.yaml \
	%D%/riello-netman.yaml \
	%D%/rittal-cmc3.yaml \
	%D%/rittal-lcp.yaml \
	%D%/servertech-sentry3.yaml \
	%D%/servertech-sentry4.yaml \
	%D%/sugon.yaml \
	%D%/supermicro.yaml \
	%D%/ups-mib-zero.yaml \
	%D%/ups-mib.yaml \
	%D%/vertiv-dcs.yaml \
	%D%/vertiv-geist-env.yaml \
	%D%/vertiv-geist.yaml \
	%D%/vertiv-ita2.yaml \
	%D%/vertiv-nxr.yaml
