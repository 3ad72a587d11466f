/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sketch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "sketch_body.h"

/* Trees that need no new profile; what else lies outside ENTERPRISES neither. */
static const struct {
	const char *prefix, *words;
} STANDARD[] = {
    {"1.3.6.1.2.1.1", "system"},
    {"1.3.6.1.2.1.2", "interfaces (the profile if-mib reads them)"},
    {"1.3.6.1.2.1.31", "ifXTable (the profile if-mib reads it)"},
    {"1.3.6.1.2.1.33", "UPS-MIB (extends: ups-mib reads it)"},
    {"1.3.6.1.2.1.47", "ENTITY-MIB"},
    {"1.3.6.1.2.1.99", "ENTITY-SENSOR-MIB (the profile entity-sensor reads it)"},
    {"1.3.6.1.4.1.2021", "UCD-SNMP-MIB"},
    {"1.3.6.1.4.1.8072", "NET-SNMP-MIB"},
    {"", "other standard trees"},
};
#define N_STANDARD (sizeof(STANDARD) / sizeof(STANDARD[0]))

static const uint32_t ENTERPRISES[] = {1, 3, 6, 1, 4, 1};
#define N_ENTERPRISES 6
#define NET_SNMP 8072          /* its sysObjectID says nothing of the device */

struct sketch {
	const struct snapshot *snapshot;
	const struct varbind **cells;   /* those that are no standard trees' */
	size_t n_cells;
	struct sketch_span *spans;
	size_t n_spans;
	size_t n_left_out[N_STANDARD];
};

static size_t
standard_of(struct objref name)
{
	struct objref enterprises = {.sub = ENTERPRISES, .n = N_ENTERPRISES};
	struct objid prefix;

	for (size_t i = 0; i + 1 < N_STANDARD; i++) {
		if (objid_parse(STANDARD[i].prefix, &prefix) == 0 &&
		    objid_under(objid_ref(&prefix), name)) {
			return i;
		}
	}
	return objid_under(enterprises, name) && name.n > N_ENTERPRISES + 1 ?
	    N_STANDARD : N_STANDARD - 1;
}

/* Sorts out the standard trees and cuts the rest into scalars and tables. */
static int
cut(struct sketch *sketch)
{
	size_t n = snapshot_count(sketch->snapshot), at = 0;
	const struct varbind *cell = snapshot_next(sketch->snapshot,
	    (struct objref){.sub = ENTERPRISES, .n = 0});

	sketch->cells = calloc(n + 1, sizeof(*sketch->cells));
	sketch->spans = calloc(n + 1, sizeof(*sketch->spans));
	if (sketch->cells == NULL || sketch->spans == NULL) {
		return COL_ENOMEM;
	}
	for (; cell != NULL; cell = snapshot_next(sketch->snapshot, cell->name)) {
		size_t standard = standard_of(cell->name);

		if (standard < N_STANDARD) {
			sketch->n_left_out[standard]++;
		} else {
			sketch->cells[sketch->n_cells++] = cell;
		}
	}
	while (at < sketch->n_cells) {
		struct sketch_span span = sketch_span_next(sketch->cells + at,
		    sketch->n_cells - at);

		sketch->spans[sketch->n_spans++] = span;
		at += span.n;
	}
	return 0;
}

/* ---- what the device is ------------------------------------------------------------- */

static const struct varbind *
system_object(const struct sketch *sketch, uint32_t which)
{
	uint32_t sub[] = {1, 3, 6, 1, 2, 1, 1, which, 0};

	return snapshot_get(sketch->snapshot, (struct objref){.sub = sub, .n = 9});
}

/*
 * What all cells of the device's own enterprise begin with, so that "dev" is
 * as long as it can be; of the first enterprise where sysObjectID has none.
 */
static struct objref
find_base(const struct sketch *sketch)
{
	const struct varbind *id = system_object(sketch, 2);
	struct objref base = {.n = 0}, home = {.sub = sketch->cells[0]->name.sub,
	    .n = N_ENTERPRISES + 1};

	for (size_t i = 0; i < sketch->n_cells && id != NULL; i++) {
		struct objref name = sketch->cells[i]->name;

		name.n = N_ENTERPRISES + 1;
		if (objid_under(name, id->objid)) {
			home = name;
			break;
		}
	}
	for (size_t i = 0; i < sketch->n_cells; i++) {
		struct objref name = sketch->cells[i]->name;

		if (!objid_under(home, name)) {
			continue;
		}
		if (base.n == 0) {
			base = (struct objref){.sub = name.sub, .n = name.n - 2};
		}
		while (!objid_under(base, name)) {
			base.n--;
		}
	}
	return base.n < home.n ? home : base;
}

/* The family's sysObjectID: the last number is mostly the product's. */
static void
put_match(const struct sketch *sketch, const struct sketch_writer *writer)
{
	const struct varbind *id = system_object(sketch, 2);
	char text[OBJID_TEXT_SIZE], probe[OBJID_TEXT_SIZE + 8];
	const struct sketch_span *span = &sketch->spans[0];
	struct objref object = span->cells[0]->name, family;

	object.n = span->entry != 0 ? span->entry + 1 : object.n - 1;
	(void)sketch_oid(writer, object, probe, sizeof(probe));
	if (id == NULL || id->type != VARBIND_OBJID || id->objid.n <= N_ENTERPRISES ||
	    !objid_under((struct objref){ENTERPRISES, N_ENTERPRISES}, id->objid) ||
	    id->objid.sub[N_ENTERPRISES] == NET_SNMP) {
		(void)fprintf(writer->out, "match:\n  # guess: its sysObjectID says nothing of the"
		    " device, so what it answers must\n  - {probe: %s}\n", probe);
		return;
	}
	family = id->objid;
	family.n -= family.n > N_ENTERPRISES + 2 ? 1 : 0;
	(void)fprintf(writer->out, "match:\n  # the recording's own is %s\n",
	    objid_format(id->objid, text, sizeof(text)));
	(void)fprintf(writer->out, "  # guess: the family of that, where there is something at"
	    " the probe; name a column or\n  # object that other devices of the vendor lack,"
	    " and --profile to be sure of yours\n  - {sysobjectid: %s, probe: %s}\n",
	    objid_format(family, text, sizeof(text)), probe);
}

enum fact { FACT_MODEL = 0, FACT_SERIAL, FACT_FIRMWARE, FACT_N };

static bool
has(const char *text, int (*is)(int), size_t at_least)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		n += is((unsigned char)*text) != 0;
	}
	return n >= at_least;
}

/* FACT_N: neither name nor form of the text tell. */
static enum fact
fact_of(const struct varbind *cell, const char *text, const char *descr)
{
	struct sketch_object object;
	size_t len = strlen(text);
	bool has_space = strchr(text, ' ') != NULL;

	sketch_mib_find(cell->name, &object);
	if (object.label[0] != '\0') {
		return strcasestr(object.label, "serial") != NULL ? FACT_SERIAL :
		    strcasestr(object.label, "firmware") != NULL ? FACT_FIRMWARE :
		    strcasestr(object.label, "model") != NULL ? FACT_MODEL : FACT_N;
	}
	if (has_space || len < 3 || len > 40 || strchr(text, ':') != NULL) {
		return FACT_N;
	}
	if (strspn(text, "vV0123456789.-_") == len && strchr(text, '.') != NULL &&
	    has(text, isdigit, 2)) {
		return FACT_FIRMWARE;
	}
	if (sketch_is_serial(text)) {
		return FACT_SERIAL;
	}
	return isalpha((unsigned char)text[0]) && (strstr(descr, text) != NULL ||
	    (has(text, isdigit, 2) && has(text, isupper, 2))) ? FACT_MODEL : FACT_N;
}

/* The column or scalar of cell, if it is the first that tells its fact. */
static void
put_fact(const struct sketch_writer *writer, const struct sketch_span *span,
    const struct varbind *cell, const char *descr, bool *seen)
{
	static const char *const names[FACT_N] = {"model", "serial", "firmware"};
	char text[64], oid[OBJID_TEXT_SIZE + 8];
	struct objref name = cell->name;
	enum fact fact = cell->type != VARBIND_OCTETS ? FACT_N :
	    fact_of(cell, sketch_text(cell, text, sizeof(text)), descr);
	bool is_first = !seen[FACT_MODEL] && !seen[FACT_SERIAL] && !seen[FACT_FIRMWARE];

	if (fact == FACT_N || seen[fact]) {
		return;
	}
	seen[fact] = true;
	name.n = span->entry == 0 ? name.n : span->entry + 1;
	(void)fprintf(writer->out, "%s  info_%s: {%s: %s}      # guess: by its name or form",
	    is_first ? "info:\n" : "", names[fact], span->entry == 0 ? "scalar" : "column",
	    sketch_oid(writer, name, oid, sizeof(oid)));
	/* What a serial number is, nobody repeats. */
	(void)fprintf(writer->out, "%s%s\n", fact == FACT_SERIAL ? "" : "; here ",
	    fact == FACT_SERIAL ? "" : text);
}

static void
put_info(const struct sketch *sketch, const struct sketch_writer *writer,
    const char *descr)
{
	bool seen[FACT_N] = {false};

	for (size_t i = 0; i < sketch->n_spans; i++) {
		const struct sketch_span *span = &sketch->spans[i];

		for (size_t at = 0; at < span->n; at += span->entry == 0 ? 1 :
		    sketch_span_column(span->cells + at, span->n - at, span->entry)) {
			put_fact(writer, span, span->cells[at], descr, seen);
		}
	}
	if (!seen[FACT_MODEL] && !seen[FACT_SERIAL] && !seen[FACT_FIRMWARE]) {
		(void)fputs("# info: no text that looks like a model, serial number or"
		    " firmware\n", writer->out);
	}
}

static void
put_head(const struct sketch *sketch, const struct sketch_request *request,
    struct sketch_writer *writer)
{
	const struct varbind *descr = system_object(sketch, 1);
	char text[256] = "", oid[OBJID_TEXT_SIZE];
	const char *kind;
	FILE *out = writer->out;

	if (descr != NULL && descr->type == VARBIND_OCTETS) {
		(void)sketch_text(descr, text, sizeof(text));
	}
	kind = sketch_guess_kind(text);
	(void)fprintf(out, "# A draft: save it as %s.yaml, then go through every \"guess\""
	    " with the MIB in hand.\n# Lines that begin with \"# -\" are objects that were"
	    " recorded and not understood.\n# Samples in comments are of this one device: take"
	    " them out at the end.\n# sysDescr: %s\n", request->name, text);
	for (size_t i = 0; i < N_STANDARD; i++) {
		if (sketch->n_left_out[i] > 0) {
			(void)fprintf(out, "# left out: %s, %zu cell%s\n", STANDARD[i].words,
			    sketch->n_left_out[i], sketch->n_left_out[i] == 1 ? "" : "s");
		}
	}
	(void)fprintf(out, "plugin: snmp\nkind: %s      # guess: %s; pdu, ups, bmc, sensor,"
	    " cooling or switch\n", kind != NULL ? kind : "pdu", kind != NULL ? "by its sysDescr" :
	    "nothing says so");
	(void)fprintf(out, "summary: {en: \"%s (draft)\", zh: \"%s (draft)\"}\n\n",
	    request->name, request->name);
	(void)fprintf(out, "oids: {dev: %s}\n\n",
	    objid_format(writer->base, oid, sizeof(oid)));
	put_match(sketch, writer);
	(void)fputc('\n', out);
	put_info(sketch, writer, text);
	(void)fputc('\n', out);
}

/* ---- all of it ---------------------------------------------------------------------- */

/* Tables are written aside first: whether "tables:" counts is known behind. */
static int
put_body(const struct sketch *sketch, struct sketch_writer *writer)
{
	char *text = NULL, oid[OBJID_TEXT_SIZE + 8];
	size_t size;
	FILE *out = writer->out, *aside = open_memstream(&text, &size);
	int rc;

	if (aside == NULL) {
		return COL_ENOMEM;
	}
	rc = sketch_scalars(writer, sketch->spans, sketch->n_spans);
	writer->out = aside;
	rc = rc != 0 ? rc : sketch_tables(writer, sketch->spans, sketch->n_spans);
	writer->out = out;
	if (fclose(aside) != 0) {
		rc = COL_ENOMEM;
	}
	if (rc == 0 && size > 0) {
		(void)fprintf(out, "\n%stables:\n%s", writer->n_tables > 0 ? "" : "# ", text);
	}
	if (rc == 0 && writer->n_metrics == 0) {
		(void)fprintf(out, "\n# Nothing could be guessed.  This object stands for a"
		    " metric so that the file loads.\nscalars:\n"
		    "  - {metric: state_draft, oid: %s}\n",
		    sketch_oid(writer, sketch->cells[0]->name, oid, sizeof(oid)));
	}
	free(text);
	return rc;
}

int
sketch_write(const struct sketch_request *request, FILE *out, struct col_error *error)
{
	struct capture capture;
	struct sketch sketch = {.n_cells = 0};
	struct sketch_writer writer = {.out = out};
	int rc = capture_load(request->file, &capture, error);

	if (rc != 0) {
		return rc;
	}
	sketch_mib_load(request->mibs);
	sketch.snapshot = capture.snapshot;
	rc = cut(&sketch);
	if (rc == 0 && sketch.n_cells == 0) {
		rc = COL_ENOENT;
	}
	if (rc == 0) {
		writer.base = find_base(&sketch);
		put_head(&sketch, request, &writer);
		rc = put_body(&sketch, &writer);
	}
	if (rc != 0) {
		error->code = rc;
		(void)snprintf(error->text, sizeof(error->text), "%s", rc == COL_ENOENT ?
		    "the recording holds nothing but standard trees: those need no new"
		    " profile" : "out of memory");
	}
	free(sketch.cells);
	free(sketch.spans);
	snapshot_free(capture.snapshot);
	return rc;
}
