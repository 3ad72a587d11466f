/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names are numbered, so that a rack's month costs some sixty bytes. */
#include <config.h>

#include "state/energy.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "state/own.h"

/* ---- writing ----------------------------------------------------------------------- */

struct put {
	int32_t month;
	bool ends;
	struct energy_row *rows;
	size_t n_rows;
	struct energy_place *places;
	size_t n_places;
	struct tenancy *tenancies;
	size_t n_tenancies;
};

static int
run_once(sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	(void)sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static void
bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	(void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

static int
put_row(sqlite3_stmt *name, sqlite3_stmt *put, int32_t month, const struct energy_row *row)
{
	const char *const names[] = { row->rack, row->tenant, row->hall, row->site, row->area };
	const struct energy_used *used = &row->used;
	int rc = 0;

	(void)sqlite3_bind_int(put, 1, month);
	for (int i = 0; i < 5 && rc == 0; i++) {
		bind_text(name, 1, names[i]);
		rc = run_once(name);
		bind_text(put, i + 2, names[i]);
	}
	(void)sqlite3_bind_int64(put, 7, used->from_s);
	(void)sqlite3_bind_int64(put, 8, used->to_s);
	(void)sqlite3_bind_double(put, 9, used->energy_wh);
	(void)sqlite3_bind_double(put, 10, used->known_s);
	(void)sqlite3_bind_double(put, 11, used->metered_s);
	if (used->has_peak) {
		(void)sqlite3_bind_double(put, 12, used->peak_w);
	} else {
		(void)sqlite3_bind_null(put, 12);
	}
	return rc != 0 ? rc : run_once(put);
}

static int
put_rows(sqlite3 *db, const struct put *put)
{
	sqlite3_stmt *name = NULL, *row = NULL;
	int rc = COL_EIO;

	if (sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO energy_name (name) VALUES (?1)",
	    -1, &name, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO energy_rack (month, rack, "
	    "tenant, hall, site, area, from_s, to_s, energy_wh, known_s, metered_s, "
	    "peak_w) SELECT ?1, (SELECT key FROM energy_name WHERE name = ?2), "
	    "(SELECT key FROM energy_name WHERE name = ?3), "
	    "(SELECT key FROM energy_name WHERE name = ?4), "
	    "(SELECT key FROM energy_name WHERE name = ?5), "
	    "(SELECT key FROM energy_name WHERE name = ?6), ?7, ?8, ?9, ?10, ?11, ?12 "
	    "WHERE NOT EXISTS (SELECT 1 FROM energy_month WHERE month = ?1)",
	    -1, &row, NULL) == SQLITE_OK) {
		rc = 0;
	}
	for (size_t i = 0; i < put->n_rows && rc == 0; i++) {
		rc = put_row(name, row, put->month, &put->rows[i]);
	}
	(void)sqlite3_finalize(name);
	(void)sqlite3_finalize(row);
	return rc;
}

static int
put_places(sqlite3 *db, const struct put *put)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO energy_place VALUES "
	    "(?1, ?2, ?3, ?4, ?5, ?6, ?7)", -1, &stmt, NULL) == SQLITE_OK ? 0 : COL_EIO;

	for (size_t i = 0; i < put->n_places && rc == 0; i++) {
		const struct energy_place *place = &put->places[i];

		(void)sqlite3_bind_int(stmt, 1, put->month);
		bind_text(stmt, 2, entity_kind_text(place->kind));
		bind_text(stmt, 3, place->id);
		if (place->has_peak) {
			(void)sqlite3_bind_double(stmt, 4, place->peak_w);
		} else {
			(void)sqlite3_bind_null(stmt, 4);
		}
		(void)sqlite3_bind_int(stmt, 5, place->pue_kind);
		(void)sqlite3_bind_double(stmt, 6, place->pue);
		(void)sqlite3_bind_double(stmt, 7, place->pue_days);
		rc = run_once(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
put_tenancies(sqlite3 *db, const struct put *put)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO tenancy VALUES (?1, ?2, ?3)",
	    -1, &stmt, NULL) == SQLITE_OK ? 0 : COL_EIO;

	for (size_t i = 0; i < put->n_tenancies && rc == 0; i++) {
		bind_text(stmt, 1, put->tenancies[i].rack);
		(void)sqlite3_bind_int64(stmt, 2, put->tenancies[i].at_s);
		bind_text(stmt, 3, put->tenancies[i].tenant);
		rc = run_once(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
end_month(sqlite3 *db, const struct put *put, struct wall now)
{
	sqlite3_stmt *stmt = NULL;
	int rc = put_places(db, put);

	if (rc == 0 && sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO energy_month "
	    "VALUES (?1, ?2)", -1, &stmt, NULL) != SQLITE_OK) {
		rc = COL_EIO;
	}
	if (rc == 0) {
		(void)sqlite3_bind_int(stmt, 1, put->month);
		(void)sqlite3_bind_int64(stmt, 2, now.ns);
		rc = run_once(stmt);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
on_put(sqlite3 *db, struct wall now, void *arg)
{
	const struct put *put = arg;
	int rc = put->n_tenancies > 0 ? put_tenancies(db, put) : 0;

	rc = rc != 0 || put->n_rows == 0 ? rc : put_rows(db, put);
	return rc != 0 || !put->ends ? rc : end_month(db, put, now);
}

static void
put_done(void *arg, int code)
{
	struct put *put = arg;

	(void)code;   /* STATE has said so; the month is walked again */
	free(put->rows);
	free(put->places);
	free(put->tenancies);
	free(put);
}

static void
post(struct state *state, const struct put *put)
{
	struct post_job job = { .run = on_put, .done = put_done };
	struct put *copy = malloc(sizeof(*copy));

	assert(copy != NULL);
	*copy = *put;
	job.arg = copy;
	state_job(state, POST_CHANGE, &job);
}

void
state_put_energy(struct state *state, int32_t month, struct energy_row *rows, size_t n_rows)
{
	post(state, &(struct put){ .month = month, .rows = rows, .n_rows = n_rows });
}

void
state_end_energy(struct state *state, int32_t month, struct energy_place *places,
    size_t n_places)
{
	post(state, &(struct put){ .month = month, .ends = true, .places = places,
	    .n_places = n_places });
}

void
state_put_tenancy(struct state *state, struct tenancy *items, size_t n)
{
	post(state, &(struct put){ .tenancies = items, .n_tenancies = n });
}

/* ---- at the start ------------------------------------------------------------------ */

int32_t
state_energy_ended(struct state *state)
{
	sqlite3_stmt *stmt = NULL;
	int32_t month = 0;

	if (sqlite3_prepare_v2(state->db, "SELECT MAX(month) FROM energy_month", -1, &stmt,
	    NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW) {
		month = sqlite3_column_int(stmt, 0);
	}
	(void)sqlite3_finalize(stmt);
	return month;
}

static void
copy_column(sqlite3_stmt *stmt, int column, char to[ENERGY_ID_SIZE])
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	(void)str_copy(to, ENERGY_ID_SIZE, text != NULL ? text : "");
}

void
state_load_tenancy(struct state *state, state_tenancy_fn *fn, void *arg)
{
	sqlite3_stmt *stmt = NULL;
	struct tenancy item;

	if (sqlite3_prepare_v2(state->db, "SELECT rack, at_s, tenant FROM tenancy "
	    "ORDER BY rack, at_s", -1, &stmt, NULL) == SQLITE_OK) {
		while (sqlite3_step(stmt) == SQLITE_ROW) {
			copy_column(stmt, 0, item.rack);
			item.at_s = sqlite3_column_int64(stmt, 1);
			copy_column(stmt, 2, item.tenant);
			fn(arg, &item);
		}
	}
	(void)sqlite3_finalize(stmt);
}

/* ---- reading ------------------------------------------------------------------------ */

struct get {
	struct energy_query query;
	struct energy_page page;
	state_energy_fn *fn;
	void *arg;
};

/* A column of energy_rack by the kind of the place that is asked for. */
static const char *
condition(enum entity_kind kind)
{
	switch (kind) {
	case ENTITY_RACK:
		return " AND e.rack = (SELECT key FROM energy_name WHERE name = ?2)";
	case ENTITY_HALL:
		return " AND e.hall = (SELECT key FROM energy_name WHERE name = ?2)";
	case ENTITY_SITE:
		return " AND e.site = (SELECT key FROM energy_name WHERE name = ?2)";
	case ENTITY_AREA:
		return " AND e.area = (SELECT key FROM energy_name WHERE name = ?2)";
	default:
		return "";
	}
}

static sqlite3_stmt *
prepare(sqlite3 *db, const struct energy_query *query, const char *head, const char *tail)
{
	sqlite3_stmt *stmt = NULL;
	char sql[1024];

	(void)str_format(sql, sizeof(sql), "%s%s%s", head, condition(query->kind), tail);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
		return NULL;
	}
	(void)sqlite3_bind_int(stmt, 1, query->month);
	if (condition(query->kind)[0] != '\0') {
		bind_text(stmt, 2, query->place);
	}
	return stmt;
}

static void
read_row(sqlite3_stmt *stmt, struct energy_row *row)
{
	struct energy_used *used = &row->used;

	copy_column(stmt, 0, row->rack);
	copy_column(stmt, 1, row->tenant);
	copy_column(stmt, 2, row->hall);
	copy_column(stmt, 3, row->site);
	copy_column(stmt, 4, row->area);
	used->from_s = sqlite3_column_int64(stmt, 5);
	used->to_s = sqlite3_column_int64(stmt, 6);
	used->energy_wh = sqlite3_column_double(stmt, 7);
	used->known_s = sqlite3_column_double(stmt, 8);
	used->metered_s = sqlite3_column_double(stmt, 9);
	used->has_peak = sqlite3_column_type(stmt, 10) != SQLITE_NULL;
	used->peak_w = sqlite3_column_double(stmt, 10);
}

/* The names' own order drives it: a page costs what it holds. */
static int
read_rows(sqlite3 *db, struct get *get)
{
	struct energy_page *page = &get->page;
	size_t room = get->query.limit + 1;
	sqlite3_stmt *stmt = prepare(db, &get->query, "SELECT n.name, t.name, h.name, s.name, "
	    "a.name, e.from_s, e.to_s, e.energy_wh, e.known_s, e.metered_s, e.peak_w "
	    "FROM energy_name n CROSS JOIN energy_rack e ON e.month = ?1 AND e.rack = n.key "
	    "JOIN energy_name t ON t.key = e.tenant JOIN energy_name h ON h.key = e.hall "
	    "JOIN energy_name s ON s.key = e.site JOIN energy_name a ON a.key = e.area "
	    "WHERE n.name > ?3", " ORDER BY n.name, e.from_s LIMIT ?4");
	int rc = SQLITE_NOMEM;

	page->rows = calloc(room, sizeof(*page->rows));
	if (stmt != NULL && page->rows != NULL) {
		bind_text(stmt, 3, get->query.after);
		(void)sqlite3_bind_int64(stmt, 4, (sqlite3_int64)room);
		while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && page->n_rows < room) {
			read_row(stmt, &page->rows[page->n_rows++]);
		}
	}
	(void)sqlite3_finalize(stmt);
	if (page->n_rows == room) {
		const char *last = page->rows[room - 1].rack;
		size_t n = room - 1;

		page->more = true;
		/* the rows of a rack come together, on the next page */
		while (n > 0 && strcmp(page->rows[n - 1].rack, last) == 0) {
			n--;
		}
		page->n_rows = n > 0 ? n : room - 1;
	}
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

#define SUMS "SUM(e.energy_wh), SUM(e.known_s), SUM(e.metered_s), " \
	"SUM(e.to_s - e.from_s), COUNT(*), COUNT(*) - COUNT(CASE WHEN e.known_s > 0 THEN 1 END)"

static void
read_sum(sqlite3_stmt *stmt, struct energy_sum *sum)
{
	copy_column(stmt, 0, sum->id);
	sum->energy_wh = sqlite3_column_double(stmt, 1);
	sum->known_s = sqlite3_column_double(stmt, 2);
	sum->metered_s = sqlite3_column_double(stmt, 3);
	sum->span_s = sqlite3_column_double(stmt, 4);
	sum->n_racks = sqlite3_column_int64(stmt, 5);
	sum->n_missing = sqlite3_column_int64(stmt, 6);
}

static int
read_sums(sqlite3_stmt *stmt, struct energy_sum **ret_sums, size_t *ret_n)
{
	size_t n = 0, room = 0;
	struct energy_sum *sums = NULL;
	int rc = stmt != NULL ? SQLITE_ROW : SQLITE_ERROR;

	while (rc == SQLITE_ROW && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		if (n == room) {
			struct energy_sum *more;

			room = room > 0 ? 2 * room : 64;
			more = realloc(sums, room * sizeof(*sums));
			if (more == NULL) {
				rc = SQLITE_NOMEM;
				break;
			}
			sums = more;
		}
		memset(&sums[n], 0, sizeof(sums[n]));
		read_sum(stmt, &sums[n++]);
	}
	(void)sqlite3_finalize(stmt);
	*ret_sums = sums;
	*ret_n = n;
	return rc == SQLITE_DONE ? 0 : COL_EIO;
}

static int
read_all_sums(sqlite3 *db, struct get *get)
{
	struct energy_page *page = &get->page;
	struct energy_sum *total = NULL;
	size_t n = 0;
	int rc = read_sums(prepare(db, &get->query, "SELECT '', " SUMS
	    " FROM energy_rack e WHERE e.month = ?1", ""), &total, &n);

	if (n > 0) {
		page->total = total[0];
	}
	free(total);
	if (rc == 0) {
		rc = read_sums(prepare(db, &get->query, "SELECT n.name, " SUMS
		    " FROM energy_rack e JOIN energy_name n ON n.key = e.site "
		    "WHERE e.month = ?1", " GROUP BY e.site ORDER BY n.name"),
		    &page->sites, &page->n_sites);
	}
	if (rc == 0) {
		rc = read_sums(prepare(db, &get->query, "SELECT n.name, " SUMS
		    " FROM energy_rack e JOIN energy_name n ON n.key = e.tenant "
		    "WHERE e.month = ?1", " GROUP BY e.tenant ORDER BY n.name"),
		    &page->tenants, &page->n_tenants);
	}
	return rc;
}

static void
read_place(sqlite3 *db, struct get *get)
{
	struct energy_place *place = &get->page.place;
	sqlite3_stmt *stmt = NULL;

	place->pue_kind = -1;
	if (sqlite3_prepare_v2(db, "SELECT peak_w, pue_kind, pue, pue_days FROM energy_place "
	    "WHERE month = ?1 AND kind = ?2 AND id = ?3", -1, &stmt, NULL) == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, get->query.month);
		bind_text(stmt, 2, entity_kind_text(get->query.kind));
		bind_text(stmt, 3, get->query.place);
		if (sqlite3_step(stmt) == SQLITE_ROW) {
			place->has_peak = sqlite3_column_type(stmt, 0) != SQLITE_NULL;
			place->peak_w = sqlite3_column_double(stmt, 0);
			place->pue_kind = sqlite3_column_int(stmt, 1);
			place->pue = sqlite3_column_double(stmt, 2);
			place->pue_days = sqlite3_column_double(stmt, 3);
		}
	}
	(void)sqlite3_finalize(stmt);
}

/* As they were counted on the month's last day that was. */
static void
read_verified(sqlite3 *db, struct get *get)
{
	bool province = get->query.kind == ENTITY_PROVINCE;
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, province ? "SELECT verified FROM daily WHERE day BETWEEN ?1 "
	    "AND ?2 ORDER BY day DESC LIMIT 1" : "SELECT verified FROM daily_place WHERE "
	    "day BETWEEN ?1 AND ?2 AND place = (SELECT key FROM places WHERE kind = ?3 "
	    "AND id = ?4) ORDER BY day DESC LIMIT 1", -1, &stmt, NULL) == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, get->query.first_day);
		(void)sqlite3_bind_int(stmt, 2, get->query.last_day);
		if (!province) {
			bind_text(stmt, 3, entity_kind_text(get->query.kind));
			bind_text(stmt, 4, get->query.place);
		}
		if (sqlite3_step(stmt) == SQLITE_ROW) {
			get->page.has_verified = true;
			get->page.verified = sqlite3_column_int64(stmt, 0);
		}
	}
	(void)sqlite3_finalize(stmt);
}

static int
on_get(sqlite3 *db, struct wall now, void *arg)
{
	struct get *get = arg;
	sqlite3_stmt *stmt = NULL;
	int rc;

	(void)now;
	if (sqlite3_prepare_v2(db, "SELECT 1 FROM energy_month WHERE month = ?1", -1, &stmt,
	    NULL) == SQLITE_OK) {
		(void)sqlite3_bind_int(stmt, 1, get->query.month);
		get->page.ended = sqlite3_step(stmt) == SQLITE_ROW;
	}
	(void)sqlite3_finalize(stmt);
	if (!get->page.ended) {
		return 0;
	}
	rc = read_rows(db, get);
	if (rc == 0 && get->query.wants_sums) {
		read_place(db, get);
		read_verified(db, get);
		rc = read_all_sums(db, get);
	}
	return rc;
}

static void
get_done(void *arg, int code)
{
	struct get *get = arg;

	get->fn(get->arg, code, &get->page);
	free(get->page.rows);
	free(get->page.sites);
	free(get->page.tenants);
	free(get);
}

void
state_get_energy(struct state *state, const struct energy_query *query,
    state_energy_fn *fn, void *arg)
{
	struct post_job job = { .run = on_get, .done = get_done };
	struct get *get = calloc(1, sizeof(*get));

	assert(get != NULL);
	get->query = *query;
	get->fn = fn;
	get->arg = arg;
	job.arg = get;
	state_job(state, POST_QUESTION, &job);
}
