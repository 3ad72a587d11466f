/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes written as hexadecimal digits, as specifications print them.
 *
 * Route: unit tests with known vectors.  Thread: any.
 */
#ifndef TESTS_HEX_H
#define TESTS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Returns the number of bytes; fails the test at what is no digit. */
size_t hex_bytes(const char *text, uint8_t *ret_bytes);

#endif
