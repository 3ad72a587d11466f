/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two graphs as flat arrays.  Power nodes and places have the numbers that they
 * have in the inventory, after an offset; nodes that only some inventories have
 * (letters of places, switches) come behind and are found by a hash.
 */
#include <config.h>

#include "alert/topology.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/str.h"

#define LETTER_SIZE 12
/* A way up is cut there: more is a mistake, and a circle must end. */
#define DEPTH_MAX 64
/* Of join(): nothing seen yet. */
#define UNSET (UINT32_MAX - 1)

struct topology_index {
	struct index_key {
		uint32_t kind, place, index;
		char instance[LETTER_SIZE];
	} key;
	uint32_t node;
	UT_hash_handle hh;
};

/* Offsets of the places in REACH. */
struct bases { uint32_t site, hall, row, n; };

/* While it is made. */
struct build {
	struct topology *topology;
	const struct inventory *inventory;
	uint32_t size[FOLD_N];         /* room for nodes */
	const char *last_through;      /* the one looked up last, its device */
	const struct device *last_device;
	bool failed;
};

static struct bases
bases_of(const struct inventory *inventory)
{
	struct bases bases = { 0 };

	bases.hall = inventory->n_places[ENTITY_SITE];
	bases.row = bases.hall + inventory->n_places[ENTITY_HALL];
	bases.n = bases.row + inventory->n_places[ENTITY_ROW];
	return bases;
}

/* The node of a place, by arithmetic; NONE above sites. */
static uint32_t
place_node(const struct inventory *inventory, enum entity_kind kind, uint32_t index)
{
	struct bases bases = bases_of(inventory);

	if (kind < ENTITY_SITE || kind > ENTITY_ROW || index >= inventory->n_places[kind]) {
		return TOPOLOGY_NONE;
	}
	return index + (kind == ENTITY_SITE ? bases.site :
	    kind == ENTITY_HALL ? bases.hall : bases.row);
}

/* ---- nodes that are found by a hash ---------------------------------------------- */

static struct index_key
key_of(enum topology_kind kind, enum entity_kind place, uint32_t index,
    const char *instance)
{
	struct index_key key;

	memset(&key, 0, sizeof(key));
	key.kind = kind;
	key.place = place;
	key.index = index;
	str_format(key.instance, sizeof(key.instance), "%s", instance);
	return key;
}

static uint32_t
find_key(const struct topology *topology, const struct index_key *key)
{
	struct topology_index *found;

	HASH_FIND(hh, topology->nodes_by_id, key, sizeof(*key), found);
	return found != NULL ? found->node : TOPOLOGY_NONE;
}

/* One more node of a graph, or NULL. */
static struct topology_node *
push_node(struct build *build, enum fold_by by)
{
	struct topology_graph *graph = &build->topology->graphs[by];

	if (graph->n_nodes >= build->size[by]) {
		uint32_t size = build->size[by] * 2 + 64;
		struct topology_node *nodes = realloc(graph->nodes,
		    size * sizeof(*nodes));

		if (nodes == NULL) {
			build->failed = true;
			return NULL;
		}
		graph->nodes = nodes;
		build->size[by] = size;
	}
	graph->nodes[graph->n_nodes] = (struct topology_node){ .instance = "",
	    .parent = TOPOLOGY_NONE, .other = TOPOLOGY_NONE };
	return &graph->nodes[graph->n_nodes++];
}

/* The node of a key; made when it is new.  NONE: no memory. */
static uint32_t
intern(struct build *build, enum fold_by by, const struct index_key *key,
    const char *instance)
{
	struct topology *topology = build->topology;
	uint32_t at = find_key(topology, key);
	struct topology_index *entry;
	struct topology_node *node;

	if (at != TOPOLOGY_NONE) {
		return at;
	}
	entry = calloc(1, sizeof(*entry));
	node = push_node(build, by);
	if (entry == NULL || node == NULL) {
		free(entry);
		build->failed = true;
		return TOPOLOGY_NONE;
	}
	node->kind = (enum topology_kind)key->kind;
	node->place = (enum entity_kind)key->place;
	node->index = key->index;
	node->instance = instance;
	entry->key = *key;
	entry->node = topology->graphs[by].n_nodes - 1;
	HASH_ADD(hh, topology->nodes_by_id, key, sizeof(entry->key), entry);
	return entry->node;
}

/* ---- supply -------------------------------------------------------------------- */

static uint32_t
letter_node(struct build *build, enum entity_kind kind, uint32_t place,
    const char *letter)
{
	struct index_key key = key_of(TOPOLOGY_LETTER, kind, place, letter);

	return intern(build, FOLD_SUPPLY, &key, letter);
}

/* Letter of the row, below the same letter of its hall. */
static uint32_t
letter_of_rack(struct build *build, const struct rack *rack, const char *letter)
{
	const struct place *row = inventory_above(build->inventory, rack, ENTITY_ROW);
	uint32_t low, high;

	if (row == NULL) {
		return TOPOLOGY_NONE;
	}
	low = letter_node(build, ENTITY_ROW, row->index, letter);
	if (low == TOPOLOGY_NONE ||
	    build->topology->graphs[FOLD_SUPPLY].nodes[low].parent != TOPOLOGY_NONE ||
	    row->parent >= build->inventory->n_places[ENTITY_HALL]) {
		return low;
	}
	high = letter_node(build, ENTITY_HALL, row->parent, letter);
	build->topology->graphs[FOLD_SUPPLY].nodes[low].parent = high;
	return low;
}

static void
add_feed(struct build *build, const struct rack *rack, uint32_t feed)
{
	const struct feed *of = &rack->feeds[feed];
	uint32_t leaf = build->topology->first_feed[rack->index] + feed;
	uint32_t (*up)[TOPOLOGY_WAYS] = build->topology->graphs[FOLD_SUPPLY].up;

	if (up[leaf][0] == TOPOLOGY_NONE) {
		up[leaf][0] = of->from != NULL && of->power < build->inventory->n_power ?
		    of->power : letter_of_rack(build, rack, of->id);
	}
}

static void
add_supply(struct build *build)
{
	const struct inventory *inventory = build->inventory;

	for (uint32_t i = 0; i < inventory->n_power; i++) {
		struct topology_node *node = push_node(build, FOLD_SUPPLY);

		if (node == NULL) {
			return;
		}
		node->kind = TOPOLOGY_POWER;
		node->index = i;
		node->parent = inventory->power[i].from < inventory->n_power ?
		    inventory->power[i].from : TOPOLOGY_NONE;
	}
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		const struct device *device = inventory->devices[i];
		const struct rack *rack;

		if (device == NULL || device->rack >= inventory->n_racks ||
		    device->feed < 0) {
			continue;
		}
		rack = inventory->racks[device->rack];
		if (rack != NULL && (unsigned)device->feed < rack->n_feeds) {
			add_feed(build, rack, (uint32_t)device->feed);
		}
	}
}

/* ---- reach --------------------------------------------------------------------- */

static uint32_t
place_of_device(const struct inventory *inventory, const struct device *device)
{
	const struct rack *rack;

	if (device->rack >= inventory->n_racks) {
		return place_node(inventory, device->place.kind, device->place.index);
	}
	rack = inventory->racks[device->rack];
	return rack != NULL ? place_node(inventory, ENTITY_ROW, rack->row) :
	    TOPOLOGY_NONE;
}

static void
add_places(struct build *build)
{
	const struct inventory *inventory = build->inventory;

	for (unsigned kind = ENTITY_SITE; kind <= ENTITY_ROW; kind++) {
		for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
			const struct place *place = inventory->places[kind][i];
			struct topology_node *node = push_node(build, FOLD_REACH);

			if (node == NULL) {
				return;
			}
			node->kind = TOPOLOGY_PLACE;
			node->place = (enum entity_kind)kind;
			node->index = i;
			node->parent = place == NULL ? TOPOLOGY_NONE :
			    place_node(inventory, (enum entity_kind)(kind - 1),
			    place->parent);
		}
	}
}

/* The node of the device that a device is reached through, or NONE. */
static uint32_t
through_node(struct build *build, const struct device *device)
{
	struct index_key key;

	if (device->through == NULL) {
		return TOPOLOGY_NONE;
	}
	if (build->last_through == NULL ||
	    strcmp(build->last_through, device->through) != 0) {
		build->last_through = device->through;
		build->last_device = inventory_device(build->inventory, device->through);
	}
	if (build->last_device == NULL) {
		return TOPOLOGY_NONE;
	}
	key = key_of(TOPOLOGY_THROUGH, 0, build->last_device->index, "");
	return intern(build, FOLD_REACH, &key, "");
}

/* A switch is a leaf below itself, and as a node below its own switch. */
static void
add_switches(struct build *build, uint32_t first)
{
	struct topology_graph *graph = &build->topology->graphs[FOLD_REACH];

	for (uint32_t i = first; i < graph->n_nodes; i++) {
		uint32_t device = graph->nodes[i].index, above = graph->up[device][1];

		graph->nodes[i].parent = above == i ? TOPOLOGY_NONE : above;
	}
	for (uint32_t i = first; i < graph->n_nodes; i++) {
		graph->up[graph->nodes[i].index][1] = i;
	}
}

static void
add_reach(struct build *build)
{
	const struct inventory *inventory = build->inventory;
	struct topology_graph *graph = &build->topology->graphs[FOLD_REACH];
	uint32_t n_places;

	add_places(build);
	n_places = graph->n_nodes;
	for (uint32_t i = 0; i < inventory->n_devices && !build->failed; i++) {
		const struct device *device = inventory->devices[i];

		if (device != NULL) {
			graph->up[i][0] = place_of_device(inventory, device);
			graph->up[i][1] = through_node(build, device);
		}
	}
	if (!build->failed) {
		add_switches(build, n_places);
	}
}

/* ---- depths, counts, the other way ------------------------------------------------ */

static unsigned
way_of(const struct topology_node *node)
{
	return node->kind == TOPOLOGY_THROUGH ? 1 : 0;
}

/* Nodes below first: order[]; a circle is cut where it would go on for ever. */
static void
sort_by_depth(struct topology_graph *graph, uint32_t *depth, uint32_t *order)
{
	uint32_t start[DEPTH_MAX + 2] = { 0 };

	for (uint32_t i = 0; i < graph->n_nodes; i++) {
		uint32_t d = 0;

		for (uint32_t n = graph->nodes[i].parent; n != TOPOLOGY_NONE;
		    n = graph->nodes[n].parent) {
			if (++d > DEPTH_MAX) {
				graph->nodes[i].parent = TOPOLOGY_NONE;
				d = 0;
				break;
			}
		}
		depth[i] = d;
	}
	for (uint32_t i = 0; i < graph->n_nodes; i++) {
		start[DEPTH_MAX - depth[i] + 1]++;
	}
	for (unsigned d = 1; d <= DEPTH_MAX; d++) {
		start[d] += start[d - 1];
	}
	for (uint32_t i = 0; i < graph->n_nodes; i++) {
		order[start[DEPTH_MAX - depth[i]]++] = i;
	}
}

/* The lowest node of one way that is above both. */
static uint32_t
join(const struct topology_graph *graph, const uint32_t *depth, uint32_t a, uint32_t b)
{
	if (a == UNSET || b == UNSET) {
		return a == UNSET ? b : a;
	}
	while (a != b && a != TOPOLOGY_NONE && b != TOPOLOGY_NONE) {
		if (depth[a] >= depth[b]) {
			a = graph->nodes[a].parent;
		} else {
			b = graph->nodes[b].parent;
		}
	}
	return a == b ? a : TOPOLOGY_NONE;
}

/* Counts leaves, and joins what the leaves of a node have above them the other
 * way round. */
static void
count_leaves(struct topology_graph *graph, const uint32_t *depth,
    const uint32_t *order, uint32_t *joined)
{
	for (uint32_t i = 0; i < graph->n_nodes; i++) {
		joined[i] = UNSET;
	}
	for (uint32_t leaf = 0; leaf < graph->n_leaves; leaf++) {
		for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
			uint32_t n = graph->up[leaf][way];

			if (n != TOPOLOGY_NONE) {
				graph->nodes[n].n_leaves++;
				joined[n] = join(graph, depth, joined[n],
				    graph->up[leaf][1 - way]);
			}
		}
	}
	for (uint32_t k = 0; k < graph->n_nodes; k++) {
		uint32_t n = order[k], above = graph->nodes[n].parent;

		if (above != TOPOLOGY_NONE) {
			graph->nodes[above].n_leaves += graph->nodes[n].n_leaves;
			joined[above] = join(graph, depth, joined[above], joined[n]);
		}
	}
}

static int
finish_graph(struct topology_graph *graph)
{
	size_t n = (size_t)graph->n_nodes + 1;
	uint32_t *depth = malloc(n * sizeof(*depth)), *order = malloc(n * sizeof(*order));
	uint32_t *joined = malloc(n * sizeof(*joined));
	bool good = depth != NULL && order != NULL && joined != NULL;

	if (good) {
		sort_by_depth(graph, depth, order);
		count_leaves(graph, depth, order, joined);
	}
	for (uint32_t i = 0; good && i < graph->n_nodes; i++) {
		struct topology_node *node = &graph->nodes[i];
		uint32_t other = joined[i] == UNSET ? TOPOLOGY_NONE : joined[i];

		/* a switch with the same leaves as a place is below it */
		while (way_of(node) == 0 && other != TOPOLOGY_NONE &&
		    graph->nodes[other].n_leaves <= node->n_leaves) {
			other = graph->nodes[other].parent;
		}
		node->other = other;
	}
	free(depth);
	free(order);
	free(joined);
	return good ? 0 : -1;
}

/* ---- the whole ------------------------------------------------------------------- */

static bool
make_leaves(struct topology *topology)
{
	const struct inventory *inventory = topology->inventory;
	uint32_t n_feeds = 0;

	topology->first_feed = calloc((size_t)inventory->n_racks + 1, sizeof(uint32_t));
	if (topology->first_feed == NULL) {
		return false;
	}
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		topology->first_feed[r] = n_feeds;
		n_feeds += inventory->racks[r] != NULL ? inventory->racks[r]->n_feeds : 0;
	}
	topology->first_feed[inventory->n_racks] = n_feeds;
	topology->graphs[FOLD_SUPPLY].n_leaves = n_feeds;
	topology->graphs[FOLD_REACH].n_leaves = inventory->n_devices;
	for (unsigned by = 0; by < FOLD_N; by++) {
		struct topology_graph *graph = &topology->graphs[by];
		size_t size = ((size_t)graph->n_leaves + 1) * sizeof(*graph->up);

		graph->up = malloc(size);
		if (graph->up == NULL) {
			return false;
		}
		memset(graph->up, 0xff, size); /* TOPOLOGY_NONE */
	}
	return true;
}

struct topology *
topology_new(const struct inventory *inventory)
{
	struct topology *topology = calloc(1, sizeof(*topology));
	struct build build = { .topology = topology, .inventory = inventory };

	if (topology == NULL) {
		return NULL;
	}
	topology->inventory = inventory_ref(inventory);
	if (!make_leaves(topology)) {
		topology_free(topology);
		return NULL;
	}
	add_supply(&build);
	add_reach(&build);
	if (build.failed || finish_graph(&topology->graphs[FOLD_SUPPLY]) != 0 ||
	    finish_graph(&topology->graphs[FOLD_REACH]) != 0) {
		topology_free(topology);
		return NULL;
	}
	return topology;
}

void
topology_free(struct topology *topology)
{
	struct topology_index *entry, *next;

	if (topology == NULL) {
		return;
	}
	HASH_ITER(hh, topology->nodes_by_id, entry, next) {
		HASH_DEL(topology->nodes_by_id, entry);
		free(entry);
	}
	for (unsigned by = 0; by < FOLD_N; by++) {
		free(topology->graphs[by].nodes);
		free(topology->graphs[by].up);
	}
	free(topology->first_feed);
	inventory_unref(topology->inventory);
	free(topology);
}

/* ---- look-ups -------------------------------------------------------------------- */

static uint32_t
find_place(const struct topology *topology, enum fold_by by, enum entity_kind kind,
    const char *id, const char *instance)
{
	const struct place *place;
	struct index_key key;

	if (kind < ENTITY_SITE || kind > ENTITY_ROW) {
		return TOPOLOGY_NONE;
	}
	place = inventory_place(topology->inventory, kind, id);
	if (place == NULL || strlen(instance) >= LETTER_SIZE) {
		return TOPOLOGY_NONE;
	}
	if (by == FOLD_REACH) {
		return instance[0] != '\0' ? TOPOLOGY_NONE :
		    place_node(topology->inventory, kind, place->index);
	}
	key = key_of(TOPOLOGY_LETTER, kind, place->index, instance);
	return find_key(topology, &key);
}

uint32_t
topology_find(const struct topology *topology, enum fold_by by, const char *entity,
    const char *instance)
{
	const char *id = strchr(entity, ':');
	char word[16];
	enum entity_kind kind;

	if (id == NULL || (size_t)(id - entity) >= sizeof(word)) {
		return TOPOLOGY_NONE;
	}
	str_format(word, sizeof(word), "%.*s", (int)(id - entity), entity);
	if (entity_kind_find(word, &kind) != COL_OK) {
		return TOPOLOGY_NONE;
	}
	id++;
	if (by == FOLD_SUPPLY && kind == ENTITY_FEED) {
		const struct power_node *node = inventory_power(topology->inventory, id);

		return node != NULL && instance[0] == '\0' ? node->index : TOPOLOGY_NONE;
	}
	if (by == FOLD_REACH && kind == ENTITY_DEVICE) {
		const struct device *device = inventory_device(topology->inventory, id);
		struct index_key key;

		if (device == NULL || instance[0] != '\0') {
			return TOPOLOGY_NONE;
		}
		key = key_of(TOPOLOGY_THROUGH, 0, device->index, "");
		return find_key(topology, &key);
	}
	return find_place(topology, by, kind, id, instance);
}

void
topology_entity(const struct topology *topology, enum fold_by by, uint32_t node,
    char entity[ALERT_ENTITY_SIZE])
{
	const struct topology_node *of = &topology->graphs[by].nodes[node];
	const struct inventory *inventory = topology->inventory;
	struct entity_ref ref = { ENTITY_DEVICE, of->index };
	const char *id;

	if (of->kind == TOPOLOGY_POWER) {
		str_format(entity, ALERT_ENTITY_SIZE, "feed:%s", inventory->power[of->index].id);
		return;
	}
	if (of->kind != TOPOLOGY_THROUGH) {
		ref.kind = of->place;
	}
	id = inventory_id(inventory, ref);
	str_format(entity, ALERT_ENTITY_SIZE, "%s:%s", entity_kind_text(ref.kind),
	    id != NULL ? id : "");
}

uint32_t
topology_feed(const struct topology *topology, uint32_t device)
{
	const struct inventory *inventory = topology->inventory;
	const struct device *of = device < inventory->n_devices ?
	    inventory->devices[device] : NULL;
	uint32_t leaf;

	if (of == NULL || of->feed < 0 || of->rack >= inventory->n_racks ||
	    inventory->racks[of->rack] == NULL ||
	    (unsigned)of->feed >= inventory->racks[of->rack]->n_feeds) {
		return TOPOLOGY_NONE;
	}
	leaf = topology->first_feed[of->rack] + (uint32_t)of->feed;
	return leaf;
}

bool
topology_is_leaf(const struct topology *topology, enum fold_by by, uint32_t leaf)
{
	const struct topology_graph *graph = &topology->graphs[by];

	return leaf < graph->n_leaves && (graph->up[leaf][0] != TOPOLOGY_NONE ||
	    graph->up[leaf][1] != TOPOLOGY_NONE);
}

bool
topology_below(const struct topology *topology, enum fold_by by, uint32_t node,
    uint32_t above)
{
	const struct topology_node *nodes = topology->graphs[by].nodes;
	uint32_t at = way_of(&nodes[node]) == way_of(&nodes[above]) ? node :
	    nodes[node].other;

	while (at != TOPOLOGY_NONE && at != above) {
		at = nodes[at].parent;
	}
	return at == above;
}
