# sources of this room come here: noinst_LTLIBRARIES += %D%/libconfig.la
