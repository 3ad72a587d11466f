/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file for the province's frame and one per site, so that no file is
 * larger than a person can read. Rows hold what is regular; racks that differ
 * in state follow as exceptions.
 */
#include <config.h>

#include "inventory.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bmc_hosts.h"
#include "feedtree.h"
#include "floor.h"
#include "gear.h"
#include "hash.h"
#include "ledger.h"
#include "users.h"
#include "values.h"

enum {
	SALT_USE = 601
};

struct writer {
	const struct options *options;
	const struct province *province;
	FILE *file;
};

static FILE *
create(const struct options *options, const char *name)
{
	char path[4096];
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/%s", options->out, name) >=
	    (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	file = fopen(path, "we");
	if (file == NULL) {
		(void)fprintf(stderr, "racksim: %s: %s\n", path,
		    strerror(errno));
	}
	return file;
}

static int
make_dir(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST) {
		(void)fprintf(stderr, "racksim: %s: %s\n", path,
		    strerror(errno));
		return -1;
	}
	return 0;
}

static void
write_address(const struct writer *w, uint32_t address)
{
	(void)fprintf(w->file, "%u.%u.%u.%u:%u", address >> 24,
	    address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff,
	    w->options->port);
}

/* The addresses of all racks of a row, by their numbers. */
static void
write_pattern(const struct writer *w, uint32_t address, uint16_t port)
{
	(void)fprintf(w->file, "%u.%u.%u.{n}:%u", address >> 24,
	    address >> 16 & 0xff, address >> 8 & 0xff, port);
}

/* Days that are to come are negative. */
static void
write_date(FILE *file, int64_t today, int64_t days_ago)
{
	time_t day = (time_t)(today - days_ago * 86400);
	char text[16];
	struct tm tm;

	(void)strftime(text, sizeof(text), "%Y-%m-%d", gmtime_r(&day, &tm));
	(void)fputs(text, file);
}

/* Who runs the built-in sites; of a plan's operators only the name is known. */
static const struct operator_name {
	const char *id, *en, *zh;
} operators[] = {
	{"demo-telecom", "Demo Telecom", "演示电信"},
	{"demo-mobile", "Demo Mobile", "演示移动"},
	{"demo-cloud", "Demo Cloud", "演示云"},
	{"demo-broadcast", "Demo Broadcast", "演示广电"},
};
#define OPERATORS_N (sizeof(operators) / sizeof(operators[0]))

/* Those who rent whole rows. */
static const char *const tenants[] = {
	"Demo Bank", "Demo Video", "Demo Government Cloud", "Demo Games",
	"Demo Retail", "Demo Research",
};
#define TENANTS_N (sizeof(tenants) / sizeof(tenants[0]))

/* Finds the first site with the same operator: it numbers the operator. */
static size_t
first_with(const struct province *p, size_t site)
{
	size_t i = 0;

	while (strcmp(p->sites[i].def->operator,
	    p->sites[site].def->operator) != 0) {
		i++;
	}
	return i;
}

static void
write_operator_id(const struct writer *w, size_t site)
{
	const char *name = w->province->sites[site].def->operator;
	size_t i = 0;

	while (i < OPERATORS_N && strcmp(operators[i].en, name) != 0) {
		i++;
	}
	if (i < OPERATORS_N) {
		(void)fputs(operators[i].id, w->file);
	} else {
		(void)fprintf(w->file, "operator-%zu",
		    first_with(w->province, site) + 1);
	}
}

static void
write_operators(const struct writer *w)
{
	const struct province *p = w->province;

	(void)fprintf(w->file, "operators:\n");
	for (size_t site = 0; site < p->n_sites; site++) {
		const char *name = p->sites[site].def->operator;
		const char *zh = name;

		if (first_with(p, site) != site) {
			continue;
		}
		for (size_t i = 0; i < OPERATORS_N; i++) {
			zh = strcmp(operators[i].en, name) == 0 ?
			    operators[i].zh : zh;
		}
		(void)fprintf(w->file, "  - {id: ");
		write_operator_id(w, site);
		(void)fprintf(w->file, ", name: {en: \"%s\", zh: \"%s\"}}\n",
		    name, zh);
	}
}

/* The units that have sites, and the two kinds of racks. */
static int
write_frame(const struct writer *w)
{
	const struct province *p = w->province;
	FILE *file = w->file;

	(void)fprintf(file, "# Synthetic demonstration data, seed %llu.\n"
	    "areas:\n", (unsigned long long)p->seed);
	for (size_t i = 0; i < SITES_UNITS_N; i++) {
		const struct site_unit *unit = &sites_units[i];

		(void)fprintf(file, "  - {id: \"%s\", name: {en: \"%s\", "
		    "zh: \"%s\"}}\n", unit->code, unit->en, unit->zh);
	}
	write_operators(w);
	(void)fprintf(file, "templates:\n"
	    "  std: {units: 42, design_kw: 6, weight_limit_kg: 1000, "
	    "class: a2, ports: 48, feeds: "
	    "{A: {breaker_a: 32, phases: 1, volts: 220, outlets: 24}, "
	    "B: {breaker_a: 32, phases: 1, volts: 220, outlets: 24}}}\n"
	    "  dense: {units: 47, design_kw: 12, weight_limit_kg: 1500, "
	    "class: a1, ports: 96, feeds: "
	    "{A: {breaker_a: 32, phases: 3, volts: 220, outlets: 24}, "
	    "B: {breaker_a: 32, phases: 3, volts: 220, outlets: 24}}}\n");
	return 0;
}

static void
write_site(const struct writer *w, const struct province_site *site)
{
	const struct province *p = w->province;

	(void)fprintf(w->file, "sites:\n  - {id: %s, area: \"%s\", name: "
	    "{en: \"%s\", zh: \"%s\"}, operator: ", site->def->id,
	    site->def->area, site->def->en, site->def->zh);
	write_operator_id(w, (size_t)(site - p->sites));
	(void)fprintf(w->file, "}\nhalls:\n");
	for (uint32_t i = 0; i < site->n_halls; i++) {
		uint32_t index = site->first_hall + i;
		const struct province_hall *hall = &p->halls[index];
		struct province_rack first = {.row = hall->first_row, .n = 1};
		double kw = hall->n_racks * values_design_kw(p, first) * 0.8;
		char id[PROVINCE_ID_MAX];

		province_hall_id(p, index, id);
		(void)fprintf(w->file, "  - {id: %s, site: %s, name: "
		    "{en: \"Hall %u\", zh: \"%u 号机房\"}, "
		    "design_kw: %.0f, cooling_kw: %.0f", id, site->def->id,
		    hall->number, hall->number, kw,
		    index == p->full_hall ? ceil(kw) : ceil(kw * 1.1));
		floor_write_hall(p, index, w->file);
		(void)fprintf(w->file, "}\n");
	}
}

static const char *
credential(const struct options *options)
{
	return options->is_v3 ? "demo-v3" : "demo-v2c";
}

/* What stands in each rack of a row, as far as the row has it. */
static void
write_roles(const struct writer *w, uint32_t row)
{
	static const struct {
		const char *words;
		enum province_role role;
	} roles[] = {
		{"pdu-a: {feed: A, plugin: snmp", PROVINCE_PDU_A},
		{"pdu-b: {feed: B, plugin: snmp", PROVINCE_PDU_B},
		{"bmc-1: {plugin: ipmi", PROVINCE_BMC_1},
		{"bmc-2: {plugin: ipmi", PROVINCE_BMC_2},
	};
	const char *head = "     devices: {";

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		bool is_bmc = province_is_bmc(roles[i].role);
		struct province_device device = {
			.role = roles[i].role,
			.rack = {.row = row, .n = 1},
		};
		uint32_t address = province_address(w->province, &device);

		if (province_at(w->province, address, &device) != 0) {
			continue;
		}
		(void)fprintf(w->file, "%s%s, address: \"", head,
		    roles[i].words);
		write_pattern(w, address, is_bmc ? w->options->bmc_port :
		    w->options->port);
		(void)fprintf(w->file, "\", profile: auto, "
		    "credential: [%s]}", is_bmc ? "demo-bmc" :
		    credential(w->options));
		head = ",\n               ";
	}
	(void)fprintf(w->file, "}");
}

/*
 * When planned racks are due and who uses the others. Of five planned rows one
 * has no date yet, never the first.
 */
static void
write_use(const struct writer *w, uint32_t index)
{
	const struct province *p = w->province;
	uint64_t hash = hash_mix(hash_mix(p->seed, SALT_USE), index);
	uint32_t before = 0;

	if (!p->rows[index].planned) {
		/* A third is the operators' own. */
		if (hash % 3 != 0) {
			(void)fprintf(w->file, ", tenant: %s",
			    tenants[hash / 3 % TENANTS_N]);
		}
		return;
	}
	for (uint32_t i = 0; i < index; i++) {
		before += p->rows[i].planned;
	}
	if (before % 5 != 4) {
		(void)fprintf(w->file, ", due: ");
		write_date(w->file, w->options->today,
		    -(int64_t)(25 + 35 * (before % 11) + hash % 20));
	}
}

static void
write_row(const struct writer *w, uint32_t index)
{
	const struct province *p = w->province;
	const struct province_row *row = &p->rows[index];
	uint32_t n = row->planned ? row->n_racks : row->n_polled;
	char id[PROVINCE_ID_MAX], hall[PROVINCE_ID_MAX];
	char letter = province_row_letter(row);

	province_row_id(p, index, id);
	province_hall_id(p, row->hall, hall);
	(void)fprintf(w->file, "  - {id: %s, hall: %s, name: {en: \"Row %u\", "
	    "zh: \"第 %u 列\"}, template: %s, state: %s, since: ", id, hall,
	    row->number, row->number, p->halls[row->hall].three_phase ?
	    "dense" : "std", row->planned ? "planned" : "in_service");
	write_date(w->file, w->options->today, row->planned ? 0 : row->age_days);
	write_use(w, index);
	(void)fprintf(w->file, ",\n     ");
	floor_write_row(p, index, w->file);
	(void)fprintf(w->file, ",\n     ");
	feedtree_write_row(p, index, w->file);
	(void)fprintf(w->file, ",\n     racks: [%c01..%c%02u]", letter, letter,
	    n);
	if (!row->planned) {
		(void)fprintf(w->file, ",\n");
		write_roles(w, index);
	}
	(void)fprintf(w->file, "}\n");
}

/* What is said of a rack beside its state. */
static bool
write_notes(const struct writer *w, struct province_rack rack, FILE *file)
{
	const struct province *p = w->province;
	uint64_t hash = hash_mix(province_rack_hash(p, rack), SALT_USE);
	enum province_state state = province_state(p, rack);
	bool tight = province_part(p, rack) == PROVINCE_TIGHT;
	/* Empty racks that have power are kept for someone, every other one. */
	bool reserved = state == PROVINCE_ENERGIZED && hash % 2 == 0;
	bool in_work = state == PROVINCE_IN_SERVICE && hash % 75 == 0;

	if (file == NULL) {
		return tight || in_work;
	}
	if (tight) {
		(void)fprintf(file, ", design_kw: %.0f",
		    values_design_kw(p, rack));
	}
	if (reserved) {
		(void)fprintf(file, ", reserved_for: %s, reserved_until: ",
		    tenants[hash / 2 % TENANTS_N]);
		write_date(file, w->options->today, -(int64_t)(20 + hash % 90));
	}
	if (in_work) {
		(void)fprintf(file, ", maintenance_until: ");
		write_date(file, w->options->today, -(int64_t)(1 + hash % 6));
	}
	return true;
}

/* One that stands in no range of its row. */
static void
write_single(const struct writer *w, struct province_rack rack)
{
	const struct province *p = w->province;
	const struct province_row *row = &p->rows[rack.row];
	char id[PROVINCE_ID_MAX];

	province_row_id(p, rack.row, id);
	(void)fprintf(w->file, ", row: %s, template: %s, position: %u", id,
	    p->halls[row->hall].three_phase ? "dense" : "std", rack.n);
}

/* Writes the rack entries of one row; `head` goes before the first. */
static void
write_exceptions(const struct writer *w, uint32_t index, const char **head)
{
	const struct province *p = w->province;
	const struct province_row *row = &p->rows[index];
	struct province_rack rack = {.row = index};

	for (rack.n = 1; !row->planned && rack.n <= row->n_racks; rack.n++) {
		enum province_state state = province_state(p, rack);
		bool polled = rack.n <= row->n_polled;
		bool regular = polled && state == PROVINCE_IN_SERVICE;
		char id[PROVINCE_ID_MAX];

		if (regular && !write_notes(w, rack, NULL)) {
			continue;
		}
		province_rack_id(p, rack, id);
		(void)fprintf(w->file, "%s  - {id: %s", *head, id);
		*head = "";
		if (!polled) {
			write_single(w, rack);
		}
		if (!regular) {
			(void)fprintf(w->file, ", state: %s, since: ",
			    province_state_name(state));
			write_date(w->file, w->options->today, row->age_days);
		}
		(void)write_notes(w, rack, w->file);
		(void)fprintf(w->file, "}\n");
	}
}

static void
write_upses(const struct writer *w, const struct province_site *site)
{
	const struct province *p = w->province;
	struct province_device device = {0};
	char id[PROVINCE_ID_MAX], hall[PROVINCE_ID_MAX];

	(void)fprintf(w->file, "devices:\n");
	for (uint32_t i = 0; i < site->n_halls * 2; i++) {
		device.role = i % 2 ? PROVINCE_UPS_B : PROVINCE_UPS_A;
		device.hall = site->first_hall + i / 2;
		province_device_id(p, &device, id);
		province_hall_id(p, device.hall, hall);
		(void)fprintf(w->file, "  - {id: %s, hall: %s, plugin: snmp, "
		    "address: \"", id, hall);
		write_address(w, province_address(p, &device));
		(void)fprintf(w->file, "\", profile: auto, "
		    "credential: [%s], kind: ups}\n",
		    credential(w->options));
	}
}

static void
write_site_file(const struct writer *w, const struct province_site *site)
{
	const struct province *p = w->province;
	const struct province_hall *halls = p->halls + site->first_hall;
	const struct province_hall *last = &halls[site->n_halls - 1];
	uint32_t from = halls[0].first_row;
	uint32_t to = last->first_row + last->n_rows;
	const char *head = "racks:\n";

	(void)fprintf(w->file, "# Synthetic demonstration data.\n");
	write_site(w, site);
	(void)fprintf(w->file, "rows:\n");
	for (uint32_t row = from; row < to; row++) {
		write_row(w, row);
	}
	for (uint32_t row = from; row < to; row++) {
		write_exceptions(w, row, &head);
	}
	feedtree_write(p, site, w->file);
	if (p->bmc != PROVINCE_BMC_ONLY) {
		write_upses(w, site);
	}
}

/* Closes a file; a full disk shows here. */
static int
finish(FILE *file, const char *name)
{
	int bad = ferror(file);

	if (fclose(file) != 0 || bad) {
		(void)fprintf(stderr, "racksim: %s: cannot be written\n", name);
		return -1;
	}
	return 0;
}

/* Writes a site's two files: what stands there, and what is mounted in it. */
static int
write_files(struct writer *w, const struct province_site *site)
{
	char name[128];

	(void)snprintf(name, sizeof(name), "inventory/site-%.40s.yaml",
	    site->def->id);
	w->file = create(w->options, name);
	if (w->file == NULL) {
		return -1;
	}
	write_site_file(w, site);
	if (finish(w->file, name) != 0) {
		return -1;
	}
	(void)snprintf(name, sizeof(name), "equipment/site-%.40s.csv",
	    site->def->id);
	w->file = create(w->options, name);
	if (w->file == NULL) {
		return -1;
	}
	gear_write(w->province, site, w->file);
	return finish(w->file, name);
}

static int
write_all(const struct options *options, const struct province *p)
{
	struct writer w = {.options = options, .province = p};

	w.file = create(options, "inventory/province.yaml");
	if (w.file == NULL || write_frame(&w) != 0 ||
	    finish(w.file, "province.yaml") != 0) {
		return -1;
	}
	for (size_t i = 0; i < p->n_sites; i++) {
		if (write_files(&w, &p->sites[i]) != 0) {
			return -1;
		}
	}
	w.file = create(options, "ledger.csv");
	if (w.file == NULL) {
		return -1;
	}
	ledger_write(p, options->today, w.file);
	return finish(w.file, "ledger.csv");
}

/* Creates one secret's file, for nobody else to read. */
static int
write_secret(const struct options *options, const char *name,
    const char *secret)
{
	FILE *file = create(options, name);

	if (file == NULL) {
		return -1;
	}
	(void)fchmod(fileno(file), 0600);
	(void)fprintf(file, "%s\n", secret);
	return finish(file, name);
}

/* The first user of --users, as a piece of collectord's configuration. */
static int
write_user(const struct options *options, const struct users_one *user)
{
	FILE *file = create(options, "credentials.yaml");

	if (file == NULL) {
		return -1;
	}
	(void)fprintf(file, "credentials: {demo-v3: {snmp: {version: 3, "
	    "user: \"%s\"", user->name);
	if (user->master.auth != KEYS_NO_AUTH) {
		(void)fprintf(file, ", auth: {%s: {file: auth.secret}}",
		    keys_auth_word(user->master.auth));
	}
	if (user->master.priv != KEYS_NO_PRIV) {
		(void)fprintf(file, ", priv: {%s: {file: priv.secret}}",
		    keys_priv_word(user->master.priv));
	}
	(void)fprintf(file, "}}}\n");
	return finish(file, "credentials.yaml") != 0 ||
	    (user->master.auth != KEYS_NO_AUTH && write_secret(options,
	    "auth.secret", user->auth_passphrase) != 0) ||
	    (user->master.priv != KEYS_NO_PRIV && write_secret(options,
	    "priv.secret", user->priv_passphrase) != 0) ? -1 : 0;
}

/* What stands in collectord.yaml beside the inventory. */
static int
write_credentials(const struct options *options)
{
	struct users *users = calloc(1, sizeof(*users));
	struct keys *keys = keys_new();
	char error[USERS_ERROR_MAX] = "out of memory";
	int status = -1;

	if (users != NULL && keys != NULL &&
	    users_load(users, keys, options->users, error) == 0) {
		status = write_user(options, &users->list[0]);
	} else {
		(void)fprintf(stderr, "racksim: %s\n", error);
	}
	keys_free(keys);
	free(users);
	return status;
}

/* The BMCs' password, for the credential demo-bmc. */
static int
write_passwords(const struct options *options)
{
	return options->bmc == PROVINCE_BMC_OFF ? 0 :
	    write_secret(options, "bmc.secret", BMC_HOSTS_PASSWORD);
}

/* Makes the folders that the files go to. */
static int
make_dirs(const struct options *options)
{
	static const char *const names[] = {"inventory", "equipment"};
	char path[4096];

	if (make_dir(options->out) != 0) {
		return -1;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (snprintf(path, sizeof(path), "%s/%s", options->out,
		    names[i]) >= (int)sizeof(path) || make_dir(path) != 0) {
			return -1;
		}
	}
	return 0;
}

int
inventory_run(const struct options *options, const struct province *province)
{

	if (options->out == NULL) {
		(void)fprintf(stderr, "racksim: inventory needs --out DIR\n");
		return 2;
	}
	if (make_dirs(options) != 0 || write_all(options, province) != 0 ||
	    write_passwords(options) != 0 ||
	    (options->is_v3 && write_credentials(options) != 0)) {
		return 1;
	}
	(void)printf("racksim: %u racks declared, %u planned, %llu devices "
	    "in %s\n", province->n_racks, province->n_planned,
	    (unsigned long long)province_devices(province), options->out);
	if (province->n_racks > GEAR_RACKS) {
		(void)printf("racksim: equipment is listed of one hall in %u\n",
		    (province->n_racks + GEAR_RACKS - 1) / GEAR_RACKS);
	}
	return 0;
}
