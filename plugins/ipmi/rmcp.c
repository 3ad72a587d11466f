/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rmcp.h"

#include <string.h>

#include <collectord/err.h>

/* Source: DSP0136 table 3-1 (version 1.0, no acknowledgement, classes). */
#define VERSION 0x06
#define NO_ACK 0xff
#define CLASS_ASF 0x06
#define CLASS_IPMI 0x07

/* Source: DSP0136 s.3.2.3 (IANA enterprise, types, pong's entities). */
static const uint8_t asf_iana[4] = {0x00, 0x00, 0x11, 0xbe};
#define ASF_PONG 0x40
#define ASF_PING 0x80
#define ASF_HEADER 12
#define PONG_DATA 16
#define PONG_ENTITIES 8       /* offset in the data */
#define PONG_IPMI 0x80

/* Source: IPMI v2.0 table 13-8: authentication types, payload type bits. */
#define AUTH_NONE 0x00
#define AUTH_RMCPP 0x06
#define TYPE_ENCRYPTED 0x80
#define TYPE_AUTHENTICATED 0x40
#define TYPE_MASK 0x3f
#define TYPE_OEM_EXPLICIT 0x02

static int
parse_pong(const uint8_t *bytes, size_t len, struct rmcp_view *view)
{
	if (len < ASF_HEADER ||
	    memcmp(bytes + RMCP_HEADER, asf_iana, sizeof(asf_iana)) != 0 ||
	    bytes[8] != ASF_PONG || bytes[11] < PONG_DATA ||
	    len < ASF_HEADER + PONG_DATA) {
		return COL_EPROTO;
	}
	view->kind = RMCP_PONG;
	view->tag = bytes[9];
	view->has_ipmi =
	    (bytes[ASF_HEADER + PONG_ENTITIES] & PONG_IPMI) != 0;
	return 0;
}

static int
parse_v15(const uint8_t *bytes, size_t len, struct rmcp_view *view)
{
	/* Some BMCs add a byte for old network chips: more is no fault. */
	if (len < RMCP_V15_HEADER ||
	    len - RMCP_V15_HEADER < bytes[RMCP_V15_HEADER - 1]) {
		return COL_EPROTO;
	}
	view->kind = RMCP_V15;
	view->sequence = rmcp_get32(bytes + 5);
	view->session = rmcp_get32(bytes + 9);
	view->body = bytes + RMCP_V15_HEADER;
	view->n_body = bytes[RMCP_V15_HEADER - 1];
	return 0;
}

static int
parse_v20(const uint8_t *bytes, size_t len, struct rmcp_view *view)
{
	size_t n;

	if (len < RMCP_V20_HEADER ||
	    (bytes[5] & TYPE_MASK) == TYPE_OEM_EXPLICIT) {
		return COL_EPROTO;
	}
	n = (size_t)bytes[14] | (size_t)bytes[15] << 8;
	if (len - RMCP_V20_HEADER < n) {
		return COL_EPROTO;
	}
	view->kind = RMCP_V20;
	view->payload = bytes[5] & TYPE_MASK;
	view->is_encrypted = (bytes[5] & TYPE_ENCRYPTED) != 0;
	view->is_authenticated = (bytes[5] & TYPE_AUTHENTICATED) != 0;
	view->session = rmcp_get32(bytes + 6);
	view->sequence = rmcp_get32(bytes + 10);
	view->body = bytes + RMCP_V20_HEADER;
	view->n_body = n;
	view->trailer = view->body + n;
	view->n_trailer = len - RMCP_V20_HEADER - n;
	return 0;
}

int
rmcp_parse(const uint8_t *bytes, size_t len, struct rmcp_view *ret_view)
{
	struct rmcp_view view = {.kind = RMCP_KIND_N};
	int rc = COL_EPROTO;

	if (len <= RMCP_HEADER || len > RMCP_MESSAGE_MAX ||
	    bytes[0] != VERSION) {
		return COL_EPROTO;
	}
	if (bytes[3] == CLASS_ASF) {
		rc = parse_pong(bytes, len, &view);
	} else if (bytes[3] == CLASS_IPMI && bytes[4] == AUTH_NONE) {
		rc = parse_v15(bytes, len, &view);
	} else if (bytes[3] == CLASS_IPMI && bytes[4] == AUTH_RMCPP) {
		rc = parse_v20(bytes, len, &view);
	}
	if (rc == 0) {
		*ret_view = view;
	}
	return rc;
}

static void
put_head(uint8_t *buffer, uint8_t class)
{
	buffer[0] = VERSION;
	buffer[1] = 0;
	buffer[2] = NO_ACK;
	buffer[3] = class;
}

size_t
rmcp_ping(uint8_t *buffer, uint8_t tag)
{
	put_head(buffer, CLASS_ASF);
	memcpy(buffer + RMCP_HEADER, asf_iana, sizeof(asf_iana));
	buffer[8] = ASF_PING;
	buffer[9] = tag;
	buffer[10] = 0;
	buffer[11] = 0;
	return RMCP_PING_SIZE;
}

void
rmcp_head_v15(uint8_t *buffer, size_t n)
{
	put_head(buffer, CLASS_IPMI);
	memset(buffer + RMCP_HEADER, 0, RMCP_V15_HEADER - RMCP_HEADER);
	buffer[4] = AUTH_NONE;
	buffer[RMCP_V15_HEADER - 1] = (uint8_t)n;
}

void
rmcp_head_v20(uint8_t *buffer, const struct rmcp_head *head, size_t n)
{
	put_head(buffer, CLASS_IPMI);
	buffer[4] = AUTH_RMCPP;
	buffer[5] = head->payload;
	buffer[5] |= head->is_encrypted ? TYPE_ENCRYPTED : 0;
	buffer[5] |= head->is_authenticated ? TYPE_AUTHENTICATED : 0;
	rmcp_put32(buffer + 6, head->session);
	rmcp_put32(buffer + 10, head->sequence);
	buffer[14] = (uint8_t)n;
	buffer[15] = (uint8_t)(n >> 8);
}
