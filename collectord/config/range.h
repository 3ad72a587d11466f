/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Short forms of an inventory: "A01..A24" for rack labels, "{n}" and its
 * kind in addresses.
 *
 * Route: inventory texts -> racks and devices.  Thread: any, no state.
 * Source: DESIGN.md 4.3.
 */
#ifndef CONFIG_RANGE_H
#define CONFIG_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/err.h>

#define RANGE_ITEMS_MAX 10000
#define RANGE_LABEL_SIZE 64

/* A01..A24; a single label is a range of one. */
struct range {
	char prefix[RANGE_LABEL_SIZE];
	uint32_t first, n_items;   /* number of the first, how many */
	unsigned width;            /* at least so many digits, 0: no number */
};

/* Errors: COL_EINVAL, COL_ERANGE (backwards, too many), with the remedy. */
int range_parse(const char *text, struct range *ret_range,
    struct col_error *error);
/* Writes label i of 0..n_items-1. */
void range_label(const struct range *range, uint32_t i,
    char label[RANGE_LABEL_SIZE]);

#define RANGE_ADDRESS_SIZE 256

/* What the words in braces stand for; rack is NULL for devices in no rack. */
struct range_words { const char *rack, *id; uint32_t n; };

/*
 * Replaces {n}, {n+10}, {n-1}, {rack} and {id} in an address and checks the
 * form of the result.
 * Errors: COL_EINVAL, COL_ERANGE, with the remedy; ret_address untouched.
 */
int range_address(const char *text, const struct range_words *words,
    char ret_address[RANGE_ADDRESS_SIZE], struct col_error *error);
/* The same for the id of a device. */
int range_id(const char *text, const struct range_words *words,
    char ret_id[RANGE_LABEL_SIZE], struct col_error *error);

#endif
