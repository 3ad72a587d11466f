/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/setup.h"

#include <stdio.h>

int
ctl_config(const struct ctl_args *args, const struct config **ret_config)
{
	struct ids *ids = ids_new();
	struct config_errors errors;
	struct buf out;
	int status = CTL_OK;

	config_errors_init(&errors);
	if (config_load(args->config, NULL, ids, 1, clock_wall(clock_real()), &errors,
	    ret_config) != 0) {
		buf_init(&out, 0);
		config_errors_print(&errors, &out);
		status = ctl_fail("%s: %zu error(s)\n%s", args->config, errors.n_total,
		    out.data != NULL ? out.data : "");
		buf_done(&out);
	}
	config_errors_done(&errors);
	ids_free(ids);
	return status;
}
