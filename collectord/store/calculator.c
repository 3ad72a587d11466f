/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RRD files never grow and never compress, so what they will take is known
 * before the first sample: a store that would run full is refused at start.
 */
#include <config.h>

#include "store/calculator.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "store/archive.h"

/* Sources expected of what has not been polled yet. */
#define DS_PER_DEVICE 12u
#define DS_PER_PLACE 4u
/* Room that is left to others when the check is made, in percent. */
#define RESERVE_PCT 2u
#define GB(bytes) ((double)(bytes) / 1e9)

static uint64_t
file_bytes(enum entity_kind kind, enum store_class class, uint32_t step_s, unsigned n_ds)
{
	struct archive_plan plan;

	archive_plan(archive_class_of(kind, class), step_s, &plan);
	return archive_file_bytes(&plan, n_ds);
}

static void
add_racks(const struct inventory *inventory, struct calculation *to)
{
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack == NULL || rack->n_devices == 0) {
			continue;
		}
		to->racks++;
		for (int c = 0; c < STORE_CLASS_N; c++) {
			to->rack_bytes[c] += file_bytes(ENTITY_RACK, (enum store_class)c,
			    to->step_s, rack->n_devices * DS_PER_DEVICE + DS_PER_PLACE);
		}
	}
	for (int c = 0; c < STORE_CLASS_N; c++) {
		to->need_bytes[c] += to->rack_bytes[c];
		to->rack_bytes[c] /= to->racks > 0 ? to->racks : 1;
	}
}

static void
add_others(const struct inventory *inventory, struct calculation *to)
{
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		const struct device *device = inventory->devices[i];

		to->devices += device != NULL && device->rack == INVENTORY_NONE;
	}
	for (int c = 0; c < STORE_CLASS_N; c++) {
		to->need_bytes[c] += to->devices * file_bytes(ENTITY_DEVICE,
		    (enum store_class)c, to->step_s, DS_PER_DEVICE);
	}
	for (int kind = 0; kind < ENTITY_PLACE_N; kind++) {
		uint64_t n = 0;

		for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
			n += inventory->places[kind][i] != NULL;
		}
		to->places += n;
		for (int c = 0; c < STORE_CLASS_N; c++) {
			to->need_bytes[c] += n * file_bytes((enum entity_kind)kind,
			    (enum store_class)c, to->step_s, DS_PER_PLACE);
		}
	}
}

/* A folder that is still to be made lies on the disk of the one above it. */
static int
disk_of(const char *dir, struct statvfs *ret_fs)
{
	char path[4096];
	size_t len = str_copy(path, sizeof(path), dir);

	while (statvfs(path, ret_fs) != 0) {
		char *slash = strrchr(path, '/');

		if (errno != ENOENT || len == 0 || slash == NULL) {
			return -1;
		}
		slash[slash == path ? 1 : 0] = '\0';
	}
	return 0;
}

int
calculator_run(const struct config *config, const char *dir, uint64_t have_bytes,
    struct calculation *ret, struct col_error *error)
{
	struct calculation c = { .chosen = config->settings.store_class,
	    .step_s = archive_step(config), .have_bytes = have_bytes };
	struct statvfs fs;

	if (disk_of(dir, &fs) != 0) {
		return err_errno(error, COL_EIO, "%s", dir);
	}
	c.free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	c.room_bytes = c.free_bytes / 100 * (100 - RESERVE_PCT) + have_bytes;
	add_racks(config->inventory, &c);
	add_others(config->inventory, &c);
	*ret = c;
	return 0;
}

static int
add_size(void *arg, const char *path, const struct stat *st)
{
	(void)path;
	*(uint64_t *)arg += (uint64_t)st->st_size;
	return 0;
}

int
calculator_survey(const struct config *config, const char *dir,
    struct calculation *ret, struct col_error *error)
{
	char rrd_dir[4096];
	uint64_t bytes = 0;
	int rc;

	str_format(rrd_dir, sizeof(rrd_dir), "%s/rrd", dir);
	rc = file_walk(rrd_dir, add_size, &bytes, error);
	return rc == 0 ? calculator_run(config, dir, bytes, ret, error) : rc;
}

bool
calculator_fits(const struct calculation *calculation, enum store_class class)
{
	return calculation->need_bytes[class] <= calculation->room_bytes;
}

static const char *
class_text(enum store_class class)
{
	return archive_class_text(archive_class_of(ENTITY_RACK, class));
}

int
calculator_verdict(const struct calculation *calculation, const char *dir,
    struct col_error *error)
{
	enum store_class chosen = calculation->chosen;

	if (calculator_fits(calculation, chosen)) {
		return 0;
	}
	return err_set(error, COL_EFULL, "%s: %llu files of class '%s' need %.1f GB, "
	    "the disk has room for %.1f GB; class 'lean' needs %.1f GB: %s", dir,
	    (unsigned long long)(calculation->racks + calculation->places +
	    calculation->devices), class_text(chosen),
	    GB(calculation->need_bytes[chosen]), GB(calculation->room_bytes),
	    GB(calculation->need_bytes[STORE_LEAN]),
	    calculator_fits(calculation, STORE_LEAN) ? "set store: {archives: lean}"
	    : "give the store a larger disk");
}

/* "5 min for 7 d" */
static void
print_span(struct buf *out, uint64_t seconds)
{
	static const struct { uint32_t seconds; const char *text; } UNITS[] = {
		{ 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" },
	};
	unsigned i = 0;

	while (seconds % UNITS[i].seconds != 0) {
		i++;
	}
	buf_printf(out, "%llu %s", (unsigned long long)(seconds / UNITS[i].seconds),
	    UNITS[i].text);
}

static void
print_archives(struct buf *out, enum store_class class, uint32_t step_s)
{
	struct archive_plan plan;

	archive_plan(archive_class_of(ENTITY_RACK, class), step_s, &plan);
	for (unsigned i = 0; i < plan.n_archives; i++) {
		const struct archive *a = &plan.archives[i];

		buf_puts(out, i > 0 ? ", " : "");
		print_span(out, a->step_s);
		buf_puts(out, " for ");
		print_span(out, (uint64_t)a->step_s * a->rows);
	}
}

static void
print_class(const struct calculation *c, enum store_class class, struct buf *out)
{
	buf_printf(out, "  %s %s: %.1f GB, %.0f kB a rack (", class == c->chosen ? "*" : " ",
	    class_text(class), GB(c->need_bytes[class]),
	    (double)c->rack_bytes[class] / 1e3);
	print_archives(out, class, c->step_s);
	buf_printf(out, "): %s", calculator_fits(c, class) ? "fits" : "does not fit");
}

void
calculator_tell(const struct calculation *calculation, const char *dir,
    calculator_line_fn *fn, void *arg)
{
	const struct calculation *c = calculation;
	struct buf line;

	buf_init(&line, 0);
	buf_printf(&line, "%s: room for %.1f GB (%.1f GB free, %.1f GB of ours); files: "
	    "%llu racks, %llu places, %llu devices in no rack", dir, GB(c->room_bytes),
	    GB(c->free_bytes), GB(c->have_bytes), (unsigned long long)c->racks,
	    (unsigned long long)c->places, (unsigned long long)c->devices);
	fn(arg, line.data);
	for (int class = 0; class < STORE_CLASS_N; class++) {
		buf_reset(&line);
		print_class(c, (enum store_class)class, &line);
		fn(arg, line.data);
	}
	buf_done(&line);
}
