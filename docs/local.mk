# sources of this folder come here
EXTRA_DIST += %D%/api.md
