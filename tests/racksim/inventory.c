/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One file for the province's frame and one per site, so that no file is
 * larger than a person can read. Rows hold what is regular; racks that differ
 * in state follow as exceptions.
 */
#include <config.h>

#include "inventory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bmc_hosts.h"
#include "ledger.h"
#include "users.h"
#include "values.h"

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

static void
write_date(FILE *file, int64_t today, uint32_t days_ago)
{
	time_t day = (time_t)(today - (int64_t)days_ago * 86400);
	char text[16];
	struct tm tm;

	(void)strftime(text, sizeof(text), "%Y-%m-%d", gmtime_r(&day, &tm));
	(void)fputs(text, file);
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
	(void)fprintf(file, "templates:\n"
	    "  std: {units: 42, design_kw: 6, feeds: "
	    "{A: {breaker_a: 32, phases: 1, volts: 220}, "
	    "B: {breaker_a: 32, phases: 1, volts: 220}}}\n"
	    "  dense: {units: 47, design_kw: 12, feeds: "
	    "{A: {breaker_a: 32, phases: 3, volts: 220}, "
	    "B: {breaker_a: 32, phases: 3, volts: 220}}}\n");
	return 0;
}

static void
write_site(const struct writer *w, const struct province_site *site)
{
	const struct province *p = w->province;

	(void)fprintf(w->file, "sites:\n  - {id: %s, area: \"%s\", name: "
	    "{en: \"%s\", zh: \"%s\"}, operator: \"%s\"}\nhalls:\n",
	    site->def->id, site->def->area, site->def->en, site->def->zh,
	    site->def->operator);
	for (uint32_t i = 0; i < site->n_halls; i++) {
		uint32_t index = site->first_hall + i;
		const struct province_hall *hall = &p->halls[index];
		struct province_rack first = {.row = hall->first_row, .n = 1};
		char id[PROVINCE_ID_MAX];

		province_hall_id(p, index, id);
		(void)fprintf(w->file, "  - {id: %s, site: %s, name: "
		    "{en: \"Hall %u\", zh: \"%u 号机房\"}, "
		    "design_kw: %.0f}\n", id, site->def->id,
		    hall->number, hall->number,
		    hall->n_racks * values_design_kw(p, first) * 0.8);
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
	(void)fprintf(w->file, ",\n     racks: [%c01..%c%02u]", letter, letter,
	    n);
	if (!row->planned) {
		(void)fprintf(w->file, ",\n");
		write_roles(w, index);
	}
	(void)fprintf(w->file, "}\n");
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
		char id[PROVINCE_ID_MAX], row_id[PROVINCE_ID_MAX];

		if (polled && state == PROVINCE_IN_SERVICE) {
			continue;
		}
		province_rack_id(p, rack, id);
		(void)fprintf(w->file, "%s  - {id: %s", *head, id);
		*head = "";
		if (!polled) {
			province_row_id(p, index, row_id);
			(void)fprintf(w->file, ", row: %s, template: %s", row_id,
			    p->halls[row->hall].three_phase ? "dense" : "std");
		}
		(void)fprintf(w->file, ", state: %s, since: ",
		    province_state_name(state));
		write_date(w->file, w->options->today,
		    row->age_days);
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

static int
write_all(const struct options *options, const struct province *p)
{
	struct writer w = {.options = options, .province = p};
	char name[128];

	w.file = create(options, "inventory/province.yaml");
	if (w.file == NULL || write_frame(&w) != 0 ||
	    finish(w.file, "province.yaml") != 0) {
		return -1;
	}
	for (size_t i = 0; i < p->n_sites; i++) {
		(void)snprintf(name, sizeof(name), "inventory/site-%.40s.yaml",
		    p->sites[i].def->id);
		w.file = create(options, name);
		if (w.file == NULL) {
			return -1;
		}
		write_site_file(&w, &p->sites[i]);
		if (finish(w.file, name) != 0) {
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

int
inventory_run(const struct options *options, const struct province *province)
{
	char path[4096];

	if (options->out == NULL) {
		(void)fprintf(stderr, "racksim: inventory needs --out DIR\n");
		return 2;
	}
	if (snprintf(path, sizeof(path), "%s/inventory", options->out) >=
	    (int)sizeof(path) || make_dir(options->out) != 0 ||
	    make_dir(path) != 0 || write_all(options, province) != 0 ||
	    write_passwords(options) != 0 ||
	    (options->is_v3 && write_credentials(options) != 0)) {
		return 1;
	}
	(void)printf("racksim: %u racks declared, %u planned, %llu devices "
	    "in %s\n", province->n_racks, province->n_planned,
	    (unsigned long long)province_devices(province), options->out);
	return 0;
}
