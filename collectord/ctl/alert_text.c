/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/alert_text.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/table.h"

#define TEXT_SIZE 256
#define LINE_SIZE 8192

void
alert_text_span(char *to, size_t to_size, double seconds)
{
	long long s = (long long)(seconds + 0.5);

	if (s < 60) {
		(void)str_format(to, to_size, "%lld s", s);
	} else if (s < 3600) {
		(void)str_format(to, to_size, s % 60 != 0 ? "%lld min %lld s" : "%lld min",
		    s / 60, s % 60);
	} else if (s < 2 * 86400) {
		(void)str_format(to, to_size, s % 3600 >= 60 ? "%lld h %lld min" : "%lld h",
		    s / 3600, s % 3600 / 60);
	} else {
		(void)str_format(to, to_size, "%lld d %lld h", s / 86400, s % 86400 / 3600);
	}
}

void
alert_text_put(const char *text)
{
	char clean[LINE_SIZE];

	for (;;) {
		size_t n = strcspn(text, "\n"), part = n;

		/* a line longer than the room is printed in parts */
		while (part > 0) {
			size_t now = part < LINE_SIZE / 4 ? part : LINE_SIZE / 4;

			while (now > 1 && now < part && ((unsigned char)text[now] & 0xc0) == 0x80) {
				now--;
			}
			str_clean(clean, sizeof(clean), text, now);
			(void)fputs(clean, stdout);
			text += now;
			part -= now;
		}
		if (*text == '\0') {
			return;
		}
		(void)fputs("\n", stdout);
		text++;
	}
}

/* ---- parts of an alert ------------------------------------------------------------ */

static void
set_text(json_t *item, const char *key, const char *text)
{
	(void)json_object_set_new(item, key, json_string(text));
}

/* "34.2 C", "on battery", "-" */
static void
with_unit(const json_t *item, const char *key, char text[TEXT_SIZE])
{
	const json_t *value = json_object_get(item, key);
	const char *unit = json_string_value(json_object_get(item, "unit"));

	if (!json_is_number(value)) {
		(void)str_copy(text, TEXT_SIZE, "-");
		return;
	}
	(void)str_format(text, TEXT_SIZE, "%.5g%s%s", json_number_value(value),
	    unit != NULL ? " " : "", unit != NULL ? unit : "");
}

static void
value_of(const json_t *item, char text[TEXT_SIZE])
{
	const char *word = json_string_value(json_object_get(item, "word"));

	if (word != NULL) {
		(void)str_copy(text, TEXT_SIZE, word);
	} else {
		with_unit(item, "value", text);
	}
}

/* What is beside its state: "silenced by 3, flapping, 12 folded in". */
static void
marks_of(const json_t *item, char text[TEXT_SIZE])
{
	double count = ask_number(item, "count");
	size_t n = 0;

	text[0] = '\0';
	if (json_is_string(json_object_get(item, "under"))) {
		n += str_format(text + n, TEXT_SIZE - n, "folded into %s",
		    ask_text(item, "under"));
	}
	if (json_is_string(json_object_get(item, "silenced"))) {
		n += str_format(text + n, TEXT_SIZE - n, "%ssilenced by %s", n > 0 ? ", " : "",
		    ask_text(item, "silenced"));
	}
	if (json_is_true(json_object_get(item, "flapping"))) {
		n += str_format(text + n, TEXT_SIZE - n, "%sflapping", n > 0 ? ", " : "");
	}
	if (count > 0) {
		n += str_format(text + n, TEXT_SIZE - n, "%s%.0f folded in",
		    n > 0 ? ", " : "", count);
	}
	if (n == 0) {
		(void)str_copy(text, TEXT_SIZE, "-");
	}
}

/* Adds what the tables show beside what the API gives. */
static void
decorate(json_t *items)
{
	char text[TEXT_SIZE];
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		value_of(item, text);
		set_text(item, "shown", text);
		with_unit(item, "limit", text);
		set_text(item, "bound", text);
		marks_of(item, text);
		set_text(item, "marks", text);
	}
}

/* ---- the list ------------------------------------------------------------------------ */

static const struct table_column COLUMNS[] = {
	{ "id", "id", -1 }, { "severity", "severity", -1 }, { "state", "state", -1 },
	{ "rule", "rule", -1 }, { "on", "entity", -1 }, { "part", "instance", -1 },
	{ "value", "shown", -1 }, { "limit", "bound", -1 }, { "since", "since", -1 },
	{ "marks", "marks", -1 }, { "what", "summary.en", -1 }, { NULL, NULL, 0 },
};

void
alert_text_list(const json_t *body)
{
	json_t *items = json_object_get(body, "items");

	decorate(items);
	if (json_array_size(items) > 0) {
		table_print(stdout, items, COLUMNS);
	} else {
		(void)printf("there is none\n");
	}
	if (json_is_object(json_object_get(body, "counts"))) {
		(void)printf("open: %.0f critical, %.0f warning, %.0f info that nobody has "
		    "taken; %.0f acknowledged, %.0f silenced, %.0f folded, %.0f stale; "
		    "%.0f pending\n", ask_number(body, "counts.critical"),
		    ask_number(body, "counts.warning"), ask_number(body, "counts.info"),
		    ask_number(body, "counts.acknowledged"),
		    ask_number(body, "counts.silenced"), ask_number(body, "counts.folded"),
		    ask_number(body, "counts.stale"), ask_number(body, "counts.pending"));
	}
}

/* ---- one ----------------------------------------------------------------------------- */

static void
print_head(const json_t *body)
{
	const char *part = json_string_value(json_object_get(body, "instance"));
	const char *by = json_string_value(table_at(body, "acknowledged.by"));
	char text[TEXT_SIZE];

	(void)printf("alert %s: %s, %s\n%s\n", ask_text(body, "id"),
	    ask_text(body, "severity"), ask_text(body, "state"),
	    ask_text(body, "summary.en"));
	if (json_is_string(table_at(body, "advice.en"))) {
		(void)printf("%s\n", ask_text(body, "advice.en"));
	}
	(void)printf("rule %s on %s%s%s\n", ask_text(body, "rule"), ask_text(body, "entity"),
	    part != NULL ? ", " : "", part != NULL ? part : "");
	value_of(body, text);
	(void)printf("value %s, ", text);
	with_unit(body, "limit", text);
	(void)printf("limit %s; since %s, fired %s", text, ask_text(body, "since"),
	    ask_text(body, "fired"));
	if (json_is_string(json_object_get(body, "resolved"))) {
		(void)printf(", resolved %s (%s)", ask_text(body, "resolved"),
		    ask_text(body, "end"));
	}
	(void)printf("\n");
	marks_of(body, text);
	if (strcmp(text, "-") != 0) {
		(void)printf("%s\n", text);
	}
	if (by != NULL) {
		(void)printf("acknowledged by %s at %s%s%s\n", by,
		    ask_text(body, "acknowledged.at"),
		    json_is_string(table_at(body, "acknowledged.note")) ? ": " : "",
		    json_is_string(table_at(body, "acknowledged.note")) ?
		    ask_text(body, "acknowledged.note") : "");
	}
}

static void
print_part(const char *title, const json_t *items, const struct table_column *columns)
{
	if (json_array_size(items) > 0) {
		(void)printf("\n%s\n", title);
		table_print(stdout, items, columns);
	}
}

void
alert_text_one(const json_t *body)
{
	static const struct table_column CHANGES[] = {
		{ "at", "at", -1 }, { "what", "kind", -1 }, { "value", "value", 2 },
		{ "folded in", "count", 0 }, { "by", "by", -1 }, { "note", "note", -1 },
		{ NULL, NULL, 0 },
	};
	static const struct table_column DELIVERIES[] = {
		{ "id", "id", -1 }, { "to", "receiver", -1 }, { "what", "type", -1 },
		{ "state", "state", -1 }, { "tries", "attempts", 0 },
		{ "made", "created", -1 }, { "ended", "ended", -1 },
		{ "error", "error", -1 }, { NULL, NULL, 0 },
	};

	print_head(body);
	print_part("history", json_object_get(body, "changes"), CHANGES);
	print_part("who was told", json_object_get(body, "deliveries"), DELIVERIES);
	decorate(json_object_get(body, "members"));
	print_part("folded into it", json_object_get(body, "members"), COLUMNS);
}

/* ---- rules and why -------------------------------------------------------------------- */

/* "above 27 C for 5 min", "worse than …" */
static void
limit_text(const json_t *rule, const char *key, char text[TEXT_SIZE])
{
	const json_t *limit = json_object_get(rule, key), *word;
	const json_t *low = json_object_get(limit, "low");
	const json_t *high = json_object_get(limit, "high");
	const char *test = ask_text(limit, "test");
	const char *unit = json_string_value(json_object_get(rule, "unit"));
	char span[64];
	size_t n = str_format(text, TEXT_SIZE, "%s", test), i;

	if (json_is_number(low)) {
		n += str_format(text + n, TEXT_SIZE - n, " %.6g", json_number_value(low));
	}
	if (json_is_number(high)) {
		n += str_format(text + n, TEXT_SIZE - n, "%s%.6g", json_is_number(low) ?
		    " to " : " ", json_number_value(high));
	}
	if ((json_is_number(low) || json_is_number(high)) && unit != NULL) {
		n += str_format(text + n, TEXT_SIZE - n, " %s", unit);
	}
	json_array_foreach((json_t *)json_object_get(limit, "words"), i, word) {
		if (n < TEXT_SIZE) {
			n += str_format(text + n, TEXT_SIZE - n, "%s%s", i > 0 ? ", " : " ",
			    json_string_value(word));
		}
	}
	if (n < TEXT_SIZE && json_is_string(json_object_get(limit, "severity"))) {
		n += str_format(text + n, TEXT_SIZE - n, " %s or above",
		    ask_text(limit, "severity"));
	}
	if (n < TEXT_SIZE && ask_number(limit, "for_s") > 0) {
		alert_text_span(span, sizeof(span), ask_number(limit, "for_s"));
		(void)str_format(text + n, TEXT_SIZE - n, " for %s", span);
	}
}

void
alert_text_rules(const json_t *body)
{
	static const struct table_column RULES[] = {
		{ "rule", "id", -1 }, { "on", "on", -1 }, { "metric", "metric", -1 },
		{ "fires", "fires", -1 }, { "clears", "clears", -1 },
		{ "severity", "severity", -1 }, { "open", "open", 0 },
		{ "from", "from", -1 }, { NULL, NULL, 0 },
	};
	json_t *items = json_object_get(body, "items"), *item;
	char text[TEXT_SIZE];
	size_t i;

	json_array_foreach(items, i, item) {
		const char *file = ask_text(item, "file"), *base = strrchr(file, '/');

		limit_text(item, "fire", text);
		set_text(item, "fires", text);
		limit_text(item, "clear", text);
		set_text(item, "clears", strcmp(ask_text(item, "clear.test"), "never") == 0 ?
		    "when not" : text);
		(void)str_format(text, sizeof(text), "%s:%.0f", base != NULL ? base + 1 : file,
		    ask_number(item, "line"));
		set_text(item, "from", text);
	}
	table_print(stdout, items, RULES);
}

/* The API's code in words. */
static void
print_untold(const json_t *why)
{
	const char *code = ask_text(why, "code");

	if (strcmp(code, "folded") == 0) {
		(void)printf("not told: alert %s speaks for it\n", ask_text(why, "params.alert"));
	} else if (strcmp(code, "silenced") == 0) {
		(void)printf("not told: silence %s holds\n", ask_text(why, "params.silence"));
	} else if (strcmp(code, "flapping") == 0) {
		(void)printf("not told: it comes and goes; that has been told once\n");
	} else if (strcmp(code, "no_receiver") == 0) {
		(void)printf("not told: there is no receiver\n");
	} else if (strcmp(code, "group_wait") == 0) {
		(void)printf("not told yet: its group waits for more of the kind\n");
	} else {
		(void)printf("not told: %s\n", code);
	}
}

void
alert_text_explain(const json_t *body)
{
	const json_t *rule = json_object_get(body, "rule_text"), *why;
	char text[TEXT_SIZE];
	size_t i;

	print_head(body);
	alert_text_span(text, sizeof(text), ask_number(body, "lasting_s"));
	(void)printf("it has lasted %s\n", text);
	if (json_is_object(rule)) {
		limit_text(rule, "fire", text);
		(void)printf("it fires when %s of the %s is %s", ask_text(rule, "metric"),
		    ask_text(rule, "on"), text);
		limit_text(rule, "clear", text);
		(void)printf("; it clears when %s\n", strcmp(ask_text(rule, "clear.test"),
		    "never") == 0 ? "that is no longer so" : text);
		(void)printf("written in %s, line %.0f\n", ask_text(rule, "file"),
		    ask_number(rule, "line"));
	}
	json_array_foreach((json_t *)json_object_get(body, "untold"), i, why) {
		print_untold(why);
	}
	if (i == 0) {
		(void)printf("nothing keeps it from being told\n");
	}
}
