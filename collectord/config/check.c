/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/check.h"

#include <string.h>

#include "base/hash.h"
#include "config/secret.h"
#include "model/layout.h"
#include "model/states.h"

/* What a plugin gets as its host while it checks. */
struct check_host {
	struct col_host host;      /* first: cast back from it */
	struct load *load;
};

static struct load *
load_of(const struct col_host *host)
{
	return ((const struct check_host *)(const void *)host)->load;
}

static void
host_log(const struct col_host *host, enum col_log_level level,
    const char *device, const char *format, ...)
{
	(void)host;
	(void)level;
	(void)device;
	(void)format;
}

static int64_t
host_now(const struct col_host *host)
{
	(void)host;
	return clock_mono(clock_real()).ns;
}

/* Nothing secret hangs on numbers drawn while checking. */
static uint64_t
host_random(const struct col_host *host)
{
	uint64_t now = (uint64_t)host_now(host);

	return hash64(&now, sizeof(now));
}

static const struct col_layout *
host_layout(const struct col_host *host, const struct col_slot *slots,
    size_t n_slots, struct col_error *error)
{
	(void)host;
	return layout_intern(slots, n_slots, error);
}

static int
host_states(const struct col_host *host, const struct col_state *states,
    size_t n_states, struct col_error *error)
{
	(void)host;
	return states_intern(states, n_states, error);
}

static int
host_secret(const struct col_host *host, const struct col_node *node,
    char *buffer, size_t size, struct col_error *error)
{
	(void)host;
	return config_secret(node, buffer, size, error);
}

static void
host_report(const struct col_host *host, const struct col_node *at,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	errors_add_list(load_of(host)->kept.errors, at, format, args);
	va_end(args);
}

static struct check_host
make_host(struct load *load)
{
	struct check_host host = { .load = load, .host = {
		.size = sizeof(struct col_host),
		.abi_major = COL_ABI_MAJOR, .abi_minor = COL_ABI_MINOR,
		.log = host_log, .now = host_now, .random = host_random,
		.layout = host_layout, .states = host_states, .secret = host_secret,
		.report = host_report } };

	return host;
}

/* A check that fails must have said why; if not, this says so. */
static void
judge(struct load *load, const struct col_plugin *plugin,
    const struct col_node *at, int rc, size_t n_before)
{
	if (rc != COL_OK && load->kept.errors->n_total == n_before) {
		config_errors_add(load->kept.errors, at,
		    "refused by the plugin %s, without a reason", plugin->name);
	}
}

void
check_profile_inside(struct load *load, const struct col_plugin *plugin,
    const struct profile *profile)
{
	struct check_host host = make_host(load);
	struct col_profile view = { profile->id, profile->node };
	size_t before = load->kept.errors->n_total;

	if (plugin->input != NULL && plugin->input->profile_check != NULL) {
		judge(load, plugin, profile->node,
		    plugin->input->profile_check(&host.host, &view), before);
	}
}

void
check_credential_inside(struct load *load, const struct col_plugin *plugin,
    const struct col_node *part)
{
	struct check_host host = make_host(load);
	size_t before = load->kept.errors->n_total;

	if (!load->kept.no_files && plugin->input != NULL &&
	    plugin->input->credential_check != NULL) {
		judge(load, plugin, part,
		    plugin->input->credential_check(&host.host, part), before);
	}
}

/* Keys that name a secret in the credentials of any plugin. */
static bool
names_secret(const char *key)
{
	static const char *const keys[] = { "community", "password", "passphrase",
	    "secret", "token", "pass", "psk", "kg", "api_key",
	    "md5", "sha", "sha1", "sha224", "sha256", "sha384", "sha512", "des",
	    "aes", "aes128", "aes192", "aes256", "auth_key", "priv_key" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(key, keys[i]) == 0) {
			return true;
		}
	}
	return false;
}

void
check_secrets(struct load *load, const struct col_node *part, uint64_t *hash)
{
	for (size_t i = 0; i < part->n_items; i++) {
		const struct col_node *item = part->items[i];

		if (secret_is_reference(item) || (item->key != NULL &&
		    item->kind == COL_NODE_SCALAR && names_secret(item->key))) {
			(void)secret_fingerprint(&load->kept,
			    item->key != NULL ? item->key : "a secret", item,
			    load->config->secret_key, hash);
		} else {
			check_secrets(load, item, hash);
		}
	}
}
