/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A listing of ipmitool (sdr, sensor, sdr elist, sdr -v) to a BMC that has
 * these sensors, polled once with the shipped profiles:
 *
 *   ipmi_listing PROFILES MANUFACTURER LISTING
 *
 * prints METRIC, INSTANCE, VALUE (or the quality), UNIT, SOURCE, separated by
 * tabs.  DCMI is there when the listing has its reading.  Units of sensors
 * that show none are guessed from their names, as a person would.
 */
#include <config.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ipmi_fake.h"
#include "ipmi_profiles.h"
#include "round_work.h"

#define NAMES_SIZE 65536

struct listing {
	struct fakebmc *bmc;
	char names[NAMES_SIZE];      /* where sensors' names stand */
	size_t n_names;
	struct kit_sensor verbose;   /* of sdr -v, until its next one */
	bool has_verbose;
	unsigned n_same;             /* of a name that came twice: entity 3.N */
};

static const char *
keep(struct listing *listing, const char *text)
{
	size_t n = strlen(text) + 1;
	char *kept = listing->names + listing->n_names;

	if (listing->n_names + n > NAMES_SIZE) {
		return "";
	}
	memcpy(kept, text, n);
	listing->n_names += n;
	return kept;
}

static char *
trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text)) {
		text++;
	}
	for (n = strlen(text); n > 0 && isspace((unsigned char)text[n - 1]);) {
		text[--n] = '\0';
	}
	return text;
}

/* ---- sensors -------------------------------------------------------------------- */

static bool
has(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

/* What a sensor without a reading would have counted in. */
static const char *
guess_unit(const char *name)
{
	return has(name, "fan") || has(name, "tach") ? "RPM" :
	    has(name, "temp") || has(name, "PCI") || has(name, "I/O") ||
	    has(name, "HD") ? "degrees C" : has(name, "PG") ? "discrete" :
	    has(name, "V") ? "Volts" : "discrete";
}

/* Source: IPMI v2.0 table 42-3. */
static uint8_t
guess_type(const struct kit_sensor *sensor)
{
	if (strcmp(sensor->unit, "discrete") == 0) {
		return has(sensor->name, "PSU_Redundant") ||
		    has(sensor->name, "PS") || has(sensor->name,
		    "Power Suppl") ? 0x08 : has(sensor->name, "Intru") ? 0x05 :
		    has(sensor->name, "Batt") ? 0x29 : has(sensor->name,
		    "DISK") ? 0x0d : has(sensor->name, "CPU") ? 0x07 : 0xc0;
	}
	return strcmp(sensor->unit, "degrees C") == 0 ? 0x01 :
	    strcmp(sensor->unit, "Volts") == 0 ? 0x02 :
	    strcmp(sensor->unit, "Amps") == 0 ? 0x03 :
	    strcmp(sensor->unit, "RPM") == 0 || has(sensor->name, "Fan") ?
	    0x04 : 0x0b;
}

static void
add(struct listing *listing, struct kit_sensor sensor)
{
	if (listing->bmc->n_records >= 250) {
		return;
	}
	sensor.name = keep(listing, sensor.name);
	if (kit_unit(sensor.unit) < 0 && strcmp(sensor.unit, "discrete") != 0) {
		fprintf(stderr, "unknown unit '%s' of %s\n", sensor.unit,
		    sensor.name);
		exit(2);
	}
	if (sensor.entity == 0) {
		sensor.entity = 7;
		sensor.entity_instance = 1;
	}
	/* index.tsv: the R730's two are processors, entities 3.1 and 3.2 */
	if (strcmp(sensor.name, "Temp") == 0) {
		sensor.entity = 3;
		sensor.entity_instance = (uint8_t)++listing->n_same;
	}
	if (sensor.type == 0) {
		sensor.type = guess_type(&sensor);
	}
	sensor.number = 0;
	(void)fakebmc_add(listing->bmc, &sensor);
}

/* "24 degrees C", "0x01", "no reading"; false: none of these. */
static bool
read_value(struct kit_sensor *sensor, char *text)
{
	char *end;
	double value = strtod(text, &end);

	if (strncmp(text, "0x", 2) == 0) {
		sensor->unit = "discrete";
		sensor->value = (double)strtoul(text, NULL, 16);
		return true;
	}
	if (end != text) {
		char *sign = strstr(end, ")");       /* "(+/- 0)" */
		sensor->value = value;
		sensor->unit = trim(sign != NULL ? sign + 1 : end);
		return true;
	}
	sensor->unit = guess_unit(sensor->name);
	sensor->state = KIT_ABSENT;
	return true;
}

/* ---- lines ------------------------------------------------------------------------ */

/* name | value | unit | status | thresholds */
static void
take_sensor(struct listing *listing, char **columns)
{
	struct kit_sensor sensor = {.name = columns[0], .unit = columns[2]};

	if (strcmp(columns[1], "na") == 0) {
		sensor.state = KIT_ABSENT;
	} else {
		sensor.value = strcmp(columns[2], "discrete") == 0 ?
		    (double)strtoul(columns[1], NULL, 16) :
		    strtod(columns[1], NULL);
	}
	add(listing, sensor);
}

/* "Fully Redundant", "State Deasserted", "Present": what kind that is. */
static void
read_text(struct kit_sensor *sensor, const char *text)
{
	sensor->reading_type = has(text, "Redundant") ? 0x0b :
	    has(text, "asserted") ? 0x03 : has(text, "Present") &&
	    !has(text, "detected") ? 0x08 : 0x6f;
	sensor->value = sensor->reading_type == 0x08 ? 2 :
	    sensor->reading_type != 0x6f || has(text, "detected");
}

/* The record of a name that was there before; twins are not the same. */
static bool
patch(struct listing *listing, const struct kit_sensor *sensor)
{
	for (size_t i = 0; i < listing->bmc->n_records; i++) {
		uint8_t *record = listing->bmc->records[i];
		size_t at = record[3] == 1 ? 47 : 31, n = record[at] & 31;
		if (strlen(sensor->name) != n || memcmp(record + at + 1,
		    sensor->name, n) != 0 || strcmp(sensor->name,
		    "VCORE PG") == 0) {
			continue;
		}
		/* A number and states in one sensor, or states only. */
		record[8] = sensor->entity;
		record[9] = sensor->entity_instance;
		record[12] = has(sensor->name, "Power Suppl") ? 8 : record[12];
		record[13] = sensor->reading_type;
		listing->bmc->sensors[record[7]].states =
		    (uint16_t)sensor->value;
		return true;
	}
	return false;
}

/* name | 3Bh | ok | 10.1 | text */
static void
take_elist(struct listing *listing, char **columns)
{
	struct kit_sensor sensor = {.name = columns[0], .unit = "discrete"};
	char *dot = strchr(columns[3], '.');

	sensor.entity = (uint8_t)strtoul(columns[3], NULL, 10);
	sensor.entity_instance = dot == NULL ? 1 :
	    (uint8_t)strtoul(dot + 1, NULL, 10);
	sensor.state = strcmp(columns[2], "ok") == 0 ? KIT_OK : KIT_ABSENT;
	read_text(&sensor, columns[4]);
	if (patch(listing, &sensor)) {
		return;
	}
	add(listing, sensor);
}

static void
flush_verbose(struct listing *listing)
{
	if (listing->has_verbose && listing->verbose.unit != NULL) {
		add(listing, listing->verbose);
	}
	listing->has_verbose = false;
}

/* Key : value */
static void
take_verbose(struct listing *listing, char *key, char *value)
{
	struct kit_sensor *sensor = &listing->verbose;

	if (strcmp(key, "Sensor ID") == 0) {
		char *brace = strrchr(value, '(');
		flush_verbose(listing);
		if (brace != NULL) {
			*brace = '\0';
		}
		*sensor = (struct kit_sensor){
		    .name = keep(listing, trim(value))};
		listing->has_verbose = true;
	} else if (strcmp(key, "Entity ID") == 0) {
		char *dot = strchr(value, '.');
		sensor->entity = (uint8_t)strtoul(value, NULL, 10);
		sensor->entity_instance = dot == NULL ? 0 :
		    (uint8_t)strtoul(dot + 1, NULL, 10);
	} else if (strncmp(key, "Sensor Type", 11) == 0) {
		sensor->type = has(value, "Temp") ? 1 : has(value, "Volt") ? 2 :
		    has(value, "Current") ? 3 : has(value, "Fan") ? 4 : 0x0b;
	} else if (strcmp(key, "Sensor Reading") == 0) {
		(void)read_value(sensor, value);
		sensor->unit = keep(listing, sensor->unit);
	}
}

static void
take_line(struct listing *listing, const char *section, char *line)
{
	char *columns[10] = {line}, *colon = strchr(line, ':');
	size_t n = 1;

	for (char *at = line; (at = strchr(at, '|')) != NULL && n < 10;) {
		*at++ = '\0';
		columns[n++] = at;
	}
	for (size_t i = 0; i < n; i++) {
		columns[i] = trim(columns[i]);
	}
	if (n >= 8) {
		take_sensor(listing, columns);
	} else if (n == 5) {
		take_elist(listing, columns);
	} else if (n == 3) {
		struct kit_sensor sensor = {.name = columns[0]};
		(void)read_value(&sensor, columns[1]);
		add(listing, sensor);
	} else if (n == 1 && has(section, "dcmi") && has(line,
	    "Instantaneous") && colon != NULL) {
		listing->bmc->dcmi_completion = 0;
		listing->bmc->watts = (uint16_t)strtoul(colon + 1, NULL, 10);
	} else if (n == 1 && section[0] == '\0' && colon != NULL) {
		*colon = '\0';
		take_verbose(listing, trim(line), trim(colon + 1));
	}
}

static bool
read_listing(struct listing *listing, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[512], section[128] = "";

	if (file == NULL) {
		perror(path);
		return false;
	}
	listing->bmc->dcmi_completion = 0xc1;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#') {
			(void)snprintf(section, sizeof(section), "%.100s", line);
		} else {
			take_line(listing, section, line);
		}
	}
	flush_verbose(listing);
	(void)fclose(file);
	return listing->bmc->n_records > 0;
}

/* ---- the poll ------------------------------------------------------------------------ */

static void
on_end(void *arg, enum col_status status, const char *detail)
{
	*(enum col_status *)arg = status;
	if (status != COL_POLL_OK) {
		fprintf(stderr, "status %d: %s\n", (int)status,
		    detail == NULL ? "" : detail);
	}
}

static void
print_poll(const struct col_poll *poll)
{
	static const char *const qualities[] = {"good", "stale",
	    "implausible", "unavailable", "error"};

	for (size_t i = 0; poll->layout != NULL && i < poll->layout->n; i++) {
		const struct col_slot *slot = &poll->layout->slots[i];
		const struct col_value *value = &poll->values[i];
		printf("%s\t%s\t", slot->metric, slot->instance);
		if (value->quality == COL_GOOD) {
			printf("%.6g", value->number);
		} else {
			printf("%s", qualities[value->quality]);
		}
		printf("\t%s\t%s\n", slot->unit, slot->source);
	}
}

static int
run(struct fakehost *fake, struct kit_profiles *kit, struct link *link)
{
	const struct col_device device = {.size = sizeof(device),
	    .id = "listing", .profile = "auto"};
	enum col_status status = COL_POLL_INTERNAL;
	struct col_poll poll = {.fake = fake};
	struct readings *readings;
	struct round *round;
	struct col_error error;

	if (readings_new(&fake->host, &readings, &error) != 0 ||
	    readings_profiles(readings, kit->laid, kit->n, &error) != 0 ||
	    round_new(readings, link, &device, &round) != 0) {
		fprintf(stderr, "%s%s", error.text, fake->reports);
		return 1;
	}
	round_start(round, fake->now_ns + INT64_C(60000000000), &poll, on_end,
	    &status);
	(void)fakelink_run(link, 100000);
	printf("profile\t%s\n", poll.profile);
	print_poll(&poll);
	round_free(round);
	readings_free(readings);
	fakehost_poll_clear(&poll);
	return status == COL_POLL_OK ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static struct fakebmc bmc;
	static struct listing listing = {.bmc = &bmc};
	unsigned long maker = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
	struct kit_profiles kit;
	struct fakehost fake;
	struct link link;
	int rc;

	if (argc != 4) {
		fputs("ipmi_listing PROFILES MANUFACTURER LISTING\n", stderr);
		return 2;
	}
	fakehost_init(&fake);
	fakebmc_init(&bmc);
	fakelink_init(&link, &bmc, &fake.now_ns);
	for (int i = 0; i < 3; i++) {
		bmc.device_id[6 + i] = (uint8_t)(maker >> 8 * i);
	}
	if (!read_listing(&listing, argv[3]) ||
	    !kit_profiles_read(&kit, argv[1])) {
		return 2;
	}
	rc = run(&fake, &kit, &link);
	kit_profiles_free(&kit);
	fakehost_done(&fake);
	return rc;
}
