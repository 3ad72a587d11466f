/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Things that take many commands: each is asked for its next command and told
 * the answer, so that it knows neither links nor clocks.
 *
 * Route: round -> repository, inventory, log_reader.  Thread: of the device.
 */
#ifndef IPMI_TASK_H
#define IPMI_TASK_H

#include <stddef.h>
#include <stdint.h>

#define TASK_DATA_MAX 16

/* One command of a task. */
struct task_ask {
	uint8_t netfn, lun, command;
	uint8_t n;
	uint8_t data[TASK_DATA_MAX];
};

/* One answer; data is borrowed for the call. */
struct task_answer {
	uint8_t completion;
	const uint8_t *data;
	size_t n;
};

#endif
