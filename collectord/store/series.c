/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/series.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/stats.h"
#include "base/str.h"
#include "model/metric.h"
#include "store/dict.h"

struct text { UT_hash_handle hh; char text[]; };

struct map {
	struct {
		const struct series_table *table;
		const struct col_layout *layout;
		const char *role;   /* interned */
	} key;
	UT_hash_handle hh;
	uint16_t places[];
};

struct series {
	struct arena *arena;
	struct text *texts;
	struct series_table *tables;     /* by hash */
	struct series_file *files;       /* by path */
	struct series_entity *entities;  /* by key */
	struct map *maps;
	uint32_t n_tables, n_files;
	struct dict *dict;
};

int
series_new(const char *dict, struct series **ret_series, struct col_error *error)
{
	struct series *series = calloc(1, sizeof(*series));
	int rc;

	assert(series != NULL);
	series->arena = arena_new();
	rc = dict_open(dict, series, &series->dict, error);
	if (rc != 0) {
		series_free(series);
		return rc;
	}
	*ret_series = series;
	return 0;
}

static void
free_file(struct series_file *file)
{
	ring_done(&file->ring);
	free(file->path);
	free(file);
}

void
series_free(struct series *series)
{
	struct series_table *table, *next_table;
	struct series_file *file, *next_file;
	struct series_entity *entity, *next_entity;
	struct map *map, *next_map;
	struct text *text, *next_text;

	if (series == NULL) {
		return;
	}
	HASH_ITER(hh, series->tables, table, next_table) {
		HASH_DEL(series->tables, table);
	}
	HASH_ITER(hh, series->files, file, next_file) {
		HASH_DEL(series->files, file);
		free_file(file);
	}
	HASH_ITER(hh, series->entities, entity, next_entity) {
		HASH_DEL(series->entities, entity);
		free(entity->key);
		free(entity);
	}
	HASH_ITER(hh, series->maps, map, next_map) {
		HASH_DEL(series->maps, map);
		free(map);
	}
	HASH_ITER(hh, series->texts, text, next_text) {
		HASH_DEL(series->texts, text);
		free(text);
	}
	dict_free(series->dict);
	arena_free(series->arena);
	free(series);
}

static const char *
intern(struct series *series, const char *from)
{
	size_t len = strlen(from);
	struct text *text;

	HASH_FIND(hh, series->texts, from, len, text);
	if (text == NULL) {
		text = malloc(sizeof(*text) + len + 1);
		assert(text != NULL);
		memcpy(text->text, from, len + 1);
		HASH_ADD_KEYPTR(hh, series->texts, text->text, len, text);
	}
	return text->text;
}

void
series_clean(char to[64], const char *from)
{
	str_clean(to, 64, from, strlen(from));
}

static void
key_text(char key[80], enum entity_kind kind, const char *id)
{
	str_format(key, 80, "%s:%s", entity_kind_text(kind), id);
}

struct series_entity *
series_entity(struct series *series, enum entity_kind kind, const char *id, bool make)
{
	struct series_entity *entity;
	char key[80];

	key_text(key, kind, id);
	HASH_FIND_STR(series->entities, key, entity);
	if (entity == NULL && make) {
		entity = calloc(1, sizeof(*entity));
		assert(entity != NULL);
		entity->kind = kind;
		entity->key = strdup(key);
		assert(entity->key != NULL);
		HASH_ADD_KEYPTR(hh, series->entities, entity->key, strlen(key), entity);
	}
	return entity;
}

void
series_rename(struct series *series, enum entity_kind kind, const char *was,
    const char *id)
{
	struct series_entity *entity = series_entity(series, kind, was, false);
	char key[80];

	if (entity == NULL || series_entity(series, kind, id, false) != NULL) {
		return;
	}
	key_text(key, kind, id);
	HASH_DEL(series->entities, entity);
	free(entity->key);
	entity->key = strdup(key);
	assert(entity->key != NULL);
	HASH_ADD_KEYPTR(hh, series->entities, entity->key, strlen(key), entity);
	for (uint16_t i = 0; i < entity->n_files; i++) {
		dict_put_file(series->dict, entity->files[i]);
	}
}

void
series_set_class(struct series *series, struct series_file *file, enum archive_class class)
{
	file->class = class;
	dict_put_file(series->dict, file);
}

struct series_file *
series_by_path(struct series *series, const char *path)
{
	struct series_file *file;

	HASH_FIND_STR(series->files, path, file);
	return file;
}

static uint64_t
hash_of(const struct series_ds *ds, uint16_t n_ds)
{
	uint64_t hash = n_ds;

	for (uint16_t i = 0; i < n_ds; i++) {
		const char *const texts[] = { ds[i].name, ds[i].role, ds[i].metric,
			ds[i].instance, ds[i].unit };

		for (unsigned k = 0; k < 5; k++) {
			hash = hash * UINT64_C(0x9E3779B97F4A7C15) + hash64_text(texts[k]);
		}
	}
	return hash;
}

const struct series_table *
series_table_put(struct series *series, const struct series_ds *ds, uint16_t n_ds)
{
	uint64_t hash = hash_of(ds, n_ds);
	struct series_table *table;
	struct series_ds *copy;

	HASH_FIND(hh, series->tables, &hash, sizeof(hash), table);
	if (table != NULL) {
		return table;
	}
	table = arena_alloc(series->arena, sizeof(*table));
	copy = arena_alloc(series->arena, n_ds * sizeof(*copy));
	for (uint16_t i = 0; i < n_ds; i++) {
		str_copy(copy[i].name, sizeof(copy[i].name), ds[i].name);
		copy[i].role = intern(series, ds[i].role);
		copy[i].metric = intern(series, ds[i].metric);
		copy[i].instance = intern(series, ds[i].instance);
		copy[i].unit = intern(series, ds[i].unit);
	}
	table->number = ++series->n_tables;
	table->n_ds = n_ds;
	table->ds = copy;
	table->hash = hash;
	HASH_ADD(hh, series->tables, hash, sizeof(hash), table);
	if (series->dict != NULL) {
		dict_put_table(series->dict, table);
	}
	return table;
}

void
series_table_next(struct series *series, uint32_t number)
{
	if (series->n_tables < number - 1) {
		series->n_tables = number - 1;
	}
}

/* Puts file into its entity, or changes its table and entity. */
struct series_file *
series_file_put(struct series *series, const struct series_described *as,
    const struct series_table *table)
{
	struct series_file *file = series_by_path(series, as->path);
	struct series_entity *entity;

	if (file != NULL) {
		/* renamed: the last line counts */
		series_rename(series, as->kind, strchr(file->entity->key, ':') + 1, as->id);
	}
	entity = series_entity(series, as->kind, as->id, true);
	if (file == NULL) {
		if (entity->n_files == SERIES_PARTS_MAX) {
			return NULL;
		}
		file = calloc(1, sizeof(*file));
		assert(file != NULL);
		file->number = ++series->n_files;
		file->path = strdup(as->path);
		assert(file->path != NULL);
		file->part = as->part;
		file->step_s = as->step_s;
		file->entity = entity;
		entity->files[entity->n_files++] = file;
		HASH_ADD_KEYPTR(hh, series->files, file->path, strlen(file->path), file);
		stats_set(STATS_STORE_FILES, series->n_files);
	}
	file->class = as->class; /* of an earlier line: before it was migrated */
	file->table = table;
	if (series->dict != NULL) {
		dict_put_file(series->dict, file);
	}
	return file;
}

static bool
has_name(const struct series_ds *ds, uint16_t n_ds, const char *name)
{
	for (uint16_t i = 0; i < n_ds; i++) {
		if (strcmp(ds[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/*
 * A name that people can read where it is made of our own words and short
 * enough, else the source's number.  No text of a device gets into it.
 */
static void
name_ds(struct series_ds *ds, uint16_t at)
{
	struct series_ds *it = &ds[at];
	bool is_phase = it->instance[0] == 'L' && it->instance[1] >= '1' &&
	    it->instance[1] <= '3' && it->instance[2] == '\0';
	char name[64];
	size_t len;

	len = str_format(name, sizeof(name), "%s%s%s%s%s", it->role,
	    it->role[0] != '\0' ? "_" : "", it->metric, is_phase ? "_" : "",
	    is_phase ? it->instance : "");
	if (len >= SERIES_NAME_SIZE || (it->instance[0] != '\0' && !is_phase) ||
	    has_name(ds, at, name)) {
		str_format(name, sizeof(name), "s%02u", at);
	}
	str_copy(it->name, sizeof(it->name), name);
}

uint16_t
series_find_in(const struct series_table *table, const char *role, const char *metric,
    const char *instance)
{
	for (uint16_t i = 0; i < table->n_ds; i++) {
		const struct series_ds *ds = &table->ds[i];

		if (strcmp(ds->metric, metric) == 0 && strcmp(ds->role, role) == 0 &&
		    strcmp(ds->instance, instance) == 0) {
			return i;
		}
	}
	return SERIES_NONE;
}

struct series_file *
series_find(const struct series_entity *entity, uint32_t step_s, const char *role,
    const char *metric, const char *instance, uint16_t *ret_ds)
{
	for (uint16_t i = 0; i < entity->n_files; i++) {
		struct series_file *file = entity->files[i];
		uint16_t ds = series_find_in(file->table, role, metric, instance);

		if (file->step_s == step_s && ds != SERIES_NONE) {
			*ret_ds = ds;
			return file;
		}
	}
	return NULL;
}

const uint16_t *
series_map(struct series *series, const struct series_file *file, const char *role,
    const struct col_layout *layout)
{
	struct map *map, probe;

	memset(&probe.key, 0, sizeof(probe.key));
	probe.key.table = file->table;
	probe.key.layout = layout;
	probe.key.role = intern(series, role);
	HASH_FIND(hh, series->maps, &probe.key, sizeof(probe.key), map);
	if (map != NULL) {
		return map->places;
	}
	map = calloc(1, sizeof(*map) + layout->n_slots * sizeof(map->places[0]));
	assert(map != NULL);
	map->key = probe.key;
	for (uint32_t i = 0; i < layout->n_slots; i++) {
		const struct slot *slot = &layout->slots[i];
		char instance[64];

		series_clean(instance, slot->instance);
		map->places[i] = series_find_in(file->table, role,
		    metric_get(slot->metric)->name, instance);
	}
	HASH_ADD(hh, series->maps, key, sizeof(map->key), map);
	return map->places;
}

/* Source: DESIGN.md 4.7: names are made by us from ids. */
static int
make_path(struct series *series, struct series_described *as)
{
	unsigned folder = (unsigned)(hash64_text(as->id) & 0xff);
	char suffix[16] = "", step[16] = "";

	if (!str_is_id(as->id)) {
		return COL_EINVAL;
	}
	if (as->part > 0) {
		str_format(suffix, sizeof(suffix), ".%u", as->part + 1u);
	}
	str_format(as->path, sizeof(as->path), "%s/%02x/%s%s.rrd",
	    entity_kind_text(as->kind), folder, as->id, suffix);
	/* taken by the former interval, or by a rack that was renamed */
	for (unsigned n = 0; series_by_path(series, as->path) != NULL; n++) {
		str_format(step, sizeof(step), "@%u%s%.0u", as->step_s,
		    n > 0 ? "." : "", n);
		str_format(as->path, sizeof(as->path), "%s/%02x/%s%s%s.rrd",
		    entity_kind_text(as->kind), folder, as->id, suffix, step);
	}
	return 0;
}

/* What FLOW derives of every rack; there from the start, so that the file need
 * not be copied when the first slot has closed. */
static uint16_t
seed(enum entity_kind kind, struct series_ds ds[RING_DS_MAX])
{
	static const enum metric_id OWN[] = { METRIC_POWER_W, METRIC_TEMPERATURE_C };

	if (kind != ENTITY_RACK) {
		return 0;
	}
	for (uint16_t i = 0; i < 2; i++) {
		ds[i] = (struct series_ds){ .role = "", .instance = "",
		    .metric = metric_get(OWN[i])->name, .unit = metric_get(OWN[i])->unit };
		name_ds(ds, i);
	}
	return 2;
}

/* The entity's last file of that step with room for more, or a new one. */
static struct series_file *
roomy(struct series *series, const struct series_grow *grow)
{
	struct series_entity *entity = grow->entity;
	struct series_described as = { .kind = entity->kind, .class = grow->class,
	    .step_s = grow->step_s };
	struct series_ds ds[RING_DS_MAX];
	uint16_t n_ds = 0;

	for (uint16_t i = 0; i < entity->n_files; i++) {
		struct series_file *file = entity->files[i];

		if (file->step_s == grow->step_s && file->table->n_ds < RING_DS_MAX) {
			return file;
		}
		as.part += file->step_s == grow->step_s;
	}
	str_copy(as.id, sizeof(as.id), strchr(entity->key, ':') + 1);
	if (entity->n_files == SERIES_PARTS_MAX || make_path(series, &as) != 0) {
		return NULL;
	}
	if (as.part == 0) {
		n_ds = seed(entity->kind, ds);
	}
	return series_file_put(series, &as, series_table_put(series, ds, n_ds));
}

static struct series_described
describe(const struct series_file *file)
{
	struct series_described as = { .kind = file->entity->kind, .part = file->part,
	    .class = file->class, .step_s = file->step_s };

	str_copy(as.id, sizeof(as.id), strchr(file->entity->key, ':') + 1);
	str_copy(as.path, sizeof(as.path), file->path);
	return as;
}

static void
set_ds(struct series *series, struct series_file *file, const struct series_ds *ds,
    uint16_t n_ds)
{
	struct series_described as = describe(file);

	if (n_ds != file->table->n_ds) {
		(void)series_file_put(series, &as, series_table_put(series, ds, n_ds));
	}
}

int
series_extend(struct series *series, const struct series_grow *grow)
{
	const struct col_layout *layout = grow->layout;
	struct series_file *file = NULL;
	struct series_ds ds[RING_DS_MAX];
	uint16_t n_ds = 0, ignored;
	uint32_t next = 0;

	for (uint32_t i = 0; i < layout->n_slots; i++) {
		const struct slot *slot = &layout->slots[i];
		const struct col_metric *metric = metric_get(slot->metric);
		bool wanted = next < grow->n_wanted && grow->wanted[next] == i;
		char instance[64];

		next += wanted;
		series_clean(instance, slot->instance);
		if ((!wanted && !slot->archived) || series_find(grow->entity,
		    grow->step_s, grow->role, metric->name, instance, &ignored) != NULL) {
			continue;
		}
		if (file == NULL || n_ds == RING_DS_MAX) {
			if (file != NULL) {
				set_ds(series, file, ds, n_ds);
			}
			file = roomy(series, grow);
			if (file == NULL) {
				return COL_EFULL;
			}
			n_ds = file->table->n_ds;
			if (n_ds > 0) {
				memcpy(ds, file->table->ds, n_ds * sizeof(ds[0]));
			}
		}
		ds[n_ds] = (struct series_ds){ .role = grow->role, .metric = metric->name,
		    .instance = intern(series, instance), .unit = metric->unit };
		/* a seeded source may be among those of this layout */
		if (series_find_in(file->table, grow->role, metric->name, instance) ==
		    SERIES_NONE) {
			name_ds(ds, n_ds);
			n_ds++;
		}
	}
	if (file != NULL) {
		set_ds(series, file, ds, n_ds);
	}
	return 0;
}

int
series_adopt(struct series *series, const struct series_described *as,
    const struct series_ds *from, uint16_t n_from, struct series_file **ret_file,
    uint16_t *ret_places)
{
	struct series_file *file = series_by_path(series, as->path);
	struct series_ds ds[RING_DS_MAX];
	uint16_t n_ds = 0;

	if (!str_is_id(as->id) || !dict_path_valid(as->path) || as->step_s == 0) {
		return COL_EINVAL;
	}
	if (file != NULL) {
		n_ds = file->table->n_ds;
		memcpy(ds, file->table->ds, n_ds * sizeof(ds[0]));
	}
	for (uint16_t i = 0; i < n_from; i++) {
		uint16_t at = 0;

		while (at < n_ds && strcmp(ds[at].name, from[i].name) != 0) {
			at++;
		}
		if (at == RING_DS_MAX) {
			return COL_EFULL;
		}
		if (at == n_ds) {
			ds[n_ds++] = from[i];
		}
		ret_places[i] = at;
	}
	if (file == NULL) {
		file = series_file_put(series, as, series_table_put(series, ds, n_ds));
	} else {
		set_ds(series, file, ds, n_ds);
	}
	*ret_file = file;
	return file != NULL ? 0 : COL_EFULL;
}

int
series_sync(struct series *series, struct col_error *error)
{
	int rc = dict_begin(series->dict) ? dict_write(series->dict, error) : 0;

	dict_end(series->dict, rc);
	return rc;
}

struct dict *
series_dict(const struct series *series)
{
	return series->dict;
}

uint32_t
series_count(const struct series *series)
{
	return series->n_files;
}

uint32_t
series_damaged(const struct series *series)
{
	return dict_damaged(series->dict);
}

void
series_each(struct series *series, void (*fn)(void *arg, struct series_file *), void *arg)
{
	struct series_file *file, *next;

	HASH_ITER(hh, series->files, file, next) {
		fn(arg, file);
	}
}
