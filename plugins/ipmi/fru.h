/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FRU inventory: what a machine is, by whom, with which numbers.
 *
 * Route: inventory (bytes read from the BMC) -> here -> info_* metrics.
 * Thread: any (pure).
 * Source: Platform Management FRU Information Storage Definition v1.0 rev 1.3
 * s.8 (header), s.10 (chassis), s.11 (board), s.12 (product), s.13
 * (type/length).
 */
#ifndef IPMI_FRU_H
#define IPMI_FRU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRU_INFO 0x10            /* commands of the storage function */
#define FRU_READ 0x11
#define FRU_HEADER 8
#define FRU_TEXT_SIZE 96
#define FRU_AREA_MAX (255 * 8)

enum fru_area { FRU_CHASSIS = 0, FRU_BOARD, FRU_PRODUCT, FRU_AREA_N };

/* Where the areas are; offset 0: there is none. */
struct fru_header {
	uint16_t offsets[FRU_AREA_N];
};

/* Texts of all areas; "" for what is not there. */
struct fru {
	char chassis_part[FRU_TEXT_SIZE], chassis_serial[FRU_TEXT_SIZE];
	char board_maker[FRU_TEXT_SIZE], board_product[FRU_TEXT_SIZE];
	char board_serial[FRU_TEXT_SIZE], board_part[FRU_TEXT_SIZE];
	uint32_t board_minutes;      /* made, minutes since 1996; 0: unknown */
	char maker[FRU_TEXT_SIZE], product[FRU_TEXT_SIZE];
	char model[FRU_TEXT_SIZE];   /* part or model number */
	char version[FRU_TEXT_SIZE], serial[FRU_TEXT_SIZE];
	char asset[FRU_TEXT_SIZE];
};

/* Errors: COL_EPROTO (short, another format, wrong checksum). */
int fru_header(const uint8_t *data, size_t n, struct fru_header *ret_header);
/*
 * The length of the area that starts at data.  Errors: COL_EPROTO (fewer than
 * two bytes, another format, length 0).
 */
int fru_area_size(const uint8_t *data, size_t n, size_t *ret_size);
/*
 * Reads one whole area into its fields of fru; the others stay.
 * Errors: COL_EPROTO (short, or its bytes do not add up to 0).
 */
int fru_area(enum fru_area area, const uint8_t *data, size_t n,
    struct fru *fru);

#endif
