/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NetBox read over its REST API, and turned into an inventory of ours.
 *
 * Route: import netbox; netbox_fetch -> netbox_map -> import_files.
 * Thread: MAIN; blocks.
 * Source: NetBox docs/integrations/rest-api.md (pages, tokens),
 * docs/models/dcim; netbox/dcim/api/serializers_ (fields); domain.md 2.2.
 */
#ifndef CTL_NETBOX_H
#define CTL_NETBOX_H

#include <jansson.h>

#include "base/buf.h"
#include "model/inventory.h"

enum netbox_list {
	NETBOX_SITES = 0, NETBOX_LOCATIONS, NETBOX_RACKS, NETBOX_TYPES,
	NETBOX_DEVICES, NETBOX_PANELS, NETBOX_FEEDS, NETBOX_PORTS, NETBOX_LIST_N
};

/*
 * Reads all lists whole, page by page; the token is the first line of a file.
 * Waits as long as a 429 asks for, within limits; tries a 5xx again.
 * Owns: ret_lists are arrays, to be freed with netbox_free.
 * Errors: COL_EAUTH, COL_ENOENT, COL_EBUSY, COL_EIO, COL_EPROTO with what to do;
 * ret_lists are untouched.
 */
int netbox_fetch(const char *url, const char *token_file,
    json_t *ret_lists[NETBOX_LIST_N], struct col_error *error);
void netbox_free(json_t *lists[NETBOX_LIST_N]);

/* What a mapping needs besides the lists; borrowed. */
struct netbox_setup {
	const struct inventory *before; /* of now: ids that must stay */
	const char *url;                /* for the file's heading */
	const char *area;               /* of sites whose region is none; or NULL */
	const char *credential;         /* of devices to poll; NULL: poll none */
};

/* State of a mapping, shared by its files. */
struct netbox_map {
	const struct netbox_setup *setup;
	json_t *const *lists;
	json_t *ids;        /* "rack:17" -> our id, of now and of this import */
	json_t *used;       /* our ids that are taken */
	json_t *types;      /* "17" -> device type */
	json_t *feeds;      /* "17" -> [feed …] of a rack */
	json_t *letters;    /* "17" -> letter of a feed */
	json_t *cords;      /* "17" -> letters of the feeds of a device, a text */
	json_t *watts;      /* "17" -> watts on the nameplate of a device */
	struct buf *out;
	struct col_error *error;
};

/*
 * Writes an inventory file.  Errors: COL_EINVAL naming the sites that stand in
 * no area, COL_EPROTO when an object lacks what NetBox always has.
 */
int netbox_map(json_t *const lists[NETBOX_LIST_N], const struct netbox_setup *setup,
    struct buf *out, struct col_error *error);

/* ---- netbox_power.c ------------------------------------------------------------- */

/* Fills feeds, letters, cords and watts. */
void netbox_power(struct netbox_map *map);
/* Writes "feed_tree:" with the panels. */
void netbox_panels(struct netbox_map *map);
/* Writes ", feeds: {…}" of a rack that has some. */
void netbox_rack_feeds(struct netbox_map *map, json_int_t rack);
/* True when a rack has a feed that is switched on. */
bool netbox_rack_energized(const struct netbox_map *map, json_int_t rack);

/* ---- shared small things -------------------------------------------------------- */

/* Member at a dotted path as text, number, id; "", 0, 0 when there is none. */
const char *netbox_text(const json_t *object, const char *path);
double netbox_number(const json_t *object, const char *path);
json_int_t netbox_id(const json_t *object, const char *path);
/* Looks up a number in an object with numbers as keys. */
json_t *netbox_at(json_t *object, json_int_t id);
/* Our id of an object; a new one is made from text below prefix. */
const char *netbox_own_id(struct netbox_map *map, const char *kind, json_int_t id,
    const char *prefix, const char *text);
/* Our id of an object that has one, else NULL. */
const char *netbox_find_id(const struct netbox_map *map, const char *kind,
    json_int_t id);
/* Writes ", key: "text"" when there is a text. */
void netbox_put(struct buf *out, const char *key, const char *text);
void netbox_put_number(struct buf *out, const char *key, double value);
/* Writes ", name: {en: …}" or zh, by its letters. */
void netbox_put_name(struct buf *out, const char *name);

#endif
