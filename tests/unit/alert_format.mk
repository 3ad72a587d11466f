# Unit tests of the alert room: formats, signatures, the transport.
UNIT_TESTS += %D%/test_alert_signature %D%/test_alert_address
%C%_test_alert_signature_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_signature_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
%C%_test_alert_address_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_address_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_post
%C%_test_alert_post_SOURCES = %D%/test_alert_post.c %D%/http_fake.c %D%/http_fake.h
%C%_test_alert_post_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_post_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
UNIT_TESTS += %D%/test_alert_format %D%/test_alert_judge_reply
%C%_test_alert_format_SOURCES = %D%/test_alert_format.c %D%/format_kit.c %D%/format_kit.h \
	%D%/config_fake.c %D%/config_fake.h
%C%_test_alert_format_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_format_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
%C%_test_alert_judge_reply_CPPFLAGS = $(UNIT_CPPFLAGS)
%C%_test_alert_judge_reply_LDADD = $(LIB_ALERT) $(CMOCKA_LIBS)
EXTRA_DIST += tests/fixtures/alert
