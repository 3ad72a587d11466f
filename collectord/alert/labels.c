/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/labels.h"

#include <string.h>

#include "base/str.h"

static size_t
add(struct label *labels, size_t n, const char *name, const char *text)
{
	if (text[0] == '\0') {
		return n;
	}
	labels[n].name = name;
	str_clean(labels[n].text, sizeof(labels[n].text), text, strlen(text));
	return labels[n].text[0] != '\0' ? n + 1 : n;
}

/* A test must not be taken for the alert that it shows. */
static size_t
add_test(struct label *labels, size_t n, const struct notice *notice)
{
	return notice->test || notice->type == NOTICE_TEST ?
	    add(labels, n, "test", "true") : n;
}

size_t
labels_of(const struct notice *notice, const struct alert *alert,
    struct label labels[LABELS_MAX])
{
	size_t n = add(labels, 0, "alertname", alert->rule);

	n = add(labels, n, "severity", severity_text(alert->severity));
	n = add(labels, n, "entity", alert->entity);
	n = add(labels, n, "instance", alert->instance);
	n = add(labels, n, "province", notice->province);
	n = add(labels, n, "area", alert->area);
	n = add(labels, n, "site", alert->site);
	n = add(labels, n, "hall", alert->hall);
	n = add(labels, n, "row", alert->row);
	n = add(labels, n, "rack", alert->rack);
	return add_test(labels, n, notice);
}

size_t
labels_of_notice(const struct notice *notice, struct label labels[LABELS_MAX])
{
	const char *type = notice_type_text(notice->type);
	const char *dot = strchr(type, '.');
	char name[64];
	size_t n;

	(void)str_format(name, sizeof(name), "collectord_%s", dot != NULL ? dot + 1 : type);
	n = add(labels, 0, "alertname", name);
	n = add(labels, n, "severity", "none");
	n = add(labels, n, "province", notice->province);
	return add_test(labels, n, notice);
}

/* Its lines in one, in English. */
static void
describe(const struct render *render, const struct alert *alert, struct label *label)
{
	struct text_style style = { .lang = RECEIVER_EN, .zone = render->notice->zone };
	struct buf lines, line;

	buf_init(&lines, 0);
	buf_init(&line, 0);
	text_alert(&lines, alert, &style, TEXT_NO_ADVICE);
	for (size_t i = 0; i + 1 < lines.size; i++) {
		buf_put(&line, lines.data[i] == '\n' ? "; " : &lines.data[i],
		    lines.data[i] == '\n' ? 2 : 1);
	}
	label->name = "description";
	str_clean(label->text, sizeof(label->text), line.failed || line.data == NULL ? "" :
	    line.data, line.size);
	buf_done(&lines);
	buf_done(&line);
}

size_t
labels_annotations(const struct render *render, const struct alert *alert,
    struct label notes[LABELS_MAX])
{
	char value[TEXT_VALUE_SIZE], link[TEXT_LINK_SIZE];
	size_t n = add(notes, 0, "summary", alert->summary_en[0] != '\0' ?
	    alert->summary_en : alert->summary_zh);

	n = add(notes, n, "summary_zh", alert->summary_zh);
	describe(render, alert, &notes[n++]);
	if (!render->brief) {
		n = add(notes, n, "advice", alert->advice_en);
		n = add(notes, n, "advice_zh", alert->advice_zh);
	}
	text_value(alert, alert->value, value);
	n = add(notes, n, "value", alert->word[0] != '\0' ? alert->word : value);
	text_value(alert, alert->limit, value);
	n = add(notes, n, "limit", value);
	(void)str_format(value, sizeof(value), "%lld", (long long)alert->id);
	n = add(notes, n, "episode", value);
	n = add(notes, n, "state", render_state(alert));
	n = add(notes, n, "acknowledged_by", alert->acked_by);
	(void)str_format(value, sizeof(value), "%u", alert->count);
	n = add(notes, n, "count", value);
	text_link(render->notice, alert, link);
	return add(notes, n, "url", link);
}

size_t
labels_common(struct label *labels, size_t n, const struct label *other, size_t n_other)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < n_other; j++) {
			if (strcmp(labels[i].name, other[j].name) == 0 &&
			    strcmp(labels[i].text, other[j].text) == 0) {
				labels[kept++] = labels[i];
				break;
			}
		}
	}
	return kept;
}

void
labels_write(struct json *json, const char *key, const struct label *labels, size_t n)
{
	json_map(json, key);
	for (size_t i = 0; i < n; i++) {
		json_text(json, labels[i].name, labels[i].text);
	}
	json_map_end(json);
}
