/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/braces.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Two code points for private use, U+F17B and U+F17D. */
#define OPEN "\xef\x85\xbb"
#define CLOSE "\xef\x85\xbd"
#define MARK_SIZE (sizeof(OPEN) - 1)

/* Length of a word in braces at text, braces included; 0: none. */
static size_t
word_len(const char *text, size_t size)
{
	static const char *const words[] = { "{n}", "{rack}", "{id}" };
	size_t len = 3;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);

		if (n <= size && memcmp(text, words[i], n) == 0) {
			return n;
		}
	}
	if (size < 5 || text[1] != 'n' || (text[2] != '+' && text[2] != '-')) {
		return 0;
	}
	while (len < size && len < 16 && text[len] >= '0' && text[len] <= '9') {
		len++;
	}
	return len > 3 && len < size && text[len] == '}' ? len + 1 : 0;
}

static bool
has_marks(const char *text, size_t size)
{
	return memmem(text, size, OPEN, MARK_SIZE) != NULL ||
	    memmem(text, size, CLOSE, MARK_SIZE) != NULL;
}

char *
braces_hide(const char *text, size_t size, size_t *ret_size)
{
	size_t n_words = 0, n = 0;
	char *copy;

	for (size_t i = 0; i < size; i++) {
		n_words += text[i] == '{' && word_len(text + i, size - i) > 0;
	}
	if (n_words == 0 || has_marks(text, size)) {
		return NULL;
	}
	copy = malloc(size + n_words * 2 * MARK_SIZE + 1);
	if (copy == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < size;) {
		size_t len = text[i] == '{' ? word_len(text + i, size - i) : 0;

		if (len == 0) {
			copy[n++] = text[i++];
			continue;
		}
		memcpy(copy + n, OPEN, MARK_SIZE);
		memcpy(copy + n + MARK_SIZE, text + i + 1, len - 2);
		n += MARK_SIZE + len - 2;
		memcpy(copy + n, CLOSE, MARK_SIZE);
		n += MARK_SIZE;
		i += len;
	}
	copy[n] = '\0';
	*ret_size = n;
	return copy;
}

void
braces_show(char *text)
{
	char *to = text;

	while (*text != '\0') {
		if (strncmp(text, OPEN, MARK_SIZE) == 0) {
			*to++ = '{';
			text += MARK_SIZE;
		} else if (strncmp(text, CLOSE, MARK_SIZE) == 0) {
			*to++ = '}';
			text += MARK_SIZE;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}
