# sources of this folder come here
