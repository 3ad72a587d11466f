# Unit tests of the alert room.
UNIT_TESTS += %D%/test_alert_judge
%C%_test_alert_judge_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_judge_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_machine
%C%_test_alert_machine_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_machine_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
# topology and folding
UNIT_TESTS += %D%/test_alert_topology
%C%_test_alert_topology_SOURCES = %D%/test_alert_topology.c %D%/fixture.c %D%/fixture.h
%C%_test_alert_topology_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_topology_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
FOLD_KIT = tests/unit/fold_kit.c tests/unit/fold_kit.h tests/unit/fixture.c tests/unit/fixture.h
UNIT_TESTS += %D%/test_alert_fold
%C%_test_alert_fold_SOURCES = %D%/test_alert_fold.c $(FOLD_KIT)
%C%_test_alert_fold_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_fold_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
# delivery
NOTIFY_KIT = %D%/notify_kit.c %D%/notify_kit.h
UNIT_TESTS += %D%/test_alert_groups
%C%_test_alert_groups_SOURCES = %D%/test_alert_groups.c $(NOTIFY_KIT)
%C%_test_alert_groups_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_groups_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_fold_random
%C%_test_alert_fold_random_SOURCES = %D%/test_alert_fold_random.c $(FOLD_KIT)
%C%_test_alert_fold_random_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_fold_random_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_supply
%C%_test_alert_supply_SOURCES = %D%/test_alert_supply.c %D%/fixture.c %D%/fixture.h
%C%_test_alert_supply_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_supply_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert
%C%_test_alert_SOURCES = %D%/test_alert.c %D%/alert_kit.c %D%/alert_kit.h %D%/fixture.c %D%/fixture.h
%C%_test_alert_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
