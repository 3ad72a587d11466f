/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Links by number (the lower 24 bits of console session ids) and by address
 * (before there is a session, no id leads to its link).
 */
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "link_work.h"

#define WINDOW_DEFAULT 4096
#define SESSION_RATE_DEFAULT 2000
#define NUMBERS_FIRST 64
#define NUMBERS_MAX (1u << 24)
#define CELLS_FIRST 64

static int
fail(struct col_error *error, int code, const char *text)
{
	error->code = code;
	(void)snprintf(error->text, sizeof(error->text), "%s", text);
	return code;
}

int
engine_new(const struct engine_setup *setup, struct engine **ret_engine,
    struct col_error *error)
{
	struct engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL) {
		return fail(error, COL_ENOMEM, "out of memory");
	}
	engine->setup = *setup;
	if (engine->setup.session_rate == 0) {
		engine->setup.session_rate = SESSION_RATE_DEFAULT;
	}
	engine->window = setup->window > 0 ? setup->window : WINDOW_DEFAULT;
	engine->now_ns = setup->host->now(setup->host);
	engine->filled_ns = engine->now_ns;
	agenda_init(&engine->agenda, engine->now_ns);
	told_init(&engine->told, setup->host, counters_rows, COUNTERS_N);
	for (int i = 0; i < FAMILY_N; i++) {
		engine->sockets[i].fd = -1;
	}
	engine->n_cells = CELLS_FIRST;
	engine->cells = calloc(engine->n_cells, sizeof(struct link *));
	engine->inbox = udp_inbox_new();
	engine->outbox = udp_outbox_new();
	engine->vault = vault_new();
	engine->seal = seal_new();
	if (engine->cells == NULL || engine->inbox == NULL ||
	    engine->outbox == NULL || engine->vault == NULL) {
		engine_free(engine);
		return fail(error, COL_ENOMEM, "out of memory");
	}
	if (engine->seal == NULL) {
		engine_free(engine);
		return fail(error, COL_ENOTSUP,
		    "OpenSSL gives no HMAC or no AES-128-CBC");
	}
	*ret_engine = engine;
	return 0;
}

void
engine_free(struct engine *engine)
{
	if (engine == NULL) {
		return;
	}
	if (engine->inbox != NULL && engine->outbox != NULL) {
		farewell_all(engine);
	}
	told_done(&engine->told);
	for (int i = 0; i < FAMILY_N; i++) {
		udp_socket_close(&engine->sockets[i]);
	}
	udp_inbox_free(engine->inbox);
	udp_outbox_free(engine->outbox);
	seal_free(engine->seal);
	vault_free(engine->vault);
	free(engine->links);
	free(engine->generations);
	free(engine->free_numbers);
	free(engine->cells);
	free(engine);
}

void
engine_tick(struct engine *engine)
{
	struct counters *counters = &engine->counters;

	engine->now_ns = engine->setup.host->now(engine->setup.host);
	engine_receive(engine);
	engine_expire(engine);
	engine_pump(engine);
	farewell_tick(engine);
	counters->flying = engine->n_flying;
	counters->waiting = engine->n_waiting;
	counters->window = engine->window;
	counters->sessions = engine->n_sessions;
	told_update(&engine->told, (const uint64_t *)counters);
}

bool
engine_is_busy(const struct engine *engine)
{
	return engine->n_flying > 0 || engine->n_waiting > 0 ||
	    engine->farewells != NULL || engine->parted != NULL;
}

/* ---- numbers -------------------------------------------------------------------- */

static int
grow_numbers(struct engine *engine)
{
	uint32_t n = engine->max_numbers == 0 ? NUMBERS_FIRST :
	    engine->max_numbers * 2;
	struct link **links;
	uint32_t *numbers;
	uint8_t *generations;

	if (n > NUMBERS_MAX) {
		return COL_EFULL;
	}
	/* Each is kept as soon as it is there; together they count. */
	links = realloc(engine->links, n * sizeof(*links));
	engine->links = links != NULL ? links : engine->links;
	numbers = realloc(engine->free_numbers, n * sizeof(*numbers));
	engine->free_numbers = numbers != NULL ? numbers :
	    engine->free_numbers;
	generations = realloc(engine->generations, n);
	engine->generations = generations != NULL ? generations :
	    engine->generations;
	if (links == NULL || numbers == NULL || generations == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = engine->max_numbers; i < n; i++) {
		links[i] = NULL;
	}
	if (seal_random(engine->seal, generations + engine->max_numbers, 1) !=
	    0) {
		return COL_ENOTSUP;
	}
	/* Where they start is no secret: signatures keep strangers out. */
	memset(generations + engine->max_numbers,
	    generations[engine->max_numbers], n - engine->max_numbers);
	engine->max_numbers = n;
	return 0;
}

int
engine_enter(struct engine *engine, struct link *link)
{
	int rc = 0;

	if (engine->n_free > 0) {
		link->number = engine->free_numbers[--engine->n_free];
	} else {
		if (engine->n_numbers == engine->max_numbers) {
			rc = grow_numbers(engine);
		}
		if (rc != 0) {
			return rc;
		}
		link->number = engine->n_numbers++;
	}
	engine->links[link->number] = link;
	return 0;
}

void
engine_leave(struct engine *engine, struct link *link)
{
	engine_land(link);
	engine_unfile(engine, link);
	engine->links[link->number] = NULL;
	engine->free_numbers[engine->n_free++] = link->number;
}

uint32_t
engine_new_id(struct engine *engine, struct link *link)
{
	uint8_t *generation = &engine->generations[link->number];

	/* Never 0: with number 0 that would be no session. */
	*generation = *generation == UINT8_MAX ? 1 :
	    (uint8_t)(*generation + 1);
	return (uint32_t)*generation << 24 | link->number;
}

struct link *
engine_find_id(struct engine *engine, uint32_t id)
{
	uint32_t number = id & (NUMBERS_MAX - 1);

	if (number >= engine->n_numbers ||
	    engine->generations[number] != id >> 24) {
		return NULL;
	}
	return engine->links[number];
}

/* ---- addresses ------------------------------------------------------------------ */

/* FNV-1a over what makes an address; the table holds only what we poll. */
static uint32_t
cell_of(const struct engine *engine, const union udp_address *address)
{
	const uint8_t *at = (const uint8_t *)&address->in.sin_addr;
	size_t n = sizeof(address->in.sin_addr);
	uint32_t hash = 2166136261u;
	uint16_t port = address->in.sin_port;

	if (address->sa.sa_family == AF_INET6) {
		at = (const uint8_t *)&address->in6.sin6_addr;
		n = sizeof(address->in6.sin6_addr);
	}
	for (size_t i = 0; i < n; i++) {
		hash = (hash ^ at[i]) * 16777619u;
	}
	hash = (hash ^ (port & 0xff)) * 16777619u;
	hash = (hash ^ (port >> 8)) * 16777619u;
	return (hash ^ hash >> 15) & (engine->n_cells - 1);
}

static void
push(struct engine *engine, struct link *link)
{
	struct link **cell = &engine->cells[cell_of(engine, &link->to)];

	link->twin = *cell;
	*cell = link;
}

/* Twice the cells once there are more links; without memory, longer chains. */
static void
grow_cells(struct engine *engine)
{
	uint32_t n = engine->n_cells * 2;
	struct link **cells;

	if (engine->n_numbers <= engine->n_cells || n > NUMBERS_MAX) {
		return;
	}
	cells = calloc(n, sizeof(*cells));
	if (cells == NULL) {
		return;
	}
	free(engine->cells);
	engine->cells = cells;
	engine->n_cells = n;
	for (uint32_t i = 0; i < engine->n_numbers; i++) {
		struct link *link = engine->links[i];
		if (link != NULL && link->to.sa.sa_family != AF_UNSPEC) {
			push(engine, link);
		}
	}
}

void
engine_file(struct engine *engine, struct link *link)
{
	push(engine, link);
	grow_cells(engine);
}

void
engine_unfile(struct engine *engine, struct link *link)
{
	struct link **at;

	if (link->to.sa.sa_family == AF_UNSPEC) {
		return;
	}
	at = &engine->cells[cell_of(engine, &link->to)];
	while (*at != NULL && *at != link) {
		at = &(*at)->twin;
	}
	if (*at != NULL) {
		*at = link->twin;
	}
	link->twin = NULL;
}

struct link *
engine_find_address(struct engine *engine, struct link *after,
    const union udp_address *from)
{
	struct link *link = after != NULL ? after->twin :
	    engine->cells[cell_of(engine, from)];

	while (link != NULL && !udp_address_equal(&link->to, from)) {
		link = link->twin;
	}
	return link;
}
