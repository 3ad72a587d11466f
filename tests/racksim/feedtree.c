/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each of two feeds can carry everything below it alone, which is what makes
 * them two: ratings are the next one of the usual series above four fifths of
 * the design power.
 */
#include <config.h>

#include "feedtree.h"

#include <math.h>

#include "values.h"

/* Phase to neutral; three phases to the watt. */
#define VOLTS 220.0
#define DIVERSITY 0.8
#define POWER_FACTOR 0.95

static const unsigned int ratings[] = {
	63, 100, 125, 160, 250, 400, 630, 800, 1000, 1250, 1600, 2000, 2500,
	3200, 4000, 5000, 6300
};

/* Returns the least usual rating that is not below `amps`. */
static unsigned int
rating(double amps)
{
	size_t n = sizeof(ratings) / sizeof(ratings[0]);

	for (size_t i = 0; i < n; i++) {
		if (ratings[i] >= amps) {
			return ratings[i];
		}
	}
	return ratings[n - 1];
}

static double
row_amps(const struct province *p, uint32_t row)
{
	struct province_rack first = {.row = row, .n = 1};

	return p->rows[row].n_racks * values_design_kw(p, first) * 1000 *
	    DIVERSITY / POWER_FACTOR / (3 * VOLTS);
}

static void
write_row(const struct province *p, uint32_t row, const char *hall, char feed,
    FILE *file)
{
	char id[PROVINCE_ID_MAX];

	province_row_id(p, row, id);
	(void)fprintf(file, "  - {id: %s-bus-%c, kind: busway, from: %s-dist-%c, "
	    "rated_a: %u}\n", id, feed, hall, feed, rating(row_amps(p, row)));
}

static void
write_hall(const struct province *p, uint32_t index, const char *site,
    char feed, FILE *file)
{
	const struct province_hall *hall = &p->halls[index];
	double va = values_ups_rated_w(p, index) / VALUES_UPS_PF;
	char id[PROVINCE_ID_MAX], device[PROVINCE_ID_MAX + 16] = "";
	char big = (char)(feed - 'a' + 'A');

	province_hall_id(p, index, id);
	if (p->bmc != PROVINCE_BMC_ONLY) {
		(void)snprintf(device, sizeof(device), ", device: %s-ups-%c", id,
		    feed);
	}
	(void)fprintf(file, "  - {id: %s-ups-%c, kind: ups, from: %s-mains-%c, "
	    "rated_kva: %.1f%s,\n     name: {en: \"UPS %c of hall %u\", "
	    "zh: \"%u 号机房 %c 路 UPS\"}}\n", id, feed, site, feed,
	    floor(va / 100) / 10, device, big, hall->number, hall->number, big);
	(void)fprintf(file, "  - {id: %s-dist-%c, kind: distribution, "
	    "from: %s-ups-%c, rated_a: %u,\n     name: {en: \"Distribution %c "
	    "of hall %u\", zh: \"%u 号机房 %c 路配电柜\"}}\n", id, feed, id, feed,
	    rating(va / (3 * VOLTS)), big, hall->number, hall->number, big);
	for (uint32_t i = 0; i < hall->n_rows; i++) {
		write_row(p, hall->first_row + i, id, feed, file);
	}
}

void
feedtree_write(const struct province *p, const struct province_site *site,
    FILE *file)
{
	double va = 0;

	for (uint32_t i = 0; i < site->n_halls; i++) {
		va += values_ups_rated_w(p, site->first_hall + i) / VALUES_UPS_PF;
	}
	(void)fprintf(file, "feed_tree:\n");
	for (char feed = 'a'; feed <= 'b'; feed++) {
		char big = (char)(feed - 'a' + 'A');

		/* A tenth more for what the UPSes themselves lose. */
		(void)fprintf(file, "  - {id: %s-mains-%c, kind: utility, "
		    "site: %s, rated_kva: %.0f, name: {en: \"Mains %c\", "
		    "zh: \"市电 %c 路\"}}\n", site->def->id, feed, site->def->id,
		    ceil(va * 1.1 / 50000) * 50, big, big);
		for (uint32_t i = 0; i < site->n_halls; i++) {
			write_hall(p, site->first_hall + i, site->def->id, feed,
			    file);
		}
	}
}

void
feedtree_write_row(const struct province *p, uint32_t row, FILE *file)
{
	char id[PROVINCE_ID_MAX];

	province_row_id(p, row, id);
	(void)fprintf(file, "feeds_from: {A: %s-bus-a, B: %s-bus-b}", id, id);
}
