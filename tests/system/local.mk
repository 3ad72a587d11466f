# tests of this kind come here
SYSTEM_TESTS += %D%/racksim.sh
EXTRA_DIST += %D%/racksim.sh
