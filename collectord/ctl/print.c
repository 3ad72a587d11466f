/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "flow/normalise.h"
#include "model/metric.h"
#include "model/states.h"

static const char *const QUALITIES[COL_QUALITY_N] = {
	[COL_GOOD] = "good", [COL_STALE] = "stale",
	[COL_IMPLAUSIBLE] = "implausible", [COL_UNAVAILABLE] = "unavailable",
	[COL_ERROR] = "error",
};

/* Exact for what devices send, without the noise of a conversion's last bit. */
#define DIGITS 15

/* Implausible values are shown: this is where a profile is being made. */
static bool
has_number(const struct sample *sample)
{
	return sample->quality == COL_GOOD || sample->quality == COL_IMPLAUSIBLE;
}

/* a count may have more digits than a double keeps */
static void
format_value(char *to, const struct slot *slot, const struct col_value *value,
    const struct sample *sample)
{
	if (!has_number(sample)) {
		(void)str_copy(to, STR_NUMBER_SIZE, "-");
	} else if (slot->kind == COL_COUNTER) {
		(void)str_format(to, STR_NUMBER_SIZE, "%llu",
		    (unsigned long long)value->counter);
	} else {
		str_from_number(to, sample->number, DIGITS);
	}
}

static const struct col_state *
state_of(const struct slot *slot, const struct sample *sample)
{
	return has_number(sample) ? states_find(slot->states, sample->number) : NULL;
}

static const char *
severity_of(const struct col_state *state)
{
	const char *word = state != NULL ? states_severity(state->severity) : NULL;

	return word != NULL ? word : "";
}

void
print_batch(const struct batch *batch)
{
	(void)printf("profile %s\n", batch->profile[0] != '\0' ? batch->profile : "-");
	for (const struct batch_info *i = batch->info; i != NULL; i = i->next) {
		(void)printf("%-18s %s\n", i->metric, i->text);
	}
	for (uint32_t p = 0; p < batch->n_parts; p++) {
		const struct batch_part *part = &batch->parts[p];

		for (uint32_t i = 0; i < part->layout->n_slots; i++) {
			const struct slot *slot = &part->layout->slots[i];
			const struct col_metric *metric = metric_get(slot->metric);
			struct sample sample = normalise_value(slot, &part->values[i]);
			char number[STR_NUMBER_SIZE];

			format_value(number, slot, &part->values[i], &sample);
			const struct col_state *state = state_of(slot, &sample);

			(void)printf("%-18s %-14s %14s %-6s %-12s %s%s%s %s\n",
			    metric->name, slot->instance, number, metric->unit,
			    QUALITIES[sample.quality], slot->source,
			    state != NULL ? "  " : "", state != NULL ? state->word : "",
			    severity_of(state));
		}
	}
}

/* The value that counts for a rack: of a BMC its whole power and its inlet. */
static void
use_line(const struct batch *batch, uint32_t metric, const char *instance,
    const char *what)
{
	for (uint32_t p = 0; p < batch->n_parts; p++) {
		const struct batch_part *part = &batch->parts[p];

		for (uint32_t i = 0; i < part->layout->n_slots; i++) {
			const struct slot *slot = &part->layout->slots[i];
			struct sample sample = normalise_value(slot, &part->values[i]);
			char number[STR_NUMBER_SIZE];

			if (slot->metric != metric ||
			    strcmp(slot->instance, instance) != 0) {
				continue;
			}
			format_value(number, slot, &part->values[i], &sample);
			(void)printf("# %s: %s %s, %s, read from %s\n", what, number,
			    metric_get(metric)->unit, QUALITIES[sample.quality],
			    slot->source);
			return;
		}
	}
	(void)printf("# %s: it gives none\n", what);
}

void
print_use(const struct batch *batch)
{
	use_line(batch, METRIC_POWER_W, "", "power for its rack (where no PDU measures it)");
	use_line(batch, METRIC_TEMPERATURE_C, "inlet",
	    "inlet temperature for its rack (where no probe stands)");
}

static void
metric_json(struct json *json, const struct slot *slot, const struct col_value *value)
{
	const struct col_metric *metric = metric_get(slot->metric);
	struct sample sample = normalise_value(slot, value);
	char number[STR_NUMBER_SIZE];

	json_map(json, NULL);
	json_text(json, "metric", metric->name);
	json_text(json, "instance", slot->instance);
	format_value(number, slot, value, &sample);
	json_raw(json, "value", has_number(&sample) ? number : "null");
	json_text(json, "unit", metric->unit);
	json_text(json, "quality", QUALITIES[sample.quality]);
	json_text(json, "source", slot->source);
	if (slot->kind == COL_STATE) {
		const struct col_state *state = state_of(slot, &sample);

		json_text(json, "text", state != NULL ? state->word : NULL);
		json_text(json, "severity", state != NULL
		    ? states_severity(state->severity) : NULL);
	}
	json_map_end(json);
}

void
print_batch_json(const struct batch *batch)
{
	struct buf out;
	struct json json;

	buf_init(&out, 0);
	json_init(&json, &out);
	json_map(&json, NULL);
	json_text(&json, "profile", batch->profile[0] != '\0' ? batch->profile : NULL);
	json_map(&json, "info");
	for (const struct batch_info *i = batch->info; i != NULL; i = i->next) {
		json_text(&json, str_starts(i->metric, "info_") ? i->metric + 5
		    : i->metric, i->text);
	}
	json_map_end(&json);
	json_list(&json, "metrics");
	for (uint32_t p = 0; p < batch->n_parts; p++) {
		const struct batch_part *part = &batch->parts[p];

		for (uint32_t i = 0; i < part->layout->n_slots; i++) {
			metric_json(&json, &part->layout->slots[i], &part->values[i]);
		}
	}
	json_list_end(&json);
	json_map_end(&json);
	(void)puts(out.failed ? "null" : out.data);
	buf_done(&out);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts the lines of text into out. */
static void
sort_lines(char *text, struct buf *out)
{
	size_t n = 0, room = 0;
	char **lines = NULL, *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		if (n == room) {
			char **more;

			room = room == 0 ? 256 : room * 2;
			more = realloc(lines, room * sizeof(*lines));
			if (more == NULL) {
				out->failed = true;
				break;
			}
			lines = more;
		}
		lines[n++] = line;
	}
	if (n > 0) {
		qsort(lines, n, sizeof(*lines), by_text);
	}
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, lines[i]);
		buf_put(out, "\n", 1);
	}
	free(lines);
}

static void
golden_metrics(const struct batch *batch, struct buf *out)
{
	char number[STR_NUMBER_SIZE];

	for (uint32_t p = 0; p < batch->n_parts; p++) {
		const struct batch_part *part = &batch->parts[p];

		for (uint32_t i = 0; i < part->layout->n_slots; i++) {
			const struct slot *slot = &part->layout->slots[i];
			const struct col_metric *metric = metric_get(slot->metric);
			struct sample sample = normalise_value(slot, &part->values[i]);

			format_value(number, slot, &part->values[i], &sample);
			buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s", metric->name,
			    slot->instance, number, metric->unit,
			    QUALITIES[sample.quality], slot->source);
			if (state_of(slot, &sample) != NULL) {
				const struct col_state *state = state_of(slot, &sample);

				buf_printf(out, "\t%s\t%s", state->word,
				    severity_of(state));
			}
			buf_put(out, "\n", 1);
		}
	}
}

void
print_batch_golden(const struct batch *batch, struct buf *out)
{
	struct buf lines;

	buf_printf(out, "profile\t%s\n",
	    batch->profile[0] != '\0' ? batch->profile : "-");
	buf_init(&lines, 0);
	for (const struct batch_info *i = batch->info; i != NULL; i = i->next) {
		buf_printf(&lines, "%s\t%s\n", i->metric, i->text);
	}
	if (lines.size > 0) {
		sort_lines(lines.data, out);
	}
	buf_reset(&lines);
	golden_metrics(batch, &lines);
	if (lines.size > 0) {
		sort_lines(lines.data, out);
	}
	out->failed = out->failed || lines.failed;
	buf_done(&lines);
}

void
print_profiles(const struct config *config)
{
	for (size_t i = 0; i < config->n_profiles; i++) {
		const struct profile *profile = &config->profiles[i];

		(void)printf("%-20s %-8s %s\n", profile->id, profile->plugin,
		    profile->summary.en != NULL ? profile->summary.en : "");
	}
}

void
print_profiles_json(const struct config *config)
{
	struct buf out;
	struct json json;

	buf_init(&out, 0);
	json_init(&json, &out);
	json_map(&json, NULL);
	json_list(&json, "items");
	for (size_t i = 0; i < config->n_profiles; i++) {
		const struct profile *profile = &config->profiles[i];

		json_map(&json, NULL);
		json_text(&json, "id", profile->id);
		json_text(&json, "plugin", profile->plugin);
		json_map(&json, "summary");
		json_text(&json, "en", profile->summary.en);
		json_text(&json, "zh", profile->summary.zh);
		json_map_end(&json);
		json_map_end(&json);
	}
	json_list_end(&json);
	json_unknown(&json, "next");
	json_map_end(&json);
	(void)puts(out.failed ? "null" : out.data);
	buf_done(&out);
}

void
print_found_begin(struct print_found *found)
{
	buf_init(&found->out, 0);
	json_init(&found->writer, &found->out);
	if (found->json) {
		json_list(&found->writer, NULL);
	}
}

void
print_found_one(void *arg, const struct col_found *one)
{
	struct print_found *found = arg;
	struct json *json = &found->writer;

	found->n++;
	if (found->json) {
		json_map(json, NULL);
		json_text(json, "plugin", found->plugin);
		json_text(json, "address", one->address);
		json_text(json, "kind", one->kind);
		json_text(json, "profile", one->profile);
		json_text(json, "credential", one->credential);
		json_text(json, "description", one->description);
		json_map_end(json);
		return;
	}
	/* the header once something answered: nothing found is no inventory */
	if (found->n == 1) {
		(void)puts("# Found by collectorctl discover: put each device into its "
		    "rack (devices: under\n# a rack or row) or name the hall: it stands "
		    "in.\ndevices:");
	}
	(void)printf("  - {id: found-%u, kind: %s, plugin: %s, address: \"%s\", "
	    "profile: %s, credential: [%s]}  # %s\n", found->n,
	    one->kind != NULL ? one->kind : "sensor", found->plugin, one->address,
	    one->profile != NULL ? one->profile : "auto",
	    one->credential != NULL ? one->credential : "",
	    one->description != NULL ? one->description : "");
	(void)fflush(stdout);
}

void
print_found_end(struct print_found *found)
{
	if (found->json) {
		json_list_end(&found->writer);
		(void)puts(found->out.failed ? "[]" : found->out.data);
	}
	buf_done(&found->out);
}
