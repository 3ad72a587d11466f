/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules to instances.  A word such as "inlet" belongs to one sensor, the first
 * in the order of rules and records; others that would have it keep their own
 * name.  Sensors of one name are told apart by entity ("Temp 3.1", "Temp 3.2":
 * all of them, so that no name depends on the order), else by number.
 */
#include "choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quirk.h"
#include "units.h"

static bool
is_one_of(const struct profile_numbers *numbers, unsigned value)
{
	for (size_t i = 0; i < numbers->n; i++) {
		if (numbers->values[i] == value) {
			return true;
		}
	}
	return numbers->n == 0;
}

static bool
has_unit(const struct profile_rule *rule, const char *unit)
{
	for (size_t i = 0; i < rule->n_units; i++) {
		if (strcmp(rule->units[i], unit) == 0) {
			return true;
		}
	}
	return false;
}

static bool
takes(const struct profile_rule *rule, const struct sdr_sensor *sensor)
{
	return is_one_of(&rule->types, sensor->type) &&
	    is_one_of(&rule->entities, sensor->entity) &&
	    is_one_of(&rule->readings, sensor->reading_type) &&
	    (rule->matches == NULL ||
	    regexec(rule->matches, sensor->name, 0, NULL, 0) == 0) &&
	    (rule->unlike == NULL ||
	    regexec(rule->unlike, sensor->name, 0, NULL, 0) != 0);
}

/* Whether it has a number; a quirk believes the unit against the format. */
static bool
is_analog(const struct plan_look *look, const struct sdr_sensor *sensor)
{
	return sdr_is_analog(sensor) || (sensor->kind == SDR_FULL &&
	    sensor->unit != 0 && (look->quirks & QUIRK_DISCRETEREADING) != 0);
}

const struct profile_rule *
draft_rule(const struct plan_look *look, const struct sdr_sensor *sensor,
    bool state)
{
	const struct profile *profile = look->profile;
	const char *unit = units_of(sensor);

	if (sensor->kind == SDR_EVENT_ONLY || (sensor->owner != SDR_BMC_OWNER &&
	    (look->quirks & QUIRK_ASSUMEBMCOWNER) == 0) ||
	    (state ? sensor->reading_type == SDR_READING_THRESHOLD :
	    !is_analog(look, sensor))) {
		return NULL;
	}
	for (size_t i = 0; i < profile->n_rules; i++) {
		const struct profile_rule *rule = &profile->rules[i];
		bool meant = rule->ignore ? !state || rule->n_units == 0 :
		    rule->is_state == state;
		if (meant && takes(rule, sensor) && (state ||
		    (rule->ignore && rule->n_units == 0) ||
		    has_unit(rule, unit))) {
			return rule->ignore ? NULL : rule;
		}
	}
	return NULL;
}

/* ---- items --------------------------------------------------------------------- */

/* What a rack's page shows comes first, whatever a profile lays before it. */
static bool
is_first(const struct profile_rule *rule)
{
	return !rule->is_state && (rule->total || rule->instance[0] == '\0' ||
	    strcmp(rule->instance, "inlet") == 0);
}

static int
compare(const void *a, const void *b)
{
	const struct draft_item *x = a, *y = b;

	if (x->first != y->first) {
		return x->first ? -1 : 1;
	}
	if (x->rule != y->rule) {
		return x->rule < y->rule ? -1 : 1;
	}
	return x->sensor < y->sensor ? -1 : x->sensor > y->sensor;
}

int
draft_items(struct draft *draft)
{
	const struct sensor_set *set = draft->look->set;
	const struct profile *profile = draft->look->profile;

	draft->size = set == NULL ? 0 : 2 * set->n_sensors;
	draft->items = calloc(draft->size + 1, sizeof(*draft->items));
	if (draft->items == NULL) {
		return COL_ENOMEM;
	}
	for (size_t i = 0; set != NULL && i < set->n_sensors; i++) {
		for (int state = 0; state < 2; state++) {
			const struct profile_rule *rule = draft_rule(
			    draft->look, &set->sensors[i], state == 1);
			if (rule == NULL) {
				continue;
			}
			draft->items[draft->n++] = (struct draft_item){
			    .sensor = (uint16_t)i,
			    .rule = (uint16_t)(rule - profile->rules),
			    .first = is_first(rule)};
		}
	}
	qsort(draft->items, draft->n, sizeof(*draft->items), compare);
	return 0;
}

/* ---- instances -------------------------------------------------------------------- */

/* What {N} stands for; empty when the group took no part. */
static size_t
put_group(const struct profile_rule *rule, const char *name, unsigned group,
    char *to, size_t size)
{
	regmatch_t found[PROFILE_GROUPS];
	size_t len;

	if (rule->matches == NULL || regexec(rule->matches, name,
	    PROFILE_GROUPS, found, 0) != 0 || found[group].rm_so < 0) {
		return 0;
	}
	len = (size_t)(found[group].rm_eo - found[group].rm_so);
	len = len < size ? len : size - 1;
	memcpy(to, name + found[group].rm_so, len);
	return len;
}

/* A sensor without a name has its number: "" is the machine itself. */
static int
put_name(const struct sdr_sensor *sensor, char *to, size_t size)
{
	return sensor->name[0] != '\0' ?
	    snprintf(to, size, "%s", sensor->name) :
	    snprintf(to, size, "sensor %02x", sensor->number);
}

/* The profile's reader has checked that every name is known and closed. */
static void
expand(const struct profile_rule *rule, const struct sdr_sensor *sensor,
    const char *format, char *ret_text)
{
	size_t n = 0;

	while (*format != '\0' && n + 1 < PLAN_INSTANCE_SIZE) {
		size_t room = PLAN_INSTANCE_SIZE - n, len = 0;
		int written = 0;
		if (*format != '{') {
			ret_text[n++] = *format++;
			continue;
		}
		if (strncmp(format, "{name}", 6) == 0) {
			written = put_name(sensor, ret_text + n, room);
		} else if (strncmp(format, "{number}", 8) == 0) {
			written = snprintf(ret_text + n, room, "%u",
			    sensor->number);
		} else if (strncmp(format, "{entity}", 8) == 0) {
			written = snprintf(ret_text + n, room, "%u",
			    sensor->entity);
		} else if (strncmp(format, "{entity_instance}", 17) == 0) {
			written = snprintf(ret_text + n, room, "%u",
			    sensor->entity_instance);
		} else {
			len = put_group(rule, sensor->name,
			    (unsigned)(format[1] - '0') % PROFILE_GROUPS,
			    ret_text + n, room);
		}
		len += written > 0 ? (size_t)written : 0;
		n += len < room ? len : room - 1;
		format += strcspn(format, "}") + 1;
	}
	while (n > 0 && ret_text[n - 1] == ' ') {
		n--;
	}
	ret_text[n] = '\0';
}

static bool
is_twin(const struct draft *draft, const struct draft_item *a,
    const struct draft_item *b)
{
	const struct profile_rule *rules = draft->look->profile->rules;

	return strcmp(a->instance, b->instance) == 0 &&
	    strcmp(rules[a->rule].metric, rules[b->rule].metric) == 0;
}

/* Words that a rule gives belong to the first; the rest get their names. */
void
draft_words(struct draft *draft)
{
	for (size_t i = 0; i < draft->n; i++) {
		struct draft_item *item = &draft->items[i];
		const struct profile_rule *rule =
		    &draft->look->profile->rules[item->rule];
		const struct sdr_sensor *sensor =
		    &draft->look->set->sensors[item->sensor];
		bool taken = false;
		expand(rule, sensor, rule->instance, item->instance);
		if (strstr(rule->instance, "{name}") != NULL) {
			continue;
		}
		for (size_t k = 0; k < i && !taken; k++) {
			taken = draft->items[k].fixed &&
			    is_twin(draft, item, &draft->items[k]);
		}
		item->fixed = !taken;
		if (taken) {
			expand(rule, sensor, "{name}", item->instance);
		}
	}
}

static void
append(struct draft_item *item, const char *suffix)
{
	size_t room = PLAN_INSTANCE_SIZE - 1 - strlen(suffix);
	size_t n = strlen(item->instance);

	n = n < room ? n : room;
	while (n > 0 && ((uint8_t)item->instance[n] & 0xc0) == 0x80) {
		n--;
	}
	(void)snprintf(item->instance + n, PLAN_INSTANCE_SIZE - n, "%s",
	    suffix);
}

static bool
other_entity(const struct draft *draft, size_t i, size_t k)
{
	const struct sdr_sensor *sensors = draft->look->set->sensors;
	const struct sdr_sensor *a = &sensors[draft->items[i].sensor];
	const struct sdr_sensor *b = &sensors[draft->items[k].sensor];

	return a->entity != b->entity ||
	    a->entity_instance != b->entity_instance;
}

/* One round of telling twins apart: by entity, or by number and owner. */
static bool
part_twins(struct draft *draft, bool by_number)
{
	bool *twin = calloc(draft->n + 1, sizeof(*twin));
	bool any = false;

	for (size_t i = 0; twin != NULL && i < draft->n; i++) {
		for (size_t k = 0; k < draft->n; k++) {
			twin[i] |= k != i && !draft->items[i].fixed &&
			    is_twin(draft, &draft->items[i],
			    &draft->items[k]) && (by_number ||
			    other_entity(draft, i, k));
		}
	}
	for (size_t i = 0; twin != NULL && i < draft->n; i++) {
		const struct sdr_sensor *sensor =
		    &draft->look->set->sensors[draft->items[i].sensor];
		char suffix[40];
		if (!twin[i]) {
			continue;
		}
		any = true;
		if (by_number) {
			(void)snprintf(suffix, sizeof(suffix), " #%02x%s",
			    sensor->number, sensor->lun == 0 ? "" : "'");
		} else {
			(void)snprintf(suffix, sizeof(suffix), " %u.%u",
			    sensor->entity, sensor->entity_instance);
		}
		append(&draft->items[i], suffix);
	}
	free(twin);
	return any;
}

/* What is not told apart even so (one number on several LUNs): the first. */
static void
drop_twins(struct draft *draft)
{
	size_t n = 0;

	for (size_t i = 0; i < draft->n; i++) {
		bool dropped = false;
		for (size_t k = 0; k < n && !dropped; k++) {
			dropped = is_twin(draft, &draft->items[k],
			    &draft->items[i]);
		}
		if (!dropped) {
			draft->items[n++] = draft->items[i];
		}
	}
	draft->n = n;
}

void
draft_names(struct draft *draft)
{
	(void)part_twins(draft, false);
	if (part_twins(draft, true)) {
		drop_twins(draft);
	}
}

void
draft_source(const struct sdr_sensor *sensor, char *ret_source)
{
	(void)snprintf(ret_source, DRAFT_SOURCE_SIZE, "%s (0x%02x%s)",
	    sensor->name, sensor->number, sensor->lun == 0 ? "" :
	    sensor->lun == 1 ? ", LUN 1" : sensor->lun == 2 ? ", LUN 2" :
	    ", LUN 3");
}
