/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Jiyuan is of county level, but reports to the province like a city, so its
 * code is another's kind.
 */
#include <config.h>

#include "config/areas.h"

#include <string.h>

#include "base/str.h"
#include "config/draft.h"

/* Source: GB/T 2260, as carried alike by two public data sets. */
static const struct area_fact HENAN[] = {
	{ "410100", { "Zhengzhou", "郑州市" }, 2, 3 },
	{ "410200", { "Kaifeng", "开封市" }, 3, 3 },
	{ "410300", { "Luoyang", "洛阳市" }, 1, 3 },
	{ "410400", { "Pingdingshan", "平顶山市" }, 1, 4 },
	{ "410500", { "Anyang", "安阳市" }, 3, 0 },
	{ "410600", { "Hebi", "鹤壁市" }, 3, 1 },
	{ "410700", { "Xinxiang", "新乡市" }, 3, 2 },
	{ "410800", { "Jiaozuo", "焦作市" }, 2, 2 },
	{ "410900", { "Puyang", "濮阳市" }, 4, 1 },
	{ "411000", { "Xuchang", "许昌市" }, 2, 4 },
	{ "411100", { "Luohe", "漯河市" }, 3, 4 },
	{ "411200", { "Sanmenxia", "三门峡市" }, 0, 3 },
	{ "411300", { "Nanyang", "南阳市" }, 1, 5 },
	{ "411400", { "Shangqiu", "商丘市" }, 4, 3 },
	{ "411500", { "Xinyang", "信阳市" }, 3, 6 },
	{ "411600", { "Zhoukou", "周口市" }, 4, 4 },
	{ "411700", { "Zhumadian", "驻马店市" }, 3, 5 },
	{ "419001", { "Jiyuan", "济源市" }, 1, 2 },
};

size_t
areas_of(const char *province, const struct area_fact **ret_facts)
{
	if (!str_equal(province, "henan")) {
		return 0;
	}
	*ret_facts = HENAN;
	return sizeof(HENAN) / sizeof(HENAN[0]);
}

const struct area_fact *
areas_find(const char *province, const char *code)
{
	const struct area_fact *facts;
	size_t n = areas_of(province, &facts);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(facts[i].code, code) == 0) {
			return &facts[i];
		}
	}
	return NULL;
}

void
draft_area_fill(const struct load *load, struct draft_place *area)
{
	const struct area_fact *fact = areas_find(load->file.settings.province_id,
	    area->id);

	if (fact == NULL) {
		return;
	}
	if (area->name.en == NULL && area->name.zh == NULL) {
		area->name = fact->name;
	}
	if (area->tile_x < 0 && area->tile_y < 0) {
		area->tile_x = fact->tile_x;
		area->tile_y = fact->tile_y;
	}
}

struct draft_place *
draft_area_known(struct load *load, const char *id)
{
	const struct area_fact *fact = areas_find(load->file.settings.province_id, id);
	struct draft_place *area;

	if (fact == NULL) {
		return NULL;
	}
	area = arena_alloc(load->scratch.arena, sizeof(*area));
	area->kind = ENTITY_AREA;
	area->id = fact->code;
	area->state = -1;
	area->tile_x = area->tile_y = -1;
	area->floor.x_m = area->floor.y_m = -1;
	area->life.due = INT32_MIN;
	draft_area_fill(load, area);
	HASH_ADD_KEYPTR(hh, load->drafts->places[ENTITY_AREA], area->id,
	    strlen(area->id), area);
	return area;
}

void
draft_area_all(struct load *load)
{
	const struct area_fact *facts;
	size_t n = areas_of(load->file.settings.province_id, &facts);

	for (size_t i = 0; i < n; i++) {
		if (draft_place_find(load, ENTITY_AREA, facts[i].code) == NULL) {
			(void)draft_area_known(load, facts[i].code);
		}
	}
}

/* A unit belongs to one that belongs to the province itself. */
void
draft_area_check(struct load *load)
{
	struct draft_place *area, *next, *above;

	HASH_ITER(hh, load->drafts->places[ENTITY_AREA], area, next) {
		const struct col_node *at = col_node_get(area->node, "part_of");

		if (area->part_of == NULL) {
			continue;
		}
		above = draft_place_find(load, ENTITY_AREA, area->part_of);
		if (above == NULL && areas_find(load->file.settings.province_id,
		    area->part_of) == NULL) {
			config_errors_add(load->kept.errors, at, "unknown area '%.64s' "
			    "in part_of; write the code of a unit of the province, "
			    "or add it to areas", area->part_of);
		} else if (above != NULL && above->part_of != NULL) {
			config_errors_add(load->kept.errors, at, "area '%s' cannot be "
			    "part of '%s', which is itself part of '%s'", area->id,
			    above->id, above->part_of);
		}
	}
}
