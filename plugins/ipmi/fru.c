/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fru.h"

#include <collectord/err.h>

#include "text.h"

#define END_OF_FIELDS 0xc1
#define FORMAT 1
#define LANGUAGE_ENGLISH 25      /* s.15; 0 too: 8-bit texts are Latin 1 */

static bool
adds_up(const uint8_t *data, size_t n)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		sum = (uint8_t)(sum + data[i]);
	}
	return sum == 0;
}

int
fru_header(const uint8_t *data, size_t n, struct fru_header *ret_header)
{
	if (n < FRU_HEADER || (data[0] & 15) != FORMAT ||
	    !adds_up(data, FRU_HEADER)) {
		return COL_EPROTO;
	}
	for (unsigned i = 0; i < FRU_AREA_N; i++) {
		ret_header->offsets[i] = (uint16_t)(data[2 + i] * 8);
	}
	return 0;
}

int
fru_area_size(const uint8_t *data, size_t n, size_t *ret_size)
{
	if (n < 2 || (data[0] & 15) != FORMAT || data[1] == 0) {
		return COL_EPROTO;
	}
	*ret_size = (size_t)data[1] * 8;
	return 0;
}

/* The fields of an area, one after the other. */
struct fields {
	const uint8_t *data;
	size_t at, n;
	bool wide;                   /* 8-bit texts are UTF-16 */
	bool ended;
};

/* Many name some language and write ASCII all the same. */
static bool
is_plain(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] < 0x20 || bytes[i] > 0x7e) {
			return false;
		}
	}
	return true;
}

/* The next field's text; NULL passes over it. */
static void
next_text(struct fields *fields, char *ret_text)
{
	static const enum text_kind kinds[] = {TEXT_BINARY, TEXT_BCD,
	    TEXT_PACKED, TEXT_LATIN};
	enum text_kind kind;
	uint8_t head;
	size_t len;

	if (ret_text != NULL) {
		ret_text[0] = '\0';
	}
	if (fields->ended || fields->at >= fields->n ||
	    fields->data[fields->at] == END_OF_FIELDS) {
		fields->ended = true;
		return;
	}
	head = fields->data[fields->at++];
	len = head & 0x3f;
	if (len > fields->n - fields->at) {
		fields->ended = true;
		return;
	}
	kind = kinds[head >> 6];
	if (kind == TEXT_LATIN && fields->wide && len % 2 == 0 &&
	    !is_plain(fields->data + fields->at, len)) {
		kind = TEXT_WIDE;
	}
	if (ret_text != NULL) {
		(void)text_decode(kind, fields->data + fields->at, len,
		    ret_text, FRU_TEXT_SIZE);
	}
	fields->at += len;
}

static void
read_board(struct fields *fields, struct fru *fru)
{
	fru->board_minutes = text_u16(fields->data + 3) |
	    (uint32_t)fields->data[5] << 16;
	next_text(fields, fru->board_maker);
	next_text(fields, fru->board_product);
	next_text(fields, fru->board_serial);
	next_text(fields, fru->board_part);
}

static void
read_product(struct fields *fields, struct fru *fru)
{
	next_text(fields, fru->maker);
	next_text(fields, fru->product);
	next_text(fields, fru->model);
	next_text(fields, fru->version);
	next_text(fields, fru->serial);
	next_text(fields, fru->asset);
}

int
fru_area(enum fru_area area, const uint8_t *data, size_t n, struct fru *fru)
{
	struct fields fields = {.data = data, .at = 3};
	size_t size = 0;

	if (fru_area_size(data, n, &size) != 0 || size > n ||
	    !adds_up(data, size)) {
		return COL_EPROTO;
	}
	fields.n = size - 1;         /* the checksum is no field */
	fields.wide = area != FRU_CHASSIS && data[2] != 0 &&
	    data[2] != LANGUAGE_ENGLISH;
	switch (area) {
	case FRU_CHASSIS:
		next_text(&fields, fru->chassis_part);
		next_text(&fields, fru->chassis_serial);
		break;
	case FRU_BOARD:
		fields.at = 6;
		read_board(&fields, fru);
		break;
	case FRU_PRODUCT:
		read_product(&fields, fru);
		break;
	case FRU_AREA_N:
		break;
	}
	return 0;
}
