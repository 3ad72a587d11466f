/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/options.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/str.h"

static bool
is_in(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++) {
		if (strcmp(*names, name) == 0) {
			return true;
		}
	}
	return false;
}

int
options_check(const struct ctl_args *args, const struct options *options)
{
	int i = options->n_words;

	for (int w = 0; w < options->n_words; w++) {
		if (w >= args->argc || str_starts(args->argv[w], "--")) {
			(void)ctl_fail("%s stands before the options", w == 0 ?
			    "what it is about" : "all that it is about");
			return CTL_USAGE;
		}
	}
	while (i < args->argc) {
		const char *name = args->argv[i++];

		if (is_in(options->flags, name)) {
			continue;
		}
		if (!is_in(options->values, name)) {
			(void)ctl_fail("'%s' is not among its arguments; collectorctl --help "
			    "lists them", name);
			return CTL_USAGE;
		}
		if (i++ >= args->argc) {
			(void)ctl_fail("%s wants a value", name);
			return CTL_USAGE;
		}
	}
	return CTL_OK;
}

bool
options_has(const struct ctl_args *args, const char *flag)
{
	for (int i = 0; i < args->argc; i++) {
		if (strcmp(args->argv[i], flag) == 0) {
			return true;
		}
	}
	return false;
}

int
options_number(const char *what, const char *text)
{
	int64_t number;

	if (text == NULL || str_to_int(text, 1, INT64_MAX, &number) != 0) {
		(void)ctl_fail("'%s' is no number of %s", text != NULL ? text : "", what);
		return CTL_USAGE;
	}
	return CTL_OK;
}
