/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "walk.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

/* ".1.3", "1.3" and, without -On, "iso.3". */
static int
read_name(const char *text, struct objid *ret_id)
{
	char spelled[OBJID_TEXT_SIZE];

	if (strncmp(text, "iso.", 4) == 0) {
		(void)snprintf(spelled, sizeof(spelled), "1.%s", text + 4);
		text = spelled;
	}
	return objid_parse(text, ret_id);
}

bool
walk_starts(const char *line)
{
	const char *at = strncmp(line, "iso.", 4) == 0 ? line + 4 : line;
	size_t len = strspn(at, ".0123456789");

	return len > 2 && strncmp(at + len, " = ", 3) == 0;
}

static void
trim(char *text)
{
	size_t len = strlen(text);

	while (len > 0 && isspace((unsigned char)text[len - 1])) {
		text[--len] = '\0';
	}
}

/* "up(1)", "1", "2300 0.1 Volt": the number, not its decoration. */
static int
read_integer(const char *text, int64_t *ret_n)
{
	const char *open = strrchr(text, '(');
	char *end;

	if (!isdigit((unsigned char)text[text[0] == '-']) && open != NULL) {
		text = open + 1;
	}
	errno = 0;
	*ret_n = strtoll(text, &end, 10);
	/* "22.7" is a display hint at work: the raw number is lost. */
	return errno == 0 && end != text && strchr(" )", *end) != NULL ? 0 :
	    COL_EINVAL;
}

static int
read_unsigned(const char *text, uint64_t *ret_n)
{
	char *end;

	if (text[0] == '(') {
		text++;
	}
	errno = 0;
	*ret_n = strtoull(text, &end, 10);
	return errno == 0 && end != text && text[0] != '-' &&
	    strchr(" )", *end) != NULL ? 0 : COL_EINVAL;
}

/* "text" with \" and \\ inside, or a bare text.  In place. */
static int
read_string(char *text, struct varbind *vb)
{
	size_t used = 0;

	vb->type = VARBIND_OCTETS;
	vb->bytes = (const uint8_t *)text;
	if (text[0] != '"') {
		vb->len = strlen(text);
		return 0;
	}
	for (char *at = text + 1; *at != '"'; at++) {
		if (*at == '\\' && (at[1] == '"' || at[1] == '\\')) {
			at++;
		}
		if (*at == '\0') {
			return COL_EINVAL;
		}
		text[used++] = *at;
	}
	vb->len = used;
	return 0;
}

/* Pairs of hexadecimal digits up to the first word that is none.  In place. */
static int
read_hex(char *text, struct varbind *vb)
{
	size_t used = 0;
	char *at = text;

	vb->type = VARBIND_OCTETS;
	vb->bytes = (const uint8_t *)text;
	for (;;) {
		char *end;
		unsigned long byte;
		at += strspn(at, " \r\n\t");
		if (!isxdigit((unsigned char)*at)) {
			break;
		}
		byte = strtoul(at, &end, 16);
		if (end - at > 2 || (*end != '\0' &&
		    !isspace((unsigned char)*end))) {
			break;
		}
		text[used++] = (char)byte;
		at = end;
	}
	vb->len = used;
	return 0;
}

/* "Float: 1.5", or bytes that nobody reads. */
static int
read_opaque(const char *text, struct varbind *vb)
{
	const char *number = strstr(text, ": ");
	char *end;

	if (number == NULL) {
		return COL_EINVAL;
	}
	vb->type = VARBIND_REAL;
	vb->real = strtod(number + 2, &end);
	return end != number + 2 && *end == '\0' ? 0 : COL_EINVAL;
}

static int
read_address(char *text, struct varbind *vb)
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
	vb->type = VARBIND_ADDRESS;
	vb->bytes = (const uint8_t *)text;
	vb->len = 4;
	return 0;
}

static const struct {
	const char *word;
	enum varbind_type type;
	bool hex;
} types[] = {
    {"INTEGER: ", VARBIND_INTEGER, false},
    {"Gauge32: ", VARBIND_UNSIGNED, false},
    {"Unsigned32: ", VARBIND_UNSIGNED, false},
    {"UInteger32: ", VARBIND_UNSIGNED, false},
    {"Counter32: ", VARBIND_COUNTER32, false},
    {"Counter64: ", VARBIND_COUNTER64, false},
    {"Timeticks: ", VARBIND_TICKS, false},
    {"STRING: ", VARBIND_OCTETS, false},
    {"Hex-STRING: ", VARBIND_OCTETS, true},
    {"BITS: ", VARBIND_OCTETS, true},
    {"OID: ", VARBIND_OBJID, false},
    {"IpAddress: ", VARBIND_ADDRESS, false},
    {"Opaque: ", VARBIND_REAL, false},
};

static int
read_typed(size_t i, char *text, struct varbind *vb, struct objid *ret_objid)
{
	vb->type = types[i].type;
	switch (vb->type) {
	case VARBIND_INTEGER:
		return read_integer(text, &vb->integer);
	case VARBIND_UNSIGNED:
	case VARBIND_COUNTER32:
	case VARBIND_COUNTER64:
	case VARBIND_TICKS:
		return read_unsigned(text, &vb->counter);
	case VARBIND_REAL:
		return read_opaque(text, vb);
	case VARBIND_OCTETS:
		return types[i].hex ? read_hex(text, vb) :
		    read_string(text, vb);
	case VARBIND_OBJID:
		return read_name(text, ret_objid);
	case VARBIND_ADDRESS:
		return read_address(text, vb);
	case VARBIND_NULL:
	case VARBIND_NO_OBJECT:
	case VARBIND_NO_INSTANCE:
	case VARBIND_END:
	case VARBIND_OTHER:
	case VARBIND_TYPE_N:
		break;
	}
	return COL_EINVAL;
}

static enum walk_result
read_value(char *text, struct varbind *vb, struct objid *ret_objid)
{
	const char wrong[] = "Wrong Type (should be ";

	trim(text);
	if (strncmp(text, wrong, sizeof(wrong) - 1) == 0) {
		char *behind = strstr(text, "): ");
		text = behind == NULL ? text : behind + 3;
	}
	if (strncmp(text, "No Such ", 8) == 0 ||
	    strncmp(text, "No more variables", 17) == 0) {
		return WALK_ABSENT;
	}
	if (strcmp(text, "NULL") == 0) {
		vb->type = VARBIND_NULL;
		return WALK_VALUE;
	}
	if (text[0] == '"') {
		return read_string(text, vb) == 0 ? WALK_VALUE : WALK_STRANGE;
	}
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t len = strlen(types[i].word);
		/* An empty text leaves "STRING:" behind after trimming. */
		if (strncmp(text, types[i].word, len - 1) == 0 &&
		    (text[len - 1] == ' ' || text[len - 1] == '\0')) {
			return read_typed(i, text + len -
			    (text[len - 1] == '\0'), vb, ret_objid) == 0 ?
			    WALK_VALUE : WALK_STRANGE;
		}
	}
	return WALK_STRANGE;
}

enum walk_result
walk_read(char *record, struct varbind *ret_vb, struct objid *ret_name,
    struct objid *ret_objid)
{
	struct varbind vb = {.type = VARBIND_OTHER};
	char *equals = strstr(record, " = ");
	enum walk_result result;

	ret_objid->n = 0;
	if (equals == NULL) {
		return WALK_STRANGE;
	}
	*equals = '\0';
	if (read_name(record, ret_name) != 0) {
		return WALK_STRANGE;
	}
	result = read_value(equals + 3, &vb, ret_objid);
	vb.name = objid_ref(ret_name);
	vb.objid = objid_ref(ret_objid);
	*ret_vb = vb;
	return result;
}
