/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ids, both ways. Finding reads an id back into numbers and compares what those
 * numbers would be called: an id that is not exactly ours is not found.
 */
#include <config.h>

#include "province.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const role_names[PROVINCE_ROLE_N] = {
	[PROVINCE_PDU_A] = "pdu-a",
	[PROVINCE_PDU_B] = "pdu-b",
	[PROVINCE_BMC_1] = "bmc-1",
	[PROVINCE_BMC_2] = "bmc-2",
	[PROVINCE_UPS_A] = "ups-a",
	[PROVINCE_UPS_B] = "ups-b",
};

char
province_row_letter(const struct province_row *row)
{
	return (char)('A' + (row->number - 1) % 26);
}

void
province_hall_id(const struct province *p, uint32_t hall, char *ret_id)
{
	const struct province_hall *h = &p->halls[hall];

	(void)snprintf(ret_id, PROVINCE_ID_MAX, "%s-h%u",
	    p->sites[h->site].def->id, h->number);
}

void
province_row_id(const struct province *p, uint32_t row, char *ret_id)
{
	char hall[PROVINCE_ID_MAX];

	province_hall_id(p, p->rows[row].hall, hall);
	(void)snprintf(ret_id, PROVINCE_ID_MAX, "%.40s-r%u", hall,
	    p->rows[row].number);
}

void
province_rack_id(const struct province *p, struct province_rack rack,
    char *ret_id)
{
	char row[PROVINCE_ID_MAX];

	province_row_id(p, rack.row, row);
	(void)snprintf(ret_id, PROVINCE_ID_MAX, "%.50s-%c%02u", row,
	    tolower(province_row_letter(&p->rows[rack.row])), rack.n);
}

void
province_device_id(const struct province *p,
    const struct province_device *device, char *ret_id)
{
	char place[PROVINCE_ID_MAX];

	if (province_in_rack(device->role)) {
		province_rack_id(p, device->rack, place);
	} else {
		province_hall_id(p, device->hall, place);
	}
	(void)snprintf(ret_id, PROVINCE_ID_MAX, "%.56s-%s", place,
	    role_names[device->role]);
}

int
province_find_site(const struct province *p, const char *id, uint32_t *ret_site)
{
	for (uint32_t i = 0; i < p->n_sites; i++) {
		if (strcmp(p->sites[i].def->id, id) == 0) {
			*ret_site = i;
			return 0;
		}
	}
	return -1;
}

/* Finds the site that `id` starts with, and the text after its dash. */
static int
split_site(const struct province *p, const char *id, uint32_t *ret_site,
    const char **ret_rest)
{
	for (uint32_t i = 0; i < p->n_sites; i++) {
		size_t len = strlen(p->sites[i].def->id);

		if (strncmp(p->sites[i].def->id, id, len) == 0 &&
		    id[len] == '-' && id[len + 1] == 'h') {
			*ret_site = i;
			*ret_rest = id + len + 1;
			return 0;
		}
	}
	return -1;
}

/* Reads a letter and up to six digits at *s and steps over them. */
static int
numbered(const char **s, char letter, uint32_t *ret_number)
{
	uint32_t number = 0;
	int n = 0;

	if (letter != '\0' && *(*s)++ != letter) {
		return -1;
	}
	for (; isdigit((unsigned char)**s) && n < 6; n++) {
		number = number * 10 + (uint32_t)(*(*s)++ - '0');
	}
	*ret_number = number;
	return n > 0 ? 0 : -1;
}

static int
find_hall(const struct province *p, const char *id, uint32_t *ret_hall,
    const char **ret_rest)
{
	const struct province_site *site;
	uint32_t index, number;

	if (split_site(p, id, &index, ret_rest) != 0 ||
	    numbered(ret_rest, 'h', &number) != 0) {
		return -1;
	}
	site = &p->sites[index];
	if (number < 1 || number > site->n_halls) {
		return -1;
	}
	*ret_hall = site->first_hall + number - 1;
	return 0;
}

static int
find_row(const struct province *p, const char *id, uint32_t *ret_row,
    const char **ret_rest)
{
	const struct province_hall *hall;
	uint32_t index, number;

	if (find_hall(p, id, &index, ret_rest) != 0 || *(*ret_rest)++ != '-' ||
	    numbered(ret_rest, 'r', &number) != 0) {
		return -1;
	}
	hall = &p->halls[index];
	if (number < 1 || number > hall->n_rows) {
		return -1;
	}
	*ret_row = hall->first_row + number - 1;
	return 0;
}

int
province_find_hall(const struct province *p, const char *id, uint32_t *ret_hall)
{
	char back[PROVINCE_ID_MAX];
	const char *rest;
	uint32_t hall;

	if (find_hall(p, id, &hall, &rest) != 0) {
		return -1;
	}
	province_hall_id(p, hall, back);
	if (strcmp(back, id) != 0) {
		return -1;
	}
	*ret_hall = hall;
	return 0;
}

int
province_find_row(const struct province *p, const char *id, uint32_t *ret_row)
{
	char back[PROVINCE_ID_MAX];
	const char *rest;
	uint32_t row;

	if (find_row(p, id, &row, &rest) != 0) {
		return -1;
	}
	province_row_id(p, row, back);
	if (strcmp(back, id) != 0) {
		return -1;
	}
	*ret_row = row;
	return 0;
}

static int
find_rack(const struct province *p, const char *id,
    struct province_rack *ret_rack)
{
	struct province_rack rack;
	const char *rest;

	if (find_row(p, id, &rack.row, &rest) != 0 || rest[0] != '-' ||
	    rest[1] == '\0') {
		return -1;
	}
	rest += 2;
	if (numbered(&rest, '\0', &rack.n) != 0 || rack.n < 1 ||
	    rack.n > p->rows[rack.row].n_racks) {
		return -1;
	}
	*ret_rack = rack;
	return 0;
}

int
province_find_rack(const struct province *p, const char *id,
    struct province_rack *ret_rack)
{
	char back[PROVINCE_ID_MAX];
	struct province_rack rack;

	if (find_rack(p, id, &rack) != 0) {
		return -1;
	}
	province_rack_id(p, rack, back);
	if (strcmp(back, id) != 0) {
		return -1;
	}
	*ret_rack = rack;
	return 0;
}

int
province_find_device(const struct province *p, const char *id,
    struct province_device *ret_device)
{
	struct province_device device = {0};
	char back[PROVINCE_ID_MAX];
	const char *rest;
	size_t len = strlen(id);
	int role;

	for (role = 0; role < PROVINCE_ROLE_N; role++) {
		size_t tail = strlen(role_names[role]);

		if (len > tail && strcmp(id + len - tail,
		    role_names[role]) == 0) {
			break;
		}
	}
	if (role == PROVINCE_ROLE_N) {
		return -1;
	}
	device.role = (enum province_role)role;
	if (province_in_rack(device.role)) {
		if (find_rack(p, id, &device.rack) != 0 ||
		    device.rack.n > p->rows[device.rack.row].n_polled) {
			return -1;
		}
		device.hall = p->rows[device.rack.row].hall;
	} else if (find_hall(p, id, &device.hall, &rest) != 0) {
		return -1;
	}
	province_device_id(p, &device, back);
	/* Whoever has an address is there. */
	if (strcmp(back, id) != 0 ||
	    province_at(p, province_address(p, &device), &device) != 0) {
		return -1;
	}
	*ret_device = device;
	return 0;
}
