/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "bmc_agents.h"

#include <stdlib.h>
#include <time.h>

#include "../racksim/bmc.h"
#include "../racksim/bmc_model.h"
#include "agents.h"

struct bmcs {
	struct bmc_setup setup;
	struct bmc *bmcs;
	uint32_t n;
	uint8_t answers[AGENTS_BATCH][BMC_SIZE_MAX];
};

static void
measure(void *arg, uint32_t id, int64_t t, struct bmc_values *ret)
{
	(void)arg;
	(void)t;
	*ret = (struct bmc_values){.on = true, .fed = {true, true},
	    .power_w = 200 + id % 100, .load = 0.5, .inlet_c = 22,
	    .outlet_c = 33, .psu_w = {100, 100}, .psu_v = {230, 230}};
}

static unsigned
answer(void *arg, const struct agents_request *request, struct iovec *pieces)
{
	struct bmcs *bmcs = arg;
	uint8_t *to = bmcs->answers[request->slot];
	int len = request->number >= bmcs->n ? 0 : bmc_answer(
	    &bmcs->bmcs[request->number], (int64_t)time(NULL), request->bytes,
	    request->len, to, BMC_SIZE_MAX);

	pieces[0] = (struct iovec){to, len > 0 ? (size_t)len : 0};
	return len > 0;
}

static void *
make(const void *arg)
{
	static const struct bmc_user users[] = {
	    {BMC_AGENTS_USER, BMC_AGENTS_PASSWORD, BMC_USER}};
	const uint32_t *n = arg;
	struct bmcs *bmcs = calloc(1, sizeof(*bmcs));

	if (bmcs == NULL ||
	    (bmcs->bmcs = calloc(*n, sizeof(*bmcs->bmcs))) == NULL) {
		abort();
	}
	bmcs->n = *n;
	bmcs->setup = (struct bmc_setup){.crypt = bmc_crypt_new(),
	    .users = users, .n_users = 1, .measure = measure};
	for (uint32_t i = 0; i < *n; i++) {
		bmc_init(&bmcs->bmcs[i], &bmcs->setup, &bmc_models[0], i, i);
	}
	return bmcs;
}

int
bmc_agents_start(uint32_t n, uint16_t *ret_port)
{
	const struct agents agents = {.make = make, .setup = &n,
	    .answer = answer};

	return agents_start(&agents, ret_port);
}
