# Unit tests of delivery.
NOTIFY_KIT = %D%/notify_kit.c %D%/notify_kit.h
UNIT_TESTS += %D%/test_alert_groups
%C%_test_alert_groups_SOURCES = %D%/test_alert_groups.c $(NOTIFY_KIT)
%C%_test_alert_groups_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_groups_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_queue
%C%_test_alert_queue_SOURCES = %D%/test_alert_queue.c $(NOTIFY_KIT)
%C%_test_alert_queue_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_queue_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_notify
%C%_test_alert_notify_SOURCES = %D%/test_alert_notify.c $(NOTIFY_KIT)
%C%_test_alert_notify_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_notify_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_kill
%C%_test_alert_kill_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_kill_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
