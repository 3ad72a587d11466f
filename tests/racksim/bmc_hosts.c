/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "bmc_hosts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bmc_model.h"
#include "hash.h"

/* What else hangs on the PDUs: switches, and the PDUs themselves. */
#define SERVERS_SHARE 0.93
/* The last models of the table are the ones for dense racks. */
#define DENSE_N 2

enum {
	SALT_MODEL = 401,
	SALT_SPLIT,
	SALT_HOST
};

static const struct bmc_user users[] = {
	{BMC_HOSTS_USER, BMC_HOSTS_PASSWORD, BMC_USER},
	{BMC_HOSTS_ADMIN, BMC_HOSTS_ADMIN_PASSWORD, BMC_ADMIN},
};

const struct bmc_model *
bmc_hosts_model(const struct province *p, const struct province_device *device)
{
	/* A row is bought at once; neighbours differ, so that all occur. */
	uint64_t row = device->rack.row + hash_mix(p->seed, SALT_MODEL) % 64;
	uint64_t site = p->halls[device->hall].site;

	if (p->halls[device->hall].three_phase) {
		return &bmc_models[bmc_models_n - DENSE_N + (row + site) %
		    DENSE_N];
	}
	return &bmc_models[(row / 3 + row + site) % (bmc_models_n - 1)];
}

void
bmc_hosts_measure(const struct values_world *world,
    const struct province_device *device, int64_t t, struct bmc_values *ret)
{
	const struct province *p = world->province;
	uint64_t hash = hash_mix(province_device_hash(p, device), SALT_HOST);
	double split = hash_range(hash_mix(province_rack_hash(p, device->rack),
	    SALT_SPLIT), 1, 0.42, 0.58);
	double air[VALUES_PROBE_N], whole;
	bool is_first = device->role == PROVINCE_BMC_1;

	t = values_time(p, t);
	whole = values_rack_power(world, device->rack, t) * SERVERS_SHARE *
	    (is_first ? split : 1 - split);
	values_air(world, device->rack, t, air);
	ret->power_w = 0;
	for (int feed = 0; feed < 2; feed++) {
		ret->psu_w[feed] = whole * values_feed_share(world,
		    device->rack, feed, t);
		ret->psu_v[feed] = values_feed_voltage(world, device->rack,
		    feed, 0, t);
		ret->fed[feed] = ret->psu_v[feed] > 0;
		ret->power_w += ret->psu_w[feed];
	}
	ret->on = ret->power_w > 0;
	ret->load = fmin(ret->power_w /
	    (values_design_kw(p, device->rack) * 500), 1);
	ret->inlet_c = air[is_first ? VALUES_TOP : VALUES_BOTTOM] +
	    hash_range(hash, 2, -0.6, 0.6);
	ret->outlet_c = air[VALUES_EXHAUST] + hash_range(hash, 3, -1, 1);
	ret->drift = sin(2 * M_PI * (double)t / hash_range(hash, 4, 300, 900) +
	    hash_range(hash, 5, 0, 6));
}

bool
bmc_hosts_silent(const struct values_world *world,
    const struct province_device *device, int64_t t)
{
	return faults_silent(world->faults, device, t) ||
	    (faults_feed_lost(world->faults, device->rack, 0, t) &&
	    faults_feed_lost(world->faults, device->rack, 1, t));
}

static void
measure(void *arg, uint32_t id, int64_t t, struct bmc_values *ret)
{
	const struct bmc_hosts *hosts = arg;
	struct province_device device;

	memset(ret, 0, sizeof(*ret));
	if (province_at(hosts->world->province, id, &device) == 0) {
		bmc_hosts_measure(hosts->world, &device, t, ret);
	}
}

int
bmc_hosts_init(struct bmc_hosts *hosts, struct values_world *world)
{
	const struct province *p = world->province;
	size_t racks = (size_t)p->n_racks + p->n_planned;

	memset(hosts, 0, sizeof(*hosts));
	hosts->world = world;
	hosts->setup = (struct bmc_setup){
		.crypt = bmc_crypt_new(),
		.users = users,
		.n_users = sizeof(users) / sizeof(users[0]),
		.measure = measure,
		.arg = hosts,
	};
	hosts->bmcs = calloc(2 * racks, sizeof(*hosts->bmcs));
	if (hosts->setup.crypt == NULL || hosts->bmcs == NULL) {
		bmc_hosts_done(hosts);
		return -1;
	}
	return 0;
}

void
bmc_hosts_done(struct bmc_hosts *hosts)
{
	size_t racks = hosts->world == NULL ? 0 :
	    (size_t)hosts->world->province->n_racks +
	    hosts->world->province->n_planned;

	for (size_t i = 0; hosts->bmcs != NULL && i < 2 * racks; i++) {
		bmc_done(&hosts->bmcs[i]);
	}
	free(hosts->bmcs);
	bmc_crypt_free(hosts->setup.crypt);
	memset(hosts, 0, sizeof(*hosts));
}

size_t
bmc_hosts_answer(struct bmc_hosts *hosts,
    const struct province_device *device, int64_t t, const uint8_t *in,
    size_t n, uint8_t *out, const struct faults_fate *fate)
{
	const struct province *p = hosts->world->province;
	const struct province_row *row = &p->rows[device->rack.row];
	struct bmc *bmc = &hosts->bmcs[2 * (size_t)(row->first_rack +
	    device->rack.n - 1) + (device->role == PROVINCE_BMC_2)];
	int len;

	if (bmc->model == NULL) {
		bmc_init(bmc, &hosts->setup, bmc_hosts_model(p, device),
		    province_device_hash(p, device),
		    province_address(p, device));
	}
	bmc->order = NULL;
	if (hosts->world->faults->n > 0) {
		bmc_restart(bmc, faults_bmc(hosts->world->faults, device, t,
		    fate, &hosts->order));
		bmc->order = &hosts->order;
	}
	len = bmc_answer(bmc, t, in, n, out, BMC_SIZE_MAX);
	return len > 0 ? (size_t)len : 0;
}
