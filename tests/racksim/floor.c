/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows run from west to east, the first at the north wall. Odd ones look south
 * and even ones north, so each cold aisle lies between two rows of fronts and
 * each hot one between two rows of backs.
 */
#include <config.h>

#include "floor.h"

#include <inttypes.h>

/* Lengths in centimetres, so that nothing is lost to rounding. */
#define PITCH 60
#define DEPTH 120
#define COLD 180
#define HOT 120
#define MARGIN 150

static void
write_m(FILE *file, uint32_t cm)
{
	(void)fprintf(file, "%" PRIu32 ".%" PRIu32, cm / 100, cm % 100 / 10);
}

static uint32_t
longest(const struct province *p, const struct province_hall *hall)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < hall->n_rows; i++) {
		uint32_t racks = p->rows[hall->first_row + i].n_racks;

		n = racks > n ? racks : n;
	}
	return n;
}

/* Returns where a row begins, from the north wall; numbers count from 1. */
static uint32_t
row_y(uint32_t number)
{
	uint32_t pairs = (number - 1) / 2;
	uint32_t y = HOT + pairs * (2 * DEPTH + COLD + HOT);

	return number % 2 ? y : y + DEPTH + COLD;
}

/* An aisle from side to side of the longest row. */
static void
write_aisle(FILE *file, bool is_cold, uint32_t number, uint32_t y, uint32_t n,
    bool contained)
{
	(void)fprintf(file, "%s{id: %s-%" PRIu32 ", kind: %s, name: {en: \"%s "
	    "aisle %" PRIu32 "\", zh: \"%s %" PRIu32 "\"}, %sx_m: ",
	    is_cold ? ",\n       " : number == 1 ? "" : ",\n       ",
	    is_cold ? "cold" : "hot", number, is_cold ? "cold" : "hot",
	    is_cold ? "Cold" : "Hot", number, is_cold ? "冷通道" : "热通道",
	    number, contained ? "contained: true, " : "");
	write_m(file, MARGIN);
	(void)fprintf(file, ", y_m: ");
	write_m(file, y);
	(void)fprintf(file, ", width_m: ");
	write_m(file, n * PITCH);
	(void)fprintf(file, ", depth_m: ");
	write_m(file, is_cold ? COLD : HOT);
	(void)fprintf(file, "}");
}

void
floor_write_hall(const struct province *p, uint32_t index, FILE *file)
{
	const struct province_hall *hall = &p->halls[index];
	uint32_t n = longest(p, hall);
	uint32_t end = row_y(hall->n_rows) + DEPTH +
	    (hall->n_rows % 2 ? COLD : HOT);

	(void)fprintf(file, ",\n     width_m: ");
	write_m(file, n * PITCH + 2 * MARGIN);
	(void)fprintf(file, ", depth_m: ");
	write_m(file, end);
	(void)fprintf(file, ",\n     aisles: [");
	for (uint32_t i = 1; i <= hall->n_rows; i += 2) {
		uint32_t number = i / 2 + 1;

		write_aisle(file, false, number, row_y(i) - HOT, n, false);
		write_aisle(file, true, number, row_y(i) + DEPTH, n,
		    hall->three_phase);
	}
	if (hall->n_rows % 2 == 0) {
		write_aisle(file, false, hall->n_rows / 2 + 1, end - HOT, n,
		    false);
	}
	(void)fprintf(file, "]");
}

void
floor_write_row(const struct province *p, uint32_t index, FILE *file)
{
	uint32_t number = p->rows[index].number;

	(void)fprintf(file, "x_m: ");
	write_m(file, MARGIN);
	(void)fprintf(file, ", y_m: ");
	write_m(file, row_y(number));
	(void)fprintf(file, ", run: east, front: %s, cold_aisle: cold-%" PRIu32
	    ", hot_aisle: hot-%" PRIu32, number % 2 ? "south" : "north",
	    (number + 1) / 2, number / 2 + 1);
}
