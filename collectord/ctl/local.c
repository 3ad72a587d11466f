/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands that need no daemon: they load plugins and configuration files as
 * the daemon does and poll by themselves.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "config/config.h"
#include "config/load.h"
#include "ctl/ctl.h"
#include "ctl/print.h"
#include "poll/poll.h"

#define TIMEOUT_NS (10 * NS_PER_S)
#define DISCOVER_TIMEOUT_NS (2 * NS_PER_S)
#define DISCOVER_RATE 50        /* probes per second unless asked */
#define DISCOVER_RATE_MAX 1000

/* Plugins and configuration, loaded as the daemon loads them. */
struct loaded {
	struct poll *poll;
	struct ids *ids;
	const struct config *config;
};

static void
loaded_done(struct loaded *loaded)
{
	config_unref(loaded->config);
	poll_free(loaded->poll);
	ids_free(loaded->ids);
}

static void
no_batch(void *arg, struct batch *batch)
{
	(void)arg;
	batch_free(batch);
}

static int
load_plugins(const char *plugin_dir, struct loaded *ret_loaded)
{
	struct poll_setup setup = { .clock = clock_real(), .plugin_dir = plugin_dir,
	    .sink = { no_batch, NULL } };
	struct col_error error;

	*ret_loaded = (struct loaded){ .ids = ids_new() };
	if (poll_new(&setup, &ret_loaded->poll, &error) != 0) {
		loaded_done(ret_loaded);
		return ctl_fail("%s (--plugin-dir names another folder)", error.text);
	}
	return CTL_OK;
}

static void
print_errors(const struct config_errors *errors)
{
	struct buf out;

	buf_init(&out, 0);
	config_errors_print(errors, &out);
	(void)fwrite(out.data != NULL ? out.data : "", 1, out.size, stderr);
	buf_done(&out);
}

/* The configuration that --config names. */
static int
load_file(const struct ctl_args *args, struct loaded *ret_loaded)
{
	struct config_errors errors;
	struct config_basics basics = { 0 };
	struct col_error error;
	int status;

	if (config_peek(args->config, &basics, &error) != 0) {
		return ctl_fail("%s", error.text);
	}
	status = load_plugins(args->plugin_dir != NULL ? args->plugin_dir
	    : basics.plugin_dir, ret_loaded);
	config_basics_done(&basics);
	if (status != CTL_OK) {
		return status;
	}
	config_errors_init(&errors);
	if (config_load(args->config, poll_plugins(ret_loaded->poll), ret_loaded->ids,
	    1, clock_wall(clock_real()), &errors, &ret_loaded->config) != 0) {
		print_errors(&errors);
		loaded_done(ret_loaded);
		status = ctl_fail("%s: %zu error(s)", args->config, errors.n_total);
	}
	config_errors_done(&errors);
	return status;
}

/* A configuration out of nothing but profiles and one device, if address. */
static int
load_profiles(const struct ctl_args *args, const char *address, const char *profile,
    struct loaded *ret_loaded)
{
	const char *dir = args->profiles != NULL ? args->profiles
	    : COLLECTORD_DATADIR "/profiles";
	struct config_errors errors;
	struct load_request request = { .file = "(profiles)", .version = 1,
	    .now = clock_wall(clock_real()), .errors = &errors };
	char here[4096], text[16384];
	size_t len;
	int status;

	if (getcwd(here, sizeof(here)) == NULL || strpbrk(dir, "\"\\\n") != NULL ||
	    (address != NULL && strpbrk(address, "\"\\\n") != NULL)) {
		return ctl_fail("quotes, backslashes and line feeds in a path are "
		    "not supported");
	}
	status = load_plugins(args->plugin_dir != NULL ? args->plugin_dir
	    : COLLECTORD_PLUGINDIR, ret_loaded);
	if (status != CTL_OK) {
		return status;
	}
	len = str_format(text, sizeof(text), "province: {id: none, name: {en: none, "
	    "zh: none}, timezone: UTC}\n"
	    "profiles: [\"%s%s%s/*.yaml\"]\n", dir[0] == '/' ? "" : here,
	    dir[0] == '/' ? "" : "/", dir);
	if (address != NULL) {
		len += str_format(text + len, sizeof(text) - len, "racks: [{id: rack, "
		    "state: in_service, devices: {device: {kind: pdu, plugin: snmp, "
		    "address: \"%s\", profile: %s}}}]\n", address, profile);
	}
	config_errors_init(&errors);
	request.plugins = poll_plugins(ret_loaded->poll);
	request.ids = ret_loaded->ids;
	if (load_text(text, len, &request, &ret_loaded->config) != 0) {
		print_errors(&errors);
		loaded_done(ret_loaded);
		status = ctl_fail("%zu error(s)", errors.n_total);
	}
	config_errors_done(&errors);
	return status;
}

int
ctl_check(const struct ctl_args *args)
{
	struct loaded loaded;
	int status = load_file(args, &loaded);
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

static int
poll_and_print(const struct ctl_args *args, const struct loaded *loaded,
    const struct device *device, int64_t timeout_ns)
{
	struct batch *batch = NULL;
	struct col_error error;
	int status;

	if (oneshot_poll(poll_plugins(loaded->poll), loaded->config, device, timeout_ns,
	    &batch, &error) != 0) {
		return ctl_fail("%s: %s", device->id, error.text);
	}
	status = batch->status == COL_POLL_OK || batch->status == COL_POLL_PARTIAL
	    ? CTL_OK : CTL_FAILED;
	if (status != CTL_OK) {
		(void)ctl_fail("%s: %s%s%s", device->address,
		    poll_status_code(batch->status), batch->detail[0] != '\0' ? ": " : "",
		    batch->detail);
	}
	if (args->json) {
		print_batch_json(batch);
	} else if (status == CTL_OK) {
		print_batch(batch);
	}
	batch_free(batch);
	return status;
}

int
ctl_poll(const struct ctl_args *args)
{
	const char *id = ctl_word(args, 0);
	const struct device *device;
	struct loaded loaded;
	int64_t timeout_ns;
	int status = duration(args, "--timeout", TIMEOUT_NS, &timeout_ns);

	if (status != CTL_OK || id == NULL) {
		return CTL_USAGE;
	}
	status = load_file(args, &loaded);
	if (status != CTL_OK) {
		return status;
	}
	device = inventory_device(loaded.config->inventory, id);
	status = device == NULL
	    ? ctl_fail("no device '%s' in %s", id, args->config)
	    : poll_and_print(args, &loaded, device, timeout_ns);
	loaded_done(&loaded);
	return status;
}

int
ctl_profile_run(const struct ctl_args *args)
{
	const char *file = ctl_option(args, "--snmprec");
	const char *profile = ctl_option(args, "--profile");
	struct loaded loaded;
	char address[4096], full[4096];
	int status;

	if (file == NULL || (profile != NULL && !str_is_id(profile))) {
		(void)ctl_fail("profile run --snmprec FILE [--profile ID]");
		return CTL_USAGE;
	}
	if (realpath(file, full) == NULL) {
		return ctl_fail("%s: no such file", file);
	}
	(void)str_format(address, sizeof(address), "snmprec:%s", full);
	status = load_profiles(args, address, profile != NULL ? profile : "auto",
	    &loaded);
	if (status != CTL_OK) {
		return status;
	}
	status = poll_and_print(args, &loaded,
	    inventory_device(loaded.config->inventory, "rack-device"), TIMEOUT_NS);
	loaded_done(&loaded);
	return status;
}

int
ctl_profile_list(const struct ctl_args *args)
{
	struct loaded loaded;
	int status = load_profiles(args, NULL, NULL, &loaded);

	if (status != CTL_OK) {
		return status;
	}
	(args->json ? print_profiles_json : print_profiles)(loaded.config);
	loaded_done(&loaded);
	return CTL_OK;
}

int
ctl_discover(const struct ctl_args *args)
{
	const char *cidr = ctl_word(args, 0), *plugin = ctl_option(args, "--plugin");
	const char *rate_text = ctl_option(args, "--rate");
	uint64_t rate = DISCOVER_RATE;
	struct print_found found = { .json = args->json };
	struct loaded loaded;
	struct col_error error;
	int64_t timeout_ns;
	int status = duration(args, "--timeout", DISCOVER_TIMEOUT_NS, &timeout_ns);

	if (status != CTL_OK || cidr == NULL) {
		return CTL_USAGE;
	}
	if (rate_text != NULL && str_to_uint(rate_text, 1, DISCOVER_RATE_MAX, &rate) != 0) {
		(void)ctl_fail("--rate: '%s' is not in 1..%d probes per second", rate_text,
		    DISCOVER_RATE_MAX);
		return CTL_USAGE;
	}
	status = load_file(args, &loaded);
	if (status != CTL_OK) {
		return status;
	}
	print_found_begin(&found);
	if (oneshot_discover(poll_plugins(loaded.poll), loaded.config,
	    plugin != NULL ? plugin : "snmp", cidr, (unsigned)rate, timeout_ns,
	    print_found_one, &found, &error) != 0) {
		status = ctl_fail("%s", error.text);
	}
	print_found_end(&found);
	if (found.n == 0 && status == CTL_OK) {
		status = ctl_fail("nothing answered at %s with the credentials of %s", cidr,
		    args->config);
	}
	loaded_done(&loaded);
	return status;
}
