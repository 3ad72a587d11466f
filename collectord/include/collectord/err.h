/* SPDX-License-Identifier: MIT */
/*
 * Error codes of collectord: what every function of the ABI and of the
 * daemon returns when it fails.
 *
 * Route: below everything.  Thread: any.
 */
#ifndef COLLECTORD_ERR_H
#define COLLECTORD_ERR_H

#include <stddef.h>

/* 0 is success, every failure is negative. */
enum col_err {
	COL_OK = 0,
	COL_ENOMEM = -1,    /* out of memory */
	COL_EINVAL = -2,    /* an argument or a value is malformed */
	COL_ERANGE = -3,    /* well formed, but outside its range */
	COL_ENOENT = -4,    /* no such thing */
	COL_EEXIST = -5,    /* it is there already */
	COL_EIO = -6,       /* the operating system refused; text has errno's */
	COL_ETIMEOUT = -7,  /* no answer in time */
	COL_EAUTH = -8,     /* refused: wrong user, password or community */
	COL_EPROTO = -9,    /* the peer broke its protocol */
	COL_ENOTSUP = -10,  /* understood, not supported */
	COL_EABI = -11,     /* plugin made for another ABI */
	COL_EBUSY = -12,    /* try again later */
	COL_EFULL = -13,    /* a bound was reached: queue, table, disk */
	COL_ECANCELED = -14,/* cancelled by the caller */
	COL_ECONFIG = -15,  /* configuration errors were reported one by one */
};

#define COL_ERROR_TEXT_SIZE 512

/*
 * An error with its story.  Filled only on failure; text is NUL-terminated
 * UTF-8 and never holds a secret.
 */
struct col_error {
	int code;                       /* enum col_err */
	char text[COL_ERROR_TEXT_SIZE]; /* "rack a12: pdu-a: no such profile" */
};

#endif
