/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "flow/air.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Words of labels, the first that is found decides. */
static const struct { const char *word; enum air_place place; } WORDS[] = {
	{ "internal", AIR_NONE }, { "battery", AIR_NONE }, { "cpu", AIR_NONE },
	{ "psu", AIR_NONE }, { "asic", AIR_NONE }, { "memory", AIR_NONE },
	{ "switch", AIR_NONE }, { "board", AIR_NONE }, { "fluid", AIR_NONE },
	{ "outside", AIR_NONE }, { "door", AIR_NONE },
	{ "outlet", AIR_OUTLET }, { "exhaust", AIR_OUTLET }, { "rear", AIR_OUTLET },
	{ "back", AIR_OUTLET }, { "return", AIR_OUTLET }, { "hot", AIR_OUTLET },
	{ "bottom", AIR_BOTTOM }, { "lower", AIR_BOTTOM }, { "middle", AIR_MIDDLE },
	{ "mid", AIR_MIDDLE }, { "center", AIR_MIDDLE }, { "centre", AIR_MIDDLE },
	{ "top", AIR_TOP }, { "upper", AIR_TOP },
	{ "inlet", AIR_INLET }, { "intake", AIR_INLET }, { "front", AIR_INLET },
	{ "cold", AIR_INLET },
};

/* Chinese labels have no spaces between words. */
static const struct { const char *text; enum air_place place; } TEXTS[] = {
	{ "出风", AIR_OUTLET }, { "排风", AIR_OUTLET }, { "回风", AIR_OUTLET },
	{ "热通道", AIR_OUTLET }, { "底", AIR_BOTTOM }, { "下部", AIR_BOTTOM },
	{ "中部", AIR_MIDDLE }, { "顶", AIR_TOP }, { "上部", AIR_TOP },
	{ "进风", AIR_INLET }, { "冷通道", AIR_INLET },
};

/* A letter before or behind would make another word of it. */
static bool
has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strcasestr(at, word)) != NULL; at++) {
		if ((at == text || isalpha((unsigned char)at[-1]) == 0) &&
		    isalpha((unsigned char)at[len]) == 0) {
			return true;
		}
	}
	return false;
}

/* Outlets with numbers are sockets. */
static bool
is_socket(const char *instance)
{
	return strncmp(instance, "outlet ", 7) == 0 &&
	    isdigit((unsigned char)instance[7]) != 0;
}

enum air_place
air_place_of(const char *instance)
{
	if (is_socket(instance)) {
		return AIR_NONE;
	}
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		if (has_word(instance, WORDS[i].word)) {
			return WORDS[i].place;
		}
	}
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		if (strstr(instance, TEXTS[i].text) != NULL) {
			return TEXTS[i].place;
		}
	}
	return AIR_PLAIN;
}

bool
air_is_strict(const char *instance)
{
	static const char *const STRICT[] = { "inlet", "outlet", "exhaust" };

	for (size_t i = 0; i < sizeof(STRICT) / sizeof(STRICT[0]); i++) {
		size_t len = strlen(STRICT[i]);

		if (strncmp(instance, STRICT[i], len) != 0) {
			continue;
		}
		if (instance[len] == '\0') {
			return true;
		}
		/* "inlet 2", but no "inlet 2 L1" */
		return instance[len] == ' ' && instance[len + 1] != '\0' &&
		    strspn(instance + len + 1, "0123456789") ==
		    strlen(instance + len + 1);
	}
	return false;
}

int16_t
air_hundredths(double value)
{
	return (int16_t)lround(fmax(-327.0, fmin(327.0, value)) * 100.0);
}

static void
keep_at(struct air *air, unsigned at, int16_t hundredths)
{
	if ((air->inlet_mask & 1u << at) == 0 || hundredths > air->inlets[at]) {
		air->inlets[at] = hundredths;
	}
	air->inlet_mask |= (uint8_t)(1u << at);
}

/* Into the first free place behind the heights, else over the coolest. */
static void
keep_other(struct air *air, int16_t hundredths)
{
	unsigned coolest = AIR_HEIGHTS;

	for (unsigned i = AIR_HEIGHTS; i < AIR_INLETS; i++) {
		if ((air->inlet_mask & 1u << i) == 0) {
			keep_at(air, i, hundredths);
			return;
		}
		if (air->inlets[i] < air->inlets[coolest]) {
			coolest = i;
		}
	}
	keep_at(air, coolest, hundredths);
}

static uint8_t
more(uint8_t n, unsigned add)
{
	return (uint8_t)(n + add > UINT8_MAX ? UINT8_MAX : n + add);
}

void
air_inlet(struct air *air, enum air_place place, int16_t hundredths)
{
	if (place >= AIR_BOTTOM && place <= AIR_TOP) {
		keep_at(air, (unsigned)place - AIR_BOTTOM, hundredths);
	} else {
		keep_other(air, hundredths);
	}
	air->n_inlets = more(air->n_inlets, 1);
}

void
air_outlet(struct air *air, int16_t hundredths)
{
	struct air one = { .outlet = hundredths, .n_outlets = 1 };

	air_merge(air, &one);
}

void
air_merge(struct air *to, const struct air *from)
{
	unsigned n_outlets = (unsigned)to->n_outlets + from->n_outlets;

	for (unsigned i = 0; i < AIR_INLETS; i++) {
		if ((from->inlet_mask & 1u << i) == 0) {
			continue;
		}
		if (i < AIR_HEIGHTS) {
			keep_at(to, i, from->inlets[i]);
		} else {
			keep_other(to, from->inlets[i]);
		}
	}
	if (n_outlets > 0 && from->n_outlets > 0) {
		to->outlet = (int16_t)lround((to->outlet * (double)to->n_outlets +
		    from->outlet * (double)from->n_outlets) / n_outlets);
	}
	to->n_outlets = more(to->n_outlets, from->n_outlets);
	to->n_inlets = more(to->n_inlets, from->n_inlets);
	to->n_expected = more(to->n_expected, from->n_expected);
	/* the first that says it, once: humidity belongs to its temperature */
	if ((to->flags & AIR_HAS_HUMIDITY) == 0 && (from->flags & AIR_HAS_HUMIDITY) != 0) {
		to->humidity = from->humidity;
		to->beside = from->beside;
	}
	if ((to->flags & AIR_HAS_DEW_POINT) == 0) {
		to->dew_point = from->dew_point;
	}
	to->flags |= from->flags;
}

bool
air_inlet_mean(const struct air *air, double *ret_c)
{
	double sum = 0.0;
	unsigned n = 0;

	for (unsigned i = 0; i < AIR_INLETS; i++) {
		if ((air->inlet_mask & 1u << i) != 0) {
			sum += air_value(air->inlets[i]);
			n++;
		}
	}
	if (n == 0) {
		return false;
	}
	*ret_c = sum / n;
	return true;
}

bool
air_inlet_max(const struct air *air, double *ret_c)
{
	double max = -INFINITY;

	for (unsigned i = 0; i < AIR_INLETS; i++) {
		if ((air->inlet_mask & 1u << i) != 0) {
			max = fmax(max, air_value(air->inlets[i]));
		}
	}
	if (air->inlet_mask == 0) {
		return false;
	}
	*ret_c = max;
	return true;
}
