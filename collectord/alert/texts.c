/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/texts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "model/placeholder.h"

#define TEXT_ROOM 8192

/* From which number on which multiple is written; the first that fits. */
static const struct scale {
	const char *unit;
	double from, divisor;
	const char *written;
} scales[] = {
	{ "W", 1e6, 1e6, "MW" }, { "W", 1e3, 1e3, "kW" },
	{ "VA", 1e6, 1e6, "MVA" }, { "VA", 1e3, 1e3, "kVA" },
	{ "var", 1e3, 1e3, "kvar" },
	{ "Wh", 1e6, 1e6, "MWh" }, { "Wh", 1e3, 1e3, "kWh" },
	{ "octets", 1073741824.0, 1073741824.0, "GiB" },
	{ "octets", 1048576.0, 1048576.0, "MiB" }, { "octets", 1024, 1024, "KiB" },
	{ "octets", 0, 1, "B" },
	{ "s", 172800, 86400, "d" }, { "s", 7200, 3600, "h" }, { "s", 120, 60, "min" },
	{ "C", -1, 1, "°C" },
};

static const struct scale *
scale_of(double like, const char *unit)
{
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		if (strcmp(scales[i].unit, unit) == 0 &&
		    (scales[i].from <= 0 || fabs(like) >= scales[i].from)) {
			return &scales[i];
		}
	}
	return NULL;
}

void
texts_number(double number, double like, const char *unit,
    char text[TEXTS_NUMBER_SIZE], char ret_unit[16])
{
	const struct scale *scale = scale_of(isnan(like) ? 0 : like, unit);
	double shown = scale != NULL ? number / scale->divisor : number;
	int digits = fabs(shown) >= 100 ? 0 : fabs(shown) >= 10 ? 1 : 2;
	char *end;

	(void)str_copy(ret_unit, 16, scale != NULL ? scale->written : unit);
	if (!isfinite(shown)) {
		(void)str_copy(text, TEXTS_NUMBER_SIZE, "-");
		return;
	}
	if (fabs(shown) >= 1e15) {
		(void)str_format(text, TEXTS_NUMBER_SIZE, "%.3g", shown);
		return;
	}
	(void)str_format(text, TEXTS_NUMBER_SIZE, "%.*f", digits, shown);
	if (strchr(text, '.') != NULL) {
		for (end = text + strlen(text) - 1; *end == '0'; end--) {
			*end = '\0';
		}
		if (*end == '.') {
			*end = '\0';
		}
	}
	if (strcmp(text, "-0") == 0) {
		(void)str_copy(text, TEXTS_NUMBER_SIZE, "0");
	}
}

struct filling {
	const struct config *config;
	const struct rule *rule;
	const uint32_t *feeds;
	struct thing thing;
	struct thing_where where;
	const struct alert *alert;
	enum thing_lang lang;
};

static void
put_number(const struct filling *filling, double number, struct buf *out)
{
	char text[TEXTS_NUMBER_SIZE], unit[16];

	texts_number(number, filling->alert->value, filling->alert->unit, text, unit);
	buf_puts(out, text);
}

static void
put_unit(const struct filling *filling, struct buf *out)
{
	char text[TEXTS_NUMBER_SIZE], unit[16];

	texts_number(filling->alert->value, filling->alert->value, filling->alert->unit,
	    text, unit);
	buf_puts(out, unit);
}

/* "2026-11-22 12:04" in the province's zone. */
static void
put_since(const struct filling *filling, struct buf *out)
{
	struct wall since = filling->alert->since;
	char text[CLOCK_RFC3339_SIZE];

	since.ns += clock_zone_offset(filling->config->settings.timezone, since) * NS_PER_S;
	clock_rfc3339(since, text);
	if (strlen(text) >= 16) {
		buf_printf(out, "%.10s %.5s", text, text + 11);
	}
}

static void
put_name(const struct filling *filling, bool place, struct buf *out)
{
	char name[THING_NAME_SIZE];

	if (place) {
		thing_place(filling->config, &filling->where, filling->thing, filling->lang,
		    name);
	} else {
		thing_name(filling->config, filling->feeds, filling->thing, filling->lang,
		    name);
	}
	buf_puts(out, name);
}

static void
value_of(void *arg, enum placeholder placeholder, struct buf *out)
{
	const struct filling *filling = arg;
	const struct alert *alert = filling->alert;

	switch ((int)placeholder) {
	case PLACEHOLDER_RULE:
		buf_puts(out, alert->rule);
		break;
	case PLACEHOLDER_SEVERITY:
		buf_puts(out, severity_text(alert->severity));
		break;
	case PLACEHOLDER_ENTITY:
		buf_puts(out, alert->entity);
		break;
	case PLACEHOLDER_INSTANCE:
		buf_puts(out, alert->instance);
		break;
	case PLACEHOLDER_AREA:
		buf_puts(out, alert->area);
		break;
	case PLACEHOLDER_SITE:
		buf_puts(out, alert->site);
		break;
	case PLACEHOLDER_HALL:
		buf_puts(out, alert->hall);
		break;
	case PLACEHOLDER_ROW:
		buf_puts(out, alert->row);
		break;
	case PLACEHOLDER_RACK:
		buf_puts(out, alert->rack);
		break;
	case PLACEHOLDER_VALUE:
		put_number(filling, alert->value, out);
		break;
	case PLACEHOLDER_LIMIT:
		put_number(filling, alert->limit, out);
		break;
	case PLACEHOLDER_UNIT:
		put_unit(filling, out);
		break;
	case PLACEHOLDER_WORD:
		buf_puts(out, alert->word);
		break;
	case PLACEHOLDER_COUNT:
		buf_printf(out, "%u", alert->count);
		break;
	case PLACEHOLDER_SINCE:
		put_since(filling, out);
		break;
	case PLACEHOLDER_NAME:
	case PLACEHOLDER_PLACE:
		put_name(filling, placeholder == PLACEHOLDER_PLACE, out);
		break;
	default: /* those of bodies have no business here */
		break;
	}
}

/* Marks before which no blank stands; full width colon, comma, semicolon and stop
 * in Chinese. */
static bool
is_mark(const char *text)
{
	return strchr(":,;)", text[0]) != NULL || str_starts(text, "\uff1a") ||
	    str_starts(text, "\uff0c") || str_starts(text, "\uff1b") ||
	    str_starts(text, "\u3002");
}

/* Takes out the blanks that empty values left behind. */
static size_t
tidy(char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == ' ' && n > 0 && text[n - 1] == ' ') {
			continue;
		}
		if (is_mark(text + i) && n > 0 && text[n - 1] == ' ') {
			n--;
		}
		text[n++] = text[i];
	}
	return n;
}

/* A text of the language, else of the other one. */
static void
fill(const struct filling *filling, const struct name *texts, char *to)
{
	const char *first = filling->lang == THING_ZH ? texts->zh : texts->en;
	const char *text = first != NULL ? first :
	    filling->lang == THING_ZH ? texts->en : texts->zh;
	struct buf out;

	to[0] = '\0';
	if (text == NULL) {
		return;
	}
	buf_init(&out, TEXT_ROOM);
	placeholder_fill(text, value_of, (void *)(uintptr_t)filling, &out);
	if (!out.failed && out.size > 0) {
		str_clean(to, ALERT_TEXT_SIZE, out.data, tidy(out.data, out.size));
	}
	buf_done(&out);
}

void
texts_fill(const struct config *config, const struct rule *rule,
    const uint32_t *feeds, struct thing thing, struct alert *alert)
{
	struct filling filling = { config, rule, feeds, thing, { { 0 }, 0, 0 }, alert,
	    THING_EN };

	thing_where(config, feeds, thing, &filling.where);
	fill(&filling, &rule->summary, alert->summary_en);
	fill(&filling, &rule->advice, alert->advice_en);
	filling.lang = THING_ZH;
	fill(&filling, &rule->summary, alert->summary_zh);
	fill(&filling, &rule->advice, alert->advice_zh);
}
