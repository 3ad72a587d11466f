# tests of this kind come here
SYSTEM_TESTS += %D%/racksim.sh
EXTRA_DIST += %D%/racksim.sh
SYSTEM_TESTS += %D%/snmp_engine.sh
EXTRA_DIST += %D%/snmp_engine.sh
