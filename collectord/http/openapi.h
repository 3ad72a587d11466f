/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Describes the API from the route table: OpenAPI 3.1 and docs/api.md.
 *
 * Route: route table -> texts.  Thread: any.
 * Source: OpenAPI Specification 3.1.0.
 */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "base/buf.h"

/* Writes /api/v1/openapi.json. */
void openapi_write(struct buf *out, const char *version);
/* Writes docs/api.md. */
void openapi_reference(struct buf *out);

#endif
