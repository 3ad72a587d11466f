# sources of this room come here: noinst_LTLIBRARIES += %D%/libstate.la
