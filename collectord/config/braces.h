/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lets addresses such as 192.0.2.{n} stand without quotes within {…}, where
 * YAML by itself takes the brace for the end of the word.
 *
 * Route: around libyaml.  Thread: any, no state.
 * Source: DESIGN.md 4.3 (the example of an inventory); YAML 1.1 s.9.1.3.
 */
#ifndef CONFIG_BRACES_H
#define CONFIG_BRACES_H

#include <stddef.h>

/*
 * Copies text with the braces of {n}, {n+10}, {n-1}, {rack} and {id} replaced
 * by one character each that YAML takes as a letter; lines and columns stay.
 * Owns: free with free.  Returns NULL when there is nothing to replace.
 */
char *braces_hide(const char *text, size_t size, size_t *ret_size);
/* Puts the braces back, in place. */
void braces_show(char *text);

#endif
