/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

static const struct {
	int code;
	const char *name, *text;
} TEXTS[] = {
	{ COL_OK, "ok", "success" },
	{ COL_ENOMEM, "no_memory", "out of memory" },
	{ COL_EINVAL, "invalid", "malformed" },
	{ COL_ERANGE, "range", "out of range" },
	{ COL_ENOENT, "not_found", "no such thing" },
	{ COL_EEXIST, "exists", "it is there already" },
	{ COL_EIO, "io", "the operating system refused" },
	{ COL_ETIMEOUT, "timeout", "no answer in time" },
	{ COL_EAUTH, "auth", "access refused" },
	{ COL_EPROTO, "protocol", "the peer broke its protocol" },
	{ COL_ENOTSUP, "not_supported", "not supported" },
	{ COL_EABI, "abi", "made for another plugin ABI" },
	{ COL_EBUSY, "busy", "busy, try again later" },
	{ COL_EFULL, "full", "a limit was reached" },
	{ COL_ECANCELED, "cancelled", "cancelled" },
	{ COL_ECONFIG, "config", "errors in the configuration" },
};

static void
set_text(struct col_error *error, int code, const char *format, va_list args)
{
	error->code = code;
	if (vsnprintf(error->text, sizeof(error->text), format, args) < 0) {
		error->text[0] = '\0';
	}
}

int
err_set(struct col_error *error, int code, const char *format, ...)
{
	va_list args;

	if (error != NULL) {
		va_start(args, format);
		set_text(error, code, format, args);
		va_end(args);
	}
	return code;
}

int
err_errno(struct col_error *error, int code, const char *format, ...)
{
	int number = errno;
	va_list args;
	size_t len;

	if (error != NULL) {
		va_start(args, format);
		set_text(error, code, format, args);
		va_end(args);
		len = strlen(error->text);
		(void)snprintf(error->text + len, sizeof(error->text) - len,
		    ": %s", strerror(number));
	}
	return code;
}

int
err_prefix(struct col_error *error, const char *format, ...)
{
	char old[COL_ERROR_TEXT_SIZE];
	va_list args;
	size_t len;

	if (error == NULL) {
		return COL_EINVAL;
	}
	memcpy(old, error->text, sizeof(old));
	va_start(args, format);
	set_text(error, error->code, format, args);
	va_end(args);
	len = strlen(error->text);
	(void)str_format(error->text + len, sizeof(error->text) - len, ": %s", old);
	return error->code;
}

const char *
err_text(int code)
{
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		if (TEXTS[i].code == code) {
			return TEXTS[i].text;
		}
	}
	return "unknown error";
}

const char *
err_code(int code)
{
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		if (TEXTS[i].code == code) {
			return TEXTS[i].name;
		}
	}
	return "unknown";
}
