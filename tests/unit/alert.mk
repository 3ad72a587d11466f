# Unit tests of the alert room.
UNIT_TESTS += %D%/test_alert_judge
%C%_test_alert_judge_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_judge_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_machine
%C%_test_alert_machine_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_machine_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
