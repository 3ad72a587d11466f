/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Racks fill from the bottom, the switch is on top. A machine draws about
 * 55 % of its nameplate, so the nameplates of a rack follow from its mean load.
 */
#include <config.h>

#include "gear.h"

#include <inttypes.h>
#include <math.h>

#include "bmc_hosts.h"
#include "bmc_model.h"
#include "hash.h"
#include "values.h"

/* Source: domain section 2.1: nameplates overstate the draw by 40 to 60 %. */
#define DRAW_SHARE 0.55
/* What the switch and other small things draw of the whole. */
#define SERVERS_SHARE 0.93
/* Below this a rack holds nothing but its switch. */
#define EMPTY_W 100

enum {
	SALT_MAKE = 501,
	SALT_GAPS,
	SALT_CORD
};

struct make {
	const char *en, *zh, *model;
	unsigned int height, nameplate_w, kg, outlets, ports;
};

static const struct make makes[] = {
	{"Server", "服务器", "Demo 2U", 2, 800, 26, 1, 2},
	{"Server", "服务器", "Demo 1U", 1, 550, 17, 1, 2},
	{"Storage", "存储", "Demo 4U", 4, 1300, 58, 2, 4},
	{"Blade chassis", "刀片机箱", "Demo 10U", 10, 5200, 180, 3, 8},
	{"Server", "服务器", "Demo 2U", 2, 800, 26, 1, 2},
};
#define MAKES_N (sizeof(makes) / sizeof(makes[0]))

/* A rack being filled. */
struct shelf {
	const struct province *p;
	FILE *file;
	char rack[PROVINCE_ID_MAX];
	struct province_rack at;
	unsigned int u;		/* lowest free unit */
	unsigned int n;		/* pieces so far */
};

/* One piece beside its make. */
struct piece {
	unsigned int u;
	double nameplate_w;
	const char *feeds;
	const char *device;	/* its role, or NULL */
};

bool
gear_covers(const struct province *p, uint32_t hall)
{
	return hall % ((p->n_racks + GEAR_RACKS - 1) / GEAR_RACKS) == 0;
}

static void
write_piece(struct shelf *s, const struct make *make,
    const struct piece *piece)
{
	s->n++;
	(void)fprintf(s->file, "%s-e%u,%s,%s %u,%s %u,%s,%u,%u,%.0f,%u,%s,%u,",
	    s->rack, s->n, s->rack, make->en, s->n, make->zh, s->n,
	    make->model, piece->u, make->height,
	    ceil(piece->nameplate_w / 10) * 10, make->kg, piece->feeds,
	    make->outlets);
	if (make->ports > 0) {
		(void)fprintf(s->file, "%u", make->ports);
	}
	if (piece->device != NULL) {
		(void)fprintf(s->file, ",%s-%s\n", s->rack, piece->device);
	} else {
		(void)fprintf(s->file, ",\n");
	}
}

static unsigned int
units(const struct shelf *s)
{
	uint32_t hall = s->p->rows[s->at.row].hall;

	return s->p->halls[hall].three_phase ? 47 : 42;
}

/* The two servers that the BMCs speak for. */
static void
write_measured(struct shelf *s, double mean_w)
{
	static const char *const roles[] = {"bmc-1", "bmc-2"};
	const struct province_device device = {
		.role = PROVINCE_BMC_1,
		.rack = s->at,
		.hall = s->p->rows[s->at.row].hall,
	};
	const struct bmc_model *model = bmc_hosts_model(s->p, &device);
	bool dense = s->p->halls[device.hall].three_phase;
	char name[80];
	struct make make = {"Server", "服务器", name, dense ? 8 : 4, 0,
	    dense ? 110 : 48, 2, 4};

	(void)snprintf(name, sizeof(name), "%s %s", model->maker,
	    model->product_name);
	for (size_t i = 0; i < 2; i++) {
		/* Either may have more than half of the load. */
		struct piece piece = {s->u, 0.58 * mean_w / DRAW_SHARE, "A B",
		    roles[i]};

		write_piece(s, &make, &piece);
		s->u += make.height + (unsigned int)i + 1;
	}
}

static void
write_servers(struct shelf *s, double mean_w)
{
	uint64_t hash = hash_mix(province_rack_hash(s->p, s->at), SALT_GAPS);
	const struct make *make = &makes[hash_mix(hash_mix(s->p->seed,
	    SALT_MAKE), s->at.row) % MAKES_N];
	double nameplate_w = mean_w / DRAW_SHARE;
	double n = floor(nameplate_w / make->nameplate_w + 0.5);

	n = fmin(fmax(n, 1), (units(s) - 2) / make->height);
	s->u += hash % 3;
	for (unsigned int i = 0; i < n && s->u + make->height < units(s); i++) {
		struct piece piece = {s->u, nameplate_w / n, "A B", NULL};

		write_piece(s, make, &piece);
		s->u += make->height;
		/* Something was taken out here. */
		if ((hash >> (8 + i % 32) & 7) == 0 &&
		    s->u + (n - i) * make->height < units(s)) {
			s->u++;
		}
	}
}

static void
write_rack(struct shelf *s)
{
	static const struct make tor = {"Switch", "交换机", "Demo Switch", 1, 0,
	    11, 1, 0};
	static const struct make wall = {"Firewall", "防火墙", "Demo Firewall",
	    1, 0, 9, 1, 2};
	double mean_w = values_mean_power(s->p, s->at);
	uint64_t hash = hash_mix(province_rack_hash(s->p, s->at), SALT_CORD);
	const struct province_row *row = &s->p->rows[s->at.row];
	struct piece piece = {units(s), 90, "A B", NULL};

	if (mean_w <= 0) {
		return;
	}
	province_rack_id(s->p, s->at, s->rack);
	s->u = 1;
	s->n = 0;
	if (mean_w >= EMPTY_W) {
		piece.nameplate_w = 350;
		if (row->has_bmcs && s->at.n <= row->n_polled) {
			write_measured(s, mean_w * SERVERS_SHARE);
		} else {
			write_servers(s, mean_w * SERVERS_SHARE);
		}
	}
	write_piece(s, &tor, &piece);
	/* What has one cord only goes dark with its feed. */
	if (hash % 12 == 0 && province_part(s->p, s->at) == PROVINCE_PLAIN &&
	    s->u < units(s) - 1) {
		piece = (struct piece){units(s) - 1, 150,
		    hash & 64 ? "A" : "B", NULL};
		write_piece(s, &wall, &piece);
	}
}

void
gear_write(const struct province *p, const struct province_site *site,
    FILE *file)
{
	struct shelf shelf = {.p = p, .file = file};

	(void)fprintf(file, "id,rack,name.en,name.zh,model,u,height,"
	    "nameplate_w,kg,feeds,outlets,ports,device\n");
	for (uint32_t i = 0; i < site->n_halls; i++) {
		uint32_t hall = site->first_hall + i;
		uint32_t from = p->halls[hall].first_row;

		for (uint32_t row = from; gear_covers(p, hall) &&
		    row < from + p->halls[hall].n_rows; row++) {
			shelf.at.row = row;
			for (shelf.at.n = 1; shelf.at.n <=
			    p->rows[row].n_racks; shelf.at.n++) {
				write_rack(&shelf);
			}
		}
	}
}
