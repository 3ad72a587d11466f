/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/routes.h"

#include <string.h>

#include "base/hash.h"
#include "base/str.h"

/* The id of what stands above an alert, or is it, by kind; NULL: not a place. */
static const char *
above(const struct alert *alert, enum entity_kind kind)
{
	switch (kind) {
	case ENTITY_AREA:
		return alert->area;
	case ENTITY_SITE:
		return alert->site;
	case ENTITY_HALL:
		return alert->hall;
	case ENTITY_ROW:
		return alert->row;
	case ENTITY_RACK:
		return alert->rack;
	case ENTITY_PROVINCE:
	case ENTITY_FEED:
	case ENTITY_DEVICE:
	case ENTITY_KIND_N:
		break;
	}
	return NULL;
}

static bool
is_at(const struct inventory *inventory, const struct alert *alert, struct entity_ref ref)
{
	const char *kind = entity_kind_text(ref.kind);
	const char *at = above(alert, ref.kind);
	const char *id = inventory != NULL ? inventory_id(inventory, ref) : NULL;
	size_t size = strlen(kind);

	if (ref.kind == ENTITY_PROVINCE) {
		return true;
	}
	if (id == NULL) {
		return false;
	}
	return (at != NULL && strcmp(at, id) == 0) ||
	    (strncmp(alert->entity, kind, size) == 0 && alert->entity[size] == ':' &&
	    strcmp(alert->entity + size + 1, id) == 0);
}

static bool
matches(const struct config *config, const struct route_to *route, const struct alert *alert)
{
	bool found = route->n_places == 0;

	if (route->severities != 0 && (route->severities & (1u << alert->severity)) == 0) {
		return false;
	}
	for (size_t i = 0; !found && i < route->n_places; i++) {
		found = is_at(config->inventory, alert, route->places[i]);
	}
	if (!found || route->rules == NULL) {
		return found;
	}
	for (size_t i = 0; route->rules[i] != NULL; i++) {
		if (str_glob(route->rules[i], alert->rule)) {
			return true;
		}
	}
	return false;
}

static bool
names(const struct route_to *route, const char *receiver)
{
	for (size_t i = 0; route->receivers != NULL && route->receivers[i] != NULL; i++) {
		if (strcmp(route->receivers[i], receiver) == 0) {
			return true;
		}
	}
	return false;
}

bool
routes_lead(const struct config *config, const struct alert *alert, size_t receiver)
{
	const struct alerting *alerting = &config->alerting;

	if (alerting->n_routes == 0) {
		return true;
	}
	for (size_t i = 0; i < alerting->n_routes; i++) {
		const struct route_to *route = &alerting->routes[i];

		if (!matches(config, route, alert)) {
			continue;
		}
		if (names(route, alerting->receivers[receiver].name)) {
			return true;
		}
		if (!route->go_on) {
			return false;
		}
	}
	return false;
}

void
routes_key(uint32_t group_by, const struct alert *alert, char key[ROUTES_KEY_SIZE])
{
	const struct { const char *name, *value; } parts[GROUP_PART_N] = {
		[GROUP_RULE] = { "rule", alert->rule },
		[GROUP_SITE] = { "site", alert->site },
		[GROUP_HALL] = { "hall", alert->hall },
		[GROUP_ROW] = { "row", alert->row },
		[GROUP_RACK] = { "rack", alert->rack },
		[GROUP_SEVERITY] = { "severity", severity_text(alert->severity) },
	};
	char text[512];
	size_t size = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < GROUP_PART_N; i++) {
		if ((group_by & (1u << i)) != 0 && parts[i].value[0] != '\0') {
			size += str_format(text + size, sizeof(text) - size, "%s%s=%s",
			    size > 0 ? " " : "", parts[i].name, parts[i].value);
		}
	}
	if (size == 0) {
		(void)str_copy(key, ROUTES_KEY_SIZE, "all");
	} else if (str_copy(key, ROUTES_KEY_SIZE, text) >= ROUTES_KEY_SIZE) {
		char cut[ROUTES_KEY_SIZE - 18];

		(void)str_copy(cut, sizeof(cut), text);
		(void)str_format(key, ROUTES_KEY_SIZE, "%s#%016llx", cut,
		    (unsigned long long)hash64_text(text));
	}
}
