/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timex.h>

#include "base/str.h"
#include "ctl/client.h"
#include "ctl/table.h"

/* A response of 60 values with its overhead in the kernel.
 * Source: engine.md section 9, row "window". */
#define BUFFER_PER_POLL 2500
#define DESCRIPTORS_MIN 1024

/* A number that the kernel shows in a file; 0: it shows none. */
static uint64_t
kernel_number(const char *path)
{
	char line[64];
	uint64_t value = 0;
	FILE *in = fopen(path, "re");

	if (in == NULL) {
		return 0;
	}
	if (fgets(line, sizeof(line), in) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		(void)str_to_uint(line, 0, INT64_MAX, &value);
	}
	(void)fclose(in);
	return value;
}

void
doctor_clock(struct doctor *doctor)
{
	struct timex timex = { .modes = 0 };
	int state = adjtimex(&timex);

	if (state < 0) {
		doctor_say(doctor, DOCTOR_WARN, NULL, "the kernel's clock state cannot be "
		    "read: %s", strerror(errno));
	} else if (state == TIME_ERROR || (timex.status & STA_UNSYNC) != 0) {
		doctor_say(doctor, DOCTOR_WARN, "run chrony or systemd-timesyncd: slots of "
		    "all devices lie on this clock", "nobody keeps the clock right");
	} else {
		doctor_say(doctor, DOCTOR_OK, NULL, "kept right to %ld ms",
		    timex.maxerror / 1000);
	}
}

void
doctor_receive_buffer(struct doctor *doctor)
{
	uint64_t most = kernel_number("/proc/sys/net/core/rmem_max");
	uint64_t need = (uint64_t)doctor->config->settings.in_flight_max * BUFFER_PER_POLL;

	/* the kernel grants twice what is asked */
	if (most == 0 || 2 * most >= need) {
		doctor_say(doctor, DOCTOR_OK, NULL, "net.core.rmem_max is %llu",
		    (unsigned long long)most);
		return;
	}
	doctor_say(doctor, DOCTOR_WARN, "sysctl -w net.core.rmem_max=33554432, or give "
	    "collectord CAP_NET_ADMIN (a line in its systemd unit)", "net.core.rmem_max is %llu; "
	    "%u polls in flight may need %llu: answers can be lost without CAP_NET_ADMIN",
	    (unsigned long long)most, doctor->config->settings.in_flight_max,
	    (unsigned long long)need);
}

void
doctor_neighbours(struct doctor *doctor)
{
	uint64_t most = kernel_number("/proc/sys/net/ipv4/neigh/default/gc_thresh3");
	uint32_t devices = doctor->config->inventory->count_devices;

	if (most == 0 || devices < most) {
		doctor_say(doctor, DOCTOR_OK, NULL, "%u devices, room for %llu neighbours",
		    devices, (unsigned long long)most);
		return;
	}
	doctor_say(doctor, DOCTOR_WARN, "when they are on this machine's own networks: "
	    "sysctl -w net.ipv4.neigh.default.gc_thresh3=262144 (and gc_thresh2=131072)",
	    "%u devices, room for %llu neighbours", devices, (unsigned long long)most);
}

void
doctor_descriptors(struct doctor *doctor)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur < DESCRIPTORS_MIN) {
		doctor_say(doctor, DOCTOR_WARN, "ulimit -n 4096 (systemd: LimitNOFILE=)",
		    "this shell may open %llu files", (unsigned long long)limit.rlim_cur);
		return;
	}
	doctor_say(doctor, DOCTOR_OK, NULL, "this shell may open %llu files",
	    (unsigned long long)limit.rlim_cur);
}

void
doctor_daemon(struct doctor *doctor)
{
	struct col_error error;
	json_t *body;
	const char *trouble;

	if (client_get(doctor->args->url, "/api/v1/collector", &body, &error) != 0) {
		doctor_say(doctor, DOCTOR_WARN, "systemctl start collectord, or name its "
		    "address: --url URL", "%s", error.text);
		return;
	}
	trouble = json_string_value(table_at(body, "store.last_error"));
	if (trouble != NULL && trouble[0] != '\0') {
		doctor_say(doctor, DOCTOR_FAIL, NULL, "the store says: %s", trouble);
	}
	trouble = json_string_value(table_at(body, "config.error"));
	if (trouble != NULL) {
		doctor_say(doctor, DOCTOR_FAIL, "correct it and send SIGHUP", "the last "
		    "reload was refused: %s", trouble);
	}
	doctor_say(doctor, DOCTOR_OK, NULL, "answers at %s; %.0f of %.0f devices are up",
	    doctor->args->url, json_number_value(table_at(body, "devices.up")),
	    json_number_value(table_at(body, "devices.total")));
	json_decref(body);
}
