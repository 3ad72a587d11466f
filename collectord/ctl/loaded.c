/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/loaded.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "config/load.h"
#include "ctl/print.h"

void
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

int
loaded_file(const struct ctl_args *args, struct loaded *ret_loaded)
{
	return loaded_alerts(args, NULL, ret_loaded);
}

int
loaded_alerts(const struct ctl_args *args, const char *alerts_file,
    struct loaded *ret_loaded)
{
	struct config_trial trial = { .file = args->config, .alerts_file = alerts_file };
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
	trial.plugins = poll_plugins(ret_loaded->poll);
	trial.ids = ret_loaded->ids;
	if (config_try(&trial, clock_wall(clock_real()), &errors, &ret_loaded->config) != 0) {
		print_errors(&errors);
		loaded_done(ret_loaded);
		status = ctl_fail("%s: %zu error(s)", args->config, errors.n_total);
	}
	config_errors_done(&errors);
	return status;
}

static int
write_profiles(struct buf *text, const char *dir)
{
	char here[4096];

	if (getcwd(here, sizeof(here)) == NULL || strpbrk(dir, "\"\\\n") != NULL) {
		return ctl_fail("quotes, backslashes and line feeds in a path are "
		    "not supported");
	}
	buf_printf(text, "province: {id: none, name: {en: none, zh: none}, "
	    "timezone: UTC}\nprofiles: [\"%s%s%s/*.yaml\"]\n",
	    dir[0] == '/' ? "" : here, dir[0] == '/' ? "" : "/", dir);
	return CTL_OK;
}

static int
write_devices(struct buf *text, const char *const *addresses, size_t n_addresses,
    const char *profile)
{
	buf_puts(text, n_addresses > 0 ? "racks:\n" : "");
	for (size_t i = 0; i < n_addresses; i++) {
		if (strpbrk(addresses[i], "\"\\\n") != NULL) {
			return ctl_fail("quotes, backslashes and line feeds in a path "
			    "are not supported");
		}
		buf_printf(text, "  - {id: r%zu, state: in_service, devices: {device: "
		    "{kind: pdu, plugin: snmp, address: \"%s\", profile: %s}}}\n", i,
		    addresses[i], profile);
	}
	return text->failed ? ctl_fail("out of memory") : CTL_OK;
}

static int
load_buf(const struct buf *text, struct loaded *loaded)
{
	struct config_errors errors;
	struct load_request request = { .file = "(profiles)", .version = 1,
	    .now = clock_wall(clock_real()), .errors = &errors };
	int status = CTL_OK;

	config_errors_init(&errors);
	request.plugins = poll_plugins(loaded->poll);
	request.ids = loaded->ids;
	if (load_text(text->data, text->size, &request, &loaded->config) != 0) {
		print_errors(&errors);
		loaded_done(loaded);
		status = ctl_fail("%zu error(s)", errors.n_total);
	}
	config_errors_done(&errors);
	return status;
}

int
loaded_profiles(const struct ctl_args *args, const char *const *addresses,
    size_t n_addresses, const char *profile, struct loaded *ret_loaded)
{
	struct buf text;
	int status;

	buf_init(&text, 0);
	status = write_profiles(&text, args->profiles != NULL ? args->profiles
	    : COLLECTORD_DATADIR "/profiles");
	if (status == CTL_OK) {
		status = write_devices(&text, addresses, n_addresses, profile);
	}
	if (status == CTL_OK) {
		status = load_plugins(args->plugin_dir != NULL ? args->plugin_dir
		    : COLLECTORD_PLUGINDIR, ret_loaded);
	}
	if (status == CTL_OK) {
		status = load_buf(&text, ret_loaded);
	}
	buf_done(&text);
	return status;
}

int
loaded_poll(const struct ctl_args *args, const struct loaded *loaded,
    const struct device *device, int64_t timeout_ns)
{
	struct batch *batch = NULL;
	struct col_error error;
	struct buf golden;
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
	} else if (status == CTL_OK && str_equal(ctl_option(args, "--format"), "golden")) {
		buf_init(&golden, 0);
		print_batch_golden(batch, &golden);
		(void)fputs(golden.data, stdout);
		buf_done(&golden);
	} else if (status == CTL_OK) {
		print_batch(batch);
		if (str_equal(device->kind, "bmc")) {
			print_use(batch);
		}
	}
	if (batch->status == COL_POLL_PARTIAL && batch->detail[0] != '\0') {
		(void)fprintf(stderr, "%s: partial: %s\n", device->id, batch->detail);
	}
	batch_free(batch);
	return status;
}
