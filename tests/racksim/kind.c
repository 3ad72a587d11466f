/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all kinds share: expanding columns into tables, the system group, and
 * finding the column behind a metric.
 */
#include <config.h>

#include "kind.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hash.h"

/* Source: RFC 3418 section 2 (system group, 1.3.6.1.2.1.1). */
enum {
	SYS_DESCR,
	SYS_OBJECT_ID,
	SYS_UPTIME,
	SYS_CONTACT,
	SYS_NAME,
	SYS_LOCATION,
	SYS_SERVICES
};

static const struct kind_column system_columns[] = {
	{"1.3.6.1.2.1.1.1", BER_OCTETS, KIND_SCALAR, SYS_DESCR, NULL, "", 1},
	{"1.3.6.1.2.1.1.2", BER_OID, KIND_SCALAR, SYS_OBJECT_ID, NULL, "", 1},
	{"1.3.6.1.2.1.1.3", BER_TIMETICKS, KIND_SCALAR, SYS_UPTIME,
	    "uptime_s", "", 0.01},
	{"1.3.6.1.2.1.1.4", BER_OCTETS, KIND_SCALAR, SYS_CONTACT, NULL, "", 1},
	{"1.3.6.1.2.1.1.5", BER_OCTETS, KIND_SCALAR, SYS_NAME, NULL, "", 1},
	{"1.3.6.1.2.1.1.6", BER_OCTETS, KIND_SCALAR, SYS_LOCATION, NULL, "", 1},
	{"1.3.6.1.2.1.1.7", BER_INTEGER, KIND_SCALAR, SYS_SERVICES, NULL, "", 1},
};

#define SYSTEM_N (sizeof(system_columns) / sizeof(system_columns[0]))

/* How a model identifies itself. */
struct identity {
	const char *object_id;
	const char *descr;
};

/*
 * Source: PowerNet-MIB products rPDU2 (318.1.3.4.5 and .6); PDU2-MIB raritan
 * 13742.6; RFC 1628 upsMIB itself, as agents without an own tree answer.
 */
static const struct identity identities[KIND_MODEL_N] = {
	[KIND_APC_1PH] = {"1.3.6.1.4.1.318.1.3.4.6",
	    "APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.8.2 "
	    "PN:apc_hw05_aos_682.bin AF1:v6.8.0 AN1:apc_hw05_rpdu2g_680.bin "
	    "MN:AP8653 HR:02 SN: %s MD:06/01/2021)"},
	[KIND_APC_3PH] = {"1.3.6.1.4.1.318.1.3.4.5",
	    "APC Web/SNMP Management Card (MB:v4.1.0 PF:v6.8.2 "
	    "PN:apc_hw05_aos_682.bin AF1:v6.8.0 AN1:apc_hw05_rpdu2g_680.bin "
	    "MN:AP8886 HR:02 SN: %s MD:06/01/2021)"},
	[KIND_RARITAN_1PH] = {"1.3.6.1.4.1.13742.6",
	    "Raritan PDU, MD:PX3-5493U-K2 HW:0x10 FW:4.2.0.5-50274"},
	[KIND_RARITAN_1PH_A] = {"1.3.6.1.4.1.13742.6",
	    "Raritan PDU, MD:PX3-5493U-K2 HW:0x10 FW:4.2.0.5-50274"},
	[KIND_RARITAN_1PH_B] = {"1.3.6.1.4.1.13742.6",
	    "Raritan PDU, MD:PX3-5493U-K2 HW:0x10 FW:4.2.0.5-50274"},
	[KIND_RARITAN_3PH] = {"1.3.6.1.4.1.13742.6",
	    "Raritan PDU, MD:PX3-5730U HW:0x10 FW:4.2.0.5-50274"},
	[KIND_RARITAN_3PH_A] = {"1.3.6.1.4.1.13742.6",
	    "Raritan PDU, MD:PX3-5730U HW:0x10 FW:4.2.0.5-50274"},
	[KIND_RARITAN_3PH_B] = {"1.3.6.1.4.1.13742.6",
	    "Raritan PDU, MD:PX3-5730U HW:0x10 FW:4.2.0.5-50274"},
	[KIND_UPS] = {"1.3.6.1.2.1.33",
	    "Demo UPS network card, UPS-MIB, SW 2.1.4"},
};

static bool
is_apc(enum kind_model model)
{
	return model == KIND_APC_1PH || model == KIND_APC_3PH;
}

static const struct kind_column *
columns_of(enum kind_model model, size_t *ret_n)
{
	if (model == KIND_UPS) {
		*ret_n = kind_ups_columns_n;
		return kind_ups_columns;
	}
	if (is_apc(model)) {
		*ret_n = kind_apc_columns_n;
		return kind_apc_columns;
	}
	*ret_n = kind_raritan_columns_n;
	return kind_raritan_columns;
}

uint32_t
kind_rows(enum kind_model model, enum kind_shape shape)
{
	bool three = model == KIND_APC_3PH || model == KIND_UPS ||
	    (model >= KIND_RARITAN_3PH && model <= KIND_RARITAN_3PH_B);
	bool ext_a = model == KIND_RARITAN_1PH_A || model == KIND_RARITAN_3PH_A;
	bool ext_b = model == KIND_RARITAN_1PH_B || model == KIND_RARITAN_3PH_B;

	switch (shape) {
	case KIND_PHASE:
		return three ? 3 : 1;
	case KIND_BANK:
	case KIND_R_OCP:
	case KIND_R_OCP_SENSOR:
		return three ? 6 : 2;
	case KIND_LOAD:
		return three ? 9 : 3;
	case KIND_OUTLET:
		/* The three-phase model meters phases and banks only. */
		return three ? 0 : VALUES_OUTLETS;
	case KIND_R_OUTLET:
	case KIND_R_OUTLET_SENSOR:
		return VALUES_OUTLETS;
	case KIND_R_POLE:
	case KIND_R_POLE_SENSOR:
		return three ? 3 : 0;
	case KIND_R_EXT:
		return ext_a ? 4 : ext_b ? 1 : 0;
	case KIND_SCALAR:
	case KIND_UNIT:
	case KIND_R_UNIT:
	case KIND_R_BOARD:
	case KIND_R_INLET:
	case KIND_R_INLET_SENSOR:
	case KIND_SHAPE_N:
		break;
	}
	return 1;
}

/* Appends the index arcs in front of a sensor type; returns how many. */
static size_t
index_arcs(enum kind_shape shape, uint32_t row, uint32_t *arcs)
{
	switch (shape) {
	case KIND_SCALAR:
		arcs[0] = 0;
		return 1;
	case KIND_R_BOARD:
		arcs[0] = arcs[1] = arcs[2] = 1;
		return 3;
	case KIND_R_POLE:
	case KIND_R_POLE_SENSOR:
		arcs[0] = arcs[1] = 1;
		arcs[2] = row;
		return 3;
	case KIND_R_INLET:
	case KIND_R_INLET_SENSOR:
	case KIND_R_OCP:
	case KIND_R_OCP_SENSOR:
	case KIND_R_OUTLET:
	case KIND_R_OUTLET_SENSOR:
	case KIND_R_EXT:
		arcs[0] = 1;
		arcs[1] = row;
		return 2;
	case KIND_UNIT:
	case KIND_PHASE:
	case KIND_BANK:
	case KIND_LOAD:
	case KIND_OUTLET:
	case KIND_R_UNIT:
	case KIND_SHAPE_N:
		break;
	}
	arcs[0] = row;
	return 1;
}

/* Adds all instances of one column. */
static int
add_column(struct mib *mib, enum kind_model model,
    const struct kind_column *column, size_t number)
{
	uint32_t arcs[BER_OID_MAX];
	struct mib_entry entry = {.tag = column->tag,
	    .what = (uint16_t)number};
	const uint8_t *types = NULL;
	size_t n_types = kind_raritan_types(model, column->shape, &types);
	size_t n, at;

	if (mib_parse(column->oid, arcs, &n) != 0) {
		return -1;
	}
	for (uint32_t row = 1; row <= kind_rows(model, column->shape); row++) {
		at = n + index_arcs(column->shape, row, arcs + n);
		entry.index[0] = (uint16_t)row;
		entry.index[1] = 0;
		if (n_types == 0 && mib_add(mib, arcs, at, &entry) != 0) {
			return -1;
		}
		for (size_t i = 0; i < n_types; i++) {
			arcs[at] = types[i];
			entry.index[1] = types[i];
			if (mib_add(mib, arcs, at + 1, &entry) != 0) {
				return -1;
			}
		}
	}
	return 0;
}

int
kinds_init(struct kinds *kinds)
{
	memset(kinds, 0, sizeof(*kinds));
	for (int model = 0; model < KIND_MODEL_N; model++) {
		struct mib *mib = &kinds->mibs[model];
		const struct kind_column *columns;
		size_t n;

		for (size_t i = 0; i < SYSTEM_N; i++) {
			if (add_column(mib, (enum kind_model)model,
			    &system_columns[i], i) != 0) {
				return -1;
			}
		}
		columns = columns_of((enum kind_model)model, &n);
		for (size_t i = 0; i < n; i++) {
			if (add_column(mib, (enum kind_model)model,
			    &columns[i], SYSTEM_N + i) != 0) {
				return -1;
			}
		}
		if (mib_seal(mib) != 0) {
			return -1;
		}
	}
	return 0;
}

void
kinds_done(struct kinds *kinds)
{
	for (int model = 0; model < KIND_MODEL_N; model++) {
		mib_done(&kinds->mibs[model]);
	}
}

static enum kind_model
model_of(const struct province *p, const struct province_device *device)
{
	const struct province_hall *hall = &p->halls[device->hall];
	bool three = hall->three_phase;
	int probes;

	if (!province_in_rack(device->role)) {
		return KIND_UPS;
	}
	if (p->sites[hall->site].def->vendor == SITE_APC) {
		return three ? KIND_APC_3PH : KIND_APC_1PH;
	}
	probes = !province_has_probes(p, device->rack) ? 0 :
	    device->role == PROVINCE_PDU_A ? 1 : 2;
	return (enum kind_model)((three ? KIND_RARITAN_3PH : KIND_RARITAN_1PH) +
	    probes);
}

void
kind_subject_init(struct kind_subject *subject, struct values_world *world,
    const struct province_device *device, int64_t t)
{
	subject->world = world;
	subject->device = *device;
	subject->model = model_of(world->province, device);
	subject->t = values_time(world->province, t);
	subject->hash = province_device_hash(world->province, device);
	subject->measured = false;
}

void
kind_measure(struct kind_subject *subject)
{
	if (subject->measured) {
		return;
	}
	subject->measured = true;
	if (subject->model == KIND_UPS) {
		values_ups(subject->world, &subject->device, subject->t,
		    &subject->v.ups);
	} else {
		values_pdu(subject->world, &subject->device, subject->t,
		    &subject->v.pdu);
	}
}

void
kind_text(struct cell *cell, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(cell->text, sizeof(cell->text), format, args);
	va_end(args);
	cell->bytes = (const uint8_t *)cell->text;
	cell->len = len < 0 ? 0 : (size_t)len < sizeof(cell->text) ?
	    (size_t)len : sizeof(cell->text) - 1;
}

void
kind_oid(struct cell *cell, const char *oid)
{
	uint32_t arcs[BER_OID_MAX];
	size_t n;

	cell->bytes = (const uint8_t *)cell->text;
	cell->len = 0;
	if (mib_parse(oid, arcs, &n) == 0) {
		(void)ber_oid_encode(arcs, n, (uint8_t *)cell->text,
		    sizeof(cell->text), &cell->len);
	}
}

int64_t
kind_energy(struct kind_subject *subject, double energy_wh, double unit_wh,
    int bits)
{
	int64_t modulus = (int64_t)1 << bits;
	int64_t at = faults_wrap(subject->world->faults, &subject->device);
	int64_t raw = (int64_t)floor(energy_wh / unit_wh);
	struct values_pdu then;

	if (at >= 0) {
		values_pdu(subject->world, &subject->device,
		    values_time(subject->world->province, at), &then);
		raw -= (int64_t)floor(then.energy_wh / unit_wh);
	}
	return ((raw % modulus) + modulus) % modulus;
}

void
kind_serial(const struct kind_subject *subject, char *ret_serial)
{
	(void)snprintf(ret_serial, 24, "DEMO%08X",
	    (unsigned int)(subject->hash & 0xffffffffU));
}

static void
system_cell(struct kind_subject *subject, uint16_t what, struct cell *cell)
{
	const struct province *p = subject->world->province;
	const struct province_hall *hall = &p->halls[subject->device.hall];
	const struct identity *identity = &identities[subject->model];
	char text[PROVINCE_ID_MAX];

	switch (what) {
	case SYS_DESCR:
		kind_serial(subject, text);
		/* The serial number stands within APC's text only. */
		if (is_apc(subject->model)) {
			char *gap = strstr(identity->descr, "%s");

			kind_text(cell, "%.*s%s%s",
			    (int)(gap - identity->descr), identity->descr,
			    text, gap + 2);
		} else {
			kind_text(cell, "%s", identity->descr);
		}
		break;
	case SYS_OBJECT_ID:
		kind_oid(cell, identity->object_id);
		break;
	case SYS_UPTIME:
		kind_measure(subject);
		cell->number = 100 * (subject->model == KIND_UPS ?
		    subject->v.ups.uptime_s : subject->v.pdu.uptime_s);
		break;
	case SYS_CONTACT:
		kind_text(cell, "demo data");
		break;
	case SYS_NAME:
		province_device_id(p, &subject->device, text);
		kind_text(cell, "%s", text);
		break;
	case SYS_LOCATION:
		kind_text(cell, "%s, hall %u", p->sites[hall->site].def->en,
		    hall->number);
		break;
	default:
		/* Source: RFC 3418: 72 = application and end-to-end layers. */
		cell->number = 72;
		break;
	}
}

static void
own_cell(struct kind_subject *subject, const struct kind_column *column,
    const struct mib_entry *entry, struct cell *cell)
{
	kind_measure(subject);
	if (subject->model == KIND_UPS) {
		kind_ups_cell(subject, column, entry, cell);
	} else if (is_apc(subject->model)) {
		kind_apc_cell(subject, column, entry, cell);
	} else {
		kind_raritan_cell(subject, column, entry, cell);
	}
}

void
kind_cell(void *arg, const struct mib_entry *entry, struct cell *ret_cell)
{
	struct kind_subject *subject = arg;
	const struct kind_column *columns;
	size_t n;

	if (entry->what < SYSTEM_N) {
		system_cell(subject, entry->what, ret_cell);
		return;
	}
	columns = columns_of(subject->model, &n);
	own_cell(subject, &columns[entry->what - SYSTEM_N], entry, ret_cell);
}

/* The word behind a number, "exhaust" of "probe 1 exhaust"; NULL if too long. */
static const char *
last_word(const char *s, char *word, size_t size)
{
	size_t len = 0;

	for (s++; isalpha((unsigned char)*s); s++) {
		if (len + 1 >= size) {
			return NULL;
		}
		word[len++] = (char)tolower((unsigned char)*s);
		word[len] = '\0';
	}
	return s;
}

/* Reads "L1", "L1-L2", "outlet 12", "top", "in-L2", "probe 1 exhaust", "-". */
static int
parse_instance(const char *s, struct kind_instance *ret)
{
	char *word = ret->word;
	size_t len = 0;

	memset(ret, 0, sizeof(*ret));
	if (strcmp(s, "-") == 0) {
		return 0;
	}
	for (; *s != '\0' && !isdigit((unsigned char)*s); s++) {
		if (*s == '-' || *s == '.' || *s == '_' || *s == ' ') {
			word = ret->part[0] == '\0' ? ret->part : word;
			len = 0;
		} else if (len + 1 >= sizeof(ret->word)) {
			return -1;
		} else {
			word[len++] = (char)tolower((unsigned char)*s);
			word[len] = '\0';
		}
	}
	for (; isdigit((unsigned char)*s) && ret->number < 10000; s++) {
		ret->number = ret->number * 10 + (uint32_t)(*s - '0');
	}
	if (*s == ' ' || *s == '-') {
		s = last_word(s, ret->part, sizeof(ret->part));
	}
	if (s != NULL && strcmp(ret->word, "l") == 0 &&
	    strcmp(ret->part, "l") == 0 && isdigit((unsigned char)*s)) {
		ret->to = (uint32_t)(*s++ - '0');
	}
	return s != NULL && *s == '\0' ? 0 : -1;
}

/* Whether a column's row belongs to an instance; gives the row. */
static bool
matches(const struct kind_column *column, const struct kind_instance *want,
    uint32_t *ret_row)
{
	bool same_word = strcmp(want->word, column->where) == 0;
	bool is_phase = strcmp(want->part, "l") == 0 && want->to == 0;

	*ret_row = want->number;
	switch (column->shape) {
	case KIND_PHASE:
		if (want->to != 0) {
			return false;
		}
		if (column->where[0] == '\0') {
			return strcmp(want->word, "l") == 0 ||
			    strcmp(want->word, "phase") == 0 ||
			    (is_phase && strncmp(want->word, "out", 3) == 0);
		}
		return is_phase && (same_word || strncmp(want->word,
		    column->where, strlen(column->where)) == 0);
	case KIND_BANK:
		return strcmp(want->word, "b") == 0 ||
		    strcmp(want->word, "bank") == 0;
	case KIND_OUTLET:
		return want->word[0] == '\0' || strcmp(want->word, "o") == 0 ||
		    strcmp(want->word, "outlet") == 0;
	default:
		*ret_row = 1;
		return want->number == 0 && (same_word ||
		    (strcmp(want->part, column->where) == 0 &&
		    column->where[0] != '\0'));
	}
}

/*
 * An APC unit has one probe: pdu-a's hangs at the top, pdu-b's at the bottom.
 * It goes by its place, by the number 1, or by no name at all.
 */
static void
name_probe(const struct kind_subject *subject, const char *metric,
    struct kind_instance *want)
{
	const char *place = subject->device.role == PROVINCE_PDU_A ?
	    "top" : "bottom";

	if (!is_apc(subject->model) || (strcmp(metric, "temperature_c") != 0 &&
	    strcmp(metric, "humidity_pct") != 0)) {
		return;
	}
	if (strcmp(want->word, place) == 0 || strcmp(want->part, place) == 0 ||
	    (want->word[0] == '\0' && want->number == 1)) {
		memset(want, 0, sizeof(*want));
	}
}

static int
column_truth(struct kind_subject *subject, const char *metric,
    const struct kind_instance *want, double *ret_value)
{
	const struct kind_column *columns;
	struct mib_entry entry = {0};
	struct cell cell;
	uint32_t row;
	size_t n;

	columns = columns_of(subject->model, &n);
	for (size_t i = 0; i < n; i++) {
		if (columns[i].metric == NULL ||
		    strcmp(columns[i].metric, metric) != 0 ||
		    !matches(&columns[i], want, &row) || row < 1 ||
		    row > kind_rows(subject->model, columns[i].shape)) {
			continue;
		}
		entry.index[0] = (uint16_t)row;
		cell.tag = columns[i].tag;
		own_cell(subject, &columns[i], &entry, &cell);
		/* -1 says "not fitted" in PowerNet-MIB; it is no value. */
		if (cell.tag != columns[i].tag || cell.number == -1) {
			return -1;
		}
		*ret_value = (double)cell.number * columns[i].scale;
		return 0;
	}
	return -1;
}

int
kind_truth(struct kind_subject *subject, const char *metric,
    const char *instance, double *ret_value)
{
	struct kind_instance want;

	if (parse_instance(instance, &want) != 0) {
		return -1;
	}
	if (strcmp(metric, "uptime_s") == 0) {
		struct cell cell;

		system_cell(subject, SYS_UPTIME, &cell);
		*ret_value = (double)cell.number / 100;
		return 0;
	}
	if (subject->model != KIND_UPS && !is_apc(subject->model)) {
		return kind_raritan_truth(subject, metric, &want, ret_value);
	}
	name_probe(subject, metric, &want);
	return column_truth(subject, metric, &want, ret_value);
}
