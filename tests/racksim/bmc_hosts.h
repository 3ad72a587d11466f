/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The BMCs of the province: which model stands where, what its host draws, and
 * what is ordered to go wrong with it.
 *
 * Route:  province, values, faults -> bmc_hosts -> bmc; serve and truth ask.
 * Thread: one per struct bmc_hosts.
 */
#ifndef RACKSIM_BMC_HOSTS_H
#define RACKSIM_BMC_HOSTS_H

#include "bmc.h"
#include "faults.h"
#include "values.h"

/* Who may log in: with USER privilege, and as administrator. */
#define BMC_HOSTS_USER "demo"
#define BMC_HOSTS_PASSWORD "demo-bmc-pass"
#define BMC_HOSTS_ADMIN "admin"
#define BMC_HOSTS_ADMIN_PASSWORD "demo-admin-pass"

struct bmc_hosts {
	struct bmc_setup setup;
	struct values_world *world;	/* borrowed */
	struct bmc *bmcs;		/* by rack, two each; model NULL = new */
	struct bmc_order order;		/* of the answer in hand */
};

/*
 * Prepares the BMCs. Owns: borrows world until bmc_hosts_done.
 * Errors: -1 out of memory or OpenSSL lacks an algorithm.
 */
int bmc_hosts_init(struct bmc_hosts *hosts, struct values_world *world);

/* Frees everything; a zeroed struct is fine. */
void bmc_hosts_done(struct bmc_hosts *hosts);

/*
 * Answers one datagram sent to a BMC at `t`, as faults and fate order.
 * Shape:  out has room for BMC_SIZE_MAX octets.
 * Errors: 0 = silence.
 */
size_t bmc_hosts_answer(struct bmc_hosts *hosts,
    const struct province_device *device, int64_t t, const uint8_t *in,
    size_t n, uint8_t *out, const struct faults_fate *fate);

/* Measures a BMC's host; t may be any second. */
void bmc_hosts_measure(const struct values_world *world,
    const struct province_device *device, int64_t t, struct bmc_values *ret);

/* Tells whether a BMC is silent: ordered so, or without any power. */
bool bmc_hosts_silent(const struct values_world *world,
    const struct province_device *device, int64_t t);

/* Returns the model of a BMC. */
const struct bmc_model *bmc_hosts_model(const struct province *p,
    const struct province_device *device);

#endif
