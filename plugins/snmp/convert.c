/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "convert.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../common/tree.h"

/* ---- text -------------------------------------------------------------------- */

/* Length of the UTF-8 sequence at text, 0 when it is none.  RFC 3629 s.4. */
static size_t
sequence(const uint8_t *text, size_t len)
{
	size_t n = text[0] < 0x80 ? 1 : text[0] < 0xc2 ? 0 :
	    text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : text[0] < 0xf5 ? 4 : 0;

	if (n > len) {
		return 0;
	}
	for (size_t i = 1; i < n; i++) {
		if ((text[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	if (n >= 3 && ((text[0] == 0xe0 && text[1] < 0xa0) ||
	    (text[0] == 0xed && text[1] > 0x9f) ||
	    (text[0] == 0xf0 && text[1] < 0x90) ||
	    (text[0] == 0xf4 && text[1] > 0x8f))) {
		return 0;
	}
	return n;
}

static bool
is_control(const uint8_t *text, size_t n)
{
	/* C0 and DEL; C1 is c2 80 to c2 9f. */
	return (n == 1 && (text[0] < 0x20 || text[0] == 0x7f)) ||
	    (n == 2 && text[0] == 0xc2 && text[1] < 0xa0);
}

static size_t
clean(const uint8_t *bytes, size_t len, char *buffer, size_t size)
{
	size_t used = 0, i = 0;

	/* A text ends at its NUL, as agents written in C mean it. */
	while (i < len && bytes[i] != '\0') {
		size_t n = sequence(bytes + i, len - i);
		size_t take = n == 0 ? 1 : n;
		if (used + take >= size) {
			break;
		}
		if (n == 0) {
			buffer[used++] = '?';
		} else if (is_control(bytes + i, n)) {
			buffer[used++] = ' ';
		} else {
			memcpy(buffer + used, bytes + i, n);
			used += n;
		}
		i += take;
	}
	while (used > 0 && buffer[used - 1] == ' ') {
		used--;
	}
	buffer[used] = '\0';
	i = strspn(buffer, " ");
	memmove(buffer, buffer + i, used - i + 1);
	return used - i;
}

size_t
convert_text(const struct varbind *vb, char *buffer, size_t size)
{
	char oid[OBJID_TEXT_SIZE];

	buffer[0] = '\0';
	switch (vb->type) {
	case VARBIND_INTEGER:
		(void)snprintf(buffer, size, "%" PRId64, vb->integer);
		break;
	case VARBIND_UNSIGNED:
	case VARBIND_COUNTER32:
	case VARBIND_COUNTER64:
	case VARBIND_TICKS:
		(void)snprintf(buffer, size, "%" PRIu64, vb->counter);
		break;
	case VARBIND_REAL:
		(void)snprintf(buffer, size, "%.9g", vb->real);
		break;
	case VARBIND_OCTETS:
		return clean(vb->bytes, vb->len, buffer, size);
	case VARBIND_OBJID:
		(void)snprintf(buffer, size, "%.*s", (int)size - 1,
		    objid_format(vb->objid, oid, sizeof(oid)));
		break;
	case VARBIND_ADDRESS:
		if (vb->len == 4) {
			(void)snprintf(buffer, size, "%u.%u.%u.%u",
			    vb->bytes[0], vb->bytes[1], vb->bytes[2],
			    vb->bytes[3]);
		}
		break;
	case VARBIND_NULL:
	case VARBIND_NO_OBJECT:
	case VARBIND_NO_INSTANCE:
	case VARBIND_END:
	case VARBIND_OTHER:
	case VARBIND_TYPE_N:
		break;
	}
	return strlen(buffer);
}

bool
convert_extract(const regex_t *regex, char *text)
{
	regmatch_t groups[2];
	size_t len;

	if (regexec(regex, text, 2, groups, 0) != 0) {
		return false;
	}
	if (regex->re_nsub > 0) {
		groups[0] = groups[1];
	}
	if (groups[0].rm_so < 0) {
		return false;
	}
	len = (size_t)(groups[0].rm_eo - groups[0].rm_so);
	memmove(text, text + groups[0].rm_so, len);
	text[len] = '\0';
	return true;
}

const char *
convert_map(const struct profile_map *map, const char *from)
{
	for (size_t i = 0; i < map->n; i++) {
		if (strcmp(map->from[i], from) == 0) {
			return map->to[i];
		}
	}
	return NULL;
}

const char *
convert_position(const char *name)
{
	static const char *const words[][2] = {
	    {"top", "top"}, {"middle", "middle"}, {"bottom", "bottom"},
	    {"inlet", "inlet"}, {"顶", "top"}, {"上部", "top"},
	    {"中部", "middle"}, {"底", "bottom"}, {"下部", "bottom"},
	    {"进风", "inlet"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *at = strcasestr(name, words[i][0]);
		size_t len = strlen(words[i][0]);
		/* "stop" is no top: a word begins and ends at a non-letter. */
		if (at != NULL && ((unsigned char)words[i][0][0] >= 0x80 ||
		    ((at == name || !isalpha((unsigned char)at[-1])) &&
		    !isalpha((unsigned char)at[len])))) {
			return words[i][1];
		}
	}
	return NULL;
}

/* ---- numbers ------------------------------------------------------------------ */

bool
convert_number(const struct varbind *vb, double *ret_x)
{
	char text[CONVERT_TEXT_SIZE];

	switch (vb->type) {
	case VARBIND_INTEGER:
		*ret_x = (double)vb->integer;
		return true;
	case VARBIND_UNSIGNED:
	case VARBIND_COUNTER32:
	case VARBIND_COUNTER64:
	case VARBIND_TICKS:
		*ret_x = (double)vb->counter;
		return true;
	case VARBIND_REAL:
		*ret_x = vb->real;
		return isfinite(vb->real);
	case VARBIND_OCTETS:
		(void)convert_text(vb, text, sizeof(text));
		return tree_parse_number(text, ret_x);
	case VARBIND_OBJID:
	case VARBIND_ADDRESS:
	case VARBIND_NULL:
	case VARBIND_NO_OBJECT:
	case VARBIND_NO_INSTANCE:
	case VARBIND_END:
	case VARBIND_OTHER:
	case VARBIND_TYPE_N:
		break;
	}
	return false;
}

double
convert_factor(double multiplier)
{
	double divisor = 1 / multiplier, whole = round(divisor);

	if (multiplier > 0 && multiplier < 1 &&
	    fabs(divisor - whole) < 1e-6 * whole) {
		return -whole;
	}
	return multiplier;
}

static bool
is_sentinel(const struct profile_metric *metric, const char *text)
{
	double raw, sentinel;

	for (size_t i = 0; i < metric->n_sentinels; i++) {
		if (strcmp(metric->sentinels[i], text) == 0) {
			return true;
		}
		/* "-1.0" is -1 too. */
		if (tree_parse_number(text, &raw) && tree_parse_number(
		    metric->sentinels[i], &sentinel) && raw == sentinel) {
			return true;
		}
	}
	return false;
}

/* The raw number behind text, pattern and map. */
static bool
raw_number(const struct profile_metric *metric, const struct varbind *vb,
    char *text, double *ret_x)
{
	const char *to;

	if (metric->extract != NULL && !convert_extract(metric->extract, text)) {
		return false;
	}
	if (metric->map.n > 0) {
		to = convert_map(&metric->map, text);
		if (to != NULL || !metric->map_is_open) {
			return to != NULL && tree_parse_number(to, ret_x);
		}
	}
	return metric->extract != NULL ? tree_parse_number(text, ret_x) :
	    convert_number(vb, ret_x);
}

/* An integer and a metric whose texts are known as numbers. */
static bool
is_plain(const struct profile_metric *metric, const struct varbind *vb)
{
	return metric->numbers != NULL && metric->extract == NULL &&
	    (vb->type == VARBIND_INTEGER || vb->type == VARBIND_UNSIGNED ||
	    vb->type == VARBIND_COUNTER32 || vb->type == VARBIND_COUNTER64 ||
	    vb->type == VARBIND_TICKS);
}

/* The same as by texts, for the values that most agents send. */
static enum col_quality
plain_number(const struct profile_metric *metric, double *x)
{
	size_t n_map = metric->map.n;
	const double *sentinels = metric->numbers + 2 * n_map;

	for (size_t i = 0; i < metric->n_sentinels; i++) {
		if (sentinels[i] == *x) {
			return COL_UNAVAILABLE;
		}
	}
	if (metric->counter) {
		return COL_ERROR;
	}
	for (size_t i = 0; i < n_map; i++) {
		if (metric->numbers[i] == *x) {
			*x = metric->numbers[n_map + i];
			return isnan(*x) ? COL_ERROR : COL_GOOD;
		}
	}
	return n_map == 0 || metric->map_is_open ? COL_GOOD : COL_ERROR;
}

static enum col_quality
text_number(const struct profile_metric *metric, const struct varbind *vb,
    double *x)
{
	char text[CONVERT_TEXT_SIZE];

	if (metric->n_sentinels > 0 || metric->map.n > 0 ||
	    metric->extract != NULL) {
		(void)convert_text(vb, text, sizeof(text));
	}
	if (metric->n_sentinels > 0 && is_sentinel(metric, text)) {
		return COL_UNAVAILABLE;
	}
	return metric->counter || !raw_number(metric, vb, text, x) ?
	    COL_ERROR : COL_GOOD;
}

void
convert_value(const struct profile_metric *metric, double factor,
    const struct varbind *vb, struct col_value *ret_value)
{
	enum col_quality quality;
	double x = 0;

	*ret_value = (struct col_value){.counter = 0, .quality = COL_ERROR};
	if (vb == NULL || varbind_missing(vb)) {
		return;
	}
	if (vb->type == VARBIND_NULL) {
		ret_value->quality = COL_UNAVAILABLE;
		return;
	}
	if (metric->counter && (vb->type == VARBIND_COUNTER32 ||
	    vb->type == VARBIND_COUNTER64)) {
		ret_value->counter = vb->counter;
		ret_value->quality = COL_GOOD;
		return;
	}
	if (is_plain(metric, vb)) {
		(void)convert_number(vb, &x);
		quality = plain_number(metric, &x);
	} else {
		quality = text_number(metric, vb, &x);
	}
	if (quality != COL_GOOD) {
		ret_value->quality = quality;
		return;
	}
	x = factor < 0 ? x / -factor : x * factor;
	if (isfinite(x)) {
		ret_value->number = x;
		ret_value->quality = COL_GOOD;
	}
}
