# sources of this folder come here
include %D%/profiles/local.mk
