/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models of BMCs: which sensors, records and habits they have. The sets are
 * made by us after the manner of the makers named in the comments.
 *
 * Route:  bmc_model (tables) -> bmc_sdr, bmc_sel, bmc_fru, bmc_dcmi, truth.
 * Thread: immutable, any.
 * Source: IPMI v2.0 rev. 1.1 sections 36 (conversion), 42 (sensor types), 43
 *         (records).
 */
#ifndef RACKSIM_BMC_MODEL_H
#define RACKSIM_BMC_MODEL_H

#include "bmc.h"

/* What a sensor looks at. */
enum bmc_what {
	BMC_UNAVAILABLE,	/* scanned, but never a reading */
	BMC_DISABLED,		/* not scanned at all */
	BMC_POWER,		/* the whole host's input */
	BMC_PART_W,		/* `nominal` of it, 0..1 */
	BMC_PSU_IN, BMC_PSU_OUT,	/* of supply `index`, W */
	BMC_PSU_PCT,		/* its load, % of `nominal` watts */
	BMC_PSU_VOLT, BMC_PSU_AMP,
	BMC_INLET, BMC_OUTLET,
	BMC_HOT,		/* inlet + load * `nominal` + 4 * index */
	BMC_MARGIN,		/* to the CPU's limit: below zero */
	BMC_FAN,		/* of `nominal` at full speed, RPM or % */
	BMC_RAIL,		/* a supply rail of `nominal` volts */
	BMC_USAGE,		/* %, the load */
	/* From here on discrete. */
	BMC_STATE_PSU,		/* present; input lost */
	BMC_STATE_REDUNDANCY,	/* full, or lost with a supply */
	BMC_STATE_HOST,		/* ACPI S0 or S5 */
	BMC_STATE_PRESENT,
	BMC_STATE_QUIET,	/* nothing asserted */
	BMC_WHAT_N
};

/* Source: IPMI section 43.15: base units. */
enum bmc_unit {
	BMC_NO_UNIT = 0,
	BMC_CELSIUS = 1,
	BMC_VOLT = 4,
	BMC_AMPERE = 5,
	BMC_WATT = 6,
	BMC_RPM = 18
};

/* Sensor unit octet 1: formats of the raw reading, and the percent bit. */
#define BMC_UNSIGNED 0x00
#define BMC_ONES 0x40
#define BMC_TWOS 0x80
#define BMC_PERCENT 0x01
#define BMC_PER_HOUR 0x28
#define BMC_LINEAR 0
#define BMC_RECIPROCAL 7
#define BMC_SQUARE 8

/* One record of the repository; fields that a type has not are zero. */
struct bmc_sensor {
	uint8_t record;		/* 01h, 02h, 03h, 11h, 12h, c0h */
	uint8_t number, entity, instance, type, event_type;
	uint8_t units, unit;	/* BMC_TWOS ..., enum bmc_unit */
	uint8_t linear;
	int16_t m, b;
	int8_t r_exp, b_exp;
	enum bmc_what what;
	uint8_t index;
	float nominal;
	/* Physical thresholds, lower and upper, critical and not; 0 = none. */
	float lc, ln, un, uc;
	const char *name;
};

struct bmc_model {
	const char *word;	/* "bmc-dell" */
	uint32_t manufacturer;	/* IANA */
	uint16_t product, firmware;
	uint8_t slots;		/* sessions at once */
	bool leaky;		/* a repeated Open Session takes a new slot */
	bool lists_v15;		/* says it had IPMI 1.5 authentication */
	bool only_3, only_17;	/* of the suites */
	uint8_t read_max;	/* octets per Get SDR or FRU read, 0 = any */
	bool has_dcmi;
	bool dcmi_idle;		/* says "deactivated" with valid watts */
	const char *maker, *product_name, *part;
	const struct bmc_sensor *sensors;
	size_t n_sensors;
};

extern const struct bmc_model bmc_models[];
extern const size_t bmc_models_n;

/* Tells whether a model speaks a cipher suite, 3 or 17. */
bool bmc_model_suite(const struct bmc_model *model, unsigned int suite);

/* Finds the sensor with a number. Errors: NULL. */
const struct bmc_sensor *bmc_model_sensor(const struct bmc_model *model,
    unsigned int number);

/*
 * Gives what a sensor would read without any scale.
 * Errors: -1 when it has no reading then, or is discrete.
 */
int bmc_model_physical(const struct bmc_sensor *sensor,
    const struct bmc_values *v, double *ret_value);

/* Gives the states of a discrete sensor, bit per offset. */
uint16_t bmc_model_states(const struct bmc_sensor *sensor,
    const struct bmc_values *v);

/* Turns a physical value into the raw octet nearest to it. */
uint8_t bmc_model_raw(const struct bmc_sensor *sensor, double value);

/* Turns a raw octet into the value that it stands for. */
double bmc_model_value(const struct bmc_sensor *sensor, uint8_t raw);

/*
 * Gives what a correct collector stores for a metric: "-" is the host's power
 * or state, "inlet" and "outlet" are air; else the sensor's name, where case
 * does not matter and any other character may stand for blanks and signs, or "0x04", its number.
 * Errors: -1 when there is no such thing; 1 when it has no reading now.
 */
int bmc_model_truth(const struct bmc_model *model, const struct bmc_values *v,
    const char *metric, const char *instance, double *ret_value);

/* Returns the sensor's metric name, NULL for what is none. */
const char *bmc_model_metric(const struct bmc_sensor *sensor);

#endif
