/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of the province: which rack and which device exists where, at which
 * address, in which state. A pure function of the seed and the rack count;
 * memory is per row and hall, never per rack or device.
 *
 * Route:  sites -> province -> values, faults, serve, inventory, truth.
 * Thread: immutable after province_init, any.
 * Source: DESIGN sections 2 and 4.3 (words, ids); domain section 2.2 (states).
 */
#ifndef RACKSIM_PROVINCE_H
#define RACKSIM_PROVINCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sites.h"

/* Longest id with its NUL: "[a-z0-9][a-z0-9_-]{0,62}". */
#define PROVINCE_ID_MAX 64
/* Blocks of 256 addresses per row: pdu-a, pdu-b, bmc, spare. */
#define PROVINCE_BLOCKS_PER_ROW 4
/* Racks of a hall, about; what fits in its 26 rows is the most. */
#define PROVINCE_HALL_RACKS 160
#define PROVINCE_HALL_RACKS_MAX 560

enum province_state {
	PROVINCE_PLANNED,
	PROVINCE_INSTALLED,
	PROVINCE_ENERGIZED,
	PROVINCE_IN_SERVICE,
	PROVINCE_DECOMMISSIONING,
	PROVINCE_STATE_N
};

/* What is wrong with a rack from the start; the faults come on top. */
enum province_flaw {
	PROVINCE_SOUND,
	PROVINCE_SILENT,	/* no device of it answers */
	PROVINCE_LOST_A,	/* pdu-a never answers */
	PROVINCE_LOST_B,	/* pdu-b never answers */
	PROVINCE_IDLE,		/* in service, yet draws about 40 W */
	PROVINCE_FLAW_N
};

/* The few racks that are there to be noticed. */
enum province_part {
	PROVINCE_PLAIN,
	PROVINCE_TIGHT,		/* 45 % on each feed: 90 % after a loss */
	PROVINCE_LOPSIDED,	/* most of its load on one phase */
	PROVINCE_PART_N
};

/* What a device is mounted as. */
enum province_role {
	PROVINCE_PDU_A,
	PROVINCE_PDU_B,
	PROVINCE_BMC_1,		/* of one server each, in racks with BMCs */
	PROVINCE_BMC_2,
	PROVINCE_UPS_A,
	PROVINCE_UPS_B,
	PROVINCE_ROLE_N
};

/* Which racks have BMCs. */
enum province_bmc {
	PROVINCE_BMC_OFF,
	PROVINCE_BMC_SOME,	/* those of every third row */
	PROVINCE_BMC_ONLY,	/* all, and they have nothing else */
	PROVINCE_BMC_N
};

struct province_site {
	const struct site_def *def;
	uint32_t first_hall, n_halls;
	uint32_t n_racks;	/* declared */
};

struct province_hall {
	uint32_t site;
	uint32_t number;	/* 1.. within the site */
	uint32_t first_row, n_rows;
	uint32_t n_racks;	/* declared */
	bool three_phase;	/* dense racks on three-phase PDUs */
	bool sparse_probes;	/* probes in every third rack only */
};

struct province_row {
	uint32_t hall;
	uint32_t number;	/* 1.. within the hall */
	uint32_t first_rack;	/* running number of its first rack */
	uint16_t n_racks;	/* declared, or planned if `planned` */
	uint16_t n_polled;	/* racks 1..n_polled have devices */
	uint16_t age_days;	/* since it stands, at the day of asking */
	bool planned;
	bool has_bmcs;
};

/* A rack, by place. */
struct province_rack {
	uint32_t row;
	uint32_t n;		/* 1.. within the row */
};

struct province {
	uint64_t seed;
	uint32_t step_s;	/* values move at multiples of this, > 0 */
	uint32_t base;		/* first address, host order, /24 aligned */
	uint32_t n_racks;	/* declared */
	uint32_t hall_racks;	/* of a hall, about */
	uint32_t n_planned;	/* on top of n_racks */
	uint32_t n_unpolled;	/* declared, without devices */
	uint32_t hot_row;	/* the row with a hot aisle */
	uint32_t full_hall;	/* the hall that is close to its limit */
	struct province_rack parts[PROVINCE_PART_N];	/* n = 0: none */
	uint32_t flaw_phase;	/* shifts the pattern of flaws */
	enum province_bmc bmc;
	uint32_t n_standing;	/* rows that are not planned */
	uint32_t n_bmcs;
	struct province_site *sites;
	size_t n_sites;
	struct province_hall *halls;
	size_t n_halls, halls_size;
	struct province_row *rows;
	size_t n_rows, rows_size;
};

/* A device, by place; a value, never stored. */
struct province_device {
	enum province_role role;
	struct province_rack rack;	/* not of a UPS */
	uint32_t hall;			/* always */
};

/* What province_init needs to know. */
struct province_options {
	uint64_t seed;
	uint32_t step_s;
	uint32_t base;			/* host order, within 127/8 */
	uint32_t n_racks;		/* 1 .. 250,000 */
	uint32_t hall_racks;		/* of a hall, 0: PROVINCE_HALL_RACKS */
	enum province_bmc bmc;
	const struct site_def *sites;	/* NULL: the built-in ones */
	size_t n_sites;
};

/*
 * Lays the province out.
 * Owns:   borrows options->sites until province_done.
 * Errors: -1 when the addresses run out of 127/8 or memory ends.
 */
int province_init(struct province *p, const struct province_options *options);

/* Frees what province_init made. */
void province_done(struct province *p);

/* Tells whether devices of a role stand in a rack; else in a hall. */
bool province_in_rack(enum province_role role);

/* Tells whether a role is a BMC's. */
bool province_is_bmc(enum province_role role);

/* Returns the number of devices that have an address. */
uint64_t province_devices(const struct province *p);

/* Returns a rack's declared state. */
enum province_state province_state(const struct province *p,
    struct province_rack rack);

/* Returns the word of a state in inventory files. */
const char *province_state_name(enum province_state state);

/* Returns what is wrong with a rack. */
enum province_flaw province_flaw(const struct province *p,
    struct province_rack rack);

/* Returns the part that a rack plays. */
enum province_part province_part(const struct province *p,
    struct province_rack rack);

/* Tells whether the rack's PDUs carry environment probes. */
bool province_has_probes(const struct province *p, struct province_rack rack);

/* Returns a hash that belongs to this rack alone. */
uint64_t province_rack_hash(const struct province *p,
    struct province_rack rack);

/* Returns a hash that belongs to this device alone. */
uint64_t province_device_hash(const struct province *p,
    const struct province_device *device);

/* Finds the device at an address (host order). Errors: -1 if none. */
int province_at(const struct province *p, uint32_t address,
    struct province_device *ret_device);

/* Returns the address of a device, host order. */
uint32_t province_address(const struct province *p,
    const struct province_device *device);

/* Writes a rack's id. Shape: PROVINCE_ID_MAX bytes. */
void province_rack_id(const struct province *p, struct province_rack rack,
    char *ret_id);

/* Writes a device's id. Shape: PROVINCE_ID_MAX bytes. */
void province_device_id(const struct province *p,
    const struct province_device *device, char *ret_id);

/* Writes a hall's or a row's id. Shape: PROVINCE_ID_MAX bytes. */
void province_hall_id(const struct province *p, uint32_t hall, char *ret_id);
void province_row_id(const struct province *p, uint32_t row, char *ret_id);

/* Returns the letter its racks are named by. */
char province_row_letter(const struct province_row *row);

/* Finds things by id. Errors: -1 if there is no such thing. */
int province_find_site(const struct province *p, const char *id,
    uint32_t *ret_site);
int province_find_hall(const struct province *p, const char *id,
    uint32_t *ret_hall);
int province_find_row(const struct province *p, const char *id,
    uint32_t *ret_row);
int province_find_rack(const struct province *p, const char *id,
    struct province_rack *ret_rack);
int province_find_device(const struct province *p, const char *id,
    struct province_device *ret_device);

#endif
