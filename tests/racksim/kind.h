/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The device kinds: which objects a model has (one sorted table per model) and
 * how a physical value becomes the integer its MIB defines.
 *
 * Route:  province + values -> kind -> agent (cells) and truth (metrics).
 * Thread: struct kinds is immutable after kinds_init; a subject belongs to one
 *         thread and one request.
 * Source: PowerNet-MIB (kind_apc.c), PDU2-MIB (kind_raritan.c), RFC 1628
 *         (kind_ups.c), RFC 3418 (system group).
 */
#ifndef RACKSIM_KIND_H
#define RACKSIM_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mib.h"
#include "province.h"
#include "values.h"

/* Models with tables of their own. */
enum kind_model {
	KIND_APC_1PH,		/* metered by outlet, two banks */
	KIND_APC_3PH,		/* metered by phase and bank */
	KIND_RARITAN_1PH,	/* without external sensors */
	KIND_RARITAN_1PH_A,	/* with the inlet probes */
	KIND_RARITAN_1PH_B,	/* with the exhaust probe */
	KIND_RARITAN_3PH,
	KIND_RARITAN_3PH_A,
	KIND_RARITAN_3PH_B,
	KIND_UPS,
	KIND_MODEL_N
};

/* How rows of a column are numbered; a model says how many there are. */
enum kind_shape {
	KIND_SCALAR,		/* .0 */
	KIND_UNIT,		/* .1 */
	KIND_PHASE,		/* .phase */
	KIND_BANK,		/* .bank */
	KIND_LOAD,		/* .row, phases first, then banks */
	KIND_OUTLET,		/* .outlet */
	KIND_R_UNIT,		/* .pdu */
	KIND_R_BOARD,		/* .pdu.type.number */
	KIND_R_INLET,		/* .pdu.inlet */
	KIND_R_INLET_SENSOR,	/* .pdu.inlet.type */
	KIND_R_POLE,		/* .pdu.inlet.pole */
	KIND_R_POLE_SENSOR,	/* .pdu.inlet.pole.type */
	KIND_R_OCP,		/* .pdu.ocp */
	KIND_R_OCP_SENSOR,	/* .pdu.ocp.type */
	KIND_R_OUTLET,		/* .pdu.outlet */
	KIND_R_OUTLET_SENSOR,	/* .pdu.outlet.type */
	KIND_R_EXT,		/* .pdu.slot */
	KIND_SHAPE_N
};

/* One column (or scalar) of a kind. */
struct kind_column {
	const char *oid;
	uint8_t tag;		/* BER_* */
	enum kind_shape shape;
	uint16_t what;		/* the kind's own meaning number */
	const char *metric;	/* NULL: no metric comes from it */
	const char *where;	/* instance word: "", "in", "battery", ... */
	double scale;		/* base units per raw unit */
};

/* All tables. */
struct kinds {
	struct mib mibs[KIND_MODEL_N];
};

/* A device at one time, measured when first needed. */
struct kind_subject {
	struct values_world *world;
	struct province_device device;
	enum kind_model model;
	int64_t t;		/* from values_time */
	uint64_t hash;		/* of the device */
	bool measured;
	union {
		struct values_pdu pdu;
		struct values_ups ups;
	} v;
};

/* An instance as a person or a profile writes it, taken apart. */
struct kind_instance {
	char word[16];		/* letters in front: "l", "outlet", "top", "" */
	char part[16];		/* a second word after a dash or dot, or "" */
	uint32_t number;	/* 0 = none */
	uint32_t to;		/* the 2 of "L1-L2", 0 = none */
};

/* Builds all tables. Errors: -1 out of memory or a table with a fault. */
int kinds_init(struct kinds *kinds);

/* Frees all tables. */
void kinds_done(struct kinds *kinds);

/* Fills in a subject for a device at time `t` (any second). */
void kind_subject_init(struct kind_subject *subject,
    struct values_world *world, const struct province_device *device,
    int64_t t);

/* Measures the subject's device once. */
void kind_measure(struct kind_subject *subject);

/* Reads one cell; an agent_cell_fn, `subject` is a struct kind_subject. */
void kind_cell(void *subject, const struct mib_entry *entry,
    struct cell *ret_cell);

/*
 * Gives what a correct collector stores for a metric: the integer the device
 * sends, times its scale.
 * Units:  base units of the metric.
 * Errors: -1 when the device has no such metric or instance.
 */
int kind_truth(struct kind_subject *subject, const char *metric,
    const char *instance, double *ret_value);

/* Counts the rows of a shape in a model. */
uint32_t kind_rows(enum kind_model model, enum kind_shape shape);

/* Adds to a cell a formatted text. */
void kind_text(struct cell *cell, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Puts an OID, given in dots, into a cell. */
void kind_oid(struct cell *cell, const char *oid);

/* Units:  returns raw units of an energy counter of `unit_wh` and `bits`. */
int64_t kind_energy(struct kind_subject *subject, double energy_wh,
    double unit_wh, int bits);

/* Writes the serial number a device has. Shape: 24 bytes. */
void kind_serial(const struct kind_subject *subject, char *ret_serial);

/* Per kind: its columns, its cells, and where the truth needs more. */
extern const struct kind_column kind_apc_columns[];
extern const size_t kind_apc_columns_n;
void kind_apc_cell(struct kind_subject *subject,
    const struct kind_column *column, const struct mib_entry *entry,
    struct cell *cell);

extern const struct kind_column kind_raritan_columns[];
extern const size_t kind_raritan_columns_n;
void kind_raritan_cell(struct kind_subject *subject,
    const struct kind_column *column, const struct mib_entry *entry,
    struct cell *cell);
int kind_raritan_truth(struct kind_subject *subject, const char *metric,
    const struct kind_instance *instance, double *ret_value);
/* Lists the sensor types of a shape. Shape: returns how many, 0 = none. */
size_t kind_raritan_types(enum kind_model model, enum kind_shape shape,
    const uint8_t **ret_types);

extern const struct kind_column kind_ups_columns[];
extern const size_t kind_ups_columns_n;
void kind_ups_cell(struct kind_subject *subject,
    const struct kind_column *column, const struct mib_entry *entry,
    struct cell *cell);

#endif
