/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands that need no daemon: they load plugins and configuration files as
 * the daemon does and poll by themselves.  Those of profiles: profile.c.
 */
#include <config.h>

#include <stdio.h>

#include "base/json.h"
#include "base/str.h"
#include "ctl/ctl.h"
#include "ctl/loaded.h"
#include "ctl/print.h"

#define DISCOVER_TIMEOUT_NS (2 * NS_PER_S)
#define DISCOVER_RATE 50        /* probes per second unless asked */
#define DISCOVER_RATE_MAX 1000

int
ctl_check(const struct ctl_args *args)
{
	struct loaded loaded;
	int status = loaded_file(args, &loaded);
	struct buf out;
	struct json json;

	if (status != CTL_OK) {
		return status;
	}
	if (args->json) {
		buf_init(&out, 0);
		json_init(&json, &out);
		json_map(&json, NULL);
		json_text(&json, "config", args->config);
		json_int(&json, "racks", loaded.config->inventory->count_racks);
		json_int(&json, "devices", loaded.config->inventory->count_devices);
		json_int(&json, "profiles", (int64_t)loaded.config->n_profiles);
		json_map_end(&json);
		(void)puts(out.data);
		buf_done(&out);
	} else {
		(void)printf("%s: ok: %u racks, %u devices, %zu profiles\n", args->config,
		    loaded.config->inventory->count_racks,
		    loaded.config->inventory->count_devices, loaded.config->n_profiles);
	}
	loaded_done(&loaded);
	return CTL_OK;
}

static int
duration(const struct ctl_args *args, const char *option, int64_t fallback_ns,
    int64_t *ret_ns)
{
	const char *text = ctl_option(args, option);

	*ret_ns = fallback_ns;
	if (text != NULL && (str_to_duration(text, ret_ns) != 0 || *ret_ns <= 0)) {
		(void)ctl_fail("%s: '%s' is no duration like 10s", option, text);
		return CTL_USAGE;
	}
	return CTL_OK;
}

int
ctl_poll(const struct ctl_args *args)
{
	const char *id = ctl_word(args, 0);
	const struct device *device;
	struct loaded loaded;
	int64_t timeout_ns;
	int status = duration(args, "--timeout", LOADED_TIMEOUT_NS, &timeout_ns);

	if (status != CTL_OK || id == NULL) {
		return CTL_USAGE;
	}
	status = loaded_file(args, &loaded);
	if (status != CTL_OK) {
		return status;
	}
	device = inventory_device(loaded.config->inventory, id);
	status = device == NULL
	    ? ctl_fail("no device '%s' in %s", id, args->config)
	    : loaded_poll(args, &loaded, device, timeout_ns);
	loaded_done(&loaded);
	return status;
}

/* What one run of discover asks for. */
struct search {
	const char *cidr;
	unsigned rate;
	int64_t timeout_ns;
	struct print_found found;
};

static bool
can_discover(const struct plugin_entry *entry)
{
	return entry->plugin != NULL && entry->plugin->input != NULL &&
	    entry->plugin->input->discover != NULL;
}

static int
search_with(struct search *search, const struct loaded *loaded, const char *plugin)
{
	struct col_error error;

	search->found.plugin = plugin;
	return oneshot_discover(poll_plugins(loaded->poll), loaded->config, plugin,
	    search->cidr, search->rate, search->timeout_ns, print_found_one,
	    &search->found, &error) == 0 ? CTL_OK : ctl_fail("%s", error.text);
}

/* Every plugin that can discover, one after the other: they share no port. */
static int
search_with_all(struct search *search, const struct loaded *loaded)
{
	const struct plugins *plugins = poll_plugins(loaded->poll);
	unsigned n = 0, n_failed = 0;

	for (size_t i = 0; i < plugins->n_entries; i++) {
		if (can_discover(&plugins->entries[i])) {
			n_failed += search_with(search, loaded,
			    plugins->entries[i].name) != CTL_OK;
			n++;
		}
	}
	if (n == 0) {
		return ctl_fail("no plugin here can discover");
	}
	return n_failed < n ? CTL_OK : CTL_FAILED;
}

int
ctl_discover(const struct ctl_args *args)
{
	const char *plugin = ctl_option(args, "--plugin");
	const char *rate_text = ctl_option(args, "--rate");
	struct search search = { .cidr = ctl_word(args, 0),
		.found = { .json = args->json } };
	uint64_t rate = DISCOVER_RATE;
	struct loaded loaded;
	int status = duration(args, "--timeout", DISCOVER_TIMEOUT_NS,
	    &search.timeout_ns);

	if (status != CTL_OK || search.cidr == NULL) {
		return CTL_USAGE;
	}
	if (rate_text != NULL && str_to_uint(rate_text, 1, DISCOVER_RATE_MAX, &rate) != 0) {
		(void)ctl_fail("--rate: '%s' is not in 1..%d probes per second", rate_text,
		    DISCOVER_RATE_MAX);
		return CTL_USAGE;
	}
	search.rate = (unsigned)rate;
	status = loaded_file(args, &loaded);
	if (status != CTL_OK) {
		return status;
	}
	print_found_begin(&search.found);
	status = plugin != NULL ? search_with(&search, &loaded, plugin) :
	    search_with_all(&search, &loaded);
	print_found_end(&search.found);
	if (search.found.n == 0 && status == CTL_OK) {
		status = ctl_fail("nothing answered at %s with the credentials of %s",
		    search.cidr, args->config);
	}
	loaded_done(&loaded);
	return status;
}
