/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The configuration as bytes: a main file with all that it may hold, or with
 * a first byte of 1 a CSV inventory, of 2 a range and an address.
 */
#include <config.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "config/csv.h"
#include "config/load.h"
#include "config/range.h"
#include "model/ids.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct col_option options[] = {
	{ "port", COL_OPT_INTEGER, "161", 1, 65535, NULL, "" },
	{ "timeout", COL_OPT_DURATION, "1s", 0.1, 60, NULL, "" },
	{ "engine", COL_OPT_CHOICE, "native", 0, 0, "native|netsnmp", "" },
	{ "size", COL_OPT_SIZE, NULL, 0, 0, NULL, "" },
	{ "key", COL_OPT_SECRET, NULL, 0, 0, NULL, "" },
	{ "tree", COL_OPT_NODE, NULL, 0, 0, NULL, "" },
	{ .name = NULL },
};
static const struct col_input input = { .tick = NULL };
static const struct col_plugin snmp = { .size = sizeof(snmp),
	.abi_major = COL_ABI_MAJOR, .name = "snmp", .options = options,
	.device_options = options, .input = &input };
static struct plugin_entry entries[] = {
	{ .name = "snmp", .plugin = &snmp },
	{ .name = "off", .reason = "refused" },
};
static const struct plugins plugins = { entries, 2 };

/* Every error can be printed and has a place; none may come with a result. */
static void
check_errors(struct config_errors *errors, bool refused)
{
	struct buf out;

	assert(refused == (errors->n_total > 0));
	buf_init(&out, 0);
	config_errors_print(errors, &out);
	assert(!out.failed);
	for (size_t i = 0; i < errors->n_items; i++) {
		assert(errors->items[i].text[0] != '\0');
		assert(strchr(errors->items[i].text, '\n') == NULL);
	}
	buf_done(&out);
	config_errors_done(errors);
}

static void
walk(const struct inventory *inventory)
{
	uint32_t n_racks = 0, n_devices = 0;

	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack == NULL) {
			continue;
		}
		assert(inventory_rack(inventory, rack->id) == rack);
		assert(inventory_above(inventory, rack, ENTITY_PROVINCE) != NULL);
		n_racks++;
		n_devices += rack->n_devices;
	}
	assert(n_racks == inventory->count_racks);
	assert(n_devices <= inventory->count_devices);
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		const struct device *device = inventory->devices[i];

		assert(device == NULL || (device->kind[0] != '\0' &&
		    device->address[0] != '\0'));
	}
}

static void
fuzz_main(const char *text, size_t size)
{
	struct config_errors errors;
	const struct config *config = NULL, *again = NULL;
	struct load_request request = { .file = "f.yaml", .plugins = &plugins,
	    .ids = ids_new(), .version = 1, .no_files = true,
	    .n_racks_max = 500, .errors = &errors };
	struct config_diff diff;
	int rc;

	config_errors_init(&errors);
	rc = load_text(text, size, &request, &config);
	check_errors(&errors, rc != COL_OK);
	if (rc == COL_OK) {
		walk(config->inventory);
		config_errors_init(&errors);
		rc = load_text(text, size, &request, &again);
		assert(rc == COL_OK);
		config_errors_done(&errors);
		config_diff(config, again, &diff);
		assert(diff.devices_added + diff.devices_removed +
		    diff.devices_changed + diff.racks_added +
		    diff.racks_removed + diff.racks_changed == 0);
		assert(!diff.settings_changed);
		config_unref(again);
		config_unref(config);
	}
	ids_free(request.ids);
}

static void
fuzz_csv(const char *text, size_t size)
{
	struct config_errors errors;
	struct arena *arena = arena_new();
	const struct col_node *root;

	config_errors_init(&errors);
	root = csv_parse(text, size, "f.csv", arena, &errors);
	check_errors(&errors, root == NULL);
	arena_free(arena);
}

static void
fuzz_range(const char *text, size_t size)
{
	char *copy = strndup(text, size), label[RANGE_LABEL_SIZE];
	char address[RANGE_ADDRESS_SIZE];
	struct range_words words = { "A01", "w1-a01", 1 };
	struct col_error error = { 0 };
	struct range range;

	if (range_parse(copy, &range, &error) == COL_OK) {
		assert(range.n_items >= 1 && range.n_items <= RANGE_ITEMS_MAX);
		range_label(&range, 0, label);
		range_label(&range, range.n_items - 1, label);
		assert(label[0] != '\0');
	}
	if (range_address(copy, &words, address, &error) == COL_OK) {
		assert(strlen(address) > 0 && strchr(address, ' ') == NULL);
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	if (size > 0 && data[0] == 1) {
		fuzz_csv(text + 1, size - 1);
	} else if (size > 0 && data[0] == 2) {
		fuzz_range(text + 1, size - 1);
	} else {
		fuzz_main(text, size);
	}
	return 0;
}
