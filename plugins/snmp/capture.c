/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

#define FILE_MAX (64u << 20)
#define LINES_MAX 1000000u
#define FIELD_MAX 65536u

static int
hex_digit(int c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* In place; returns the number of bytes or -1. */
static int
decode_hex(char *text)
{
	int n = 0;

	for (size_t i = 0; text[i] != '\0'; i += 2) {
		int high = hex_digit((unsigned char)text[i]), low;
		if (high < 0 || (low = hex_digit((unsigned char)text[i + 1])) < 0) {
			return -1;
		}
		text[n++] = (char)(high << 4 | low);
	}
	return n;
}

static int
read_unsigned(const char *text, uint64_t *ret_n)
{
	char *end;

	errno = 0;
	*ret_n = strtoull(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' && text[0] != '-' ?
	    0 : COL_EINVAL;
}

static int
read_integer(const char *text, int64_t *ret_n)
{
	char *end;

	errno = 0;
	*ret_n = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' ? 0 : COL_EINVAL;
}

/* "10.1.2.3" to four bytes in place. */
static int
read_address(char *text)
{
	unsigned a, b, c, d;
	char rest;

	if (sscanf(text, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) != 4 ||
	    (a | b | c | d) > 255) {
		return COL_EINVAL;
	}
	text[0] = (char)a;
	text[1] = (char)b;
	text[2] = (char)c;
	text[3] = (char)d;
	return 0;
}

/* Fills the value of vb; text may be changed.  Source: see capture.h. */
static int
read_value(unsigned long tag, bool hex, char *text, struct varbind *vb,
    struct objid *ret_objid)
{
	int n = hex ? decode_hex(text) : (int)strlen(text);

	if (n < 0) {
		return COL_EINVAL;
	}
	vb->bytes = (const uint8_t *)text;
	vb->len = (size_t)n;
	switch (tag) {
	case 2:
		vb->len = 0;
		vb->type = VARBIND_INTEGER;
		return hex ? COL_EINVAL : read_integer(text, &vb->integer);
	case 4:
	case 68:
		vb->type = VARBIND_OCTETS;
		return 0;
	case 5:
		vb->len = 0;
		vb->type = VARBIND_NULL;
		return 0;
	case 6:
		vb->len = 0;
		vb->type = VARBIND_OBJID;
		return hex ? COL_EINVAL : objid_parse(text, ret_objid);
	case 64:
		vb->type = VARBIND_ADDRESS;
		vb->len = 4;
		return hex ? (n == 4 ? 0 : COL_EINVAL) : read_address(text);
	case 65:
	case 66:
	case 67:
	case 70:
		vb->len = 0;
		vb->type = tag == 65 ? VARBIND_COUNTER32 :
		    tag == 66 ? VARBIND_UNSIGNED :
		    tag == 67 ? VARBIND_TICKS : VARBIND_COUNTER64;
		return hex ? COL_EINVAL : read_unsigned(text, &vb->counter);
	default:
		return COL_ENOTSUP;
	}
}

/* line is changed.  A line that cannot be used is counted, not an error. */
static int
read_line(struct snapshot *snapshot, size_t *n_skipped, char *line)
{
	char *tag = strchr(line, '|'), *value = NULL, *end;
	struct objid name, objid = {.n = 0};
	struct varbind vb = {.type = VARBIND_OTHER};
	unsigned long number;

	if (line[0] == '\0' || line[0] == '#') {
		return 0;
	}
	if (tag != NULL) {
		*tag++ = '\0';
		value = strchr(tag, '|');
	}
	if (value == NULL || objid_parse(line, &name) != 0) {
		(*n_skipped)++;
		return 0;
	}
	*value++ = '\0';
	errno = 0;
	number = strtoul(tag, &end, 10);
	if (errno != 0 || end == tag || (*end != '\0' &&
	    strcmp(end, "x") != 0) || read_value(number, *end == 'x', value,
	    &vb, &objid) != 0) {
		(*n_skipped)++;
		return 0;
	}
	vb.name = objid_ref(&name);
	vb.objid = objid_ref(&objid);
	return snapshot_add(snapshot, &vb);
}

static int
fail(struct col_error *error, int code, const char *what)
{
	error->code = code;
	(void)snprintf(error->text, sizeof(error->text), "%s", what);
	return code;
}

/* The file being read: records are gathered in record, line by line. */
struct reading {
	struct snapshot *snapshot;
	size_t n_lines, n_skipped;
	char *record;
	size_t len;
	bool is_walk;      /* the record is one of snmpwalk's */
};

/* Takes the gathered record, if any, into the snapshot. */
static int
end_record(struct reading *reading)
{
	struct objid name, objid;
	struct varbind vb;

	if (reading->len == 0) {
		return 0;
	}
	reading->len = 0;
	if (!reading->is_walk) {
		return read_line(reading->snapshot, &reading->n_skipped,
		    reading->record);
	}
	switch (walk_read(reading->record, &vb, &name, &objid)) {
	case WALK_VALUE:
		return snapshot_add(reading->snapshot, &vb);
	case WALK_STRANGE:
		reading->n_skipped++;
		return 0;
	case WALK_ABSENT:
	case WALK_N:
		break;
	}
	return 0;
}

/* A line that begins no record of snmpwalk's belongs to the one before. */
static int
take_line(struct reading *reading, const char *line, size_t len)
{
	char start[OBJID_TEXT_SIZE + 8];
	bool is_walk;
	int rc;

	if (len > 0 && line[len - 1] == '\r') {
		len--;
	}
	(void)snprintf(start, sizeof(start), "%.*s", len < sizeof(start) ?
	    (int)len : (int)sizeof(start) - 1, line);
	is_walk = walk_starts(start);
	if (reading->is_walk && reading->len > 0 && !is_walk &&
	    start[0] != '#' && reading->len + len + 1 <= FIELD_MAX) {
		reading->record[reading->len++] = '\n';
	} else {
		rc = end_record(reading);
		if (rc != 0) {
			return rc;
		}
		reading->is_walk = is_walk;
	}
	if (len > FIELD_MAX - reading->len) {
		reading->n_skipped++;
		return 0;
	}
	memcpy(reading->record + reading->len, line, len);
	reading->len += len;
	reading->record[reading->len] = '\0';
	return 0;
}

static int
take_lines(struct reading *reading, const char *text, const char *end)
{
	int rc = 0;

	while (rc == 0 && text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((stop == NULL ? end : stop) - text);
		rc = ++reading->n_lines > LINES_MAX ? COL_ERANGE :
		    take_line(reading, text, len);
		text = stop == NULL ? end : stop + 1;
	}
	return rc != 0 ? rc : end_record(reading);
}

int
capture_parse(const char *text, size_t size, struct capture *ret_capture,
    struct col_error *error)
{
	struct reading reading = {.snapshot = snapshot_new(),
	    .record = malloc(FIELD_MAX + 1)};
	int rc = reading.snapshot == NULL || reading.record == NULL ?
	    COL_ENOMEM : take_lines(&reading, text, text + size);

	free(reading.record);
	if (rc == 0) {
		snapshot_sort(reading.snapshot);
		rc = snapshot_count(reading.snapshot) == 0 ? COL_EPROTO : 0;
	}
	if (rc != 0) {
		snapshot_free(reading.snapshot);
		return fail(error, rc, rc == COL_EPROTO ? "no line of the form"
		    " OID|TAG|VALUE or OID = TYPE: VALUE" : rc == COL_ERANGE ?
		    "too many lines" : "out of memory");
	}
	*ret_capture = (struct capture){reading.snapshot, reading.n_skipped};
	return 0;
}

int
capture_load(const char *path, struct capture *ret_capture,
    struct col_error *error)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0, room = 0, n = 0;
	int rc = 0;

	if (file == NULL) {
		error->code = COL_EIO;
		(void)snprintf(error->text, sizeof(error->text), "%.200s: %s",
		    path, strerror(errno));
		return COL_EIO;
	}
	do {
		if (size == room) {
			char *bigger;
			room = room == 0 ? 65536 : room * 2;
			bigger = room > FILE_MAX ? NULL : realloc(text, room);
			if (bigger == NULL) {
				rc = fail(error, COL_ERANGE,
				    "the file is too large");
				break;
			}
			text = bigger;
		}
		n = fread(text + size, 1, room - size, file);
		size += n;
	} while (n > 0);
	if (rc == 0 && ferror(file)) {
		rc = fail(error, COL_EIO, "cannot read the file");
	}
	(void)fclose(file);
	if (rc == 0) {
		rc = capture_parse(text, size, ret_capture, error);
	}
	free(text);
	return rc;
}
