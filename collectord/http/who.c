/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See who.h. */
#include <config.h>

#include "http/who.h"

#include <string.h>
#include <strings.h>

#include <microhttpd.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/accounts.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/server.h"
#include "http/session.h"

#define BEARER "Bearer "

static const char *const role_texts[ROLE_N] = {
	"no one", "anyone", "viewer", "operator", "admin" };

const char *
role_text(enum role role)
{
	return role_texts[role];
}

int
role_find(const char *text, enum role *ret_role)
{
	for (enum role role = ROLE_VIEWER; role < ROLE_N; role++) {
		if (strcmp(text, role_texts[role]) == 0) {
			*ret_role = role;
			return 0;
		}
	}
	return COL_EINVAL;
}

static bool
by_token(const struct request *request, struct who *who)
{
	const char *header = reply_header(request, "Authorization");

	return header != NULL && strncasecmp(header, BEARER, strlen(BEARER)) == 0 &&
	    accounts_by_token(request->http->accounts, header + strlen(BEARER), who);
}

static bool
by_session(const struct request *request, struct who *who)
{
	const char *cookie = session_cookie(request);

	return cookie != NULL && accounts_by_session(request->http->accounts, cookie, who);
}

void
who_ask(struct request *request)
{
	struct http *http = request->http;
	struct who *who = &request->who;

	memset(who, 0, sizeof(*who));
	(void)str_copy(who->name, sizeof(who->name), WHO_ANONYMOUS);
	who->role = ROLE_NOBODY;
	/* a token that is wrong is not turned into somebody without one */
	if (!by_token(request, who) && !by_session(request, who) &&
	    http->open_to_loopback && reply_header(request, "Authorization") == NULL) {
		who->role = ROLE_VIEWER;
		who->by = WHO_BY_LOOPBACK;
	}
	if (http->setup.who != NULL) {
		http->setup.who(http->setup.who_arg, request, who);
	}
}

/* ---- places ------------------------------------------------------------------ */

/* The next "kind:id" of a text; false: there is none, *ret_ok says whether it
 * ended well. */
static bool
next_place(const char **text, enum entity_kind *ret_kind, char id[USERS_NAME_SIZE],
    bool *ret_ok)
{
	char word[USERS_NAME_SIZE + 16];
	size_t n;
	char *colon;

	*text += strspn(*text, " ");
	n = strcspn(*text, " ");
	*ret_ok = true;
	if (n == 0) {
		return false;
	}
	*ret_ok = false;
	if (n >= sizeof(word)) {
		return false;
	}
	memcpy(word, *text, n);
	word[n] = '\0';
	*text += n;
	colon = strchr(word, ':');
	if (colon == NULL) {
		return false;
	}
	*colon = '\0';
	if (entity_kind_find(word, ret_kind) != 0 || *ret_kind >= ENTITY_PLACE_N ||
	    !str_is_id(colon + 1)) {
		return false;
	}
	*ret_ok = true;
	(void)str_copy(id, USERS_NAME_SIZE, colon + 1);
	return true;
}

int
who_places_check(const char *places)
{
	char id[USERS_NAME_SIZE];
	enum entity_kind kind;
	bool ok;

	while (next_place(&places, &kind, id, &ok)) {
	}
	return ok ? 0 : COL_EINVAL;
}

/* The place of a kind at or above an entity, or NULL. */
static const struct place *
above(const struct inventory *inventory, struct entity_ref ref, enum entity_kind kind)
{
	const struct place *place = NULL;

	if (ref.kind == ENTITY_DEVICE) {
		const struct device *device = ref.index < inventory->n_devices ?
		    inventory->devices[ref.index] : NULL;

		if (device == NULL) {
			return NULL;
		}
		ref = device->rack != INVENTORY_NONE ?
		    (struct entity_ref){ ENTITY_RACK, device->rack } : device->place;
	}
	if (ref.kind == ENTITY_RACK) {
		const struct rack *rack = ref.index < inventory->n_racks ?
		    inventory->racks[ref.index] : NULL;

		return rack != NULL ? inventory_above(inventory, rack, kind) : NULL;
	}
	if (ref.kind < ENTITY_PLACE_N && ref.index < inventory->n_places[ref.kind]) {
		place = inventory->places[ref.kind][ref.index];
	}
	while (place != NULL && place->kind > kind) {
		place = place->parent < inventory->n_places[place->kind - 1] ?
		    inventory->places[place->kind - 1][place->parent] : NULL;
	}
	return place != NULL && place->kind == kind ? place : NULL;
}

bool
who_places_hold(const char *places, const struct inventory *inventory,
    struct entity_ref ref)
{
	char id[USERS_NAME_SIZE];
	enum entity_kind kind;
	bool ok;

	if (places[strspn(places, " ")] == '\0') {
		return true;
	}
	while (next_place(&places, &kind, id, &ok)) {
		const struct place *place = above(inventory, ref, kind);

		if (place != NULL && strcmp(place->id, id) == 0) {
			return true;
		}
	}
	return false;
}

bool
who_may(const struct who *who, enum role role, const struct inventory *inventory,
    struct entity_ref ref)
{
	return who->role >= role && who_places_hold(who->places, inventory, ref) &&
	    who_places_hold(who->within, inventory, ref);
}

bool
who_everywhere(const struct who *who)
{
	return who->places[0] == '\0' && who->within[0] == '\0';
}
