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
#include "base/json.h"
#include "http/input.h"

#define OPENAPI_ID "^[a-z0-9][a-z0-9_-]{0,62}$"
#define OPENAPI_ENTITY "^(province|area|site|hall|row|rack|feed|device):" \
	"[a-z0-9][a-z0-9_-]{0,62}$"

/* Writes /api/v1/openapi.json. */
void openapi_write(struct buf *out, const char *version);
/* Writes docs/api.md. */
void openapi_reference(struct buf *out);
/* Of both texts: the words of "a|b|c", the members of a body. */
void openapi_words(struct json *json, const char *choices);
void openapi_describe_words(struct buf *out, const char *choices);
void openapi_members(struct json *json, const struct member *table);
void openapi_describe_members(struct buf *out, const struct member *table,
    unsigned level);

#endif
